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

// question is what heads are made in reply to: another's heads, or, in a first
// question, nothing; asks is what the other wants to be shown.
type question struct {
	re     ref.Hash
	since  *Heads
	asks   []int64
	pinned ref.Hash // the card of this node's that the other has pinned, as far as that is known
}

// say makes this node's heads for a partner.
func (s *Service) say(ctx context.Context, p exchange.Partner, q question) (Heads, error) {
	h := Heads{Protocol: s.Speaks.With(p.Card.Protocol), From: s.Node, To: p.Name, At: s.now(), Re: q.re, Stopped: s.Store.Stopped() != nil}
	v, err := s.Store.View(ctx, p.Name)
	if err != nil {
		return Heads{}, err
	}
	since := v.Mine.Size
	if q.since != nil {
		since = q.since.held()
		h.Protocol = s.Speaks.With(q.since.Protocol) // the card here may not be the newest
	}
	if err := s.own(ctx, &h, since, q.asks); err != nil {
		return Heads{}, err
	}
	if !v.Held.IsZero() {
		// It was checked and kept before: only now is it cosigned, as of then.
		cp, err := s.cosign(v.Held, v.At)
		if err != nil {
			return Heads{}, err
		}
		h.Holds = cp.String()
	}
	h.Pinned = p.CardHash
	if !q.pinned.IsZero() && q.pinned != s.Card() {
		h.Card = s.Next(q.pinned)
	}
	if h.Expects = p.In.Sequence + 1; p.In.Sequence > 0 {
		taken, err := s.Inbox.Consumed(ctx, p.Name, p.In.Sequence)
		if err != nil {
			return Heads{}, err
		}
		e, err := seal.ParseEnvelope(taken.Envelope, wire.Limits{Bytes: message.MaxEnvelope, Depth: 4})
		if err != nil {
			return Heads{}, err
		}
		h.Taken = &e
	}
	for _, o := range v.Open {
		if n := len(h.Asks); n == 0 || h.Asks[n-1].Size < o.Head.Size {
			h.Asks = append(h.Asks, Ask{o.Head.Size, o.Head.Root})
		}
		if o.Head.Size > v.Held.Size {
			h.Seen = string(o.Head.Signed)
		}
	}
	others, err := s.Store.Others(ctx, p.Name)
	if err != nil {
		return Heads{}, err
	}
	for _, o := range others[:min(len(others), MaxOthers)] {
		cp, err := s.cosign(o.Head, o.At)
		if err != nil {
			return Heads{}, err
		}
		h.Others = append(h.Others, cp.String())
	}
	return h, nil
}

// cosign adds this node's cosignature, of each of its keys.
func (s *Service) cosign(cp ledger.Checkpoint, at wire.Time) (ledger.Checkpoint, error) {
	for _, k := range s.Keys() {
		var err error
		if cp, err = ledger.Cosign(cp, ledger.Origin(string(s.Node)), k, at.Time().Unix()); err != nil {
			return cp, err
		}
	}
	return cp, nil
}

// own says how this node's ledger stands, and shows that it extends what the
// other holds and has seen. What it cannot show it leaves out: that is told
// by [Service.held].
func (s *Service) own(ctx context.Context, h *Heads, since int64, asks []int64) error {
	cp, err := s.Ledger.Checkpoint(ctx)
	if fault.Is(err, fault.Withheld) {
		return nil
	}
	if err != nil {
		return err
	}
	h.Head = cp.String()
	if since <= cp.Size {
		h.Since = since
		if h.Path, err = ledger.ProveConsistency(s.Ledger, since, cp.Size); err != nil {
			return err
		}
	}
	for _, size := range asks {
		if size > cp.Size {
			break
		}
		path, err := ledger.ProveConsistency(s.Ledger, size, cp.Size)
		if err != nil {
			return err
		}
		h.Shown = append(h.Shown, Shown{Size: size, Path: path})
	}
	return nil
}

// sizes gives what is asked about.
func (h Heads) sizes() []int64 {
	list := make([]int64, len(h.Asks))
	for i, a := range h.Asks {
		list[i] = a.Size
	}
	return list
}

// held tells the size of To's ledger that From says it holds.
func (h Heads) held() int64 { return headSize(h.Holds) }

// headSize reads the size off a note, for choosing where a proof begins: if
// it is wrong, the proof is of no use to whoever said so.
func headSize(note string) int64 {
	_, size, _, err := ledger.Peek([]byte(note))
	if err != nil {
		return 0
	}
	return size
}

// others looks at the heads of third nodes that a partner passes on. Of those
// this node knows nothing it takes nothing; for the others only the owner's
// signature counts.
func (s *Service) others(ctx context.Context, from exchange.Partner, h Heads) error {
	for _, n := range h.Others {
		origin, _, _, err := ledger.Peek([]byte(n))
		if err != nil {
			continue
		}
		owner, ok := ownerOf(origin)
		if !ok || owner == s.Node || owner == from.Name {
			continue
		}
		p, err := s.Partners.Partner(ctx, owner)
		if fault.Is(err, fault.Withheld) {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.passed(ctx, p, from.Name, []byte(n)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) passed(ctx context.Context, p exchange.Partner, from party.Name, note []byte) error {
	cp, err := ledger.OpenCheckpoint(note, ledger.Origin(string(p.Name)), p.Card.Signing)
	if err != nil {
		return nil //nolint:nilerr // not signed by its owner: it says nothing of it
	}
	if cp, err = ledger.Plain(cp, p.Card.Signing); err != nil {
		return err
	}
	if err := s.Store.See(ctx, p.Name, Seen{Head: cp, Source: from, At: s.now()}); err != nil {
		return err
	}
	v, err := s.Store.View(ctx, p.Name)
	if err != nil || p.State != exchange.Active {
		return err
	}
	if v.Twice == nil {
		if len(v.Open) > 0 {
			s.Links.Want(p.Name) // its owner is asked to show that it is of the ledger that we hold
		}
		return nil
	}
	err = s.freeze(ctx, p, Judge(v, Said{}), nil, nil)
	if fault.Is(err, fault.Frozen) {
		return nil // it is the third node that is frozen, not the one that told
	}
	return err
}

func ownerOf(origin string) (party.Name, bool) {
	prefix := ledger.Origin("")
	if len(origin) <= len(prefix) || origin[:len(prefix)] != prefix {
		return "", false
	}
	n, err := party.ParseName(origin[len(prefix):])
	return n, err == nil
}

// Covered gives what stands beside a receipt of a partner's: a head of its
// ledger, cosigned by this node when it came to hold it, which extends the one
// under which the receipt stands. fault.Withheld if the partner has not shown
// that yet.
func (s *Service) Covered(ctx context.Context, partner party.Name, size int64, root ref.Hash) (record.Cosigned, wire.Time, error) {
	h, path, err := s.Store.Covered(ctx, partner, size, root)
	if err != nil {
		return record.Cosigned{}, wire.Time{}, err
	}
	cp, err := s.cosign(h.Head, h.At)
	return record.Cosigned{Checkpoint: cp.String(), Path: append([]ref.Hash{}, path...)}, h.At, err
}
