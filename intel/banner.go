package intel

import (
	"strings"

	"comity/party"
	"comity/wire"
)

// Banner writes a marking and a grading as one line that [ParseBanner] reads
// back exactly. Nothing marked gives the empty line.
func Banner(m Marking, g Grading) string { return strings.Join(Elements(m, g), separator) }

// Elements gives the elements of a marking and a grading, as [Banner] joins them.
func Elements(m Marking, g Grading) []string {
	var parts []string
	add := func(word, arg string) {
		if arg != "" {
			parts = append(parts, word+":"+arg)
		}
	}
	add("CLASS", m.Classification)
	add("TLP", string(m.TLP))
	add("COMMUNITY", joinPatterns(m.Community))
	add("CLIENTS", joinPatterns(m.Clients))
	add("REL", joinPatterns(m.Rel))
	for _, b := range m.Not {
		add("NOT", b.String())
	}
	for _, c := range m.Caveats {
		parts = append(parts, c.String())
	}
	if m.NoContact {
		add("CONTACT", "NO")
	}
	if m.Ceiling != Withheld {
		add("FORM", m.Ceiling.String())
	}
	if g.Scheme != "" {
		parts = append(parts, g.String())
	}
	add("TTL", shortTime(m.Expires))
	add("REVIEW", shortTime(m.ReviewBy))
	return parts
}

// String gives the element without its word: parties, and the scope unless it
// is none.
func (b Bar) String() string {
	if b.AtMost.IsNothing() {
		return string(b.Parties)
	}
	return string(b.Parties) + ":" + b.AtMost.String()
}

// String gives the caveat's element.
func (c Caveat) String() string {
	if c.Arg == "" {
		return string(c.Code)
	}
	return string(c.Code) + ":" + quote(c.Arg)
}

// ParseBanner reads a line of elements joined by " // " (see [Portion.Apply]),
// in any order. An element given twice, or taken away, is refused, as is what
// [Portion.Validate] would refuse in the marking. A time like 30d counts from
// base and is refused without one.
func ParseBanner(line string, base ...wire.Time) (Marking, Grading, error) {
	p, err := parseBanner(line, base)
	if err != nil {
		return Marking{}, Grading{}, err
	}
	return p.Marking, p.Grading, nil
}

// ParseElements reads elements one by one, with the rules of [ParseBanner].
func ParseElements(elements []string, base ...wire.Time) (Marking, Grading, error) {
	p, err := parseParts(elements, base)
	if err != nil {
		return Marking{}, Grading{}, err
	}
	return p.Marking, p.Grading, nil
}

func parseBanner(line string, base []wire.Time) (Portion, error) {
	if strings.TrimSpace(line) == "" {
		return Portion{}, nil
	}
	parts, err := splitBanner(line)
	if err != nil {
		return Portion{}, err
	}
	return parseParts(parts, base)
}

func parseParts(parts []string, base []wire.Time) (Portion, error) {
	var p Portion
	seen := make(map[string]bool)
	for _, part := range parts {
		e, err := parseElement(part)
		if err != nil {
			return p, err
		}
		if e.remove {
			return p, bad("a banner takes nothing away").Fix("leave %s out", clip(e.word))
		}
		if err := p.put(e, base, seen); err != nil {
			return p, err
		}
	}
	if err := p.Marking.Validate(); err != nil {
		return p, err
	}
	return p, nil
}

// put adds an element to a banner that is being read; seen tells what it has
// already.
func (p *Portion) put(e element, base []wire.Time, seen map[string]bool) error {
	key := e.word
	scheme, graded := schemeNamed(e.word)
	code := Code(e.word)
	if a, ok := aliases[e.word]; ok {
		code = a
	}
	switch {
	case graded:
		key = "grading"
	case e.word == "NOT":
		who, _, _ := strings.Cut(strings.ToLower(e.arg), ":")
		key += ":" + strings.TrimSpace(who)
	case !reserved(e.word) && code.repeats():
		key = string(code) + ":" + e.arg
	case !reserved(e.word):
		key = string(code)
	}
	if seen[key] {
		return bad("%s is given twice", clip(e.word)).Fix("keep one of them")
	}
	seen[key] = true
	if graded {
		return p.Grading.set(scheme, e)
	}
	return p.Marking.put(e, base)
}

// Banner gives the marking of the whole item, the strictest of its parts, as
// one line. It is a banner only: access is decided portion by portion, and a
// grading belongs to a portion. REL:nobody stands where no audience is named.
func (i Item) Banner() string {
	if len(i.Portions) == 0 {
		return ""
	}
	i = i.Bound(func(int) []party.Name { return nil })
	m := i.Portions[0].Marking
	for _, p := range i.Portions[1:] {
		m = Combine(m, p.Marking)
	}
	m = Combine(m, m)
	if m.Unmarked() {
		m.Rel = []party.Pattern{party.Nobody}
	}
	return Banner(m, Grading{})
}
