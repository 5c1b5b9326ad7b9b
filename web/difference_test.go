package web_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"comity/web"
)

// What is not gone is the second text, what is not in is the first.
func TestDifference(t *testing.T) {
	for _, tt := range []struct{ a, b, says string }{
		{"", "", ""},
		{"one two", "one two", "one two"},
		{"one two three", "one three", "one [-two ]three"},
		{"one three", "one two three", "one [+two ]three"},
		{"The boat left.", "The boats left at night.", "The [-boat][+boats] left[+ at night]."},
		{"a\nb", "a\n\nb", "a\n[+\n]b"},
		{"", "new", "[+new]"},
		{"old", "", "[-old]"},
		{"vió él", "vio él", "[-vió][+vio] él"},
	} {
		if got := told(web.Difference(tt.a, tt.b)); got != tt.says {
			t.Errorf("%q to %q gave %q and not %q", tt.a, tt.b, got, tt.says)
		}
	}
	dice := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "w%d%s", dice.IntN(8), []string{" ", ", ", "\n"}[dice.IntN(3)])
		}
		return b.String()
	}
	for range 300 {
		both(t, text(dice.IntN(30)), text(dice.IntN(30)))
	}
	both(t, text(9000), text(9000)) // too far apart to look for a way
}

func both(t *testing.T, a, b string) {
	t.Helper()
	var first, second strings.Builder
	for _, p := range web.Difference(a, b) {
		if !p.In {
			first.WriteString(p.Text)
		}
		if !p.Gone {
			second.WriteString(p.Text)
		}
	}
	if first.String() != a || second.String() != b {
		t.Fatalf("%q to %q gave %q to %q", a, b, first.String(), second.String())
	}
}

func told(list []web.Piece) string {
	var b strings.Builder
	for _, p := range list {
		switch {
		case p.In:
			b.WriteString("[+" + p.Text + "]")
		case p.Gone:
			b.WriteString("[-" + p.Text + "]")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
