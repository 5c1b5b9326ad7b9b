package exchange_test

import (
	"comity/holdings"
	"comity/ref"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/wire"
)

func TestReleaseRefusals(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	ask := func(change func(*exchange.Ask)) exchange.Ask {
		a := toUIN(i)
		change(&a)
		return a
	}
	to := func(p party.Name, f intel.Form) func(*exchange.Ask) {
		return func(a *exchange.Ask) {
			a.To = []exchange.To{{Party: p, Form: f, Except: map[int]intel.Form{3: intel.Withheld}}}
		}
	}
	for name, c := range map[string]struct {
		who  party.Handle
		ask  exchange.Ask
		kind fault.Kind
	}{
		"an analyst sends":         {"ana-1", toUIN(i), fault.Denied},
		"a security officer sends": {"sec-1", toUIN(i), fault.Denied},
		"an admin sends":           {"admin", toUIN(i), fault.Denied},
		"an item that is not":      {"rel-1", ask(func(a *exchange.Ask) { a.Item[0]++ }), fault.Withheld},
		"nobody":                   {"rel-1", ask(func(a *exchange.Ask) { a.To = nil }), fault.Invalid},
		"twice the same":           {"rel-1", ask(func(a *exchange.Ask) { a.To = append(a.To, a.To[0]) }), fault.Invalid},
		"a unit of no partner":     {"rel-1", ask(to("mx/gn/unit", intel.Copy)), fault.Invalid},
		"a node, not a unit":       {"rel-1", ask(to("mx/semar", intel.Copy)), fault.Invalid},
		"a unit the node has not":  {"rel-1", ask(to("mx/semar/new", intel.Copy)), fault.Invalid},
		"our own unit":             {"rel-1", ask(to("us/dea/mex", intel.Copy)), fault.Invalid},
		"nothing at all":           {"rel-1", ask(to("mx/semar/uin", intel.Withheld)), fault.Invalid},
		"a substitute that is not": {"rel-1", ask(to("mx/semar/uin", intel.Substitute)), fault.Invalid},
		"a portion that is not":    {"rel-1", ask(func(a *exchange.Ask) { a.To[0].Except[9] = intel.Copy }), fault.Invalid},
		"other packs":              {"rel-1", ask(func(a *exchange.Ask) { a.Packs = []string{"mx-statute-2020"} }), fault.Invalid},
		"another time":             {"rel-1", ask(func(a *exchange.Ask) { a.At = wire.At(exchangetest.Start) }), fault.Invalid},
		"a promise broken":         {"rel-1", ask(func(a *exchange.Ask) { a.To[0].Except[3] = intel.Copy }), fault.Blocked},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(us.Store.Records)
			_, err := us.Release(ctx, us.Staff.Actor(c.who), c.ask, "")
			if name == "a unit the node has not" || name == "a unit of no partner" || name == "a node, not a unit" {
				if err == nil {
					t.Fatal("released")
				}
			} else {
				wantKind(t, err, c.kind)
			}
			if len(us.Store.Records) != before {
				t.Fatal("a refused release left a record")
			}
		})
	}
	flush(t, us)
	if len(mx.Store.Records) != 1 {
		t.Fatal("something was sent")
	}
}

