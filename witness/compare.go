package witness

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
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
	pinned, shown := ref.Hash{}, false
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
		h, err := Open(answer, p.Name, s.Node, p.Card.Signing, s.Speaks)
		if err != nil {
			return err
		}
		if h.Re != Hash(signed) {
			return fault.New(fault.Forged, "%s answered other heads than the ones it was sent", p.Name)
		}
		if shown, err = s.take(ctx, p, heard{Heads: h, signed: answer, to: &q, question: &signed}); err != nil {
			return err
		}
		behind := h.Pinned != s.Card() && s.Next(h.Pinned) != nil
		if h.Stopped {
			return fault.New(fault.Stale, "%s says that its ledger is behind what it has signed", p.Name).Fix("ask its officers; nothing is taken from it until then")
		}
		if shown && h.held() == headSize(q.Head) && len(h.Asks) == 0 && !behind {
			return s.Links.Again(ctx, p, peer, h.Expects)
		}
		asked, pinned = h.sizes(), h.Pinned
		if p, err = s.Partners.Partner(ctx, p.Name); err != nil {
			return err
		}
	}
	if !shown {
		return fault.New(fault.Stale, "%s has not shown yet that its ledger extends what is held of it", p.Name)
	}
	return fault.New(fault.Stale, "the ledgers of both sides grew faster than they could be shown to %s", p.Name)
}

// Answer takes the heads of a partner, whom the transport has authenticated,
// and gives this node's.
func (s *Service) Answer(ctx context.Context, from party.Name, signed seal.Envelope) (seal.Envelope, error) {
	p, err := s.Partners.Partner(ctx, from)
	if fault.Is(err, fault.Withheld) || err == nil && p.State != exchange.Active {
		return seal.Envelope{}, &message.NotReceived{Why: message.WhyLink}
	}
	if err != nil {
		return seal.Envelope{}, err
	}
	h, err := Open(signed, from, s.Node, p.Card.Signing, s.Speaks)
	if err != nil {
		return seal.Envelope{}, notReceived(err)
	}
	shown, err := s.take(ctx, p, heard{Heads: h, signed: signed})
	if err != nil {
		return seal.Envelope{}, notReceived(err)
	}
	a, err := s.say(ctx, p, question{re: Hash(signed), since: &h, asks: h.sizes(), pinned: h.Pinned})
	if err != nil {
		return seal.Envelope{}, err
	}
	if shown && len(a.Asks) == 0 {
		s.Links.Compared(from) // else this node asks in its turn: whoever only asks shows nothing
	}
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
	h, err := Open(signed, from, s.Node, p.Card.Signing, s.Speaks)
	if err != nil {
		return err
	}
	if err := s.Store.Asks(ctx, from, h.sizes()); err != nil {
		return err
	}
	_, err = s.take(ctx, p, heard{Heads: h, signed: signed, carried: true})
	return err
}

// notReceived tells a partner as much as it may know of what was wrong.
func notReceived(err error) error {
	switch fault.KindOf(err) {
	case fault.Forged:
		return &message.NotReceived{Why: message.WhySignature}
	case fault.Frozen:
		return &message.NotReceived{Why: message.WhyFork}
	case fault.Invalid, fault.TooLarge, fault.Unsupported:
		return &message.NotReceived{Why: message.WhyFrame}
	}
	return err
}

// heard are heads that came, and how.
type heard struct {
	Heads
	signed   seal.Envelope
	to       *Heads         // the question that they answer; nil: they are a question, or were carried
	question *seal.Envelope // likewise, signed
	carried  bool           // nobody knows how long they were under way
}

// take keeps what a partner's heads say, and tells whether they show that its
// ledger extends what is held of it.
func (s *Service) take(ctx context.Context, p exchange.Partner, h heard) (shown bool, err error) {
	if len(h.Card) > 0 {
		if _, err := s.Links.Follow(ctx, p.Name, h.Card); err != nil {
			s.Log.Warn("a partner's next card is not taken", "partner", p.Name, "err", err)
		}
	}
	head, err := h.head(p.Card.Signing)
	if err != nil {
		return false, err
	}
	if err := s.held(ctx, p, h); err != nil {
		return false, err
	}
	v, said, err := s.said(ctx, p, h, head)
	if err != nil {
		return false, err
	}
	j := Judge(v, said)
	switch j.Verdict {
	case Forked:
		return false, s.freeze(ctx, p, j, h.question, &h.signed)
	case Older:
		s.Log.Warn("a partner shows an older ledger than it did", "partner", p.Name, "records", head.Size, "seen", v.Held.Size)
	case Unproved:
		s.Log.Info("a partner does not show yet that its ledger extends what is held of it", "partner", p.Name, "records", head.Size, "held", v.Held.Size)
	case Extends:
		if err := s.advance(ctx, p.Name, j.Advance); err != nil {
			return false, err
		}
	}
	if err := s.behind(ctx, p, h, j.Verdict == Extends); err != nil {
		return false, err
	}
	return j.Verdict == Extends && !h.Stopped, s.others(ctx, p, h.Heads)
}

