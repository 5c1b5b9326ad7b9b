package release_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

func cutOf(t testing.TB, i intel.Item, forms ...intel.Form) release.Cut {
	t.Helper()
	c, err := release.MakeCut(i, release.Recipient{Party: uin, Forms: forms}, ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A cut tells nothing of what was withheld: not the text, not the item's or
// the portions' ids, not how many there were.
func TestCutHoldsOnlyWhatIsGiven(t *testing.T) {
	i := item(t, "TLP:CLEAR", "TLP:RED", "TLP:AMBER // REL:mx/**", "TLP:CLEAR")
	for n := range i.Portions {
		i.Portions[n].Text = "secret-" + string(rune('a'+n))
		i.Portions[n].Substitute = "clean-" + string(rune('a'+n))
		i.Portions[n].Hint = "hint-" + string(rune('a'+n))
	}
	c := cutOf(t, i, intel.Copy, intel.Withheld, intel.Substitute, intel.Pointer)
	b, err := wire.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"secret-b", "clean-b", "hint-b", "secret-c", "hint-c", "secret-d", "clean-d", i.ID.String(), i.Portions[0].ID.String(), "RED", "withheld", "ana"} {
		if bytes.Contains(b, []byte(gone)) {
			t.Errorf("the cut tells %q", gone)
		}
	}
	for _, there := range []string{"secret-a", "clean-c", "hint-d"} {
		if !bytes.Contains(b, []byte(there)) {
			t.Errorf("the cut lacks %q", there)
		}
	}
	if len(c.Portions) != 3 || c.Title != "Boats" || c.Version != 1 {
		t.Errorf("%+v", c)
	}
	if again, err := release.ParseCut(b); err != nil || again.Portions[1].Text != "clean-c" {
		t.Error(err)
	}
	if pointers := cutOf(t, i, intel.Pointer, intel.Withheld, intel.Pointer, intel.Withheld); pointers.Title != "" {
		t.Error("pointers alone give no title")
	}
}

func TestCutChains(t *testing.T) {
	i := item(t, "TLP:CLEAR")
	first := cutOf(t, i, intel.Copy)
	h, _ := first.Hash()
	second, err := release.MakeCut(i, release.Recipient{Party: uin, Forms: []intel.Form{intel.Copy}}, ref.CutID{10},
		release.Chain{Series: first.Series, Version: 1, Prev: h}, nil, now)
	if err != nil || second.Version != 2 || second.Prev != h || second.Series != first.Series {
		t.Errorf("%+v %v", second, err)
	}
}

func TestNoticeNeedsTheSeries(t *testing.T) {
	i := item(t, "TLP:CLEAR")
	i.Kind, i.Notice = intel.NoticeItem, &intel.Notice{Kind: intel.Recall, About: ref.ItemID{5}}
	to := release.Recipient{Party: uin, Forms: []intel.Form{intel.Copy}}
	if _, err := release.MakeCut(i, to, ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, nil, now); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	about := ref.SeriesID{7}
	c, err := release.MakeCut(i, to, ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, &about, now)
	if err != nil || c.Notice.About != about {
		t.Errorf("%+v %v", c, err)
	}
}

// A derived portion inherits what it comes from, in the cut too.
func TestCutInherits(t *testing.T) {
	i := item(t, "TLP:CLEAR // NOFWD", "TLP:CLEAR")
	i.Portions[1].DerivedFrom = []ref.PortionID{i.Portions[0].ID}
	c := cutOf(t, i, intel.Withheld, intel.Copy)
	if !c.Portions[0].Marking.Binds(intel.NOFWD) {
		t.Error("the paraphrase lost its caveat")
	}
}

// Who else may see a portion is not the recipient's to know.
func TestCutNarrowsTheAudience(t *testing.T) {
	for marked, want := range map[string]string{
		"REL:mx/semar/uin,us/fbi/x,mx/fgr/seido":                       "REL:mx/semar/uin",
		"REL:mx/semar/**,mx/semar/otra,us/fbi/x":                       "REL:mx/semar/**,mx/semar/otra",
		"REL:mx/**,gb/**":                                              "REL:mx/**",
		"REL:mx/*,mx/semar/*":                                          "REL:mx/semar/*",
		"TLP:GREEN // COMMUNITY:us/**,mx/**":                           "TLP:GREEN // COMMUNITY:mx/**",
		"TLP:AMBER // CLIENTS:us/fbi,mx/semar/otra":                    "TLP:AMBER // CLIENTS:mx/semar/otra",
		"TLP:CLEAR // EYES:mx/semar/uin#lince,us/fbi/x#jd":             "TLP:CLEAR // EYES:mx/semar/uin#lince",
		"TLP:CLEAR // EYES:us/fbi/x#jd":                                "TLP:CLEAR // ORCON",
		"REL:us/fbi/x":                                                 "REL:mx/semar/uin",
		"TLP:CLEAR // NOT:mx/sedena:contact // NOFWD // COND:Burn it.": "TLP:CLEAR // NOT:mx/sedena:contact // NOFWD // COND:Burn it.",
	} {
		c := cutOf(t, item(t, marked), intel.Copy)
		if got := intel.Banner(c.Portions[0].Marking, intel.Grading{}); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", marked, got, want)
		}
	}
}

