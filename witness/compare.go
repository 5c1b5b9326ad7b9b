package witness

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// maxRounds is how often one comparison asks: once, once more with the proof
// from what the partner turned out to hold, and once for what it asked then.
const maxRounds = 3

// Compare has this node and a partner tell each other how their ledgers
// stand, until each holds the other's newest head or has found out why not.
func (s *Service) Compare(ctx context.Context, p exchange.Partner, peer exchange.Peer) error {
	v, err := s.Store.View(ctx, p.Name)
	if err != nil {
		return err
	}
	if v.Twice != nil {
		return s.freeze(ctx, p, Judge(v, Said{}), nil, nil)
	}
	var asked []int64
	pinned := ref.Hash{}
	for range maxRounds {
		q, err := s.say(ctx, p, question{asks: asked, pinned: pinned})
		if err != nil {
			return err
		}
		signed, err := q.sign(s.Keys())
		if err != nil {
			return err
		}
		answer, err := peer.Compare(ctx, signed)
		if err != nil {
			return err
		}
		h, err := Open(answer, p.Name, s.Node, p.Card.Signing)
		if err != nil {
			return err
		}
		if h.Re != Hash(signed) {
			return fault.New(fault.Forged, "%s answered other heads than the ones it was sent", p.Name)
		}
		if err := s.take(ctx, p, h, &q, &signed, &answer); err != nil {
			return err
		}
		behind := h.Pinned != s.Card() && s.Next(h.Pinned) != nil
		if h.held() == headSize(q.Head) && len(h.Asks) == 0 && !behind {
			return s.Links.Again(ctx, p, peer, h.Expects)
		}
		asked, pinned = h.Asks, h.Pinned
		if p, err = s.Partners.Partner(ctx, p.Name); err != nil {
			return err
		}
	}
	return nil
}

// Answer takes the heads of a partner, whom the transport has authenticated,
// and gives this node's.
func (s *Service) Answer(ctx context.Context, from party.Name, signed seal.Envelope) (seal.Envelope, error) {
	p, err := s.Partners.Partner(ctx, from)
	if fault.Is(err, fault.Withheld) || err == nil && p.State != exchange.Active {
		return seal.Envelope{}, &exchange.NotReceived{Why: exchange.WhyLink}
	}
	if err != nil {
		return seal.Envelope{}, err
	}
	h, err := Open(signed, from, s.Node, p.Card.Signing)
	if err != nil {
		return seal.Envelope{}, notReceived(err)
	}
	if err := s.take(ctx, p, h, nil, nil, &signed); err != nil {
		return seal.Envelope{}, notReceived(err)
	}
	a, err := s.say(ctx, p, question{re: Hash(signed), since: &h, asks: h.Asks, pinned: h.Pinned})
	if err != nil {
		return seal.Envelope{}, err
	}
	s.Links.Compared(from)
	if h.Expects <= p.Out.Sequence && p.Queued == 0 {
		s.Links.Want(from) // it lacks messages that it had: they are sent again after a comparison
	}
	return a.sign(s.Keys())
}

// Say gives this node's heads for a partner, to be carried.
func (s *Service) Say(ctx context.Context, partner party.Name) (seal.Envelope, error) {
	p, err := s.Partners.Partner(ctx, partner)
	if err != nil {
		return seal.Envelope{}, err
	}
	v, err := s.Store.View(ctx, partner)
	if err != nil {
		return seal.Envelope{}, err
	}
	h, err := s.say(ctx, p, question{asks: v.Asked})
	if err != nil {
		return seal.Envelope{}, err
	}
	return h.sign(s.Keys())
}

