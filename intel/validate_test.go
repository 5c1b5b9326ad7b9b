package intel_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

func TestGeneratedItemsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := item(t)
		if err := i.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
		b, err := wire.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		var back intel.Item
		if err := wire.Decode(b, &back, wire.Default); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if !reflect.DeepEqual(i, back) {
			t.Fatalf("the wire changed the item:\n%+v\n%+v", i, back)
		}
	})
}

// TestItemValidateRefuses: each change alone makes a valid item refused, with
// the place of the fault.
func TestItemValidateRefuses(t *testing.T) {
	if err := valid().Validate(); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 201)
	for name, c := range map[string]struct {
		change func(i *intel.Item)
		where  string
	}{
		"no id":                   {func(i *intel.Item) { i.ID = ref.ItemID{} }, "id"},
		"no kind":                 {func(i *intel.Item) { i.Kind = "" }, "kind"},
		"unknown kind":            {func(i *intel.Item) { i.Kind = "rumour" }, "kind"},
		"version 0":               {func(i *intel.Item) { i.Version = 0 }, "version"},
		"version below 0":         {func(i *intel.Item) { i.Version = -1 }, "version"},
		"version 2 without prev":  {func(i *intel.Item) { i.Version = 2 }, "prev"},
		"version 1 with prev":     {func(i *intel.Item) { i.Prev = ref.Content(nil) }, "prev"},
		"no originator":           {func(i *intel.Item) { i.Originator = "" }, "originator"},
		"originator is a pattern": {func(i *intel.Item) { i.Originator = "mx/**" }, "originator"},
		"no author":               {func(i *intel.Item) { i.Author = "" }, "author"},
		"author is a name":        {func(i *intel.Item) { i.Author = "Juan Pérez" }, "author"},
		"short salt":              {func(i *intel.Item) { i.Salt = "00" }, "salt"},
		"salt in capitals":        {func(i *intel.Item) { i.Salt = strings.Repeat("A", 32) }, "salt"},
		"not created":             {func(i *intel.Item) { i.Created = wire.Time{} }, "created"},
		"no title":                {func(i *intel.Item) { i.Title = "" }, "title"},
		"title of spaces":         {func(i *intel.Item) { i.Title = "  " }, "title"},
		"title ends with a space": {func(i *intel.Item) { i.Title = "a " }, "title"},
		"long title":              {func(i *intel.Item) { i.Title = long }, "title"},
		"title of two lines":      {func(i *intel.Item) { i.Title = "a\nb" }, "title"},
		"title reordered":         {func(i *intel.Item) { i.Title = "a\u202Eb" }, "title"},
		"title not UTF-8":         {func(i *intel.Item) { i.Title = "a\xff" }, "title"},
		"long topic":              {func(i *intel.Item) { i.Topic = long }, "topic"},
		"topic with NUL":          {func(i *intel.Item) { i.Topic = "a\x00" }, "topic"},
		"long purpose":            {func(i *intel.Item) { i.Purpose = long }, "purpose"},
		"long basis":              {func(i *intel.Item) { i.Basis = strings.Repeat("a", 1001) }, "basis"},
		"basis separated":         {func(i *intel.Item) { i.Basis = "a\u2028b" }, "basis"},
		"no portion":              {func(i *intel.Item) { i.Portions = nil }, "portions"},
		"501 portions":            {func(i *intel.Item) { i.Portions = many(501) }, "portions"},
		"same id":                 {func(i *intel.Item) { i.Portions[1].ID = i.Portions[0].ID; i.Portions[1].DerivedFrom = nil }, "portion 2, id"},
		"source not in the item":  {func(i *intel.Item) { i.Portions[1].DerivedFrom = []ref.PortionID{portionID(9)} }, "portion 2, derived_from"},
		"source twice":            {func(i *intel.Item) { i.Portions[1].DerivedFrom = []ref.PortionID{portionID(0), portionID(0)} }, "portion 2, derived_from"},
		"its own source":          {func(i *intel.Item) { i.Portions[0].DerivedFrom = []ref.PortionID{portionID(0)} }, "portion 1, derived_from"},
		"circle":                  {func(i *intel.Item) { i.Portions[0].DerivedFrom = []ref.PortionID{portionID(1)} }, "portion 2, derived_from"},
		"notice without a body":   {func(i *intel.Item) { i.Kind = intel.NoticeItem }, "notice"},
		"report with a notice":    {func(i *intel.Item) { i.Notice = &intel.Notice{Kind: intel.Recall, About: ref.ItemID{1}} }, "notice"},
		"notice of nothing":       {func(i *intel.Item) { i.Kind, i.Notice = intel.NoticeItem, &intel.Notice{Kind: intel.Recall} }, "notice"},
		"notice of itself": {func(i *intel.Item) {
			i.Kind, i.Notice = intel.NoticeItem, &intel.Notice{Kind: intel.Recall, About: i.ID}
		}, "notice"},
		"notice of an unknown kind": {func(i *intel.Item) {
			i.Kind, i.Notice = intel.NoticeItem, &intel.Notice{Kind: "x", About: ref.ItemID{1}}
		}, "notice"},
		"over the whole limit": {func(i *intel.Item) {
			i.Portions = many(100)
			for n := range i.Portions {
				i.Portions[n].Text = strings.Repeat("a", 60<<10)
			}
		}, ""},
	} {
		i := valid()
		c.change(&i)
		refusedAt(t, name, i.Validate(), c.where)
	}
}

