package intel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"comity/ref"
)

// The draft file is an item as an officer edits it: one Markdown file with
// the head, and each portion under a heading that holds its marking.
// doc/spec/draft.md is the specification.

// MaxDraft is the most bytes of a draft file that are read.
const MaxDraft = 8 << 20

const draftHelp = `<!-- This is the whole item. Each portion starts with a heading:
## number kind // marking // grading {#id}
The kinds are fact, assessment, opinion and request. Marking and grading are elements joined by ' // ':
TLP:AMBER+STRICT // REL:mx/semar/uin // NOT:mx/sedena:contact // NOFWD // NOCOURT // admiralty:B2 // TTL:2026-01-31
Keep {#id}, by which a portion stays itself wherever you move it; a new portion has none. To remove a
portion, remove it here. Right below the heading may stand derived-from: 1, 3 (numbers of headings in this
file), hint: (what a pointer may say), exhibit: and statement: lines. Then comes the text. After a line
'substitute:' comes the cleaned wording. A line of the text that looks like one of these begins with a \.
-->
`

// areasField is the line of the head that names the areas.
const areasField = "areas"

// FormatDraft writes a valid item as a draft file.
func FormatDraft(i Item) []byte {
	var b strings.Builder
	b.WriteString(draftHelp)
	for _, f := range i.fields() {
		writeField(&b, f.name, *f.value)
		if f.name == "topic" {
			writeField(&b, areasField, JoinAreas(i.Areas))
		}
	}
	names := i.shortNames()
	number := make(map[ref.PortionID]int, len(i.Portions))
	for n, p := range i.Portions {
		number[p.ID] = n + 1
	}
	hashes := i.shortHashes()
	for n, p := range i.Portions {
		fmt.Fprintf(&b, "\n## %d %s", n+1, p.Kind)
		if banner := Banner(p.Marking, p.Grading); banner != "" {
			b.WriteString(separator + banner)
		}
		fmt.Fprintf(&b, " {#%s}\n", names[p.ID])
		p.formatFields(&b, number, hashes)
		formatBody(&b, p.Text)
		if p.Substitute != "" {
			b.WriteString("\nsubstitute:\n")
			formatBody(&b, p.Substitute)
		}
	}
	return []byte(b.String())
}

// shortNames gives each portion the short form of its id, or the long one
// where two would be the same.
func (i Item) shortNames() map[ref.PortionID]string {
	count := make(map[string]int)
	for _, p := range i.Portions {
		count[p.ID.Short()]++
	}
	names := make(map[ref.PortionID]string, len(i.Portions))
	for _, p := range i.Portions {
		names[p.ID] = p.ID.Short()
		if count[p.ID.Short()] > 1 {
			names[p.ID] = p.ID.String()
		}
	}
	return names
}

// shortHashes does the same for exhibits; one file may stand in many portions.
func (i Item) shortHashes() map[ref.Hash]string {
	names := make(map[ref.Hash]string)
	owner := make(map[string]ref.Hash)
	clash := make(map[string]bool)
	for _, p := range i.Portions {
		for _, x := range p.Exhibits {
			short := x.Content.Short()
			other, ok := owner[short]
			clash[short] = clash[short] || ok && other != x.Content
			owner[short], names[x.Content] = x.Content, short
		}
	}
	for h, short := range names {
		if clash[short] {
			names[h] = h.String()
		}
	}
	return names
}

func (p Portion) formatFields(b *strings.Builder, number map[ref.PortionID]int, hashes map[ref.Hash]string) {
	if len(p.DerivedFrom) > 0 {
		sources := make([]string, len(p.DerivedFrom))
		for i, id := range p.DerivedFrom {
			sources[i] = strconv.Itoa(number[id])
		}
		writeField(b, "derived-from", strings.Join(sources, ", "))
	}
	if p.Hint != "" {
		writeField(b, "hint", p.Hint)
	}
	for _, x := range p.Exhibits {
		line := hashes[x.Content]
		if x.Caption != "" {
			line += " " + quoteCaption(x.Caption)
		}
		if x.Credit != "" {
			line += " | " + quoteCaption(x.Credit)
		}
		writeField(b, "exhibit", line)
	}
	for _, s := range p.Statements {
		writeField(b, "statement", s.Entity+" "+s.Schema+" "+s.Property+" = "+s.Value)
	}
}

func writeField(b *strings.Builder, name, value string) {
	b.WriteString(name + ":")
	if value != "" {
		b.WriteString(" " + value)
	}
	b.WriteByte('\n')
}

// quoteCaption keeps a caption apart from the credit behind it.
func quoteCaption(s string) string {
	if strings.Contains(s, "|") || strings.HasPrefix(s, `"`) {
		return strconv.Quote(s)
	}
	return s
}

func formatBody(b *strings.Builder, text string) {
	if text == "" {
		return
	}
	b.WriteByte('\n')
	for line := range strings.SplitSeq(text, "\n") {
		if control.MatchString(line) {
			b.WriteByte('\\')
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
}

// control tells the lines that mean something in a draft file, or that look
// so much like it that a reader could be mistaken; backslashes before them
// make them text. They are refused rather than taken for text, because a slip
// in a heading would put a portion under the marking of the one above it.
var control = regexp.MustCompile(`^\\*\s{0,3}(?i:#{1,6}\s*[0-9]*\s*(fact|assessment|opinion|request)\b|##(\s|$)|` +
	`(derived-from|hint|exhibit|statement|substitute)\s*:)`)