// said keeps the head that a partner shows, and gives what is to be judged.
func (s *Service) said(ctx context.Context, p exchange.Partner, h heard, head ledger.Checkpoint) (View, Said, error) {
	said := Said{Since: h.Since, Path: h.Path, Shown: h.Shown, Stopped: h.Stopped}
	if !head.IsZero() {
		var err error
		if head, err = ledger.Plain(head, p.Card.Signing); err != nil {
			return View{}, said, err
		}
		if err := s.Store.See(ctx, p.Name, Seen{Head: head, Source: p.Name, At: s.now()}); err != nil {
			return View{}, said, err
		}
	}
	said.Head = head
	if h.to != nil {
		said.Answers, said.Asked = true, h.to.Asks
		if h.to.Holds != "" {
			var err error
			if said.Showed, err = s.theirs(ctx, p, []byte(h.to.Holds)); err != nil {
				return View{}, said, err
			}
		}
	}
	v, err := s.Store.View(ctx, p.Name)
	return v, said, err
}

// theirs opens a head of a partner's ledger that was kept here: an earlier key of
// the partner may have signed it, so that it is read and not verified again.
func (s *Service) theirs(_ context.Context, p exchange.Partner, note []byte) (ledger.Checkpoint, error) {
	origin, size, root, err := ledger.Peek(note)
	if err == nil && origin != ledger.Origin(string(p.Name)) {
		err = fault.New(fault.Internal, "a head of %s is kept as one of %s", origin, p.Name)
	}
	return ledger.Checkpoint{Origin: origin, Size: size, Root: root, Signed: note}, err
}

// behind keeps whether a partner says that its ledger is behind. As long as it
// does nothing is taken from it and nothing sent to it: an honest node that has
// lost some of its ledger signs nothing.
func (s *Service) behind(ctx context.Context, p exchange.Partner, h heard, extends bool) error {
	switch {
	case h.Stopped && p.Behind.IsZero() && !h.carried:
		s.Log.Error("a partner says that its ledger is behind what it has signed: nothing goes over the link", "partner", p.Name)
		return s.Store.Behind(ctx, p.Name, s.now())
	case !h.Stopped && extends && !p.Behind.IsZero() && (!h.carried || h.At.After(p.Behind)):
		return s.Store.Behind(ctx, p.Name, wire.Time{})
	}
	return nil
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
func (s *Service) held(ctx context.Context, p exchange.Partner, h heard) error {
	if err := s.taken(ctx, p, h.Heads); err != nil {
		return err
	}
	for _, n := range []string{h.Seen, h.Holds} {
		if n == "" {
			continue
		}
		cp, err := s.mine([]byte(n))
		if err != nil {
			return err
		}
		if n == h.Holds {
			if _, err := ledger.Cosigned(cp, ledger.Origin(string(p.Name)), p.Card.Signing); err != nil {
				return err
			}
		}
		extended, err := s.extends(cp)
		if err != nil {
			return err
		}
		if !extended {
			return s.stop(ctx, cp, p.Name)
		}
		if n == h.Holds {
			if err := s.Store.Cosigned(ctx, p.Name, cp, s.now()); err != nil {
				return err
			}
		}
	}
	return s.asked(ctx, p, h)
}

// extends tells whether this node's ledger extends a head of it.
func (s *Service) extends(cp ledger.Checkpoint) (bool, error) {
	size, err := s.Ledger.Size()
	if err != nil || cp.Size > size {
		return false, err
	}
	root, err := ledger.RootAt(s.Ledger, cp.Size)
	return root == cp.Root, err
}

// asked keeps that a partner knows of nothing newer than this ledger. What was
// carried may be from before the ledger was put back.
func (s *Service) asked(ctx context.Context, p exchange.Partner, h heard) error {
	if lost := s.Store.Stopped(); h.carried && lost != nil && !h.At.After(lost.At) {
		return nil
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
func (s *Service) sent(e seal.Envelope, to party.Name) (o message.Envelope, hash ref.Hash, err error) {
	for _, k := range s.Past() {
		if o, hash, err = message.ParseEnvelope(e, s.Node, to, k); err == nil {
			break
		}
	}
	return o, hash, err
}

// stop keeps that this node's ledger is behind what it has signed. The
// comparison goes on: the partner is told how the ledger stands here.
func (s *Service) stop(ctx context.Context, lost ledger.Checkpoint, holder party.Name) error {
	waived, err := s.Store.Waived(ctx, holder, lost.Size)
	if err != nil {
		return err
	}
	if waived {
		s.Log.Warn("a partner shows a head that this node has signed and an officer has given up", "holder", holder, "records", lost.Size)
		return nil
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