func refusedAt(t *testing.T, name string, err error, where string) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
		t.Errorf("%s: %v", name, err)
		return
	}
	if f.Where != where {
		t.Errorf("%s lies at %q, not %q: %v", name, f.Where, where, err)
	}
}

func many(n int) []intel.Portion {
	out := make([]intel.Portion, n)
	for k := range out {
		out[k] = intel.Portion{ID: portionID(k), Kind: intel.Fact, Text: "x"}
	}
	return out
}

// TestPortionValidateRefuses: the number and the field are named.
func TestPortionValidateRefuses(t *testing.T) {
	hash := ref.Content([]byte("x"))
	exhibit := func(change func(x *intel.Exhibit)) func(p *intel.Portion) {
		return func(p *intel.Portion) {
			x := intel.Exhibit{Content: hash, Size: 1, Media: "image/png"}
			change(&x)
			p.Exhibits = []intel.Exhibit{x}
		}
	}
	statement := func(e, s, pr, v string) func(p *intel.Portion) {
		return func(p *intel.Portion) {
			p.Statements = []intel.Statement{{Entity: e, Schema: s, Property: pr, Value: v}}
		}
	}
	for name, c := range map[string]struct {
		change func(p *intel.Portion)
		where  string
	}{
		"no id":                  {func(p *intel.Portion) { p.ID = ref.PortionID{} }, "id"},
		"no kind":                {func(p *intel.Portion) { p.Kind = "" }, "kind"},
		"an item's kind":         {func(p *intel.Portion) { p.Kind = "report" }, "kind"},
		"no text":                {func(p *intel.Portion) { p.Text = "" }, "text"},
		"text of spaces":         {func(p *intel.Portion) { p.Text = " \n " }, "text"},
		"empty line first":       {func(p *intel.Portion) { p.Text = "\na" }, "text"},
		"empty line last":        {func(p *intel.Portion) { p.Text = "a\n" }, "text"},
		"carriage return":        {func(p *intel.Portion) { p.Text = "a\r\nb" }, "text"},
		"NUL":                    {func(p *intel.Portion) { p.Text = "a\x00" }, "text"},
		"override":               {func(p *intel.Portion) { p.Text = "a\u202Eb" }, "text"},
		"not UTF-8":              {func(p *intel.Portion) { p.Text = "a\xff" }, "text"},
		"long text":              {func(p *intel.Portion) { p.Text = strings.Repeat("a", 64<<10+1) }, "text"},
		"long substitute":        {func(p *intel.Portion) { p.Substitute = strings.Repeat("a", 64<<10+1) }, "substitute"},
		"substitute of spaces":   {func(p *intel.Portion) { p.Substitute = " " }, "substitute"},
		"hint of two lines":      {func(p *intel.Portion) { p.Hint = "a\nb" }, "hint"},
		"long hint":              {func(p *intel.Portion) { p.Hint = strings.Repeat("a", 201) }, "hint"},
		"statement of nobody":    {statement("", "Person", "name", "x"), "statement 1"},
		"statement with a space": {statement("e 1", "Person", "name", "x"), "statement 1"},
		"statement, lower case":  {statement("e1", "person", "name", "x"), "statement 1"},
		"statement, upper case":  {statement("e1", "Person", "Name", "x"), "statement 1"},
		"statement, no property": {statement("e1", "Person", "", "x"), "statement 1"},
		"statement, no value":    {statement("e1", "Person", "name", ""), "statement 1"},
		"statement, two lines":   {statement("e1", "Person", "name", "a\nb"), "statement 1"},
		"statement, long value":  {statement("e1", "Person", "name", strings.Repeat("a", 1001)), "statement 1"},
		"201 statements":         {func(p *intel.Portion) { p.Statements = make([]intel.Statement, 201) }, "statements"},
		"51 exhibits":            {func(p *intel.Portion) { p.Exhibits = make([]intel.Exhibit, 51) }, "exhibits"},
		"exhibit without a hash": {exhibit(func(x *intel.Exhibit) { x.Content = ref.Hash{} }), "exhibit 1"},
		"exhibit below nothing":  {exhibit(func(x *intel.Exhibit) { x.Size = -1 }), "exhibit 1"},
		"exhibit of nothing":     {exhibit(func(x *intel.Exhibit) { x.Size = 0 }), "exhibit 1"},
		"exhibit too large":      {exhibit(func(x *intel.Exhibit) { x.Size = intel.MaxExhibit + 1 }), "exhibit 1"},
		"exhibit without media":  {exhibit(func(x *intel.Exhibit) { x.Media = "" }), "exhibit 1"},
		"exhibit half a media":   {exhibit(func(x *intel.Exhibit) { x.Media = "image" }), "exhibit 1"},
		"exhibit with a header":  {exhibit(func(x *intel.Exhibit) { x.Media = "text/html\r\nx: y" }), "exhibit 1"},
		"caption of two lines":   {exhibit(func(x *intel.Exhibit) { x.Caption = "a\nb" }), "exhibit 1"},
		"long credit":            {exhibit(func(x *intel.Exhibit) { x.Credit = strings.Repeat("a", 501) }), "exhibit 1"},
		"exhibit twice": {func(p *intel.Portion) {
			p.Exhibits = []intel.Exhibit{{Content: hash, Size: 1, Media: "a/b"}, {Content: hash, Size: 1, Media: "a/b"}}
		}, "exhibit 2"},
		"grade without scheme": {func(p *intel.Portion) { p.Grading = intel.Grading{Source: "A", Info: "1"} }, "grading"},
		"grade in small":       {func(p *intel.Portion) { p.Grading = graded("admiralty", "b", "2") }, "grading"},
		"grade without triple": {func(p *intel.Portion) { p.Grading = intel.Grading{Scheme: "admiralty", Source: "B", Info: "2"} }, "grading"},
		"belief alone":         {func(p *intel.Portion) { p.Grading = intel.Grading{Belief: intel.BeliefCertain} }, "grading"},
		"belief raised": {func(p *intel.Portion) {
			p.Grading, _ = intel.ParseGrade("4x4", "B4")
			p.Grading.Belief = intel.BeliefCertain
		}, "grading"},
		"access raised": {func(p *intel.Portion) {
			p.Grading, _ = intel.ParseGrade("4x4", "B4")
			p.Grading.Access = intel.AccessDirect
		}, "grading"},
		"certainty invented": {func(p *intel.Portion) {
			p.Grading, _ = intel.ParseGrade("5x5x5", "B4")
			p.Grading.Corroboration, p.Grading.Belief = intel.CorroborationIndependent, intel.BeliefCertain
		}, "grading"},
		"corroboration raised": {func(p *intel.Portion) {
			p.Grading, _ = intel.ParseGrade("4x4", "B4")
			p.Grading.Corroboration = intel.CorroborationIndependent
		}, "grading"},
	} {
		p := valid().Portions[0]
		c.change(&p)
		refusedAt(t, name, p.Validate(7), "portion 7, "+c.where)
	}
}

