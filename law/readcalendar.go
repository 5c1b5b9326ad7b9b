package law

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"comity/fault"
	"comity/wire"
)

// Limits of a calendar. There must be working days left whatever it says.
const (
	maxCalendars = 100
	maxWeekend   = 3
	maxHolidays  = 60
)

func (r *reader) calendars(n *yaml.Node) []Almanac {
	var list []Almanac
	r.each(n, func(c *yaml.Node) { list = append(list, r.almanac(c)) })
	if len(list) > maxCalendars {
		r.fail(n, "one entry may name several parties: parties: [mx/**, us/**]", "there are more than %d calendars", maxCalendars)
	}
	return list
}

func (r *reader) almanac(n *yaml.Node) Almanac {
	a := Almanac{Weekend: []Weekday{"saturday", "sunday"}}
	r.fields(n, "parties zone", map[string]func(*yaml.Node){
		"parties":  func(v *yaml.Node) { a.Parties = r.patterns(v) },
		"zone":     func(v *yaml.Node) { a.Zone = parsed(r, v, parseZone) },
		"weekend":  func(v *yaml.Node) { a.Weekend = r.weekend(v) },
		"holidays": func(v *yaml.Node) { a.Holidays = r.holidays(v) },
	})
	return a
}

func parseZone(s string) (string, error) {
	_, err := findZone(s)
	return s, err
}

func (r *reader) weekend(n *yaml.Node) []Weekday {
	var list []Weekday
	r.each(n, func(c *yaml.Node) {
		d := oneOf(r, c, Weekdays)
		if d != "" && slices.Contains(list, d) {
			r.fail(c, "keep one of them", "%q stands here twice", d)
		}
		list = append(list, d)
	})
	if len(list) > maxWeekend {
		r.fail(n, "name the days on which offices are closed every week", "a weekend has at most %d days", maxWeekend)
	}
	return list
}

func (r *reader) holidays(n *yaml.Node) []Holiday {
	var list []Holiday
	r.each(n, func(c *yaml.Node) { list = append(list, r.holiday(c)) })
	if len(list) > maxHolidays {
		r.fail(n, "remove the one-off days that are long past", "there are more than %d holidays", maxHolidays)
	}
	return list
}

func (r *reader) holiday(n *yaml.Node) Holiday {
	var h Holiday
	year := func(to *int) func(*yaml.Node) {
		return func(v *yaml.Node) { *to = r.number(v, 1900, 9999) }
	}
	r.fields(n, "name", map[string]func(*yaml.Node){
		"name":     func(v *yaml.Node) { h.Name = r.text(v, 200) },
		"date":     func(v *yaml.Node) { h.Date = parsed(r, v, parseMonthDay) },
		"nth":      func(v *yaml.Node) { h.Nth = r.nth(v) },
		"weekday":  func(v *yaml.Node) { h.Weekday = oneOf(r, v, Weekdays) },
		"month":    func(v *yaml.Node) { h.Month = r.number(v, 1, 12) },
		"easter":   func(v *yaml.Node) { e := r.number(v, -70, 70); h.Easter = &e },
		"on":       func(v *yaml.Node) { h.On = parsed(r, v, parseDate) },
		"every":    func(v *yaml.Node) { h.Every = r.number(v, 2, 100) },
		"since":    year(&h.Since),
		"from":     year(&h.From),
		"until":    year(&h.Until),
		"observed": func(v *yaml.Node) { h.Observed = oneOf(r, v, []string{NearestWeekday}) },
	})
	r.sensibleHoliday(n)
	if h.From != 0 && h.Until != 0 && h.Until < h.From {
		r.fail(valueOf(n, "until"), "write the earlier year under from", "the holiday would end before it begins")
	}
	return h
}

// nth reads a place among the weekdays of a month, from either end.
func (r *reader) nth(n *yaml.Node) int {
	v := r.number(n, -5, 5)
	if v == 0 {
		r.fail(n, "write 1 for the first of the month, -1 for the last", "there is no such place in a month")
	}
	return v
}

// sensibleHoliday refuses what no field is wrong in alone. It looks at what is
// written, so that one wrong value is not told of twice.
func (r *reader) sensibleHoliday(n *yaml.Node) {
	has := func(key string) bool { return valueOf(n, key) != nil }
	var ways []string
	for _, key := range []string{"date", "nth", "easter", "on"} {
		if has(key) {
			ways = append(ways, key)
		}
	}
	switch {
	case n.Kind != yaml.MappingNode:
	case len(ways) == 0:
		r.fail(n, `write date: "05-01", or nth: 1, weekday: monday, month: 2, or easter: -2, or on: 2024-10-01`, "it is not said which day this is")
	case len(ways) > 1:
		r.fail(n, "write two holidays, or keep one of the ways", "the day is given twice: by %s", strings.Join(ways, " and "))
	case has("nth") != has("weekday") || has("nth") != has("month"):
		r.fail(n, "write nth: 1, weekday: monday, month: 2", "nth, weekday and month belong together")
	case has("every") != has("since"):
		r.fail(n, "write every: 6, since: 2024", "every and since belong together")
	case has("on") && (has("every") || has("from") || has("until")):
		r.fail(n, `write date: "10-01" for a day that comes again`, "a day that was once does not come again")
	}
}

// parseMonthDay reads a day of every year. In a leap year, so that the last of
// February may be named.
func parseMonthDay(s string) (string, error) {
	if t, err := time.Parse(time.DateOnly, "2024-"+s); err != nil || t.Format("01-02") != s {
		return "", fault.New(fault.Invalid, "%q is not a day of the year", s).Fix(`write month and day: "05-01" is the first of May`)
	}
	return s, nil
}

func parseDate(s string) (wire.Time, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return wire.Time{}, fault.New(fault.Invalid, "%q is not a date", s).Fix("write 2024-10-01")
	}
	return wire.ParseTime(s)
}