// What is sent is the plan that was looked at, at whatever time; what it has become
// since is shown instead.
func TestReleaseOfWhatWasShown(t *testing.T) {
	for name, c := range map[string]struct {
		change func(us *exchangetest.Node, i intel.Item, a *exchange.Ask)
		stale  bool
	}{
		"nothing changed": {func(*exchangetest.Node, intel.Item, *exchange.Ask) {}, false},
		"later": {func(us *exchangetest.Node, _ intel.Item, _ *exchange.Ask) {
			us.Clock.At = us.Clock.At.Add(5 * time.Hour)
		}, false},
		"the text": {func(us *exchangetest.Node, i intel.Item, _ *exchange.Ask) {
			us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Text = "Three boats." })
		}, true},
		"a marking": {func(us *exchangetest.Node, i intel.Item, _ *exchange.Ask) {
			us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Marking.Rel = nil })
		}, true},
		"a pack":            {func(us *exchangetest.Node, _ intel.Item, _ *exchange.Ask) { us.Laws = []string{"mx-statute-2020"} }, true},
		"a form":            {func(_ *exchangetest.Node, _ intel.Item, a *exchange.Ask) { a.To[0].Except[2] = intel.Withheld }, true},
		"another recipient": {func(_ *exchangetest.Node, _ intel.Item, a *exchange.Ask) { a.To[0].Party = "mx/semar/ops" }, true},
		"one never":         {func(_ *exchangetest.Node, _ intel.Item, a *exchange.Ask) { a.Never = []intel.Bar{{Parties: "mx/sspc"}} }, true},
		"another likeness":  {func(_ *exchangetest.Node, _ intel.Item, a *exchange.Ask) { a.Shown[0]++ }, true},
		"a promise broken":  {func(_ *exchangetest.Node, _ intel.Item, a *exchange.Ask) { a.To[0].Except[3] = intel.Copy }, true},
	} {
		for _, reason := range []string{"", "a life"} {
			us, _ := exchangetest.Pair(t)
			i := report(t, us)
			a := toUIN(i)
			plan, _, err := us.Plan(ctx, us.Staff.Actor("rel-1"), a)
			if err != nil {
				t.Fatal(err)
			}
			if a.Shown, err = plan.Likeness(); err != nil {
				t.Fatal(err)
			}
			c.change(us, i, &a)
			before := len(us.Store.Records)
			_, err = us.Release(ctx, us.Staff.Actor("rel-1"), a, reason)
			var now *exchange.Changed
			if c.stale != errors.As(err, &now) || c.stale && !fault.Is(err, fault.Stale) || !c.stale && err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if c.stale && (len(us.Store.Records) != before || now == nil || now.Plan.Item != i.ID) {
				t.Errorf("%s left a record, or shows %+v", name, now)
			}
		}
	}
}

// Rooms can be planned and not released.
func TestRoom(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	a := toUIN(report(t, us))
	a.To[0].Except[1] = intel.Room
	if _, _, err := us.Plan(ctx, us.Staff.Actor("ana-1"), a); err != nil {
		t.Fatal(err)
	}
	_, err := us.Release(ctx, us.Staff.Actor("rel-1"), a, "")
	wantKind(t, err, fault.Unsupported)
}

// Nobody sends what they may not read: by default it is withheld, and asked
// for by its number it is refused.
func TestHiddenPortionsAreWithheld(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	us.Desk.Change(i.ID, func(i *intel.Item) {
		i.Author = "someone"
		i.Portions[1].Marking = intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}, Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/mex#ana-1"}}}
	})
	a := toUIN(i)
	_, err := us.Release(ctx, us.Staff.Actor("rel-1"), a, "")
	wantKind(t, err, fault.Denied)
	delete(a.To[0].Except, 2)
	r := released(t, us, a)
	if r.Plan.Recipients[0].Forms[1] != intel.Withheld || len(r.Cuts[0].Cut.Portions) != 1 {
		t.Fatalf("forms %v", r.Plan.Recipients[0].Forms)
	}
	view := us.Desk
	if v, _ := view.Item(ctx, us.Staff.Actor("ana-1"), i.ID); v.Hash != r.Plan.ItemHash {
		t.Fatal("the plan is not about the version as it stands")
	}
	flush(t, us)
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID, 0); len(l) != 0 {
		t.Fatal("the cursor is not a cursor")
	}
}

