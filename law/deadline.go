package law

import (
	"time"

	"comity/party"
	"comity/wire"
)

// Unit is the measure of a deadline.
type Unit string

// The units. Immediate and without_delay have no amount.
const (
	Hour         Unit = "hour"
	Day          Unit = "day"
	Month        Unit = "month" // a monthly period: due at the end of the month after the trigger's
	Immediate    Unit = "immediate"
	WithoutDelay Unit = "without_delay"
	AnyTime      Unit = "any_time" // powers, which have no deadline
)

// Units lists all units.
var Units = []Unit{Hour, Day, Month, Immediate, WithoutDelay, AnyTime}

// Calendar says which days count.
type Calendar string

// The calendars. An ambiguous deadline is computed both ways and the earlier
// one is shown first.
const (
	CalendarDays Calendar = "calendar"
	WorkingDays  Calendar = "working"
	Ambiguous    Calendar = "ambiguous"
)

// withoutDelay is the product's reading of "without delay" (doctrine EU-7).
const withoutDelay = 24 * time.Hour

// Deadline is the time a rule allows, from its trigger.
type Deadline struct {
	Amount   int      `json:"amount,omitzero"`
	Unit     Unit     `json:"unit"`
	Calendar Calendar `json:"calendar,omitzero"` // of days
}

// Due is one reading of a deadline.
type Due struct {
	At       wire.Time `json:"at"`
	Calendar Calendar  `json:"calendar,omitzero"`
}

// Clock is by what a duty holder's days are counted.
type Clock struct {
	offset int // minutes east of UTC
}

// Clock gives the clock of a duty holder under this pack.
func (p Pack) Clock(party.Name) Clock { return Clock{p.UTCOffset} }

// From computes when a deadline that starts at an instant runs out: none for
// powers, one instant, or for an ambiguous calendar both readings, the
// earlier first. A later start never gives an earlier end.
// Working days are Monday to Friday; national holidays are not known here.
func (d Deadline) From(t wire.Time, c Clock) []Due {
	utcOffset := c.offset
	switch d.Unit {
	case Hour:
		return []Due{{At: t.Add(time.Duration(d.Amount) * time.Hour)}}
	case Immediate:
		return []Due{{At: t}}
	case WithoutDelay:
		return []Due{{At: t.Add(withoutDelay)}}
	case Month:
		return []Due{{At: endOfNextMonth(t, utcOffset)}}
	case Day:
		return d.days(t, utcOffset)
	default:
		return nil
	}
}

func (d Deadline) days(t wire.Time, utcOffset int) []Due {
	plain := Due{t.Add(time.Duration(d.Amount) * 24 * time.Hour), CalendarDays}
	working := Due{wire.At(addWorkingDays(t.Time(), d.Amount, utcOffset)), WorkingDays}
	switch d.Calendar {
	case WorkingDays:
		return []Due{working}
	case Ambiguous:
		// Both readings, even where they meet: that the law does not say is
		// part of the answer.
		return []Due{plain, working}
	default:
		return []Due{plain}
	}
}

// addWorkingDays moves n working days on, keeping the time of day.
func addWorkingDays(t time.Time, n, utcOffset int) time.Time {
	local := t.In(time.FixedZone("", utcOffset*60))
	for n > 0 {
		local = local.AddDate(0, 0, 1)
		if d := local.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return local
}

func endOfNextMonth(t wire.Time, utcOffset int) wire.Time {
	local := t.Time().In(time.FixedZone("", utcOffset*60))
	first := time.Date(local.Year(), local.Month()+2, 1, 0, 0, 0, 0, local.Location())
	return wire.At(first.Add(-time.Second))
}