// hostile lists what a partner could do to a cut, by name.
var hostile = map[string]func(*release.Cut){
	"no id":               func(c *release.Cut) { c.ID = ref.CutID{} },
	"no series":           func(c *release.Cut) { c.Series = ref.SeriesID{} },
	"version zero":        func(c *release.Cut) { c.Version = 0 },
	"chain without prev":  func(c *release.Cut) { c.Version = 2 },
	"first with prev":     func(c *release.Cut) { c.Prev = ref.Hash{1} },
	"unknown kind":        func(c *release.Cut) { c.Kind = "virus" },
	"no originator":       func(c *release.Cut) { c.Originator = "" },
	"nobody":              func(c *release.Cut) { c.Audience = nil },
	"two units":           func(c *release.Cut) { c.Audience = append(c.Audience, "mx/fgr") },
	"no time":             func(c *release.Cut) { c.Created = wire.Time{} },
	"no portions":         func(c *release.Cut) { c.Portions = nil },
	"withheld portion":    func(c *release.Cut) { c.Portions[0].Form = intel.Withheld },
	"room portion":        func(c *release.Cut) { c.Portions[0].Form = intel.Room },
	"empty copy":          func(c *release.Cut) { c.Portions[0].Text = "" },
	"huge text":           func(c *release.Cut) { c.Portions[0].Text = strings.Repeat("a", intel.MaxText+1) },
	"control character":   func(c *release.Cut) { c.Portions[0].Text = "a\x1b[2J" },
	"bidi override":       func(c *release.Cut) { c.Portions[0].Text = "abc\u202egpj.exe" },
	"invisible in title":  func(c *release.Cut) { c.Title = "Bo\u200bats" },
	"newline in title":    func(c *release.Cut) { c.Title = "Bo\nats" },
	"no title with copy":  func(c *release.Cut) { c.Title = "" },
	"title with pointers": func(c *release.Cut) { c.Portions = []release.CutPortion{{Form: intel.Pointer}} },
	"pointer with kind": func(c *release.Cut) {
		c.Title = ""
		c.Portions = []release.CutPortion{{Form: intel.Pointer, Kind: intel.Fact}}
	},
	"green without community": func(c *release.Cut) {
		c.Portions[0].Marking = intel.Marking{TLP: intel.TLPGreen}
	},
	"unknown tlp":         func(c *release.Cut) { c.Portions[0].Marking.TLP = "BLACK" },
	"notice without body": func(c *release.Cut) { c.Kind = intel.NoticeItem },
	"body without notice": func(c *release.Cut) { c.Notice = &release.CutNotice{Kind: intel.Recall, About: ref.SeriesID{1}} },
	"filing of a report":  func(c *release.Cut) { c.Filing = &release.Filing{Rule: "a/b"} },
	"statement without value": func(c *release.Cut) {
		c.Portions[0].Statements = []intel.Statement{{Entity: "e", Schema: "Person", Property: "name"}}
	},
}

// asking is a sound request for an authorisation.
func asking(t testing.TB) release.Cut {
	c := cutOf(t, item(t, "TLP:CLEAR"), intel.Copy)
	c.Kind = intel.Request
	c.Authorisation = &intel.Authorisation{Act: "send", To: []party.Name{"ca/rcmp/o-division"}, Allow: []intel.Allowance{
		{Party: "ca/rcmp/o-division", Scope: intel.Scope{Content: intel.Full, Contact: true}}, {Party: "ca/rcmp", Scope: intel.Contact}}}
	c.Portions[0].Origins = []release.CutOrigin{{Cut: ref.CutID{7}, Portion: 2}}
	return c
}

