package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var atNoon = time.Unix(1_790_000_000, 0)

// book is a giver's ledger with a receipt for each of its records.
type book struct {
	ledgertest.Memory
	testing.TB
	sign     ledger.Signer
	receipts []string
	heads    []ledger.Checkpoint // by size, from 1
}

func newBook(t testing.TB, node party.Name, size int, keys ...seal.SigningKey) *book {
	t.Helper()
	sign, err := ledger.NewSigner(ledger.Origin(string(node)), keys...)
	must(t, err)
	b := &book{TB: t, sign: sign}
	for n := range size {
		r := record.Record{Kind: record.Deliver, At: wire.At(atNoon), Node: node, Cut: ref.CutID{byte(n + 1)}}
		e, signed, err := record.NewSigned(r, keys, bytes.NewReader(bytes.Repeat([]byte{7, byte(n)}, 32)))
		must(t, err)
		at, cp, err := ledger.Append(&b.Memory, sign, e)
		must(t, err)
		evidence, err := ledger.Evident(&b.Memory, e, at, cp)
		must(t, err)
		file, err := record.Receipt{Record: signed, Evidence: evidence}.Encode()
		must(t, err)
		b.receipts, b.heads = append(b.receipts, string(file)), append(b.heads, cp)
	}
	return b
}

// beside gives what a witness saves beside the receipt that stands under the head
// of a size: the head of another, cosigned.
func (b *book) beside(from, to int64, witness party.Name, k seal.SigningKey) record.Cosigned {
	b.Helper()
	cp, err := ledger.Cosign(b.heads[to-1], ledger.Origin(string(witness)), k, atNoon.Unix())
	must(b, err)
	c := record.Cosigned{Checkpoint: cp.String(), Path: []ref.Hash{}}
	if from < to {
		c.Path, err = ledger.ProveConsistency(b.At(to), from, to)
		must(b, err)
	}
	return c
}

func encoded(t testing.TB, c record.Cosigned) string {
	t.Helper()
	b, err := c.Encode()
	must(t, err)
	return string(b)
}

// sidecar is a receipt, what stands beside it, and what must be said of them.
type sidecar struct {
	receipt, beside string
	says            string // of one that is broken; empty: it holds
	by              party.Name
	size            int64
}

