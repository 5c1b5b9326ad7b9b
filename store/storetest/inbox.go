package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

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
	"comity/store"
	"comity/wire"
)

// arrival makes the next message of a partner, with a cut of a series, or a
// notice about one.
func arrival(t testing.TB, from party.Name, sequence int64, series, about ref.SeriesID) exchange.Arrival {
	t.Helper()
	cut := release.Cut{Series: series, Version: 1, Kind: intel.Report, Originator: from, Audience: []party.Name{"us/dea/ccf"},
		Title: "From abroad", Created: at(0), Portions: []release.CutPortion{{Form: intel.Copy, Text: "Lancha en Mazatlán"}}}
	mint(t, &cut.ID)
	if cut.Series.IsZero() {
		mint(t, &cut.Series)
	}
	if !about.IsZero() {
		cut.Kind, cut.Notice = intel.NoticeItem, &release.CutNotice{Kind: intel.Recall, About: about}
	}
	name, err := cut.Hash()
	must(t, err)
	a := exchange.Arrival{
		Partner: from, At: at(1), Position: exchange.Position{Sequence: sequence, Hash: hash(fmt.Sprint(from, sequence))},
		Envelope: []byte("envelope"), Message: []byte("message"), Outcome: message.Accepted, Records: records(t, record.Deliver),
		Cut: &exchange.ReceivedCut{Cut: cut, Hash: name, Partner: from, Message: hash("m"), At: at(1)},
	}
	a.Proven = func(ev []ledger.Evidence) (exchange.Proof, error) {
		_, err := ev[0].Check(a.Records[0].Record, Origin, Key().Public())
		return exchange.Proof{Answer: fmt.Appendf(nil, "answer %d", sequence)}, err
	}
	return a
}

func testInbox(t *testing.T, open Opener) {
	t.Run("chain", func(t *testing.T) { testArrive(t, open(t)) })
	t.Run("notices", func(t *testing.T) { testNotices(t, open(t)) })
	t.Run("read", func(t *testing.T) { testOpen(t, open(t)) })
	t.Run("eyes", func(t *testing.T) { testEyes(t, open(t)) })
	t.Run("units", func(t *testing.T) { testAddressed(t, open(t)) })
}

// What is for other eyes, and what has expired, is neither listed nor in the way: not to
// any number of others.
func testEyes(t *testing.T, db *store.DB) {
	in := db.Inbox()
	introduce(t, db, partner)
	marked := func(sequence int64, list ...intel.Marking) ref.CutID {
		a := arrival(t, partner, sequence, ref.SeriesID{}, ref.SeriesID{})
		for _, m := range list {
			a.Cut.Cut.Portions = append(a.Cut.Cut.Portions, release.CutPortion{Form: intel.Copy, Text: "x", Marking: m})
		}
		a.Cut.Cut.Portions = a.Cut.Cut.Portions[1:]
		_, err := in.Arrive(ctx, a)
		must(t, err)
		return a.Cut.Cut.ID
	}
	eyes := func(who string) intel.Marking {
		return intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: who}}}
	}
	open := marked(1, intel.Marking{})
	ann := marked(2, eyes("us/dea/ccf#ann"))
	mixed := marked(3, eyes("us/dea/ccf#ann"), intel.Marking{Expires: at(5)})
	marked(4, eyes("us/dea/mex#ann"))
	brief := marked(5, intel.Marking{Expires: at(5)}, intel.Marking{Expires: at(4)})
	for _, tt := range []struct {
		by   party.Handle
		at   int
		want []ref.CutID
	}{{"ann", 4, []ref.CutID{brief, mixed, ann, open}}, {"ann", 5, []ref.CutID{mixed, ann, open}}, {"bob", 4, []ref.CutID{brief, mixed, open}}, {"bob", 5, []ref.CutID{open}}} {
		var got []ref.CutID
		for last := (ref.CutID{}); ; {
			page, err := in.Received(ctx, exchange.Reader{Unit: "us/dea/ccf", Handle: tt.by, At: at(tt.at)}, last, 1)
			must(t, err)
			if len(page) == 0 {
				break
			}
			last = page[0].Cut.ID
			got = append(got, last)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s at %d has %v, not %v", tt.by, tt.at, got, tt.want)
		}
	}
}

