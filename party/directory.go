package party

import (
	"slices"
)

// Tag is a class of parties that rules speak about, e.g. mx.public-servant.
// Its extension is written in the pack that uses it.
type Tag string

// Kind says what sort of party it is.
type Kind string

// The kinds of party.
const (
	State  Kind = "state"
	Agency Kind = "agency"
	Unit   Kind = "unit"
	Group  Kind = "group" // a party whose members each learn what it learns
)

// Party is one entry of the directory.
type Party struct {
	Name    Name   `json:"name"`
	Title   string `json:"title,omitzero"`
	Kind    Kind   `json:"kind,omitzero"`
	Members []Name `json:"members,omitempty"` // of a group
}

// Directory is the parties that a node knows by name. It is a value: merging
// gives a new one.
type Directory struct{ byName map[Name]Party }

// NewDirectory collects parties; of two entries of one name the later adds
// what the earlier lacks (title, kind) and its members.
func NewDirectory(parties ...Party) Directory {
	d := Directory{byName: make(map[Name]Party, len(parties))}
	for _, p := range parties {
		have, ok := d.byName[p.Name]
		if !ok {
			p.Members = slices.Clone(p.Members)
			d.byName[p.Name] = p
			continue
		}
		if have.Title == "" {
			have.Title = p.Title
		}
		if have.Kind == "" || p.Kind == Group {
			have.Kind = p.Kind
		}
		for _, m := range p.Members {
			if !slices.Contains(have.Members, m) {
				have.Members = append(have.Members, m)
			}
		}
		d.byName[p.Name] = have
	}
	return d
}

// Lookup gives the entry of a name; the caller may change what it gets.
func (d Directory) Lookup(n Name) (Party, bool) {
	p, ok := d.byName[n]
	p.Members = slices.Clone(p.Members)
	return p, ok
}

// Title gives what to call a party on screens: its title, or its name.
func (d Directory) Title(n Name) string {
	if p, ok := d.byName[n]; ok && p.Title != "" {
		return p.Title
	}
	return string(n)
}

// Members gives the members of a group, sorted; none for other parties.
func (d Directory) Members(n Name) []Name {
	m := slices.Clone(d.byName[n].Members)
	slices.Sort(m)
	return m
}

// Names lists all names, sorted.
func (d Directory) Names() []Name {
	names := make([]Name, 0, len(d.byName))
	for n := range d.byName {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
