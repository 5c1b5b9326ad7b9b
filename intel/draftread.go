package intel

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"comity/fault"
	"comity/ref"
)

// ParseDraft reads a draft file back: the head and all portions are as the
// file says, the rest of the item stays as it is in base. A heading with the
// short id of one of base's portions keeps that portion's identity; one
// without gets an id from mint. Exhibits come from base by their hash. A
// marking's time like 30d counts from base.Created. An error names the line,
// and then there is no item at all.
func ParseDraft(b []byte, base Item, mint func() (ref.PortionID, error)) (Item, error) {
	lines, err := draftLines(b)
	if err != nil {
		return Item{}, err
	}
	d := &draft{lines: lines, base: base, item: base, headings: make(map[int]int), used: make(map[ref.PortionID]int)}
	d.item.Portions = nil
	if err := d.readHead(); err != nil {
		return Item{}, err
	}
	for d.at < len(d.lines) {
		if err := d.readPortion(); err != nil {
			return Item{}, err
		}
	}
	if err := d.mintIDs(mint); err != nil {
		return Item{}, err
	}
	if err := d.resolveSources(); err != nil {
		return Item{}, err
	}
	if err := d.item.validateBody(); err != nil {
		return Item{}, d.place(err)
	}
	return d.item, nil
}

// draft is a file that is being read.
type draft struct {
	lines    []string
	at       int // the line to read next, from 0
	base     Item
	item     Item
	starts   []int                 // line of each portion's heading, from 1
	sources  [][]int               // numbers of the headings that it derives from
	headings map[int]int           // number in a heading to place
	used     map[ref.PortionID]int // line on which an id stood
	titled   int                   // line of the title
}

// draftLines reads the line ends of any system and refuses what is no text.
func draftLines(b []byte) ([]string, error) {
	if len(b) > MaxDraft {
		return nil, large("the draft has %d bytes; at most %d are taken", len(b), MaxDraft).At("line 1")
	}
	s := strings.TrimPrefix(string(b), "\uFEFF")
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for n, line := range lines {
		if !utf8.ValidString(line) {
			return nil, strangeAt(n+1, utf8.RuneError)
		}
		if r, ok := strange(line); ok {
			return nil, strangeAt(n+1, r)
		}
	}
	return lines, nil
}

// here says that a fault lies on the line read last.
func (d *draft) here(e error) error { return onLine(e, d.at) }

func onLine(err error, line int) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	g := *f
	if g.Where == "" {
		return g.At("line %d", line)
	}
	return g.At("line %d, %s", line, g.Where)
}

