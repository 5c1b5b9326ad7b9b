package rulebook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// List gives every version of every pack, by id, then version.
func (s *Shelf) List(ctx context.Context) ([]Entry, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Entry, len(held))
	for i, h := range held {
		if list[i], err = s.full(ctx, h); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Show gives one version of a pack; version 0 means the highest.
func (s *Shelf) Show(ctx context.Context, id string, version int) (Entry, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return Entry{}, err
	}
	if version == 0 {
		h, err := highest(held, id)
		if err != nil {
			return Entry{}, err
		}
		return s.full(ctx, h)
	}
	for _, h := range held {
		if h.Ref.ID == id && h.Ref.Version == version {
			return s.full(ctx, h)
		}
	}
	return Entry{}, unheld(held, id)
}

// World gives the packs that count and the parties known by name. Of each
// pack it takes the highest version that had begun at the time asked for (the
// zero time: the highest). With only, it takes exactly the packs of those
// ids, whether they count or not; an id that is not held is an error.
func (s *Shelf) World(ctx context.Context, at wire.Time, only []string) (release.World, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return release.World{}, err
	}
	ids := only
	if len(only) == 0 {
		for _, h := range held {
			ids = append(ids, h.Ref.ID)
		}
	}
	var packs []law.Pack
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		h, err := s.begun(ctx, held, id, func(p law.Pack) bool { return at.IsZero() || !at.Before(p.From) })
		if err != nil {
			return release.World{}, err
		}
		if len(only) == 0 && !h.Counts {
			continue
		}
		packs = append(packs, h.Pack)
	}
	return s.world(ctx, packs)
}

// Replay gives the world of exactly the packs that a stored closure names,
// in their stored versions; fault.Forged if the shelf holds other content
// under such a name.
func (s *Shelf) Replay(ctx context.Context, names []law.Ref) (release.World, error) {
	packs := make([]law.Pack, len(names))
	for i, n := range names {
		e, err := s.Show(ctx, n.ID, n.Version)
		if err != nil {
			return release.World{}, err
		}
		if e.Ref != n {
			return release.World{}, fault.New(fault.Forged, "version %d of pack %s is not the one that was used", n.Version, n.ID)
		}
		packs[i] = e.Pack
	}
	return s.world(ctx, packs)
}

func (s *Shelf) world(ctx context.Context, packs []law.Pack) (release.World, error) {
	var parties []party.Party
	for _, p := range packs {
		parties = append(parties, p.Parties...)
	}
	if s.Extra != nil {
		extra, err := s.Extra(ctx)
		if err != nil {
			return release.World{}, err
		}
		parties = append(parties, extra...)
	}
	return release.World{Packs: packs, Directory: party.NewDirectory(parties...)}, nil
}

// begun gives the highest version that satisfies a test, or the highest.
func (s *Shelf) begun(ctx context.Context, held []Standing, id string, test func(law.Pack) bool) (Entry, error) {
	top, err := highest(held, id)
	if err != nil {
		return Entry{}, err
	}
	for _, h := range slices.Backward(held) {
		if h.Ref.ID != id {
			continue
		}
		e, err := s.full(ctx, h)
		if err != nil || test(e.Pack) {
			return e, err
		}
	}
	return s.full(ctx, top)
}

// full joins a standing with its content. Contents are named by their hash
// and never change, so they are read once.
func (s *Shelf) full(ctx context.Context, h Standing) (Entry, error) {
	s.mu.Lock()
	c, found := s.known[h.Ref.Hash]
	s.mu.Unlock()
	if !found {
		pack, source, err := s.store.Pack(ctx, h.Ref.ID, h.Ref.Version)
		if err != nil {
			return Entry{}, err
		}
		if got, err := pack.Ref(); err != nil || got != h.Ref {
			return Entry{}, fault.New(fault.Forged, "version %d of pack %s is not the one that was added", h.Ref.Version, h.Ref.ID).Because(err)
		}
		c = content{pack, source}
		s.mu.Lock()
		s.known[h.Ref.Hash] = c
		s.mu.Unlock()
	}
	return Entry{Pack: c.pack, Ref: h.Ref, Counts: h.Counts, Reason: h.Reason, By: h.By, Since: h.Since, Source: c.source}, nil
}

func highest(held []Standing, id string) (Standing, error) {
	for _, h := range slices.Backward(held) {
		if h.Ref.ID == id {
			return h, nil
		}
	}
	return Standing{}, unheld(held, id)
}

// unheld says what is held instead. Which packs a node holds is no secret
// from its officers.
func unheld(held []Standing, id string) error {
	var names []string
	for _, h := range held {
		names = append(names, fmt.Sprintf("%s@%d", h.Ref.ID, h.Ref.Version))
	}
	if len(names) == 0 {
		return fault.New(fault.Invalid, "this node holds no pack %q", id).Fix("it holds none yet; comity pack add FILE adds one")
	}
	return fault.New(fault.Invalid, "this node holds no pack %q in that version", id).Fix("it holds %s", strings.Join(names, ", "))
}
