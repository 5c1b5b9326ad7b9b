package rulebook

import (
	"context"
	"slices"

	"comity/wire"
)

// Why says why a pack that is held has no say.
type Why string

// The reasons.
const (
	SetAside   Why = "set_aside"    // by an assessment
	Waiting    Why = "waiting"      // a new version that nobody has assessed
	OutOfForce Why = "out_of_force" // it counts, and is not in force at the time
)

// Idle is a pack that has no say at a time, and why.
type Idle struct {
	Entry Entry
	Why   Why
}

// Idle lists the packs held that have no say at a time: those set aside,
// those out of force, and the newest versions that wait.
func (s *Shelf) Idle(ctx context.Context, at wire.Time) ([]Idle, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return nil, err
	}
	var list []Idle
	for len(held) > 0 {
		n := slices.IndexFunc(held, func(h Standing) bool { return h.Ref.ID != held[0].Ref.ID })
		if n < 0 {
			n = len(held)
		}
		of, err := s.idle(ctx, held[:n], at)
		if err != nil {
			return nil, err
		}
		list, held = append(list, of...), held[n:]
	}
	return list, nil
}

// idle looks at the versions of one pack.
func (s *Shelf) idle(ctx context.Context, versions []Standing, at wire.Time) ([]Idle, error) {
	top, err := s.full(ctx, versions[len(versions)-1])
	if err != nil {
		return nil, err
	}
	var list []Idle
	counting := slices.DeleteFunc(slices.Clone(versions), func(h Standing) bool { return !h.Counts })
	assessed := slices.DeleteFunc(slices.Clone(versions), Standing.Waits)
	switch {
	case len(counting) > 0:
		e, err := s.begun(ctx, counting, at)
		if err != nil {
			return nil, err
		}
		if !e.Pack.InForceAt(at) {
			list = append(list, Idle{e, OutOfForce})
		}
	case len(assessed) > 0:
		e, err := s.full(ctx, assessed[len(assessed)-1])
		if err != nil {
			return nil, err
		}
		list = append(list, Idle{e, SetAside})
	}
	if top.Waits() {
		list = append(list, Idle{top, Waiting})
	}
	return list, nil
}