// readHead reads the comment and the head, up to the first heading. A line of
// the head that is missing leaves its text as it was.
func (d *draft) readHead() error {
	if err := d.skipComment(); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for d.at < len(d.lines) && !strings.HasPrefix(d.lines[d.at], "##") {
		line := d.lines[d.at]
		d.at++
		if blank(line) {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		i := slices.IndexFunc(d.item.fields(), func(f field) bool { return f.name == name })
		if !ok || i < 0 && name != areasField {
			return d.here(bad("this line is not part of the head").
				Fix("the head is title:, topic:, areas:, purpose: and basis:, then portions start with '## 1 fact // marking'"))
		}
		if seen[name] {
			return d.here(bad("%s: stands there twice", name).Fix("keep one of them"))
		}
		seen[name] = true
		if name == areasField {
			var err error
			if d.item.Areas, err = ParseAreas(value); err != nil {
				return d.here(err)
			}
			continue
		}
		f := d.item.fields()[i]
		*f.value = strings.TrimSpace(value)
		if err := checkLine(f.name, *f.value, f.most); err != nil {
			return d.here(err)
		}
		if name == "title" {
			d.titled = d.at
		}
	}
	return nil
}

func (d *draft) skipComment() error {
	for d.at < len(d.lines) && blank(d.lines[d.at]) {
		d.at++
	}
	if d.at == len(d.lines) || !strings.HasPrefix(d.lines[d.at], "<!--") {
		return nil
	}
	start := d.at
	for ; d.at < len(d.lines); d.at++ {
		if rest, ok := strings.CutSuffix(strings.TrimRight(d.lines[d.at], " \t"), "-->"); ok && (d.at > start || rest != "<!") {
			d.at++
			return nil
		}
	}
	return onLine(bad("the comment is never closed").Fix("end it with a line -->"), start+1)
}

// readPortion reads a heading, the fields below it, the text and the
// substitute.
func (d *draft) readPortion() error {
	var p Portion
	if err := d.readHeading(&p); err != nil {
		return err
	}
	var sources []int
	var err error
	for d.at < len(d.lines) {
		name, value, ok := fieldLine(d.lines[d.at])
		if !ok {
			break
		}
		d.at++
		if name == "derived-from" {
			if sources != nil {
				return d.here(bad("derived-from: stands there twice").Fix("write derived-from: 1, 3"))
			}
			sources, err = parseNumbers(value)
		} else {
			err = d.readField(&p, name, value)
		}
		if err != nil {
			return d.here(err)
		}
	}
	if p.Text, err = d.readBody(); err != nil {
		return err
	}
	if d.at < len(d.lines) && isSubstitute(d.lines[d.at]) {
		d.at++
		line := d.at
		if p.Substitute, err = d.readBody(); err != nil {
			return err
		}
		if p.Substitute == "" {
			return onLine(bad("the substitute says nothing").Fix("write the cleaned wording below the line, or take the line out"), line)
		}
		if d.at < len(d.lines) && isSubstitute(d.lines[d.at]) {
			d.at++
			return d.here(bad("the portion has two substitutes").Fix(`begin the line with \ if it is text`))
		}
	}
	d.item.Portions = append(d.item.Portions, p)
	d.sources = append(d.sources, sources)
	return nil
}

// readHeading reads '## 2 fact // marking // grading {#id}'.
func (d *draft) readHeading(p *Portion) error {
	line, ok := strings.CutPrefix(strings.TrimRight(d.lines[d.at], " \t"), "## ")
	d.at++
	if !ok {
		return d.here(badHeading())
	}
	if len(d.starts) == MaxPortions {
		return d.here(large("the item has more than %d portions", MaxPortions))
	}
	line, err := d.takeID(p, line)
	if err != nil {
		return d.here(err)
	}
	head, banner, _ := strings.Cut(line, separator)
	words := strings.Fields(head)
	if len(words) == 2 {
		n, err := strconv.Atoi(words[0])
		if err != nil || n < 1 || n > 99999 {
			return d.here(badHeading())
		}
		if before, ok := d.headings[n]; ok {
			return d.here(bad("number %d stands on line %d already", n, d.starts[before]).Fix("leave the number of a new portion out"))
		}
		d.headings[n] = len(d.starts)
		words = words[1:]
	}
	if len(words) != 1 {
		return d.here(badHeading())
	}
	p.Kind = PortionKind(strings.ToLower(words[0]))
	if !slices.Contains(PortionKinds, p.Kind) {
		return d.here(badHeading())
	}
	marked, err := parseBanner(banner, nonZero(d.base.Created))
	if err != nil {
		return d.here(err)
	}
	p.Marking, p.Grading = marked.Marking, marked.Grading
	d.starts = append(d.starts, d.at)
	return nil
}

func badHeading() error {
	return bad("this is not the heading of a portion").
		Fix(`write '## 1 fact // TLP:AMBER // REL:us/**' (or assessment, opinion, request), or begin the line with \ if it is text`)
}

// takeID takes {#id} off the end of a heading.
func (d *draft) takeID(p *Portion, line string) (string, error) {
	i := strings.LastIndex(line, " {#")
	if i < 0 || !strings.HasSuffix(line, "}") {
		return line, nil
	}
	name := line[i+3 : len(line)-1]
	var found []ref.PortionID
	for _, have := range d.base.Portions {
		if have.ID.Short() == name || have.ID.String() == name {
			found = append(found, have.ID)
			p.Origins = have.Origins // which no editing takes away
		}
	}
	if len(found) != 1 {
		return "", bad("no portion of the item is named {#%s}", clip(name)).Fix("leave {#...} out for a new portion")
	}
	if before, ok := d.used[found[0]]; ok {
		return "", bad("the portion of line %d stands here again", before).Fix("leave {#...} out for a new portion")
	}
	d.used[found[0]] = d.at
	p.ID = found[0]
	return line[:i], nil
}

// readBody reads lines of text up to the next heading or substitute.
func (d *draft) readBody() (string, error) {
	var body []string
	for ; d.at < len(d.lines); d.at++ {
		line := d.lines[d.at]
		if !control.MatchString(line) {
			body = append(body, line)
			continue
		}
		if text, ok := strings.CutPrefix(line, `\`); ok {
			body = append(body, text)
			continue
		}
		if strings.HasPrefix(line, "##") || isSubstitute(line) {
			break
		}
		d.at++
		return "", d.here(bad("this line looks like a field or a heading and stands in the text").
			Fix(`fields stand right below the heading, before the text; begin the line with \ if it is text`))
	}
	for len(body) > 0 && blank(body[0]) {
		body = body[1:]
	}
	for len(body) > 0 && blank(body[len(body)-1]) {
		body = body[:len(body)-1]
	}
	return strings.Join(body, "\n"), nil
}

func isSubstitute(line string) bool { return strings.TrimRight(line, " \t") == "substitute:" }

// mintIDs names the portions that are new.
func (d *draft) mintIDs(mint func() (ref.PortionID, error)) error {
	for n := range d.item.Portions {
		if !d.item.Portions[n].ID.IsZero() {
			continue
		}
		id, err := mint()
		if err != nil {
			return onLine(err, d.starts[n])
		}
		d.item.Portions[n].ID = id
	}
	return nil
}

// resolveSources turns the numbers of headings into ids.
func (d *draft) resolveSources() error {
	for n, numbers := range d.sources {
		for _, number := range numbers {
			s, ok := d.headings[number]
			if !ok {
				return onLine(bad("it derives from %d, and no heading has that number", number).
					Fix("put that portion back; or take the number out, if its originator releases this text from it"), d.starts[n])
			}
			p := &d.item.Portions[n]
			p.DerivedFrom = append(p.DerivedFrom, d.item.Portions[s].ID)
		}
	}
	return nil
}

// place turns the place of a fault in the item into a line of the file.
func (d *draft) place(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	line := max(d.titled, 1)
	if rest, ok := strings.CutPrefix(f.Where, "portion "); ok {
		number, _, _ := strings.Cut(rest, ",")
		if n, err := strconv.Atoi(number); err == nil && n <= len(d.starts) {
			line = d.starts[n-1]
		}
	}
	return onLine(err, line)
}
