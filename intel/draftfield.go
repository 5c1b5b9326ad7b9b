package intel

import (
	"slices"
	"strconv"
	"strings"

	"comity/ref"
	"comity/wire"
)

// The fields below the heading of a portion in a draft file.

var fieldNames = []string{"derived-from", "hint", "exhibit", "statement"}

// fieldLine takes a field's line apart. Only the exact lower-case names are
// fields; what merely looks like one is refused when the text is read.
func fieldLine(line string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(line, ":")
	return name, strings.TrimSpace(value), ok && slices.Contains(fieldNames, name)
}

// readField takes every field but derived-from, which waits for all headings.
func (d *draft) readField(p *Portion, name, value string) error {
	switch name {
	case "hint":
		if p.Hint != "" || value == "" {
			return bad("a portion has one hint, in one line").Fix("join them, or take the line out")
		}
		p.Hint = value
	case "statement":
		s, err := parseStatement(value)
		if err != nil {
			return err
		}
		p.Statements = append(p.Statements, s)
	case "exhibit":
		x, err := d.parseExhibit(p.ID, value)
		if err != nil {
			return err
		}
		p.Exhibits = append(p.Exhibits, x)
	}
	return nil
}

// parseStatement reads 'entity schema property = value'.
func parseStatement(s string) (Statement, error) {
	left, value, ok := strings.Cut(s, " = ")
	words := strings.Fields(left)
	if !ok || len(words) != 3 {
		return Statement{}, bad("this is not a statement").Fix("write statement: entity Person name = value")
	}
	st := Statement{words[0], words[1], words[2], strings.TrimSpace(value)}
	if err := st.validate(); err != nil {
		return Statement{}, err
	}
	return st, nil
}

// parseExhibit reads 'hash caption | credit' and finds the exhibit in base,
// first in the same portion.
func (d *draft) parseExhibit(id ref.PortionID, s string) (Exhibit, error) {
	name, rest, _ := strings.Cut(s, " ")
	x, err := d.findExhibit(id, name)
	if err != nil {
		return Exhibit{}, err
	}
	if x.Caption, rest, err = takeCaption(rest); err != nil {
		return Exhibit{}, err
	}
	if x.Credit, rest, err = takeCaption(strings.TrimPrefix(rest, "|")); err != nil {
		return Exhibit{}, err
	}
	if rest != "" {
		return Exhibit{}, bad("the line has more than a caption and a credit").Fix(`write exhibit: hash caption | credit, and put a text with | in "quotes"`)
	}
	return x, nil
}

func (d *draft) findExhibit(id ref.PortionID, name string) (Exhibit, error) {
	var found []Exhibit
	for _, p := range d.base.Portions {
		for _, x := range p.Exhibits {
			if x.Content.Short() != name && x.Content.String() != name {
				continue
			}
			if p.ID == id {
				found = append([]Exhibit{x}, found...)
			} else {
				found = append(found, x)
			}
		}
	}
	if len(found) == 0 {
		return Exhibit{}, bad("the item has no exhibit %q", clip(name)).Fix("exhibits are attached with the file at hand, not in the text; here they can be kept, moved and taken out")
	}
	for _, x := range found[1:] {
		if x.Content != found[0].Content {
			return Exhibit{}, bad("two exhibits begin with %s", clip(name)).Fix("write the whole hash")
		}
	}
	return found[0], nil
}

// takeCaption reads one text up to a bar, quoted or not.
func takeCaption(s string) (text, rest string, err error) {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexByte(s, '|')
		if i < 0 {
			return s, "", nil
		}
		return strings.TrimSpace(s[:i]), s[i:], nil
	}
	q, err := strconv.QuotedPrefix(s)
	if err == nil {
		text, err = strconv.Unquote(q)
	}
	rest = strings.TrimSpace(s[len(q):])
	if err != nil || rest != "" && rest[0] != '|' {
		return "", "", bad("the quoted text is broken").Fix(`write \" for a quote within quotes and \\ for a backslash`)
	}
	return text, rest, nil
}

func parseNumbers(s string) ([]int, error) {
	out := []int{}
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, bad("derived-from names portions by the numbers of their headings").Fix("write derived-from: 1, 3")
		}
		out = append(out, n)
	}
	return out, nil
}

func nonZero(t wire.Time) []wire.Time {
	if t.IsZero() {
		return nil
	}
	return []wire.Time{t}
}
