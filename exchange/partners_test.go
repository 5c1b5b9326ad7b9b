package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
)

func TestIntroduce(t *testing.T) {
	clock := &exchangetest.Clock{At: exchangetest.Start}
	us, mx := exchangetest.New(t, clock, "us/dea", "us/dea/mex"), exchangetest.New(t, clock, "mx/semar", "mx/semar/uin")
	admin := us.Staff.Actor("admin")
	i := exchangetest.Must(us.Introduce(ctx, admin, mx.Signed))(t)
	theirs := exchangetest.Must(mx.Introduce(ctx, mx.Staff.Actor("admin"), us.Signed))(t)
	if i.Known || len(i.Ours) != 8 || !slices.Equal(i.Ours, theirs.Theirs) || !slices.Equal(i.Theirs, theirs.Ours) || slices.Equal(i.Ours, i.Theirs) {
		t.Fatalf("%v %v", i, theirs)
	}
	_, err := us.Pin(ctx, admin, mx.Signed, false)
	wantKind(t, err, fault.Unapproved)
	if p, _ := us.Partners(ctx, admin); len(p) != 0 {
		t.Fatal("pinned without a word")
	}
	for _, who := range []party.Handle{"ana-1", "rel-1", "sec-1", "auditor"} {
		_, err := us.Pin(ctx, us.Staff.Actor(who), mx.Signed, true)
		wantKind(t, err, fault.Denied)
	}
	exchangetest.Must(us.Pin(ctx, admin, mx.Signed, true))(t)
	_, err = us.Pin(ctx, admin, mx.Signed, true)
	wantKind(t, err, fault.Stale)
}

// next makes mx's next card and gives it signed by keys.
func next(t *testing.T, mx *exchangetest.Node, change func(*message.Card), keys ...seal.SigningKey) []byte {
	t.Helper()
	c := mx.Card
	c.Units = slices.Clone(c.Units)
	change(&c)
	serial, prev := c.Serial, c.Prev
	c = exchangetest.Must(message.MakeCard(c, &mx.Card))(t)
	if serial != mx.Card.Serial {
		c.Serial = serial
	}
	if prev != mx.Card.Prev {
		c.Prev = prev
	}
	return exchangetest.Must(message.SignCard(c, keys...))(t)
}

func TestLaterCards(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	admin, fresh := us.Staff.Actor("admin"), newKey(t)
	for name, c := range map[string]struct {
		signed []byte
		kind   fault.Kind
	}{
		"another key altogether": {func() []byte {
			c := mx.Card
			c.Signing = fresh.Public()
			return exchangetest.Must(message.SignCard(c, fresh))(t)
		}(), fault.Forged},
		"next, but another key alone": {next(t, mx, func(c *message.Card) { c.Signing = fresh.Public() }, fresh), fault.Forged},
		"a serial too far":            {next(t, mx, func(c *message.Card) { c.Serial = 5 }, mx.Key), fault.Invalid},
		"another card before":         {next(t, mx, func(c *message.Card) { c.Prev = ref.Content(nil) }, mx.Key), fault.Forged},
		"the same again":              {mx.Signed, fault.Stale},
		"our own":                     {us.Signed, fault.Invalid},
		"nothing":                     {nil, fault.Invalid},
		"a page of letters":           {[]byte(strings.Repeat("x", message.MaxCard+1)), fault.TooLarge},
	} {
		_, err := us.Pin(ctx, admin, c.signed, true)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		// Nor over the link.
		if _, err := us.Follow(ctx, mx.Name, c.signed); err == nil {
			t.Errorf("%s: pinned over the link", name)
		}
	}
	other := exchangetest.New(t, us.Clock, "mx/fgr", "mx/fgr/seido")
	exchangetest.Introduce(us, other)
	theirs := next(t, other, func(c *message.Card) { c.Onward = true }, other.Key)
	_, err := us.Follow(ctx, mx.Name, theirs)
	wantKind(t, err, fault.Forged)
	_, err = us.Follow(ctx, "mx/none", theirs)
	wantKind(t, err, fault.Withheld)
	exchangetest.Must(us.Follow(ctx, other.Name, theirs))(t)
	// Somebody else's key under a new name.
	c := exchangetest.New(t, us.Clock, "mx/gn", "mx/gn/intel").Card
	c.Signing = mx.Card.Signing
	_, err = us.Introduce(ctx, admin, exchangetest.Must(message.SignCard(c, mx.Key))(t))
	wantKind(t, err, fault.Forged)

	// The next card needs nobody's word, and may bring a new key if the old
	// one has signed it too.
	signed := next(t, mx, func(c *message.Card) { c.Signing = fresh.Public() }, fresh, mx.Key)
	p := exchangetest.Must(us.Pin(ctx, admin, signed, false))(t)
	if p.Card.Serial != 2 || p.Card.Signing != fresh.Public() {
		t.Fatalf("pinned %+v", p.Card)
	}
}

