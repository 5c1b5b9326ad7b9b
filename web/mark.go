package web

import (
	"slices"
	"strings"
)

// marks are the elements of a marking and a grading as the fields of a form. What
// has no field of its own stands in More, one element a line.
type marks struct {
	TLP, Community, Clients, Rel, Not, Form, Class, TTL, Review, Grade, More string

	NoContact bool
	Flags     []string
}

// The choices of the fields. The caveats of the second list say nothing but their
// own name.
var (
	lights = []string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}
	flags  = []string{"NOFWD", "ORCON", "NOCOURT", "NOACT", "ASKACT", "VERIFY", "DISPLAY"}
	forms  = []string{"pointer", "substitute", "room", "copy"}
	grades = []string{"ADMIRALTY", "4X4", "5X5X5", "3X5X2"}
)

// field gives the field of an element that has a text.
func (m *marks) field(word string) *string {
	switch word {
	case "TLP":
		return &m.TLP
	case "COMMUNITY":
		return &m.Community
	case "CLIENTS":
		return &m.Clients
	case "REL":
		return &m.Rel
	case "FORM":
		return &m.Form
	case "CLASS":
		return &m.Class
	case "TTL":
		return &m.TTL
	case "REVIEW":
		return &m.Review
	}
	return nil
}

// marksOf puts elements into the fields.
func marksOf(elements []string) marks {
	var m marks
	var more, not []string
	for _, e := range elements {
		word, arg, has := strings.Cut(e, ":")
		word = strings.ToUpper(strings.TrimSpace(word))
		field := m.field(word)
		switch {
		case field != nil && has && *field == "":
			*field = arg
		case word == "NOT" && has:
			not = append(not, arg)
		case word == "CONTACT" && strings.EqualFold(arg, "NO"):
			m.NoContact = true
		case slices.Contains(grades, word) && m.Grade == "":
			m.Grade = e
		case !has && slices.Contains(flags, word) && !slices.Contains(m.Flags, word):
			m.Flags = append(m.Flags, word)
		default:
			more = append(more, e)
		}
	}
	m.Not, m.More = strings.Join(not, ", "), strings.Join(more, "\n")
	return m
}

// elements gives what the fields say.
func (m marks) elements() []string {
	var list []string
	add := func(word, arg string) {
		if arg = strings.TrimSpace(arg); arg != "" {
			list = append(list, word+":"+arg)
		}
	}
	add("CLASS", m.Class)
	add("TLP", m.TLP)
	add("COMMUNITY", m.Community)
	add("CLIENTS", m.Clients)
	add("REL", m.Rel)
	for _, bar := range strings.FieldsFunc(m.Not, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		add("NOT", bar)
	}
	list = append(list, m.Flags...)
	for line := range strings.Lines(m.More) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	if m.NoContact {
		list = append(list, "CONTACT:NO")
	}
	add("FORM", m.Form)
	if grade := strings.TrimSpace(m.Grade); grade != "" {
		if !strings.Contains(grade, ":") { // B2 is how officers say it
			grade = "admiralty:" + grade
		}
		list = append(list, grade)
	}
	add("TTL", m.TTL)
	add("REVIEW", m.Review)
	return list
}

// Further tells whether a marking says more than its first fields show.
func (m marks) Further() bool {
	return m.Community+m.Clients+m.Not+m.Form+m.Class+m.TTL+m.Review+m.More != "" || m.NoContact || len(m.Flags) > 0
}

// markApart is an element that was set, taken away, or became another one.
type markApart struct{ Was, Now string }

// marksApart tells how elements became others.
func marksApart(was, now []string) []markApart {
	less := func(from, take []string) []string {
		return slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(take, s) })
	}
	off, on := less(was, now), less(now, was)
	word := func(e string) string {
		w, _, _ := strings.Cut(e, ":")
		return w
	}
	var list []markApart
	for _, e := range off {
		one := markApart{Was: e}
		if n := slices.IndexFunc(on, func(o string) bool { return word(o) == word(e) }); n >= 0 {
			one.Now = on[n]
			on = slices.Delete(on, n, n+1)
		}
		list = append(list, one)
	}
	for _, e := range on {
		list = append(list, markApart{Now: e})
	}
	return list
}
