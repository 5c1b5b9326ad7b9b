package node_test

import (
	"context"
	"testing"

	"comity/console"
	"comity/fault"
	"comity/node"
	"comity/party"
	"comity/record"
)

// A trail tells an analyst of no item that they may not know of; that an
// auditor or a security officer followed one stands in the ledger, once.
func TestWhoFollowsTrails(t *testing.T) {
	dir, lock := made(t, config)
	n := open(t, dir, lock, node.Options{})
	defer func() { _ = n.Close() }()
	ctx := context.Background()
	chief, ana, bob, aud, saul := somebody(t, "chief"), somebody(t, "ana"), somebody(t, "bob"), somebody(t, "aud"), somebody(t, "saul")
	for _, err := range []error{enlist(t, n, chief, chief, party.Admin), enlist(t, n, chief, ana, party.Analyst), enlist(t, n, chief, bob, party.Analyst, party.Release),
		enlist(t, n, chief, aud, party.Auditor), enlist(t, n, chief, saul, party.Security)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	item, err := console.Call(ctx, n, ana, console.ImportItem{Title: "Boats", Text: []byte("The source is known.")})
	if err != nil {
		t.Fatal(err)
	}
	id := item.View.Item.ID
	mark := console.MarkItem{Item: id.String(), Elements: []string{"EYES:us/dea/sod#ana"}}
	if _, err := console.Call(ctx, n, ana, mark); err != nil {
		t.Fatal(err)
	}
	ask := console.ReadTrail{Item: id.Short(), Receipts: true}
	if _, err := console.Call(ctx, n, bob, ask); !fault.Is(err, fault.Withheld) {
		t.Errorf("bob, who may not know of the item, got %v, want Withheld", err)
	}
	for _, by := range []console.Signer{ana, aud, saul} {
		if _, err := console.Call(ctx, n, by, ask); err != nil {
			t.Errorf("%s got %v", by.Handle, err)
		}
	}
	all, err := console.Call(ctx, n, saul, console.ShowLedger{})
	if err != nil {
		t.Fatal(err)
	}
	who := ""
	for _, l := range all.Records {
		if r := l.Record; r.Kind == record.Consult && r.Item == id && r.Code == "trail" {
			who += string(r.Officer) + " "
		}
	}
	if who != "aud saul " {
		t.Errorf("the trail was followed, on record, by %q", who)
	}
}
