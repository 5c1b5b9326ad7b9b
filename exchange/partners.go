package exchange

import (
	"context"
	"time"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Introduction shows a partner's card before it is pinned.
type Introduction struct {
	Card   message.Card
	Ours   []string // the words of our own card: they read them out
	Theirs []string // the words of theirs: we do
	Known  bool     // a card of this node is pinned; this one follows it
}

// Introduce reads a signed card and shows what pinning it would mean. It
// changes nothing. A card of a known node that the pinned key has not signed
// is refused here already.
func (x *Exchange) Introduce(ctx context.Context, actor party.Actor, signed []byte) (Introduction, error) {
	i, _, err := x.introduce(ctx, actor, signed)
	return i, err
}

func (x *Exchange) introduce(ctx context.Context, actor party.Actor, signed []byte) (Introduction, *Partner, error) {
	if err := actor.May(party.ActRun); err != nil {
		return Introduction{}, nil, err
	}
	card, envelope, err := message.OpenCard(signed)
	if err != nil {
		return Introduction{}, nil, err
	}
	if err := x.foreign(ctx, card); err != nil {
		return Introduction{}, nil, err
	}
	i := Introduction{Card: card}
	if i.Theirs, err = card.Words(); err != nil {
		return Introduction{}, nil, err
	}
	if i.Ours, err = x.Self.Card().Words(); err != nil {
		return Introduction{}, nil, err
	}
	known, err := x.Ports.Links.Partner(ctx, card.Name)
	if fault.Is(err, fault.Withheld) {
		return i, nil, nil
	}
	if err != nil {
		return Introduction{}, nil, err
	}
	i.Known = true
	return i, &known, card.Succeed(envelope, known.Card)
}

// foreign refuses a card that would take the place of this node or of another
// partner: by name, or by a key that is theirs.
func (x *Exchange) foreign(ctx context.Context, c message.Card) error {
	own := x.Self.Card()
	if c.Name == x.Self.Node || c.Signing == own.Signing || c.TLSPin == own.TLSPin {
		return fault.New(fault.Invalid, "this card names this node itself").Fix("give it to the partner, and add the partner's")
	}
	partners, err := x.Ports.Links.Partners(ctx)
	if err != nil {
		return err
	}
	for _, p := range partners {
		if p.Name != c.Name && (p.Card.Signing == c.Signing || p.Card.TLSPin == c.TLSPin) {
			return fault.New(fault.Forged, "this card of %s has a key of %s", c.Name, p.Name).Fix("ask both by another way")
		}
	}
	return nil
}

// Pin keeps a partner's card. A first card needs the officer's word that both
// sides' words were compared out of band; a later one carries the signature
// of the key that was pinned then. What the partner could not open for want
// of a key goes out again under the new card.
func (x *Exchange) Pin(ctx context.Context, actor party.Actor, signed []byte, confirmed bool) (Partner, error) {
	i, known, err := x.introduce(ctx, actor, signed)
	if err != nil {
		return Partner{}, err
	}
	if known == nil && !confirmed {
		return Partner{}, fault.New(fault.Unapproved, "the words of %s's card were not confirmed", i.Card.Name).
			Fix("compare both rows of words with %s over the telephone or in person, then confirm", i.Card.Name)
	}
	return x.pin(ctx, actor, i.Card, signed, known)
}

// pin keeps a card that may be pinned.
func (x *Exchange) pin(ctx context.Context, actor party.Actor, card message.Card, signed []byte, known *Partner) (Partner, error) {
	hash, err := card.Hash()
	if err != nil {
		return Partner{}, err
	}
	p := Pinning{Name: card.Name, Card: card, Signed: signed, CardHash: hash, At: x.now()}
	e, err := x.entry(record.Record{Kind: record.KeyChange, At: p.At, Unit: actor.Unit, Officer: actor.Handle, Other: p.Name, Subject: hash, Code: codeCard})
	if err != nil {
		return Partner{}, err
	}
	p.Records = one(e)
	if known != nil {
		p.Again = x.again
	}
	if actor.Handle == "" {
		p.Daily = cardsDaily
	}
	if err := x.Ports.Links.Pin(ctx, p); err != nil {
		return Partner{}, err
	}
	x.waker.introduced()
	x.waker.wake(p.Name)
	return x.Ports.Links.Partner(ctx, p.Name)
}

const codeCard = "card"

// cardsDaily is how many cards a partner may have this node pin in a day that no
// officer looked at: each stays for good, and in the ledger.
const cardsDaily = 8

// Follow pins a partner's next card, which came over its link, by the word of
// the key that is pinned: that is all that an officer who adds a later card by
// hand relies on, too.
func (x *Exchange) Follow(ctx context.Context, partner party.Name, signed []byte) (Partner, error) {
	card, envelope, err := message.OpenCard(signed)
	if err != nil {
		return Partner{}, err
	}
	known, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil {
		return Partner{}, err
	}
	if card.Name != partner {
		return Partner{}, fault.New(fault.Forged, "%s sent a card of %s", partner, card.Name)
	}
	if err := x.foreign(ctx, card); err != nil {
		return Partner{}, err
	}
	if err := card.Succeed(envelope, known.Card); err != nil {
		return Partner{}, err
	}
	x.Log.Info("a partner's next card is pinned", "partner", partner, "serial", card.Serial)
	return x.pin(ctx, party.Actor{}, card, signed, &known)
}

// Partners lists the partners, for any officer.
func (x *Exchange) Partners(ctx context.Context, actor party.Actor) ([]Partner, error) {
	if len(actor.Roles) == 0 {
		return nil, fault.New(fault.Denied, "only officers see who the partners are")
	}
	return x.Standing(ctx)
}

// Standing tells how each link stands, for the node itself.
func (x *Exchange) Standing(ctx context.Context) ([]Partner, error) {
	all, err := x.Ports.Links.Partners(ctx)
	for i := 0; i < len(all) && err == nil; i++ {
		all[i].Failing = x.failing.of(all[i].Name)
		all[i].Missed, err = x.Ports.Inbox.Misses(ctx, all[i].Name, wire.At(x.Now().Add(-missedFor)))
	}
	return all, err
}

// Introduced lists the partners with their cards and the states of their links alone,
// for any officer.
func (x *Exchange) Introduced(ctx context.Context, actor party.Actor) ([]Partner, error) {
	if len(actor.Roles) == 0 {
		return nil, fault.New(fault.Denied, "only officers see who the partners are")
	}
	return x.Ports.Links.Introduced(ctx)
}

// missedFor is how long back officers are told of what was not received.
const missedFor = 24 * time.Hour

// Cards lists the signed cards of a partner that were pinned, the newest last, for
// any officer: what the partner signed long ago is under a key that an older one
// names.
func (x *Exchange) Cards(ctx context.Context, actor party.Actor, name party.Name) ([][]byte, error) {
	if len(actor.Roles) == 0 {
		return nil, fault.New(fault.Denied, "only officers see who the partners are")
	}
	return x.Ports.Links.Cards(ctx, name)
}

// PartnerOf tells which partner's card pins a TLS key: whom a connection
// comes from. fault.Withheld if none does.
func (x *Exchange) PartnerOf(ctx context.Context, pin ref.Hash) (party.Name, error) {
	partners, err := x.Ports.Links.Introduced(ctx)
	if err != nil {
		return "", err
	}
	for _, p := range partners {
		if p.Card.TLSPin == pin && !pin.IsZero() {
			return p.Name, nil
		}
	}
	return "", fault.New(fault.Withheld, "no partner has this key")
}

// Suspend stops a link: nothing is sent and nothing taken in. What waits
// stays, in order. The partner is told no more than that nothing is received.
func (x *Exchange) Suspend(ctx context.Context, actor party.Actor, name party.Name, reason string) (Partner, error) {
	return x.move(ctx, actor, name, Suspended, reason)
}

// Resume lets a link move again. A link that is frozen for equivocation is
// resumed only by a security officer who says why the two histories are
// believed to be explained; the evidence stays.
func (x *Exchange) Resume(ctx context.Context, actor party.Actor, name party.Name, reason string) (Partner, error) {
	return x.move(ctx, actor, name, Active, reason)
}

func (x *Exchange) move(ctx context.Context, actor party.Actor, name party.Name, to LinkState, reason string) (Partner, error) {
	if err := actor.May(party.ActLink); err != nil {
		return Partner{}, err
	}
	if err := CheckReason(reason); err != nil {
		return Partner{}, err
	}
	p, err := x.Ports.Links.Partner(ctx, name)
	if err != nil {
		return Partner{}, err
	}
	switch {
	case p.State == to:
		return p, nil
	case p.State == Frozen && to == Suspended:
		return Partner{}, fault.New(fault.Frozen, "the link with %s is frozen already, which is more than suspended", name)
	case p.State == Frozen && (!actor.Has(party.Security) || reason == ""):
		return Partner{}, fault.New(fault.Frozen, "the link with %s is frozen: %s", name, frozenFor(p.Why)).
			Fix("comity partner evidence %s shows it; ask the partner what happened. A security officer can then resume the link with a reason; the evidence is kept", name)
	}
	r := record.Record{Kind: record.Suspend, At: x.now(), Unit: actor.Unit, Officer: actor.Handle, Other: name, Code: string(p.State)}
	if to == Active {
		r.Kind = record.Resume
	}
	if reason != "" {
		r.Subject = ReasonHash(reason)
	}
	e, err := x.entry(r)
	if err != nil {
		return Partner{}, err
	}
	if err := x.Ports.Links.SetState(ctx, StateChange{Partner: name, To: to, At: r.At, Records: one(e)}); err != nil {
		return Partner{}, err
	}
	x.waker.wake(name)
	return x.Ports.Links.Partner(ctx, name)
}

// frozenFor says in words why a link is frozen.
func frozenFor(why string) string {
	if why == FrozenFork {
		return "it signed two heads of its ledger that are not of one history"
	}
	return "it signed two messages for one position"
}

// Evidence lists what was kept when the link with a partner was frozen, for
// whoever may move links, and for auditors.
func (x *Exchange) Evidence(ctx context.Context, actor party.Actor, name party.Name) ([]Evidence, error) {
	if err := actor.May(party.ActLink); err != nil && !actor.Has(party.Auditor) {
		return nil, err
	}
	return x.Ports.Links.Evidence(ctx, name)
}
