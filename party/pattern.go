package party

import (
	"slices"
	"strings"
)

// Pattern stands for a set of parties: a name, mx/* for the parties directly
// below mx, mx/** for mx and everything below it, ** for everybody, nobody for
// no party at all.
type Pattern string

// The two patterns that are words of their own.
const (
	Everybody Pattern = "**"
	Nobody    Pattern = "nobody" // what is left when two audiences have no party in common
)

// ParsePattern checks a pattern.
func ParsePattern(s string) (Pattern, error) {
	if p := Pattern(s); p == Everybody || p == Nobody {
		return p, nil
	}
	if err := checkPath(s, true); err != nil {
		return "", err
	}
	return Pattern(s), nil
}

// UnmarshalText takes a valid pattern only.
func (p *Pattern) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = ""
		return nil
	}
	q, err := ParsePattern(string(b))
	*p = q
	return err
}

// Match reports whether the pattern stands for n. The empty pattern matches
// no party, and no pattern matches a name that was never set.
func (p Pattern) Match(n Name) bool {
	if p == "" || n == "" || p == Nobody {
		return false
	}
	root, reach := p.parts()
	switch reach {
	case all:
		return true
	case below:
		return n.Within(root)
	case directlyBelow:
		return n.Parent() == root
	default:
		return root == n
	}
}

// reach is how far a pattern goes from its root.
type reach uint8

const (
	itself reach = iota
	directlyBelow
	below
	all
)

func (p Pattern) parts() (Name, reach) {
	s := string(p)
	if p == Everybody {
		return "", all
	}
	if root, ok := strings.CutSuffix(s, "/**"); ok {
		return Name(root), below
	}
	if root, ok := strings.CutSuffix(s, "/*"); ok {
		return Name(root), directlyBelow
	}
	return Name(s), itself
}

// Exact tells the one name that the pattern stands for, if it is one.
func (p Pattern) Exact() (Name, bool) {
	if p == "" || p == Nobody || strings.Contains(string(p), "*") {
		return "", false
	}
	return Name(p), true
}

// MatchAny reports whether one of the patterns matches; no pattern at all
// means nobody.
func MatchAny(patterns []Pattern, n Name) bool {
	for _, p := range patterns {
		if p.Match(n) {
			return true
		}
	}
	return false
}

// Covers reports whether every party that q stands for is one that p stands
// for. Every pattern covers nobody.
func (p Pattern) Covers(q Pattern) bool {
	if q == Nobody || q == "" {
		return true
	}
	m, ok := meet(p, q)
	return ok && m == q
}

// Intersect gives the patterns of the parties that both lists stand for,
// exactly: sorted, none covered by another. No party in common gives none.
func Intersect(a, b []Pattern) []Pattern {
	var out []Pattern
	for _, p := range a {
		for _, q := range b {
			if m, ok := meet(p, q); ok {
				out = append(out, m)
			}
		}
	}
	return Least(out)
}

// Least gives the same set of parties in its one shortest form: sorted,
// without patterns that another covers.
func Least(patterns []Pattern) []Pattern {
	sorted := slices.Clone(patterns)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	var out []Pattern
	for i, p := range sorted {
		covered := p == "" || p == Nobody
		for j, q := range sorted {
			covered = covered || i != j && q.Covers(p)
		}
		if !covered {
			out = append(out, p)
		}
	}
	return out
}

// meet intersects two patterns. The intersection is always one pattern or
// nothing, because the sets that patterns stand for are laminar but for a
// parent's direct children, of which p/** holds exactly one: p.
func meet(p, q Pattern) (Pattern, bool) {
	if p == "" || q == "" || p == Nobody || q == Nobody {
		return "", false
	}
	pr, pk := p.parts()
	qr, qk := q.parts()
	if pk > qk {
		p, q, pr, qr, pk, qk = q, p, qr, pr, qk, pk
	}
	switch {
	case qk == all:
		return p, true
	case pk == itself:
		return p, q.Match(pr)
	case pk == directlyBelow && qk == directlyBelow:
		return p, pr == qr
	case pk == directlyBelow && !pr.Within(qr):
		return Pattern(qr), qr.Parent() == pr
	case pk == directlyBelow:
		return p, true
	case pr.Within(qr):
		return p, true
	default:
		return q, qr.Within(pr)
	}
}
