package record_test

import (
	"testing"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/record"
	"comity/ref"
)

const noon = 1_790_000_000

// covered is a log whose receipt stands under its third head, and whose fifth
// a witness has cosigned.
func covered(t testing.TB) (under ledger.Checkpoint, c record.Cosigned, l *ledgertest.Memory) {
	t.Helper()
	l = &ledgertest.Memory{}
	sign, err := ledger.NewSigner(ledger.Origin(string(node)), key(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	var heads []ledger.Checkpoint
	for n := range byte(5) {
		_, cp, err := ledger.Append(l, sign, ledger.Entry{Record: []byte("r"), Salt: ledger.Salt{n + 1}})
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, cp)
	}
	head, err := ledger.Cosign(heads[4], "orx/1/us/dea", key(t, 2), noon)
	if err != nil {
		t.Fatal(err)
	}
	path, err := ledger.ProveConsistency(l, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	return heads[2], record.Cosigned{Checkpoint: head.String(), Path: path}, l
}

func TestCosigned(t *testing.T) {
	under, c, l := covered(t)
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := record.ParseCosigned(b)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := again.Check(under, key(t, 1).Public(), "us/dea", key(t, 2).Public()); err != nil || at != noon {
		t.Fatal(at, err)
	}
	plain, err := ledger.OpenCheckpoint([]byte(c.Checkpoint), under.Origin, key(t, 1).Public())
	if err != nil {
		t.Fatal(err)
	}
	plain, err = ledger.Plain(plain, key(t, 1).Public())
	if err != nil {
		t.Fatal(err)
	}
	other, err := ledger.ProveConsistency(l, 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *record.Cosigned, under *ledger.Checkpoint){
		"not cosigned":      func(c *record.Cosigned, _ *ledger.Checkpoint) { c.Checkpoint = plain.String() },
		"no proof":          func(c *record.Cosigned, _ *ledger.Checkpoint) { c.Path = nil },
		"another proof":     func(c *record.Cosigned, _ *ledger.Checkpoint) { c.Path = other },
		"a longer proof":    func(c *record.Cosigned, _ *ledger.Checkpoint) { c.Path = append(c.Path, ref.Hash{1}) },
		"another root":      func(_ *record.Cosigned, u *ledger.Checkpoint) { u.Root[0] ^= 1 },
		"a later receipt":   func(_ *record.Cosigned, u *ledger.Checkpoint) { u.Size = 6 },
		"a receipt of now":  func(_ *record.Cosigned, u *ledger.Checkpoint) { u.Size = 5 },
		"of another log":    func(_ *record.Cosigned, u *ledger.Checkpoint) { u.Origin = "orx/1/mx/fgr" },
		"nothing":           func(c *record.Cosigned, _ *ledger.Checkpoint) { c.Checkpoint = "" },
		"a receipt of none": func(_ *record.Cosigned, u *ledger.Checkpoint) { *u = ledger.Checkpoint{Origin: u.Origin} },
		"a changed checkpoint": func(c *record.Cosigned, _ *ledger.Checkpoint) {
			c.Checkpoint = c.Checkpoint[:len(c.Checkpoint)-6] + "AAAA=\n"
		},
	} {
		bad, u := c, under
		bad.Path = append([]ref.Hash{}, c.Path...)
		change(&bad, &u)
		if at, err := bad.Check(u, key(t, 1).Public(), "us/dea", key(t, 2).Public()); err == nil {
			t.Errorf("%s: cosigned at %d", name, at)
		}
	}
	for name, who := range map[string]byte{"another witness's key": 3, "the log's own key": 1} {
		if _, err := c.Check(under, key(t, 1).Public(), "us/dea", key(t, who).Public()); err == nil {
			t.Errorf("%s", name)
		}
	}
	if _, err := record.ParseCosigned([]byte(`{"checkpoint":"x","path":[],"more":1}`)); err == nil {
		t.Error("an unknown field was read")
	}
}
