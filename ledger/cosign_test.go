package ledger_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"

	"comity/fault"
	"comity/ledger"
	"comity/ref"
	"comity/seal"
)

const (
	witness = "orx/1/mx/semar"
	noon    = 1_790_000_000
)

func cosign(t testing.TB, cp ledger.Checkpoint, name string, k byte, at int64) ledger.Checkpoint {
	t.Helper()
	cp, err := ledger.Cosign(cp, name, key(t, k), at)
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

// The standard's own library is the second opinion: what we cosign it accepts,
// and what it cosigns we do.
func TestCosignatureIsTheStandards(t *testing.T) {
	cp := cosign(t, at(t, 11), witness, 2, noon)
	pub := key(t, 2).Public()
	theirs, err := torchwood.NewCosignatureVerifier(vkey(t, witness, pub))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(cp.Signed, note.VerifierList(theirs))
	if err != nil {
		t.Fatal(err)
	}
	if when, err := torchwood.CosignatureTimestamp(n.Sigs[0]); err != nil || when != noon {
		t.Fatal(when, err)
	}
	other, err := torchwood.NewCosignatureSigner("orx/1/co/pnc", key(t, 3).Signer())
	if err != nil {
		t.Fatal(err)
	}
	both, err := note.Sign(&note.Note{Text: n.Text, UnverifiedSigs: append(n.UnverifiedSigs, n.Sigs...)}, other)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ledger.OpenCheckpoint(both, origin, key(t, 1).Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]byte{witness: 2, "orx/1/co/pnc": 3} {
		if when, err := ledger.Cosigned(again, name, key(t, k).Public()); err != nil || when < noon {
			t.Error(name, when, err)
		}
	}
}

// vkey writes a key as C2SP does: name, key hash, and algorithm with key.
func vkey(t testing.TB, name string, k seal.VerifyKey) string {
	t.Helper()
	v, err := k.NoteCosignature(name)
	if err != nil {
		t.Fatal(err)
	}
	hash := hex.EncodeToString([]byte{byte(v.KeyHash() >> 24), byte(v.KeyHash() >> 16), byte(v.KeyHash() >> 8), byte(v.KeyHash())})
	return name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{4}, k[:]...))
}

