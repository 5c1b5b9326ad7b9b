package intel

import (
	"slices"
	"strings"

	"comity/party"
	"comity/wire"
)

// Apply takes one element of a marking or a grading (doc/spec/marking.md) and
// changes the portion by it; a broken element changes nothing. Lists replace
// the list before; NOT and the caveats with a text add to what stands;
// -WORD takes away. What people write in the wrong case is put right. A time
// like 30d counts from base and is refused without one.
func (p *Portion) Apply(text string, base ...wire.Time) error {
	e, err := parseElement(text)
	if err != nil {
		return err
	}
	if scheme, ok := schemeNamed(e.word); ok {
		return p.Grading.set(scheme, e)
	}
	return p.Marking.apply(e, base)
}

// Set changes the marking by one element, as [Portion.Apply] does; a grading
// is refused.
func (m *Marking) Set(text string, base ...wire.Time) error {
	e, err := parseElement(text)
	if err != nil {
		return err
	}
	return m.apply(e, base)
}

func (m *Marking) apply(e element, base []wire.Time) error {
	if e.remove {
		return m.remove(e)
	}
	if err := m.put(e, base); err != nil {
		return err
	}
	if e.word == "TLP" { // the lists of the label before would say what nobody meant
		m.dropLists()
	}
	return nil
}

func (m *Marking) dropLists() {
	if m.TLP != TLPGreen {
		m.Community = nil
	}
	if m.TLP != TLPAmber {
		m.Clients = nil
	}
}

// put adds or replaces one element.
func (m *Marking) put(e element, base []wire.Time) (err error) {
	if reserved(e.word) && !e.hasArg {
		return bad("%s says nothing", e.word).Fix("write it with its text: %s", example(e.word))
	}
	switch e.word {
	case "TLP":
		return m.putTLP(e.arg)
	case "COMMUNITY":
		return putPatterns(&m.Community, e)
	case "CLIENTS":
		return putPatterns(&m.Clients, e)
	case "REL":
		return putPatterns(&m.Rel, e)
	case "NOT":
		return m.putBar(e.arg)
	case "FORM":
		return m.putCeiling(e.arg)
	case "CONTACT":
		return m.putContact(e.arg)
	case "CLASS":
		return m.putClass(e.arg)
	case "TTL":
		return putTime(&m.Expires, e.arg, base)
	case "REVIEW":
		return putTime(&m.ReviewBy, e.arg, base)
	case "ADMIRALTY", "ADM":
		return bad("a grading is not part of a marking").Fix("grade the portion instead")
	}
	return m.putCaveat(e, base)
}

var examples = map[string]string{"TLP": "TLP:AMBER+STRICT", "COMMUNITY": "COMMUNITY:us/**,mx/semar/*", "CLIENTS": "CLIENTS:us/dea/*",
	"REL": "REL:mx/semar/uin", "NOT": "NOT:mx/sedena:contact", "FORM": "FORM:pointer", "CONTACT": "CONTACT:NO",
	"CLASS": "CLASS:uk:SECRET", "TTL": "TTL:2026-01-31", "REVIEW": "REVIEW:2026-01-31"}

func example(word string) string { return examples[word] }

func putPatterns(field *[]party.Pattern, e element) error {
	patterns, err := parsePatterns(e.arg)
	if err != nil {
		return err
	}
	if err := validatePatterns(strings.ToLower(e.word), patterns); err != nil {
		return err
	}
	*field = patterns
	return nil
}

func putTime(field *wire.Time, arg string, base []wire.Time) error {
	t, err := parseWhen(arg, base)
	if err == nil {
		*field = t
	}
	return err
}

func (m *Marking) putTLP(arg string) error {
	label := TLP(strings.ToUpper(arg))
	if label == "WHITE" { // the name of CLEAR before TLP 2.0
		label = TLPClear
	}
	if label == TLPNone || label.Strictness() == unknownLabel {
		return bad("there is no label TLP:%s", clip(string(label))).Fix("labels are CLEAR, GREEN, AMBER, AMBER+STRICT and RED")
	}
	m.TLP = label
	return nil
}

func (m *Marking) putBar(arg string) error {
	who, most, _ := strings.Cut(strings.ToLower(arg), ":")
	p, err := party.ParsePattern(strings.TrimSpace(who))
	if err != nil {
		return err
	}
	bar := Bar{Parties: p}
	if most != "" {
		if bar.AtMost, err = ParseScope(strings.TrimSpace(most)); err != nil {
			return err
		}
	}
	if p == party.Nobody {
		return bad("NOT:nobody bars nobody").Fix("name the parties: NOT:mx/sedena")
	}
	bars := slices.Clone(m.Not)
	if i := slices.IndexFunc(bars, func(b Bar) bool { return b.Parties == p }); i >= 0 {
		bars[i] = bar
	} else {
		bars = append(bars, bar)
	}
	m.Not = bars
	return nil
}

func (m *Marking) putCeiling(arg string) error {
	f, err := ParseForm(strings.ToLower(arg))
	if err != nil {
		return err
	}
	if f == Withheld {
		return bad("FORM:withheld is not a ceiling").Fix("to give it to nobody take the audience away: -TLP and -REL")
	}
	m.Ceiling = f
	return nil
}

func (m *Marking) putContact(arg string) error {
	switch strings.ToUpper(arg) {
	case "NO":
		m.NoContact = true
	case "YES":
		m.NoContact = false
	default:
		return bad("CONTACT is NO or YES").Fix("CONTACT:NO: not even that there was a contact may become known outside")
	}
	return nil
}

func (m *Marking) putClass(arg string) error {
	c, err := parseClass(arg)
	if err == nil {
		m.Classification = c
	}
	return err
}

func (m *Marking) putCaveat(e element, base []wire.Time) error {
	code := Code(e.word)
	if a, ok := aliases[e.word]; ok {
		code = a
	}
	if !code.Known() && e.typed != e.word {
		return bad("there is no element %q", clip(e.typed)).
			Fix("a marking's words are %s, %s and the grading schemes; another service's caveat is written in upper case",
				strings.Join(words[:10], ", "), joinCodes(Known))
	}
	c, err := parseCaveat(code, e.arg, base)
	if err != nil {
		return err
	}
	caveats := slices.Clone(m.Caveats)
	i := slices.IndexFunc(caveats, func(have Caveat) bool {
		return have == c || have.Code == code && !code.repeats()
	})
	if i >= 0 {
		caveats[i] = c
	} else {
		caveats = append(caveats, c)
	}
	m.Caveats = caveats
	return nil
}

func joinCodes(codes []Code) string {
	s := make([]string, len(codes))
	for i, c := range codes {
		s[i] = string(c)
	}
	return strings.Join(s, ", ")
}
