package furniture

import (
	"regexp"
	"strings"
	"unicode"

	"comity/intake/prose"
)

// person matches the name of somebody as it stands alone: two to five words that
// begin with capital letters, and what joins them.
const person = `\p{Lu}[\p{L}\p{M}'’-]*\.?(?: (?:(?:de|del|la|las|los|y|van|von|da|dos|bin|al)\b|\p{Lu}[\p{L}\p{M}'’-]*\.?)){1,5}`

const office = `(?:corresponsal(?:es)?|enviad[oa]s?(?: especial(?:es)?)?|reporter[oa]s?|redacci[oó]n|la redacci[oó]n|de la redacci[oó]n|agencias?|staff(?: writers?| reporters?| correspondents?)?|reporters?|correspondents?|editors?|contributors?|(?:the )?associated press|colaborador(?:es|a)?)`

var (
	onlyPerson = regexp.MustCompile(`^` + person + `$`)
	onlyOffice = regexp.MustCompile(`(?i)^(?:` + office + `|(?:peri[oó]dico|diario) (?-i:\p{Lu}).{1,40})$`)
	signed     = regexp.MustCompile(`^(` + person + `(?:(?:,| y| and) ` + person + `){0,3}) ?[/|,–—-] ?(?i:` + office + `)$`)
	initials   = regexp.MustCompile(`^(?:\p{Lu}{2,3}|\p{Ll}{2,4}|\p{L}{2,4}(?:/\p{L}{2,4}){1,2})$`)
)

// Signed gives the name in a line that is a name with an office behind it: "Ana Ruiz
// / Corresponsal".
func Signed(line string) (name string, ok bool) {
	m := signed.FindStringSubmatch(prose.Line(line))
	if m == nil || len(line) > 160 {
		return "", false
	}
	return m[1], true
}

// Office tells a line that says no more than for whom somebody writes, or as what.
func Office(line string) bool { return len(line) <= 60 && onlyOffice.MatchString(prose.Line(line)) }

// Person tells a line that can be the name of somebody and is no more. What is
// written with capital letters throughout, as English titles are, can be one, too: it
// depends on where it stands.
func Person(line string) bool {
	line = prose.Line(line)
	if len(line) > 60 || words(line) > 6 || !onlyPerson.MatchString(line) {
		return false
	}
	for w := range strings.FieldsSeq(strings.ToLower(line)) {
		if noName[w] {
			return false
		}
	}
	return true
}

// noName are words of sections, places and titles that no name has.
var noName = set("news", "noticias", "world", "mundo", "city", "ciudad", "mexico", "méxico", "police", "policía", "national", "nacional", "nacionales", "internacional", "international", "politics", "política", "sports", "deportes", "opinion", "opinión", "economy", "economía", "business", "breaking", "latest", "last", "última", "hora", "updated", "editorial", "security", "seguridad", "justice", "justicia", "united", "states", "estados", "unidos", "the", "el", "report", "reporte", "drug", "cartel", "cártel", "border", "frontera", "arrested", "seized", "held", "killed", "daily", "times", "post", "press", "herald", "home", "inicio", "read", "more", "sign", "most", "key", "points", "background")

var madeBy = regexp.MustCompile(`^\(?(?:(?i:additional )?(?i:reporting|writing|editing|compiled|edited|written|translated|reporte|edición|redacción))(?: (?:and|y) (?i:reporting|writing|editing|edición))? (?:by|de|por) \p{Lu}`)

// Made tells a line below a text that names who wrote and edited it: "Reporting by
// Ana Ruiz; Editing by Luis Paz".
func Made(line string) bool {
	line = prose.Line(line)
	if len(line) > 300 || !madeBy.MatchString(line) {
		return false
	}
	for w := range strings.FieldsFuncSeq(line, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' }) {
		if strings.ToLower(w) == w && len(w) > 3 && !making[w] {
			return false
		}
	}
	return true
}

var posted = regexp.MustCompile(`^(?i:posted|published|publicad[oa]) (?i:by|por) (\p{L}[^.:;]{1,60}?) (?i:at|on|en|a las|el) .{0,40}\d{1,2}[:/.]\d\d.{0,20}$`)

// Posted gives the name in a line by which blogs sign a post: "Posted by Ana at 9:14
// PM".
func Posted(line string) (name string, ok bool) {
	m := posted.FindStringSubmatch(prose.Line(line))
	if m == nil || len(line) > 160 {
		return "", false
	}
	return m[1], true
}

var making = set("reporting", "writing", "editing", "additional", "edición", "redacción", "bureau", "newsroom")

// Initials tells a line that can be the initials of who wrote or edited a text, as
// they stand below its end: "RM", "jcm", "rdmd/cr".
func Initials(line string) bool { return initials.MatchString(prose.Line(line)) }