// Hear takes a partner's heads that were carried. What it asks to be shown is
// shown in the next ones that go to it.
func (s *Service) Hear(ctx context.Context, from party.Name, signed seal.Envelope) error {
	p, err := s.Partners.Partner(ctx, from)
	if fault.Is(err, fault.Withheld) || err == nil && p.State != exchange.Active {
		return fault.New(fault.Frozen, "there is no link with %s that moves", from).Fix("comity partner list shows the links")
	}
	if err != nil {
		return err
	}
	h, err := Open(signed, from, s.Node, p.Card.Signing)
	if err != nil {
		return err
	}
	if err := s.Store.Asks(ctx, from, h.Asks); err != nil {
		return err
	}
	return s.take(ctx, p, h, nil, nil, &signed)
}

// notReceived tells a partner as much as it may know of what was wrong.
func notReceived(err error) error {
	switch fault.KindOf(err) {
	case fault.Forged:
		return &exchange.NotReceived{Why: exchange.WhySignature}
	case fault.Frozen:
		return &exchange.NotReceived{Why: exchange.WhyFork}
	case fault.Invalid, fault.TooLarge, fault.Unsupported:
		return &exchange.NotReceived{Why: exchange.WhyFrame}
	}
	return err
}

// take keeps what a partner's heads say. asked is the question that they
// answer; nil: they are a question themselves.
func (s *Service) take(ctx context.Context, p exchange.Partner, h Heads, asked *Heads, question, signed *seal.Envelope) error {
	if len(h.Card) > 0 {
		if _, err := s.Links.Follow(ctx, p.Name, h.Card); err != nil {
			s.Log.Warn("a partner's next card is not taken", "partner", p.Name, "err", err)
		}
	}
	head, err := h.head(p.Card.Signing)
	if err != nil {
		return err
	}
	if err := s.held(ctx, p, h); err != nil {
		return err
	}
	if !head.IsZero() {
		if head, err = ledger.Plain(head, p.Card.Signing); err != nil {
			return err
		}
		if err := s.Store.See(ctx, p.Name, Seen{Head: head, Source: p.Name, At: s.now()}); err != nil {
			return err
		}
	}
	v, err := s.Store.View(ctx, p.Name)
	if err != nil {
		return err
	}
	said := Said{Head: head, Since: h.Since, Path: h.Path, Shown: h.Shown, Stopped: h.Stopped}
	if asked != nil {
		said.Asked, said.Showed = asked.Asks, asked.held()
	}
	j := Judge(v, said)
	switch j.Verdict {
	case Forked:
		return s.freeze(ctx, p, j, question, signed)
	case Older:
		s.Log.Warn("a partner shows an older ledger than it did", "partner", p.Name, "records", head.Size, "seen", v.Held.Size)
	case Extends:
		if err := s.advance(ctx, p.Name, j.Advance); err != nil {
			return err
		}
	}
	return s.others(ctx, p, h)
}

func (s *Service) advance(ctx context.Context, partner party.Name, a Advance) error {
	if a.Head.IsZero() {
		return nil
	}
	a.At = s.now()
	err := s.Store.Advance(ctx, partner, a)
	if fault.Is(err, fault.Stale) {
		return nil // another comparison was faster; the next one goes on from there
	}
	return err
}

// held keeps the partner's cosignature over this node's ledger, and looks
// whether the ledger is still the one that was cosigned.
func (s *Service) held(ctx context.Context, p exchange.Partner, h Heads) error {
	if err := s.taken(ctx, p, h); err != nil {
		return err
	}
	if h.Holds == "" {
		return s.Store.Asked(ctx, p.Name)
	}
	cp, err := s.mine([]byte(h.Holds))
	if err != nil {
		return err
	}
	cosigned, err := ledger.Cosigned(cp, ledger.Origin(string(p.Name)), p.Card.Signing)
	if err != nil {
		return err
	}
	size, err := s.Ledger.Size()
	if err != nil {
		return err
	}
	extended := cp.Size <= size
	if extended {
		root, err := ledger.RootAt(s.Ledger, cp.Size)
		if err != nil {
			return err
		}
		extended = root == cp.Root
	}
	if !extended {
		return s.stop(ctx, cp, cosigned, p.Name)
	}
	if err := s.Store.Cosigned(ctx, p.Name, cp, s.now()); err != nil {
		return err
	}
	return s.Store.Asked(ctx, p.Name)
}

