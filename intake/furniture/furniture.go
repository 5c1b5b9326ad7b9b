// Package furniture knows what stands around and beside the text of a page, by the
// words of a line and by the names that pages give to their parts: menus, buttons
// for sharing, counts, notices, teasers, credits of pictures, dates. It knows English
// and Spanish. The word lists are ours, from looking at pages of many makes.
//
// Band 5, pure values: it may import intake, prose and what they import.
package furniture

import (
	"regexp"
	"strings"
	"unicode"

	"comity/intake"
	"comity/intake/prose"
)

// longest is how many bytes a line of furniture has at most.
const longest = 400

// Line tells what a line is that stands alone, or "" where it is text. Only a line
// that is furniture as a whole is: a sentence that holds such words is text.
func Line(s string) intake.Aside {
	if len(s) > longest {
		return ""
	}
	line := prose.Line(s)
	if degrees.MatchString(line) {
		return intake.Navigation
	}
	key := fold(line)
	if key == "" {
		return ""
	}
	if why, known := lines[key]; known {
		return why
	}
	if why := counted(key); why != "" {
		return why
	}
	switch {
	case answers.MatchString(key):
		return intake.Comments
	case takes.MatchString(key), played.MatchString(line):
		return intake.Controls
	}
	if why := shares(key); why != "" {
		return why
	}
	if why := notice(line, key); why != "" {
		return why
	}
	if _, signed := Posted(line); signed || Made(line) {
		return intake.Byline
	}
	if invites.MatchString(line) {
		return intake.Site
	}
	if why := bar(line); why != "" {
		return why
	}
	return teaser(line, key)
}

var (
	// answers matches the head of readers' comments: "2 thoughts on “...”".
	answers = regexp.MustCompile(`^(?:\d+|one|un|una) (?:thoughts?|comments?|responses?|replies|comentarios?|respuestas?|pensamientos?) (?:on|to|en|sobre|a) .{1,200}$`)
	// played matches how far a player has come, before it has played anything.
	played = regexp.MustCompile(`^(?:0?0:00|0?0:00 ?/ ?\d{1,2}:\d\d(?::\d\d)?)$`)
	// clock matches a time alone: when, or how long a film is.
	clock = regexp.MustCompile(`^\d{1,2}:\d\d(?::\d\d)?$`)
	// degrees matches the weather at the top of a page.
	degrees = regexp.MustCompile(`^[-−]?\d{1,3} ?°(?: ?[CF])?$`)
	// invites matches an invitation to a newsletter, up to the link that takes it.
	invites = regexp.MustCompile(`(?i)^(?:get|receive|keep up|stay|looking for|want|join|make sense|start your|never miss|recibe|entérate|mantente)\b.{5,250}[.?!:] ?(?:sign up|subscribe|register|suscríbete|regístrate|inscríbete) (?:here|now|today|aquí|ahora)\W{0,3}$`)
	// takes matches how long it takes to read or hear a text.
	takes = regexp.MustCompile(`^\d+[- ]?(?:min|mins|minutes?|minutos?)[- ](?:listen|read|de lectura|de escucha)$`)
)

// Weak tells a line that is furniture only beside other furniture: the name of a
// place where one shares, a bare number, "Reply". Alone, each could be a heading or
// an entry of what the document says.
func Weak(s string) intake.Aside {
	key := fold(s)
	if len(s) > 80 || key == "" {
		return ""
	}
	if why, known := weak[key]; known {
		return why
	}
	if clock.MatchString(key) {
		return intake.Controls
	}
	for w := range strings.FieldsSeq(key) {
		if !networks[w] {
			return ""
		}
	}
	return intake.Sharing
}

// Clock tells a time alone: how long a film is, beside a player; but many of them are
// the hours of a text that runs on.
func Clock(s string) bool { return len(s) <= 80 && clock.MatchString(fold(s)) }

// Teases tells a line that announces what other documents there are, and whether
// more than one follows it: "Lee también" has one teaser below it, "Related stories"
// many.
func Teases(s string) (yes, many bool) {
	if len(s) > 80 {
		return false, false
	}
	key := fold(s)
	return lines[key] == intake.Related, manyTeasers[key]
}

// fold gives a line in small letters without what stands around its words: arrows,
// bullets, stops, brackets.
func fold(s string) string {
	s = strings.ToLower(prose.Line(s))
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '©' })
}

