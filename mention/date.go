package mention

import (
	"fmt"
	"strconv"
	"strings"

	"comity/mention/listed"
)

const (
	monthsEN = `January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT|SEP|OCT|NOV|DEC`
	monthsES = `(?i:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)`
)

// dateForms are the ways to write a day. The groups y, m, d are read; a and b are a day
// and a month in either order.
var dateForms = []*expression{
	exprIn((*finder).dayStretches, `\b(?P<y>(?:1[89]|20)\d{2})-(?P<m>\d{2})-(?P<d>\d{2})\b`),
	exprIn((*finder).englishMonths, `\b(?P<m>`+monthsEN+`)\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).englishMonths, `\b(?P<d>\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m>`+monthsEN+`)\.?,?\s(?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).spanishMonths, `\b(?P<d>\d{1,2})(?:o|º|°|ero)?\.?\s(?:de\s)?(?P<m>`+monthsES+`),?\s(?:del?\s)?(?:año\s)?(?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).monthStretches, `\b(?P<d>\d{1,2})[-/.](?i:(?P<m>jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|oct|nov|dec|dic))[-/.](?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).dayStretches, `\b(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).englishMonths, `\b(?P<m>`+monthsEN+`)\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?\b`),
	exprIn((*finder).englishMonths, `\b(?P<d>\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m>`+monthsEN+`)\b`),
	exprIn((*finder).spanishMonths, `\b(?P<d>\d{1,2})(?:o|º|°)?\sde\s(?P<m>`+monthsES+`)\b`),
	exprIn((*finder).englishMonths, `\b(?P<m>`+monthsEN+`)\.?,?\s(?:of\s)?(?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).spanishMonths, `\b(?P<m>`+monthsES+`)\s(?:del?\s)?(?P<y>(?:1[89]|20)\d{2})\b`),
	exprIn((*finder).dayStretches, `\b(?P<a>\d{1,2})/(?P<b>\d{1,2})/\d{2}\b`),
}

// dayStretches are those around digits as wide as a date; those with a month have
// the beginning of its name in them.
func (f *finder) dayStretches() [][2]int {
	if f.days == nil {
		f.days = f.runs(1, 28, 28, isDigit)
	}
	return f.days
}

func (f *finder) monthStretches() [][2]int {
	return with(f.lower, f.dayStretches(), "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "ene", "abr", "ago", "dic")
}

func (f *finder) spanishMonths() [][2]int {
	return with(f.lower, f.dayStretches(), "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "set", "oct", "nov", "dic")
}

func (f *finder) englishMonths() [][2]int {
	return with(f.text, f.dayStretches(), "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
}

// findDates reads days and months. A day without a year, or one whose month is not
// certain, has no value.
func (f *finder) findDates() {
	for _, form := range dateForms {
		names := form.SubexpNames()
		for _, at := range f.search(form) {
			part := map[string]string{}
			for g, name := range names {
				if name != "" && at[2*g] >= 0 {
					part[name] = f.text[at[2*g]:at[2*g+1]]
				}
			}
			switch value, ok := f.readDate(part); {
			case ok && !f.dateGoesOn(at[0], at[1]):
				f.take(dateForm(value), at[0], at[1])
			case !ok && part["y"] != "" && part["d"] != "":
				f.taken.add(at[0], at[1]) // 30 February 2024 is not in February 2024 either
			}
		}
	}
}

func dateForm(value string) form {
	return form{kind: Date, schema: "Event", property: "date", why: "a date", read: func(string) (string, bool, bool) { return value, false, true }}
}

// dateGoesOn refuses what is part of a longer number, as of a section or a version.
func (f *finder) dateGoesOn(start, end int) bool {
	return start > 1 && strings.ContainsRune(".-/", rune(f.text[start-1])) && isDigit(f.text[start-2]) ||
		end+1 < len(f.text) && strings.ContainsRune("./-", rune(f.text[end])) && isDigit(f.text[end+1])
}

// readDate gives a date in the form of RFC 3339 or its first part; ok without a
// value is a date that is not certain.
func (f *finder) readDate(part map[string]string) (value string, ok bool) {
	y, m, d := number(part["y"]), monthOf(part["m"]), number(part["d"])
	if part["a"] != "" {
		a, b := number(part["a"]), number(part["b"])
		switch {
		case y == 0:
			return "", a >= 1 && b >= 1 && min(a, b) <= 12 && max(a, b) <= 31
		case a == b || a > 12:
			d, m = a, b
		case b > 12:
			m, d = a, b
		case f.o.Language == "es":
			d, m = a, b
		case f.o.Language == "en":
			m, d = a, b
		default:
			return "", a >= 1 && b >= 1
		}
		if m < 1 || m > 12 {
			return "", false
		}
	}
	switch {
	case m < 1 || m > 12:
		return "", false
	case part["d"] == "" && part["a"] == "":
		return fmt.Sprintf("%04d-%02d", y, m), true
	case d < 1 || d > daysOf(m, y):
		return "", false
	case y == 0:
		return "", true
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d), true
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // at most four digits, or none
	return n
}

func monthOf(s string) int {
	if s == "" {
		return 0
	}
	if n := number(s); n > 0 {
		return n
	}
	s = listed.Fold(s)
	for _, year := range []string{"jan feb mar apr may jun jul aug sep oct nov dec", "ene feb mar abr may jun jul ago sep oct nov dic", "--- --- --- --- --- --- --- --- set --- --- ---"} {
		for n, m := range strings.Fields(year) {
			if strings.HasPrefix(s, m) {
				return n + 1
			}
		}
	}
	return 0
}

// daysOf counts the days of a month; without a year February has 29.
func daysOf(month, year int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year == 0 || year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