// sidecars are judged with the card of the accused for the giver and that of the
// asker for the witness.
func sidecars(t testing.TB) map[string]sidecar {
	c := newCourt(t)
	b := newBook(t, accused, 7, c.node)
	r3, r7 := b.receipts[2], b.receipts[6]
	good := b.beside(3, 7, asker, c.dea)
	with := func(change func(*record.Cosigned)) string {
		bad := record.Cosigned{Checkpoint: good.Checkpoint, Path: append([]ref.Hash{}, good.Path...)}
		change(&bad)
		return encoded(t, bad)
	}
	note := func(n string) string { return with(func(c *record.Cosigned) { c.Checkpoint = n }) }
	path := func(p []ref.Hash) string { return with(func(c *record.Cosigned) { c.Path = p }) }
	other := newBook(t, accused, 7, c.thief)
	rewritten := newHistory(t, accused, c.node, 11, 7)
	cosign := func(signed, origin string, k seal.SigningKey, as party.Name) string {
		cp, err := ledger.OpenCheckpoint([]byte(signed), ledger.Origin(origin), k.Public())
		must(t, err)
		cp, err = ledger.Cosign(cp, ledger.Origin(string(as)), c.dea, 1)
		must(t, err)
		return cp.String()
	}
	fgr := newBook(t, "mx/fgr", 7, c.node)
	both := newBook(t, accused, 7, c.thief, c.node)
	file := encoded(t, good)
	return map[string]sidecar{
		"a later head":             {r3, file, "", asker, 7},
		"with a line break":        {r3, file + "\n", "", asker, 7},
		"its own head":             {r7, encoded(t, b.beside(7, 7, asker, c.dea)), "", asker, 7},
		"signed with two keys":     {both.receipts[2], encoded(t, both.beside(3, 7, asker, c.dea)), "", asker, 7},
		"cosigned by others too":   {r3, note(cosign(encodedNote(b, c, "co/pnc"), string(accused), c.node, asker)), "", asker, 7},
		"not cosigned":             {r3, note(b.heads[6].String()), "us/dea has not cosigned", "", 0},
		"by another witness":       {r3, encoded(t, b.beside(3, 7, "co/pnc", c.dea)), "us/dea has not cosigned", "", 0},
		"by another key":           {r3, encoded(t, b.beside(3, 7, asker, c.thief)), "us/dea has not cosigned", "", 0},
		"by the giver itself":      {r3, encoded(t, b.beside(3, 7, asker, c.node)), "us/dea has not cosigned", "", 0},
		"for a later receipt":      {r3, encoded(t, b.beside(4, 7, asker, c.dea)), "not shown to extend", "", 0},
		"for an earlier receipt":   {r3, encoded(t, b.beside(2, 7, asker, c.dea)), "not shown to extend", "", 0},
		"for the newest":           {r3, encoded(t, b.beside(7, 7, asker, c.dea)), "not shown to extend", "", 0},
		"an older head":            {r7, encoded(t, b.beside(3, 3, asker, c.dea)), "the cosigned head has 3 records", "", 0},
		"of another history":       {r3, encoded(t, record.Cosigned{Checkpoint: cosign(rewritten.heads[7], string(accused), c.node, asker), Path: rewritten.path(t, 3, 7)}), "not shown to extend", "", 0},
		"of another, as large":     {r7, encoded(t, record.Cosigned{Checkpoint: cosign(rewritten.heads[7], string(accused), c.node, asker), Path: []ref.Hash{}}), "two roots", "", 0},
		"of a thief's key":         {r3, encoded(t, other.beside(3, 7, asker, c.dea)), "not signed by its log's key", "", 0},
		"of another node":          {r3, encoded(t, fgr.beside(3, 7, asker, c.dea)), "not signed by its log's key", "", 0},
		"no path":                  {r3, path([]ref.Hash{}), "not shown to extend", "", 0},
		"another path":             {r3, path(append([]ref.Hash{{1}}, good.Path[1:]...)), "not shown to extend", "", 0},
		"a shorter path":           {r3, path(good.Path[1:]), "not shown to extend", "", 0},
		"a longer path":            {r3, path(append(good.Path[:len(good.Path):len(good.Path)], ref.Hash{1})), "not shown to extend", "", 0},
		"a path where none may be": {r7, encoded(t, record.Cosigned{Checkpoint: b.beside(7, 7, asker, c.dea).Checkpoint, Path: []ref.Hash{{1}}}), "longer than it can be", "", 0},
		"a changed size":           {r3, note(strings.Replace(good.Checkpoint, "\n7\n", "\n8\n", 1)), "not signed by its log's key", "", 0},
		"a changed cosignature":    {r3, note(good.Checkpoint[:len(good.Checkpoint)-12] + "AAAAAAAAAA=\n"), "us/dea has not cosigned", "", 0},
		"no head":                  {r3, note(""), "not a signed checkpoint", "", 0},
		"truncated":                {r3, file[:len(file)-3], "cosigned.json", "", 0},
		"half of it":               {r3, file[:len(file)/2], "cosigned.json", "", 0},
		"nothing":                  {r3, "", "cosigned.json", "", 0},
		"a receipt":                {r3, r3, "cosigned.json", "", 0},
		"one more field":           {r3, strings.Replace(file, `{"checkpoint"`, `{"a":1,"checkpoint"`, 1), "cosigned.json", "", 0},
		"a space before":           {r3, " " + file, "cosigned.json", "", 0},
		"twice":                    {r3, file + file, "cosigned.json", "", 0},
		"larger than may be":       {r3, path(make([]ref.Hash, 2000)), "cosigned.json", "", 0},
		"huge":                     {r3, strings.Repeat(" ", maxFile+1), "larger than", "", 0},
	}
}

// encodedNote gives the newest head of a book, cosigned by somebody else.
func encodedNote(b *book, c court, witness party.Name) string {
	return b.beside(7, 7, witness, c.thief).Checkpoint
}