func graded(scheme intel.Scheme, source, info string) intel.Grading {
	g, _ := intel.ParseGrade(scheme, source+info)
	g.Source, g.Info = source, info
	return g
}

// TestMarkingValidateRefuses: what no grammar would have let in can still come
// over a wire.
func TestMarkingValidateRefuses(t *testing.T) {
	type m = intel.Marking
	type pp = []party.Pattern
	cav := func(c ...intel.Caveat) m { return m{Caveats: c} }
	for name, c := range map[string]struct {
		m     intel.Marking
		where string
	}{
		"unknown label":            {m{TLP: "PURPLE"}, "tlp"},
		"label in small":           {m{TLP: "red"}, "tlp"},
		"white":                    {m{TLP: "WHITE"}, "tlp"},
		"green without community":  {m{TLP: intel.TLPGreen}, "community"},
		"community without green":  {m{TLP: intel.TLPRed, Community: pp{"us"}}, "community"},
		"clients without amber":    {m{TLP: intel.TLPGreen, Community: pp{"us"}, Clients: pp{"us"}}, "clients"},
		"clients of strict amber":  {m{TLP: intel.TLPAmberStrict, Clients: pp{"us"}}, "clients"},
		"bad party":                {m{Rel: pp{"US"}}, "rel"},
		"empty party":              {m{Rel: pp{""}}, "rel"},
		"party twice":              {m{Rel: pp{"us", "us"}}, "rel"},
		"nobody and somebody":      {m{Rel: pp{"nobody", "us"}}, "rel"},
		"65 parties":               {m{Rel: make(pp, 65)}, "rel"},
		"bad bar":                  {m{Not: []intel.Bar{{Parties: "*"}}}, "not"},
		"bar twice":                {m{Not: []intel.Bar{{Parties: "us"}, {Parties: "us", AtMost: intel.Contact}}}, "not"},
		"bar of nobody":            {m{Not: []intel.Bar{{Parties: "nobody"}}}, "not"},
		"bar of no scope":          {m{Not: []intel.Bar{{Parties: "us", AtMost: intel.Scope{Content: 9}}}}, "not"},
		"65 bars":                  {m{Not: make([]intel.Bar, 65)}, "not"},
		"bar on the audience":      {m{Rel: pp{"us/dea"}, Not: []intel.Bar{{Parties: "us/**"}}}, "not"},
		"bar on the agency":        {m{Rel: pp{"us/dea/sod"}, Not: []intel.Bar{{Parties: "us/dea"}}}, "not"},
		"bar to contact of it":     {m{Rel: pp{"us/**"}, Not: []intel.Bar{{Parties: "us/**", AtMost: intel.Contact}}}, "not"},
		"code in small":            {cav(intel.Caveat{Code: "nofwd"}), "caveats"},
		"code of one letter":       {cav(intel.Caveat{Code: "X"}), "caveats"},
		"empty code":               {cav(intel.Caveat{}), "caveats"},
		"code with a colon":        {cav(intel.Caveat{Code: "A:B"}), "caveats"},
		"code with separators":     {cav(intel.Caveat{Code: "A // TLP"}), "caveats"},
		"code of another word":     {cav(intel.Caveat{Code: "TLP", Arg: "CLEAR"}), "caveats"},
		"code of a grading":        {cav(intel.Caveat{Code: "ADMIRALTY", Arg: "A1"}), "caveats"},
		"another name of a caveat": {cav(intel.Caveat{Code: "H2"}), "caveats"},
		"flag with a text":         {cav(intel.Caveat{Code: "NOFWD", Arg: "x"}), "caveats"},
		"flag twice":               {cav(intel.Caveat{Code: "NOFWD"}, intel.Caveat{Code: "NOFWD"}), "caveats"},
		"two embargoes": {cav(intel.Caveat{Code: "EMBARGO", Arg: "2026-01-31T00:00:00Z"},
			intel.Caveat{Code: "EMBARGO", Arg: "2026-02-01T00:00:00Z"}), "caveats"},
		"condition of nothing":       {cav(intel.Caveat{Code: "COND"}), "caveats"},
		"condition of two lines":     {cav(intel.Caveat{Code: "COND", Arg: "a\nb"}), "caveats"},
		"condition with a space":     {cav(intel.Caveat{Code: "COND", Arg: "a "}), "caveats"},
		"long condition":             {cav(intel.Caveat{Code: "COND", Arg: strings.Repeat("a", 1001)}), "caveats"},
		"unknown caveat, two lines":  {cav(intel.Caveat{Code: "LIMDIS", Arg: "a\nb"}), "caveats"},
		"eyes of nobody named":       {cav(intel.Caveat{Code: "EYES"}), "caveats"},
		"eyes out of order":          {cav(intel.Caveat{Code: "EYES", Arg: "us#cd,mx#ab"}), "caveats"},
		"eyes with a space":          {cav(intel.Caveat{Code: "EYES", Arg: "mx#ab, us#cd"}), "caveats"},
		"eyes in capitals":           {cav(intel.Caveat{Code: "EYES", Arg: "MX#ab"}), "caveats"},
		"embargo as a date":          {cav(intel.Caveat{Code: "EMBARGO", Arg: "2026-01-31"}), "caveats"},
		"embargo of nothing":         {cav(intel.Caveat{Code: "EMBARGO"}), "caveats"},
		"33 caveats":                 {m{Caveats: make([]intel.Caveat, 33)}, "caveats"},
		"act and do not act":         {cav(intel.Caveat{Code: "NOACT"}, intel.Caveat{Code: "ASKACT"}), "caveats"},
		"no such form":               {m{Ceiling: 9}, "ceiling"},
		"classification of nothing":  {m{Classification: "SECRET"}, "classification"},
		"classification unordered":   {m{Classification: "us:SECRET,uk:SECRET"}, "classification"},
		"classification with lower":  {m{Classification: "uk:OFFICIAL,uk:SECRET"}, "classification"},
		"long classification":        {m{Classification: "uk:" + strings.Repeat("A", 300)}, "classification"},
		"ends before it begins":      {m{Expires: epoch, Caveats: []intel.Caveat{{Code: "EMBARGO", Arg: epoch.Add(time.Hour).String()}}}, "expires"},
		"ends as the embargo does":   {m{Expires: epoch, Caveats: []intel.Caveat{{Code: "EMBARGO", Arg: epoch.String()}}}, "expires"},
		"hidden in an unknown label": {m{TLP: "RED // REL:us"}, "tlp"},
	} {
		p := valid().Portions[0]
		p.Marking = c.m
		refusedAt(t, name, p.Validate(3), "portion 3, "+c.where)
	}
}

