package holdings

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// run is how many words in a row make one text an echo of another. Fewer are
// common to texts that have nothing to do with one another; of a wording that is
// shorter all of it has to stand there, and at least short words.
const (
	run   = 5
	short = 3
)

// echoes finds whose words a text repeats: a run of any wording of a portion, or all of a wording that is shorter; or what it states, or which file it shows. It is made
// once, so that looking a text up costs no more than reading it.
type echoes struct {
	runs   [run + 1]map[string][]int // by length: the sources that have such a run
	states map[intel.Statement][]int // by property and value
	files  map[ref.Hash][]int        // exhibits, by their hash
	whose  [][]intel.Origin          // by source
}

// add takes in a portion with where it comes from.
func (e *echoes) add(p intel.Portion, from []intel.Origin) {
	n := len(e.whose)
	e.whose = append(e.whose, from)
	for _, text := range wordings(p) {
		words := wordsOf(text)
		size := min(run, len(words))
		if size < short {
			continue
		}
		if e.runs[size] == nil {
			e.runs[size] = map[string][]int{}
		}
		for i := 0; i+size <= len(words); i++ {
			note(e.runs[size], strings.Join(words[i:i+size], " "), n)
		}
	}
	if e.states == nil {
		e.states, e.files = map[intel.Statement][]int{}, map[ref.Hash][]int{}
	}
	for _, x := range p.Exhibits {
		note(e.files, x.Content, n)
	}
	for _, s := range p.Statements {
		note(e.states, intel.Statement{Property: s.Property, Value: s.Value}, n)
	}
}

// wordings lists all that a portion says in words.
func wordings(p intel.Portion) []string {
	list := []string{p.Text, p.Substitute, p.Hint}
	for _, x := range p.Exhibits {
		list = append(list, x.Caption, x.Credit)
	}
	return list
}

func note[K comparable](in map[K][]int, key K, n int) {
	if have := in[key]; len(have) == 0 || have[len(have)-1] != n {
		in[key] = append(have, n)
	}
}

// of gives the origins of all that a portion repeats words of.
func (e *echoes) of(p intel.Portion) []intel.Origin {
	found := map[int]bool{}
	take := func(places []int) {
		for _, n := range places {
			found[n] = true
		}
	}
	for _, x := range p.Exhibits {
		take(e.files[x.Content])
	}
	for _, text := range wordings(p) {
		words := wordsOf(text)
		for size, runs := range e.runs {
			for i := 0; len(runs) > 0 && i+size <= len(words); i++ {
				take(runs[strings.Join(words[i:i+size], " ")])
			}
		}
	}
	for _, s := range p.Statements {
		take(e.states[intel.Statement{Property: s.Property, Value: s.Value}])
	}
	var list []intel.Origin
	for _, n := range slices.Sorted(maps.Keys(found)) {
		list = addOrigins(list, e.whose[n])
	}
	return list
}

// marks are the signs of emphasis, which a reader does not see.
var marks = strings.NewReplacer("*", "", "_", "", "~", "", "`", "")

// wordsOf gives the words of a text, in lower case, without what stands
// between them.
func wordsOf(text string) []string {
	text = marks.Replace(text)
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// history indexes the bound portions of all versions of an item, as far as an
// officer may see them: of what is hidden nothing can be repeated but by a
// guess, and a guess is not to be confirmed.
func (d *Desk) history(ctx context.Context, actor party.Actor, held Held) (*echoes, error) {
	e := &echoes{}
	if !held.Item.Derived {
		return e, nil
	}
	for n := held.Item.Version; n >= 1; n-- {
		h := held
		if n != held.Item.Version {
			var err error
			if h, err = d.store.Version(ctx, held.Item.ID, n); err != nil {
				return nil, err
			}
		}
		v, ok := view(actor, h, wire.At(d.now()))
		for i, lineage := range h.Item.Lineage() {
			if ok && len(lineage) > 0 && !slices.Contains(v.Hidden, i+1) {
				e.add(h.Item.Portions[i], lineage)
			}
		}
	}
	return e, nil
}

// descent gives each portion of an edited version the origins that it must
// have: those that it had, with all that it derived from; those of portions
// that are gone, if it is new; and those of every bound portion, of any version
// or beside it, whose words it repeats. What was written anew in other words is
// nobody's but the author's to say.
func descent(before intel.Item, bound *echoes, edited []intel.Portion) []intel.Portion {
	lineage := before.Lineage()
	place := make(map[ref.PortionID]int, len(before.Portions))
	for n, p := range before.Portions {
		place[p.ID] = n
	}
	dropped := originsDropped(before, lineage, edited)
	out := slices.Clone(edited)
	for i := range out {
		p := &out[i]
		n, known := place[p.ID]
		switch {
		case p.ID.IsZero() || !known:
			p.Origins = slices.Clone(dropped)
		case slices.Equal(p.DerivedFrom, before.Portions[n].DerivedFrom):
			p.Origins = slices.Clone(before.Portions[n].Origins)
		default: // a line of descent taken away leaves behind where it led
			p.Origins = slices.Clone(lineage[n])
		}
	}
	for _, p := range out {
		if len(p.Origins) > 0 {
			bound.add(p, p.Origins)
		}
	}
	for i := range out {
		if n, known := place[out[i].ID]; !known || !sameWords(out[i], before.Portions[n]) {
			out[i].Origins = addOrigins(out[i].Origins, bound.of(out[i]))
		}
	}
	return out
}

// originsDropped gives the origins of all portions that an edit leaves out.
func originsDropped(before intel.Item, lineage [][]intel.Origin, edited []intel.Portion) []intel.Origin {
	var list []intel.Origin
	for n, p := range before.Portions {
		if !slices.ContainsFunc(edited, func(e intel.Portion) bool { return e.ID == p.ID }) {
			list = addOrigins(list, lineage[n])
		}
	}
	return list
}

func addOrigins(list, more []intel.Origin) []intel.Origin {
	for _, o := range more {
		if !slices.ContainsFunc(list, o.Same) {
			list = append(list, o)
		}
	}
	return list
}

func sameWords(a, b intel.Portion) bool {
	return a.Text == b.Text && a.Substitute == b.Substitute && a.Hint == b.Hint && slices.Equal(a.Statements, b.Statements) && slices.Equal(a.Exhibits, b.Exhibits)
}
