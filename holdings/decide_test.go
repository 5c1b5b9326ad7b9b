package holdings_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/wire"
)

var noon = wire.At(start)

// situation is one way in which a portion can stand towards an officer.
type situation struct {
	name    string
	lets    bool // the officer with handle ann in us/dea/ccf read, if the role and the unit let
	author  party.Handle
	marking intel.Marking
}

func caveat(code intel.Code, arg string) intel.Marking {
	return intel.Marking{Caveats: []intel.Caveat{{Code: code, Arg: arg}}}
}

var situations = []situation{
	{name: "unmarked", lets: true},
	{name: "TLP:RED is about parties", lets: true, marking: intel.Marking{TLP: intel.TLPRed}},
	{name: "NOT is about parties outside", lets: true, marking: intel.Marking{Not: []intel.Bar{{Parties: "**"}}}},
	{name: "an unknown caveat is read as ORCON and NOFWD", lets: true, marking: caveat("XYZZY", "anything")},
	{name: "COND is acknowledged elsewhere", lets: true, marking: caveat(intel.COND, "be kind")},
	{name: "DISPLAY may be shown", lets: true, marking: caveat(intel.DISPLAY, "")},
	{name: "EYES names ann", lets: true, marking: caveat(intel.EYES, "us/dea/ccf#bob,us/dea/ccf#ann")},
	{name: "EYES names ann after a space", lets: true, marking: caveat(intel.EYES, "us/dea/ccf#bob, us/dea/ccf#ann")},
	{name: "EYES of what ann wrote", lets: true, author: "ann", marking: caveat(intel.EYES, "us/dea/ccf#bob")},
	{name: "EMBARGO is over", lets: true, marking: caveat(intel.EMBARGO, "2026-03-01")},
	{name: "EMBARGO ends now", lets: true, marking: caveat(intel.EMBARGO, noon.String())},
	{name: "EMBARGO of what ann wrote", lets: true, author: "ann", marking: caveat(intel.EMBARGO, "2027-01-01")},
	{name: "it expires later", lets: true, marking: intel.Marking{Expires: noon.Add(1e9)}},
	{name: "EYES names bob", marking: caveat(intel.EYES, "us/dea/ccf#bob")},
	{name: "EYES names ann of another unit", marking: caveat(intel.EYES, "us/dea/other#ann")},
	{name: "EYES names the unit", marking: caveat(intel.EYES, "us/dea/ccf")},
	{name: "EYES names the handle alone", marking: caveat(intel.EYES, "ann")},
	{name: "EYES names anna", marking: caveat(intel.EYES, "us/dea/ccf#anna")},
	{name: "EYES names a pattern", marking: caveat(intel.EYES, "us/dea/ccf#*")},
	{name: "EYES names nobody", marking: caveat(intel.EYES, "")},
	{name: "EYES nobody", marking: caveat(intel.EYES, "nobody")},
	{name: "one EYES names ann, the other does not", marking: intel.Marking{Caveats: []intel.Caveat{
		{Code: intel.EYES, Arg: "us/dea/ccf#ann"}, {Code: intel.EYES, Arg: "us/dea/ccf#bob"}}}},
	{name: "EYES of what bob wrote", author: "bob", marking: caveat(intel.EYES, "us/dea/ccf#cid")},
	{name: "EMBARGO for a second more", marking: caveat(intel.EMBARGO, noon.Add(1e9).String())},
	{name: "EMBARGO without an end", marking: caveat(intel.EMBARGO, "")},
	{name: "EMBARGO until nobody knows when", marking: caveat(intel.EMBARGO, "the trial")},
	{name: "EMBARGO in another form of time", marking: caveat(intel.EMBARGO, "2026-03-01T00:00:00+02:00")},
	{name: "EMBARGO of what bob wrote", author: "bob", marking: caveat(intel.EMBARGO, "2027-01-01")},
	{name: "it expires now", marking: intel.Marking{Expires: noon}},
	{name: "it expired, and bob wrote it", author: "bob", marking: intel.Marking{Expires: noon.Add(-1e9)}},
	{name: "it expired, and its author may prolong it", lets: true, author: "ann", marking: intel.Marking{Expires: noon.Add(-1e9)}},
}