func TestScopes(t *testing.T) {
	for _, s := range []string{"none", "contact", "exists", "exists+contact", "metadata", "summary+contact", "full", "full+source", "full+source+contact"} {
		got, err := intel.ParseScope(s)
		if err != nil || got.String() != s {
			t.Error(s, got, err)
		}
	}
	if s, err := intel.ParseScope("full_and_source"); err != nil || s.Content != intel.FullSource {
		t.Error(s, err)
	}
	for _, s := range []string{"", "None", "none+contact", "contact+contact", "full+", "full +contact", "everything", "full+contact+source", "+contact", "exists\n", "source"} {
		if got, err := intel.ParseScope(s); !fault.Is(err, fault.Invalid) || got != (intel.Scope{}) {
			t.Errorf("%q became %v: %v", s, got, err)
		}
	}
}

// TestScopeOrder: meet and join are the bounds of the componentwise order.
func TestScopeOrder(t *testing.T) {
	var all []intel.Scope
	for c := intel.None; c <= intel.FullSource; c++ {
		all = append(all, intel.Scope{Content: c}, intel.Scope{Content: c, Contact: true})
	}
	for _, a := range all {
		for _, b := range all {
			meet, join := a.Meet(b), a.Join(b)
			if !meet.AtMost(a) || !meet.AtMost(b) || !a.AtMost(join) || !b.AtMost(join) || meet != b.Meet(a) || join != b.Join(a) {
				t.Errorf("%s and %s: %s, %s", a, b, meet, join)
			}
			if a.AtMost(b) != (meet == a) || a.AtMost(b) != (join == b) {
				t.Errorf("%s at most %s", a, b)
			}
		}
		if a.IsNothing() != (a.String() == "none") {
			t.Error(a)
		}
	}
}

