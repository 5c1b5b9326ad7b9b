package storetest

import (
	"testing"
	"time"

	"comity/authorisation"
	"comity/contact"
	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/store"
)

func testAuthorisations(t *testing.T, open Opener) {
	t.Run("asked", func(t *testing.T) { testAsked(t, open(t)) })
	t.Run("paper", func(t *testing.T) { testPaper(t, open(t)) })
	t.Run("received", func(t *testing.T) { testAskedHere(t, open(t)) })
}

// wish is what a request asks for.
func wish(rule string) *intel.Authorisation {
	return &intel.Authorisation{Rule: rule, Act: string(law.Send), To: []party.Name{"br/pf/cgi"}, Allow: []intel.Allowance{{Party: "br/pf/cgi", Scope: intel.Contact}}}
}

// requested releases a request about a cut of the partner's.
func requested(t *testing.T, db *store.DB, about ref.CutID) release.Cut {
	t.Helper()
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	c := commit(t, db, h)
	cut := &c.Cuts[0].Cut
	cut.Kind, cut.Authorisation = intel.Request, wish("")
	cut.Portions[0].Origins = []release.CutOrigin{{Cut: about, Portion: 1}}
	name, err := cut.Hash()
	must(t, err)
	c.Cuts[0].Hash = name
	must(t, db.Releases().Release(ctx, c))
	return *cut
}

// said keeps a partner's receipt about a cut, at a place in its ledger.
func said(t *testing.T, db *store.DB, cut ref.CutID, kind record.Kind, place int64) {
	t.Helper()
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	r := record.Record{Kind: kind, At: at(2), Node: partner, Cut: cut, Due: at(9)}
	if kind == record.Unauthorised {
		r.Code, r.Due = "trust", at(0)
	}
	b, err := r.Encode()
	must(t, err)
	one := exchange.StoredReceipt{Cut: cut, From: partner, Kind: kind, At: at(2), Receipt: record.Receipt{Evidence: ledger.Evidence{Index: place, Salt: ledger.Salt{1}}}}
	one.Receipt.Record.Payload = b
	_, err = db.Inbox().Arrive(ctx, exchange.Arrival{Partner: partner, At: at(2), Outcome: message.Accepted, Receipts: []exchange.StoredReceipt{one},
		Position: exchange.Position{Sequence: p.In.Sequence + 1, Hash: hash("said")}})
	must(t, err)
}

func testAsked(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	s := db.Authorisations()
	about, other := ref.CutID{7}, ref.CutID{8}
	cut := requested(t, db, about)
	second := requested(t, db, other)
	inHand := func(unit party.Name, subjects ...string) int {
		t.Helper()
		list, err := s.About(ctx, unit, subjects)
		must(t, err)
		return len(list)
	}
	asked, err := s.AskedOne(ctx, cut.ID.Short())
	must(t, err)
	if asked.Partner != partner || asked.Of != "mx/semar/uin" || asked.Officer != "rel" || asked.Answer != nil || asked.Cut.ID != cut.ID || asked.Paper() {
		t.Fatalf("asked is %+v", asked)
	}
	list, err := s.Asked(ctx, "us/dea/ccf", 9)
	must(t, err)
	if len(list) != 2 || list[0].Cut.ID != second.ID {
		t.Fatalf("asked are %+v", list)
	}
	if none, err := s.Asked(ctx, "us/dea", 9); err != nil || len(none) != 0 {
		t.Fatalf("another unit asked for %v (%v)", none, err)
	}
	if n := inHand("us/dea/ccf", about.String()); n != 0 {
		t.Fatal("what was asked for is in hand")
	}
	said(t, db, cut.ID, record.Authorise, 5)
	if inHand("us/dea/ccf", about.String(), about.String()) != 1 || inHand("us/dea/ccf", other.String()) != 0 || inHand("us/dea/otra", about.String()) != 0 || inHand("us/dea/ccf") != 0 {
		t.Fatal("what was given is in hand elsewhere, or not here")
	}
	asked, err = s.AskedOne(ctx, cut.ID.String())
	must(t, err)
	if a := asked.Answer; a == nil || !a.Given || a.By != partner || a.Until != at(9) || a.Receipt == nil || a.Proof.IsZero() {
		t.Fatalf("the answer is %+v", asked.Answer)
	}
	// What stands earlier in the giver's ledger is no later word.
	said(t, db, cut.ID, record.Unauthorised, 4)
	if inHand("us/dea/ccf", about.String()) != 1 {
		t.Fatal("an earlier refusal took it back")
	}
	said(t, db, cut.ID, record.Unauthorised, 6)
	said(t, db, cut.ID, record.Deliver, 7)
	asked, err = s.AskedOne(ctx, cut.ID.String())
	must(t, err)
	if w := asked.Answer.Was; asked.Answer.Given || w == nil || !w.Given || w.Until != at(2).Add(-time.Second) || w.By != partner {
		t.Fatalf("what was taken back held until then: %+v", asked.Answer)
	}
	if inHand("us/dea/ccf", about.String()) != 1 {
		t.Fatal("what was taken back is not told of")
	}
	for _, id := range []string{"00000000", "xyz"} {
		if _, err := s.AskedOne(ctx, id); err == nil {
			t.Fatalf("%s was found", id)
		}
	}
	// A partner answers no request on paper.
	refused(t, fault.Stale, s.Note(ctx, cut.ID, authorisation.Answer{Given: true}, records(t, record.Authorise)))
}