// counted tells a number with what is counted: "0 comments", "1.2K shares",
// "Comentarios (3)", "38 me gusta".
func counted(key string) intake.Aside {
	words := strings.FieldsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[]:·|•", r) })
	if len(words) < 2 || len(words) > 6 {
		return ""
	}
	numbers := 0
	var rest []string
	for _, w := range words {
		if isCount(w) {
			numbers++
		} else {
			rest = append(rest, w)
		}
	}
	if numbers == 0 || numbers > 2 || len(rest) == 0 {
		return ""
	}
	return counts[strings.Join(rest, " ")]
}

// isCount tells a number as counts are written: 12, 1,204, 1.2k, 3 mil.
func isCount(w string) bool {
	if w == "mil" || w == "no" {
		return true
	}
	w = strings.TrimRight(w, "km+")
	return w != "" && len(w) <= 11 && w[0] >= '0' && w[0] <= '9' && strings.Trim(w, "0123456789.,") == ""
}

// shares tells a line in which every word belongs to the buttons for sharing, one
// of them a verb, or at least two of them places: "Share on Facebook", "Facebook
// Twitter".
func shares(key string) intake.Aside {
	words := strings.FieldsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/|·•,+&()", r) })
	if len(words) > 14 {
		return ""
	}
	verbs, places := 0, 0
	for _, w := range words {
		switch {
		case isCount(w) || sharesWith[w]:
		case shareVerbs[w]:
			verbs++
		case networks[w]:
			places++
		default:
			return ""
		}
	}
	if verbs > 0 && places > 0 || places > 1 && !listed(key) {
		return intake.Sharing
	}
	return ""
}

// listed tells places that a sentence lists: "Facebook, Twitter and WhatsApp".
func listed(key string) bool {
	return strings.Contains(key, " and ") || strings.Contains(key, " y ") || strings.Contains(key, ", ")
}

// notice tells the notices of a site: copyright, cookies, subscriptions.
func notice(line, key string) intake.Aside {
	words := len(strings.Fields(key))
	for _, n := range notices {
		if words <= n.most && strings.HasPrefix(key, n.begins) && (n.holds == "" || strings.Contains(key, n.holds)) {
			return n.why
		}
	}
	if words <= 30 && (strings.Contains(key, "all rights reserved") || strings.Contains(key, "todos los derechos reservados")) && !strings.Contains(line, ". \"") {
		return intake.Site
	}
	if words <= 25 && (strings.HasPrefix(key, "©") || strings.HasPrefix(key, "copyright ")) && strings.ContainsAny(key, "0123456789") {
		return intake.Site
	}
	if words <= 15 && dated.MatchString(key) {
		return intake.Site
	}
	return ""
}

// dated matches the mark of a copyright with its year.
var dated = regexp.MustCompile(`(?:©|copyright)\W{0,6}(?:c\W+)?(?:19|20)\d\d\b`)

// teaser tells a line that names another document: "Read more: ...", "Lee también:
// ...". A whole sentence behind the colon is text.
func teaser(line, key string) intake.Aside {
	before, after, found := strings.Cut(line, ":")
	if !found {
		before, after, found = strings.Cut(line, "|")
	}
	if !found || !teasers[fold(before)] {
		return ""
	}
	after = strings.TrimSpace(after)
	if strings.HasSuffix(after, ".") || len(strings.Fields(after)) > 25 {
		return ""
	}
	return intake.Related
}

// bar tells the links of a page's head or foot in one line, parted by bars: half of
// them are furniture, and none is more than a few words.
func bar(line string) intake.Aside {
	parts := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|·•", r) })
	if len(parts) < 3 || len(parts) > 20 {
		return ""
	}
	known, first := 0, intake.Aside("")
	for _, p := range parts {
		if words(p) > 4 || strings.HasSuffix(strings.TrimSpace(p), ".") {
			return ""
		}
		why := lines[fold(p)]
		if why == "" {
			why = Weak(p)
		}
		if why != "" {
			known++
			if first == "" {
				first = why
			}
		}
	}
	if known*2 < len(parts) {
		return ""
	}
	return first
}

// Topics tells a line below which a list of topics stands.
func Topics(s string) bool { return len(s) <= 80 && topics[fold(s)] }

var topics = set("suggested topics", "related topics", "topics in this article", "more on these topics", "explore more topics", "temas sugeridos", "temas relacionados", "temas de esta nota", "temas en esta nota")

func words(s string) int { return len(strings.Fields(s)) }
