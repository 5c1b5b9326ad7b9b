package rulebook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/ref"
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
func (s *Shelf) Show(ctx context.Context, id string, n int) (Entry, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return Entry{}, err
	}
	h, err := version(held, id, n)
	if err != nil {
		return Entry{}, err
	}
	return s.full(ctx, h)
}

// version gives the standing of one version; 0 means the highest.
func version(held []Standing, id string, n int) (Standing, error) {
	for _, h := range slices.Backward(held) {
		if h.Ref.ID == id && (n == 0 || h.Ref.Version == n) {
			return h, nil
		}
	}
	return Standing{}, unheld(held, id)
}

// World gives the packs that count and the parties known by name. Of each
// pack it takes, among the versions that count, the highest that had begun at
// the time asked for (the zero time: the highest). With only, it takes exactly
// the packs of those ids, also if no version of them counts; an id that is not
// held is an error.
func (s *Shelf) World(ctx context.Context, at wire.Time, only []string) (release.World, error) {
	entries, err := s.chosen(ctx, at, only)
	if err != nil {
		return release.World{}, err
	}
	w, err := s.world(ctx, packsOf(entries))
	for _, e := range entries {
		w.Refs = append(w.Refs, e.Ref)
	}
	return w, err
}

// chosen gives the entries that make a world.
func (s *Shelf) chosen(ctx context.Context, at wire.Time, only []string) ([]Entry, error) {
	held, err := s.store.Standings(ctx)
	if err != nil {
		return nil, err
	}
	ids := only
	if len(only) == 0 {
		for _, h := range held {
			ids = append(ids, h.Ref.ID)
		}
	}
	var list []Entry
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		versions := slices.DeleteFunc(slices.Clone(held), func(h Standing) bool { return h.Ref.ID != id })
		counting := slices.DeleteFunc(slices.Clone(versions), func(h Standing) bool { return !h.Counts })
		switch {
		case len(versions) == 0:
			return nil, unheld(held, id)
		case len(counting) > 0:
			versions = counting
		case len(only) == 0:
			continue
		}
		e, err := s.begun(ctx, versions, at)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func packsOf(entries []Entry) []law.Pack {
	packs := make([]law.Pack, len(entries))
	for i, e := range entries {
		packs[i] = e.Pack
	}
	return packs
}

// Prepared gives the world of [Shelf.World] ready for questions. The last few are
// kept: packs and partners seldom change.
func (s *Shelf) Prepared(ctx context.Context, at wire.Time, only []string) (*release.Rules, error) {
	entries, err := s.chosen(ctx, at, only)
	if err != nil {
		return nil, err
	}
	w, err := s.world(ctx, packsOf(entries))
	if err != nil {
		return nil, err
	}
	key, err := worldKey(entries, w.Directory)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.ready[key]; have != nil {
		return have, nil
	}
	if len(s.ready) >= maxReady {
		clear(s.ready)
	}
	s.ready[key] = release.Prepare(w)
	return s.ready[key], nil
}

// maxReady is how many worlds are kept ready.
const maxReady = 8

// worldKey names all that a world holds.
func worldKey(entries []Entry, d party.Directory) (ref.Hash, error) {
	var named struct {
		Packs   []law.Ref     `json:"packs"`
		Parties []party.Party `json:"parties"`
	}
	for _, e := range entries {
		named.Packs = append(named.Packs, e.Ref)
	}
	for _, n := range d.Names() {
		p, _ := d.Lookup(n)
		named.Parties = append(named.Parties, p)
	}
	return wire.Sum("world", named)
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

// begun gives, of the versions of one pack, the highest that had begun at a
// time, or the highest.
func (s *Shelf) begun(ctx context.Context, versions []Standing, at wire.Time) (Entry, error) {
	for _, h := range slices.Backward(versions) {
		e, err := s.full(ctx, h)
		if err != nil || at.IsZero() || !at.Before(e.Pack.From) {
			return e, err
		}
	}
	return s.full(ctx, versions[len(versions)-1])
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

// unheld says what is held instead. Which packs a node holds is no secret
// from its officers.
func unheld(held []Standing, id string) error {
	var names []string
	for _, h := range held {
		names = append(names, fmt.Sprintf("%s@%d", h.Ref.ID, h.Ref.Version))
	}
	if len(names) == 0 {
		return fault.New(fault.Invalid, "this node holds no pack %q", id).Fix("it holds none yet; comity pack add adds a file, or one that ships with comity (comity pack list)")
	}
	return fault.New(fault.Invalid, "this node holds no pack %q in that version", id).Fix("it holds %s; comity pack add adds a file, or one that ships with comity (comity pack list)", strings.Join(names, ", "))
}