func testPaper(t *testing.T, db *store.DB) {
	s := db.Authorisations()
	cut := release.Cut{Originator: "us/dea/ccf", Kind: intel.Request, Authorisation: wish("p/r")}
	mint(t, &cut.ID)
	before := size(t, db)
	a := authorisation.Asked{Cut: cut, Of: "mx/ganseg", At: at(0), Officer: "ana", Letter: "To: mx/ganseg"}
	must(t, s.Write(ctx, a, records(t, record.Disclose)))
	refused(t, fault.Stale, s.Write(ctx, a, records(t, record.Disclose)))
	got, err := s.AskedOne(ctx, cut.ID.Short())
	must(t, err)
	if !got.Paper() || got.Letter != a.Letter || got.Answer != nil {
		t.Fatalf("the paper is %+v", got)
	}
	refused(t, fault.Stale, s.Note(ctx, ref.CutID{9}, authorisation.Answer{Given: true}, records(t, record.Authorise)))
	must(t, s.Note(ctx, cut.ID, authorisation.Answer{Given: true, By: "mx/ganseg", Reference: "SG-1"}, records(t, record.Authorise)))
	must(t, s.Note(ctx, cut.ID, authorisation.Answer{}, records(t, record.Unauthorised)))
	if list, err := s.About(ctx, "us/dea/ccf", []string{"p/r"}); err != nil || len(list) != 1 || list[0].Answer.Given || list[0].Answer.Was == nil {
		t.Fatalf("refused, and in hand: %+v (%v)", list, err)
	}
	must(t, s.Note(ctx, cut.ID, authorisation.Answer{Given: true, By: "mx/ganseg", Reference: "SG-1"}, records(t, record.Authorise)))
	list, err := s.About(ctx, "us/dea/ccf", []string{"p/r"})
	must(t, err)
	if len(list) != 1 || list[0].Answer.Reference != "SG-1" || size(t, db) != before+4 {
		t.Fatalf("in hand are %+v; the ledger grew from %d to %d", list, before, size(t, db))
	}
}

func testAskedHere(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	s := db.Authorisations()
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	a.Cut.Cut.Kind, a.Cut.Cut.Authorisation = intel.Request, wish("")
	id := a.Cut.Cut.ID
	_, err := db.Inbox().Arrive(ctx, a)
	must(t, err)
	_, err = db.Inbox().Arrive(ctx, arrival(t, partner, 2, ref.SeriesID{}, ref.SeriesID{}))
	must(t, err)
	list, err := s.Received(ctx, "us/dea/ccf", 9)
	must(t, err)
	if len(list) != 1 || list[0].Cut.ID != id || list[0].Answer != nil || !list[0].FirstRead.IsZero() {
		t.Fatalf("received are %+v", list)
	}
	if none, err := s.Received(ctx, "us/dea/otra", 9); err != nil || len(none) != 0 {
		t.Fatalf("another unit is asked for %v (%v)", none, err)
	}
	before := size(t, db)
	v := exchange.Verdict{Cut: list[0].ReceivedCut, Records: records(t, record.Authorise, record.Authorise), Proven: func(ev []ledger.Evidence) (exchange.Proof, error) {
		return exchange.Proof{Outgoing: []exchange.Outgoing{outgoing(t, partner, "receipt")}}, nil
	}}
	duty := exchange.Duty{Duty: release.Duty{Rule: "p/r", Holder: "us/dea/ccf", To: "us/doj", At: at(0)}, Cut: id}
	mint(t, &duty.ID)
	v.Duties = []exchange.Duty{duty}
	first := authorisation.Answer{Given: true, By: Node, At: at(3), Proof: hash("first")}
	must(t, s.Answer(ctx, v, first, nil))
	v.Duties = nil
	refused(t, fault.Stale, s.Answer(ctx, v, authorisation.Answer{Proof: hash("second")}, nil))
	got, err := s.ReceivedOne(ctx, id.Short())
	must(t, err)
	if got.Answer == nil || !got.Answer.Given || got.Answer.Proof != hash("first") || size(t, db) != before+2 {
		t.Fatalf("answered with %+v", got.Answer)
	}
	must(t, s.Answer(ctx, v, authorisation.Answer{Proof: hash("second")}, got.Answer))
	refused(t, fault.Stale, s.Answer(ctx, v, authorisation.Answer{Proof: hash("third")}, got.Answer))
	past, err := db.Past().Authorised(ctx, 0, 9)
	must(t, err)
	if len(past) != 1 || past[0].Request != id || past[0].Given != at(3) || !past[0].TakenBack || past[0].By != partner || len(past[0].Allow) != 1 {
		t.Fatalf("ever given: %+v", past)
	}
	if none, err := db.Past().Authorised(ctx, 1, 9); err != nil || len(none) != 0 {
		t.Fatalf("after the only one: %v (%v)", none, err)
	}
	if _, found, err := db.Outbox().Next(ctx, partner); err != nil || !found {
		t.Fatalf("no receipt waits (%v)", err)
	}
	if open, err := db.Duties().Duties(ctx, "us/dea/ccf", true, 0, 9); err != nil || len(open) != 1 {
		t.Fatalf("open are %+v (%v)", open, err)
	}
	_, err = s.ReceivedOne(ctx, "00000000")
	refused(t, fault.Withheld, err)
}