func TestForms(t *testing.T) {
	want := map[intel.Form]intel.Content{intel.Withheld: intel.None, intel.Pointer: intel.Exists, intel.Substitute: intel.Summary, intel.Room: intel.Full, intel.Copy: intel.Full, 9: intel.None}
	for f, c := range want {
		if f.Content() != c {
			t.Error(f, f.Content())
		}
		if got, err := intel.ParseForm(f.String()); f <= intel.Copy && (err != nil || got != f) {
			t.Error(f, got, err)
		}
	}
	for _, s := range []string{"", "COPY", "copy ", "email", "with held", "rooms", "summary", "none", "full", "pointers"} {
		if f, err := intel.ParseForm(s); !fault.Is(err, fault.Invalid) || f != intel.Withheld {
			t.Errorf("%q became %v: %v", s, f, err)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	for _, s := range []string{"contact", "full+source+contact", "none", "fact_of_contact"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := intel.ParseScope(s)
		if err != nil {
			return
		}
		if again, err := intel.ParseScope(got.String()); err != nil || again != got {
			t.Fatalf("%q gave %s, which gave %s: %v", s, got, again, err)
		}
	})
}

// TestMarkingValidateTakesCombined: a combined marking may hold what no author
// may write; its form is right all the same.
func TestMarkingValidateTakesCombined(t *testing.T) {
	a, _ := parse(t, "REL:us/** // TTL:2026-01-31")
	b, _ := parse(t, "NOT:us/** // EMBARGO:2026-03-01")
	m := intel.Combine(a, b)
	if err := m.Validate(); err != nil {
		t.Error(err)
	}
	p := valid().Portions[0]
	p.Marking = m
	if err := p.Validate(1); err == nil {
		t.Error("an author may not write it")
	}
	if err := (intel.Marking{TLP: intel.TLPGreen}).Validate(); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}
