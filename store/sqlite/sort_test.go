package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"comity/exchange"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/store/storetest"
)

// What an earlier program kept, which did not say in a column for whom it was, is found
// again once the database is opened: more of it than is looked into in one act.
func TestWhatWasKeptBeforeIsSorted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db := open(t, path)
	introduce(t, db, partner)
	random := storetest.Random(77)
	const many = 501
	for first := int64(1); first <= many; first += 100 {
		var list []exchange.Arrival
		for n := first; n < first+100 && n <= many; n++ {
			c := release.Cut{Version: 1, Kind: intel.Report, Originator: partner, Audience: []party.Name{"us/dea/ccf"}, Title: "T", Created: now,
				Portions: []release.CutPortion{{Form: intel.Copy, Text: "x"}}}
			check(t, mint(&c.ID, random))
			check(t, mint(&c.Series, random))
			d := exchange.Duty{Duty: release.Duty{Rule: "p/r", Holder: "us/dea/ccf", To: "us/doj", At: now, Due: []law.Due{{At: now}}}, Cut: c.ID}
			check(t, mint(&d.ID, random))
			list = append(list, exchange.Arrival{Partner: partner, At: now, Position: exchange.Position{Sequence: n, Hash: ref.Content(d.ID[:])}, Outcome: message.Accepted,
				Cut: &exchange.ReceivedCut{Cut: c, Partner: partner, At: now}, Duties: []exchange.Duty{d}, Records: []ledger.Entry{consult(t)}})
		}
		_, err := db.Inbox().Arrive(t.Context(), list...)
		check(t, err)
	}
	ann := party.Actor{Handle: "ann", Unit: "us/dea/ccf"}
	last, err := db.Inbox().Received(t.Context(), exchange.Reader{Unit: ann.Unit, At: now}, ref.CutID{}, 1)
	check(t, err)
	check(t, db.Inbox().Open(t.Context(), exchange.Opening{Cut: last[0].Cut.ID, Actor: ann, At: now, Records: []ledger.Entry{consult(t)}}))
	check(t, db.Close())
	raw, err := sql.Open("sqlite", "file:"+path)
	check(t, err)
	for _, text := range []string{`DELETE FROM received_reader`, `UPDATE duty SET holder = '', due = 0`,
		`INSERT INTO passage_text (passage_text) VALUES ('delete-all')`, `INSERT INTO unsorted (kind, seq) VALUES ('search', 0)`,
		`INSERT INTO unsorted (kind, seq) SELECT 'received', seq FROM received`, `INSERT INTO unsorted (kind, seq) SELECT 'duty', seq FROM duty`} {
		_, err := raw.Exec(text)
		check(t, err)
	}
	check(t, raw.Close())

	db = open(t, path)
	got, err := db.Inbox().Received(t.Context(), exchange.Reader{Unit: "us/dea/ccf", At: now}, ref.CutID{}, many+1)
	check(t, err)
	duties, err := db.Duties().Duties(t.Context(), "us/dea/ccf", true, 0, many+1)
	check(t, err)
	for who, want := range map[party.Handle]int{"ann": 1, "bob": 0} {
		if found, err := db.Holdings().Search(t.Context(), ann.Unit, who, []string{"x"}, 0, 9); err != nil || len(found) != want {
			t.Errorf("%s finds %v (%v)", who, found, err)
		}
	}
	_, overdue, err := db.Duties().Count(t.Context(), "", true, now.Add(1e9))
	check(t, err)
	if len(got) != many || len(duties) != many || overdue != many {
		t.Errorf("%d received cuts and %d duties are found, %d overdue, of %d each", len(got), len(duties), overdue, many)
	}
	check(t, db.Close())
	raw, err = sql.Open("sqlite", "file:"+path)
	check(t, err)
	left := 0
	check(t, raw.QueryRow(`SELECT COUNT(*) FROM unsorted`).Scan(&left))
	check(t, raw.Close())
	if left != 0 {
		t.Errorf("%d are left to sort", left)
	}
}