// What came for one unit is listed for that unit alone, page by page; what came for
// two, for both.
func testAddressed(t *testing.T, db *store.DB) {
	in := db.Inbox()
	introduce(t, db, partner)
	want := map[party.Name][]ref.CutID{}
	for i, units := range [][]party.Name{{"us/dea/ccf"}, {"us/dea/mex"}, {"us/dea/ccf", "us/dea/mex"}, {"us/dea/mex"}, {"us/dea/ccf"}} {
		a := arrival(t, partner, int64(i)+1, ref.SeriesID{}, ref.SeriesID{})
		a.Cut.Cut.Audience = units
		_, err := in.Arrive(ctx, a)
		must(t, err)
		for _, u := range units {
			want[u] = slices.Insert(want[u], 0, a.Cut.Cut.ID)
		}
	}
	for _, u := range []party.Name{"us/dea/ccf", "us/dea/mex", "us/dea", "us/dea/ccf/x", ""} {
		var got []ref.CutID
		var last ref.CutID
		for {
			page, err := in.Received(ctx, exchange.Reader{Unit: u, At: at(9)}, last, 1)
			must(t, err)
			if len(page) == 0 {
				break
			}
			last = page[0].Cut.ID
			got = append(got, last)
		}
		if !slices.Equal(got, want[u]) {
			t.Errorf("%q has %v, not %v", u, got, want[u])
		}
	}
}

