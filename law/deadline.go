package law

import (
	"time"

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

// From computes when a deadline that starts at an instant runs out: none for
// powers, one instant, or for an ambiguous calendar both readings, the
// earlier first. A later start never gives an earlier end.
//
// Days keep the time of day on the holder's clock, so that across a change of
// the clocks three days are not 72 hours. Some laws let the last day run to its
// end; the same hour is the earlier reading, and nobody is late by it.
func (d Deadline) From(t wire.Time, c Clock) []Due {
	switch d.Unit {
	case Hour:
		return []Due{{At: t.Add(time.Duration(d.Amount) * time.Hour)}}
	case Immediate:
		return []Due{{At: t}}
	case WithoutDelay:
		return []Due{{At: t.Add(withoutDelay)}}
	case Month:
		return []Due{{At: endOfNextMonth(t, c)}}
	case Day:
		return d.days(t, c)
	default:
		return nil
	}
}

func (d Deadline) days(t wire.Time, c Clock) []Due {
	day, second := c.local(t.Time().Unix())
	plain := Due{c.at(day+int64(d.Amount), second), CalendarDays}
	if d.Calendar != WorkingDays && d.Calendar != Ambiguous {
		return []Due{plain}
	}
	working := Due{c.at(c.workdays(day, second, d.Amount)), WorkingDays}
	if d.Calendar == WorkingDays {
		return []Due{working}
	}
	// Both readings, even where they meet: that the law does not say is part
	// of the answer.
	return []Due{plain, working}
}

// endOfNextMonth gives the last second, on the holder's clock, of the month
// after the one that an instant lies in.
func endOfNextMonth(t wire.Time, c Clock) wire.Time {
	day, _ := c.local(t.Time().Unix())
	date := time.Unix(day*daySeconds, 0).UTC()
	return c.at(dayNumber(date.Year(), date.Month()+2, 1)-1, daySeconds-1)
}

func (c Clock) at(day, second int64) wire.Time {
	return wire.At(time.Unix(c.instant(day, second), 0))
}