// mine opens a checkpoint of this node's own ledger, under whichever of its
// keys has signed it: the one that holds it may not have met for long.
func (s *Service) mine(note []byte) (cp ledger.Checkpoint, err error) {
	for _, k := range s.Past() {
		if cp, err = ledger.OpenCheckpoint(note, ledger.Origin(string(s.Node)), k); !fault.Is(err, fault.Forged) {
			break
		}
	}
	return cp, err
}

// sent opens an envelope of this node's own, likewise.
func (s *Service) sent(e seal.Envelope, to party.Name) (o exchange.Envelope, hash ref.Hash, err error) {
	for _, k := range s.Past() {
		if o, hash, err = exchange.ParseEnvelope(e, s.Node, to, k); err == nil {
			break
		}
	}
	return o, hash, err
}

// stop keeps that this node's ledger is behind what it has signed. The
// comparison goes on: the partner is told how the ledger stands here.
func (s *Service) stop(ctx context.Context, lost ledger.Checkpoint, cosigned int64, holder party.Name) error {
	lifted, err := s.Store.Lifted(ctx)
	if err != nil || !lifted.IsZero() && cosigned <= lifted.Time().Unix() {
		return err // an officer has said that what was signed until then is lost
	}
	if known := s.Store.Stopped(); known != nil && known.Head.Size >= lost.Size {
		return nil
	}
	s.Log.Error("the ledger is behind what this node has signed; nothing is signed any more", "holder", holder, "records", lost.Size)
	return s.Store.Stop(ctx, Lost{Head: lost, Holder: holder, At: s.now()})
}

// taken looks whether the partner has a message of this node's that its
// database does not know of: the next one must come after it.
func (s *Service) taken(ctx context.Context, p exchange.Partner, h Heads) error {
	if h.Taken == nil || h.Expects <= p.Out.Sequence+1 {
		return nil
	}
	e, hash, err := s.sent(*h.Taken, p.Name)
	if err != nil {
		return err
	}
	if e.Sequence != h.Expects-1 {
		return fault.New(fault.Forged, "%s says that it took message %d and shows message %d", p.Name, h.Expects-1, e.Sequence)
	}
	s.Log.Error("a partner has messages of this node's that it does not know of", "partner", p.Name, "known", p.Out.Sequence, "taken", e.Sequence)
	return s.Store.Sent(ctx, p.Name, exchange.Position{Sequence: e.Sequence, Hash: hash})
}

// freeze stops the link with a node whose ledger has two histories.
func (s *Service) freeze(ctx context.Context, p exchange.Partner, j Judgement, question, signed *seal.Envelope) error {
	evidence := []exchange.Evidence{
		{Name: "head-1.checkpoint", Body: j.Pair[0].Signed},
		{Name: "head-2.checkpoint", Body: j.Pair[1].Signed}, // empty: it showed none any more
		{Name: exchange.EvidenceCard, Body: p.Signed},
	}
	for _, x := range []struct {
		name  string
		heads *seal.Envelope
	}{{"heads-asked.json", question}, {"heads-said.json", signed}} {
		if x.heads == nil {
			continue
		}
		b, err := wire.Encode(*x.heads)
		if err != nil {
			return err
		}
		evidence = append(evidence, exchange.Evidence{Name: x.name, Body: b})
	}
	r := record.Record{Subject: ref.Content(j.Pair[0].Signed), Message: ref.Content(j.Pair[1].Signed)}
	if err := s.Links.Freeze(ctx, p.Name, exchange.FrozenFork, r, evidence...); err != nil {
		return err
	}
	return fault.New(fault.Frozen, "%s has signed two histories of its ledger: %s (%d and %d records)", p.Name, j.Why, j.Pair[0].Size, j.Pair[1].Size).
		Fix("the link is frozen and both heads are kept: comity partner evidence %s", p.Name)
}
