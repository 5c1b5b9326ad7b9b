package intel_test

import (
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/intel"
)

// TestGradingVectors: every cell of the doctrine's two tables (section 8) is a
// vector, and so are codes that must be refused.
func TestGradingVectors(t *testing.T) {
	var vectors []struct {
		Name, Scheme, Input, Outcome, To, Code string
		Lossy, Doubt                           bool
		Triple                                 []string
	}
	readVectors(t, "grading.json", &vectors)
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			g, err := intel.ParseGrade(intel.Scheme(v.Scheme), v.Input)
			if v.Outcome != "ok" {
				if err == nil || fault.KindOf(err).String() != v.Outcome || g != (intel.Grading{}) {
					t.Fatalf("%s %q was taken: %v", v.Scheme, v.Input, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Triple) == 3 && (string(g.Access) != v.Triple[0] || string(g.Corroboration) != v.Triple[1] || string(g.Belief) != v.Triple[2]) {
				t.Fatalf("triple %s,%s,%s, want %v", g.Access, g.Corroboration, g.Belief, v.Triple)
			}
			s, i, lossy, doubt := g.As(intel.Scheme(v.To))
			if s+i != v.Code || lossy != v.Lossy || doubt != v.Doubt {
				t.Fatalf("as %s: %s%s lossy %v doubt %v, want %s %v %v", v.To, s, i, lossy, doubt, v.Code, v.Lossy, v.Doubt)
			}
		})
	}
}

// Ranks of the doctrine's section 8, written apart from the code.
var sourceRank = map[intel.Scheme]map[string]int{
	intel.Admiralty:   {"A": 5, "B": 4, "C": 3, "F": 3, "D": 2, "E": 1},
	intel.FourByFour:  {"A": 5, "B": 4, "X": 3, "C": 1},
	intel.FiveByFive:  {"A": 5, "B": 4, "C": 3, "E": 3, "D": 1},
	intel.ThreeByFive: {"1": 4, "2": 3, "3": 1},
}

// beliefRank orders what the information codes say. "Cannot be judged" stands
// no higher than doubtful: it promises nothing. Admiralty has one code for
// improbable and suspected false, so that the two stand level.
var beliefRank = map[intel.Belief]int{intel.BeliefCertain: 6, intel.BeliefProbable: 5, intel.BeliefPossible: 4,
	intel.BeliefDoubtful: 3, intel.BeliefUnjudged: 3, intel.BeliefImprobable: 2, intel.BeliefFalse: 2}

// chains gives all ways of two to four maps that lead back to the first
// scheme.
func chains() [][]intel.Scheme {
	var out [][]intel.Scheme
	var walk func(c []intel.Scheme)
	walk = func(c []intel.Scheme) {
		if len(c) >= 3 && c[len(c)-1] == c[0] {
			out = append(out, c)
		}
		if len(c) == 5 {
			return
		}
		for _, s := range intel.Schemes {
			if s != c[len(c)-1] {
				walk(append(slices.Clone(c), s))
			}
		}
	}
	for _, s := range intel.Schemes {
		walk([]intel.Scheme{s})
	}
	return out
}

// TestMapsNeverRaise walks every grade through every chain of two to four
// maps that returns to its scheme. Without the condition that +doubt demands,
// a source code never comes back higher, and an information code does only if
// it was improbable or suspected false and passed through 4x4, which has no
// such code; that is why +doubt is mandatory. With it, nothing rises.
func TestMapsNeverRaise(t *testing.T) {
	if n := len(chains()); n != 4*(3+6+21) {
		t.Fatalf("%d chains", n)
	}
	raised := make(map[string]bool)
	for _, chain := range chains() {
		for _, start := range allGrades() {
			if start.Scheme != chain[0] {
				continue
			}
			bare, carried := start, start
			for _, to := range chain[1:] {
				bare = mapped(t, bare, to, false)
				carried = mapped(t, carried, to, true)
			}
			if rank := sourceRank[start.Scheme]; rank[bare.Source] > rank[start.Source] {
				t.Errorf("source %s came back as %s by %v", start, bare, chain)
			}
			if beliefRank[bare.Belief] > beliefRank[start.Belief] {
				raised[start.Info] = true
				if !slices.Contains(chain[1:len(chain)-1], intel.FourByFour) || beliefRank[start.Belief] > 2 {
					t.Errorf("information %s came back as %s by %v", start, bare, chain)
				}
			}
			if beliefRank[carried.Belief] > beliefRank[start.Belief] {
				t.Errorf("with its doubt, %s came back as %s by %v", start, carried, chain)
			}
		}
	}
	if len(raised) == 0 {
		t.Error("no doubt was ever lost without its condition: then why is it mandatory?")
	}
}

