package console

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"comity/fault"
)

// The operator's log holds no word that an officer typed: only what the node
// itself failed in is told in words.
func TestLogHoldsNothingTyped(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		told bool
	}{
		"refused input":    {fault.New(fault.Invalid, "no partner has the unit mx/semar/typed").At("typed").Fix("typed").Because(errors.New("typed")), false},
		"withheld":         {fault.New(fault.Withheld, "there is no typed"), false},
		"the node's fault": {fault.New(fault.Internal, "the disk is full").Because(errors.New("typed")), true},
		"a stranger":       {errors.New("typed"), true},
	} {
		var log bytes.Buffer
		d := &Desk{Services: Services{Log: slog.New(slog.NewJSONHandler(&log, nil))}}
		d.logFailure(context.Background(), signedCommand{Command: planItem, Officer: "ana"}, c.err)
		if strings.Contains(log.String(), "typed") != c.told || !strings.Contains(log.String(), `"officer":"ana"`) ||
			!strings.Contains(log.String(), fault.KindOf(c.err).String()) {
			t.Errorf("%s: %s", name, log.String())
		}
	}
}