// TestDecide walks all roles, all relations of units and all situations: only
// a role that reads, in the unit that owns it, under no caveat against it,
// is let in.
func TestDecide(t *testing.T) {
	roles := [][]party.Role{nil, {"king"}, {party.Analyst}, {party.Release}, {party.Security}, {party.Auditor}, {party.Admin}, {party.Security, party.Admin, party.Auditor}}
	units := map[string][]party.Name{
		"own": {"us/dea/ccf"}, "one of several": {"us/dea/other", "us/dea/ccf"}, "another": {"us/dea/other"}, "above": {"us/dea"},
		"below": {"us/dea/ccf/x"}, "like": {"us/dea/ccf2"}, "none": nil, "empty": {""},
	}
	permitted, refusals := 0, 0
	for _, r := range roles {
		for relation, list := range units {
			for _, s := range situations {
				reads := slices.Contains(r, party.Analyst) || slices.Contains(r, party.Release)
				want := reads && slices.Contains(list, "us/dea/ccf") && s.lets
				actor := party.Actor{Handle: "ann", Unit: "us/dea/ccf", Roles: r}
				got := holdings.Decide(actor, holdings.Subject{Units: list, Author: s.author, Marking: s.marking}, noon)
				if got.Allow != want || len(got.Reasons) == 0 {
					t.Errorf("%v, unit %s, %s: %+v, want %v", r, relation, s.name, got, want)
				}
				if want {
					permitted++
				} else {
					refusals++
				}
			}
		}
	}
	if refusals < 10*permitted {
		t.Errorf("%d refusals for %d permissions: the table must have ten for each", refusals, permitted)
	}
	t.Logf("%d permissions, %d refusals", permitted, refusals)
}

// TestDecideNobody: an actor without a unit or a handle is nobody, whatever
// the portion says.
func TestDecideNobody(t *testing.T) {
	for _, a := range []party.Actor{{}, {Roles: []party.Role{party.Analyst}}, {Handle: "ann", Roles: []party.Role{party.Analyst}}} {
		for _, m := range []intel.Marking{{}, caveat(intel.EYES, "#ann"), caveat(intel.EYES, "#")} {
			for _, units := range [][]party.Name{nil, {""}, {"us/dea/ccf"}} {
				if holdings.Decide(a, holdings.Subject{Units: units, Marking: m}, noon).Allow {
					t.Errorf("%+v reads %v of %v", a, m, units)
				}
			}
		}
	}
}

// TestDecideMoreCaveatsNeverOpen: adding a caveat never lets anybody in.
func TestDecideMoreCaveatsNeverOpen(t *testing.T) {
	codes := []intel.Code{intel.EYES, intel.EMBARGO, intel.ORCON, intel.DISPLAY, "XYZZY"}
	args := []string{"", "us/dea/ccf#ann", "us/dea/ccf#bob", "2026-01-01", "2027-01-01", "nobody"}
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.Custom(func(t *rapid.T) intel.Caveat {
			return intel.Caveat{Code: rapid.SampledFrom(codes).Draw(t, "code"), Arg: rapid.SampledFrom(args).Draw(t, "arg")}
		})
		few := rapid.SliceOfN(gen, 0, 4).Draw(t, "caveats")
		more := append(slices.Clone(few), gen.Draw(t, "one more"))
		actor := party.Actor{Handle: "ann", Unit: "us/dea/ccf", Roles: []party.Role{party.Analyst}}
		s := holdings.Subject{Units: []party.Name{"us/dea/ccf"}, Author: rapid.SampledFrom([]party.Handle{"", "ann", "bob"}).Draw(t, "author")}
		s.Marking.Caveats = more
		if holdings.Decide(actor, s, noon).Allow {
			s.Marking.Caveats = few
			if d := holdings.Decide(actor, s, noon); !d.Allow {
				t.Fatal(fmt.Sprint("a caveat more opened it: ", d.Reasons))
			}
		}
	})
}
