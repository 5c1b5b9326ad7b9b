package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
)

var update = flag.Bool("update", false, "write doc/picture.svg")

func views(t testing.TB) map[string]View {
	return map[string]View{"three": three(t), "mexico": mexico(t), "alone": alone(t), "twelve": twelve(t), "sixty": sixty(t), "hostile": hostile(t),
		"crowded": crowded(t), "bare": bare(t)}
}

const bomb = "\"><script>alert('1')</script>&#x3c;\x00\x1b[31m\u202eevil\u2066 \ufdfd\u3164 Z\u0301\u0301\u0301\u0301\u0301 ]]> </text>"

// hostile has texts of a partner who means harm, everywhere a partner writes.
func hostile(t testing.TB) View {
	v := mexico(t)
	for n := range v.Titles {
		v.Titles[n] = strings.Repeat(bomb, 20)
	}
	v.Title = strings.Repeat("W", 3000) + bomb
	v.Plan.Rows = slices.Clone(v.Plan.Rows)
	v.Plan.Rows[0].Party = party.Name(bomb)
	for i := range v.Plan.Packs {
		v.Plan.Packs[i].ID = bomb
	}
	v.Plan.Unknown[0].Why = bomb
	v.Plan.Conflicts[0].Promise = bomb + strings.Repeat("W", 500)
	v.Plan.Conflicts[0].Why = bomb
	v.Plan.Rows = append(v.Plan.Rows, release.Row{Party: "xx/" + party.Name(strings.Repeat("w", 90)), Scope: intel.Contact, Reach: "perhaps",
		Path: []release.Step{{Rule: bomb, From: party.Name(strings.Repeat("m", 300)), To: "xx", Force: law.Force(bomb)}}})
	return v
}

// crowded has more parties than anybody reads, half of them not known.
func crowded(t testing.TB) View {
	v := three(t)
	for i := range 400 {
		n := party.Name(fmt.Sprintf("s%d/a%d/u%d", i%7, i%13, i))
		v.Plan.Rows = append(v.Plan.Rows, release.Row{Party: n, Scope: intel.Scope{Content: intel.Content(i % 3)}, Reach: release.Sure, Force: law.Must,
			Path: []release.Step{{Rule: "p/r", From: "mx/sre", To: n, Force: law.Must}}})
		if i%2 == 0 {
			v.Plan.Unknown = append(v.Plan.Unknown, release.Unknown{Party: n, Why: "nobody says"})
		}
	}
	return v
}

// bare is a plan with parties that no row leads to, and paths whose steps no
// row ends with.
func bare(t testing.TB) View {
	v := three(t)
	v.Plan.Rows = []release.Row{{Party: "c/c", Scope: intel.Scope{Content: intel.FullSource}, Reach: release.Possible, Force: law.May, Path: []release.Step{
		{Rule: "p/1", From: "mx/semar/uin", To: "a/a", Force: law.Must}, {Rule: "p/2", From: "a/a", To: "b/b", Force: law.May}, {Rule: "p/3", From: "b/b", To: "c/c", Force: "strange"}}}}
	for i := range 6 {
		v.Plan.Rows = append(v.Plan.Rows, release.Row{Party: "a/a", Scope: intel.Contact, Reach: release.Possible,
			Path: []release.Step{{Rule: fmt.Sprintf("p/back%d", i), From: "c/c", To: "a/a", Force: law.Compelled}}})
	}
	v.Plan.Unknown = append(v.Plan.Unknown, release.Unknown{Party: "d/d", Why: "why"})
	v.Plan.Conflicts = []release.Conflict{{Party: "e/e", Promise: "--never e/e:none", Blocks: true}, {Party: "e/e", Portion: 1, Promise: "EYES"}}
	v.Plan.Duties = []release.SenderDuty{{Rule: "p/own", To: "f/f", Scope: intel.Contact}}
	return v
}

// elements and attributes that may occur: nothing that runs, styles or fetches.
var allowed = map[string]string{
	"svg":    "xmlns width height viewBox role font-family",
	"title":  "",
	"desc":   "",
	"g":      "transform",
	"rect":   "x y width height rx fill stroke stroke-width stroke-dasharray",
	"path":   "d fill stroke stroke-width stroke-dasharray",
	"circle": "cx cy r fill stroke stroke-width",
	"text":   "x y font-size font-weight fill",
}

