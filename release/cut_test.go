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

// pictured is a sound cut with exhibits, one of them in two portions.
func pictured(t testing.TB) release.Cut {
	i := item(t, "TLP:CLEAR", "TLP:CLEAR", "TLP:CLEAR")
	ship := intel.Exhibit{Content: ref.Content([]byte("ship")), Size: 3 * intel.PartSize, Media: "image/jpeg", Caption: "The ship", Credit: "The harbour master"}
	again, plan := ship, intel.Exhibit{Content: ref.Content([]byte("plan")), Size: 1, Media: "application/pdf"}
	again.Caption = "The same ship"
	i.Portions[0].Exhibits, i.Portions[1].Exhibits = []intel.Exhibit{ship, plan}, []intel.Exhibit{again}
	i.Portions[0].Text = ""
	i.Portions[2].Exhibits, i.Portions[2].Substitute = []intel.Exhibit{{Content: ref.Content([]byte("source")), Size: 9, Media: "image/png"}}, "Somebody saw it."
	return cutOf(t, i, intel.Copy, intel.Copy, intel.Substitute)
}

// Exhibits go with a copy, and with nothing less.
func TestCutExhibits(t *testing.T) {
	c := pictured(t)
	files, err := c.Files()
	if err != nil || len(files) != 2 || files[0].Caption != "The ship" || files[0].Parts() != 3 || files[1].Parts() != 1 {
		t.Fatalf("%+v, %v", files, err)
	}
	if len(c.Portions[1].Exhibits) != 1 || c.Portions[1].Exhibits[0].Caption != "The same ship" || len(c.Portions[2].Exhibits) != 0 {
		t.Fatalf("%+v", c.Portions)
	}
	i := item(t, "TLP:CLEAR")
	i.Portions[0].Exhibits = c.Portions[0].Exhibits
	if p := cutOf(t, i, intel.Pointer); len(p.Portions[0].Exhibits) > 0 {
		t.Error("a pointer carries exhibits")
	}
	if s := c.Shell(); len(s.Portions[0].Exhibits) > 0 {
		t.Error("what is left of a destroyed cut names its exhibits")
	}
}

// hostilePictures is what a partner could do to exhibits.
var hostilePictures = map[string]func(*release.Cut){
	"an exhibit without a hash":    func(c *release.Cut) { c.Portions[0].Exhibits[0].Content = ref.Hash{} },
	"an exhibit of nothing":        func(c *release.Cut) { c.Portions[0].Exhibits[1].Size = 0 },
	"an exhibit below nothing":     func(c *release.Cut) { c.Portions[0].Exhibits[1].Size = -1 },
	"an exhibit of no type":        func(c *release.Cut) { c.Portions[0].Exhibits[0].Media = "picture" },
	"a type with a header":         func(c *release.Cut) { c.Portions[0].Exhibits[0].Media = "text/html\r\nx: y" },
	"a caption that turns letters": func(c *release.Cut) { c.Portions[0].Exhibits[0].Caption = "gpj\u202e.exe" },
	"a credit that does not show":  func(c *release.Cut) { c.Portions[0].Exhibits[0].Credit = "AP\u200b" },
	"a caption of two lines":       func(c *release.Cut) { c.Portions[0].Exhibits[0].Caption = "a\nb" },
	"an exhibit twice":             func(c *release.Cut) { c.Portions[0].Exhibits[1] = c.Portions[0].Exhibits[0] },
	"one file with two sizes":      func(c *release.Cut) { c.Portions[1].Exhibits[0].Size++ },
	"exhibits of a substitute":     func(c *release.Cut) { c.Portions[2].Exhibits = c.Portions[1].Exhibits },
	"exhibits of a pointer": func(c *release.Cut) {
		c.Portions[2] = release.CutPortion{Form: intel.Pointer, Marking: c.Portions[2].Marking, Exhibits: c.Portions[1].Exhibits}
	},
	"a copy of nothing": func(c *release.Cut) { c.Portions[0].Exhibits = nil },
}

// tooMuch is what is sound but for its size.
var tooMuch = map[string]func(*release.Cut){
	"an exhibit too large": func(c *release.Cut) { c.Portions[0].Exhibits[1].Size = intel.MaxExhibit + 1 },
	"51 exhibits": func(c *release.Cut) {
		for n := range 49 {
			c.Portions[0].Exhibits = append(c.Portions[0].Exhibits, intel.Exhibit{Content: ref.Hash{byte(n + 1)}, Size: 1, Media: "a/b"})
		}
	},
	"257 files": func(c *release.Cut) {
		c.Portions = slices.Repeat(c.Portions[:1], 6)
		for n := range c.Portions {
			c.Portions[n].Exhibits = nil
			for i := range 43 {
				c.Portions[n].Exhibits = append(c.Portions[n].Exhibits, intel.Exhibit{Content: ref.Hash{byte(n + 1), byte(i)}, Size: 1, Media: "a/b"})
			}
		}
	},
	"three that are too large together": func(c *release.Cut) {
		for n := range 2 {
			c.Portions[0].Exhibits[n].Size = intel.MaxExhibit
		}
		c.Portions[1].Exhibits[0].Size = intel.MaxExhibit
		c.Portions[1].Exhibits = append(c.Portions[1].Exhibits, intel.Exhibit{Content: ref.Hash{9}, Size: 1, Media: "a/b"})
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
	list = append(list, vector{"copies with exhibits", encode(pictured(t)), "ok"})
	for _, one := range []struct {
		changes map[string]func(*release.Cut)
		outcome string
	}{{hostilePictures, "invalid"}, {tooMuch, "too_large"}} {
		for _, name := range slices.Sorted(maps.Keys(one.changes)) {
			c := pictured(t)
			one.changes[name](&c)
			list = append(list, vector{name, encode(c), one.outcome})
		}
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
	for name := range hostilePictures {
		if !bytes.Contains(b, []byte(`"name": "`+name+`"`)) {
			t.Errorf("no vector %q: run go test ./release -update", name)
		}
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
