package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

const (
	accused = party.Name("mx/semar")
	asker   = party.Name("us/dea")
)

// history is a ledger with its signed heads by size. Two of one seed are one
// history as far as both go; with another seed they are not, from the first
// record on.
type history struct {
	ledgertest.Memory
	heads map[int64]string
}

func newHistory(t testing.TB, node party.Name, k seal.SigningKey, seed byte, size int) *history {
	t.Helper()
	h := &history{heads: map[int64]string{}}
	sign, err := ledger.NewSigner(ledger.Origin(string(node)), k)
	must(t, err)
	for n := range size + 1 {
		var entries []ledger.Entry
		if n > 0 {
			e, err := ledger.NewEntry([]byte{byte(n)}, bytes.NewReader(bytes.Repeat([]byte{seed, byte(n)}, 32)))
			must(t, err)
			entries = append(entries, e)
		}
		_, cp, err := ledger.Append(h, sign, entries...)
		must(t, err)
		h.heads[cp.Size] = cp.String()
	}
	return h
}

// path proves that the history at size to extends itself at size from.
func (h *history) path(t testing.TB, from, to int64) []ref.Hash {
	t.Helper()
	p, err := ledger.ProveConsistency(h.At(to), from, to)
	must(t, err)
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(t testing.TB, seed byte) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	must(t, err)
	return k
}

// fields are those of a JSON object.
type fields map[string]any

// with gives the fields with others put in their places; nil takes one away.
func (f fields) with(others fields) fields {
	out := fields{}
	for _, m := range []fields{f, others} {
		for k, v := range m {
			out[k] = v
			if v == nil {
				delete(out, k)
			}
		}
	}
	return out
}

func (f fields) payload(t testing.TB) []byte {
	t.Helper()
	b, err := wire.Encode(f)
	must(t, err)
	return b
}

// sign gives the file of a signed statement.
func (f fields) sign(t testing.TB, kind string, k seal.SigningKey) string {
	t.Helper()
	e, err := seal.Sign(wire.MediaType(kind), f.payload(t), k)
	must(t, err)
	b, err := wire.Encode(e)
	must(t, err)
	return string(b)
}

func cardOf(t testing.TB, node party.Name, k seal.SigningKey) string {
	return fields{"name": node, "signing": k.Public(), "serial": 1}.sign(t, "card", k)
}

// asking is what a question asks to be shown.
func asking(t testing.TB, notes ...string) []ask {
	t.Helper()
	var list []ask
	for _, n := range notes {
		_, size, root, err := ledger.Peek([]byte(n))
		must(t, err)
		list = append(list, ask{size, root})
	}
	return list
}

// court is what the tests build evidence from: two histories of one node, and
// those who may sign.
type court struct {
	testing.TB
	node, dea, thief seal.SigningKey
	a, b             *history
}

func newCourt(t testing.TB) court {
	c := court{TB: t, node: key(t, 1), dea: key(t, 2), thief: key(t, 3)}
	c.a, c.b = newHistory(t, accused, c.node, 10, 9), newHistory(t, accused, c.node, 11, 9)
	return c
}

// question is what the witness asks, and answer what the accused says to it.
func (c court) question(more fields) fields {
	return fields{"protocol": 1, "from": asker, "to": accused, "at": "2026-11-20T15:00:00Z", "expects": 1}.with(more)
}

func (c court) answer(question, more fields) fields {
	f := fields{"protocol": 1, "from": accused, "to": asker, "at": "2026-11-20T15:00:01Z", "expects": 1}
	if question != nil {
		f["re"] = ref.Sum("heads", question.payload(c))
	}
	return f.with(more)
}

// note signs a text as the accused's ledger.
func (c court) note(text string) string {
	s, err := c.node.NoteSigner(ledger.Origin(string(accused)))
	must(c, err)
	b, err := note.Sign(&note.Note{Text: text}, s)
	must(c, err)
	return string(b)
}

// cosigned adds the witness's cosignature to a head.
func (c court) cosigned(head string) string {
	cp, err := ledger.OpenCheckpoint([]byte(head), ledger.Origin(string(accused)), c.node.Public())
	must(c, err)
	cp, err = ledger.Cosign(cp, ledger.Origin(string(asker)), c.dea, 1)
	must(c, err)
	return cp.String()
}

// envelope is the outside of a message of the accused's.
func (c court) envelope(to party.Name, sequence int64, prev ref.Hash, sealed byte) fields {
	f := fields{"protocol": 1, "from": accused, "to": to, "sequence": sequence, "size": 10, "sealed": ref.Hash{sealed}}
	if !prev.IsZero() {
		f["prev"] = prev
	}
	return f
}

// saved writes files into a new folder, and gives it.
func saved(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(b), 0o600))
	}
	return dir
}

// forkFiles numbers the pieces of one incident from a number on; an empty text
// leaves a piece out.
func forkFiles(from int, one, two, asked, said string) map[string]string {
	files := map[string]string{}
	for i, b := range []string{one, two, asked, said} {
		if b != "" {
			files[fmt.Sprintf("%02d-fork-%s", from+i, kept[whyFork][i])] = b
		}
	}
	return files
}

func envelopeFiles(from int, taken, other string) map[string]string {
	files := map[string]string{}
	for i, b := range []string{taken, other} {
		if b != "" {
			files[fmt.Sprintf("%02d-equivocation-%s", from+i, kept[whyEquivocation][i])] = b
		}
	}
	return files
}
