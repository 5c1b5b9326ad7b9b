package intel_test

import (
	"reflect"
	"testing"
	"time"

	"comity/intel"
)

// FuzzParseAreas reads lists of areas as officers write them: what is taken is in
// order, each once, and is written as it is read.
func FuzzParseAreas(f *testing.F) {
	for _, s := range []string{"", "drugs", "Money, drugs", "drugs,drugs", " , ,cyber", "drug", "other;drugs", "DRUGS\tfirearms", "violence,\nfugitives", intel.JoinAreas(intel.Areas)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := intel.ParseAreas(s)
		if err != nil {
			if list != nil {
				t.Fatalf("%q was refused, and gave %v", s, list)
			}
			return
		}
		if err := intel.ValidateAreas(list); err != nil || len(list) > len(intel.Areas) {
			t.Fatalf("%q gave %v: %v", s, list, err)
		}
		if back, err := intel.ParseAreas(intel.JoinAreas(list)); err != nil || !reflect.DeepEqual(back, list) {
			t.Fatalf("%q gave %v, which gave %v (%v)", s, list, back, err)
		}
	})
}

// FuzzParseWhen reads instants and amounts of time. An amount lies ahead of what it
// is counted from, an instant is the same whenever it is read; and both are
// written in a form that is read again.
func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"12h", "30d", "2w", "2W", "0d", "-1d", "+1d", "9999w", "99999h", "1.5h", "2026-01-31", "2026-01-31t08:00:00z", "0001-01-01", "9999-12-31", "", "h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		when, err := intel.ParseWhen(s, epoch)
		later, lateErr := intel.ParseWhen(s, epoch.Add(time.Hour))
		if (err == nil) != (lateErr == nil) {
			t.Fatalf("%q: %v, an hour later %v", s, err, lateErr)
		}
		if err != nil {
			return
		}
		span := when != later
		if span && (!when.After(epoch) || later != when.Add(time.Hour)) || when.IsZero() {
			t.Fatalf("%q from %s is %s, an hour later %s", s, epoch, when, later)
		}
		if back, err := intel.ParseWhen(when.String(), later); err != nil || back != when {
			t.Fatalf("%q gave %s, which gave %s (%v)", s, when, back, err)
		}
	})
}