// pending makes a blocked plan of rel-1's that waits.
func pending(t *testing.T, us *exchangetest.Node) (intel.Item, exchange.PendingPlan) {
	t.Helper()
	i := report(t, us)
	a := toUIN(i)
	a.To[0].Except[3] = intel.Copy
	var blocked *exchange.Blocked
	if _, err := us.Release(ctx, us.Staff.Actor("rel-1"), a, ""); !errors.As(err, &blocked) || len(blocked.Plan.Conflicts) == 0 {
		t.Fatalf("not blocked with its plan: %v", err)
	}
	var u *exchange.Unapproved
	_, err := us.Release(ctx, us.Staff.Actor("rel-1"), a, "a life is in danger")
	if !errors.As(err, &u) || u.Hash != blocked.Hash {
		t.Fatalf("does not wait: %v", err)
	}
	wantKind(t, err, fault.Unapproved)
	p, err := us.Pending(ctx, us.Staff.Actor("two-1"), u.Hash.Short())
	if err != nil || p.Reason != "a life is in danger" || p.Maker != "rel-1" {
		t.Fatalf("pending: %+v %v", p, err)
	}
	return i, p
}

func approve(t *testing.T, us *exchangetest.Node, p exchange.PendingPlan, who party.Handle) error {
	t.Helper()
	e := us.Staff.Sign(t, who, record.ApprovalType, exchange.ApprovalOf(p, "us/dea", who, wire.At(us.Clock.Now())))
	_, err := us.Approve(ctx, us.Staff.Actor(who), p.Hash.Short(), e)
	return err
}

// A blocked plan goes out with a reason and a second officer's signature,
// once, and all of it is on record.
func TestOverride(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	_, p := pending(t, us)
	hash := p.Hash.String()
	_, err := us.ReleasePlan(ctx, us.Staff.Actor("rel-1"), hash)
	wantKind(t, err, fault.Unapproved)
	if err := approve(t, us, p, "sec-1"); err != nil {
		t.Fatal(err)
	}
	us.Clock.At = us.Clock.At.Add(time.Hour)
	r, err := us.ReleasePlan(ctx, us.Staff.Actor("rel-1"), hash)
	if err != nil || r.Hash != p.Hash {
		t.Fatal(err)
	}
	var override record.Record
	for _, b := range us.Store.Records {
		if rec, _ := record.Parse(b); rec.Kind == record.Override {
			override = rec
		}
	}
	if override.Plan != p.Hash || override.Subject != exchange.ReasonHash(p.Reason) || len(override.Promises) == 0 || override.Officer != "rel-1" {
		t.Fatalf("the override on record: %+v", override)
	}
	flush(t, us)
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), [16]byte{}, 0); len(l) != 1 {
		t.Fatal("not delivered")
	}
	_, err = us.ReleasePlan(ctx, us.Staff.Actor("rel-1"), hash)
	wantKind(t, err, fault.Stale)
	wantKind(t, approve(t, us, p, "two-1"), fault.Stale)
}

// hiding are holdings of which an officer may know nothing.
type hiding struct{ exchange.Items }

func (hiding) Version(context.Context, party.Actor, ref.ItemID, int) (holdings.View, error) {
	return holdings.View{}, fault.New(fault.Withheld, "no")
}

// Of a plan about what they may not know of, whoever reads in the unit is told nothing;
// whoever made it, reads nothing, or approves it from a unit above is told.
func TestWhoIsToldOfAPlan(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	_, p := pending(t, us)
	c := us.Config
	c.Items = hiding{c.Items}
	us.Exchange = exchange.New(c)
	reads := func(h party.Handle, unit party.Name) party.Actor {
		a := us.Staff.Actor(h)
		a.Unit, a.Roles = unit, []party.Role{party.Analyst, party.Release}
		return a
	}
	for name, tt := range map[string]struct {
		who  party.Actor
		told bool
	}{
		"who made it":                  {reads("rel-1", p.Unit), true},
		"who reads nothing":            {us.Staff.Actor("sec-1"), true},
		"who reads in the unit":        {reads("two-1", p.Unit), false},
		"who reads in a unit above":    {reads("two-1", "us/dea"), true},
		"who reads in another unit":    {reads("two-1", "us/dea/other"), false},
		"who reads in a unit below it": {reads("two-1", p.Unit+"/x"), false},
	} {
		_, err := us.Pending(ctx, tt.who, p.Hash.String())
		if tt.told != (err == nil) || err != nil && !fault.Is(err, fault.Withheld) {
			t.Errorf("%s: %v", name, err)
		}
		list, err := us.Waiting(ctx, tt.who)
		if err != nil || tt.who.Unit == p.Unit && tt.told != (len(list) == 1) {
			t.Errorf("%s: %d plans are listed (%v)", name, len(list), err)
		}
	}
}

