package intel_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

var epoch = wire.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

// Generators of valid values, and of texts made to be mistaken for structure.

var somePatterns = []party.Pattern{"us/**", "us/dea/*", "us/dea", "mx/**", "mx/*", "mx/semar/uin", "mx/semar/**", "mx/sedena", "gt/**", "**"}

func patterns(t *rapid.T, label string, least int) []party.Pattern {
	list := rapid.SliceOfNDistinct(rapid.SampledFrom(somePatterns), least, 4, rapid.ID[party.Pattern]).Draw(t, label)
	return orNil(list)
}

func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// awkward texts: separators, quotes, escapes, ids, control words.
var awkward = []string{"plain", "a // b", `"quoted"`, `"`, `\`, `\\`, "//", "x {#3f2a81d0}", "{#3f2a81d0}", "hint: none", "## 2 fact", "a:b", ":", "señor ñ",
	"a | b", "|", "TLP:RED", "-NOFWD", "substitute:", "https://example.org/a//b", "[2]", "<!-- x -->", "= b =", "#", `\## 1 fact`, "\u202Fx\u202Fy", "日本"}

func line(t *rapid.T, label string, least int) string {
	words := rapid.SliceOfN(rapid.SampledFrom(awkward), least, 3).Draw(t, label)
	return strings.TrimSpace(strings.Join(words, " "))
}

func body(t *rapid.T, label string, least int) string {
	n := rapid.IntRange(least, 5).Draw(t, label+" lines")
	var lines []string
	for range n {
		indent := rapid.SampledFrom([]string{"", "", "", " ", "\t", "   ", `\`, `\\`, "# ", "## ", "### fact ", "2 fact "}).Draw(t, label+" indent")
		lines = append(lines, indent+rapid.SampledFrom(append(awkward, "", "", "substitute:", "Hint : x", "derived-from:1", "exhibit:", "statement: a B c = d",
			"## 1 fact {#00000000}", "##", "##2 fact", "#2 FACT // TLP:RED", "-->", "trailing  ")).Draw(t, label))
	}
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 && least > 0 {
		return "something"
	}
	return strings.Join(lines, "\n")
}

func instant(t *rapid.T, label string) wire.Time {
	return epoch.Add(time.Duration(rapid.IntRange(1, 400*24).Draw(t, label)) * time.Hour)
}

func caveats(t *rapid.T) []intel.Caveat {
	var out []intel.Caveat
	codes := append(slices.Clone(intel.Known), "LIMDIS", "X-1.A+", "NOFORN")
	for _, code := range rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 0, 5, rapid.ID[intel.Code]).Draw(t, "codes") {
		c := intel.Caveat{Code: code}
		switch {
		case code == intel.COND || code == intel.PURPOSE:
			c.Arg = line(t, "condition", 1)
			if other := line(t, "second condition", 1); other != c.Arg {
				out = append(out, intel.Caveat{Code: code, Arg: other})
			}
		case code == intel.EYES:
			c.Arg = rapid.SampledFrom([]string{"mx/semar/uin#lince", "mx/semar/uin#lince,us/dea/sod#fox", "us/dea/sod#fox", "nobody"}).Draw(t, "eyes")
		case code == intel.EMBARGO:
			c.Arg = instant(t, "embargo").String()
		case !code.Known():
			c.Arg = line(t, "unknown caveat", 0)
		}
		out = append(out, c)
	}
	return out
}

func marking(t *rapid.T) intel.Marking {
	m := intel.Marking{
		TLP:     rapid.SampledFrom(intel.Strictness).Draw(t, "tlp"),
		Rel:     patterns(t, "rel", 0),
		Caveats: caveats(t),
		Ceiling: intel.Form(rapid.IntRange(0, 4).Draw(t, "ceiling")),
		Classification: rapid.SampledFrom([]string{"", "", "uk:SECRET", "uk:OFFICIAL-SENSITIVE", "eu:RESTRICTED,us:SECRET",
			"nato:COSMIC"}).Draw(t, "class"),
		NoContact: rapid.Bool().Draw(t, "contact"),
	}
	switch m.TLP {
	case intel.TLPGreen:
		m.Community = patterns(t, "community", 1)
	case intel.TLPAmber:
		m.Clients = patterns(t, "clients", 0)
	}
	for _, p := range patterns(t, "bars", 0) {
		m.Not = append(m.Not, intel.Bar{Parties: p, AtMost: intel.Scope{
			Content: intel.Content(rapid.IntRange(0, 5).Draw(t, "content")), Contact: rapid.Bool().Draw(t, "contact")}})
	}
	if rapid.Bool().Draw(t, "expires") {
		m.Expires = instant(t, "ttl")
	}
	if rapid.Bool().Draw(t, "review") {
		m.ReviewBy = instant(t, "review")
	}
	return m
}

// consistent takes out what an author could not mean, so that it validates.
func consistent(m intel.Marking) intel.Marking {
	m.Not = orNil(slices.DeleteFunc(slices.Clone(m.Not), func(b intel.Bar) bool {
		return b.AtMost.Content == intel.None && slices.ContainsFunc(m.Rel, func(r party.Pattern) bool {
			return b.Parties.Covers(r) || (b.Parties + "/**").Covers(r)
		})
	}))
	m.Caveats = orNil(slices.DeleteFunc(slices.Clone(m.Caveats), func(c intel.Caveat) bool {
		return c.Code == intel.ASKACT && m.Has(intel.NOACT) || c.Code == intel.EMBARGO && !m.Expires.IsZero()
	}))
	return m
}

func grading(t *rapid.T) intel.Grading {
	if rapid.Bool().Draw(t, "no grading") {
		return intel.Grading{}
	}
	codes := allGrades()
	g := codes[rapid.IntRange(0, len(codes)-1).Draw(t, "grade")]
	if rapid.Bool().Draw(t, "doubt") {
		g = g.Doubted(rapid.SampledFrom([]intel.Belief{intel.BeliefDoubtful, intel.BeliefImprobable, intel.BeliefFalse}).Draw(t, "belief"))
	} else if g.Belief == intel.BeliefCertain && rapid.Bool().Draw(t, "independent") {
		g.Corroboration = intel.CorroborationIndependent
	}
	return g
}

func portion(t *rapid.T, n int) intel.Portion {
	p := intel.Portion{
		ID:         portionID(n),
		Kind:       rapid.SampledFrom(intel.PortionKinds).Draw(t, "kind"),
		Text:       body(t, "text", 1),
		Marking:    consistent(marking(t)),
		Grading:    grading(t),
		Substitute: body(t, "substitute", 0),
		Hint:       line(t, "hint", 0),
	}
	if rapid.Bool().Draw(t, "same short id") {
		p.ID[10] = byte(n)
		copy(p.ID[12:], []byte{1, 2, 3, 4})
	}
	for k := range rapid.IntRange(0, 2).Draw(t, "statements") {
		p.Statements = append(p.Statements, intel.Statement{Entity: fmt.Sprintf("e%d", k), Schema: "Person", Property: "birthDate", Value: line(t, "value", 1)})
	}
	for k := range rapid.IntRange(0, 2).Draw(t, "exhibits") {
		x := intel.Exhibit{Content: ref.Content([]byte{byte(k)}), Size: int64(k) + 1, Media: "image/png", Caption: line(t, "caption", 0), Credit: line(t, "credit", 0)}
		if rapid.Bool().Draw(t, "same short hash") {
			x.Content = ref.Content([]byte("a"))
			x.Content[31] = byte(k + 1)
			x.Size += 7
		}
		p.Exhibits = append(p.Exhibits, x)
	}
	if rapid.IntRange(0, 9).Draw(t, "no text") == 0 && len(p.Statements) > 0 {
		p.Text = ""
	}
	return p
}

func item(t *rapid.T) intel.Item {
	i := valid()
	i.Title, i.Topic, i.Purpose, i.Basis = line(t, "title", 1), line(t, "topic", 0), line(t, "purpose", 0), line(t, "basis", 0)
	i.Portions = nil
	for n := range rapid.IntRange(1, 5).Draw(t, "portions") {
		p := portion(t, n)
		for k := range n {
			if rapid.IntRange(0, 3).Draw(t, "derived") == 0 {
				p.DerivedFrom = append(p.DerivedFrom, i.Portions[k].ID)
			}
		}
		i.Portions = append(i.Portions, p)
	}
	return i
}

func portionID(n int) ref.PortionID {
	id := ref.PortionID{0: 1, 6: 0x70, 8: 0x80, 14: byte((n + 1) >> 8), 15: byte(n + 1)}
	return id
}

// valid gives an item of two portions that validates.
func valid() intel.Item {
	return intel.Item{
		ID: ref.ItemID{15: 9}, Kind: intel.Report, Version: 1, Originator: "mx/semar/uin", Author: "lince", Title: "Ships", Created: epoch,
		Portions: []intel.Portion{
			{ID: portionID(0), Kind: intel.Fact, Text: "One."},
			{ID: portionID(1), Kind: intel.Assessment, Text: "Two.", DerivedFrom: []ref.PortionID{portionID(0)}},
		},
	}
}

func allGrades() []intel.Grading {
	var out []intel.Grading
	for _, scheme := range intel.Schemes {
		for _, s := range "ABCDEFGX123456" {
			for _, i := range "123456ABCDEF" {
				if g, err := intel.ParseGrade(scheme, string(s)+string(i)); err == nil {
					out = append(out, g)
				}
			}
		}
	}
	return out
}
