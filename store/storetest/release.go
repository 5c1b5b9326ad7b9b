package storetest

import (
	"reflect"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/store"
)

// planned makes a plan for the latest version of an item.
func planned(t testing.TB, h holdings.Held) (release.Plan, ref.Hash) {
	t.Helper()
	p := release.Plan{Item: h.Item.ID, Version: h.Item.Version, ItemHash: h.Hash, Sender: h.Item.Originator, At: at(0)}
	name, err := p.Hash()
	must(t, err)
	return p, name
}

// commit makes the release of an item as the next cut of its series.
func commit(t testing.TB, db *store.DB, h holdings.Held) exchange.Commit {
	t.Helper()
	c := exchange.Commit{At: at(1), Item: h.Item, Actor: party.Actor{Handle: "rel", Unit: h.Item.Originator}, Records: records(t, record.Disclose)}
	mint(t, &c.ID)
	c.Plan, c.PlanHash = planned(t, h)
	chain, err := db.Releases().Chain(ctx, h.Item.ID, "mx/semar/uin")
	must(t, err)
	cut := release.Cut{Series: chain.Series, Version: chain.Version + 1, Prev: chain.Prev, Kind: h.Item.Kind, Originator: h.Item.Originator,
		Audience: []party.Name{"mx/semar/uin"}, Title: h.Item.Title, Created: at(1), Portions: []release.CutPortion{{Form: intel.Copy, Text: "secreto"}}}
	mint(t, &cut.ID)
	if cut.Series.IsZero() {
		mint(t, &cut.Series)
	}
	name, err := cut.Hash()
	must(t, err)
	c.Cuts = []exchange.SentCut{{Cut: cut, Hash: name, Recipient: "mx/semar/uin", Partner: partner, Item: h.Item.ID, Release: c.ID,
		Forms: []intel.Form{intel.Copy}, At: at(1)}}
	o := outgoing(t, partner, "cut")
	o.Cut, o.Kind = cut.ID, message.CutStatement
	c.Outgoing = []exchange.Outgoing{o}
	return c
}

func testReleases(t *testing.T, open Opener) {
	t.Run("plans", func(t *testing.T) { testPlans(t, open(t)) })
	t.Run("series", func(t *testing.T) { testSeries(t, open(t)) })
	t.Run("override", func(t *testing.T) { testOverride(t, open(t)) })
	t.Run("trail", func(t *testing.T) { testTrail(t, open(t)) })
}

func testPlans(t *testing.T, db *store.DB) {
	r := db.Releases()
	plan, name := planned(t, written(t, "us/dea/ccf", "T", "x"))
	p := exchange.PendingPlan{Plan: plan, Hash: name, Maker: "rel", Unit: "us/dea/ccf", Reason: "a life", At: at(0)}
	filed := func(word string) exchange.Proven {
		return func(e []ledger.Evidence) (exchange.Proof, error) {
			if len(e) != 1 {
				t.Errorf("%d records are evident", len(e))
			}
			return exchange.Proof{Filed: []byte(word)}, nil
		}
	}
	refused(t, fault.Stale, r.Approve(ctx, name, records(t, record.Authorise), filed("ok")))
	must(t, r.SavePlan(ctx, p))
	must(t, r.SavePlan(ctx, p))
	other := p
	other.Maker = "another"
	refused(t, fault.Stale, r.SavePlan(ctx, other))
	for _, text := range []string{name.String(), name.Short()} {
		got, err := r.Plan(ctx, text)
		must(t, err)
		again, err := got.Plan.Hash()
		must(t, err)
		if again != name || got.Maker != "rel" || got.Reason != "a life" || got.Used || got.Approval != nil {
			t.Fatalf("%s is %+v", text, got)
		}
	}
	for text, kind := range map[string]fault.Kind{"": fault.Invalid, name.Short()[:10]: fault.Invalid, "zzzzzzzzzzzz": fault.Invalid,
		name.String() + "00": fault.Invalid, "000000000000": fault.Withheld} {
		_, err := r.Plan(ctx, text)
		refused(t, kind, err)
	}
	refused(t, fault.Invalid, r.Approve(ctx, name, records(t, record.Authorise), nil))
	refused(t, fault.Invalid, r.Approve(ctx, name, records(t, record.Authorise), filed("")))
	for unit, want := range map[party.Name]int{"us/dea/ccf": 1, "us/dea/otra": 0} {
		if list, err := r.Waiting(ctx, unit, 9); err != nil || len(list) != want {
			t.Fatalf("%d plans of %s wait, not %d (%v)", len(list), unit, want, err)
		}
	}
	dissent := exchange.Dissent{Officer: "two", Unit: "us/dea/ccf", At: at(1), Reason: "no"}
	must(t, r.Dissent(ctx, name, dissent, records(t, record.Unauthorised), filed("signed")))
	refused(t, fault.Stale, r.Dissent(ctx, name, dissent, records(t, record.Unauthorised), filed("signed")))
	refused(t, fault.Withheld, r.Dissent(ctx, hash("none"), dissent, nil, nil))
	dissent.Proof = []byte("signed")
	if got, err := r.Plan(ctx, name.String()); err != nil || len(got.Dissents) != 1 || !reflect.DeepEqual(got.Dissents[0], dissent) || len(got.Approval) > 0 {
		t.Fatalf("the plan with a dissent is %+v (%v)", got, err)
	}
	must(t, r.Approve(ctx, name, records(t, record.Authorise), filed("ok")))
	refused(t, fault.Stale, r.Approve(ctx, name, records(t, record.Authorise), filed("other")))
	got, err := r.Plan(ctx, name.String())
	must(t, err)
	if string(got.Approval) != "ok" || size(t, db) != 2 {
		t.Fatalf("approved: %+v, %d records", got, size(t, db))
	}
}

