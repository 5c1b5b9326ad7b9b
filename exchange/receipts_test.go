package exchange_test

import (
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// receiptsFrom makes a receipts message of mx/semar for us/dea by hand.
func receiptsFrom(t *testing.T, mx, us *exchangetest.Node, receipts ...record.Receipt) message.Message {
	t.Helper()
	p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t)
	unit := us.Card.Units[0]
	s := message.Statement{Protocol: 1, From: mx.Name, To: us.Name, Sequence: p.In.Sequence + 1, Audience: []party.Name{unit.Name},
		Keys: []ref.Hash{unit.Sealing.Fingerprint()}, Created: wire.At(mx.Clock.Now()), Kind: message.ReceiptsStatement,
		Body: exchangetest.Must(wire.Encode(message.Receipts{Receipts: receipts}))(t)}
	f := &forger{t: t, us: mx, mx: us, key: mx.Key, inner: mx.Key, st: s, to: []seal.Recipient{unit.Sealing},
		envelope: message.Envelope{Protocol: 1, From: mx.Name, To: us.Name, Sequence: s.Sequence, Prev: p.In.Hash}}
	return f.message()
}

// A receipt counts only if the partner signed it, its ledger holds it, and it
// is about a cut that this partner was sent. One that does not spoils its
// message.
func TestReceiptsRefused(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	clock := us.Clock
	gn := exchangetest.New(t, clock, "mx/gn", "mx/gn/intel")
	exchangetest.Introduce(us, gn)
	i := report(t, us)
	cut := released(t, us, toUIN(i)).Cuts[0]
	flush(t, us)
	good := exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), cut.Cut.ID.String(), true))(t).Record

	// gn's own ledger says that it read mx/semar's cut.
	claim := func(n *exchangetest.Node, change func(*record.Record)) record.Receipt {
		t.Helper()
		r := record.Record{Kind: record.ReadBy, At: wire.At(clock.Now()), Node: n.Name, Unit: n.Card.Units[0].Name, Officer: "ana-1", Other: us.Name, Cut: cut.Cut.ID, CutHash: cut.Hash}
		change(&r)
		return n.Claim(r)
	}
	resigned := good
	resigned.Record = exchangetest.Must(seal.Sign(record.PayloadType, good.Record.Payload, newKey(t)))(t)
	moved := good
	moved.Evidence.Index++
	unsalted := good
	unsalted.Evidence.Salt[0]++
	fat := good // signatures that nobody asks for are not counted, but they are kept
	for _, id := range []string{"a", "b"} {
		fat.Record.Signatures = append(slices.Clone(fat.Record.Signatures), seal.Signature{KeyID: id, Sig: make([]byte, 4000)})
	}
	other := claim(mx, func(*record.Record) {})
	swapped := good
	swapped.Evidence = other.Evidence

	for name, c := range map[string]struct {
		from     *exchangetest.Node
		receipts []record.Receipt
	}{
		"none":                            {mx, nil},
		"signed by somebody else":         {mx, []record.Receipt{resigned}},
		"another place in the ledger":     {mx, []record.Receipt{moved}},
		"another salt":                    {mx, []record.Receipt{unsalted}},
		"another record's proof":          {mx, []record.Receipt{swapped}},
		"another partner's receipt":       {gn, []record.Receipt{good}},
		"another partner's cut":           {gn, []record.Receipt{claim(gn, func(*record.Record) {})}},
		"for another node":                {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Node = "mx/gn" })}},
		"a cut that nobody sent":          {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Cut[0]++ })}},
		"another hash":                    {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.CutHash[0]++ })}},
		"somebody else's unit":            {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Unit = "us/dea/mex" })}},
		"a unit of a like name":           {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Unit = "mx/semar2/uin" })}},
		"given to somebody else":          {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Other = "gb/nca" })}},
		"passed on to nobody":             {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind, r.Officer, r.Other = record.Onward, "", "" })}},
		"passed on by an officer":         {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind, r.Other = record.Onward, "mx/sre" })}},
		"delivered by an officer":         {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind = record.Deliver })}},
		"an item of its own":              {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Item[0] = 9 })}},
		"a plan":                          {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Plan[0] = 9 })}},
		"promises":                        {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Promises = []string{"1 NOFWD mx/sre"} })}},
		"a code":                          {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Code = "late" })}},
		"a rule for a reading":            {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Rule = "x/y" })}},
		"another purpose":                 {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Purpose = "another" })}},
		"a kind that is no receipt":       {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind = record.Override })}},
		"a yes to what asked for nothing": {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind, r.Officer = record.Authorise, "" })}},
		"a no to what asked for nothing":  {mx, []record.Receipt{claim(mx, func(r *record.Record) { r.Kind, r.Officer, r.Code = record.Unauthorised, "", "trust" })}},
		"larger than it need be":          {mx, []record.Receipt{fat}},
		"a good one beside a bad one":     {mx, []record.Receipt{good, moved}},
		"more than fit":                   {mx, repeat(good, message.MaxReceipts+1)},
	} {
		t.Run(name, func(t *testing.T) {
			a := answered(t, us, exchangetest.Must(us.Receive(ctx, c.from.Name, receiptsFrom(t, c.from, us, c.receipts...)))(t))
			if a.Reason != message.ReasonMalformed {
				t.Fatalf("answer %+v", a)
			}
			if trail, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID); len(trail.Lines[0].Receipts) != 1 {
				t.Fatal("a bad receipt was kept")
			}
		})
	}
	// A clock may be wrong by five minutes, and onward names the third party.
	early := claim(mx, func(r *record.Record) { r.At = r.At.Add(-5 * time.Minute) })
	onward := claim(mx, func(r *record.Record) {
		r.Kind, r.Officer, r.Other, r.Rule, r.At = record.Onward, "", "mx/sre", "x/y", r.At.Add(5*time.Minute)
	})
	a := answered(t, us, exchangetest.Must(us.Receive(ctx, mx.Name, receiptsFrom(t, mx, us, good, early, onward)))(t))
	if a.Outcome != message.Accepted || a.Receipt != nil {
		t.Fatalf("the good one: %+v", a)
	}
	// A clock that cannot be right loses no receipt: it counts as of when it came,
	// and the trail says so.
	before := claim(mx, func(r *record.Record) { r.At = r.At.Add(-5*time.Minute - time.Second) })
	after := claim(mx, func(r *record.Record) { r.At = r.At.Add(30 * 24 * time.Hour) })
	if a := answered(t, us, exchangetest.Must(us.Receive(ctx, mx.Name, receiptsFrom(t, mx, us, before, after)))(t)); a.Outcome != message.Accepted {
		t.Fatalf("of a wrong clock: %+v", a)
	}
	trail := exchangetest.Must(us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID))(t)
	came := 0
	for _, r := range trail.Lines[0].Receipts {
		if !r.Came.IsZero() && r.Came == wire.At(clock.Now()) && r.Came != r.At {
			came++
		}
	}
	if came != 2 {
		t.Errorf("%d receipts are said to be of a wrong clock: %+v", came, trail.Lines[0].Receipts)
	}
}

