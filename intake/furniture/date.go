package furniture

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"comity/intake/prose"
)

// months are the names of months in English and Spanish, by their first letters.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"ene": 1, "abr": 4, "ago": 8, "dic": 12,
	"enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}

const (
	monthWord = `(\p{L}{3,10})\.?`
	// behindYear lets a time follow at once, as it does where a page is copied that
	// parts the two by its style alone.
	behindYear = `(?:$|[^\p{N}]|\d{1,2}:\d\d)`
	yearWord   = `((?:1[6-9]|20|21)\d\d)`
)

var (
	dayFirst   = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])(\d{1,2})(?:st|nd|rd|th|º|o)?\.?(?: of| de|-| del mes de)?[ -]?` + monthWord + `,?(?: de| del|-|,)?[ -]?` + yearWord + behindYear)
	monthFirst = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])` + monthWord + `[ -](\d{1,2})(?:st|nd|rd|th)?,?(?: de| del)?[ -]` + yearWord + behindYear)
	isoDate    = regexp.MustCompile(`(?:^|[^\p{N}])` + yearWord + `-(\d{2})-(\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?[ ]?([Zz]|[+-]\d{2}:?\d{2})?)?(?:$|[^\p{N}-])`)
	slashDate  = regexp.MustCompile(`(?:^|[^\p{N}])(\d{1,2})([/.])(\d{1,2})[/.]` + yearWord + `(?:$|[^\p{N}])`)
	tightDate  = regexp.MustCompile(`^` + yearWord + `[/]?(\d{2})[/]?(\d{2})(?:T?\d{4,6}Z?)?$`)
)

// Date gives the first date of a short text as YYYY-MM-DD, or in RFC 3339 with the
// offset that stands there where the text gives the time and its zone: ISO 8601, dates in words of English
// and Spanish, and dates in figures where only one order of day and month is
// possible. The second result tells whether there is one.
func Date(s string) (string, bool) {
	if len(s) > 400 {
		return "", false
	}
	s = prose.Line(s)
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return isoTime(m)
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		if month, known := months[strings.ToLower(m[2])]; known {
			return day(m[3], int(month), m[1])
		}
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		if month, known := months[strings.ToLower(m[1])]; known {
			return day(m[3], int(month), m[2])
		}
	}
	if m := tightDate.FindStringSubmatch(s); m != nil {
		month, _ := strconv.Atoi(m[2])
		return day(m[1], month, m[3])
	}
	if m := slashDate.FindStringSubmatch(s); m != nil {
		return slashed(m)
	}
	return "", false
}

func isoTime(m []string) (string, bool) {
	month, _ := strconv.Atoi(m[2])
	date, ok := day(m[1], month, m[3])
	if !ok || m[4] == "" || m[5] == "" {
		return date, ok
	}
	clock := m[4]
	if len(clock) == len("15:04") {
		clock += ":00"
	}
	zone := strings.ToUpper(m[5])
	if zone != "Z" && !strings.Contains(zone, ":") {
		zone = zone[:3] + ":" + zone[3:]
	}
	t, err := time.Parse(time.RFC3339, date+"T"+clock+zone)
	if err != nil {
		return date, true
	}
	if _, ahead := t.Zone(); ahead == 0 && t.Equal(t.Truncate(24*time.Hour)) {
		return date, true // midnight is how machines write a day alone
	}
	return date + "T" + clock + zone, true
}

// slashed reads 13/5/2024 and 5/13/2024, and 5.3.2024, which is written with the
// day first; 5/3/2024 is read in two ways, so it is none.
func slashed(m []string) (string, bool) {
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[3])
	switch {
	case a > 12 || a == b || m[2] == ".":
		return day(m[4], b, m[1])
	case b > 12:
		return day(m[4], a, m[3])
	}
	return "", false
}

func day(year string, month int, of string) (string, bool) {
	y, _ := strconv.Atoi(year)
	d, _ := strconv.Atoi(of)
	t := time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || t.Day() != d || t.Month() != time.Month(month) {
		return "", false
	}
	return t.Format(time.DateOnly), true
}