// parse reads a picture as XML and gives its texts and its hidden words.
func parse(t testing.TB, b []byte) (texts []string, hovers string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	var at []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts, hovers
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			list, ok := allowed[e.Name.Local]
			if !ok {
				t.Fatalf("an element %q", e.Name.Local)
			}
			for _, a := range e.Attr {
				if !slices.Contains(strings.Fields(list), a.Name.Local) || strings.Contains(a.Value, "url") || strings.Contains(a.Value, "NaN") {
					t.Fatalf("%s has an attribute %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
			}
			at = append(at, e.Name.Local)
		case xml.EndElement:
			at = at[:len(at)-1]
		case xml.CharData:
			switch {
			case len(at) == 0:
			case at[len(at)-1] == "text":
				texts = append(texts, string(e))
			case at[len(at)-1] == "title" || at[len(at)-1] == "desc":
				hovers += string(e) + "\n"
			case strings.TrimSpace(string(e)) != "":
				t.Fatalf("loose text %q", e)
			}
		default:
			t.Fatalf("%T has no place in a picture", tok)
		}
	}
}

// TestNobodyIsLeftOut: every party of the plan stands in exactly one box, by
// name or in a number, and none that matters only in a number.
func TestNobodyIsLeftOut(t *testing.T) {
	for name, v := range views(t) {
		p, err := draw(v)
		if err != nil {
			t.Fatal(name, err)
		}
		texts, hovers := parse(t, p.canvas.buf.Bytes())
		all := strings.Join(texts, "")
		times := map[party.Name]int{}
		for _, col := range p.columns {
			for _, k := range col.all() {
				for _, s := range slices.Concat(k.who, k.folded) {
					times[s.name]++
					if !strings.Contains(hovers, clean(string(s.name))) {
						t.Errorf("%s: the name of %s is not told", name, s.name)
					}
				}
				for _, s := range k.who {
					if !strings.Contains(strings.ReplaceAll(all, " ", ""), strings.ReplaceAll(clean(string(s.name)), " ", "")) {
						t.Errorf("%s: %s is not written", name, s.name)
					}
				}
				for _, s := range k.folded {
					if s.chosen || len(s.unknown) > 0 || len(s.breaches) > 0 || p.sources[s.name] {
						t.Errorf("%s: %s is only counted", name, s.name)
					}
				}
			}
		}
		for _, n := range named(v.Plan) {
			if times[n] != 1 {
				t.Errorf("%s: %s is drawn %d times", name, n, times[n])
			}
		}
	}
}

// named lists every party that a plan speaks of.
func named(p release.Plan) []party.Name {
	list := []party.Name{p.Sender}
	for _, r := range p.Recipients {
		list = append(list, r.Party)
	}
	for _, r := range p.Rows {
		list = append(list, r.Party)
		for _, s := range r.Path[:max(0, len(r.Path)-1)] {
			list = append(list, s.From, s.To)
		}
	}
	for _, u := range p.Unknown {
		list = append(list, u.Party)
	}
	for _, c := range p.Conflicts {
		list = append(list, c.Party)
	}
	for _, d := range p.Duties {
		list = append(list, d.To)
	}
	return list
}

// TestMarksStandWhereTheyMust: whoever breaks a promise, and whose duties are
// not known, is said to, in the box and in a banner.
func TestMarksStandWhereTheyMust(t *testing.T) {
	for name, v := range views(t) {
		p, err := draw(v)
		if err != nil {
			t.Fatal(name, err)
		}
		boxes := map[party.Name]*card{}
		for _, col := range p.columns {
			for _, k := range col.all() {
				for _, s := range k.who {
					boxes[s.name] = k
				}
			}
		}
		for _, c := range v.Plan.Conflicts {
			want := map[bool]string{true: "BARRED", false: "warning"}[c.Blocks]
			if !strings.Contains(wordsOn(boxes[c.Party]), want) || c.Blocks && !boxes[c.Party].who[0].blocked() {
				t.Errorf("%s: %s stands without %s: %s", name, c.Party, want, wordsOn(boxes[c.Party]))
			}
		}
		for _, u := range v.Plan.Unknown {
			if !strings.Contains(wordsOn(boxes[u.Party]), "DUTIES NOT KNOWN") {
				t.Errorf("%s: the duties of %s look known", name, u.Party)
			}
		}
		svg := p.canvas.buf.String()
		if v.Plan.Blocked() != strings.Contains(svg, ">BLOCKED. ") {
			t.Errorf("%s: blocked or not is not said", name)
		}
		if len(v.Plan.Unknown) > 0 && !strings.Contains(svg, "does NOT show whom they tell") {
			t.Errorf("%s: nothing warns of what is not known", name)
		}
	}
}

func wordsOn(k *card) string {
	var b strings.Builder
	for _, e := range k.rows {
		b.WriteString(e.text + " ")
	}
	return b.String()
}

