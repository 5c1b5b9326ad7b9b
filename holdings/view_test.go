package holdings_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/store/storetest"
	"comity/wire"
)

// TestAbsentAndNotMineAnswerAlike: the same words for what is not there, what
// is another unit's, what is hidden, and whoever may read nothing.
func TestAbsentAndNotMineAnswerAlike(t *testing.T) {
	h := open(t)
	mine := imported(t, h, "")
	hidden, err := h.Import(ctx, ann, holdings.Draft{Title: "All hidden", Portions: []intel.Portion{
		{Text: "x", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/ccf#ann"}}}}}})
	must(t, err)
	want := ""
	for _, c := range []struct {
		actor party.Actor
		id    ref.ItemID
	}{{ann, ref.ItemID{9}}, {cid, mine.ID}, {bob, hidden.ID}, {admin, mine.ID}, {auditor, mine.ID}, {guard, mine.ID}, {party.Actor{}, mine.ID}} {
		_, err := h.Item(ctx, c.actor, c.id)
		refused(t, fault.Withheld, err)
		_, errVersion := h.Version(ctx, c.actor, c.id, 1)
		_, errExport := h.Export(ctx, c.actor, c.id)
		_, errResolve := h.Resolve(ctx, c.actor, c.id.String())
		for _, e := range []error{err, errVersion, errExport, errResolve} {
			if want == "" {
				want = e.Error()
			}
			if e == nil || e.Error() != want {
				t.Errorf("%s gets %v", c.actor.Handle, e)
			}
		}
	}
	_, err = h.Version(ctx, ann, mine.ID, 7)
	refused(t, fault.Withheld, err)
}

// TestBlanking: nothing of a hidden portion's content is in a view, also not
// in an old version from before it was hidden, nor in what derives from it.
func TestBlanking(t *testing.T) {
	h := open(t)
	a, b := ref.PortionID{1}, ref.PortionID{2}
	item, err := h.Import(ctx, ann, holdings.Draft{Title: "Boats", Portions: []intel.Portion{
		{Text: "open"},
		{ID: a, Text: "SECRET", Substitute: "SECRET", Hint: "SECRET", Statements: []intel.Statement{{Entity: "e", Schema: "Person", Property: "name", Value: "SECRET"}}},
		{ID: b, Text: "SECRET in other words", DerivedFrom: []ref.PortionID{a}},
		{Text: "SECRET at third hand", DerivedFrom: []ref.PortionID{b}}}})
	must(t, err)
	item, err = attach(h, ann, item.ID, 2, []byte("x"), "SECRET")
	must(t, err)
	if v, err := h.Item(ctx, bob, item.ID); err != nil || len(v.Hidden) != 0 || len(v.Item.Portions[1].Exhibits) != 1 {
		t.Fatalf("bob sees %+v, %v", v, err)
	}
	_, err = h.Mark(ctx, ann, item.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	for n := range 4 {
		v, err := h.Version(ctx, bob, item.ID, n)
		must(t, err)
		raw, err := wire.Encode(v)
		must(t, err)
		if bytes.Contains(raw, []byte("SECRET")) || !slices.Equal(v.Hidden, []int{2, 3, 4}) {
			t.Errorf("version %d shows bob %s", n, raw)
		}
	}
	v, err := h.Item(ctx, ann, item.ID)
	must(t, err)
	dropped := v.Item
	dropped.Portions = v.Item.Portions[:1]
	_, err = h.Put(ctx, ann, dropped)
	must(t, err)
	old, err := h.Version(ctx, bob, item.ID, 1)
	must(t, err)
	if !slices.Equal(old.Hidden, []int{2, 3, 4}) {
		t.Errorf("dropping a hidden portion opens its old versions: %+v", old)
	}
	if name, _ := v.Item.Hash(); len(v.Hidden) != 0 || v.Hash != name {
		t.Errorf("ann sees %+v", v)
	}
}

// TestHashConfirmsNoGuess: whoever sees some portions and the hash of the
// whole version cannot try out what the hidden ones say.
func TestHashConfirmsNoGuess(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	salts := map[string]bool{item.Salt: true}
	marked, err := h.Mark(ctx, ann, item.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	salts[marked.Salt] = true
	v, err := h.Item(ctx, bob, item.ID)
	must(t, err)
	right := v.Item
	right.Portions = slices.Clone(v.Item.Portions)
	right.Portions[1] = marked.Portions[1]
	if guess, err := right.Hash(); err != nil || len(v.Hidden) != 1 || guess == v.Hash {
		t.Errorf("the hash confirms what portion 2 says: %v, hidden %v", err, v.Hidden)
	}
	right.Salt = marked.Salt
	if name, err := right.Hash(); err != nil || name != v.Hash {
		t.Errorf("the guess was not the right one: %v", err)
	}
	if len(salts) != 2 || salts[""] || v.Item.Salt != "" {
		t.Errorf("salts are %v, and bob's view has %q", salts, v.Item.Salt)
	}
	// Whoever sees all of it can still hold it to its hash, and a draft that is
	// taken back brings no salt of its own.
	again := marked
	again.Salt = strings.Repeat("0", 32)
	next, err := h.Put(ctx, ann, again)
	must(t, err)
	if next.Salt == again.Salt || next.Salt == marked.Salt {
		t.Error("a version took its salt from the draft")
	}
}

func TestEmbargoAndExpiry(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	_, err := h.Mark(ctx, ann, item.ID, []int{2}, []string{"EMBARGO:2026-03-03"})
	must(t, err)
	_, err = h.Mark(ctx, ann, item.ID, []int{3}, []string{"TTL:2026-03-04"})
	must(t, err)
	for _, c := range []struct {
		day  int
		want string
	}{{2, "[2]"}, {3, "[]"}, {4, "[3]"}} {
		h.now = time.Date(2026, 3, c.day, 0, 0, 0, 0, time.UTC)
		v, err := h.Item(ctx, bob, item.ID)
		must(t, err)
		if got := fmt.Sprint(v.Hidden); got != c.want {
			t.Errorf("on day %d %s are hidden, not %s", c.day, got, c.want)
		}
	}
}

func TestListAndResolve(t *testing.T) {
	h := open(t)
	var open2, shut []ref.ItemID
	for i := range 12 {
		d := holdings.Draft{Title: fmt.Sprint("Item ", i), Texts: []string{"x"}}
		if i%3 == 0 {
			d.Texts = nil
			d.Portions = []intel.Portion{{Text: "x", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/ccf#ann"}}}}}
		}
		item, err := h.Import(ctx, ann, d)
		must(t, err)
		if i%3 == 0 {
			shut = append(shut, item.ID)
		} else {
			open2 = append(open2, item.ID)
		}
		h.now = h.now.Add(time.Second)
	}
	walk := func(a party.Actor) (ids []ref.ItemID) {
		var after holdings.Cursor
		for {
			page, next, err := h.List(ctx, a, after, 3)
			must(t, err)
			for _, l := range page {
				ids = append(ids, l.ID)
			}
			if next.IsZero() {
				return ids
			}
			after = next
		}
	}
	if got := walk(bob); len(got) != len(open2) || got[0] != open2[len(open2)-1] {
		t.Errorf("bob lists %d of %d", len(got), len(open2))
	}
	if got := walk(ann); len(got) != 12 {
		t.Errorf("ann lists %d", len(got))
	}
	if got := walk(cid); len(got) != 0 {
		t.Errorf("another unit lists %d", len(got))
	}
	for _, a := range []party.Actor{admin, auditor, guard} {
		_, _, err := h.List(ctx, a, holdings.Cursor{}, 3)
		refused(t, fault.Denied, err)
	}
	for _, text := range []string{open2[0].String(), open2[0].Short(), strings.ToUpper(open2[0].Short())} {
		id, err := h.Resolve(ctx, bob, text)
		must(t, err)
		if id != open2[0] {
			t.Errorf("%s is %s", text, id)
		}
	}
	_, err := h.Resolve(ctx, bob, shut[0].Short())
	refused(t, fault.Withheld, err)
	for _, text := range []string{"", "123", "%%%%", "zzzz", "' OR 1=1"} {
		_, err := h.Resolve(ctx, bob, text)
		refused(t, fault.Invalid, err)
	}
}

// TestTraced: who follows trails and reads no content finds an item's id and owner and no more.
func TestTraced(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	for _, a := range []party.Actor{guard, auditor, officer("aud2", "us/dea/other", party.Auditor), officer("sec2", "us/dea/other", party.Security)} {
		id, unit, err := h.Traced(ctx, a, item.ID.Short())
		must(t, err)
		if id != item.ID || unit != ann.Unit {
			t.Errorf("%s traces %s of %s", a.Handle, id, unit)
		}
	}
	for _, a := range []party.Actor{ann, bob, admin, cid, officer("rel2", "us/dea/other", party.Release), officer("adm2", "us/dea/other", party.Admin), {}} {
		id, unit, err := h.Traced(ctx, a, item.ID.String())
		refused(t, fault.Withheld, err)
		if !id.IsZero() || unit != "" {
			t.Errorf("%s learns %s of %s", a.Handle, id, unit)
		}
	}
}

func TestExport(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	before := h.records(t)
	b, err := h.Export(ctx, bob, item.ID)
	must(t, err)
	var v holdings.View
	must(t, wire.Decode(b, &v, wire.Default))
	if strings.Contains(string(b), "secret") || !slices.Equal(v.Hidden, []int{2}) || h.records(t) != before+1 {
		t.Errorf("bob exports %s", b)
	}
	_, err = h.Mark(ctx, bob, item.ID, []int{1}, []string{"DISPLAY"})
	must(t, err)
	before = h.records(t)
	_, err = h.Export(ctx, bob, item.ID)
	refused(t, fault.Blocked, err)
	if h.records(t) != before {
		t.Error("a refused export was recorded as one")
	}
}

func TestSearchShowsNothingHidden(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	_, err := h.Import(ctx, cid, holdings.Draft{Title: "Theirs", Texts: []string{"secret of theirs"}})
	must(t, err)
	hidden, err := h.Import(ctx, ann, holdings.Draft{Title: "secret title", Portions: []intel.Portion{
		{Text: "x", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/ccf#ann"}}}}}})
	must(t, err)
	hits, err := h.Search(ctx, ann, "secret", 10)
	must(t, err)
	if len(hits) != 2 {
		t.Fatalf("ann finds %+v", hits)
	}
	for _, hit := range hits {
		if hit.Item == item.ID && (hit.Portion != 2 || hit.Text != "two secret") || hit.Item == hidden.ID && (hit.Portion != 0 || hit.Text != "secret title") {
			t.Errorf("ann finds %+v", hit)
		}
	}
	if hits, err = h.Search(ctx, bob, "secret", 10); err != nil || len(hits) != 0 {
		t.Fatalf("bob finds %+v, %v", hits, err)
	}
	for _, a := range []party.Actor{admin, auditor, guard, {}} {
		_, err := h.Search(ctx, a, "secret", 10)
		refused(t, fault.Denied, err)
	}
	for _, text := range []string{`"`, `secret" OR "x`, "secret*", "NOT secret", "a AND (", "body:secret", "'; DROP TABLE item", "\x00 secret", strings.Repeat("secret ", 100)} {
		_, err := h.Search(ctx, bob, text, 10)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestSearchFillsItsPage: hidden passages in front do not empty the answer.
func TestSearchFillsItsPage(t *testing.T) {
	h := open(t)
	for i := range 130 {
		m := intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/ccf#ann"}}}
		if i%26 == 25 {
			m = intel.Marking{}
		}
		_, err := h.Import(ctx, ann, holdings.Draft{Title: "T", Portions: []intel.Portion{{Text: "boat", Marking: m}}})
		must(t, err)
	}
	hits, err := h.Search(ctx, bob, "boat", 5)
	must(t, err)
	if len(hits) != 5 {
		t.Errorf("bob finds %d of 5", len(hits))
	}
}

func TestSearchOfReceivedCuts(t *testing.T) {
	h := open(t)
	key, err := seal.NewSigningKey(storetest.Random(11))
	must(t, err)
	must(t, h.db.Links().Pin(ctx, exchange.Pinning{Name: "mx/semar", At: noon, Signed: []byte("signed"),
		Card: message.Card{Serial: 1, Name: "mx/semar", Signing: key.Public()}}))
	cut := release.Cut{ID: ref.CutID{1, 2, 3, 4}, Series: ref.SeriesID{1}, Version: 1, Originator: "mx/semar/uin", Audience: []party.Name{"us/dea/ccf"}, Title: "Lanchas",
		Portions: []release.CutPortion{{Text: "una lancha"}, {Text: "lancha secreta", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/ccf#ann"}}}}}}
	name, err := cut.Hash()
	must(t, err)
	_, err = h.db.Inbox().Arrive(ctx, exchange.Arrival{Partner: "mx/semar", At: noon, Position: exchange.Position{Sequence: 1}, Outcome: message.Accepted,
		Cut: &exchange.ReceivedCut{Cut: cut, Hash: name, Partner: "mx/semar", At: noon}})
	must(t, err)
	find := func(a party.Actor, want ...int) {
		t.Helper()
		hits, err := h.Search(ctx, a, "lancha", 10)
		must(t, err)
		var got []int
		for _, hit := range hits {
			got = append(got, hit.Portion)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds portions %v, not %v", a.Handle, got, want)
		}
	}
	find(ann)
	for _, a := range []party.Actor{ann, bob, cid} {
		must(t, h.db.Inbox().Open(ctx, exchange.Opening{Cut: cut.ID, Actor: a, At: noon}))
	}
	find(ann, 0, 1, 2)
	find(bob, 0, 1)
	find(cid) // even an opening that should never have been gives nothing
}
