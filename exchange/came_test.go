package exchange_test

import (
	"slices"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
)

// Whoever wants to know is told of each cut once it is committed: not of receipts,
// of what is refused, or of what comes again.
func TestToldOfWhatCame(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	var told []exchange.Came
	mx.Config.Arrived = func(c exchange.Came) { told = append(told, c) }
	us.Config.Arrived = func(c exchange.Came) { t.Errorf("told of a receipt: %+v", c) }
	list := messages(t, us, mx, 2)
	if _, err := mx.ReceiveRun(ctx, us.Name, list...); err != nil {
		t.Fatal(err)
	}
	if _, err := mx.ReceiveRun(ctx, us.Name, list...); err != nil { // the same once more
		t.Fatal(err)
	}
	mx.Store.Fail = fault.New(fault.Internal, "the disk is full")
	if _, err := mx.ReceiveRun(ctx, us.Name, messages(t, us, mx, 3)[2]); err == nil {
		t.Fatal("it was taken in on a full disk")
	}
	mx.Store.Fail = nil
	if len(told) != 2 || told[0].Partner != us.Name || told[0].What != "cut" || told[0].At.IsZero() || told[0].Cut == told[1].Cut {
		t.Fatalf("told of %+v", told)
	}
	letters, err := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), told[1].Cut, 0)
	if err != nil || !slices.ContainsFunc(letters, func(l exchange.Letter) bool { return l.Cut == told[0].Cut }) {
		t.Fatalf("%+v, %v", letters, err)
	}
	if _, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), told[0].Cut.String(), true); err != nil {
		t.Fatal(err)
	}
	flush(t, mx) // the receipt of the reading goes to us
}