// mapped sends a grading over a border: the code, and the condition if the
// map asks for one and it is carried.
func mapped(t *testing.T, g intel.Grading, to intel.Scheme, carry bool) intel.Grading {
	t.Helper()
	s, i, _, doubt := g.As(to)
	out, err := intel.ParseGrade(to, s+i)
	if err != nil {
		t.Fatal(g, to, err)
	}
	if doubt && carry {
		b, ok := intel.BeliefOf(intel.DoubtText(g.Belief))
		if !ok {
			t.Fatalf("%s has no text of doubt", g)
		}
		out = out.Doubted(b)
	}
	if err := (intel.Portion{ID: portionID(0), Kind: intel.Fact, Text: "x", Grading: out}).Validate(1); err != nil {
		t.Fatal(out, err)
	}
	return out
}

// TestOneMapNeverRaisesBelief: no single map says more belief than the triple.
func TestOneMapNeverRaisesBelief(t *testing.T) {
	for _, g := range allGrades() {
		for _, to := range intel.Schemes {
			out := mapped(t, g, to, true)
			if beliefRank[out.Belief] > beliefRank[g.Belief] && g.Belief != intel.BeliefUnjudged {
				t.Errorf("%s became %s", g, out)
			}
			if to == g.Scheme && out != g {
				t.Errorf("%s became %s in its own scheme", g, out)
			}
		}
	}
}

// TestIndependentCorroboration: certain information is Admiralty 1 only if
// independent sources stand behind it.
func TestIndependentCorroboration(t *testing.T) {
	g, _ := intel.ParseGrade(intel.FourByFour, "A1")
	if _, i, lossy, _ := g.As(intel.Admiralty); i != "2" || !lossy {
		t.Error(i, lossy)
	}
	g.Corroboration = intel.CorroborationIndependent
	if _, i, _, _ := g.As(intel.Admiralty); i != "1" {
		t.Error(i)
	}
	if _, i, _, _ := g.As(intel.FiveByFive); i != "1" {
		t.Error(i)
	}
}

func TestDoubtSurvivesMaps(t *testing.T) {
	for _, c := range []struct {
		scheme intel.Scheme
		code   string
		belief intel.Belief
		to     intel.Scheme
		want   string
		doubt  bool
	}{
		{intel.FourByFour, "B4", intel.BeliefDoubtful, intel.Admiralty, "B4", false},
		{intel.FourByFour, "B4", intel.BeliefImprobable, intel.Admiralty, "B5", false},
		{intel.FourByFour, "B4", intel.BeliefFalse, intel.FiveByFive, "B5", false},
		{intel.FourByFour, "B4", intel.BeliefFalse, intel.ThreeByFive, "1E", false},
		{intel.FourByFour, "B1", intel.BeliefDoubtful, intel.FiveByFive, "B4", true},
		{intel.FourByFour, "B4", intel.BeliefDoubtful, intel.FourByFour, "B4", true},
		{intel.FiveByFive, "B5", intel.BeliefDoubtful, intel.FourByFour, "B4", true},
	} {
		g, err := intel.ParseGrade(c.scheme, c.code)
		if err != nil {
			t.Fatal(err)
		}
		s, i, _, doubt := g.Doubted(c.belief).As(c.to)
		if s+i != c.want || doubt != c.doubt {
			t.Errorf("%s doubted as %s: %s%s %v", g, c.to, s, i, doubt)
		}
	}
	g, _ := intel.ParseGrade(intel.FiveByFive, "B5")
	if g.Doubted(intel.BeliefDoubtful) != g || g.Doubted(intel.BeliefCertain) != g || (intel.Grading{}).Doubted(intel.BeliefFalse) != (intel.Grading{}) {
		t.Error("a doubt raised a belief, or graded what had no grade")
	}
	if _, ok := intel.BeliefOf(""); ok {
		t.Error("no condition is no doubt")
	}
}

func TestAsOfNothing(t *testing.T) {
	g, _ := intel.ParseGrade(intel.Admiralty, "B2")
	for _, c := range []struct {
		g  intel.Grading
		to intel.Scheme
	}{{intel.Grading{}, intel.Admiralty}, {g, "6x6"}, {g, ""}, {intel.Grading{Scheme: "6x6", Source: "A", Info: "1"}, intel.Admiralty},
		{intel.Grading{Scheme: intel.Admiralty, Source: "Z", Info: "1"}, intel.FourByFour}, {intel.Grading{Scheme: intel.Admiralty, Source: "A", Info: "9"}, intel.FourByFour}} {
		if s, i, lossy, doubt := c.g.As(c.to); s != "" || i != "" || lossy || doubt {
			t.Errorf("%v as %s: %s%s", c.g, c.to, s, i)
		}
	}
}

func FuzzParseGrade(f *testing.F) {
	for _, s := range []string{"admiralty B2", "4x4 X4", "5x5x5 E5", "3x5x2 3E", "admiralty G1", "x", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		scheme, code, _ := strings.Cut(s, " ")
		g, err := intel.ParseGrade(intel.Scheme(scheme), code)
		if err != nil {
			return
		}
		if g.Source+g.Info != strings.ToUpper(code) || g.Access == "" || g.Corroboration == "" || g.Belief == "" {
			t.Fatalf("%q became %+v", s, g)
		}
	})
}
