package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
)

// The form of the editor: the fields of portion N begin with "p.N.".

// readWriting reads it.
func readWriting(f url.Values) (holdings.Writing, error) {
	w := holdings.Writing{Kind: intel.Kind(f.Get("kind")), Title: line(f, "title"), Topic: line(f, "topic"), Purpose: line(f, "purpose"), Basis: line(f, "basis"),
		Portions: []holdings.Written{}}
	for _, a := range f["area"] {
		area, err := intel.ParseArea(a)
		if err != nil {
			return w, err
		}
		w.Areas = append(w.Areas, area)
	}
	n, err := strconv.Atoi(f.Get("n"))
	if err != nil || n < 0 || n > intel.MaxPortions {
		return w, fault.New(fault.Invalid, "the form is not one of this page, or has more than %d portions", intel.MaxPortions).Fix("open the page anew")
	}
	for i := range n {
		p, err := readWritten(f, "p."+strconv.Itoa(i)+".")
		if err != nil {
			return w, err
		}
		w.Portions = append(w.Portions, p)
	}
	return w, nil
}

func readWritten(f url.Values, at string) (holdings.Written, error) {
	p := holdings.Written{Kind: intel.PortionKind(f.Get(at + "kind")), Text: text(f, at+"text"), Substitute: text(f, at+"sub"), Hint: line(f, at+"hint")}
	if err := p.ID.UnmarshalText([]byte(f.Get(at + "id"))); err != nil {
		return p, err
	}
	m := marks{TLP: line(f, at+"tlp"), Community: line(f, at+"community"), Clients: line(f, at+"clients"), Rel: line(f, at+"rel"), Not: line(f, at+"not"),
		Form: line(f, at+"form"), Class: line(f, at+"class"), TTL: line(f, at+"ttl"), Review: line(f, at+"review"), Grade: line(f, at+"grade"),
		More: text(f, at+"more"), NoContact: f.Get(at+"contact") == "no"}
	for _, flag := range f[at+"flag"] {
		if slices.Contains(flags, flag) {
			m.Flags = append(m.Flags, flag)
		}
	}
	p.Marks = m.elements()
	for _, hash := range f[at+"x"] {
		var h ref.Hash
		if err := h.UnmarshalText([]byte(hash)); err != nil {
			return p, err
		}
		if f.Get(at+"xout."+hash) != "yes" {
			p.Exhibits = append(p.Exhibits, holdings.Described{Content: h, Caption: line(f, at+"caption."+hash), Credit: line(f, at+"credit."+hash)})
		}
	}
	return p, nil
}

// line reads a field of one line; text one of several, with the line ends of texts.
func line(f url.Values, name string) string { return strings.TrimSpace(plain(f.Get(name))) }

func text(f url.Values, name string) string {
	return strings.ReplaceAll(plain(f.Get(name)), "\r\n", "\n")
}

func plain(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// shift does what a button between the portions says: "add 2", "up 3", "down 3",
// "out 3", counted from 0. It gives the place to go on at; not ok: it is none of them.
func shift(w *holdings.Writing, act string) (at int, ok bool) {
	verb, number, _ := strings.Cut(act, " ")
	n, err := strconv.Atoi(number)
	last := len(w.Portions) - 1
	switch {
	case err != nil || n < 0 || n > last+1 || verb != "add" && n > last:
		return 0, false
	case verb == "add" && last+1 < intel.MaxPortions:
		one := holdings.Written{Kind: intel.Fact}
		if n > 0 { // a new portion is marked like the one above it, and not graded
			m := marksOf(w.Portions[n-1].Marks)
			m.Grade = ""
			one.Kind, one.Marks = kindOr(w.Portions[n-1].Kind), m.elements()
		}
		w.Portions = slices.Insert(w.Portions, n, one)
		return n, true
	case verb == "up" && n > 0:
		w.Portions[n-1], w.Portions[n] = w.Portions[n], w.Portions[n-1]
		return n - 1, true
	case verb == "down" && n < last:
		w.Portions[n], w.Portions[n+1] = w.Portions[n+1], w.Portions[n]
		return n + 1, true
	case verb == "out":
		w.Portions = slices.Delete(w.Portions, n, n+1)
		return min(n, len(w.Portions)-1), true
	case verb == "up" || verb == "down" || verb == "add":
		return min(n, last), true
	}
	return 0, false
}

func kindOr(k intel.PortionKind) intel.PortionKind {
	if k == "" {
		return intel.Fact
	}
	return k
}