// TestNothingOverlaps: no text lies on another or on a line, or leaves the page;
// no two lines of different sources lie on one another.
func TestNothingOverlaps(t *testing.T) {
	for name, v := range views(t) {
		p, err := draw(v)
		if err != nil {
			t.Fatal(name, err)
		}
		checkLayout(t, name, p)
	}
}

func checkLayout(t testing.TB, name string, p *picture) {
	t.Helper()
	texts := slices.Clone(p.canvas.texts)
	slices.SortFunc(texts, func(a, b rect) int { return int(a.y*10 - b.y*10) })
	for i, a := range texts {
		if a.x < 0 || a.x+a.w > p.width {
			t.Fatalf("%s: text leaves the page: %v", name, a)
		}
		for _, b := range texts[i+1:] {
			if b.y > a.y+a.h {
				break
			}
			if a.overlaps(b) {
				t.Fatalf("%s: texts overlap: %v %v", name, a, b)
			}
		}
		for _, l := range p.canvas.lines {
			if a.overlaps(l) {
				t.Fatalf("%s: a line runs through text: %v %v", name, a, l)
			}
		}
	}
	for _, col := range p.columns {
		for i, k := range col.all() {
			for _, e := range k.rows {
				if e.font.width(e.text) > cardWidth-2*cardPad {
					t.Fatalf("%s: %q is wider than its box", name, e.text)
				}
			}
			if i > 0 && col.all()[i-1].at.y+col.all()[i-1].at.h > k.at.y {
				t.Fatalf("%s: boxes overlap", name)
			}
		}
		for i, a := range col.lanes {
			for _, b := range col.lanes[i+1:] {
				if a.slot == b.slot && a.top <= b.bottom && b.top <= a.bottom {
					t.Fatalf("%s: %s and %s share a lane", name, a.from, b.from)
				}
				if slices.Contains(b.ends, a.start) || slices.Contains(a.ends, b.start) {
					t.Fatalf("%s: lines of %s and %s lie on one another", name, a.from, b.from)
				}
			}
		}
	}
}

func (r rect) overlaps(o rect) bool {
	return r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h
}

func TestSameViewSameBytes(t *testing.T) {
	for name := range views(t) {
		first, err := SVG(views(t)[name])
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if again, err := SVG(views(t)[name]); err != nil || !bytes.Equal(first, again) {
				t.Fatalf("%s: drawn differently (%v)", name, err)
			}
		}
	}
}

// TestReadings: both readings of a deadline stand on the line, the earlier
// first; and how much is seen, by which force, under which rule.
func TestReadings(t *testing.T) {
	b, err := SVG(three(t))
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := parse(t, b)
	at := slices.Index(texts, "must be told by Mon 2026-11-23 15:00")
	want := []string{"or Wed 2026-11-25 15:00 by working days", "contact only: that you were in touch", "rule mx-guidelines-2021/MXL-1, contested"}
	if at < 0 || !slices.Equal(texts[at+1:at+4], want) {
		t.Errorf("%q", texts)
	}
}

// TestLegendTellsWhatOccurs and nothing else.
func TestLegendTellsWhatOccurs(t *testing.T) {
	small, err := SVG(three(t))
	if err != nil {
		t.Fatal(err)
	}
	large, err := SVG(sixty(t))
	if err != nil {
		t.Fatal(err)
	}
	for words, inSmall := range map[string]bool{"you send it": true, "must be told": true, "can order it handed over": true, "can look at it at will": false,
		"can compel it: court, oversight": false, "BARRED: a promise breaks": false, "chosen recipient": true, "member of a group that learns it": false} {
		text := ">" + words + "</text>"
		if strings.Contains(string(small), text) != inSmall {
			t.Errorf("three: %s", words)
		}
		if !strings.Contains(string(large), text) {
			t.Errorf("sixty: %s", words)
		}
	}
}

// TestStrongestWaysStay: of many ways to a party those are drawn that show most,
// and the others are counted.
func TestStrongestWaysStay(t *testing.T) {
	p, err := draw(bare(t))
	if err != nil {
		t.Fatal(err)
	}
	s := p.cast.byName["a/a"]
	if w := s.ways[0]; w.rule != "p/1" || w.reach != release.Sure || w.scope().Content != intel.FullSource || s.left != 3 {
		t.Errorf("%+v, %d left", w, s.left)
	}
	if !strings.Contains(p.canvas.buf.String(), "+3 more ways") {
		t.Error("what is not drawn is not counted")
	}
}

