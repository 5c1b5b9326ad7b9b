package mention

import "strings"

// The lines that machines read on passports (ICAO 9303, part 4: two lines of 44)
// and cards (part 5: three of 30).
var (
	zoneName   = exprIn((*finder).zones, `\bP[A-Z<]([A-Z<]{3})([A-Z<]{39})`)
	zoneNumber = exprIn((*finder).zones, `\b([A-Z0-9<]{9})(\d)([A-Z<]{3})(\d{6})(\d)[MFX<](\d{6})(\d)[A-Z0-9<]{14}[\d<]\d`)
	zoneCard   = exprIn((*finder).zones, `\b[AIC][A-Z<]([A-Z<]{3})([A-Z0-9<]{9})(\d)[A-Z0-9<]{15}`)
)

func (f *finder) zones() [][2]int {
	return f.runs(30, 0, 0, func(c byte) bool { return c == '<' || isDigit(c) || c >= 'A' && c <= 'Z' })
}

func (f *finder) findZones() {
	for _, at := range f.search(zoneName) {
		last, first, ok := strings.Cut(f.text[at[4]:at[5]], "<<")
		name := strings.TrimSpace(strings.ReplaceAll(strings.TrimRight(first, "<"), "<", " ") + " " + strings.ReplaceAll(last, "<", " "))
		if ok && name != "" {
			f.add(Mention{Start: at[0], End: at[1], Kind: Person, Value: oneLine(name), Schema: "Person", Property: "name", Why: "the machine-readable line of a passport"})
			f.taken.add(at[0], at[1])
		}
	}
	for _, at := range f.search(zoneNumber) {
		part := func(g int) string { return f.text[at[2*g]:at[2*g+1]] }
		if zoneDigit(part(1)) == part(2) && zoneDigit(part(4)) == part(5) && zoneDigit(part(6)) == part(7) {
			f.addZone(at[0], at[1], part(1))
		}
	}
	for _, at := range f.search(zoneCard) {
		if number := f.text[at[4]:at[5]]; zoneDigit(number) == f.text[at[6]:at[7]] {
			f.addZone(at[0], at[1], number)
		}
	}
}

func (f *finder) addZone(start, end int, number string) {
	number = strings.ReplaceAll(number, "<", "")
	if number == "" || f.taken.meets(start, end) {
		return
	}
	m := Mention{Start: start, End: end, Kind: Passport, Value: number, Schema: "Passport", Property: "passportNumber", Why: "the machine-readable line of a document", Sure: true}
	m.Listed = f.identifier(number)
	f.add(m)
	f.taken.add(start, end)
}

// zoneDigit is the check digit of ICAO 9303: weights 7, 3, 1 modulo ten, letters
// from 10, fillers nothing.
func zoneDigit(s string) string {
	sum := 0
	for i := range len(s) {
		v := 0
		switch c := s[i]; {
		case isDigit(c):
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}