func TestCosignedRefuses(t *testing.T) {
	cp := at(t, 11)
	good := cosign(t, cp, witness, 2, noon)
	lines := strings.SplitAfter(good.String(), "\n")
	sig := lines[len(lines)-2]
	swap := func(was, is string) ledger.Checkpoint {
		c := good
		c.Signed = []byte(strings.Replace(good.String(), was, is, 1))
		return c
	}
	_, plain, _ := strings.Cut(cp.String(), "\n\n")
	for name, c := range map[string]struct {
		cp      ledger.Checkpoint
		witness string
		key     byte
	}{
		"not cosigned":             {cp, witness, 2},
		"another key":              {good, witness, 3},
		"another name":             {good, "orx/1/mx/fgr", 2},
		"the log itself":           {good, origin, 1},
		"the size changed":         {swap("\n11\n", "\n12\n"), witness, 2},
		"the date changed":         {swap(sig, flipped(t, sig, 11)), witness, 2},
		"a bit changed":            {swap(sig, flipped(t, sig, 40)), witness, 2},
		"shorter":                  {swap(sig, shortened(t, sig)), witness, 2},
		"a plain signature for it": {swap(sig, strings.Replace(plain, origin, witness, 1)), witness, 2},
		"nothing signed":           {ledger.Checkpoint{Origin: origin, Size: 11, Root: cp.Root}, witness, 2},
	} {
		if when, err := ledger.Cosigned(c.cp, c.witness, key(t, c.key).Public()); err == nil || when != 0 {
			t.Errorf("%s: cosigned at %d", name, when)
		}
	}
	for _, k := range []seal.SigningKey{{}, key(t, 2)} {
		date := int64(noon)
		if !k.IsZero() {
			date = 0
		}
		if _, err := ledger.Cosign(cp, witness, k, date); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
	}
	if _, err := ledger.Cosign(cp, "two words", key(t, 2), noon); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func raw(t testing.TB, line string) (name string, b []byte) {
	t.Helper()
	words := strings.Fields(line)
	b, err := base64.StdEncoding.DecodeString(words[2])
	if err != nil {
		t.Fatal(err)
	}
	return words[1], b
}

func flipped(t testing.TB, line string, at int) string {
	name, b := raw(t, line)
	b[at] ^= 1
	return "— " + name + " " + base64.StdEncoding.EncodeToString(b) + "\n"
}

func shortened(t testing.TB, line string) string {
	name, b := raw(t, line)
	return "— " + name + " " + base64.StdEncoding.EncodeToString(b[:len(b)-1]) + "\n"
}

// A later cosignature takes the place of the one before, others stay, and
// [ledger.Plain] takes all away but the log's own.
func TestCosignatures(t *testing.T) {
	cp := at(t, 11)
	one := cosign(t, cp, witness, 2, noon)
	two := cosign(t, cosign(t, one, "orx/1/co/pnc", 3, noon+1), witness, 2, noon+5)
	if strings.Count(two.String(), "\n— ") != 3 {
		t.Fatal(two)
	}
	if when, err := ledger.Cosigned(two, witness, key(t, 2).Public()); err != nil || when != noon+5 {
		t.Fatal(when, err)
	}
	bare, err := ledger.Plain(two, key(t, 1).Public())
	if err != nil || bare.String() != cp.String() {
		t.Fatal(bare, err)
	}
}

// The requests that the authors of the witness protocol try on their own
// witness, and what has to come of each.
func TestWitnessVectors(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "vectors", "witness", "litewitness.txtar"))
	if err != nil {
		t.Skip("the witness vectors are not there: put them at ../shared/data/vectors beside the repository")
	}
	_, hexKey, _ := strings.Cut(string(script), "add-sigsum-log -key=")
	pub, err := hex.DecodeString(hexKey[:64])
	if err != nil {
		t.Fatal(err)
	}
	key := seal.VerifyKey(pub)
	held, asked := ledger.Checkpoint{}, 0
	for part := range strings.SplitSeq(string(script), "POST http://localhost:7380/add-checkpoint\n```\n") {
		body, rest, ok := strings.Cut(part, "```\nHTTP ")
		if !ok {
			continue
		}
		asked++
		var got int
		if got, held = addCheckpoint(t, held, body, key); strconv.Itoa(got) != rest[:3] {
			t.Errorf("request %d: %d where %s is right", asked, got, rest[:3])
		}
	}
	if asked != 9 || held.Size != 5 {
		t.Fatal(asked, held.Size)
	}
}

// addCheckpoint is a witness of one log, made of this package's checks.
func addCheckpoint(t *testing.T, held ledger.Checkpoint, body string, key seal.VerifyKey) (int, ledger.Checkpoint) {
	t.Helper()
	head, signed, _ := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var path []ref.Hash
	for _, l := range lines[1:] {
		b, err := base64.StdEncoding.DecodeString(l)
		if err != nil {
			t.Fatal(err)
		}
		path = append(path, ref.Hash(b))
	}
	const origin = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
	cp, err := ledger.OpenCheckpoint([]byte(signed), origin, key)
	switch {
	case err != nil:
		return 403, held
	case old != held.Size:
		return 409, held
	case held.Size > 0 && ledger.CheckConsistency(held, cp, path) != nil:
		return 422, held
	}
	if _, err := ledger.Cosign(cp, "example.com/witness", mustKey(t), noon); err != nil {
		t.Fatal(err)
	}
	return 200, cp
}

func mustKey(t testing.TB) seal.SigningKey { return key(t, 9) }

func TestPeek(t *testing.T) {
	cp := at(t, 11)
	o, size, root, err := ledger.Peek(cp.Signed)
	if err != nil || o != origin || size != 11 || root != cp.Root {
		t.Fatal(o, size, root, err)
	}
	for _, bad := range [][]byte{nil, []byte("x"), []byte("a\n\n"), []byte("a\n1\n\n"), bytes.Repeat([]byte("a"), 1<<17)} {
		if _, _, _, err := ledger.Peek(bad); err == nil {
			t.Errorf("%.20q was read", bad)
		}
	}
}