// checking saves cards of giver and witness, and gives the words that name them.
func checking(t testing.TB) (alone, witnessed []string) {
	t.Helper()
	dir := saved(t, map[string]string{"g": cardOf(t, accused, key(t, 1)), "w": cardOf(t, asker, key(t, 2))})
	alone = []string{"--card", dir + "/g"}
	return alone, append(alone, "--witness-card", dir+"/w")
}

func TestSidecars(t *testing.T) {
	alone, witnessed := checking(t)
	for name, s := range sidecars(t) {
		file := filepath.Join(saved(t, map[string]string{"x.receipt.json": s.receipt, "x.cosigned.json": s.beside}), "x.receipt.json")
		want, word, says := 0, "\nholds", "cosigned by us/dea on 2026-09-21T"
		if s.says != "" {
			want, word, says = 1, "\nBROKEN", s.says
		}
		if strings.HasPrefix(name, "cosigned by others") {
			says = "cosigned by us/dea on 1970-01-01T00:00:01Z at 7 records"
		}
		code, out, errs := verify(append(witnessed, file)...)
		if code != want || errs != "" || !strings.Contains(out, word) || !strings.Contains(out, says) || !strings.Contains(out, "The witness is us/dea. Its card reads: ") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
		code, out, _ = verify(append(witnessed, "--json", file)...)
		var v verdict
		if err := json.Unmarshal([]byte(out), &v); err != nil || code != want || strings.Count(out, "\n") != 1 {
			t.Fatalf("%s: exit %d, %s: %v", name, code, out, err)
		}
		c := v.Cosigned
		if v.OK != (want == 0) || c == nil || !c.Checked || c.By != s.by || c.Size != s.size || c.At.IsZero() == v.OK || filepath.Base(c.File) != "x.cosigned.json" || v.OK != (v.Facts != nil) {
			t.Errorf("%s: %s", name, out)
		}
		// Without the witness's card it is said that it stands there, and no more.
		code, out, errs = verify(append(alone, file)...)
		if code != 0 || errs != "" || !strings.Contains(out, "\nholds") || !strings.Contains(out, "was not checked") || strings.Contains(out, "us/dea") {
			t.Errorf("%s, not checked: exit %d, %s%s", name, code, out, errs)
		}
		_, out, _ = verify(append(alone, "--json", file)...)
		v = verdict{}
		must(t, json.Unmarshal([]byte(out), &v))
		if !v.OK || v.Cosigned == nil || v.Cosigned.Checked || v.Cosigned.By != "" || !v.Cosigned.At.IsZero() {
			t.Errorf("%s, not checked: %s", name, out)
		}
	}
}

// Only a file of the receipt's own name stands beside it; a receipt without one
// is signed and no more.
func TestReceiptsWithoutSidecar(t *testing.T) {
	_, witnessed := checking(t)
	s := sidecars(t)["not cosigned"]
	dir := saved(t, map[string]string{"x.receipt.json": s.receipt, "x.json": s.receipt, "y.cosigned.json": s.beside, "x.json.cosigned.json": s.beside, "z.receipt.json": s.receipt[1:], "z.cosigned.json": s.beside})
	for _, name := range []string{"x.receipt.json", "x.json"} {
		code, out, errs := verify(append(witnessed, filepath.Join(dir, name))...)
		if code != 0 || errs != "" || !strings.Contains(out, "checkpoint signed, not cosigned") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
		_, out, _ = verify(append(witnessed, "--json", filepath.Join(dir, name))...)
		if strings.Contains(out, "cosigned") {
			t.Error(out)
		}
	}
	// Of a receipt that is broken by itself nothing more is said.
	code, out, _ := verify(append(witnessed, filepath.Join(dir, "z.receipt.json"))...)
	if code != 1 || strings.Contains(out, "cosigned.json") {
		t.Errorf("exit %d, %s", code, out)
	}
}

