package furniture

import (
	"regexp"
	"strings"
	"unicode"

	"comity/intake/prose"
)

// press are the makers of pictures that are named without a label. The others of
// agency make pictures, too, but in brackets they are more often an abbreviation:
// they are credits with a label, or beside a name.
const (
	press  = `(?:AP|AP Photo|Associated Press|The Associated Press|Reuters|REUTERS|AFP|AFP Photo|Getty|Getty Images|AFP via Getty Images|EFE|EPA-EFE|Xinhua|Cuartoscuro|CUARTOSCURO|Notimex|Bloomberg|Shutterstock|Alamy|NurPhoto|Zuma Press|UPI|DPA|dpa|ANSA|Europa Press|Agencia Reforma|Redux|Magnum|iStock|Anadolu|Sipa|SIPA USA|Press Association)`
	agency = `(?:` + press + `|EPA|PA|ZUMA|Reforma|El Universal|El Financiero|Milenio|La Jornada|Proceso|Archivo|Especial|Redes sociales|Twitter|Facebook|SEDENA|Sedena|SEMAR|Semar|FGR|FGE|DEA|DOJ|FBI|CBP|ICE|NPR|The New York Times|Los Angeles Times|The Washington Post|The Observer|The Guardian)`
)

// names matches the name of a person or a firm.
const names = `\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:(?:de|del|la|van|von|da|dos|y|bin|al)\b|\p{Lu}[\p{L}\p{M}.'’-]*)){0,4}(?:/[\p{Lu}][\p{L} .]*)?`

const label = `(?:photo(?:graph)?(?:s|er|graphy)?(?: (?:by|credit|courtesy(?: of)?))?|(?:photo |image |picture )?credits?|images?(?: (?:by|credit|courtesy(?: of)?))?|pictures?(?: by)?|courtesy(?: of)?|illustration(?: by)?|fotos?(?: de| por| cortesía)?|fotograf[ií]as?(?: de| por)?|fotógraf[oa]|cr[eé]ditos?(?: de (?:la )?(?:foto|imagen))?|im[aá]gen(?:es)?(?: de)?|cortes[ií]a(?: de)?)`

var (
	labelled   = regexp.MustCompile(`^(?i:` + label + `)\s*[:|–—/-]\s*(\S.*)$`)
	by         = regexp.MustCompile(`^(?:\p{Lu}[\p{L}.]* ){0,3}(?i:photo(?:graph)?s? by|photo courtesy(?: of)?|courtesy of|image by|foto de|fotograf[ií]a de|foto cortes[ií]a(?: de)?|cortes[ií]a de) +(\p{Lu}.*)$`)
	agencyOnly = regexp.MustCompile(`^(?:(?:` + press + `|(?i:file photo|foto de archivo))(?:[ /,|-]+.*)?|` + agency + `/\p{Lu}.*)$`)
	viaAgency  = regexp.MustCompile(`^` + names + `(?: ?[/|] ?| (?:via|vía|for|para) )` + agency + `(?:[ /,|-]+[\p{L} .'’/-]*)?\.?$`)
	slashed2   = regexp.MustCompile(`(?:^|[.!?”"’)] +|\s[-–—|] *|\n)((?:\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:(?:de|del|la|van|von|da|dos|y|bin|al)\b|\p{Lu}[\p{L}\p{M}.'’-]*)){0,4} ?/ ?` + agency + `|` + agency + ` ?/ ?\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:(?:de|del|la)\b|\p{Lu}[\p{L}\p{M}.'’-]*)){0,4})(?: ?(?:/|via|vía) ?[\p{Lu}][\p{L} .]*)?)\.?$`)
	inText     = regexp.MustCompile(`(?:^|[.!?”"’)…]\s+|\s[-–—|]\s*)((?i:` + label + `)\s*:\s*\S.*|(?i:photo(?:graph)? by|photo courtesy of|foto cortes[ií]a de) +\p{Lu}.*)$`)
	parens     = regexp.MustCompile(`\s*[(\[]([^()\[\]]{2,200})[)\]]\s*\.?\s*$`)
)

// readMore matches what unfolds a caption.
var readMore = regexp.MustCompile(`(?:\s*\(?(?:Read More|Leer más|Ver más)\)?)+$`)

// Unfolded takes "Read More" off the end of a caption.
func Unfolded(s string) string { return strings.TrimSpace(readMore.ReplaceAllString(s, "")) }

// Credit parts the credit of a picture from its caption: "(AP Photo/X)", "Photo: X",
// "Foto: X", "X/Reuters". The credit is given without the label and the brackets
// around it. A caption without one stays as it is.
func Credit(s string) (caption, credit string) {
	s = prose.Line(s)
	if len(s) > 4000 {
		return s, ""
	}
	if more := readMore.FindStringIndex(s); more != nil { // a button, and no credit
		if caption, credit := Credit(s[:more[0]]); credit != "" {
			return caption, credit
		}
	}
	if c, ok := CreditLine(s); ok {
		return "", c
	}
	if m := parens.FindStringSubmatchIndex(s); m != nil {
		if c, ok := CreditLine(s[m[2]:m[3]]); ok {
			return strings.TrimSpace(s[:m[0]]), c
		}
	}
	for _, pattern := range []*regexp.Regexp{inText, slashed2} {
		if m := pattern.FindStringSubmatchIndex(s); m != nil {
			c, ok := CreditLine(s[m[2]:m[3]])
			if !ok {
				c = strings.TrimRight(s[m[2]:m[3]], ". ")
			}
			return strings.TrimRight(s[:m[2]], " -–—|"), c
		}
	}
	return s, ""
}

// CreditLine reads a line that is a credit and nothing else.
func CreditLine(s string) (credit string, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 2 && (s[0] == '(' && s[len(s)-1] == ')' || s[0] == '[' && s[len(s)-1] == ']') {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if len(s) > 200 || words(s) > 16 {
		return "", false
	}
	for _, pattern := range []*regexp.Regexp{labelled, by} {
		if m := pattern.FindStringSubmatch(s); m != nil && !sentence(m[1]) {
			return strings.TrimRight(m[1], " ."), true
		}
	}
	if agencyOnly.MatchString(s) && words(s) <= 8 && !sentence(s) || viaAgency.MatchString(s) && words(s) <= 12 {
		return strings.TrimRight(s, " ."), true
	}
	return "", false
}

// sentence tells more than names: a full stop inside, with a small word behind.
func sentence(s string) bool {
	lower := 0
	for w := range strings.FieldsSeq(s) {
		if r := []rune(w)[0]; unicode.IsLower(r) {
			lower++
		}
	}
	return lower > 4 || strings.Contains(strings.TrimRight(s, "."), ". ") && lower > 1
}