// hostileAsking is what a partner could do to a request.
var hostileAsking = map[string]func(*release.Cut){
	"authorisation in a report":      func(c *release.Cut) { c.Kind = intel.Report },
	"origins in a report":            func(c *release.Cut) { c.Kind, c.Authorisation = intel.Report, nil },
	"origins in a bare request":      func(c *release.Cut) { c.Authorisation = nil },
	"authorised for nobody":          func(c *release.Cut) { c.Authorisation.To = nil },
	"authorised for one not allowed": func(c *release.Cut) { c.Authorisation.To = []party.Name{"ca/csis"} },
	"nobody allowed":                 func(c *release.Cut) { c.Authorisation.Allow = nil },
	"one allowed twice":              func(c *release.Cut) { c.Authorisation.Allow[1].Party = c.Authorisation.Allow[0].Party },
	"an act without a word":          func(c *release.Cut) { c.Authorisation.Act = "" },
	"a rule that turns letters":      func(c *release.Cut) { c.Authorisation.Rule = "a\u202eb" },
	"an origin without a cut":        func(c *release.Cut) { c.Portions[0].Origins[0].Cut = ref.CutID{} },
	"an origin without a number":     func(c *release.Cut) { c.Portions[0].Origins[0].Portion = 0 },
	"an origin beyond a cut":         func(c *release.Cut) { c.Portions[0].Origins[0].Portion = 501 },
	"an origin twice":                func(c *release.Cut) { c.Portions[0].Origins = append(c.Portions[0].Origins, c.Portions[0].Origins[0]) },
	"an item in a request":           func(c *release.Cut) { c.Authorisation.Of = ref.ItemID{1} },
	"101 allowed": func(c *release.Cut) {
		for i := range 99 {
			c.Authorisation.Allow = append(c.Authorisation.Allow, intel.Allowance{Party: party.Name(fmt.Sprintf("xx/p%d", i)), Scope: intel.Contact})
		}
	},
	"65 origins": func(c *release.Cut) {
		c.Portions[0].Origins = nil
		for i := range 65 {
			c.Portions[0].Origins = append(c.Portions[0].Origins, release.CutOrigin{Cut: ref.CutID{7}, Portion: i + 1})
		}
	},
}

var update = flag.Bool("update", false, "write the vector file anew")

const cutVectors = "../doc/spec/vectors/cut.json"

type vector struct {
	Name    string `json:"name"`
	Input   string `json:"input"`
	Outcome string `json:"outcome"`
}

// makeVectors gives two sound cuts, the hostile ones, and hostile encodings.
func makeVectors(t testing.TB) []vector {
	encode := func(c release.Cut) string {
		b, err := wire.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	sound := cutOf(t, item(t, "TLP:CLEAR"), intel.Copy)
	list := []vector{{"a copy", encode(sound), "ok"},
		{"all forms", encode(cutOf(t, item(t, "TLP:AMBER+STRICT // REL:mx/** // NOT:mx/sre:contact // admiralty:B2", "TLP:RED // FROB", "TLP:CLEAR"), intel.Copy, intel.Substitute, intel.Pointer)), "ok"}}
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		c := cutOf(t, item(t, "TLP:CLEAR"), intel.Copy)
		hostile[name](&c)
		list = append(list, vector{name, encode(c), "invalid"})
	}
	list = append(list, vector{"a request for an authorisation", encode(asking(t)), "ok"})
	for _, name := range slices.Sorted(maps.Keys(hostileAsking)) {
		c := asking(t)
		hostileAsking[name](&c)
		list = append(list, vector{name, encode(c), "invalid"})
	}
	whole := encode(sound)
	return append(list, vector{"unknown field", `{"a":1,` + whole[1:], "invalid"}, vector{"white space", " " + whole, "invalid"},
		vector{"field twice", strings.Replace(whole, `{"audience"`, `{"audience":["mx/semar/uin"],"audience"`, 1), "invalid"},
		vector{"cut short", whole[:len(whole)-1], "invalid"}, vector{"empty", "", "invalid"})
}

func TestCutVectors(t *testing.T) {
	if *update {
		b, err := json.MarshalIndent(makeVectors(t), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(cutVectors, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(cutVectors)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < len(hostile) {
		t.Fatalf("%d vectors: %v", len(list), err)
	}
	for _, v := range list {
		t.Run(v.Name, func(t *testing.T) {
			_, err := release.ParseCut([]byte(v.Input))
			if (err == nil) != (v.Outcome == "ok") || err != nil && fault.KindOf(err).String() != v.Outcome {
				t.Errorf("got %v, want %s", err, v.Outcome)
			}
		})
	}
}

// Every hostile change is still in the file: a vector that went missing would
// be missed by nobody.
func TestCutVectorsAreComplete(t *testing.T) {
	b, err := os.ReadFile(cutVectors)
	if err != nil {
		t.Fatal(err)
	}
	for name := range hostile {
		if !bytes.Contains(b, []byte(`"name": "`+name+`"`)) {
			t.Errorf("no vector %q: run go test ./release -update", name)
		}
	}
}

func FuzzParseCut(f *testing.F) {
	b, err := wire.Encode(cutOf(f, item(f, "TLP:AMBER+STRICT // REL:mx/** // NOT:mx/sre:contact // admiralty:B2"), intel.Copy))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{}`))
	for _, v := range makeVectors(f) {
		f.Add([]byte(v.Input))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := release.ParseCut(b)
		if err != nil {
			return
		}
		again, err := wire.Encode(c)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatal("an accepted cut has two encodings")
		}
	})
}
