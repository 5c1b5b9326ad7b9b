package storetest

import (
	"errors"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/store"
)

// due makes a duty fall due, by a message from a partner of its own.
func due(t testing.TB, db *store.DB, cut ref.CutID) ref.DutyID {
	t.Helper()
	const clerk = "xx/clerk"
	if _, err := db.Links().Partner(ctx, clerk); err != nil {
		introduce(t, db, clerk)
	}
	p, err := db.Links().Partner(ctx, clerk)
	must(t, err)
	d := exchange.Duty{Duty: release.Duty{Rule: "p/r", Holder: "us/dea/ccf", To: "us/doj", At: at(0)}, Draft: release.Draft{Rule: "p/r"}, Cut: cut}
	mint(t, &d.ID)
	_, err = db.Inbox().Arrive(ctx, exchange.Arrival{Partner: clerk, At: at(0), Outcome: message.Accepted, Duties: []exchange.Duty{d},
		Position: exchange.Position{Sequence: p.In.Sequence + 1, Hash: hash("x")}})
	must(t, err)
	return d.ID
}

func testDuties(t *testing.T, open Opener) {
	db := open(t)
	s := db.Duties()
	introduce(t, db, partner)
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := db.Inbox().Arrive(ctx, a)
	must(t, err)
	first, second := due(t, db, a.Cut.Cut.ID), due(t, db, ref.CutID{})
	before := size(t, db)
	open1, err := s.Duties(ctx, true)
	must(t, err)
	if len(open1) != 2 || open1[0].ID != first || open1[1].ID != second || open1[0].Duty.To != "us/doj" || open1[0].Cut != a.Cut.Cut.ID {
		t.Fatalf("open are %+v", open1)
	}
	no := errors.New("no")
	err = s.Discharge(ctx, first, at(1), "filed", records(t, record.Discharged), func([]ledger.Evidence) (exchange.Proof, error) { return exchange.Proof{}, no })
	refused(t, fault.Internal, err)
	if !errors.Is(err, no) {
		t.Fatalf("the cause is lost: %v", err)
	}
	must(t, s.Discharge(ctx, first, at(1), "filed", records(t, record.Discharged), func([]ledger.Evidence) (exchange.Proof, error) {
		return exchange.Proof{Filed: []byte("proof")}, nil
	}))
	refused(t, fault.Stale, s.Discharge(ctx, first, at(2), "again", records(t, record.Discharged), nil))
	refused(t, fault.Stale, s.Discharge(ctx, ref.DutyID{9}, at(2), "again", records(t, record.Discharged), nil))
	got, err := s.Duty(ctx, first.Short())
	must(t, err)
	if got.Discharged != at(1) || got.How != "filed" || string(got.Proof) != "proof" || size(t, db) != before+1 {
		t.Fatalf("discharged: %+v, %d records", got, size(t, db)-before)
	}
	rest, err := s.Duties(ctx, true)
	must(t, err)
	everything, err := s.Duties(ctx, false)
	must(t, err)
	if len(rest) != 1 || len(everything) != 2 {
		t.Fatalf("%d open of %d", len(rest), len(everything))
	}
	cut, err := db.Inbox().Cut(ctx, a.Cut.Cut.ID.String())
	must(t, err)
	if len(cut.Due) != 0 {
		t.Fatalf("a discharged duty is shown as due: %+v", cut.Due)
	}
	for text, kind := range map[string]fault.Kind{"ffffffff": fault.Withheld, "fffffff": fault.Invalid, "abc": fault.Invalid, "____": fault.Invalid} {
		_, err := s.Duty(ctx, text)
		refused(t, kind, err)
	}
}