func TestApproveRefusals(t *testing.T) {
	now := wire.At(exchangetest.Start)
	for name, c := range map[string]struct {
		who, signer party.Handle
		change      func(*record.Approval)
		kind        fault.Kind
	}{
		"oneself":                      {"rel-1", "rel-1", nil, fault.Denied},
		"an analyst":                   {"ana-1", "ana-1", nil, fault.Denied},
		"an auditor":                   {"auditor", "auditor", nil, fault.Denied},
		"an admin":                     {"admin", "admin", nil, fault.Denied},
		"the maker's signature":        {"two-1", "rel-1", nil, fault.Denied},
		"somebody else's signature":    {"two-1", "sec-1", func(a *record.Approval) { a.Officer = "sec-1" }, fault.Forged},
		"another name than the signer": {"two-1", "two-1", func(a *record.Approval) { a.Officer = "sec-1" }, fault.Forged},
		"another plan":                 {"two-1", "two-1", func(a *record.Approval) { a.Plan[0]++ }, fault.Forged},
		"another reason":               {"two-1", "two-1", func(a *record.Approval) { a.Reason = exchange.ReasonHash("because") }, fault.Forged},
		"another node":                 {"two-1", "two-1", func(a *record.Approval) { a.Node = "mx/semar" }, fault.Forged},
		"a dissent":                    {"two-1", "two-1", func(a *record.Approval) { a.Answer, a.Words = record.Dissents, a.Reason }, fault.Forged},
		"words of its own":             {"two-1", "two-1", func(a *record.Approval) { a.Words = a.Reason }, fault.Invalid},
		"no answer":                    {"two-1", "two-1", func(a *record.Approval) { a.Answer = "" }, fault.Invalid},
		"a passkey's members":          {"two-1", "two-1", func(a *record.Approval) { a.Origin, a.Nonce = "https://desk.example", strings.Repeat("x", 43) }, fault.Invalid},
		"no reason":                    {"two-1", "two-1", func(a *record.Approval) { a.Reason = [32]byte{} }, fault.Forged},
		"signed before the plan":       {"two-1", "two-1", func(a *record.Approval) { a.At = now.Add(-time.Second) }, fault.Stale},
		"signed tomorrow":              {"two-1", "two-1", func(a *record.Approval) { a.At = now.Add(24 * time.Hour) }, fault.Stale},
	} {
		t.Run(name, func(t *testing.T) {
			us, _ := exchangetest.Pair(t)
			_, p := pending(t, us)
			a := exchange.ApprovalOf(p, "us/dea", c.signer, wire.At(us.Clock.Now()))
			if c.change != nil {
				c.change(&a)
			}
			_, err := us.Approve(ctx, us.Staff.Actor(c.who), p.Hash.String(), us.Staff.Sign(t, c.signer, record.ApprovalType, a))
			wantKind(t, err, c.kind)
			_, err = us.ReleasePlan(ctx, us.Staff.Actor("rel-1"), p.Hash.String())
			wantKind(t, err, fault.Unapproved)
		})
	}
	t.Run("another unit", func(t *testing.T) {
		us, _ := exchangetest.Pair(t)
		_, p := pending(t, us)
		stranger := us.Staff.Actor("two-1")
		stranger.Unit = "us/dea/other"
		_, err := us.Approve(ctx, stranger, p.Hash.String(), us.Staff.Sign(t, "two-1", record.ApprovalType, exchange.ApprovalOf(p, "us/dea", "two-1", now)))
		wantKind(t, err, fault.Withheld)
	})
	t.Run("another type of payload", func(t *testing.T) {
		us, _ := exchangetest.Pair(t)
		_, p := pending(t, us)
		_, err := us.Approve(ctx, us.Staff.Actor("two-1"), p.Hash.String(), us.Staff.Sign(t, "two-1", message.CardType, exchange.ApprovalOf(p, "us/dea", "two-1", now)))
		wantKind(t, err, fault.Forged)
	})
	t.Run("two signatures", func(t *testing.T) {
		us, _ := exchangetest.Pair(t)
		_, p := pending(t, us)
		e := us.Staff.Sign(t, "two-1", record.ApprovalType, exchange.ApprovalOf(p, "us/dea", "two-1", now))
		e.Signatures = append(e.Signatures, seal.Signature{KeyID: "x", Sig: []byte("x")})
		_, err := us.Approve(ctx, us.Staff.Actor("two-1"), p.Hash.String(), e)
		wantKind(t, err, fault.Forged)
	})
	t.Run("no such plan", func(t *testing.T) {
		us, _ := exchangetest.Pair(t)
		_, err := us.Pending(ctx, us.Staff.Actor("two-1"), "000000000000")
		wantKind(t, err, fault.Withheld)
	})
}

