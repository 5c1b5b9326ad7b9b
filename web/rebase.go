package web

import (
	"reflect"
	"slices"

	"comity/holdings"
	"comity/ref"
)

// rebased is what an officer has written over an older version, brought to the
// latest one. Where only one of the two changed something, that change stands;
// where both did, the officer's stands and the other one is shown beside it.
type rebased struct {
	holdings.Writing
	Theirs map[int]holdings.Written // what the latest version says, by place in Portions
	Added  map[int]bool             // portions that the other one added
	Back   map[int]bool             // that the officer took out and the other one changed
	Alone  map[int]bool             // that the other one took out and the officer changed
	Heads  []otherHead
}

// otherHead is a field above the portions that both have changed.
type otherHead struct{ Field, Theirs string }

// rebase brings mine from base to latest. Nothing that was typed is lost.
func rebase(base, latest, mine holdings.Writing) rebased {
	r := rebased{Writing: mine, Theirs: map[int]holdings.Written{}, Added: map[int]bool{}, Back: map[int]bool{}, Alone: map[int]bool{}}
	r.heads(base, latest)
	was, is := byID(base), byID(latest)
	r.Portions = nil
	for _, p := range mine.Portions {
		r.bring(p, was, is)
	}
	for n, p := range latest.Portions {
		if has(mine, p.ID) {
			continue
		}
		before, old := was[p.ID]
		if old && reflect.DeepEqual(before, p) {
			continue // mine took it out, and nobody else touched it
		}
		at := 0
		if n > 0 {
			at = 1 + slices.IndexFunc(r.Portions, func(q holdings.Written) bool { return q.ID == latest.Portions[n-1].ID })
		}
		if n > 0 && at == 0 {
			at = len(r.Portions)
		}
		r.insert(at, p)
		r.Added[at], r.Back[at] = !old, old
	}
	return r
}

func (r *rebased) heads(base, latest holdings.Writing) {
	for _, f := range []struct {
		name    string
		was, is string
		mine    *string
	}{
		{"title", base.Title, latest.Title, &r.Title}, {"topic", base.Topic, latest.Topic, &r.Topic},
		{"purpose", base.Purpose, latest.Purpose, &r.Purpose}, {"basis", base.Basis, latest.Basis, &r.Basis},
	} {
		switch {
		case *f.mine == f.was:
			*f.mine = f.is
		case f.is != f.was && f.is != *f.mine:
			r.Heads = append(r.Heads, otherHead{f.name, f.is})
		}
	}
	if slices.Equal(r.Areas, base.Areas) {
		r.Areas = latest.Areas
	}
}

// bring takes one portion of mine over.
func (r *rebased) bring(p holdings.Written, was, is map[ref.PortionID]holdings.Written) {
	before, old := was[p.ID]
	now, there := is[p.ID]
	at := len(r.Portions)
	switch {
	case p.ID.IsZero() || !old && !there:
	case !there && reflect.DeepEqual(p, before):
		return // the other one took it out
	case !there:
		p.ID, p.Exhibits = ref.PortionID{}, nil
		r.Alone[at] = true
	case reflect.DeepEqual(p, before):
		p = now
	case !reflect.DeepEqual(now, before) && !reflect.DeepEqual(now, p):
		r.Theirs[at] = now
	}
	r.Portions = append(r.Portions, p)
}

// insert puts a portion in, and moves what is known of those behind it.
func (r *rebased) insert(at int, p holdings.Written) {
	r.Portions = slices.Insert(r.Portions, at, p)
	theirs := map[int]holdings.Written{}
	for n, w := range r.Theirs {
		theirs[moved(n, at)] = w
	}
	r.Theirs = theirs
	for _, m := range []*map[int]bool{&r.Added, &r.Back, &r.Alone} {
		next := map[int]bool{}
		for n, yes := range *m {
			next[moved(n, at)] = yes
		}
		*m = next
	}
}

func moved(n, at int) int {
	if n >= at {
		return n + 1
	}
	return n
}

func byID(w holdings.Writing) map[ref.PortionID]holdings.Written {
	m := map[ref.PortionID]holdings.Written{}
	for _, p := range w.Portions {
		m[p.ID] = p
	}
	return m
}

func has(w holdings.Writing, id ref.PortionID) bool {
	return slices.ContainsFunc(w.Portions, func(p holdings.Written) bool { return p.ID == id })
}
