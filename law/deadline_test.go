package law_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comity/law"
	"comity/party"
	"comity/wire"
)

func instant(t interface {
	Helper()
	Fatal(...any)
}, s string) wire.Time {
	t.Helper()
	w, err := wire.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var weekend = []law.Weekday{"saturday", "sunday"}

func days(offset int) *int { return &offset }

// calendars of three countries, by the state that the clock is asked for.
var calendars = law.Pack{Calendars: []law.Almanac{
	{Parties: []party.Pattern{"mx/bc/**"}, Zone: "America/Tijuana", Weekend: weekend},
	{Parties: []party.Pattern{"mx/**"}, Zone: "America/Mexico_City", Weekend: weekend, Holidays: []law.Holiday{
		{Name: "New Year", Date: "01-01"},
		{Name: "Constitution", Nth: 1, Weekday: "monday", Month: 2},
		{Name: "Juarez", Nth: 3, Weekday: "monday", Month: 3},
		{Name: "Labour", Date: "05-01"},
		{Name: "Independence", Date: "09-16"},
		{Name: "Revolution", Nth: 3, Weekday: "monday", Month: 11},
		{Name: "Change of the executive", Date: "10-01", Every: 6, Since: 2024},
		{Name: "Christmas", Date: "12-25"},
	}},
	{Parties: []party.Pattern{"us/**"}, Zone: "America/New_York", Weekend: weekend, Holidays: []law.Holiday{
		{Name: "New Year", Date: "01-01", Observed: law.NearestWeekday},
		{Name: "Memorial", Nth: -1, Weekday: "monday", Month: 5},
		{Name: "Juneteenth", Date: "06-19", From: 2021, Observed: law.NearestWeekday},
		{Name: "Independence", Date: "07-04", Observed: law.NearestWeekday},
		{Name: "Thanksgiving", Nth: 4, Weekday: "thursday", Month: 11},
	}},
	{Parties: []party.Pattern{"de/**"}, Zone: "Europe/Berlin", Weekend: weekend, Holidays: []law.Holiday{
		{Name: "Good Friday", Easter: days(-2)}, {Name: "Easter Monday", Easter: days(1)},
		{Name: "Ascension", Easter: days(39)}, {Name: "Once", On: wire.At(time.Date(2017, 10, 31, 0, 0, 0, 0, time.UTC))},
	}},
	{Parties: []party.Pattern{"il/**"}, Zone: "Asia/Jerusalem", Weekend: []law.Weekday{"friday", "saturday"}},
}}

func count(n int, c law.Calendar) law.Deadline {
	return law.Deadline{Amount: n, Unit: law.Day, Calendar: c}
}

func TestDeadlines(t *testing.T) {
	for name, c := range map[string]struct {
		who  party.Name
		d    law.Deadline
		from string
		want []string
	}{
		"hours":                        {"mx/sre", law.Deadline{Amount: 8, Unit: law.Hour}, "2026-11-23T20:00:00Z", []string{"2026-11-24T04:00:00Z"}},
		"calendar days":                {"mx/sre", count(3, law.CalendarDays), "2026-11-20T15:00:00Z", []string{"2026-11-23T15:00:00Z"}},
		"working days over a weekend":  {"mx/sre", count(3, law.WorkingDays), "2026-11-20T15:00:00Z", []string{"2026-11-25T15:00:00Z"}},
		"from a Saturday":              {"mx/sre", count(1, law.WorkingDays), "2026-11-21T15:00:00Z", []string{"2026-11-24T05:59:59Z"}},
		"from a Sunday, no earlier":    {"mx/sre", count(1, law.WorkingDays), "2026-11-22T14:00:00Z", []string{"2026-11-24T05:59:59Z"}},
		"Friday night there, not here": {"mx/sre", count(1, law.WorkingDays), "2026-11-21T05:00:00Z", []string{"2026-11-24T05:00:00Z"}},
		"ambiguous, earlier first":     {"mx/sre", count(3, law.Ambiguous), "2026-11-20T15:00:00Z", []string{"2026-11-23T15:00:00Z", "2026-11-25T15:00:00Z"}},
		"ambiguous without difference": {"mx/sre", count(3, law.Ambiguous), "2026-11-23T15:00:00Z", []string{"2026-11-26T15:00:00Z", "2026-11-26T15:00:00Z"}},
		"immediate":                    {"mx/sre", law.Deadline{Unit: law.Immediate}, "2026-11-20T15:00:00Z", []string{"2026-11-20T15:00:00Z"}},
		"without delay":                {"mx/sre", law.Deadline{Unit: law.WithoutDelay}, "2026-11-20T15:00:00Z", []string{"2026-11-21T15:00:00Z"}},
		"powers have none":             {"mx/sre", law.Deadline{Unit: law.AnyTime}, "2026-12-31T20:00:00Z", nil},

		"monthly, over a year's end":  {"mx/sre", law.Deadline{Unit: law.Month}, "2026-12-31T20:00:00Z", []string{"2027-02-01T05:59:59Z"}},
		"monthly, January there":      {"mx/sre", law.Deadline{Unit: law.Month}, "2027-01-01T05:00:00Z", []string{"2027-02-01T05:59:59Z"}},
		"monthly, into summer time":   {"de/bka", law.Deadline{Unit: law.Month}, "2026-02-10T12:00:00Z", []string{"2026-03-31T21:59:59Z"}},
		"monthly, leap February":      {"us/dea", law.Deadline{Unit: law.Month}, "2028-01-31T12:00:00Z", []string{"2028-03-01T04:59:59Z"}},
		"no calendar is UTC":          {"fr/dnrs", law.Deadline{Unit: law.Month}, "2026-02-10T12:00:00Z", []string{"2026-03-31T23:59:59Z"}},
		"no calendar has no holidays": {"fr/dnrs", count(1, law.WorkingDays), "2025-12-31T12:00:00Z", []string{"2026-01-01T12:00:00Z"}},

		"US clocks forward":             {"us/dea", count(3, law.CalendarDays), "2026-03-06T15:00:00Z", []string{"2026-03-09T14:00:00Z"}},
		"US clocks back":                {"us/dea", count(3, law.CalendarDays), "2026-10-30T14:00:00Z", []string{"2026-11-02T15:00:00Z"}},
		"EU clocks forward":             {"de/bka", count(1, law.CalendarDays), "2026-03-28T11:00:00Z", []string{"2026-03-29T10:00:00Z"}},
		"EU clocks back":                {"de/bka", count(1, law.CalendarDays), "2026-10-24T10:00:00Z", []string{"2026-10-25T11:00:00Z"}},
		"an hour left out":              {"us/dea", count(1, law.CalendarDays), "2026-03-07T07:30:00Z", []string{"2026-03-08T07:00:00Z"}},
		"an hour twice":                 {"us/dea", count(1, law.CalendarDays), "2026-10-31T05:30:00Z", []string{"2026-11-01T05:30:00Z"}},
		"from the hour's first coming":  {"us/dea", count(1, law.CalendarDays), "2026-11-01T05:30:00Z", []string{"2026-11-02T06:00:00Z"}},
		"from the hour's second coming": {"us/dea", count(1, law.CalendarDays), "2026-11-01T06:30:00Z", []string{"2026-11-02T06:30:00Z"}},
		"Mexico had summer time":        {"mx/sre", count(3, law.CalendarDays), "2022-04-01T15:00:00Z", []string{"2022-04-04T14:00:00Z"}},
		"Mexico ended it":               {"mx/sre", count(3, law.CalendarDays), "2022-10-28T15:00:00Z", []string{"2022-10-31T16:00:00Z"}},
		"Mexico has none now":           {"mx/sre", count(3, law.CalendarDays), "2026-04-03T15:00:00Z", []string{"2026-04-06T15:00:00Z"}},
		"but at the border":             {"mx/bc/fge", count(3, law.CalendarDays), "2026-03-06T15:00:00Z", []string{"2026-03-09T14:00:00Z"}},

		"Constitution day":              {"mx/sre", count(1, law.WorkingDays), "2026-01-30T18:00:00Z", []string{"2026-02-03T18:00:00Z"}},
		"Juarez's birthday":             {"mx/sre", count(1, law.WorkingDays), "2026-03-13T18:00:00Z", []string{"2026-03-17T18:00:00Z"}},
		"Labour day":                    {"mx/sre", count(1, law.WorkingDays), "2026-04-30T18:00:00Z", []string{"2026-05-04T18:00:00Z"}},
		"Independence day":              {"mx/sre", count(3, law.WorkingDays), "2026-09-14T18:00:00Z", []string{"2026-09-18T18:00:00Z"}},
		"Revolution day":                {"mx/sre", count(3, law.WorkingDays), "2026-11-13T18:00:00Z", []string{"2026-11-19T18:00:00Z"}},
		"Change of the executive":       {"mx/sre", count(1, law.WorkingDays), "2024-09-30T18:00:00Z", []string{"2024-10-02T18:00:00Z"}},
		"and not in another year":       {"mx/sre", count(1, law.WorkingDays), "2025-09-30T18:00:00Z", []string{"2025-10-01T18:00:00Z"}},
		"and again in six":              {"mx/sre", count(1, law.WorkingDays), "2030-09-30T18:00:00Z", []string{"2030-10-02T18:00:00Z"}},
		"Christmas and New Year":        {"mx/sre", count(6, law.WorkingDays), "2026-12-24T18:00:00Z", []string{"2027-01-05T18:00:00Z"}},
		"Juneteenth":                    {"us/dea", count(1, law.WorkingDays), "2026-06-18T15:00:00Z", []string{"2026-06-22T15:00:00Z"}},
		"before Juneteenth":             {"us/dea", count(1, law.WorkingDays), "2020-06-18T15:00:00Z", []string{"2020-06-19T15:00:00Z"}},
		"the Fourth on a Saturday":      {"us/dea", count(1, law.WorkingDays), "2026-07-02T15:00:00Z", []string{"2026-07-06T15:00:00Z"}},
		"the Fourth on a Sunday":        {"us/dea", count(1, law.WorkingDays), "2027-07-02T15:00:00Z", []string{"2027-07-06T15:00:00Z"}},
		"New Year observed in December": {"us/dea", count(1, law.WorkingDays), "2021-12-30T15:00:00Z", []string{"2022-01-03T15:00:00Z"}},
		"Memorial day, the last Monday": {"us/dea", count(1, law.WorkingDays), "2026-05-22T15:00:00Z", []string{"2026-05-26T15:00:00Z"}},
		"Thanksgiving, the fourth":      {"us/dea", count(1, law.WorkingDays), "2026-11-25T15:00:00Z", []string{"2026-11-27T15:00:00Z"}},
		"Easter 2026":                   {"de/bka", count(1, law.WorkingDays), "2026-04-02T10:00:00Z", []string{"2026-04-07T10:00:00Z"}},
		"Easter 2038, the latest":       {"de/bka", count(1, law.WorkingDays), "2038-04-22T10:00:00Z", []string{"2038-04-27T10:00:00Z"}},
		"Ascension":                     {"de/bka", count(1, law.WorkingDays), "2026-05-13T10:00:00Z", []string{"2026-05-15T10:00:00Z"}},
		"another weekend":               {"il/mfa", count(1, law.WorkingDays), "2026-01-08T10:00:00Z", []string{"2026-01-11T10:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			due := c.d.From(instant(t, c.from), calendars.Clock(c.who))
			if len(due) != len(c.want) {
				t.Fatalf("got %v, want %v", due, c.want)
			}
			for i := range due {
				if due[i].At != instant(t, c.want[i]) {
					t.Errorf("got %v, want %v", due[i].At, c.want[i])
				}
			}
		})
	}
}

// Whoever learns later is never given less time than whoever learned before.
// The search for who will see something stands on it.
func TestALaterStartNeverEndsEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Custom(deadline).Draw(t, "deadline")
		who := rapid.SampledFrom([]party.Name{"mx/sre", "mx/bc/fge", "us/dea", "de/bka", "il/mfa", "fr/dnrs"}).Draw(t, "who")
		c := calendars.Clock(who)
		start := wire.At(instant(t, "1990-01-01").Time().AddDate(0, 0, rapid.IntRange(0, 365*220).Draw(t, "day")))
		if rapid.Bool().Draw(t, "near a change of the clocks") {
			start = instant(t, rapid.SampledFrom([]string{"2026-11-01", "2026-03-08", "2026-10-25", "2026-03-29", "2022-10-30", "2026-12-31", "2026-07-03"}).Draw(t, "date"))
		}
		start = start.Add(hours(t, "hour", 30))
		later := start.Add(hours(t, "later", 100))
		a, b := d.From(start, c), d.From(later, c)
		for i := range a {
			if a[i].At.After(b[i].At) {
				t.Fatalf("from %v by %v, and from %v by %v", start, a[i].At, later, b[i].At)
			}
			if a[i].At.Before(start) && d.Unit != law.Immediate {
				t.Fatalf("from %v it ends before: %v", start, a[i].At)
			}
			if i > 0 && a[i].At.Before(a[0].At) {
				t.Fatalf("the earlier reading stands behind the later: %v", a)
			}
		}
	})
}

