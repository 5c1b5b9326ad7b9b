package node_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"comity/exchange"
	"comity/ref"
	"comity/console"
)

func BenchmarkProbe(b *testing.B) {
	us, mx, ids := pair(b, 1)
	us.send(b, ids[0])
	us.rest(b)
	ctx := context.Background()
	db := us.node.Store()
	id, _ := ref.Parse[struct{}](ids[0])
	_ = id
	item := ref.ItemID(id)
	j := func(name string, v any) { s, _ := json.Marshal(v); if len(s) > 1500 { s = append(s[:1500], "..."...) }; fmt.Println(name, len(s), string(s)) }
	h, _ := db.Holdings().Version(ctx, item, 0)
	h.Item.Portions[0].Text = ""
	j("held", h)
	sent, _ := db.Trails().Sent(ctx, item)
	j("sent", sent)
	rc, _ := db.Trails().Receipts(ctx, sent[0].Cut.ID, 0, 9)
	j("receipts", rc)
	p, _ := db.Links().Partners(ctx)
	fmt.Println(p[0].Out, p[0].In)
	msg, err := db.Outbox().Sealed(ctx, p[0].Name, p[0].Out.Sequence)
	fmt.Println("message", len(msg), err)
	m, _ := exchange.ParseMessage(msg)
	fmt.Println("sealed", len(m.Sealed), string(m.Envelope.Payload))
	cp, _ := db.Ledger().Checkpoint(ctx)
	es, _ := db.Ledger().Entries(ctx, 0, cp.Size)
	for _, e := range es { fmt.Println("us", string(e.Record)) }
	mdb := mx.node.Store()
	cp, _ = mdb.Ledger().Checkpoint(ctx)
	es, _ = mdb.Ledger().Entries(ctx, 0, cp.Size)
	for _, e := range es { fmt.Println("mx", string(e.Record)) }
	in, _ := mdb.Inbox().Received(ctx, ref.CutID{}, 1)
	in[0].Cut.Portions[0].Text = ""
	j("in", in)
	d, _ := mdb.Duties().Duties(ctx, true)
	j("duties", d)
	tk, _ := mdb.Inbox().Consumed(ctx, "us/dea", 1)
	fmt.Println("envelope", len(tk.Envelope), "answer", len(tk.Answer))
	j("plans", told(b, us, us.officer, console.ShowItem{Item: ids[0]}))
}
