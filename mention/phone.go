package mention

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"comity/mention/listed"
)

// A run of digits as phones are written. It may hold several numbers, or what is
// none; readPhones parts it.
var phoneRun = expr(`(?:\(?\+|\(?\b)\d[\d ().–\x{2011}\x{00A0}-]{5,60}\d`)

var (
	phoneLabel = regexp.MustCompile(`(?:\b(?:tel|tels|telf|phone|phones|telephone|telefono|telefonos|telefonico|fono|cel|cels|cell|celular|celulares|mobile|movil|moviles|whatsapp|whats|wa|signal|telegram|fax|call|called|llamar|llamo|marcar|marco|sms|imessage|linea|line|tel no|phone number|numero)\b)[^\n\d;]{0,24}$`)
	phoneJoin  = regexp.MustCompile(`\d[\s,/;]{1,3}(?:y|and|o|or|e)?\s?$`) // a list of numbers goes on
	notPhone   = regexp.MustCompile(`(?:\$|€|£|#|§|\b(?:no|nos|num|nr|case|cause|docket|folio|expediente|exp|causa|account|acct|cuenta|cta|clabe|card|tarjeta|serial|serie|serie no|routing|aba|invoice|factura|article|articulo|art|section|sec|ss|page|pages|pagina|pag|pp|p|usd|mxn|pesos|id|imei|imsi|ssn|nss|rfc|nit|dpi|cui|cedula|passport|pasaporte|licen[cs]e|licencia|plate|placa|badge|ref|reference|oficio|order|public law|pub l|ein|tin|imo|mmsi|entry|vin|block|version|doi|isbn|issn|lot|lote|code|zip|cp|c p)\b)[^\n\d+;]{0,14}$`)
	// What is written like a phone by its groups: (667) 712 34 56, 55-1234-5678,
	// 667.712.3456, 667 712 34 56, 01 667 712 3456.
	phoneShape = regexp.MustCompile(`^(?:\(\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{2,4}(?:[ .-]?\d{2})?|(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|\d{2}[ .-]\d{4}[ .-]\d{4}|\d{3}[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}|\d{2}(?:[ .-]\d{2}){4}|\d{3}[ .-]\d{7}|(?:01|044|045)[ .-]?\(?\d{2,3}\)?[ .-]?\d{3,8}[ .-]?\d{0,4}(?:[ .-]\d{2,4})?)$`)
)

// findPhones reads phones. Those with a country code are read anywhere; others
// need a word such as "tel." before them, or groups as phones are written in, or
// ten digits that are a number in use in the region and no word against it.
func (f *finder) findPhones() {
	for _, at := range f.search(phoneRun) {
		f.readPhones(at[0], at[1])
	}
}

// group is a run of digits inside a run.
type group struct{ start, end int }

const (
	mostGroups = 64 // of one run
	inPhone    = 8  // of one number
)

func (f *finder) readPhones(start, end int) {
	groups := f.groups(start, end)
	for i := 0; i < len(groups) && i < mostGroups; {
		n := 0
		for j := min(len(groups), i+inPhone); j > i && n == 0; j-- {
			from, to := f.widen(start, groups[i].start), groups[j-1].end
			if shapely(groups[i:j]) && f.phoneAt(from, to) {
				n = j - i
			}
		}
		i += max(1, n)
	}
}

// shapely refuses more than two groups of one digit, as of a table.
func shapely(groups []group) bool {
	single := 0
	for _, g := range groups {
		if g.end-g.start == 1 {
			single++
		}
	}
	return single <= 2
}