// What was approved is sent as it was approved, by somebody else than
// approved it, soon, or not at all.
func TestReleasePlanRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		who    party.Handle
		change func(t *testing.T, us *exchangetest.Node, i intel.Item, p exchange.PendingPlan)
		kind   fault.Kind
	}{
		"the approver sends": {"two-1", nil, fault.Denied},
		"an analyst sends":   {"ana-1", nil, fault.Denied},
		"after a day": {"rel-1", func(_ *testing.T, us *exchangetest.Node, _ intel.Item, _ exchange.PendingPlan) {
			us.Clock.At = us.Clock.At.Add(exchange.PlanLife + time.Second)
		}, fault.Expired},
		"the approver has left": {"rel-1", func(_ *testing.T, us *exchangetest.Node, _ intel.Item, _ exchange.PendingPlan) {
			us.Staff.Dismiss("two-1")
		}, fault.Forged},
		"the text has changed": {"rel-1", func(_ *testing.T, us *exchangetest.Node, i intel.Item, _ exchange.PendingPlan) {
			us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Text = "Three boats." })
		}, fault.Stale},
		"a marking has changed": {"rel-1", func(_ *testing.T, us *exchangetest.Node, i intel.Item, _ exchange.PendingPlan) {
			us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Marking.Rel = nil })
		}, fault.Stale},
		"a pack has come": {"rel-1", func(_ *testing.T, us *exchangetest.Node, _ intel.Item, _ exchange.PendingPlan) {
			us.Laws = []string{"mx-statute-2020"}
		}, fault.Stale},
		"the reason was changed in the store": {"rel-1", func(_ *testing.T, us *exchangetest.Node, _ intel.Item, p exchange.PendingPlan) {
			us.Store.Tamper(p.Hash, func(p *exchange.PendingPlan) { p.Reason = "no reason" })
		}, fault.Forged},
		"the approval of another plan": {"rel-1", func(t *testing.T, us *exchangetest.Node, _ intel.Item, p exchange.PendingPlan) {
			_, q := pending(t, us)
			if err := approve(t, us, q, "two-1"); err != nil {
				t.Fatal(err)
			}
			q, _ = us.Pending(ctx, us.Staff.Actor("two-1"), q.Hash.String())
			us.Store.Tamper(p.Hash, func(p *exchange.PendingPlan) { p.Approval = q.Approval })
		}, fault.Forged},
		"an approval of before they were proven": {"rel-1", func(t *testing.T, us *exchangetest.Node, _ intel.Item, p exchange.PendingPlan) {
			b, err := wire.Encode(us.Staff.Sign(t, "two-1", record.ApprovalType, exchange.ApprovalOf(p, "us/dea", "two-1", wire.At(us.Clock.Now()))))
			if err != nil {
				t.Fatal(err)
			}
			us.Store.Tamper(p.Hash, func(p *exchange.PendingPlan) { p.Approval = b })
			if list, err := us.Proofs(ctx, us.Staff.Actor("two-1"), p.Hash.String()); err != nil || len(list) != 0 {
				t.Errorf("proven are %q, %v", list, err)
			}
		}, fault.Stale},
		"another recipient in the store": {"rel-1", func(_ *testing.T, us *exchangetest.Node, _ intel.Item, p exchange.PendingPlan) {
			us.Store.Tamper(p.Hash, func(p *exchange.PendingPlan) { p.Plan.Recipients[0].Party = "mx/semar/ops" })
		}, fault.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			us, _ := exchangetest.Pair(t)
			i, p := pending(t, us)
			if err := approve(t, us, p, "two-1"); err != nil {
				t.Fatal(err)
			}
			if c.change != nil {
				c.change(t, us, i, p)
			}
			_, err := us.ReleasePlan(ctx, us.Staff.Actor(c.who), p.Hash.String())
			wantKind(t, err, c.kind)
			if l, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID); len(l.Lines) != 0 {
				t.Fatal("something was sent")
			}
		})
	}
}

