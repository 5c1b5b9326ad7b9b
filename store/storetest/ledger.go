package storetest

import (
	"testing"

	"comity/fault"
	"comity/ledger"
	"comity/record"
	"comity/seal"
	"comity/store"
)

func testLedger(t *testing.T, open Opener) {
	db := open(t)
	log := db.Ledger()
	_, err := log.Checkpoint(ctx)
	refused(t, fault.Withheld, err)
	_, err = log.Evidence(ctx, 0)
	refused(t, fault.Withheld, err)
	var kept []ledger.Entry
	for i := range 300 {
		batch := []ledger.Entry{entry(t, record.Consult)}
		if i%10 == 0 {
			batch = append(batch, entry(t, record.Alter), entry(t, record.Alter))
		}
		must(t, db.Holdings().Record(ctx, batch...))
		kept = append(kept, batch...)
	}
	cp := Audit(t, db)
	if cp.Size != int64(len(kept)) {
		t.Fatalf("%d leaves, not %d", cp.Size, len(kept))
	}
	for _, i := range []int64{0, 1, 255, 256, cp.Size - 1} {
		ev, err := log.Evidence(ctx, i)
		must(t, err)
		_, err = ev.Check(kept[i].Record, Origin, Key().Public())
		must(t, err)
	}
	_, err = log.Evidence(ctx, cp.Size)
	refused(t, fault.Withheld, err)
	_, err = log.Evidence(ctx, -1)
	refused(t, fault.Withheld, err)
	for _, path := range ledger.TilePaths(cp.Size) {
		_, err := ledger.Tile(log, path)
		must(t, err)
	}
	got, err := log.Entries(ctx, 10, 13)
	must(t, err)
	if len(got) != 3 || got[0].Commitment() != kept[10].Commitment() {
		t.Fatalf("entries are %v", got)
	}
	t.Run("without its key the ledger takes nothing", func(t *testing.T) { testLocked(t, db) })
}

func testLocked(t *testing.T, db *store.DB) {
	before := size(t, db)
	db.Unlock(ledger.Signer{})
	boss := person(t, "boss")
	refused(t, fault.Locked, db.Staff().Enlist(ctx, boss, anything, entry(t, record.KeyChange)))
	if _, err := db.Staff().Officer(ctx, boss.Handle); !fault.Is(err, fault.Withheld) {
		t.Fatal("the act went through without its record")
	}
	other, err := seal.NewSigningKey(chance)
	must(t, err)
	sign, err := ledger.NewSigner(Origin, other)
	must(t, err)
	db.Unlock(sign)
	must(t, db.Staff().Enlist(ctx, boss, anything, entry(t, record.KeyChange)))
	db.Unlock(Signer())
	must(t, db.Holdings().Record(ctx, entry(t, record.Consult)))
	if n := size(t, db); n != before+2 {
		t.Fatalf("%d records", n)
	}
	Audit(t, db)
}
