package mail

import (
	"regexp"
	"strconv"
	"strings"

	"comity/intake"
	"comity/intake/prose"
)

func itoa(n int) string { return strconv.Itoa(n) }

// plain reads a part of plain text.
func (r *reader) plain(p part, params map[string]string) []intake.Block {
	if !known(params["charset"]) {
		r.uncertain(params["charset"])
	}
	text := prose.Clean(decodeText(p.content(), params["charset"]))
	lines := strings.Split(text, "\n")
	if strings.EqualFold(params["format"], "flowed") {
		lines = unflow(lines, strings.EqualFold(params["delsp"], "yes"))
	}
	return blocksOf(lines)
}

// unflow joins the lines that a program broke to make them short, RFC 3676, 4: those
// that end with a space go on with the next of the same depth of quotation.
func unflow(lines []string, noSpace bool) []string {
	var out []string
	open, depth := false, 0
	for _, line := range lines {
		marks := len(line) - len(strings.TrimLeft(line, ">"))
		text := strings.TrimPrefix(line[marks:], " ")
		flows := strings.HasSuffix(text, " ") && text != "-- "
		if flows && noSpace {
			text = text[:len(text)-1]
		}
		if open && marks == depth && text != "-- " {
			out[len(out)-1] += text
		} else {
			prefix := strings.Repeat("> ", marks)
			out = append(out, prefix+text)
		}
		open, depth = flows, marks
	}
	return out
}

// blocksOf makes blocks of lines: what is quoted, lists, and paragraphs between empty
// lines.
func blocksOf(lines []string) []intake.Block {
	var out []intake.Block
	quoted := false // from a line that says so to the end
	for i := 0; i < len(lines); {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		end := i
		if n := attribution(lines[i:]); n > 0 || isQuoted(lines[i]) {
			end = quoteEnd(lines, i+n)
			out = append(out, quote(lines[i:end], n))
			i = end
			continue
		}
		if forwards.MatchString(strings.TrimSpace(lines[i])) {
			quoted = true
			lines[i] = strings.Trim(strings.TrimSpace(lines[i]), "-_ ")
		}
		for end < len(lines) && strings.TrimSpace(lines[end]) != "" && !isQuoted(lines[end]) && (end == i || attribution(lines[end:]) == 0) {
			end++
		}
		if quoted {
			out = append(out, intake.Block{Kind: intake.Quote, Text: prose.Quote(strings.Join(lines[i:end], "\n"))})
		} else {
			out = append(out, paragraphs(lines[i:end])...)
		}
		i = end
	}
	return out
}

func isQuoted(line string) bool { return strings.HasPrefix(line, ">") }

// quoteEnd finds where a quotation ends: its lines begin with a mark, and empty ones
// may stand between.
func quoteEnd(lines []string, n int) int {
	end := n
	for ; n < len(lines) && (isQuoted(lines[n]) || strings.TrimSpace(lines[n]) == ""); n++ {
		if isQuoted(lines[n]) {
			end = n + 1
		}
	}
	return end
}

// quote gives a quotation below the lines that say whose it is.
func quote(lines []string, said int) intake.Block {
	text := unwrapped(lines[:said])
	for _, line := range lines[said:] {
		text = append(text, strings.TrimPrefix(strings.TrimPrefix(line, ">"), " "))
	}
	return intake.Block{Kind: intake.Quote, Text: prose.Quote(strings.Join(text, "\n"))}
}

func unwrapped(lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	return []string{strings.Join(lines, " ")}
}

// wrote are the words with which programs say whose words follow.
var wrote = regexp.MustCompile(`(?is)^(?:(?:on|el|le|am|em)\b.{5,300}?\b(?:wrote|writes|escribió|escribio|a écrit|schrieb|escreveu)\s?:|[^\n]{3,200}?\b(?:wrote|escribió)\s?:)\s*$`)

// attribution tells how many lines say whose words follow: at most three, as long as
// programs break them.
func attribution(lines []string) int {
	for n := 1; n <= min(3, len(lines)); n++ {
		last := strings.TrimSpace(lines[n-1])
		if last == "" || isQuoted(last) {
			return 0
		}
		if !strings.HasSuffix(last, ":") {
			continue
		}
		said := strings.TrimSpace(strings.Join(lines[:n], " "))
		if !wrote.MatchString(said) {
			return 0
		}
		if strings.ContainsAny(said, "0123456789@") || follows(lines[n:]) {
			return n
		}
		return 0
	}
	return 0
}

// follows tells whether a quotation is next.
func follows(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return isQuoted(line)
		}
	}
	return false
}

// forwards are the lines below which a message stands that is passed on.
var forwards = regexp.MustCompile(`(?i)^(?:-{2,}\s*(?:original message|forwarded message|mensaje original|mensaje reenviado|message d'origine|ursprüngliche nachricht)\s*-{2,}|begin forwarded message:|inicio del mensaje reenviado:|_{20,})$`)

var entry = regexp.MustCompile(`^\s{0,8}(?:([-*•·+])|([0-9]{1,3})[.)])\s+(\S.*)$`)

// paragraphs gives lines without an empty one between them as a paragraph, or as a
// list with what leads up to it.
func paragraphs(lines []string) []intake.Block {
	first, entries := -1, 0
	for i, line := range lines {
		if entry.MatchString(line) {
			entries++
			if first < 0 {
				first = i
			}
		}
	}
	if entries == 0 || entries == 1 && (first > 0 || entry.FindStringSubmatch(lines[0])[2] != "") {
		return []intake.Block{{Kind: intake.Paragraph, Text: prose.Paragraph(joined(lines))}}
	}
	var list []prose.Entry
	for _, line := range lines[first:] {
		if m := entry.FindStringSubmatch(line); m != nil {
			number, _ := strconv.Atoi(m[2])
			list = append(list, prose.Entry{Number: number, Text: m[3]})
			continue
		}
		list[len(list)-1].Text += " " + strings.TrimSpace(line)
	}
	return []intake.Block{{Kind: intake.Paragraph, Text: prose.Paragraph(joined(lines[:first]))}, {Kind: intake.List, Text: prose.List(list)}}
}

// joined joins lines that a program broke because they were full; lines that somebody
// broke stay.
func joined(lines []string) string {
	widest := 0
	for _, l := range lines {
		widest = max(widest, len([]rune(strings.TrimSpace(l))))
	}
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			before := strings.TrimSpace(lines[i-1])
			first, _, _ := strings.Cut(strings.TrimSpace(l), " ")
			if n := len([]rune(before)); widest >= 55 && widest <= 100 && n+1+len([]rune(first)) > min(widest, 78)-2 {
				b.WriteByte(' ')
			} else {
				b.WriteByte('\n')
			}
		}
		b.WriteString(strings.TrimSpace(l))
	}
	return b.String()
}
