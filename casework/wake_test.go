package casework_test

import (
	"testing"

	"comity/casework"
	"comity/intel"
)

// woken counts how often the links are told to look at their outboxes.
type woken struct {
	casework.Links
	times int
}

func (w *woken) Wake() { w.times++ }

// A filing on paper leaves a receipt of the passing on in the outbox: the
// originator must not wait for it until the link looks by itself.
func TestFilingOnPaperWakesTheLinks(t *testing.T) {
	w := send(t, "mx-guidelines-2021", intel.Marking{})
	links := &woken{Links: w.mx.Exchange}
	w.cases = casework.New(w.mx.Store, links, w.mx.Desk, w.mx.Clock.Now)
	d := w.duty(t, "mx/sre")
	if _, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.Short(), casework.Options{}); err != nil {
		t.Fatal(err)
	}
	if links.times == 0 {
		t.Error("the receipt of the passing on waits in the outbox")
	}
}
