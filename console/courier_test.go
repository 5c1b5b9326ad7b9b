package console

import (
	"strings"
	"testing"

	"comity/courier"
	"comity/fault"
	"comity/message"
)

// Whatever is left of a bundle is a failure, and says what to do.
func TestWhatIsLeftOfABundleIsSaid(t *testing.T) {
	for why, want := range map[message.Why]struct {
		kind fault.Kind
		text string
	}{
		message.WhyHash:      {fault.Forged, "its hash does not hold"},
		message.WhySignature: {fault.Forged, "its signature does not hold"},
		message.WhyLength:    {fault.Forged, "its length does not hold"},
		message.WhyAddress:   {fault.Forged, "its address does not hold"},
		message.WhyFrame:     {fault.Invalid, "its frame does not hold"},
		message.WhyGap:       {fault.Stale, "message 7 has to come first"},
		message.WhyLink:      {fault.Frozen, "does not move"},
		message.WhyFork:      {fault.Frozen, "is frozen"},
	} {
		f := wrong(courier.Unpacked{From: "us/dea", Missed: why, Expects: 7}, nil)
		if f == nil || f.Kind != want.kind.String() || !strings.Contains(f.Text, want.text) || f.Hint == "" {
			t.Errorf("%s: %+v", why, f)
		}
	}
	if f := wrong(courier.Unpacked{From: "us/dea", Accepted: 1}, nil); f != nil {
		t.Errorf("nothing was left: %v", f)
	}
	if f := wrong(courier.Unpacked{From: "us/dea", Accepted: 1}, fault.New(fault.Invalid, "it is cut short").Fix("x")); f == nil || f.Kind != "invalid" || f.Hint != "x" {
		t.Errorf("cut short: %v", f)
	}
}
