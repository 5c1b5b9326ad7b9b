package storetest

import (
	"comity/party"
	"errors"
	"slices"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/law"
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

// The most pressing come first, those without a deadline last; a unit's are counted and
// listed without anybody else's.
func testPressing(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	var all []exchange.Duty
	for i, due := range []int{9, 0, 3, 6, 3, 5} {
		d := exchange.Duty{Duty: release.Duty{Rule: "p/r", Holder: "us/dea/ccf", To: "us/doj", At: at(0)}, Draft: release.Draft{Rule: "p/r"}}
		if i == 5 {
			d.Duty.Holder = "us/dea/mex"
		}
		if due > 0 {
			d.Duty.Due = []law.Due{{At: at(due + 20)}, {At: at(due)}}
		}
		mint(t, &d.ID)
		all = append(all, d)
	}
	_, err := db.Inbox().Arrive(ctx, exchange.Arrival{Partner: partner, At: at(0), Outcome: message.Accepted, Duties: all, Position: exchange.Position{Sequence: 1, Hash: hash("x")}})
	must(t, err)
	s := db.Duties()
	must(t, s.Discharge(ctx, all[3].ID, at(9), "filed", records(t, record.Discharged), nil))
	ids := func(holder party.Name, open bool, from, limit int) (list []int) {
		duties, err := s.Duties(ctx, holder, open, from, limit)
		must(t, err)
		for _, d := range duties {
			list = append(list, slices.IndexFunc(all, func(o exchange.Duty) bool { return o.ID == d.ID }))
		}
		return list
	}
	for _, tt := range []struct {
		holder      party.Name
		open        bool
		from, limit int
		want        []int
	}{
		{"us/dea/ccf", true, 0, 9, []int{2, 4, 0, 1}}, {"us/dea/ccf", false, 0, 9, []int{2, 4, 3, 0, 1}},
		{"us/dea/ccf", true, 1, 2, []int{4, 0}}, {"us/dea/ccf", true, 4, 2, nil},
		{"us/dea/mex", true, 0, 9, []int{5}}, {"us/dea", true, 0, 9, nil}, {"", true, 0, 9, nil},
	} {
		if got := ids(tt.holder, tt.open, tt.from, tt.limit); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v", tt, got)
		}
	}
	for _, tt := range []struct {
		holder         party.Name
		open           bool
		at             int
		count, overdue int
	}{{"us/dea/ccf", true, 3, 4, 0}, {"us/dea/ccf", true, 4, 4, 2}, {"us/dea/ccf", false, 99, 5, 3}, {"us/dea/mex", true, 9, 1, 1}, {"", true, 9, 5, 3}, {"us/dea", true, 9, 0, 0}} {
		if count, overdue, err := s.Count(ctx, tt.holder, tt.open, at(tt.at)); err != nil || count != tt.count || overdue != tt.overdue {
			t.Errorf("%+v: %d, %d, %v", tt, count, overdue, err)
		}
	}
}

func testDuties(t *testing.T, open Opener) {
	t.Run("held", func(t *testing.T) { testPressing(t, open(t)) })
	db := open(t)
	s := db.Duties()
	introduce(t, db, partner)
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := db.Inbox().Arrive(ctx, a)
	must(t, err)
	first, second := due(t, db, a.Cut.Cut.ID), due(t, db, ref.CutID{})
	before := size(t, db)
	open1, err := s.Duties(ctx, "us/dea/ccf", true, 0, 9)
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
	rest, err := s.Duties(ctx, "us/dea/ccf", true, 0, 9)
	must(t, err)
	everything, err := s.Duties(ctx, "us/dea/ccf", false, 0, 9)
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
