package intel

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"comity/party"
	"comity/wire"
)

// The grammar of elements. One grammar serves the banner line, the draft file
// and the command line: an element is WORD, WORD:text or, to take one away,
// -WORD; elements are joined by " // ". A text that could be mistaken for
// more than one element is quoted. doc/spec/marking.md is the specification.

const separator = " // "

// element is one element taken apart.
type element struct {
	remove bool
	word   string // upper case
	typed  string // the word as it was written
	arg    string
	hasArg bool
}

// words are the elements that are not caveats; no caveat may have their name.
var words = []string{"TLP", "COMMUNITY", "CLIENTS", "REL", "NOT", "FORM", "CONTACT", "CLASS", "TTL", "REVIEW", "ADMIRALTY", "ADM"}

func reserved(word string) bool { return slices.Contains(words, word) }

// aliases are other services' names of caveats that say exactly the same:
// Europol's handling codes H1 to H3, and ISM's OC and DISPLAYONLY.
var aliases = map[string]Code{"H1": NOCOURT, "H2": NOFWD, "H3": COND, "OC": ORCON, "DISPLAYONLY": DISPLAY}

func parseElement(s string) (element, error) {
	s = strings.TrimSpace(s)
	var e element
	s, e.remove = strings.CutPrefix(s, "-")
	e.typed, e.arg, e.hasArg = strings.Cut(s, ":")
	e.typed = strings.TrimSpace(e.typed)
	e.word = strings.ToUpper(e.typed)
	if e.word == "" {
		return e, bad("an element of the marking is empty").Fix("elements look like TLP:AMBER, REL:us/** or NOFWD, joined by ' // '")
	}
	if e.hasArg {
		e.arg = strings.TrimSpace(e.arg)
		if e.arg == "" {
			return e, bad("nothing follows after %s:", clip(e.word)).Fix("write what belongs there, or -%s to take it away", clip(e.word))
		}
	}
	if strings.HasPrefix(e.arg, `"`) {
		text, err := strconv.Unquote(e.arg)
		if err != nil {
			return e, bad("the quoted text of %s is broken", clip(e.word)).Fix(`write \" for a quote within quotes and \\ for a backslash`)
		}
		e.arg = text
	}
	return e, nil
}

// quote puts a text in quotes if it could not be read back otherwise.
func quote(s string) string {
	if strings.Contains(s, "//") || strings.HasPrefix(s, `"`) {
		return strconv.Quote(s)
	}
	return s
}

// splitBanner parts a line at the separators that stand outside quotes. A
// quote opens only right after the colon of an element.
func splitBanner(line string) ([]string, error) {
	var parts []string
	for {
		end, err := elementEnd(line)
		if err != nil {
			return nil, err
		}
		parts = append(parts, line[:end])
		if end == len(line) {
			return parts, nil
		}
		line = line[end+len(separator):]
	}
}

// elementEnd finds where the first element of a line ends.
func elementEnd(line string) (int, error) {
	end := strings.Index(line, separator)
	if end < 0 {
		end = len(line)
	}
	colon := strings.IndexByte(line[:end], ':')
	if colon < 0 {
		return end, nil
	}
	start := colon + 1
	for start < len(line) && line[start] == ' ' {
		start++
	}
	if start >= len(line) || line[start] != '"' {
		return end, nil
	}
	q, err := strconv.QuotedPrefix(line[start:])
	if err != nil {
		return 0, bad("a quote is opened and never closed")
	}
	end = start + len(q)
	if rest := line[end:]; rest != "" && !strings.HasPrefix(rest, separator) {
		return 0, bad("something follows right after a quoted text").Fix("part elements with ' // '")
	}
	return end, nil
}

func parsePatterns(arg string) ([]party.Pattern, error) {
	var out []party.Pattern
	for part := range strings.SplitSeq(strings.ToLower(arg), ",") {
		p, err := party.ParsePattern(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

func joinPatterns(patterns []party.Pattern) string {
	s := make([]string, len(patterns))
	for i, p := range patterns {
		s[i] = string(p)
	}
	return strings.Join(s, ",")
}

// ParseWhen reads an instant, a date, or an amount of time from now: 12h, 30d,
// 2w.
func ParseWhen(arg string, now wire.Time) (wire.Time, error) { return parseWhen(arg, nonZero(now)) }

// parseWhen reads an instant, a date, or an amount of time from a base:
// 12h, 30d, 2w.
func parseWhen(arg string, base []wire.Time) (wire.Time, error) {
	s := strings.ToUpper(arg)
	if d, ok := parseSpan(s); ok {
		if len(base) == 0 || base[0].IsZero() {
			return wire.Time{}, bad("%q is counted from nothing", clip(arg)).Fix("write a date or a time: 2026-01-31 or 2026-01-31T08:00:00Z")
		}
		return base[0].Add(d), nil
	}
	t, err := wire.ParseTime(s)
	if err != nil {
		return wire.Time{}, err
	}
	// What has no text form of its own (fractions of a second, and the instant
	// that means "never set") would change its meaning on the way.
	if !strings.HasPrefix(t.String(), s) {
		return wire.Time{}, bad("%q is not a time in whole seconds", clip(arg)).Fix("write 2026-01-31T08:00:00Z, or a date")
	}
	return t, nil
}

func parseSpan(s string) (time.Duration, bool) {
	if len(s) < 2 || len(s) > 5 {
		return 0, false
	}
	unit, ok := map[byte]time.Duration{'H': time.Hour, 'D': 24 * time.Hour, 'W': 7 * 24 * time.Hour}[s[len(s)-1]]
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
	return time.Duration(n) * unit, ok && err == nil && n > 0
}

func normalTime(arg string) (string, error) {
	t, err := parseWhen(arg, nil)
	return t.String(), err
}

// shortTime writes midnight as a bare date.
func shortTime(t wire.Time) string {
	date, _ := strings.CutSuffix(t.String(), "T00:00:00Z")
	return date
}
