package rulebook

import (
	"context"
	"slices"
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
// or below the highest version held, it is refused. The first version counts
// until it is assessed: better a party too many in a plan than one too few. A
// later one waits until it is assessed, and what counted before goes on
// counting: who runs the node could otherwise take parties out of every plan.
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
	first := !slices.ContainsFunc(held, func(h Standing) bool { return h.Ref.ID == pack.ID })
	standing := Standing{Ref: name, Counts: first, By: actor.Handle, Since: at}
	return s.store.Shelve(ctx, standing, pack, source, e)
}

// Assessment is the word of the node's own lawyers on a pack. Of a pack that
// counts, it is for one version (0: the highest) and for those before it that
// were assessed; a version that waits below it goes on waiting. Of one that is
// set aside, it is for one version, or for all of them (0).
type Assessment struct {
	ID      string
	Version int
	Counts  bool
	Reason  string
}

// Assess keeps an assessment. It needs the right to assess; the reason is
// required, and its hash goes into the ledger.
func (s *Shelf) Assess(ctx context.Context, actor party.Actor, a Assessment) error {
	if err := actor.May(party.ActAssess); err != nil {
		return err
	}
	a.Reason = strings.TrimSpace(a.Reason)
	if a.Reason == "" {
		return fault.New(fault.Invalid, "an assessment needs its reason").Fix("say why the pack counts here or does not")
	}
	if len(a.Reason) > maxReason {
		return fault.New(fault.TooLarge, "the reason is longer than %d bytes", maxReason)
	}
	held, err := s.store.Standings(ctx)
	if err != nil {
		return err
	}
	about, err := version(held, a.ID, a.Version)
	if err != nil {
		return err
	}
	if a.Counts && a.Version == 0 && about.Ref.Version > 1 {
		// Whoever read an older one must not let in what came since.
		return fault.New(fault.Invalid, "it is not said which version of %s counts", a.ID).
			Fix("name the one that was read; the newest here is %d", about.Ref.Version)
	}
	at := wire.At(s.now())
	code := codeSetAside
	if a.Counts {
		code = codeCounts
	}
	e, err := s.entry(actor, at, about.Ref, ref.Content([]byte(a.Reason)), code)
	if err != nil {
		return err
	}
	changed := []int{}
	for _, h := range held {
		if h.Ref.ID == a.ID && a.reaches(h, about.Ref.Version) {
			changed = append(changed, h.Ref.Version)
		}
	}
	return s.store.Assess(ctx, Standing{Ref: about.Ref, Counts: a.Counts, Reason: a.Reason, By: actor.Handle, Since: at}, changed, e)
}

// reaches reports whether an assessment about a version changes another.
func (a Assessment) reaches(h Standing, about int) bool {
	switch {
	case h.Ref.Version == about:
		return true
	case a.Counts:
		return h.Ref.Version < about && !h.Waits()
	default:
		return a.Version == 0
	}
}