func testSeries(t *testing.T, db *store.DB) {
	r := db.Releases()
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	before := size(t, db)
	first := commit(t, db, h)
	rival := commit(t, db, h)
	must(t, r.Release(ctx, first))
	refused(t, fault.Stale, r.Release(ctx, first))
	refused(t, fault.Stale, r.Release(ctx, rival))
	second := commit(t, db, h)
	if c := second.Cuts[0].Cut; c.Version != 2 || c.Series != first.Cuts[0].Cut.Series || c.Prev != first.Cuts[0].Hash {
		t.Fatalf("the series goes on with %+v", c)
	}
	astray := second
	astray.Cuts = []exchange.SentCut{second.Cuts[0]}
	mint(t, &astray.Cuts[0].Cut.Series)
	refused(t, fault.Stale, r.Release(ctx, astray))
	for _, change := range []func(*release.Cut){
		func(c *release.Cut) { c.Prev = hash("another") },
		func(c *release.Cut) { c.Prev = ref.Hash{} },
		func(c *release.Cut) { c.Version = 1 },
		func(c *release.Cut) { c.Version = 3 },
	} {
		change(&astray.Cuts[0].Cut)
		astray.Cuts[0].Cut.Series = second.Cuts[0].Cut.Series
		refused(t, fault.Stale, r.Release(ctx, astray))
		astray.Cuts[0] = second.Cuts[0]
	}
	must(t, db.Holdings().Keep(ctx, after(t, h, "ann", "y")))
	refused(t, fault.Stale, r.Release(ctx, second))
	unknown := commit(t, db, written(t, "us/dea/ccf", "never kept", "x"))
	refused(t, fault.Stale, r.Release(ctx, unknown))
	if n := size(t, db); n != before+1 {
		t.Fatalf("%d records of one release", n-before)
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.Queued != 1 {
		t.Fatalf("%d messages of one release", p.Queued)
	}
}

func testOverride(t *testing.T, db *store.DB) {
	r := db.Releases()
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	c := commit(t, db, h)
	c.Override, c.Approval = "a life", []byte("approval")
	refused(t, fault.Stale, r.Release(ctx, c)) // no such plan was ever saved
	must(t, r.SavePlan(ctx, exchange.PendingPlan{Plan: c.Plan, Hash: c.PlanHash, Maker: "rel", Unit: "us/dea/ccf", Reason: "a life", At: at(0)}))
	refused(t, fault.Stale, r.Release(ctx, c)) // not approved
	must(t, r.Approve(ctx, c.PlanHash, records(t, record.Authorise), func([]ledger.Evidence) (exchange.Proof, error) {
		return exchange.Proof{Filed: []byte("approval")}, nil
	}))
	forged := c
	forged.Approval = []byte("another")
	refused(t, fault.Stale, r.Release(ctx, forged))
	must(t, r.Release(ctx, c))
	if list, err := r.Waiting(ctx, "us/dea/ccf", 9); err != nil || len(list) != 0 {
		t.Fatalf("what was used waits: %+v (%v)", list, err)
	}
	p, err := r.Plan(ctx, c.PlanHash.String())
	must(t, err)
	if !p.Used {
		t.Fatal("the plan is not used")
	}
	if list, err := r.Approved(ctx, c.Plan.Item); err != nil || len(list) != 1 || list[0] != c.PlanHash {
		t.Errorf("approved were %v, %v", list, err)
	}
	again := commit(t, db, h)
	again.Override, again.Approval = c.Override, c.Approval
	refused(t, fault.Stale, r.Release(ctx, again)) // an approval holds once
}

func testTrail(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	c := commit(t, db, h)
	d := due(t, db, ref.CutID{})
	c.Duty, c.DutyNote = d, "filed"
	c.Proven = func(ev []ledger.Evidence) (exchange.Proof, error) {
		_, err := ev[0].Check(c.Records[0].Record, Origin, Key().Public())
		return exchange.Proof{Filed: []byte("proof"), Outgoing: []exchange.Outgoing{outgoing(t, partner, "receipt")}}, err
	}
	must(t, db.Releases().Release(ctx, c))
	duty, err := db.Duties().Duty(ctx, d.String())
	must(t, err)
	if duty.Discharged != at(1) || duty.How != "filed" || string(duty.Proof) != "proof" {
		t.Fatalf("the duty is %+v", duty)
	}
	second := commit(t, db, h)
	second.Duty = d
	refused(t, fault.Stale, db.Releases().Release(ctx, second)) // discharged already

	cut := c.Cuts[0]
	got, err := db.Trails().SentCut(ctx, cut.Cut.ID)
	must(t, err)
	if got.Hash != cut.Hash || !got.Answered.IsZero() || got.Recipient != cut.Recipient || got.Forms[0] != intel.Copy || got.At != at(1) {
		t.Fatalf("sent %+v, kept %+v", cut, got)
	}
	e, _, err := db.Outbox().Next(ctx, partner)
	must(t, err)
	if e.Cut != cut.Cut.ID {
		t.Fatalf("the cut is not first in the outbox: %+v", e)
	}
	must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: e.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}}))
	receipt := exchange.StoredReceipt{Cut: cut.Cut.ID, From: partner, Kind: record.Deliver, At: at(2),
		Receipt: record.Receipt{Record: seal.Envelope{Payload: []byte("delivered")}, Evidence: ledger.Evidence{Salt: ledger.Salt{1}}}}
	later := receipt // the same words, of another leaf: something that happened twice
	later.Receipt.Evidence.Index = 7
	must(t, db.Outbox().Answered(ctx, exchange.Settled{ID: e.ID, At: at(2), Answer: message.Answer{Outcome: message.Accepted}, Signed: []byte("signed"),
		Receipts: []exchange.StoredReceipt{receipt, receipt, later}}))
	list, err := db.Trails().Sent(ctx, h.Item.ID)
	must(t, err)
	if len(list) != 1 || list[0].Answered != at(2) || list[0].Outcome != message.Accepted {
		t.Fatalf("sent are %+v", list)
	}
	receipts, err := db.Trails().Receipts(ctx, cut.Cut.ID, 0, 10)
	must(t, err)
	if len(receipts) != 2 || receipts[1].Receipt.Evidence.Index != 7 || receipts[0].From != partner || receipts[0].At != at(2) || string(receipts[0].Receipt.Record.Payload) != "delivered" {
		t.Fatalf("receipts are %+v", receipts)
	}
	last, err := db.Trails().Receipts(ctx, cut.Cut.ID, 1, 1)
	must(t, err)
	count, err := db.Trails().CountReceipts(ctx, cut.Cut.ID)
	must(t, err)
	if len(last) != 1 || last[0].Receipt.Evidence.Index != 7 || count != 2 {
		t.Fatalf("%d receipts, the last is %+v", count, last)
	}
	_, err = db.Trails().SentCut(ctx, ref.CutID{9})
	refused(t, fault.Withheld, err)
}
