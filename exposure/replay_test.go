package exposure_test

import (
	"bytes"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/exposure"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/store/storetest"
	"comity/wire"
)

func (w *world) replay(item ref.ItemID) exposure.Again {
	w.t.Helper()
	return exchangetest.Must(w.Replay(ctx, w.us.Staff.Actor("auditor"), item, 0, 0))(w.t)
}

// Plans come out bit for bit: after packs came and went, after the item was
// changed, with a portion that the sender may not read, and with a new
// partner.
func TestReplay(t *testing.T) {
	w := start(t)
	w.law("mx/sre", "contact", "must", threeDays)
	first := w.sent("mx/semar/uin", "mx/semar/ops")
	item := first.Plan.Item
	w.pass(30 * 24 * time.Hour)
	w.law("mx/council", "full+contact", "must", threeDays)
	w.release(item, "mx/semar/uin")
	gn := exchangetest.New(t, w.clock, "mx/gn", "mx/gn/x")
	exchangetest.Introduce(w.us, gn)
	w.again()
	a := w.replay(item)
	if !a.Holds() || a.Count != 2 || len(a.Releases) != 2 || a.Next != 0 {
		t.Fatalf("%+v", a)
	}
	for i, r := range a.Releases {
		if r.Now != r.Plan || r.Now.IsZero() || r.Version != 1 || len(r.Differs) != 0 {
			t.Errorf("release %d: %+v", i, r)
		}
	}
	if a.Releases[0].Release != first.ID || a.Releases[0].Plan != first.Hash || a.Releases[0].Plan == a.Releases[1].Plan {
		t.Errorf("%+v", a.Releases)
	}
	for from, next := range []int{1, 0, 0} {
		p := exchangetest.Must(w.Replay(ctx, w.us.Staff.Actor("auditor"), item, from, 1))(t)
		if p.Count != 2 || len(p.Releases) != min(1, 2-from) || p.Next != next {
			t.Errorf("from %d: %+v", from, p)
		}
	}
}

// Whoever writes into the database behind the node's back is found, wherever
// that is done, and nothing else is hidden by it.
func TestReplayFindsTampering(t *testing.T) {
	for name, tt := range map[string]struct {
		part    exposure.Part
		unsound int // releases that a rerun gives up on
		spoil   func(w *world, r exchange.Released)
	}{
		"a party taken out": {exposure.RowPart, 1, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Rows = p.Rows[:len(p.Rows)-1]
			w.keep(r.ID, p, false)
		}},
		"a party taken out, with the hash": {exposure.RowPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Rows = p.Rows[:len(p.Rows)-1]
			w.keep(r.ID, p, true)
		}},
		"a deadline put off": {exposure.RowPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			for i := range p.Rows {
				if len(p.Rows[i].Latest) > 0 {
					p.Rows[i].Latest[0].At = p.Rows[i].Latest[0].At.Add(time.Hour)
				}
			}
			w.keep(r.ID, p, true)
		}},
		"duties made known": {exposure.UnknownPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Unknown = nil
			w.keep(r.ID, p, true)
		}},
		"a conflict made up": {exposure.ConflictPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Conflicts = append(p.Conflicts, release.Conflict{Portion: 1, Promise: "NOFWD", Party: "mx/sre"})
			w.keep(r.ID, p, true)
		}},
		"a duty made up": {exposure.DutyPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Duties = append(p.Duties, release.SenderDuty{Rule: "a/b", To: "us/doj"})
			w.keep(r.ID, p, true)
		}},
		"rows out of order": {exposure.PlanPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Rows[0], p.Rows[1] = p.Rows[1], p.Rows[0]
			w.keep(r.ID, p, true)
		}},
		// Nothing but the ledger tells of a plan that is sound in itself.
		"another plan": {exposure.LedgerPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			q := release.QuestionOf(p, exchangetest.Must(w.db.Past().Version(ctx, p.Item, p.Version))(w.t))
			q.Recipients = q.Recipients[:1]
			world := exchangetest.Must(w.shelf.Replay(ctx, p.Packs))(w.t)
			w.keep(r.ID, exchangetest.Must(release.Decide(world, q))(w.t), true)
		}},
		"no plan": {exposure.PlanPart, 1, func(w *world, r exchange.Released) {
			w.spoil(`UPDATE released SET plan = $1 WHERE id = $2`, []byte("{"), r.ID[:])
		}},
		"no act": {exposure.PlanPart, 1, func(w *world, r exchange.Released) {
			w.spoil(`UPDATE released SET body = $1 WHERE id = $2`, []byte("{"), r.ID[:])
		}},
		"a plan that cannot be asked for": {exposure.PlanPart, 0, func(w *world, r exchange.Released) {
			p := w.stored(r.ID)
			p.Recipients = nil
			w.keep(r.ID, p, true)
		}},
		"another text": {exposure.ItemPart, 1, func(w *world, r exchange.Released) {
			i := exchangetest.Must(w.db.Past().Version(ctx, r.Plan.Item, 1))(w.t)
			i.Portions[0].Text = "Three boats leave."
			w.spoil(`UPDATE item_version SET body = $1 WHERE item = $2`,
				exchangetest.Must(storetest.Vault().Enclose(r.Plan.Item, exchangetest.Must(wire.Encode(i))(w.t), nil))(w.t), r.Plan.Item[:])
		}},
		"another text, without the vault": {exposure.ItemPart, 1, func(w *world, r exchange.Released) {
			w.spoil(`UPDATE item_version SET body = $1 WHERE item = $2`, []byte("{}"), r.Plan.Item[:])
		}},
		"no text": {exposure.ItemPart, 1, func(w *world, r exchange.Released) {
			w.spoil(`DELETE FROM item_version WHERE item = $1`, r.Plan.Item[:])
		}},
		"another law": {exposure.PackPart, 0, func(w *world, r exchange.Released) {
			w.spoil(`UPDATE pack SET hash = $1 WHERE id = 'xx-law-1'`, bytes.Repeat([]byte{1}, 32))
			w.restart()
		}},
		"no law": {exposure.PackPart, 0, func(w *world, r exchange.Released) {
			w.spoil(`DELETE FROM pack WHERE id = 'xx-law-1'`)
			w.restart()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.law("mx/sre", "contact", "must", threeDays)
			other := w.sent("mx/semar/uin")
			r := w.sent("mx/semar/uin", "mx/semar/ops")
			if a := w.replay(r.Plan.Item); !a.Holds() {
				t.Fatalf("before: %+v", a)
			}
			tt.spoil(w, r)
			a := w.replay(r.Plan.Item)
			if a.Holds() || len(a.Releases) != 1 || !speaksOf(a.Releases[0], tt.part) {
				t.Errorf("%+v", a)
			}
			if a := w.replay(other.Plan.Item); a.Holds() == (tt.part == exposure.PackPart) {
				t.Errorf("the other item: %+v", a)
			}
			if name == "another law" {
				_, err := w.Rerun(ctx, w.us.Staff.Actor("sec-1"), exposure.Place{}, 0)
				wantKind(t, err, fault.Forged)
			} else if re := w.rerun("sec-1"); re.Looked != 2 || re.Unsound.Releases != tt.unsound {
				t.Errorf("%d releases were looked at, %+v", re.Looked, re.Unsound)
			}
		})
	}
}