// What is no plain file is not read: a pipe would keep the program waiting.
func TestSidecarsThatAreNoFiles(t *testing.T) {
	alone, witnessed := checking(t)
	s := sidecars(t)["a later head"]
	good := saved(t, map[string]string{"c": s.beside}) + "/c"
	for name, lay := range map[string]func(string) error{
		"a link":            func(at string) error { return os.Symlink(good, at) },
		"a link to nothing": func(at string) error { return os.Symlink(good+".none", at) },
		"an endless file":   func(at string) error { return os.Symlink("/dev/zero", at) },
		"a folder":          func(at string) error { return os.Mkdir(at, 0o700) },
	} {
		dir := saved(t, map[string]string{"x.receipt.json": s.receipt})
		must(t, lay(filepath.Join(dir, "x.cosigned.json")))
		code, out, errs := verify(append(witnessed, filepath.Join(dir, "x.receipt.json"))...)
		if code != 1 || errs != "" || !strings.Contains(out, "BROKEN") || !strings.Contains(out, "not a plain file") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
		if code, out, _ = verify(append(alone, filepath.Join(dir, "x.receipt.json"))...); code != 0 || !strings.Contains(out, "was not checked") {
			t.Errorf("%s: exit %d, %s", name, code, out)
		}
	}
}

// One sidecar that does not hold is enough for exit 1, and nobody is the witness
// of its own ledger.
func TestWitnessesOfReceipts(t *testing.T) {
	_, witnessed := checking(t)
	good, bad := sidecars(t)["a later head"], sidecars(t)["no path"]
	dir := saved(t, map[string]string{"a.receipt.json": good.receipt, "a.cosigned.json": good.beside, "b.receipt.json": bad.receipt, "b.cosigned.json": bad.beside,
		"giver": cardOf(t, accused, key(t, 1)), "alias": cardOf(t, asker, key(t, 1)), "second": cardOf(t, accused, key(t, 2)), "junk": "{}", "other": cardOf(t, "co/pnc", key(t, 2))})
	a, b := filepath.Join(dir, "a.receipt.json"), filepath.Join(dir, "b.receipt.json")
	for _, order := range [][]string{{a, b}, {b, a}} {
		code, out, _ := verify(append(witnessed, order...)...)
		if code != 1 || strings.Count(out, "\nholds") != 1 || strings.Count(out, "\nBROKEN") != 1 {
			t.Errorf("exit %d, %s", code, out)
		}
	}
	if code, out, _ := verify("--card", filepath.Join(dir, "giver"), "--witness-card", filepath.Join(dir, "other"), a); code != 1 || !strings.Contains(out, "co/pnc has not cosigned") {
		t.Errorf("exit %d, %s", code, out)
	}
	for name, says := range map[string]string{"giver": "nobody is the witness", "alias": "nobody is the witness", "second": "nobody is the witness", "junk": "not a card", "none": "cannot be read"} {
		code, out, errs := verify("--card", filepath.Join(dir, "giver"), "--witness-card", filepath.Join(dir, name), a)
		if code != 2 || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%s: exit %d, %q %q", name, code, out, errs)
		}
	}
}

// FuzzSidecar has anything stand beside a receipt: it holds only with a head that
// the giver and the witness have signed.
func FuzzSidecar(f *testing.F) {
	for _, s := range sidecars(f) {
		if len(s.beside) < maxFile {
			f.Add([]byte(s.beside))
		}
	}
	b := newBook(f, accused, 3, key(f, 1))
	g, w := giver{node: accused, key: key(f, 1).Public()}, giver{node: asker, key: key(f, 2).Public()}
	f.Fuzz(func(t *testing.T, body []byte) {
		side := beside{File: saved(t, map[string]string{"c": string(body)}) + "/c"}
		if err := side.check(b.heads[2], g, giver{node: asker, key: key(t, 9).Public()}); err == nil || side.By != "" {
			t.Fatalf("%+v under a key that cosigned nothing", side)
		}
		if err := side.check(b.heads[2], g, w); (err == nil) != (side.By == asker) || err == nil && side.Size < 3 {
			t.Fatalf("%+v, %v", side, err)
		}
	})
}
