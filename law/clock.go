package law

import (
	"sync"
	"time"

	"comity/party"
)

const daySeconds = 24 * 60 * 60

// Clock is by what a duty holder's days are counted: the local time and the
// days off. The zero Clock is UTC, Monday to Friday, without holidays.
type Clock struct{ country *country }

// country is a calendar made ready to be asked. Holidays are found a year at a
// time, when a deadline first comes there.
type country struct {
	zone     *zone
	weekend  [7]bool
	holidays []Holiday
	years    sync.Map // int -> *yearOff
}

// yearOff is the holidays of a year, a bit a day.
type yearOff [6]uint64

// Clock gives the clock of a duty holder under this pack: by the first of its
// calendars that names the holder.
func (p Pack) Clock(holder party.Name) Clock {
	for i := range p.Calendars {
		if c := &p.Calendars[i]; party.MatchAny(c.Parties, holder) {
			return c.clock()
		}
	}
	return Clock{}
}

// clock reads a zone that is not there as UTC; parsing refuses it.
func (a *Almanac) clock() Clock {
	c := &country{holidays: a.Holidays}
	if z, err := findZone(a.Zone); err == nil {
		c.zone = z
	}
	for _, d := range a.Weekend {
		c.weekend[d.time()] = true
	}
	return Clock{c}
}

// Days are numbered from 1 January 1970, which is a Thursday.
func dayNumber(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds
}

func weekday(day int64) time.Weekday {
	return time.Weekday(((day+4)%7 + 7) % 7)
}

func (c *country) holiday(day int64) bool {
	if len(c.holidays) == 0 {
		return false
	}
	date := time.Unix(day*daySeconds, 0).UTC()
	known, ok := c.years.Load(date.Year())
	if !ok {
		known, _ = c.years.LoadOrStore(date.Year(), c.yearOff(date.Year()))
	}
	n := date.YearDay() - 1
	return known.(*yearOff)[n/64]&(1<<(n%64)) != 0
}

// yearOff asks the years on both sides too: the first of January may be
// observed on the day before.
func (c *country) yearOff(year int) *yearOff {
	off := &yearOff{}
	first, next := dayNumber(year, 1, 1), dayNumber(year+1, 1, 1)
	for _, h := range c.holidays {
		for y := year - 1; y <= year+1; y++ {
			for _, day := range h.days(y) {
				if n := day - first; n >= 0 && day < next {
					off[n/64] |= 1 << (n % 64)
				}
			}
		}
	}
	return off
}

// works tells whether people work on a day.
func (c Clock) works(day int64) bool {
	if c.country == nil {
		d := weekday(day)
		return d != time.Saturday && d != time.Sunday
	}
	return !c.country.weekend[weekday(day)] && !c.country.holiday(day)
}

func (c Clock) zone() *zone {
	if c.country == nil {
		return nil
	}
	return c.country.zone
}

// local gives day and second of the day on the holder's clock.
func (c Clock) local(at int64) (day, second int64) {
	return split(c.zone().wall(at))
}

// instant is the inverse: the first at which the holder's clock gets there.
func (c Clock) instant(day, second int64) int64 {
	return c.zone().reach(day*daySeconds + second)
}

func split(wall int64) (day, second int64) {
	day, second = wall/daySeconds, wall%daySeconds
	if second < 0 {
		day, second = day-1, second+daySeconds
	}
	return day, second
}

// mostOff bounds the search for a working day, for a calendar made by hand
// that has none.
const mostOff = 400

// workdays moves n working days on. A start on a day off counts as the last
// second of the working day before it: the first day to count is the same, and
// whoever starts earlier is not given longer.
func (c Clock) workdays(day, second int64, n int) (int64, int64) {
	if !c.works(day) {
		day, second = c.step(day, -1), daySeconds-1
	}
	for range n {
		day = c.step(day, 1)
	}
	return day, second
}

func (c Clock) step(day, by int64) int64 {
	for range mostOff {
		day += by
		if c.works(day) {
			break
		}
	}
	return day
}