// A second version goes into the recipient's own series, and recipients have
// nothing in common that would show them to each other.
func TestSeries(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	i := report(t, us)
	us.Desk.Change(i.ID, func(i *intel.Item) { i.Portions[0].Marking.Rel = []party.Pattern{"mx/semar/*"} })
	a := toUIN(i)
	a.To[0].Except[2] = intel.Withheld
	one := released(t, us, a).Cuts[0]
	two := released(t, us, a).Cuts[0]
	if two.Cut.Series != one.Cut.Series || two.Cut.Version != 2 || two.Cut.Prev != one.Hash {
		t.Fatalf("second cut %+v", two.Cut)
	}
	a.To[0].Party = "mx/semar/ops"
	other := released(t, us, a).Cuts[0]
	if other.Cut.Series == one.Cut.Series || other.Cut.Version != 1 || other.Cut.ID == one.Cut.ID || other.Hash == one.Hash {
		t.Fatalf("another recipient's cut %+v", other.Cut)
	}
}

func dissent(t *testing.T, us *exchangetest.Node, p exchange.PendingPlan, who party.Handle, change func(*record.Approval)) error {
	t.Helper()
	a := exchange.DissentOf(p, "us/dea", who, wire.At(us.Clock.Now()), "no")
	if change != nil {
		change(&a)
	}
	_, err := us.Dissent(ctx, us.Staff.Actor(who), p.Hash.String(), "no", us.Staff.Sign(t, who, record.ApprovalType, a))
	return err
}

