package mention

import (
	"strings"

	"comity/mention/listed"
)

// form is one way in which something is written. The first group of the pattern
// that took part is the mention; a pattern without groups is the mention whole.
type form struct {
	pattern          *expression
	kind             Kind
	schema, property string
	why              string
	// read gives the normal form; not ok is not one of these at all.
	read func(s string) (value string, sure, ok bool)
}

// findForms reads everything that is known by its own form. What is read first is
// not read again as something else, so the strictest forms come first.
func (f *finder) findForms() {
	f.findAll(netForms)
	f.findZones()
	f.findAll(walletForms)
	f.findIBAN()
	f.findAll(strictForms)
	f.findPositions()
	f.findAll([]form{dayStreet})
	f.findDates()
	f.findAll(labelledForms)
	f.findTails()
	f.findStreets()
	for _, shield := range shields {
		for _, at := range f.search(shield) {
			f.taken.add(at[0], at[1])
		}
	}
	f.shieldMachines()
	f.findPhones()
}

var dotted = expr(`\b\d{1,3}(?:\.\d{1,3}){3,}\b`)

// shieldMachines takes addresses of machines out: four numbers up to 255.
func (f *finder) shieldMachines() {
	for _, at := range f.search(dotted) {
		parts := strings.Split(f.text[at[0]:at[1]], ".")
		machine := len(parts) == 4
		for _, p := range parts {
			machine = machine && number(p) <= 255
		}
		if machine {
			f.taken.add(at[0], at[1])
		}
	}
}

func (f *finder) findAll(forms []form) {
	for _, form := range forms {
		for _, at := range f.search(form.pattern) {
			start, end := at[0], at[1]
			for g := 2; g < len(at); g += 2 {
				if at[g] >= 0 {
					start, end = at[g], at[g+1]
					break
				}
			}
			f.take(form, start, end)
		}
	}
}

func (f *finder) take(form form, start, end int) {
	if form.kind == Web {
		end = start + len(urlEnd(f.text[start:end]))
	}
	if start >= end || f.taken.meets(start, end) || !f.bounded(start, end) {
		return
	}
	value, sure, ok := form.read(f.text[start:end])
	if !ok {
		if form.kind == Web {
			f.taken.add(start, end) // it is no name either
		}
		return
	}
	m := Mention{Start: start, End: end, Kind: form.kind, Value: value, Schema: form.schema, Property: form.property, Why: form.why, Sure: sure}
	if m.Listed = f.identifier(value); m.Listed != nil {
		m.Sure = true
	}
	f.taken.add(start, end)
	f.add(m)
}

// identifier asks all lists for a number.
func (f *finder) identifier(value string) (all []listed.Entry) {
	for _, l := range f.o.Lists {
		all = append(all, l.Identifier(value)...)
	}
	return all
}

// shields are numbers that are nothing of interest, so that no phone and no account
// is read from them: times, money, statutes, cases, addresses of machines, hashes.
var shields = []*expression{
	expr(`\b\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[+-]\d{2}:?\d{2}\b)?`),
	expr(`[$€£]\s?\d[\d.,]*`),
	expr(`(?i)\b\d[\d.,]*\s?(?:usd|mxn|pesos|dollars|dólares|dolares|euros|kilograms?|kilogramos?|kilos?|kg|grams?|gramos?|rounds|cartuchos)\b`),
	expr(`\b\d+ U\.? ?S\.? ?C\.?(?:A\.)?(?: ?§+| ?ss\.?)? ?\d+[\w-]*(?:\([\w]+\))*`),
	exprIn((*finder).closeDigits, `(?:§+|\bss\.?|\b[Ss]ecs?\.|\b[Ss]ections?|\b[Aa]rts?\.|\b[Aa]rt[íi]culos?|\b[Aa]rticles?|\bC\.?F\.?R\.?|\bFed\. ?Reg\.|\b[FS]\. ?(?:2d|3d|4th|Supp\.)|\bS\. ?Ct\.|\bL\. ?Ed\.) ?\d[\d.,-]*`),
	exprIn((*finder).numberWords, `(?i)\b(?:nos?|núms?|case|docket|cause|causa|folio|expediente|oficio|carpeta|pub(?:lic)? l(?:aw)?|order|resolution|proclamation)\b\.?(?: ?(?:no|number|núm|número|penal|de investigación)\b\.?)? ?[:#]? ?\d[\d/:-]*\w*(?:[-/]\w+)*`),
	expr(`(?i)\b\d{1,2}[:-]?\d{2}-?(?:cv|cr|mj|mc|md|bk)-?\d+(?:-\w+)*`),
	exprIn((*finder).hexRuns, `(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b`),
	expr(`\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b`),
	expr(`\b(?:1[89]|20)\d{2}(?:\s?[-–/]\s?(?:(?:1[89]|20)\d{2}|\d{2}))?\b(?:[^\d]|$)`),
}

// closeDigits are the stretches around digits with the word for a section before
// them.
func (f *finder) closeDigits() [][2]int {
	return with(f.lower, f.runs(1, 16, 4, isDigit), "§", "ss", "sec", "art", "cfr", "c.f", "cf.", "fed", "f.", "s.", "l.")
}

// numberWords are those with a word for a number or a case.
func (f *finder) numberWords() [][2]int {
	return with(f.lower, f.digits, "no", "nú", "nÚ", "cas", "caus", "docket", "folio", "expediente", "oficio", "carpeta", "pub", "order", "resolution", "proclamation")
}

func (f *finder) hexRuns() [][2]int {
	return f.runs(36, 0, 0, func(c byte) bool { return isPlain(c) || c == '-' })
}

// squeeze gives the letters and digits of a text, in capitals.
func squeeze(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == 'Ñ' || r == '&' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func digitsAndLetters(s string) (digits, letters int) {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		} else {
			letters++
		}
	}
	return digits, letters
}
