// Package listed finds the names and identifiers of a list of parties (a
// sanctions list, a watch list, a service's own register) in a text. A list is
// read once from CSV, from OFAC's files or from FollowTheMoney JSON lines into a
// compact form, which can be written and read again without parsing.
//
// A name is compared by its words without case, accents, punctuation and the
// particles inside it; "LAST, First" is found turned round, too. What the hash of
// the words promises is checked against the name before it is told.
//
// Pure: it reads from what it is given and touches nothing else. It imports
// fault.
package listed

import (
	"slices"
	"strings"
)

// List is a list of parties, ready to be found in texts. It does not change and
// may be used by many at once. [Read], [Builder] and [Load] make one.
type List struct {
	name     string
	kinds    []string // schemata and properties, each once
	names    blob     // the names and identifiers as written
	ids      blob     // of the entries
	who      []uint32 // name -> entry
	what     []uint8  // name -> property, in kinds
	mains    []uint32 // entry -> its own name; not written, but made anew by [List.findMains]
	schema   []uint8  // entry -> schema, in kinds
	keys     []uint32 // low halves of the hashes, in order within each bucket
	refs     []uint32 // key -> name, with the top bit set if it is turned round
	buckets  []uint32 // high bits of a hash -> the first of its keys; one more at the end
	prefixes []uint64 // a bit for each hash of the first words of a name
	longest  int      // words
}

// blob is many short texts, one after the other.
type blob struct {
	text string
	ends []uint32
}

func (b blob) at(n uint32) string {
	from := uint32(0)
	if n > 0 {
		from = b.ends[n-1]
	}
	return b.text[from:b.ends[n]]
}

const turned = 1 << 31

// Entry is one name or identifier of a list.
type Entry struct {
	List     string // the list's name
	ID       string // the entry's id in the list
	Schema   string // FollowTheMoney's, such as Person
	Property string // FollowTheMoney's, such as alias or passportNumber
	Text     string // as it stands in the list
	// Main is the name by which the list leads the entry, the same for all that
	// name it: the first of its property name, or of its other names if it has none.
	// It is empty where the entry has identifiers alone.
	Main string
}

// Hit is a place in a text where something listed stands.
type Hit struct {
	Start, End int     // bytes of the text
	Entries    []Entry // what it may be, at most [MaxTold]
	More       int     // how many others there are
}

// MaxTold is how many entries of one name are told.
const MaxTold = 20

// mostTried is how many entries under one hash are compared with the text. Only a
// list made to harm has more that are not the same name.
const mostTried = 1000

// Name gives the list's name.
func (l *List) Name() string { return l.name }

// Names counts the names and identifiers, Entries the parties.
func (l *List) Names() int { return len(l.names.ends) }

// Entries counts the parties of the list.
func (l *List) Entries() int { return len(l.ids.ends) }

// Bytes is the memory that the list takes.
func (l *List) Bytes() int {
	return len(l.names.text) + len(l.ids.text) + len(l.what) + len(l.schema) +
		4*(len(l.names.ends)+len(l.ids.ends)+len(l.mains)+len(l.who)+len(l.keys)+len(l.refs)+len(l.buckets)) + 8*len(l.prefixes)
}

// Find gives what of the list stands in a text, in its order. Where one name is
// part of another the longer one is told; nothing told overlaps.
//
// A name of one word is told where it is capitalised and no common word of
// English or Spanish, one of common words alone where all are capitalised. An
// identifier is told if it has six letters or digits, and eight if it has digits
// alone.
func (l *List) Find(text string) []Hit {
	if len(l.keys) == 0 {
		return nil
	}
	words := split(text)
	var hits []Hit
	for i := 0; i < len(words.all); {
		hit, n := l.longestAt(words, i)
		if n == 0 {
			i++
			continue
		}
		hits = append(hits, hit)
		i += n
	}
	return longestFirst(hits, l.findIdentifiers(text))
}

// Identifier gives the entries with an identifier, compared by its letters and
// digits alone.
func (l *List) Identifier(value string) []Entry {
	v := plain(value)
	if v == "" || len(l.keys) == 0 {
		return nil
	}
	told, _ := l.entries(identifierHash(v), func(ref uint32) bool {
		return isIdentifier(l.kinds[l.what[ref]]) && plain(l.names.at(ref)) == v
	})
	return told
}

// longestAt finds the longest name that begins with the word i, and how many
// words it has.
func (l *List) longestAt(words words, i int) (best Hit, n int) {
	var s sequence
	for j := i; j < len(words.all) && j-i < l.longest; j++ {
		w := words.all[j]
		if j > i && words.all[j-1].ends {
			break
		}
		s.add(w)
		if told, more := l.named(s.whole, words, i, j+1); len(told) > 0 {
			best, n = Hit{words.all[i].start, w.end, told, more}, j+1-i
		}
		if !w.particle && !l.begins(s.kept) {
			break
		}
	}
	return best, n
}

// named gives the entries whose name is the words from i to before end.
func (l *List) named(hash uint64, words words, i, end int) ([]Entry, int) {
	if !plausible(words.all[i:end], words.folded) {
		return nil, 0
	}
	return l.entries(hash, func(ref uint32) bool {
		if isIdentifier(l.kinds[l.what[ref&^turned]]) {
			return false
		}
		name := l.names.at(ref &^ turned)
		if ref&turned != 0 {
			name, _ = turn(name)
		}
		return same(split(name), words, i, end)
	})
}