func testContacts(t *testing.T, open Opener) {
	db := open(t)
	s := db.Contacts()
	e := contact.Entry{Officer: "ana", Made: at(0), State: contact.Planned, Reason: "because", Hash: hash("plan"),
		Plan: release.ContactPlan{Contact: release.Contact{Kind: law.Meet, Holder: "us/dea/ccf", With: "mx/semar/uin", At: at(24), Topic: "T"}}}
	mint(t, &e.ID)
	must(t, s.Plan(ctx, e))
	e.Reason = "because of that"
	must(t, s.Plan(ctx, e)) // planned anew
	got, err := s.Contact(ctx, e.ID.Short())
	must(t, err)
	if got.Reason != e.Reason || got.State != contact.Planned || got.Plan.Contact.Topic != "T" {
		t.Fatalf("the contact is %+v", got)
	}
	before := size(t, db)
	refused(t, fault.Stale, s.Approve(ctx, e.ID, hash("another plan"), []byte("signed"), records(t, record.Authorise)))
	must(t, s.Approve(ctx, e.ID, e.Hash, []byte("signed"), records(t, record.Authorise)))
	refused(t, fault.Stale, s.Approve(ctx, e.ID, e.Hash, []byte("again"), records(t, record.Authorise)))
	refused(t, fault.Withheld, s.Approve(ctx, ref.ContactID{9}, e.Hash, []byte("signed"), records(t, record.Authorise)))
	if got, err = s.Contact(ctx, e.ID.String()); err != nil || string(got.Approval) != "signed" {
		t.Fatalf("approved: %+v (%v)", got, err)
	}
	got.State = contact.Cleared
	must(t, s.Enter(ctx, got, nil, records(t, record.Contact)))
	refused(t, fault.Stale, s.Approve(ctx, e.ID, e.Hash, []byte("late"), records(t, record.Authorise)))
	duty := exchange.Duty{Duty: release.Duty{Rule: "p/r", Holder: "us/dea/ccf", To: "us/doj", At: at(0)}}
	mint(t, &duty.ID)
	got.State = contact.Entered
	must(t, s.Enter(ctx, got, []exchange.Duty{duty}, records(t, record.Contact, record.DutyDue)))
	refused(t, fault.Stale, s.Enter(ctx, got, nil, records(t, record.Contact)))
	refused(t, fault.Stale, s.Plan(ctx, e))
	if open, err := db.Duties().Duties(ctx, "us/dea/ccf", true, 0, 9); err != nil || len(open) != 1 || size(t, db) != before+4 {
		t.Fatalf("open are %+v (%v); the ledger has %d records, from %d", open, err, size(t, db), before)
	}
	second := e
	mint(t, &second.ID)
	must(t, s.Enter(ctx, second, nil, records(t, record.Contact)))
	list, err := s.Contacts(ctx, "us/dea/ccf", 9)
	must(t, err)
	if len(list) != 2 || list[0].ID != second.ID || list[1].State != contact.Entered {
		t.Fatalf("contacts are %+v", list)
	}
	if none, err := s.Contacts(ctx, "us/dea", 9); err != nil || len(none) != 0 {
		t.Fatalf("another unit has %v (%v)", none, err)
	}
	_, err = s.Contact(ctx, "00000000")
	refused(t, fault.Withheld, err)
}
