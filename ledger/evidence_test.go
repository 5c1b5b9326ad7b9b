package ledger_test

import (
	"strings"
	"testing"

	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

func evidence(t testing.TB) (ledger.Evidence, []byte) {
	t.Helper()
	m, es, cp := log(t, 11)
	e, err := ledger.Evident(m, es[5], 5, cp)
	if err != nil {
		t.Fatal(err)
	}
	return e, es[5].Record
}

// Evidence survives the wire and checks with nothing but the log's key.
func TestEvidence(t *testing.T) {
	e, record := evidence(t)
	b, err := wire.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	var back ledger.Evidence
	if err := wire.Decode(b, &back, wire.Default); err != nil {
		t.Fatal(err)
	}
	cp, err := back.Check(record, origin, key(t, 1).Public())
	if err != nil || cp.Size != 11 || cp.Root != at(t, 11).Root {
		t.Fatal(cp, err)
	}
}

func TestEvidenceRefuses(t *testing.T) {
	_, es, _ := log(t, 11)
	for name, c := range map[string]struct {
		change func(*ledger.Evidence)
		record string
		origin string
		key    byte
		want   fault.Kind
	}{
		"another record":     {nil, string(es[4].Record), origin, 1, fault.Forged},
		"empty record":       {nil, "", origin, 1, fault.Invalid},
		"longer record":      {nil, string(es[5].Record) + " ", origin, 1, fault.Forged},
		"another log":        {nil, string(es[5].Record), "orx/1/mx/semar", 1, fault.Forged},
		"another key":        {nil, string(es[5].Record), origin, 2, fault.Forged},
		"another salt":       {func(e *ledger.Evidence) { e.Salt = es[4].Salt }, string(es[5].Record), origin, 1, fault.Forged},
		"no salt":            {func(e *ledger.Evidence) { e.Salt = ledger.Salt{} }, string(es[5].Record), origin, 1, fault.Invalid},
		"another index":      {func(e *ledger.Evidence) { e.Index = 4 }, string(es[5].Record), origin, 1, fault.Forged},
		"no path":            {func(e *ledger.Evidence) { e.Path = nil }, string(es[5].Record), origin, 1, fault.Forged},
		"another checkpoint": {func(e *ledger.Evidence) { e.Checkpoint = at(t, 10).String() }, string(es[5].Record), origin, 1, fault.Forged},
		"earlier checkpoint": {func(e *ledger.Evidence) { e.Checkpoint = at(t, 5).String() }, string(es[5].Record), origin, 1, fault.Forged},
		"no checkpoint":      {func(e *ledger.Evidence) { e.Checkpoint = "" }, string(es[5].Record), origin, 1, fault.Invalid},
		"checkpoint unsigned": {func(e *ledger.Evidence) { e.Checkpoint, _, _ = strings.Cut(e.Checkpoint, "—") },
			string(es[5].Record), origin, 1, fault.Invalid},
		"salt and record slid": {func(e *ledger.Evidence) { copy(e.Salt[:], e.Salt[1:]); e.Salt[31] = es[5].Record[0] },
			string(es[5].Record[1:]), origin, 1, fault.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			e, _ := evidence(t)
			if c.change != nil {
				c.change(&e)
			}
			_, err := e.Check([]byte(c.record), c.origin, key(t, c.key).Public())
			mustKind(t, err, c.want)
		})
	}
}

// A damaged store is found out when evidence is made, not by the partner.
func TestEvidentChecksItself(t *testing.T) {
	m, es, cp := log(t, 11)
	for i := range m.Hashes {
		m.Hashes[i][0] ^= 1
	}
	_, err := ledger.Evident(m, es[5], 5, cp)
	mustKind(t, err, fault.Forged)
	m, _, _ = log(t, 11)
	_, err = ledger.Evident(m, es[5], 6, cp)
	mustKind(t, err, fault.Forged)
	_, err = ledger.Evident(m, es[5], 11, cp)
	mustKind(t, err, fault.Invalid)
	_, err = ledger.Evident(&ledgertest.Memory{}, es[5], 5, cp)
	mustKind(t, err, fault.Invalid)
}

func FuzzEvidence(f *testing.F) {
	e, record := evidence(f)
	b, err := wire.Encode(e)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"checkpoint":"","index":0,"path":[],"salt":"` + strings.Repeat("B", 42) + `A"}`))
	var k seal.VerifyKey = key(f, 1).Public()
	f.Fuzz(func(t *testing.T, b []byte) {
		var got ledger.Evidence
		if wire.Decode(b, &got, wire.Default) != nil {
			return
		}
		cp, err := got.Check(record, origin, k)
		if err == nil && (cp.Root != at(t, 11).Root || got.Index != 5 || ref.Content(b).IsZero()) {
			t.Fatalf("accepted %s", b)
		}
	})
}