func testArrive(t *testing.T, db *store.DB) {
	in := db.Inbox()
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := in.Arrive(ctx, a)
	refused(t, fault.Withheld, err) // not introduced
	introduce(t, db, partner)
	before := size(t, db)
	_, err = in.Consumed(ctx, partner, 1)
	refused(t, fault.Withheld, err)
	_, err = in.Arrive(ctx, arrival(t, partner, 2, ref.SeriesID{}, ref.SeriesID{}))
	refused(t, fault.Stale, err) // a gap
	broken := a
	broken.Proven = func([]ledger.Evidence) (exchange.Proof, error) {
		return exchange.Proof{}, fault.New(fault.Internal, "no")
	}
	_, err = in.Arrive(ctx, broken)
	refused(t, fault.Internal, err)
	answers, err := in.Arrive(ctx, a)
	must(t, err)
	if len(answers) != 1 || string(answers[0]) != "answer 1" {
		t.Fatalf("the answers are %q", answers)
	}
	_, err = in.Arrive(ctx, a)
	refused(t, fault.Stale, err)
	kept, err := in.Consumed(ctx, partner, 1)
	must(t, err)
	if kept.Hash != a.Position.Hash || string(kept.Answer) != "answer 1" || string(kept.Envelope) != "envelope" {
		t.Fatalf("kept %+v", kept)
	}
	no := arrival(t, partner, 2, ref.SeriesID{}, ref.SeriesID{})
	no.Outcome, no.Reason, no.Cut, no.Proven = message.Refused, message.ReasonUnit, nil, nil
	_, err = in.Arrive(ctx, no)
	must(t, err)
	twice := arrival(t, partner, 3, ref.SeriesID{}, ref.SeriesID{})
	twice.Cut.Cut.ID = a.Cut.Cut.ID
	twice.Cut.Cut.Title = "another under the same id"
	twice.Duties = []exchange.Duty{{}}
	_, err = in.Arrive(ctx, twice)
	must(t, err)
	list, err := in.Received(ctx, exchange.Reader{Unit: "us/dea/ccf", At: at(9)}, ref.CutID{}, 10)
	must(t, err)
	if len(list) != 1 || list[0].Cut.Title != "From abroad" || len(list[0].Due) != 0 {
		t.Fatalf("received are %+v", list)
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.In != twice.Position || p.Heard != at(1) || size(t, db) != before+3 {
		t.Fatalf("the link stands at %+v, with %d records", p.In, size(t, db)-before)
	}
	must(t, db.Links().SetState(ctx, exchange.StateChange{Partner: partner, To: exchange.Frozen, At: at(1)}))
	_, err = in.Arrive(ctx, arrival(t, partner, 4, ref.SeriesID{}, ref.SeriesID{}))
	refused(t, fault.Frozen, err)
	must(t, in.Missed(ctx, partner, at(1), "bad signature"))
	must(t, in.Missed(ctx, partner, at(1), "bad hash"))
	for since, want := range map[wire.Time]exchange.Missed{at(0): {Count: 2, Last: at(1), Why: "bad hash"}, at(1).Add(2 * time.Hour): {}} {
		if m, err := in.Misses(ctx, partner, since); err != nil || m != want {
			t.Errorf("since %s: %+v, %v", since, m, err)
		}
	}
	refused(t, fault.Withheld, in.Missed(ctx, "xx/none", at(1), "who"))
}

func testNotices(t *testing.T, db *store.DB) {
	in := db.Inbox()
	introduce(t, db, partner)
	introduce(t, db, "mx/other")
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	series := a.Cut.Cut.Series
	var notices []ref.CutID
	_, err := in.Arrive(ctx, a)
	must(t, err)
	const sent = exchange.MaxNotices + 2
	for i := range sent {
		n := arrival(t, partner, int64(i)+2, ref.SeriesID{}, series)
		_, err := in.Arrive(ctx, n)
		must(t, err)
		notices = append(notices, n.Cut.Cut.ID)
	}
	_, err = in.Arrive(ctx, arrival(t, "mx/other", 1, ref.SeriesID{}, series))
	must(t, err)
	got, err := in.Cut(ctx, a.Cut.Cut.ID.Short())
	must(t, err)
	newest := got.Notices
	if got.Noticed != sent || len(newest) != exchange.MaxNotices || newest[0].Cut != notices[2] || newest[len(newest)-1].Cut != notices[sent-1] ||
		newest[0].Kind != intel.Recall || newest[0].At != at(1) {
		t.Fatalf("of %d notices %v are shown, not the newest of %v: only the same partner's count", got.Noticed, newest, notices)
	}
	var seen []ref.CutID
	var last ref.CutID
	for {
		page, err := in.Received(ctx, exchange.Reader{Unit: "us/dea/ccf", At: at(9)}, last, 3)
		must(t, err)
		for _, c := range page {
			last = c.Cut.ID
			seen = append(seen, last)
		}
		if len(page) < 3 {
			break
		}
	}
	if len(seen) != sent+2 || seen[sent+1] != a.Cut.Cut.ID {
		t.Fatalf("listed %v", seen)
	}
}

func testOpen(t *testing.T, db *store.DB) {
	in := db.Inbox()
	introduce(t, db, partner)
	a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := in.Arrive(ctx, a)
	must(t, err)
	id := a.Cut.Cut.ID
	found := func(reader party.Handle) int {
		t.Helper()
		list, err := db.Holdings().Search(ctx, "us/dea/ccf", reader, []string{"mazatlan"}, 0, 10)
		must(t, err)
		if len(list) > 0 && list[0] != (holdings.Passage{Cut: id, Number: 1}) {
			t.Fatalf("found %+v", list)
		}
		return len(list)
	}
	if found("ann") != 0 {
		t.Fatal("found before it was read")
	}
	o := exchange.Opening{Cut: id, Actor: party.Actor{Handle: "ann", Unit: "us/dea/ccf"}, At: at(2), Records: records(t, record.ReadBy),
		Proven: func(ev []ledger.Evidence) (exchange.Proof, error) {
			return exchange.Proof{Outgoing: []exchange.Outgoing{outgoing(t, partner, "receipt")}}, nil
		}}
	must(t, in.Open(ctx, o))
	o.At, o.Proven, o.Actor.Handle = at(3), nil, "cid"
	must(t, in.Open(ctx, o))
	o.At, o.Actor.Handle = at(4), "ann"
	must(t, in.Open(ctx, o))
	for reader, want := range map[party.Handle]wire.Time{"ann": at(4), "cid": at(3), "bob": {}} {
		last, err := in.OpenedBy(ctx, id, reader)
		must(t, err)
		if last != want {
			t.Fatalf("%s opened it last at %s, not %s", reader, last, want)
		}
	}
	got, err := in.Cut(ctx, id.String())
	must(t, err)
	if got.FirstRead != at(2) || got.Hash != a.Cut.Hash || got.Message != a.Cut.Message || got.Partner != partner {
		t.Fatalf("the cut is %+v", got)
	}
	if found("ann") != 1 || found("cid") != 1 || found("bob") != 0 {
		t.Fatal("a cut is found by those who opened it, and by nobody else")
	}
	cut, err := db.Holdings().Received(ctx, id)
	must(t, err)
	if h, _ := cut.Hash(); h != a.Cut.Hash {
		t.Fatalf("the cut is not as it came: %+v", cut)
	}
	second := arrival(t, partner, 2, ref.SeriesID{}, ref.SeriesID{})
	_, err = in.Arrive(ctx, second)
	must(t, err)
	must(t, in.Open(ctx, exchange.Opening{Cut: second.Cut.Cut.ID, Actor: o.Actor, At: at(5), Records: records(t, record.ReadBy)}))
	must(t, in.Open(ctx, exchange.Opening{Cut: id, Actor: party.Actor{Handle: "dan", Unit: "us/dea/ccf"}, At: at(6), Records: records(t, record.ReadBy)}))
	list, err := db.Holdings().Search(ctx, "us/dea/ccf", "ann", []string{"mazatlan"}, 0, 10)
	if err != nil || len(list) != 2 || list[0].Cut != second.Cut.Cut.ID || list[1].Cut != id || found("dan") != 1 {
		t.Fatalf("what another officer opens is found elsewhere: %+v (%v)", list, err)
	}
	e, waits, err := db.Outbox().Next(ctx, partner)
	must(t, err)
	if !waits || string(e.Body) != "receipt" {
		t.Fatalf("the receipt is not on its way: %+v", e)
	}
	o.Cut = ref.CutID{9}
	refused(t, fault.Withheld, in.Open(ctx, o))
	for text, kind := range map[string]fault.Kind{"ffffffff": fault.Withheld, "fffffff": fault.Invalid, "abc": fault.Invalid, "%%%%": fault.Invalid} {
		_, err := in.Cut(ctx, text)
		refused(t, kind, err)
	}
}
