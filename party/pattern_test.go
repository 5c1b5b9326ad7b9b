package party_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/party"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		p    party.Pattern
		n    party.Name
		want bool
	}{
		{"**", "mx", true},
		{"mx/**", "mx", true},
		{"mx/**", "mx/semar/uin", true},
		{"mx/*", "mx/semar", true},
		{"mx", "mx", true},
		{"**", "", false},
		{"", "mx", false},
		{"nobody", "mx", false},
		{"nobody", "nobody", false},
		{"mx/*", "mx", false},
		{"mx/*", "mx/semar/uin", false},
		{"mx/**", "mxx", false},
		{"mx/**", "mx-a/b", false},
		{"mx/semar/**", "mx", false},
		{"mx", "mx/semar", false},
		{"mx/semar", "mx", false},
		{"us/**", "mx/us", false},
	} {
		if got := c.p.Match(c.n); got != c.want {
			t.Errorf("%q.Match(%q) = %v", c.p, c.n, got)
		}
		if got := party.MatchAny([]party.Pattern{"zz", c.p}, c.n); got != c.want {
			t.Errorf("MatchAny(%q, %q) = %v", c.p, c.n, got)
		}
	}
	if party.MatchAny(nil, "mx") {
		t.Error("no pattern at all means nobody")
	}
}

func TestExact(t *testing.T) {
	for p, want := range map[party.Pattern]party.Name{"mx/semar": "mx/semar", "mx/*": "", "mx/**": "", "**": "", "nobody": "", "": ""} {
		if n, ok := p.Exact(); n != want || ok != (want != "") {
			t.Errorf("%q is exactly %q, %v", p, n, ok)
		}
	}
}

func TestIntersect(t *testing.T) {
	type list = []party.Pattern
	for name, c := range map[string]struct{ a, b, want list }{
		"everybody":           {list{"**"}, list{"mx/*", "us"}, list{"mx/*", "us"}},
		"below within below":  {list{"mx/**"}, list{"mx/semar/**"}, list{"mx/semar/**"}},
		"children and root":   {list{"mx/*"}, list{"mx/semar/**"}, list{"mx/semar"}},
		"children within":     {list{"mx/semar/*"}, list{"mx/**"}, list{"mx/semar/*"}},
		"name and children":   {list{"mx/semar"}, list{"mx/*"}, list{"mx/semar"}},
		"covered ones go":     {list{"mx/**"}, list{"mx/semar", "mx/semar/**"}, list{"mx/semar/**"}},
		"apart":               {list{"mx/**"}, list{"us/**"}, nil},
		"grandchildren":       {list{"mx/*"}, list{"mx/semar/uin/**"}, nil},
		"children of root":    {list{"mx/*"}, list{"mx"}, nil},
		"children and cousin": {list{"mx/a/*"}, list{"mx/b/*"}, nil},
		"nobody":              {list{"nobody"}, list{"**"}, nil},
		"empty":               {nil, list{"**"}, nil},
		"prefix is no parent": {list{"mx/**"}, list{"mx-a/**"}, nil},
		"unset":               {list{""}, list{"**"}, nil},
	} {
		if got := party.Intersect(c.a, c.b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
		if got := party.Intersect(c.b, c.a); !slices.Equal(got, c.want) {
			t.Errorf("%s, turned round: %v", name, got)
		}
	}
}

// TestIntersectIsExact: a party is in the intersection if and only if it is
// in both lists; nothing is gained and nothing is lost.
func TestIntersectIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b []party.Pattern
		for range rapid.IntRange(0, 4).Draw(t, "a") {
			a = append(a, anyPattern(t, "a"))
		}
		for range rapid.IntRange(0, 4).Draw(t, "b") {
			b = append(b, anyPattern(t, "b"))
		}
		both := party.Intersect(a, b)
		for range 30 {
			n := anyName(t, "n")
			if party.MatchAny(both, n) != (party.MatchAny(a, n) && party.MatchAny(b, n)) {
				t.Fatalf("%v and %v give %v, wrong for %s", a, b, both, n)
			}
			if party.MatchAny(party.Least(a), n) != party.MatchAny(a, n) {
				t.Fatalf("Least(%v) = %v, wrong for %s", a, party.Least(a), n)
			}
		}
	})
}

func TestCoversIsSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := anyPattern(t, "p"), anyPattern(t, "q")
		covers := p.Covers(q)
		for range 30 {
			if n := anyName(t, "n"); covers && q.Match(n) && !p.Match(n) {
				t.Fatalf("%s covers %s but not %s", p, q, n)
			}
		}
		if p.Covers(q) && q.Covers(p) && p != q {
			t.Fatalf("%s and %s cover one another", p, q)
		}
	})
}
