package exposure

import (
	"fmt"
	"testing"

	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
)

func row(n party.Name, scope string, reach release.Reach, portions ...int) release.Row {
	s, err := intel.ParseScope(scope)
	if err != nil {
		s = intel.Scope{}
	}
	return release.Row{Party: n, Scope: s, Reach: reach, Portions: portions}
}

// What is more and what is less goes by party, portion and certainty; the
// contact belongs to the release, whichever portion its row speaks of.
func TestGains(t *testing.T) {
	const sure, maybe = release.Sure, release.Possible
	rows := func(r ...release.Row) []release.Row { return r }
	for name, tt := range map[string]struct {
		then, now    []release.Row
		gains, loses string
	}{
		"the same":              {rows(row("a", "full", sure, 1)), rows(row("a", "full", sure, 1)), "", ""},
		"a party":               {nil, rows(row("a", "contact", maybe)), "new a contact ", ""},
		"a party gone":          {rows(row("a", "contact", maybe)), nil, "", "a contact none "},
		"content":               {rows(row("a", "summary", sure, 1)), rows(row("a", "full", sure, 1)), "wider a full ", ""},
		"less content":          {rows(row("a", "full", sure, 1)), rows(row("a", "summary", sure, 1)), "", "a full summary "},
		"contact":               {rows(row("a", "full", sure, 1)), rows(row("a", "full+contact", sure, 1)), "wider a full+contact ", ""},
		"a portion":             {rows(row("a", "full", sure, 1)), rows(row("a", "full", sure, 1, 2)), "wider a full ", ""},
		"another portion":       {rows(row("a", "full", sure, 1)), rows(row("a", "full", sure, 2)), "wider a full ", "a full full "},
		"a portion more full":   {rows(row("a", "summary", sure, 1, 2)), rows(row("a", "summary", sure, 1), row("a", "full", sure, 2)), "wider a full ", ""},
		"certain":               {rows(row("a", "full", maybe, 1)), rows(row("a", "full", sure, 1)), "surer a full ", ""},
		"uncertain":             {rows(row("a", "full", sure, 1)), rows(row("a", "full", maybe, 1)), "", "a full full "},
		"part of it certain":    {rows(row("a", "full", maybe, 1)), rows(row("a", "full", maybe, 1), row("a", "exists", sure, 1)), "surer a exists ", ""},
		"joined from two":       {rows(row("a", "contact", sure), row("a", "full", sure, 1)), rows(row("a", "full+contact", sure, 1)), "", ""},
		"contact by a portion":  {rows(row("a", "exists+contact", sure, 1), row("a", "full", sure, 2)), rows(row("a", "full+contact", sure, 2), row("a", "exists", sure, 1)), "", ""},
		"another party's is no": {rows(row("b", "full", sure, 1)), rows(row("b", "full", sure, 1), row("a", "exists", sure, 1)), "new a exists ", ""},
	} {
		more, left := gains(tt.then, tt.now)
		var g, l string
		for _, one := range more {
			g += fmt.Sprintf("%s %s %s ", one.Kind, one.Way.Party, one.Way.Scope)
		}
		for _, one := range losses(tt.then, tt.now) {
			l += fmt.Sprintf("%s %s %s ", one.Party, one.Was, one.Is)
		}
		if g != tt.gains || l != tt.loses || left != 0 {
			t.Errorf("%s: more %q, less %q, %d left out", name, g, l, left)
		}
	}
}

// One party with many ways leaves room for others, and what is left out is
// counted.
func TestGainsAreBounded(t *testing.T) {
	var now []release.Row
	for i := range 10 {
		now = append(now, row("a", "full", release.Sure, i+1))
	}
	more, left := gains(nil, append(now, row("b", "full", release.Sure, 1)))
	if len(more) != maxOfParty+1 || left != 10-maxOfParty || more[maxOfParty].Way.Party != "b" {
		t.Errorf("%d, %d left out", len(more), left)
	}
	for i := range 2 * maxGrowth {
		now = append(now, row(party.Name(fmt.Sprintf("c%d", i)), "full", release.Sure, 1))
	}
	if more, left := gains(nil, now); len(more) != maxGrowth || len(more)+left != len(now) {
		t.Errorf("%d, %d left out", len(more), left)
	}
}

// A conflict is news if it was not there, or was a warning and stops a release
// now.
func TestBreaks(t *testing.T) {
	then := release.Conflict{Portion: 1, Promise: "REL", Party: "a"}
	for name, tt := range map[string]struct {
		change func(*release.Conflict)
		same   bool
	}{
		"the same":      {func(*release.Conflict) {}, true},
		"a portion":     {func(c *release.Conflict) { c.Portion = 2 }, false},
		"a promise":     {func(c *release.Conflict) { c.Promise = "NOFWD" }, false},
		"a party":       {func(c *release.Conflict) { c.Party = "b" }, false},
		"it blocks now": {func(c *release.Conflict) { c.Blocks = true }, false},
	} {
		now := then
		tt.change(&now)
		if breaks(now)(then) != tt.same {
			t.Errorf("%s", name)
		}
	}
	then.Blocks = true
	if now := then; !breaks(now)(then) {
		t.Error("it blocked before")
	}
}

// A way that begins after the time that is asked about is none.
func TestWaysThatBeginLater(t *testing.T) {
	day := func(s string) wire.Time {
		d, err := wire.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	s := scan{ask: Ask{Party: "mx", Since: day("2026-01-01"), Until: day("2026-01-31")}}
	r := row("mx/sre", "contact", release.Sure)
	for begin, want := range map[string]int{"2026-01-31": 1, "2026-02-01": 0, "2025-01-01": 1} {
		var e Exposed
		r.Earliest = day(begin)
		if s.ways(&e, release.Plan{Rows: []release.Row{r}}); len(e.Could) != want {
			t.Errorf("from %s: %d ways", begin, len(e.Could))
		}
	}
}
