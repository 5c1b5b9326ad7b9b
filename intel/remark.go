package intel

import "strings"

// Remark is what the first line of a note or an opinion says: what it is about, and
// what its author holds of that (doc/spec/remark.md). It is text like any other, so
// that it crosses, is marked and is withheld as the portion is in which it stands.
type Remark struct {
	About  string // eight digits of an id, as ref.ID.Short gives them
	Stance Stance
	Use    Use
}

// Stance tells whether the author agrees; empty: it is not said.
type Stance string

// Use tells whether it was useful to the author; empty: it is not said.
type Use string

// What can be said.
const (
	Agree    Stance = "AGREE"
	Disagree Stance = "DISAGREE"
	Useful   Use    = "USEFUL"
	Useless  Use    = "USELESS"
)

// Stances and Uses list them.
var (
	Stances = []Stance{Agree, Disagree}
	Uses    = []Use{Useful, Useless}
)

const (
	remarkWord   = "RE:"
	remarkDigits = 8
)

// Line gives the line.
func (r Remark) Line() string {
	parts := []string{remarkWord + r.About}
	if r.Stance != "" {
		parts = append(parts, string(r.Stance))
	}
	if r.Use != "" {
		parts = append(parts, string(r.Use))
	}
	return strings.Join(parts, separator)
}

// ParseRemark reads the first line of a text, and gives what follows; not ok: it is
// none.
func ParseRemark(text string) (r Remark, rest string, ok bool) {
	line, rest, _ := strings.Cut(text, "\n")
	parts := strings.Split(line, separator)
	r.About, ok = strings.CutPrefix(parts[0], remarkWord)
	if !ok || len(r.About) != remarkDigits || strings.Trim(r.About, "0123456789abcdef") != "" {
		return Remark{}, text, false
	}
	for _, p := range parts[1:] {
		switch {
		case r.Stance == "" && (Stance(p) == Agree || Stance(p) == Disagree):
			r.Stance = Stance(p)
		case r.Use == "" && (Use(p) == Useful || Use(p) == Useless):
			r.Use = Use(p)
		default:
			return Remark{}, text, false
		}
	}
	return r, strings.TrimLeft(rest, "\n"), true
}