func repeat(r record.Receipt, n int) []record.Receipt {
	list := make([]record.Receipt, n)
	for i := range list {
		list[i] = r
	}
	return list
}

// A reading's receipt tells the highest form that this officer could read:
// what was hidden has not been read.
func TestReadingsForm(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	uin := []party.Pattern{"mx/semar/uin"}
	eyes := []intel.Caveat{{Code: intel.EYES, Arg: "mx/semar/uin#ana-1,us/dea/mex#rel-1"}}
	i := exchangetest.Must(us.Desk.Import(ctx, us.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Portions: []intel.Portion{
		{Kind: intel.Fact, Text: "Two boats.", Substitute: "Boats.", Marking: intel.Marking{Rel: uin}},
		{Kind: intel.Fact, Text: "A clerk.", Marking: intel.Marking{Rel: uin, Caveats: eyes}}}}))(t)
	ask := exchange.Ask{Item: i.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Copy, Except: map[int]intel.Form{1: intel.Substitute}}}}
	cut := released(t, us, ask).Cuts[0].Cut.ID.String()
	flush(t, us)
	for who, want := range map[party.Handle]intel.Form{"ana-1": intel.Copy, "rel-1": intel.Substitute} {
		o := exchangetest.Must(mx.Read(ctx, mx.Staff.Actor(who), cut, true))(t)
		if r := exchangetest.Must(record.Parse(o.Record.Record.Payload))(t); r.Form != want || r.Scope.Content != want.Content() {
			t.Errorf("%s read %s, and the receipt says %s", who, want, r.Form)
		}
	}
}

// A partner can give receipts without end, but not so many that nobody can
// look at the trail any more.
func TestReceiptsWithoutEnd(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	cut := released(t, us, toUIN(i)).Cuts[0]
	flush(t, us)
	rel := us.Staff.Actor("rel-1")
	read := func() record.Receipt {
		return exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), cut.Cut.ID.String(), true))(t).Record
	}
	receive := func(r record.Receipt) message.Answer {
		return answered(t, us, exchangetest.Must(us.Receive(ctx, mx.Name, receiptsFrom(t, mx, us, r)))(t))
	}
	if a := receive(read()); a.Outcome != message.Accepted {
		t.Fatalf("%+v", a)
	}
	us.Store.Repeat(exchange.MaxKept - 3)
	if a := receive(read()); a.Outcome != message.Accepted {
		t.Fatalf("the last that fits: %+v", a)
	}
	if a := receive(read()); a.Reason != message.ReasonMalformed {
		t.Fatalf("one too many: %+v", a)
	}
	line := exchangetest.Must(us.Trail(ctx, rel, i.ID))(t).Lines[0]
	shown := line.Receipts
	if len(shown) != 200 || line.Between != exchange.MaxKept-200 || shown[0].N != 1 || shown[0].Kind != record.Deliver || shown[199].N != exchange.MaxKept || line.Stage != exchange.WasRead {
		t.Fatalf("%d receipts, %d between, %s", len(shown), line.Between, line.Stage)
	}
	exchangetest.Must(us.Receipt(ctx, rel, cut.Cut.ID, exchange.MaxKept))(t)
	_, err := us.Receipt(ctx, rel, cut.Cut.ID, exchange.MaxKept+1)
	wantKind(t, err, fault.Withheld)
}