// What a lost key cannot open goes out again for the new one, as a message of
// its own that names the refused one, whichever comes first: the new card or
// the refusal.
func TestAfterAChangeOfKeys(t *testing.T) {
	for _, cardFirst := range []bool{true, false} {
		us, mx := exchangetest.Pair(t)
		i := report(t, us)
		us.Peers["mx/semar"] = exchangetest.Down{}
		released(t, us, toUIN(i))
		if err := us.Flush(ctx); err == nil {
			t.Fatal("delivered to a node that is down") // but sealed
		}
		lost := exchangetest.Must(seal.NewSealingKey())(t)
		mx.Keys["mx/semar/uin"] = []seal.SealingKey{lost}
		signed := next(t, mx, func(c *message.Card) { c.Units[0].Sealing = lost.Public() }, mx.Key)
		mx.Card = exchangetest.Must(message.ParseCard(signed))(t)
		pin := func() { exchangetest.Must(us.Pin(ctx, us.Staff.Actor("admin"), signed, false))(t) }
		if cardFirst {
			pin()
		}
		us.Peers["mx/semar"] = exchangetest.Wire{From: "us/dea", To: mx}
		flush(t, us)
		if !cardFirst {
			if l, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID); l.Lines[0].Stage != exchange.Rejected || l.Lines[0].Reason != message.ReasonUnsealed {
				t.Fatalf("%+v", l.Lines[0])
			}
			pin()
			flush(t, us)
		}
		if l, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID); l.Lines[0].Stage != exchange.Delivered {
			t.Fatalf("card first %v: %+v", cardFirst, l.Lines[0])
		}
		if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
			t.Fatalf("%d letters", len(l))
		}
	}
}

// A unit that a card no longer names stalls nothing.
func TestUnitGone(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Marking.Rel = []party.Pattern{"mx/semar/*"} })
	a := toUIN(i)
	a.To[0].Except[2] = intel.Withheld
	released(t, us, a)
	a.To[0].Party = "mx/semar/ops"
	released(t, us, a)
	signed := next(t, mx, func(c *message.Card) { c.Units = c.Units[1:] }, mx.Key)
	mx.Card = exchangetest.Must(message.ParseCard(signed))(t)
	exchangetest.Must(us.Pin(ctx, us.Staff.Actor("admin"), signed, false))(t)
	flush(t, us)
	trail, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID)
	if trail.Lines[0].Reason != message.ReasonUnit || trail.Lines[1].Stage != exchange.Delivered {
		t.Fatalf("%+v", trail.Lines)
	}
}

func TestSuspendRefusals(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	for _, who := range []party.Handle{"ana-1", "rel-1", "auditor"} {
		_, err := us.Suspend(ctx, us.Staff.Actor(who), "mx/semar", "")
		wantKind(t, err, fault.Denied)
		_, err = us.Resume(ctx, us.Staff.Actor(who), "mx/semar", "")
		wantKind(t, err, fault.Denied)
	}
	_, err := us.Suspend(ctx, us.Staff.Actor("admin"), "mx/gn", "")
	wantKind(t, err, fault.Withheld)
	exchangetest.Must(us.Suspend(ctx, us.Staff.Actor("admin"), "mx/semar", "a doubt"))(t)
	released(t, us, toUIN(report(t, us)))
	flush(t, us)
	if len(mx.Store.Records) != 1 {
		t.Fatal("sent over a suspended link")
	}
	exchangetest.Must(us.Resume(ctx, us.Staff.Actor("admin"), "mx/semar", ""))(t)
	flush(t, us)
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
		t.Fatal("what waited did not go out")
	}
}
