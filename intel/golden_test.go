package intel_test

import (
	"testing"

	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// TestItemBytes fixes the canonical encoding of an item with every field set:
// its hash is its name, in every ledger that has one, for good.
func TestItemBytes(t *testing.T) {
	i := valid()
	i.Topic, i.Purpose, i.Basis, i.Version, i.Prev = "ships", "prosecution", "art. 5", 2, ref.Content(nil)
	p := &i.Portions[0]
	p.Marking, p.Grading = parse(t, "CLASS:uk:SECRET // TLP:GREEN // COMMUNITY:us/** // REL:us/dea // NOT:us/fbi:contact // NOT:mx // NOFWD // COND:ask // CONTACT:NO // FORM:pointer // admiralty:B2 // TTL:2026-03-01 // REVIEW:2026-02-01")
	p.Statements = []intel.Statement{{Entity: "v1", Schema: "Vessel", Property: "name", Value: "La Paz"}}
	p.Exhibits = []intel.Exhibit{{Content: ref.Content([]byte("x")), Size: 1, Media: "image/png", Caption: "A", Credit: "B"}}
	p.Substitute, p.Hint = "A ship.", "ships"
	if err := i.Validate(); err != nil {
		t.Fatal(err)
	}
	want := `{"author":"lince","basis":"art. 5","created":"2026-01-01T00:00:00Z","id":"00000000-0000-0000-0000-000000000009","kind":"report",` +
		`"originator":"mx/semar/uin","portions":[{"exhibits":[{"caption":"A","content":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","credit":"B","media":"image/png","size":1}],` +
		`"grading":{"access":"unknown","belief":"probable","corroboration":"recorded","info":"2","scheme":"admiralty","source":"B"},"hint":"ships","id":"01000000-0000-7000-8000-000000000001","kind":"fact",` +
		`"marking":{"caveats":[{"code":"NOFWD"},{"arg":"ask","code":"COND"}],"ceiling":"pointer","classification":"uk:SECRET","community":["us/**"],"expires":"2026-03-01T00:00:00Z","no_contact":true,` +
		`"not":[{"at_most":"contact","parties":"us/fbi"},{"at_most":"none","parties":"mx"}],"rel":["us/dea"],"review_by":"2026-02-01T00:00:00Z","tlp":"GREEN"},` +
		`"statements":[{"entity":"v1","property":"name","schema":"Vessel","value":"La Paz"}],"substitute":"A ship.","text":"One."},` +
		`{"derived_from":["01000000-0000-7000-8000-000000000001"],"id":"01000000-0000-7000-8000-000000000002","kind":"assessment","marking":{},"text":"Two."}],` +
		`"prev":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","purpose":"prosecution","title":"Ships","topic":"ships","version":2}`
	b, err := wire.Encode(i)
	if err != nil || string(b) != want {
		t.Fatalf("%v\n%s", err, b)
	}
	h, err := i.Hash()
	if err != nil || h != ref.Sum("item", []byte(want)) {
		t.Error(h, err)
	}
}

// TestHostileItemBytes: what decodes and is no item is refused by Validate,
// and what is not in the one form does not decode.
func TestHostileItemBytes(t *testing.T) {
	item := func(portion string) string {
		return `{"author":"lince","created":"2026-01-01T00:00:00Z","id":"00000000-0000-0000-0000-000000000009","kind":"report","originator":"mx/semar/uin",` +
			`"portions":[` + portion + `],"title":"Ships","version":1}`
	}
	portion := func(marking string) string {
		return `{"id":"01000000-0000-7000-8000-000000000001","kind":"fact","marking":` + marking + `,"text":"One."}`
	}
	var good intel.Item
	if err := wire.Decode([]byte(item(portion(`{"tlp":"RED"}`))), &good, wire.Default); err != nil || good.Validate() != nil {
		t.Fatal(err, good.Validate())
	}
	for name, bytes := range map[string]string{
		"label in small":            item(portion(`{"tlp":"red"}`)),
		"label of another language": item(portion(`{"tlp":"ROJO"}`)),
		"empty label":               item(portion(`{"tlp":""}`)),
		"white":                     item(portion(`{"tlp":"WHITE"}`)),
		"green without community":   item(portion(`{"tlp":"GREEN"}`)),
		"empty list":                item(portion(`{"rel":[]}`)),
		"empty party":               item(portion(`{"rel":[""]}`)),
		"party in capitals":         item(portion(`{"rel":["US"]}`)),
		"pattern in the middle":     item(portion(`{"rel":["us/*/x"]}`)),
		"null marking":              item(portion(`null`)),
		"unknown member":            item(portion(`{"tlp":"RED","xyz":1}`)),
		"ceiling withheld":          item(portion(`{"ceiling":"withheld"}`)),
		"contact allowed":           item(portion(`{"no_contact":false}`)),
		"bar without a scope":       item(portion(`{"not":[{"parties":"us"}]}`)),
		"doctrine's word of scope":  item(portion(`{"not":[{"at_most":"fact_of_contact","parties":"us"}]}`)),
		"caveat in small":           item(portion(`{"caveats":[{"code":"nofwd"}]}`)),
		"caveat with an empty text": item(portion(`{"caveats":[{"arg":"","code":"NOFWD"}]}`)),
		"another name of a caveat":  item(portion(`{"caveats":[{"code":"H2"}]}`)),
		"expires on a date":         item(portion(`{"expires":"2026-01-31"}`)),
		"expires elsewhere":         item(portion(`{"expires":"2026-01-31T00:00:00+01:00"}`)),
		"two portions of one id":    item(portion(`{}`) + "," + portion(`{}`)),
		"no portion":                item(""),
		"trailing space":            item(portion(`{}`)) + " ",
	} {
		var i intel.Item
		if err := wire.Decode([]byte(bytes), &i, wire.Default); err == nil && i.Validate() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestStatementNames: entities may be named in any script, without spaces and
// marks that a reader could mistake.
func TestStatementNames(t *testing.T) {
	for name, ok := range map[string]bool{"v1": true, "P-1/a": true, "señor": true, "日本": true, "e\u0301": true,
		"a b": false, "a\u00a0b": false, "a\u200bb": false, "a\u202eb": false, "a\tb": false, "a\nb": false, "\x7f": false, "": false} {
		p := valid().Portions[0]
		p.Statements = []intel.Statement{{Entity: name, Schema: "Person", Property: "name", Value: "x"}}
		if err := p.Validate(1); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestNotices: a notice needs no portion, and says what it takes back.
func TestNotices(t *testing.T) {
	i := valid()
	i.Kind, i.Portions = intel.NoticeItem, nil
	for kind, ok := range map[intel.NoticeKind]bool{intel.Correction: true, intel.Recall: true, "": false, "Recall": false, "retraction": false} {
		i.Notice = &intel.Notice{Kind: kind, About: ref.ItemID{1}}
		if err := i.Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

// TestUnmarked: no label and no REL mean nobody, whatever else is said.
func TestUnmarked(t *testing.T) {
	for banner, want := range map[string]bool{"": true, "NOFWD": true, "CONTACT:NO // FORM:copy": true, "NOT:mx": true, "EYES:us#fox": true,
		"TLP:CLEAR": false, "REL:us": false, "REL:nobody": false} {
		if m, _ := parse(t, banner); m.Unmarked() != want {
			t.Errorf("%q: %v", banner, m.Unmarked())
		}
	}
	if !(intel.Marking{Rel: []party.Pattern{}}).Unmarked() {
		t.Error("an empty list means nobody")
	}
}
