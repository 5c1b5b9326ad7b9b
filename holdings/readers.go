package holdings

import (
	"slices"
	"strings"

	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// Reader is somebody who may come to read something of a received cut.
type Reader struct {
	Unit   party.Name
	Handle party.Handle // none: everybody in the unit
	Until  wire.Time    // the instant from which nothing is readable; zero: none
}

// mostReaders is how many of a unit are told apart: a partner can name any number.
const mostReaders = 64

// Readers tells who may ever read something of a received cut, so that a list need not
// open all that came. It permits nothing: it may name too many, and [ViewCut] decides;
// but to whoever is not named, or is no longer, that shows nothing.
func Readers(cut release.Cut) []Reader {
	var list []Reader
	for _, u := range cut.Audience {
		list = append(list, readersIn(u, cut.Portions)...)
	}
	return list
}

func readersIn(unit party.Name, portions []release.CutPortion) []Reader {
	if len(portions) == 0 {
		return []Reader{{Unit: unit}}
	}
	var list []Reader
	for _, p := range portions {
		for _, h := range eyes(unit, p.Marking) {
			list = also(list, Reader{unit, h, p.Marking.Expires})
		}
	}
	if len(list) <= mostReaders {
		return list
	}
	all := list[0]
	for _, r := range list {
		all.Handle, all.Until = "", later(all.Until, r.Until)
	}
	return []Reader{all}
}

// eyes lists whom in a unit the EYES of a marking leave: "", if there is none, stands
// for everybody.
func eyes(unit party.Name, m intel.Marking) []party.Handle {
	list := []party.Handle{""}
	for _, c := range m.Caveats {
		if c.Code != intel.EYES {
			continue
		}
		named := namedIn(unit, c.Arg)
		if !slices.Equal(list, []party.Handle{""}) {
			named = slices.DeleteFunc(named, func(h party.Handle) bool { return !slices.Contains(list, h) })
		}
		list = named
	}
	return list
}

// namedIn lists the officers of a unit that the list of an EYES caveat names.
func namedIn(unit party.Name, list string) []party.Handle {
	var handles []party.Handle
	for who := range strings.SplitSeq(list, ",") {
		if h, ok := strings.CutPrefix(strings.TrimSpace(who), string(unit)+"#"); ok && h != "" {
			handles = append(handles, party.Handle(h))
		}
	}
	return handles
}

// also adds a reader, or lets the one who is there read for longer.
func also(list []Reader, r Reader) []Reader {
	i := slices.IndexFunc(list, func(o Reader) bool { return o.Unit == r.Unit && o.Handle == r.Handle })
	if i < 0 {
		return append(list, r)
	}
	list[i].Until = later(list[i].Until, r.Until)
	return list
}

// later gives the later of two ends, of which zero is none.
func later(a, b wire.Time) wire.Time {
	switch {
	case a.IsZero() || b.IsZero():
		return wire.Time{}
	case a.After(b):
		return a
	}
	return b
}