func speaksOf(r exposure.Replayed, part exposure.Part) bool {
	for _, d := range r.Differs {
		if d.Part == part && d.Text != "" {
			return true
		}
	}
	return false
}

// keep puts a plan in place of a stored one; with its hash, also where the act
// names it.
func (w *world) keep(id ref.ReleaseID, p release.Plan, named bool) {
	w.t.Helper()
	was := w.stored(id)
	from, to := exchangetest.Must(was.Hash())(w.t), exchangetest.Must(p.Hash())(w.t)
	keys := storetest.Vault() // whoever tampers so has it
	w.spoil(`UPDATE released SET plan = $1 WHERE id = $2`, exchangetest.Must(keys.EncloseNote(exchangetest.Must(wire.Encode(p))(w.t)))(w.t), id[:])
	if named {
		act, _, err := keys.Open(w.blob(`SELECT body FROM released WHERE id = $1`, id[:]))
		if err != nil {
			w.t.Fatal(err)
		}
		w.spoil(`UPDATE released SET body = $1 WHERE id = $2`, exchangetest.Must(keys.EncloseNote(bytes.ReplaceAll(act, []byte(from.String()), []byte(to.String()))))(w.t), id[:])
	}
}

func TestReplayRefusals(t *testing.T) {
	w := start(t)
	w.law("mx/sre", "contact", "must", threeDays)
	r := w.sent("mx/semar/uin")
	unsent := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("ana-1"), draft()))(t)
	nobody := party.Actor{Handle: "nobody", Unit: "us/dea/mex"}
	runner := w.us.Staff.Actor("admin")
	for name, tt := range map[string]struct {
		by          party.Actor
		item        ref.ItemID
		from, limit int
		kind        fault.Kind
	}{
		"admin":                     {runner, r.Plan.Item, 0, 0, fault.Denied},
		"no role":                   {nobody, r.Plan.Item, 0, 0, fault.Denied},
		"admin, no item":            {runner, ref.ItemID{1}, 0, 0, fault.Denied},
		"another unit's analyst":    {w.us.Staff.Actor("ana-2"), r.Plan.Item, 0, 0, fault.Withheld},
		"another unit's releaser":   {w.us.Staff.Actor("rel-2"), r.Plan.Item, 0, 0, fault.Withheld},
		"no item for an analyst":    {w.us.Staff.Actor("ana-1"), ref.ItemID{1}, 0, 0, fault.Withheld},
		"never sent":                {w.us.Staff.Actor("ana-1"), unsent.ID, 0, 0, fault.Invalid},
		"never sent, for auditors":  {w.us.Staff.Actor("auditor"), unsent.ID, 0, 0, fault.Invalid},
		"no item for an auditor":    {w.us.Staff.Actor("auditor"), ref.ItemID{1}, 0, 0, fault.Invalid},
		"a page before the first":   {w.us.Staff.Actor("auditor"), r.Plan.Item, -1, 0, fault.Invalid},
		"a page of less than none":  {w.us.Staff.Actor("auditor"), r.Plan.Item, 0, -1, fault.Invalid},
		"another unit's, by a page": {w.us.Staff.Actor("rel-2"), r.Plan.Item, 1, 1, fault.Withheld},
	} {
		if _, err := w.Replay(ctx, tt.by, tt.item, tt.from, tt.limit); !fault.Is(err, tt.kind) {
			t.Errorf("%s: %v, want %v", name, err, tt.kind)
		}
	}
	for _, who := range []party.Handle{"ana-1", "rel-1", "sec-1", "sec-2", "auditor"} {
		if a := exchangetest.Must(w.Replay(ctx, w.us.Staff.Actor(who), r.Plan.Item, 0, 0))(t); !a.Holds() {
			t.Errorf("%s: %+v", who, a)
		}
	}
	// An item that an officer may not know of is not there for them.
	hidden := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("ana-1"), draft(intel.Caveat{Code: intel.EYES, Arg: "us/dea/mex#ana-1"})))(t)
	_, err := w.Replay(ctx, w.us.Staff.Actor("rel-1"), hidden.ID, 0, 0)
	wantKind(t, err, fault.Withheld)
}
