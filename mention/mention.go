// Package mention finds in the text of a portion what may be an entity: persons,
// organisations and places by lists and by the form of names, and numbers such as
// phones, accounts, plates and documents by their form, by the words before them
// and by their check digits. What it finds is an offer: an analyst confirms it,
// and only then is it a statement, in FollowTheMoney's names.
//
// Pure: strings and arithmetic. It imports fault and ref (for the hash that is
// part of a wallet's address), and listed.
package mention

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/fault"
	"comity/mention/listed"
)

// Kind says what a mention may be of.
type Kind string

// The kinds of mention. Alias is a person's other name; Identity any number of a
// document or register but a passport's; Serial the number that a maker gave to a
// thing, such as a firearm. FollowTheMoney has no property for the numbers of
// containers, telephones and other things: they are the name of an Asset.
const (
	Person       Kind = "person"
	Alias        Kind = "alias"
	Organization Kind = "organization"
	Place        Kind = "place"
	Date         Kind = "date"
	Phone        Kind = "phone"
	Email        Kind = "email"
	Web          Kind = "web"
	Account      Kind = "account"
	Wallet       Kind = "wallet"
	Vehicle      Kind = "vehicle"
	Vessel       Kind = "vessel"
	Aircraft     Kind = "aircraft"
	Passport     Kind = "passport"
	Identity     Kind = "identity"
	Position     Kind = "position"
	Container    Kind = "container"
	Device       Kind = "device"
	Serial       Kind = "serial"
)

// Kinds lists all kinds of mention.
var Kinds = []Kind{Person, Alias, Organization, Place, Date, Phone, Email, Web, Account, Wallet, Vehicle, Vessel, Aircraft, Passport, Identity, Position, Container, Device, Serial}

// Mention is a place in a text that may name an entity.
type Mention struct {
	Start, End int    // bytes of the text
	Kind       Kind   //
	Text       string // as it stands there
	// Value is the normal form, which a statement takes: a name on one line, E.164,
	// capitals without separators, a date of RFC 3339 or its first part (2024-07),
	// "latitude,longitude" in degrees, a country by its English name. It is empty where the text has no single
	// meaning, as 03/04/2024 has none.
	Value            string
	Schema, Property string         // FollowTheMoney's
	Why              string         // the form, or the list and the entry's id, for the screen
	Sure             bool           // a check digit or a list says so
	Ambiguous        bool           // the form has another common meaning
	Of               int            // index of the person that an alias belongs to, who may stand behind it; -1 if none
	Listed           []listed.Entry // all entries of all lists that name it
}

// Options say how a text is read. The zero value reads it without lists.
type Options struct {
	Lists []*listed.List
	// Region is the country that numbers without a country code are of: MX, US, GT,
	// CO. Empty: a number is tried as Mexico's and the United States'.
	Region string
	// Language says in which order 03/04/2024 is: "en" as in the United States and
	// "es" day first. Empty: such a date has no value.
	Language string
}

// MaxText is the most bytes of a text; a portion's are fewer.
const MaxText = 1 << 20

// Find gives the mentions in a text in their order. No two of one kind overlap,
// and those of different kinds do where a text may be read in both ways or one
// name is part of another. It fails where the text is over [MaxText] or not UTF-8.
func Find(text string, o Options) ([]Mention, error) {
	if len(text) > MaxText {
		return nil, fault.New(fault.TooLarge, "the text has %d bytes; at most %d are read", len(text), MaxText).Fix("read it portion by portion")
	}
	if !utf8.ValidString(text) {
		return nil, fault.New(fault.Invalid, "the text is not UTF-8").Fix("save it as UTF-8")
	}
	return find(&finder{text: text, o: o}), nil
}

func find(f *finder) []Mention {
	f.lower = lowered(f.text)
	f.digits = f.runs(1, besideDigit, besideDigit, isDigit)
	f.findForms()
	f.findListed()
	f.findNames()
	return f.settle()
}

// finder gathers what is found in one text.
type finder struct {
	text   string
	o      Options
	found  []Mention
	lower  string   // the text with the capitals of ASCII made small
	digits [][2]int // the stretches around its digits
	days   [][2]int // and narrower ones
	whole  bool     // expressions are tried in all of it
	taken  spans    // what numbers have been read from, or are no number of interest
}

// add keeps a mention. Its value is the text on one line if none is given.
func (f *finder) add(m Mention) int {
	m.Text = f.text[m.Start:m.End]
	m.Of = -1
	f.found = append(f.found, m)
	return len(f.found) - 1
}

// oneLine gives a text without line ends and doubled spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// settle orders what was found, and of two of one kind that overlap keeps the one
// that is sure, or else the longer.
func (f *finder) settle() []Mention {
	var order []int
	for i, m := range f.found {
		if m.Kind != "" { // it was taken back
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := f.found[a], f.found[b]
		return cmp.Or(cmp.Compare(btoi(y.Listed != nil), btoi(x.Listed != nil)), cmp.Compare(btoi(y.Sure), btoi(x.Sure)),
			cmp.Compare(y.End-y.Start, x.End-x.Start), cmp.Compare(x.Start, y.Start))
	})
	taken := map[Kind]*spans{}
	var kept []int
	for _, i := range order {
		m := f.found[i]
		if taken[m.Kind] == nil {
			taken[m.Kind] = &spans{}
		}
		if !taken[m.Kind].meets(m.Start, m.End) {
			taken[m.Kind].add(m.Start, m.End)
			kept = append(kept, i)
		}
	}
	slices.SortStableFunc(kept, func(a, b int) int {
		x, y := f.found[a], f.found[b]
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(y.End, x.End), cmp.Compare(x.Kind, y.Kind))
	})
	place := make(map[int]int, len(kept))
	for n, i := range kept {
		place[i] = n
	}
	out := make([]Mention, len(kept))
	for n, i := range kept {
		out[n] = f.found[i]
		if of, ok := place[out[n].Of]; ok {
			out[n].Of = of
		} else {
			out[n].Of = -1
		}
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// spans is a set of stretches of a text that do not overlap, in order.
type spans struct{ all [][2]int }

// meets tells whether any of it lies in a stretch.
func (s *spans) meets(start, end int) bool {
	n := s.after(start)
	return n < len(s.all) && s.all[n][0] < end
}

// covers tells whether a stretch lies in it whole.
func (s *spans) covers(start, end int) bool {
	n := s.after(start)
	return n < len(s.all) && s.all[n][0] <= start && end <= s.all[n][1]
}

// after gives the first stretch that ends behind a place.
func (s *spans) after(start int) int {
	n, _ := slices.BinarySearchFunc(s.all, start, func(x [2]int, at int) int {
		if x[1] <= at {
			return -1
		}
		return 1
	})
	return n
}

// add puts a stretch in, joined with those that it meets.
func (s *spans) add(start, end int) {
	if start >= end {
		return
	}
	n := s.after(start)
	to := n
	for to < len(s.all) && s.all[to][0] < end {
		start, end = min(start, s.all[to][0]), max(end, s.all[to][1])
		to++
	}
	s.all = slices.Replace(s.all, n, to, [2]int{start, end})
}

// bounded tells whether a stretch stands by itself: no letter or digit before or
// behind it.
func (f *finder) bounded(start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(f.text[:start])
	after, _ := utf8.DecodeRuneInString(f.text[end:])
	return !isWord(before) && !isWord(after)
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// before gives at most n bytes of the line before a place, folded.
func (f *finder) before(start, n int) string {
	from := max(0, start-n)
	for from < start && !utf8.RuneStart(f.text[from]) {
		from++
	}
	return listed.Fold(f.text[from:start])
}