// entries gives those under a hash that are the same indeed, and how many more
// there are.
func (l *List) entries(hash uint64, same func(ref uint32) bool) (told []Entry, more int) {
	b := bucketOf(hash, len(l.buckets)-1)
	from, to := int(l.buckets[b]), int(l.buckets[b+1])
	at, found := slices.BinarySearch(l.keys[from:to], uint32(hash))
	if !found {
		return nil, 0
	}
	for k := from + at; k < to && l.keys[k] == uint32(hash) && k < from+at+mostTried; k++ {
		if ref := l.refs[k]; same(ref) {
			if e := l.entry(ref &^ turned); len(told) < MaxTold && !slices.Contains(told, e) {
				told = append(told, e)
			} else if len(told) == MaxTold {
				more++
			}
		}
	}
	return told, more
}

func (l *List) entry(n uint32) Entry {
	who := l.who[n]
	e := Entry{List: l.name, ID: l.ids.at(who), Schema: l.kinds[l.schema[who]], Property: l.kinds[l.what[n]], Text: l.names.at(n)}
	if main := l.mains[who]; main != nameless {
		e.Main = l.names.at(main)
	}
	return e
}

// nameless stands for the name of an entry that has none.
const nameless = ^uint32(0)

// findMains finds each entry's own name.
func (l *List) findMains() {
	l.mains = slices.Repeat([]uint32{nameless}, len(l.schema))
	named := make([]bool, len(l.schema))
	for n, who := range l.who {
		property := l.kinds[l.what[n]]
		if property == "name" && !named[who] || nameProperties[property] && l.mains[who] == nameless {
			l.mains[who], named[who] = uint32(n), property == "name"
		}
	}
}

// begins tells whether a name may begin with these words and go on: most runs of
// words are given up here.
func (l *List) begins(hash uint64) bool {
	bit := prefixBit(hash, len(l.prefixes))
	return l.prefixes[bit>>6]&(1<<(bit&63)) != 0
}

func prefixBit(hash uint64, words int) uint64 { return (hash >> 7) & uint64(words*64-1) }

func bucketOf(hash uint64, buckets int) int { return int((hash >> 32) & uint64(buckets-1)) }

// sequence hashes words one after the other. Particles count where they begin or
// end the run, not between others.
type sequence struct {
	kept  uint64 // without the particles since the last other word
	whole uint64 // with them
	n     int
}

func (s *sequence) add(w word) {
	if w.particle && s.n > 0 {
		s.whole = mix(s.whole, w.hash)
		return
	}
	s.kept = mix(s.kept, w.hash)
	s.whole = s.kept
	s.n++
}

// mix is the step of a hash over hashes, after the finalizer of SplitMix64
// (Steele, Lea, Flood 2014).
func mix(h, next uint64) uint64 {
	h = h*0x9e3779b97f4a7c15 + next
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// same compares a name with words of a text as the hash does.
func same(name words, text words, i, end int) bool {
	a, b := essential(name.all), essential(text.all[i:end])
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if name.fold(a[k]) != text.fold(b[k]) {
			return false
		}
	}
	return true
}

// essential leaves the particles between other words out.
func essential(all []word) []word {
	last := len(all) - 1
	for last > 0 && all[last].particle {
		last--
	}
	out := make([]word, 0, len(all))
	for i, w := range all {
		if i == 0 || i > last || !w.particle {
			out = append(out, w)
		}
	}
	return out
}

// plausible refuses words that are listed somewhere, and common where they stand.
func plausible(all []word, folded []byte) bool {
	weighty, capitals, common, letters := 0, 0, 0, 0
	for _, w := range all {
		if w.particle {
			continue
		}
		weighty++
		letters += int(w.to - w.from)
		if w.capital {
			capitals++
		}
		if Common(string(folded[w.from:w.to])) {
			common++
		}
	}
	switch {
	case weighty == 0:
		return false
	case len(all) == 1:
		return capitals == 1 && common == 0 && letters >= 3
	case weighty == 1 && common == 1:
		return capitals == 1 && all[0].particle && all[0].capital && letters >= 3
	case weighty == 1:
		return capitals == 1 && letters >= 3
	case common == weighty:
		return capitals == weighty
	}
	return letters >= 5
}

// longestFirst joins hits, and of those that overlap keeps the longest.
func longestFirst(hits, more []Hit) []Hit {
	if len(more) == 0 {
		return hits
	}
	all := append(hits, more...)
	slices.SortStableFunc(all, func(a, b Hit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	out := all[:0]
	for _, h := range all {
		if n := len(out); n > 0 && h.Start < out[n-1].End {
			if h.End-h.Start > out[n-1].End-out[n-1].Start {
				out[n-1] = h
			}
			continue
		}
		out = append(out, h)
	}
	return out
}

// turn gives "LAST, First" as "First LAST".
func turn(name string) (string, bool) {
	last, first, ok := strings.Cut(name, ",")
	last, first = strings.TrimSpace(last), strings.TrimSpace(first)
	if !ok || last == "" || first == "" || strings.Contains(first, ",") {
		return "", false
	}
	return first + " " + last, true
}
