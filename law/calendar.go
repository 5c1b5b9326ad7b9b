package law

import (
	"slices"
	"time"

	"comity/party"
	"comity/wire"
)

// Almanac is an entry of a pack's calendars: by which clock and which days off
// some of the parties count.
type Almanac struct {
	Parties  []party.Pattern `json:"parties"`
	Zone     string          `json:"zone"` // IANA name
	Weekend  []Weekday       `json:"weekend,omitempty"`
	Holidays []Holiday       `json:"holidays,omitempty"`
}

// Weekday is a day of the week by its English name.
type Weekday string

// Weekdays lists all, from Sunday as package time counts them.
var Weekdays = []Weekday{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func (d Weekday) time() time.Weekday { return time.Weekday(max(0, slices.Index(Weekdays, d))) }

// NearestWeekday is how the United States observe a holiday that falls on a
// weekend: Saturday's on Friday, Sunday's on Monday.
const NearestWeekday = "nearest_weekday"

// Holiday is a day off as a rule that can be checked against the law: exactly
// one of Date, Nth, Easter and On says which day of a year it is.
type Holiday struct {
	Name     string    `json:"name"`
	Date     string    `json:"date,omitzero"`    // 05-01
	Nth      int       `json:"nth,omitzero"`     // 1 the first, -1 the last Weekday of Month
	Weekday  Weekday   `json:"weekday,omitzero"` //
	Month    int       `json:"month,omitzero"`
	Easter   *int      `json:"easter,omitempty"`   // days from Easter Sunday
	On       wire.Time `json:"on,omitzero"`        // once
	Every    int       `json:"every,omitzero"`     // years, counted from Since
	Since    int       `json:"since,omitzero"`     //
	From     int       `json:"from,omitzero"`      // first year; zero: always
	Until    int       `json:"until,omitzero"`     // last year; zero: still
	Observed string    `json:"observed,omitempty"` // NearestWeekday, or on the day itself
}

// days gives the days off that the rule makes for a year: none, one, or the
// day itself and the one it is observed on.
func (h Holiday) days(year int) []int64 {
	if !h.in(year) {
		return nil
	}
	day, ok := h.day(year)
	if !ok {
		return nil
	}
	if seen := nearest(day); h.Observed == NearestWeekday && seen != day {
		return []int64{day, seen}
	}
	return []int64{day}
}

func nearest(day int64) int64 {
	switch weekday(day) {
	case time.Saturday:
		return day - 1
	case time.Sunday:
		return day + 1
	default:
		return day
	}
}

func (h Holiday) in(year int) bool {
	if h.From != 0 && year < h.From || h.Until != 0 && year > h.Until {
		return false
	}
	return h.Every == 0 || year >= h.Since && (year-h.Since)%h.Every == 0
}

// day gives the day of a year; there may be none, as of 29 February.
func (h Holiday) day(year int) (int64, bool) {
	switch {
	case h.Date != "":
		return h.dateIn(year)
	case h.Nth != 0:
		return h.nthDay(year)
	case h.Easter != nil:
		return easter(year) + int64(*h.Easter), true
	default:
		on := h.On.Time()
		return on.Unix() / daySeconds, !h.On.IsZero() && on.Year() == year
	}
}

func (h Holiday) dateIn(year int) (int64, bool) {
	d, err := time.Parse("01-02", h.Date)
	if err != nil {
		return 0, false
	}
	day := time.Date(year, d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
	return day.Unix() / daySeconds, day.Day() == d.Day()
}

func (h Holiday) nthDay(year int) (int64, bool) {
	month := time.Month(h.Month)
	first, next := dayNumber(year, month, 1), dayNumber(year, month+1, 1)
	want := h.Weekday.time()
	if h.Nth < 0 {
		last := next - 1
		last -= int64((weekday(last) - want + 7) % 7)
		day := last + int64(h.Nth+1)*7
		return day, day >= first
	}
	day := first + int64((want-weekday(first)+7)%7) + int64(h.Nth-1)*7
	return day, day < next
}

// easter gives Easter Sunday of the Gregorian calendar, by the method of
// Meeus, Jones and Butcher.
func easter(year int) int64 {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return dayNumber(year, time.Month(month), day)
}
