package rulebook

import (
	"context"
	"strings"

	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// The words that a record of a changed pack carries.
const (
	codeAdded    = "added"
	codeCounts   = "counts"
	codeSetAside = "set_aside"
)

const maxReason = 4 << 10

// Add puts a version of a pack on the shelf, with the file it was parsed
// from. It needs the right to run the node. The same version with the same
// content is held once and adding it again does nothing; with other content,
// or below the highest version held, it is refused. A new version counts
// until it is assessed, also where an earlier one was set aside: better a
// party too many in a plan than one too few.
func (s *Shelf) Add(ctx context.Context, actor party.Actor, pack law.Pack, source []byte) error {
	if err := actor.May(party.ActRun); err != nil {
		return err
	}
	name, err := pack.Ref()
	if err != nil {
		return err
	}
	if pack.ID == "" || pack.Version < 1 {
		return fault.New(fault.Invalid, "the pack has no id or no version").Fix("see doc/spec/pack.md")
	}
	held, err := s.store.Standings(ctx)
	if err != nil {
		return err
	}
	for _, h := range held {
		switch {
		case h.Ref == name:
			return nil
		case h.Ref.ID == pack.ID && h.Ref.Version == pack.Version:
			return fault.New(fault.Stale, "version %d of pack %s is held with other content", pack.Version, pack.ID).
				Fix("a changed pack needs a higher version")
		case h.Ref.ID == pack.ID && h.Ref.Version > pack.Version:
			return fault.New(fault.Stale, "pack %s is held in version %d already", pack.ID, h.Ref.Version).
				Fix("add a version above it")
		}
	}
	at := wire.At(s.now())
	e, err := s.entry(actor, at, name, ref.Content(source), codeAdded)
	if err != nil {
		return err
	}
	standing := Standing{Ref: name, Counts: true, By: actor.Handle, Since: at}
	return s.store.Shelve(ctx, standing, pack, source, e)
}

// Assess keeps the word of the node's own lawyers on whether a pack counts
// here, in every version held so far, and why. It needs the right to assess; the
// reason is required, and its hash goes into the ledger.
func (s *Shelf) Assess(ctx context.Context, actor party.Actor, id string, counts bool, reason string) error {
	if err := actor.May(party.ActAssess); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.New(fault.Invalid, "an assessment needs its reason").Fix("say why the pack counts here or does not")
	}
	if len(reason) > maxReason {
		return fault.New(fault.TooLarge, "the reason is longer than %d bytes", maxReason)
	}
	held, err := s.store.Standings(ctx)
	if err != nil {
		return err
	}
	standing, err := highest(held, id)
	if err != nil {
		return err
	}
	at := wire.At(s.now())
	code := codeSetAside
	if counts {
		code = codeCounts
	}
	e, err := s.entry(actor, at, standing.Ref, ref.Content([]byte(reason)), code)
	if err != nil {
		return err
	}
	return s.store.Assess(ctx, Standing{Ref: standing.Ref, Counts: counts, Reason: reason, By: actor.Handle, Since: at}, e)
}