func hours(t *rapid.T, label string, most int) time.Duration {
	return time.Duration(rapid.IntRange(0, most*60).Draw(t, label)) * time.Minute
}

func deadline(t *rapid.T) law.Deadline {
	return rapid.SampledFrom([]law.Deadline{
		{Unit: law.Month}, {Unit: law.WithoutDelay}, {Unit: law.Immediate}, {Amount: 8, Unit: law.Hour},
		count(1, law.CalendarDays), count(7, law.CalendarDays), count(1, law.WorkingDays), count(3, law.Ambiguous), count(20, law.WorkingDays),
	}).Draw(t, "which")
}

// Every zone that the database has can be named, and keeps the order.
func TestZonesComeWithTheProgram(t *testing.T) {
	for _, name := range []string{"America/Mexico_City", "America/Ojinaga", "Europe/Madrid", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "America/Asuncion"} {
		p := law.Pack{Calendars: []law.Almanac{{Parties: []party.Pattern{"**"}, Zone: name}}}
		at := instant(t, "2025-01-01T12:34:56Z")
		last := wire.Time{}
		for range 24 * 400 {
			due := count(2, law.CalendarDays).From(at, p.Clock("xx"))[0].At
			if due.Before(last) {
				t.Fatalf("%s: from %v by %v, and by %v an hour before", name, at, due, last)
			}
			last, at = due, at.Add(time.Hour)
		}
	}
}

func BenchmarkFrom(b *testing.B) {
	c, at := calendars.Clock("mx/sre"), instant(b, "2026-11-13T18:00:00Z")
	for b.Loop() {
		count(3, law.Ambiguous).From(at, c)
	}
}

func BenchmarkClock(b *testing.B) {
	for b.Loop() {
		calendars.Clock("mx/sre")
	}
}

// The zone file is the one that its page names.
func TestZonePage(t *testing.T) {
	page, err := os.ReadFile("zone/README.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("zone/zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(file)); !strings.Contains(string(page), sum) {
		t.Errorf("zone/README.md does not name the file's hash %s", sum)
	}
}
