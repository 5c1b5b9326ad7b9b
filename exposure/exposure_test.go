package exposure_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/exposure"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/rulebook"
	"comity/seal"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
	"comity/wire"
)

var ctx = context.Background()

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v (%v), want %v", err, fault.KindOf(err), kind)
	}
}

// world is a node on a real store, us/dea, and one that it sends to.
type world struct {
	*exposure.Exposure
	t     *testing.T
	clock *exchangetest.Clock
	path  string
	db    *store.DB
	us    *exchangetest.Node
	mx    *exchangetest.Node
	shelf *rulebook.Shelf
	desk  *holdings.Desk
	laws  int
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: &exchangetest.Clock{At: exchangetest.Start}, path: filepath.Join(t.TempDir(), "node.db")}
	w.us = exchangetest.New(t, w.clock, "us/dea", "us/dea/mex", "us/dea/bog")
	w.mx = exchangetest.New(t, w.clock, "mx/semar", "mx/semar/uin", "mx/semar/ops")
	t.Cleanup(func() {
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.open()
	exchangetest.Introduce(w.us, w.mx)
	return w
}

// open is what a start of the node does.
func (w *world) open() {
	sign := exchangetest.Must(ledger.NewSigner(ledger.Origin("us/dea"), w.us.Key))(w.t)
	w.db = exchangetest.Must(sqlite.Open(ctx, w.path, store.Options{Vault: storetest.Vault(), Sign: sign, Now: w.clock.Now}))(w.t)
	w.desk = holdings.New(w.db.Holdings(), "us/dea", w.clock.Now, rand.Reader)
	w.again()
	c := w.us.Config
	c.Ports = exchange.Ports{Releases: w.db.Releases(), Trails: w.db.Trails(), Links: w.db.Links(), Outbox: w.db.Outbox(), Inbox: w.db.Inbox(), Exhibits: w.db.Exhibits()}
	c.Items, c.Rules = w.desk, w.shelf
	w.us.Exchange = exchange.New(c)
}

// again forgets what was decided by packs.
func (w *world) again() {
	w.shelf = rulebook.New(w.db.Rulebook(), "us/dea", w.clock.Now, rand.Reader)
	w.Exposure = exposure.New(w.db.Past(), w.shelf, w.desk, w.clock.Now)
}

// restart forgets whatever was read of the database.
func (w *world) restart() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// lawText is a pack about what units of mx receive.
const lawText = `id: xx-law-%[1]d
version: 1
title: A law
jurisdiction: MX
status: in_force
effective: [%[6]s, null]
reviewed_by: null
confidence: A
calendars: [{parties: ["mx/**"], zone: America/Mexico_City}]
covers: ["mx/**"]
sources:
  - {id: "1", text: the test}
parties:
  - {name: mx/sre, title: SRE, kind: agency}
  - {name: mx/sspc, title: SSPC, kind: agency}
  - {name: us/doj, title: DOJ, kind: agency}
  - {name: mx/council, title: Council, kind: group, members: [mx/sre, mx/sspc]}
rules:
  - id: D1
    title: Tell
    words: Tell it.
    duty_holder: {party: "mx/semar/**"}
    trigger: {kinds: [receive]}
    recipients: [{party: %[2]s}]
    sources: ["1"]
    scope: %[3]s
    force: %[4]s
    deadline: {%[5]s}
`

const (
	threeDays = "amount: 3, unit: day, calendar: calendar, from: trigger"
	anyTime   = "unit: any_time"
)

// law adds a pack: the units of mx/semar tell somebody what they receive.
func (w *world) law(to, scope, force, deadline string) law.Ref {
	w.t.Helper()
	return w.lawFrom("2020-01-01", to, scope, force, deadline)
}

func (w *world) lawFrom(date, to, scope, force, deadline string) law.Ref {
	w.t.Helper()
	w.laws++
	text := fmt.Appendf(nil, lawText, w.laws, to, scope, force, deadline, date)
	p, problems := law.Parse("law.yaml", text)
	if err := problems.Err(); err != nil {
		w.t.Fatal(err)
	}
	if err := w.shelf.Add(ctx, w.us.Staff.Actor("admin"), p, text); err != nil {
		w.t.Fatal(err)
	}
	return exchangetest.Must(p.Ref())(w.t)
}

// sent releases a new item of two portions, the second of which rel-1 may not
// read, and has it delivered.
func (w *world) sent(to ...party.Name) exchange.Released {
	w.t.Helper()
	item := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Portions: []intel.Portion{
		{Kind: intel.Fact, Text: "Two boats leave.", Marking: intel.Marking{Rel: []party.Pattern{"mx/**"}}},
		{Kind: intel.Fact, Text: "The source.", Substitute: "A source.", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/mex#ana-1"}}}},
	}}))(w.t)
	return w.release(item.ID, to...)
}

