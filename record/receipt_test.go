package record_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var update = flag.Bool("update", false, "write the vector file anew")

const vectorFile = "../doc/spec/vectors/receipt.json"

type vector struct {
	Name    string `json:"name"`
	Node    string `json:"node"`
	Key     string `json:"key"`
	Input   string `json:"input"`
	Outcome string `json:"outcome"`
}

func key(t testing.TB, seed byte) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const node = party.Name("mx/semar")

// issue makes a receipt in a ledger of seven entries, signed by k for the
// node's log, about a delivery.
func issue(t testing.TB, k seal.SigningKey, r record.Record, origin string) record.Receipt {
	t.Helper()
	l := &ledgertest.Memory{}
	sign, err := ledger.NewSigner(origin, k)
	if err != nil {
		t.Fatal(err)
	}
	random := bytes.NewReader(bytes.Repeat([]byte{7}, 1024))
	e, env, err := record.NewSigned(r, []seal.SigningKey{k}, random)
	if err != nil {
		t.Fatal(err)
	}
	var entries []ledger.Entry
	for i := range 7 {
		other, err := ledger.NewEntry([]byte{byte(i)}, random)
		if err != nil {
			t.Fatal(err)
		}
		if i == 4 {
			other = e
		}
		entries = append(entries, other)
	}
	_, cp, err := ledger.Append(l, sign, entries...)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := ledger.Evident(l, e, 4, cp)
	if err != nil {
		t.Fatal(err)
	}
	return record.Receipt{Record: env, Evidence: ev}
}

func delivered() record.Record {
	return record.Record{Kind: record.Deliver, At: wire.At(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)), Node: node, Unit: "mx/semar/uin",
		Other: "us/dea", Cut: ref.CutID{0x4f, 1}, CutHash: ref.Hash{2}, Form: intel.Copy}
}

// hostile makes the vectors: one that holds, and what a forger could try.
func hostile(t testing.TB) []vector {
	k, thief := key(t, 1), key(t, 2)
	good := issue(t, k, delivered(), ledger.Origin(string(node)))
	var list []vector
	add := func(name, outcome string, change func(*record.Receipt)) {
		b, err := good.Encode()
		if err != nil {
			t.Fatal(err)
		}
		var r record.Receipt
		if err := wire.Decode(b, &r, wire.Default); err != nil {
			t.Fatal(err)
		}
		change(&r)
		if b, err = r.Encode(); err != nil {
			t.Fatal(err)
		}
		list = append(list, vector{name, string(node), k.Public().String(), string(b), outcome})
	}
	raw := func(name, outcome string, change func(string) string) {
		b, _ := good.Encode()
		list = append(list, vector{name, string(node), k.Public().String(), change(string(b)), outcome})
	}
	add("holds", "ok", func(*record.Receipt) {})
	add("another payload", "forged", func(r *record.Receipt) {
		r.Record.Payload = []byte(strings.Replace(string(r.Record.Payload), "2026-11-20", "2026-11-19", 1))
	})
	add("signed by a thief", "forged", func(r *record.Receipt) {
		later := delivered()
		later.At = later.At.Add(time.Hour)
		_, env, _ := record.NewSigned(later, []seal.SigningKey{thief}, bytes.NewReader(make([]byte, 64)))
		r.Record = env
	})
	add("all by a thief", "forged", func(r *record.Receipt) { *r = issue(t, thief, delivered(), ledger.Origin(string(node))) })
	add("a thief's checkpoint", "forged", func(r *record.Receipt) {
		r.Evidence.Checkpoint = issue(t, thief, delivered(), ledger.Origin(string(node))).Evidence.Checkpoint
	})
	add("another node's log", "forged", func(r *record.Receipt) { *r = issue(t, k, delivered(), "orx/1/mx/fgr") })
	add("another node's record", "forged", func(r *record.Receipt) {
		d := delivered()
		d.Node = "mx/fgr"
		*r = issue(t, k, d, ledger.Origin(string(node)))
	})
	add("another entry", "forged", func(r *record.Receipt) { r.Evidence.Index = 3 })
	add("an entry beyond the tree", "forged", func(r *record.Receipt) { r.Evidence.Index = 7 })
	add("a negative entry", "forged", func(r *record.Receipt) { r.Evidence.Index = -1 })
	add("another salt", "forged", func(r *record.Receipt) { r.Evidence.Salt[0] ^= 1 })
	add("a short path", "forged", func(r *record.Receipt) { r.Evidence.Path = r.Evidence.Path[1:] })
	add("a long path", "forged", func(r *record.Receipt) { r.Evidence.Path = append(r.Evidence.Path, ref.Hash{1}) })
	add("a changed path", "forged", func(r *record.Receipt) { r.Evidence.Path[0][0] ^= 1 })
	add("no path", "forged", func(r *record.Receipt) { r.Evidence.Path = nil })
	add("an older checkpoint's size", "forged", func(r *record.Receipt) {
		r.Evidence.Checkpoint = strings.Replace(r.Evidence.Checkpoint, "\n7\n", "\n5\n", 1)
	})
	add("another payload type", "forged", func(r *record.Receipt) { r.Record.PayloadType = wire.MediaType("statement") })
	add("no signature", "invalid", func(r *record.Receipt) { r.Record.Signatures = nil })
	raw("white space", "invalid", func(s string) string { return " " + s })
	raw("unknown member", "invalid", func(s string) string { return `{"a":1,` + s[1:] })
	raw("empty", "invalid", func(string) string { return "" })
	raw("too large", "too_large", func(s string) string { return s + strings.Repeat(" ", 65<<10) })
	return list
}

func TestReceiptVectors(t *testing.T) {
	if *update {
		b, err := json.MarshalIndent(hostile(t), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < 20 {
		t.Fatalf("%d vectors: %v", len(list), err)
	}
	for _, v := range list {
		t.Run(v.Name, func(t *testing.T) {
			k, err := seal.ParseVerifyKey(v.Key)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcome(check(v, k)); got != v.Outcome {
				t.Errorf("got %s (%v), want %s", got, check(v, k), v.Outcome)
			}
		})
	}
}

func check(v vector, k seal.VerifyKey) error {
	r, err := record.ParseReceipt([]byte(v.Input))
	if err != nil {
		return err
	}
	rec, cp, err := r.Check(party.Name(v.Node), k)
	if err == nil && (rec.Kind != record.Deliver || cp.Size != 7) {
		return fault.New(fault.Internal, "it holds, but says %+v of %d", rec, cp.Size)
	}
	return err
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return fault.KindOf(err).String()
}

// A record never says more than its format: what is unknown, needless or
// written in another way is refused even under a good signature.
func TestRecordVectors(t *testing.T) {
	b, err := os.ReadFile("../doc/spec/vectors/record.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < 30 {
		t.Fatalf("%d vectors: %v", len(list), err)
	}
	for _, v := range list {
		if r, err := record.Parse([]byte(v.Input)); outcome(err) != v.Outcome {
			t.Errorf("%s: got %+v (%v), want %s", v.Name, r, err, v.Outcome)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	for _, v := range hostile(f) {
		f.Add([]byte(v.Input))
	}
	k := key(f, 3).Public()
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := record.ParseReceipt(b)
		if err != nil {
			return
		}
		if _, _, err := r.Check(node, k); err == nil {
			t.Fatal("a receipt holds under a key that signed nothing")
		}
	})
}
