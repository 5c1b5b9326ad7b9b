package wire_test

import (
	"testing"

	"comity/wire"
)

// Two nodes understand each other if their newest protocols are adjacent or the
// same, and in no other case.
func TestAdjacentProtocolsUnderstandEachOther(t *testing.T) {
	for a := 1; a <= 6; a++ {
		for b := 1; b <= 6; b++ {
			one, two := wire.Speaks(a), wire.Speaks(b)
			near := a-b <= 1 && b-a <= 1
			if got := two.Knows(one.With(b)) && one.Knows(two.With(a)); got != near {
				t.Errorf("%d and %d understand each other: %v", a, b, got)
			}
			if !one.Knows(one.With(b)) {
				t.Errorf("%d uses with %d what it does not know itself", a, b)
			}
		}
	}
	if s := wire.Speaks(0); s.Newest() != wire.Protocol || !s.Knows(wire.Protocol) || s.Knows(0) || s.Knows(wire.Protocol+1) {
		t.Error("a node that says nothing of it speaks the protocol of this program")
	}
}