func (w *world) release(item ref.ItemID, to ...party.Name) exchange.Released {
	w.t.Helper()
	ask := exchange.Ask{Item: item, Again: true}
	for _, n := range to {
		ask.To = append(ask.To, exchange.To{Party: n, Form: intel.Copy})
	}
	r := exchangetest.Must(w.us.Release(ctx, w.us.Staff.Actor("rel-1"), ask, ""))(w.t)
	if err := w.us.Flush(ctx); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// hears has receipts of the partner's stored, as if they had come.
func (w *world) hears(cut ref.CutID, list ...record.Record) {
	w.t.Helper()
	p := exchangetest.Must(w.db.Links().Partner(ctx, "mx/semar"))(w.t)
	a := exchange.Arrival{Partner: "mx/semar", At: wire.At(w.clock.At), Outcome: message.Accepted,
		Position: exchange.Position{Sequence: p.In.Sequence + 1, Hash: ref.Content([]byte("x"))}}
	for i, r := range list {
		r.Node, r.Cut = "mx/semar", cut
		if r.At.IsZero() {
			r.At = wire.At(w.clock.At)
		}
		b := exchangetest.Must(r.Encode())(w.t)
		a.Receipts = append(a.Receipts, exchange.StoredReceipt{Cut: cut, From: "mx/semar", Kind: r.Kind, At: r.At,
			Receipt: record.Receipt{Record: seal.Envelope{Payload: b}, Evidence: ledger.Evidence{Index: int64(1000 + i), Salt: ledger.Salt{1}}}})
	}
	exchangetest.Must(w.db.Inbox().Arrive(ctx, a))(w.t)
}

// spoil changes the database behind the node's back.
func (w *world) blob(text string, args ...any) (b []byte) {
	w.t.Helper()
	raw := exchangetest.Must(sql.Open("sqlite", "file:"+w.path+"?_pragma=busy_timeout(5000)"))(w.t)
	defer func() { _ = raw.Close() }()
	if err := raw.QueryRow(text, args...).Scan(&b); err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) spoil(text string, args ...any) {
	w.t.Helper()
	raw := exchangetest.Must(sql.Open("sqlite", "file:"+w.path+"?_pragma=busy_timeout(5000)"))(w.t)
	defer func() { _ = raw.Close() }()
	n := int64(0)
	res, err := raw.Exec(text, args...)
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil || n != 1 {
		w.t.Fatalf("%d rows changed: %v", n, err)
	}
}

func (w *world) of(a exposure.Ask) exposure.Report {
	w.t.Helper()
	if a.Since.IsZero() {
		a.Since = wire.At(exchangetest.Start)
	}
	return exchangetest.Must(w.Of(ctx, w.us.Staff.Actor("sec-1"), a))(w.t)
}

func day(n int) wire.Time { return wire.At(exchangetest.Start.AddDate(0, 0, n)) }

func (w *world) pass(d time.Duration) { w.clock.At = w.clock.At.Add(d) }

// way finds the way to a party.
func way(t *testing.T, e exposure.Exposed, n party.Name) exposure.Could {
	t.Helper()
	for _, c := range e.Could {
		if c.Party == n {
			return c
		}
	}
	t.Fatalf("there is no way to %s in %+v", n, e.Could)
	return exposure.Could{}
}

// stored gives the plan of a release as it lies in the database.
func (w *world) stored(id ref.ReleaseID) release.Plan {
	w.t.Helper()
	list := exchangetest.Must(w.db.Past().Releases(ctx, exposure.Range{}, 100))(w.t)
	for _, m := range list {
		if m.ID == id {
			return *m.Plan
		}
	}
	w.t.Fatal("no such release")
	return release.Plan{}
}