func (f *finder) groups(start, end int) (all []group) {
	for i := start; i < end; {
		if !isDigit(f.text[i]) {
			i++
			continue
		}
		from := i
		for i < end && isDigit(f.text[i]) {
			i++
		}
		all = append(all, group{from, i})
	}
	return all
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// widen takes a bracket and a plus before the first digit in.
func (f *finder) widen(floor, at int) int {
	for at > floor && (f.text[at-1] == '(' || f.text[at-1] == '+') {
		at--
	}
	return at
}

// phoneAt keeps a phone if there is one in exactly this stretch.
func (f *finder) phoneAt(start, end int) bool {
	s := f.text[start:end]
	digits := onlyDigits(s)
	if len(digits) < 7 || len(digits) > 16 || f.taken.meets(start, end) || !f.bounded(start, end) || !balanced(s) {
		return false
	}
	if end < len(f.text)-1 && (f.text[end] == '.' || f.text[end] == ',' || f.text[end] == '-' || f.text[end] == '/') && isDigit(f.text[end+1]) {
		if f.text[end] != '/' {
			return false // a number goes on
		}
	}
	if start > 0 && strings.ContainsRune(".,-/:", rune(f.text[start-1])) && start > 1 && isDigit(f.text[start-2]) {
		return false
	}
	before := f.before(start, 40)
	labelled := phoneLabel.MatchString(before) || strings.HasSuffix(before, "tel:") || phoneJoin.MatchString(before) && f.afterPhone(start)
	abroad := strings.HasPrefix(strings.TrimLeft(s, "("), "+")
	if !abroad && !labelled && notPhone.MatchString(before) {
		return false
	}
	value, why, ambiguous := f.readPhone(start, end, abroad, labelled)
	if value == "" {
		return false
	}
	f.taken.add(start, end)
	m := Mention{Start: start, End: end, Kind: Phone, Value: value, Schema: "LegalEntity", Property: "phone", Why: why, Ambiguous: ambiguous}
	m.Listed = f.identifier(value)
	m.Sure = m.Listed != nil
	f.add(m)
	return true
}

// afterPhone tells whether a phone was read shortly before, as in a list of them.
func (f *finder) afterPhone(start int) bool {
	n := len(f.found)
	return n > 0 && f.found[n-1].Kind == Phone && start-f.found[n-1].End < 8
}

func balanced(s string) bool {
	return strings.Count(s, "(") == strings.Count(s, ")") && strings.Count(s, "(") <= 2 && !strings.Contains(s, "\n")
}

// readPhone gives a number in the form of E.164, by what it was known, and whether
// it may as well be a number of another country.
func (f *finder) readPhone(start, end int, abroad, labelled bool) (value, why string, ambiguous bool) {
	s := f.text[start:end]
	digits := onlyDigits(s)
	switch {
	case abroad:
		return parsePhone("+"+digits, ""), "a phone with its country code", false
	case strings.HasPrefix(digits, "00") && len(digits) >= 11:
		if v := parsePhone("+"+digits[2:], ""); v != "" {
			return v, "a phone with its country code", false
		}
	case strings.HasPrefix(digits, "011") && len(digits) >= 13 && f.o.Region != "MX":
		if v := parsePhone("+"+digits[3:], ""); v != "" {
			return v, "a phone with its country code", false
		}
	}
	s = strings.ReplaceAll(s, "\u00A0", " ")
	spanish := f.spanishAt(start, end)
	shaped := phoneShape.MatchString(s)
	for rank, region := range f.regions(spanish) {
		own := f.o.Region == "" || rank == 0 || spanish && region == "MX"
		if n := nationalLength(region, digits); n != 0 && (labelled || own && (shaped || n == 10)) {
			if v := parsePhone(digits, region); v != "" {
				return v, "a phone of " + region, f.elsewhere(s, digits, region)
			}
		}
	}
	// A country code without a plus: only where the groups or a word say that it is a phone.
	if len(digits) >= 11 && len(digits) <= 14 && (labelled || strings.ContainsAny(s, " .-(")) && !strings.HasPrefix(digits, "0") {
		if v := parsePhone("+"+digits, ""); v != "" {
			return v, "a phone with its country code", false
		}
	}
	return "", "", false
}

// regions are those that a number without a country code is tried in: the region's
// own, and Mexico and the United States, whose numbers have ten digits both. Where
// the words are Spanish Mexico comes before the United States.
func (f *finder) regions(spanish bool) []string {
	switch own := f.o.Region; {
	case own == "" || own == "MX" || own == "US" && spanish:
		return []string{"MX", "US"}
	case own == "US":
		return []string{"US", "MX"}
	default:
		return []string{own, "MX", "US"}
	}
}

// mexicanGroups are written in Mexico alone: 667 712 34 56, 55 1234 5678, 044 ...
var mexicanGroups = regexp.MustCompile(`^(?:\(?\d{2}\)?[ .-]\d{4}[ .-]\d{4}|.*\d{2}[ .-]\d{2}|(?:01|044|045)[ .-]?.*)$`)

// elsewhere tells whether a number read as one of Mexico or the United States is a
// number in use in the other one, too.
func (f *finder) elsewhere(s, digits, region string) bool {
	switch {
	case region == "MX":
		return len(digits) == 10 && !mexicanGroups.MatchString(s) && parsePhone(digits, "US") != ""
	case region == "US":
		return len(digits) == 10 && parsePhone(digits, "MX") != ""
	}
	return false
}

// Words that tell the language around a number, with those that lead up to one.
var (
	spanishWords = set("el la los las un una de del en y con su sus al por para que se lo es fue era como desde hasta entre este esta numero celular celulares cel telefono telefonos movil linea llamar llamo llamada marco marcar contacto domicilio")
	englishWords = set("the an of and to in on by for with was is are at his her their from that this as has had it call called calls phone cell number contact")
)

// spanishAt tells whether the words around a place are Spanish rather than English.
func (f *finder) spanishAt(start, end int) bool {
	const around = 160
	from, to := max(0, start-around), min(len(f.text), end+around)
	spanish, english := 0, 0
	for word := range strings.FieldsFuncSeq(f.text[from:to], func(r rune) bool { return !isWord(r) }) {
		if word = listed.Fold(word); spanishWords[word] {
			spanish++
		} else if englishWords[word] {
			english++
		}
	}
	return spanish > english
}

// nationalLength tells how many digits a number of a region has without what is
// dialled before it, if these digits may be one; 0 if not.
func nationalLength(region, digits string) int {
	n := len(digits)
	switch region {
	case "MX":
		for _, dialled := range []string{"01", "044", "045"} { // until 2019 and 2020
			if strings.HasPrefix(digits, dialled) && n == 10+len(dialled) {
				return 10
			}
		}
	case "US", "CA":
		if n == 11 && digits[0] == '1' {
			return 10
		}
	case "CO":
		if n == 10 || n == 7 {
			return n
		}
		return 0
	case "GT", "HN", "SV", "NI", "CR", "PA":
		if n == 8 {
			return n
		}
		return 0
	default:
		if n >= 8 && n <= 11 {
			return n
		}
		return 0
	}
	if n == 10 {
		return n
	}
	return 0
}

// parsePhone gives a number in the form of E.164 if it may be in use, and nothing
// otherwise. The forms that Mexico gave up in 2019 and 2020 (01 before areas,
// 044, 045 and +52 1 before mobiles) are read as the number they are now;
// the library does not do so.
func parsePhone(s, region string) string {
	switch {
	case region == "MX" && len(s) == 12 && strings.HasPrefix(s, "01"):
		s = s[2:]
	case region == "MX" && len(s) == 13 && (strings.HasPrefix(s, "044") || strings.HasPrefix(s, "045")):
		s = s[3:]
	case strings.HasPrefix(s, "+521") && len(s) == 14:
		s = "+52" + s[4:]
	case strings.HasPrefix(s, "+5201") && len(s) == 15:
		s = "+52" + s[5:]
	}
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

func onlyDigits(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if isDigit(s[i]) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