// A dissent is signed like an approval, for its plan and its words, and is kept with
// the signature.
func TestDissentIsSigned(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	_, p := pending(t, us)
	for name, c := range map[string]struct {
		who    party.Handle
		change func(*record.Approval)
		kind   fault.Kind
	}{
		"of one's own plan": {"rel-1", nil, fault.Denied},
		"an analyst":        {"ana-1", nil, fault.Denied},
		"an auditor":        {"auditor", nil, fault.Denied},
		"an admin":          {"admin", nil, fault.Denied},
		"an approval":       {"two-1", func(a *record.Approval) { a.Answer, a.Words = record.Approves, [32]byte{} }, fault.Forged},
		"other words":       {"two-1", func(a *record.Approval) { a.Words = exchange.ReasonHash("yes") }, fault.Forged},
		"no words":          {"two-1", func(a *record.Approval) { a.Words = [32]byte{} }, fault.Invalid},
		"another plan":      {"two-1", func(a *record.Approval) { a.Plan[0]++ }, fault.Forged},
		"another reason":    {"two-1", func(a *record.Approval) { a.Reason[0]++ }, fault.Forged},
		"another node":      {"two-1", func(a *record.Approval) { a.Node = "mx/semar" }, fault.Forged},
		"another officer":   {"two-1", func(a *record.Approval) { a.Officer = "sec-1" }, fault.Forged},
		"of yesterday":      {"two-1", func(a *record.Approval) { a.At = a.At.Add(-24 * time.Hour) }, fault.Stale},
	} {
		if err := dissent(t, us, p, c.who, c.change); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := us.Dissent(ctx, us.Staff.Actor("two-1"), p.Hash.String(), "", seal.Envelope{})
	wantKind(t, err, fault.Invalid)
	if err := dissent(t, us, p, "two-1", nil); err != nil {
		t.Fatal(err)
	}
	wantKind(t, dissent(t, us, p, "two-1", nil), fault.Stale)
	p, err = us.Pending(ctx, us.Staff.Actor("two-1"), p.Hash.String())
	if err != nil || len(p.Dissents) != 1 {
		t.Fatal(p.Dissents, err)
	}
	proofs, err := us.Proofs(ctx, us.Staff.Actor("two-1"), p.Hash.String())
	if err != nil || len(proofs) != 1 {
		t.Fatal(proofs, err)
	}
	proof, err := record.ParseProvenApproval(proofs[0])
	if err != nil {
		t.Fatal(err)
	}
	said, last, _, err := proof.Check("us/dea", us.Key.Public())
	if err != nil || last.Kind != record.Unauthorised || said.Words != exchange.ReasonHash("no") || last.Plan != p.Hash {
		t.Errorf("on record is %+v: %v", last, err)
	}
}

// passkeys is a door that knows whose a passkey is by its word.
type passkeys struct {
	party.Actor
	err error
}

func (p passkeys) Authenticate(context.Context, seal.Envelope, string) (party.Actor, []byte, error) {
	return p.Actor, nil, p.err
}

// What a passkey has signed is asked of the door, never of the staff, and is checked
// by itself too.
func TestApprovalByPasskeyIsChecked(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	_, p := pending(t, us)
	two := us.Staff.Actor("two-1")
	e := us.Staff.Sign(t, "two-1", record.ApprovalType, exchange.ApprovalOf(p, "us/dea", "two-1", wire.At(us.Clock.Now())))
	e.Signatures[0].KeyID = seal.Passkey{Credential: []byte("x")}.String()
	_, err := us.Approve(ctx, two, p.Hash.String(), e)
	wantKind(t, err, fault.Forged)
	us.Passkeys = passkeys{err: fault.New(fault.Forged, "nobody's")}
	_, err = us.Approve(ctx, two, p.Hash.String(), e)
	wantKind(t, err, fault.Forged)
	us.Passkeys = passkeys{Actor: two}
	_, err = us.Approve(ctx, two, p.Hash.String(), e)
	wantKind(t, err, fault.Invalid) // the door's word alone is not enough
}

// Nobody is asked for a signature that would be refused.
func TestAnswerable(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	_, p := pending(t, us)
	for _, c := range []struct {
		who    party.Handle
		answer record.Answer
		words  string
		kind   fault.Kind
	}{
		{"rel-1", record.Approves, "", fault.Denied}, {"rel-1", record.Dissents, "no", fault.Denied}, {"ana-1", record.Approves, "", fault.Denied},
		{"auditor", record.Approves, "", fault.Denied}, {"two-1", "", "", fault.Invalid}, {"two-1", "maybe", "", fault.Invalid},
		{"two-1", record.Approves, "because", fault.Invalid}, {"two-1", record.Dissents, "", fault.Invalid}, {"two-1", record.Dissents, "a\x00", fault.Invalid},
	} {
		_, err := us.Answerable(ctx, us.Staff.Actor(c.who), p.Hash.String(), c.answer, c.words)
		if !fault.Is(err, c.kind) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := us.Answerable(ctx, us.Staff.Actor("two-1"), p.Hash.String(), record.Approves, ""); err != nil {
		t.Error(err)
	}
	if err := approve(t, us, p, "two-1"); err != nil {
		t.Fatal(err)
	}
	_, err := us.Answerable(ctx, us.Staff.Actor("sec-1"), p.Hash.String(), record.Approves, "")
	wantKind(t, err, fault.Stale)
	us.Clock.At = us.Clock.At.Add(exchange.PlanLife + time.Second)
	_, err = us.Answerable(ctx, us.Staff.Actor("sec-1"), p.Hash.String(), record.Dissents, "no")
	wantKind(t, err, fault.Expired)
}
