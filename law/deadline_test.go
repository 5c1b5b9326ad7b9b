package law_test

import (
	"testing"

	"comity/law"
	"comity/wire"
)

func TestDeadlines(t *testing.T) {
	at := func(s string) wire.Time {
		w, err := wire.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	mexico := -360
	for name, c := range map[string]struct {
		d    law.Deadline
		from string
		want []string
	}{
		"hours":                        {law.Deadline{Amount: 8, Unit: law.Hour}, "2026-11-23T20:00:00Z", []string{"2026-11-24T04:00:00Z"}},
		"calendar days":                {law.Deadline{Amount: 3, Unit: law.Day, Calendar: law.CalendarDays}, "2026-11-20T15:00:00Z", []string{"2026-11-23T15:00:00Z"}},
		"working days over a weekend":  {law.Deadline{Amount: 3, Unit: law.Day, Calendar: law.WorkingDays}, "2026-11-20T15:00:00Z", []string{"2026-11-25T15:00:00Z"}},
		"from a Saturday":              {law.Deadline{Amount: 1, Unit: law.Day, Calendar: law.WorkingDays}, "2026-11-21T15:00:00Z", []string{"2026-11-23T15:00:00Z"}},
		"Friday night there, not here": {law.Deadline{Amount: 1, Unit: law.Day, Calendar: law.WorkingDays}, "2026-11-21T05:00:00Z", []string{"2026-11-24T05:00:00Z"}},
		"ambiguous, earlier first":     {law.Deadline{Amount: 3, Unit: law.Day, Calendar: law.Ambiguous}, "2026-11-20T15:00:00Z", []string{"2026-11-23T15:00:00Z", "2026-11-25T15:00:00Z"}},
		"ambiguous without difference": {law.Deadline{Amount: 3, Unit: law.Day, Calendar: law.Ambiguous}, "2026-11-23T15:00:00Z", []string{"2026-11-26T15:00:00Z", "2026-11-26T15:00:00Z"}},
		"immediate":                    {law.Deadline{Unit: law.Immediate}, "2026-11-20T15:00:00Z", []string{"2026-11-20T15:00:00Z"}},
		"without delay":                {law.Deadline{Unit: law.WithoutDelay}, "2026-11-20T15:00:00Z", []string{"2026-11-21T15:00:00Z"}},
		"monthly":                      {law.Deadline{Unit: law.Month}, "2026-12-31T20:00:00Z", []string{"2027-02-01T05:59:59Z"}},
		"powers have none":             {law.Deadline{Unit: law.AnyTime}, "2026-12-31T20:00:00Z", nil},
	} {
		t.Run(name, func(t *testing.T) {
			due := c.d.From(at(c.from), law.Pack{UTCOffset: mexico}.Clock("mx/sre"))
			if len(due) != len(c.want) {
				t.Fatalf("got %v, want %v", due, c.want)
			}
			for i := range due {
				if due[i].At != at(c.want[i]) {
					t.Errorf("got %v, want %v", due[i].At, c.want[i])
				}
			}
		})
	}
}