func TestFold(t *testing.T) {
	b, err := SVG(sixty(t))
	if err != nil {
		t.Fatal(err)
	}
	texts, hovers := parse(t, b)
	if !strings.Contains(strings.Join(texts, " "), "+2 more units of mx/semar") || !strings.Contains(hovers, "mx/semar/fleet-9") {
		t.Error("the fold is not told")
	}
}

func TestEmptyIsNotSafe(t *testing.T) {
	b, err := SVG(alone(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"NOBODY&#39;S DUTIES ARE KNOWN", "NOT KNOWN TO BE SAFE", ">DUTIES NOT KNOWN</text>", "does not"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is not said", want)
		}
	}
}

func TestHiddenTitle(t *testing.T) {
	v := three(t)
	v.Title = ""
	b, err := SVG(v)
	if err != nil || !strings.Contains(string(b), "(title hidden from you)") || strings.Contains(string(b), "Boats") {
		t.Error("a hidden title", err)
	}
}

// TestTooMany: a plan that cannot be drawn whole is not drawn, and the largest
// that can stays small.
func TestTooMany(t *testing.T) {
	v := three(t)
	for i := range maxParties - len(newCast(v.Plan).byName) {
		n := party.Name(fmt.Sprintf("s%d/a%d", i, i))
		v.Plan.Unknown = append(v.Plan.Unknown, release.Unknown{Party: n, Why: strings.Repeat("w", 10_000)})
		v.Titles[n] = strings.Repeat("<", 10_000)
	}
	b, err := SVG(v)
	if err != nil || len(b) > 16<<20 {
		t.Fatal(len(b), err)
	}
	v.Plan.Unknown = append(v.Plan.Unknown, release.Unknown{Party: "zz"})
	if _, err := SVG(v); !fault.Is(err, fault.TooLarge) {
		t.Error(err)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Secretaría de Marina":            "Secretaría de Marina",
		"a\u202eb\u2066c\x00d\x1be":       "a?b?c?d?e",
		"a\nb\tc":                         "a b c",
		"\u3164\u115f\u200b":              "???",
		"\ufdfd \ufeff":                   "? ?",
		"Z" + strings.Repeat("\u0301", 9): "Z\u0301\u0301",
		"\xff":                            "?",
		"海軍 Служба هيئة":                  "海軍 Служба هيئة",
		strings.Repeat("x", 500):          strings.Repeat("x", 400) + "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		lines int
		want  string
	}{
		{"one two", 1000, 0, "one two"},
		{"one two three", 50, 0, "one two|three"},
		{"one two three four", 50, 2, "one two|three…"},
		{"mx/semar/uin", 60, 0, "mx/semar/|uin"},
		{strings.Repeat("W", 6), 36, 0, "WWW|WWW"},
		{"WW", 1, 0, "W|W"},
		{"", 10, 0, ""},
	} {
		if got := strings.Join(textFont.wrap(c.s, c.width, c.lines), "|"); got != c.want {
			t.Errorf("%q in %d: %q", c.s, c.width, got)
		}
	}
}

// TestSample keeps the picture in the documentation true.
func TestSample(t *testing.T) {
	b, err := SVG(mexico(t))
	if err != nil {
		t.Fatal(err)
	}
	const file = "../doc/picture.svg"
	if *update {
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, b) {
		t.Errorf("doc/picture.svg is not what is drawn now: look at it, then go test ./picture -update (%v)", err)
	}
}

// FuzzHostileText: whatever a partner writes, the picture is well-formed, holds
// nothing but shapes and words, and none of them overlap.
func FuzzHostileText(f *testing.F) {
	f.Add("Boats", "Navy", "mx-statute-2020/MX-70a", "REL:mx")
	f.Add(bomb, bomb, bomb, bomb)
	f.Add("", strings.Repeat("W ", 300), "\u202e", "]]>")
	base := mexico(f)
	f.Fuzz(func(t *testing.T, title, name, rule, promise string) {
		v := base
		v.Title = title
		v.Titles = map[party.Name]string{}
		for n := range base.Titles {
			v.Titles[n] = name
		}
		v.Plan.Rows = slices.Clone(base.Plan.Rows)
		last := &v.Plan.Rows[len(v.Plan.Rows)-1]
		last.Party = party.Name(name)
		last.Path = []release.Step{{Rule: rule, From: "mx/semar/uin", To: last.Party, Force: law.Force(rule)}}
		v.Plan.Conflicts = slices.Clone(base.Plan.Conflicts)
		v.Plan.Conflicts[0].Promise, v.Plan.Conflicts[0].Why = promise, promise
		p, err := draw(v)
		if err != nil {
			t.Fatal(err)
		}
		parse(t, p.canvas.buf.Bytes())
		checkLayout(t, "fuzz", p)
	})
}
