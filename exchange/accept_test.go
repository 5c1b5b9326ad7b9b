package exchange_test

import (
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/intel"
	"comity/message"
	"comity/release"
)

// A cut that comes under the id of one that went out from here would stand in
// its place: its sender would be told what is done about the other.
func TestCutUnderASentID(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	mx.Card.Onward = true
	mine := exchangetest.Must(mx.Desk.Import(ctx, mx.Staff.Actor("ana-1"), draftTo("us/dea/mex")))(t)
	sent := released(t, mx, exchange.Ask{Item: mine.ID, To: []exchange.To{{Party: "us/dea/mex", Form: intel.Copy}}}).Cuts[0].Cut
	f := forge(t, us, mx)
	f.st.Body = cutBody(t, func(c *release.Cut) { c.ID = sent.ID })
	a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", f.message()))(t))
	if a.Outcome != message.Refused || a.Reason != message.ReasonMalformed {
		t.Fatalf("%+v", a)
	}
}
