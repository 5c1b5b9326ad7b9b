package holdings_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/release"
)

// TestReaders: who is not named sees nothing of the cut, now or ever; and where only
// EYES and an expiry are against somebody, who is named does.
func TestReaders(t *testing.T) {
	args := []string{"", "us/dea/ccf#ann", "us/dea/ccf#bob, us/dea/ccf#ann", "us/dea/mex#ann", "us/dea/mex#bob,us/dea/ccf#cid", "nobody", "us/dea/ccf#", "us/dea#ccf#ann"}
	rapid.Check(t, func(t *rapid.T) {
		embargoes := false
		gen := rapid.Custom(func(t *rapid.T) release.CutPortion {
			var p release.CutPortion
			for range rapid.IntRange(0, 2).Draw(t, "eyes") {
				p.Marking.Caveats = append(p.Marking.Caveats, intel.Caveat{Code: intel.EYES, Arg: rapid.SampledFrom(args).Draw(t, "arg")})
			}
			if rapid.IntRange(0, 5).Draw(t, "embargo") == 0 {
				p.Marking.Caveats = append(p.Marking.Caveats, intel.Caveat{Code: intel.EMBARGO, Arg: noon.Add(1e9).String()})
				embargoes = true
			}
			switch rapid.IntRange(0, 3).Draw(t, "expires") {
			case 1:
				p.Marking.Expires = noon
			case 2:
				p.Marking.Expires = noon.Add(1e9)
			}
			return p
		})
		cut := release.Cut{Audience: []party.Name{"us/dea/ccf", "us/dea/mex"}, Portions: rapid.SliceOfN(gen, 0, 3).Draw(t, "portions")}
		readers := holdings.Readers(cut)
		for _, who := range []struct {
			unit   party.Name
			handle party.Handle
		}{{"us/dea/ccf", "ann"}, {"us/dea/ccf", "bob"}, {"us/dea/ccf", "cid"}, {"us/dea/mex", "ann"}, {"us/dea/mex", "bob"}, {"us/dea", "ann"}, {"us/dea", "ccf#ann"}} {
			_, _, sees := holdings.ViewCut(officer(who.handle, who.unit, party.Analyst), cut, noon)
			named := slices.ContainsFunc(readers, func(r holdings.Reader) bool {
				return r.Unit == who.unit && (r.Handle == "" || r.Handle == who.handle) && (r.Until.IsZero() || noon.Before(r.Until))
			})
			if sees && !named || named && !sees && !embargoes {
				t.Fatalf("%s#%s sees it: %v; of the readers: %v, %+v", who.unit, who.handle, sees, named, readers)
			}
		}
	})
}

// TestReadersFew: a partner cannot have any number of names kept.
func TestReadersFew(t *testing.T) {
	cut := release.Cut{Audience: []party.Name{"us/dea/ccf"}}
	for i := range 100 {
		m := caveat(intel.EYES, fmt.Sprintf("us/dea/ccf#o%d", i))
		m.Expires = noon.Add(1e9)
		cut.Portions = append(cut.Portions, release.CutPortion{Marking: m})
	}
	if got := holdings.Readers(cut); len(got) != 1 || got[0] != (holdings.Reader{Unit: "us/dea/ccf", Until: noon.Add(1e9)}) {
		t.Errorf("of 100 readers are named %+v", got)
	}
}
