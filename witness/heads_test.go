package witness_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

var update = flag.Bool("update", false, "write the vectors anew")

const vectorFile = "../doc/spec/vectors/heads.json"

// vector is signed heads, what the reader knows, and what it must say.
type vector struct {
	Name    string     `json:"name"`
	Input   string     `json:"input"`
	From    party.Name `json:"from"`
	To      party.Name `json:"to"`
	Key     string     `json:"key"`
	Outcome string     `json:"outcome"`
}

func open(v vector) error {
	e, err := seal.ParseEnvelope([]byte(v.Input), wire.Limits{Bytes: witness.MaxHeads, Depth: 8})
	if err != nil {
		return err
	}
	k, err := seal.ParseVerifyKey(v.Key)
	if err != nil {
		return err
	}
	_, err = witness.Open(e, v.From, v.To, k, 0)
	return err
}

func TestHeadsVectors(t *testing.T) {
	if *update {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(cases(t)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	good := 0
	for _, v := range list {
		got := "ok"
		if err := open(v); err != nil {
			got = fault.KindOf(err).String()
		}
		if got != v.Outcome {
			t.Errorf("%s: %s, want %s", v.Name, got, v.Outcome)
		}
		if v.Outcome == "ok" {
			good++
		}
	}
	if good == 0 || len(list) < 4*good {
		t.Fatalf("%d of %d vectors are good: too few refusals", good, len(list))
	}
}

// sample makes heads that say all that heads can say.
func sample(t testing.TB) witness.Heads {
	t.Helper()
	sign := signer(t)
	l := &log{}
	l.grow(t, sign, 3, 1)
	middle := l.grow(t, sign, 2, 1)
	head := l.grow(t, sign, 2, 1)
	theirs, err := ledger.NewSigner("orx/1/us/dea", key(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	held, err := ledger.Cosign((&log{}).grow(t, theirs, 4, 2), owner, key(t, 1), 1_790_000_000)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := seal.Sign(message.EnvelopeType, []byte(`{}`), key(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	return witness.Heads{Protocol: wire.Protocol, From: "mx/semar", To: "us/dea", At: wire.At(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)),
		Re: ref.Content([]byte("question")), Head: head.String(), Since: 3, Path: l.path(3, 7),
		Shown: []witness.Shown{{Size: middle.Size, Path: l.path(middle.Size, 7)}}, Holds: held.String(), Asks: []witness.Ask{{Size: 1, Root: ref.Hash{1}}, {Size: 2, Root: ref.Hash{2}}}, Seen: held.String(),
		Pinned: ref.Content([]byte("card")), Taken: &taken, Expects: 2}
}

func cases(t testing.TB) (list []vector) {
	add := func(name, outcome string, change func(*witness.Heads), k seal.SigningKey) *vector {
		h := sample(t)
		change(&h)
		payload, err := wire.Encode(h)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, vector{name, sealed(t, witness.HeadsType, payload, k), "mx/semar", "us/dea", key(t, 1).Public().String(), outcome})
		return &list[len(list)-1]
	}
	k := key(t, 1)
	same := func(*witness.Heads) {}
	add("heads", "ok", same, k)
	add("a question, of a node that has nothing yet", "ok", func(h *witness.Heads) {
		*h = witness.Heads{Protocol: h.Protocol, From: h.From, To: h.To, At: h.At, Pinned: h.Pinned, Expects: 1}
	}, k)
	add("another key", "forged", same, key(t, 2))
	add("another node", "forged", func(h *witness.Heads) { h.From = "mx/fgr" }, k)
	add("for another node", "forged", func(h *witness.Heads) { h.To = "us/fbi" }, k)
	add("a protocol not spoken", "unsupported", func(h *witness.Heads) { h.Protocol = 99 }, k)
	for name, change := range map[string]func(*witness.Heads){
		"no date":                func(h *witness.Heads) { h.At = wire.Time{} },
		"since below nothing":    func(h *witness.Heads) { h.Since = -1 },
		"a path too long":        func(h *witness.Heads) { h.Path = make([]ref.Hash, 65) },
		"a proof without a head": func(h *witness.Heads) { h.Head = "" },
		"asked twice": func(h *witness.Heads) {
			h.Asks = []witness.Ask{{Size: 2, Root: ref.Hash{2}}, {Size: 2, Root: ref.Hash{2}}}
		},
		"asked for nothing": func(h *witness.Heads) { h.Asks = []witness.Ask{{Size: 0, Root: ref.Hash{0}}} },
		"asked out of order": func(h *witness.Heads) {
			h.Asks = []witness.Ask{{Size: 2, Root: ref.Hash{2}}, {Size: 1, Root: ref.Hash{1}}}
		},
		"shown twice":               func(h *witness.Heads) { h.Shown = append(h.Shown, h.Shown[0]) },
		"shown from below":          func(h *witness.Heads) { h.Shown = []witness.Shown{{Size: -3}} },
		"shown too long":            func(h *witness.Heads) { h.Shown[0].Path = make([]ref.Hash, 65) },
		"expects nothing":           func(h *witness.Heads) { h.Expects = 0 },
		"expects more than it took": func(h *witness.Heads) { h.Taken = nil },
		"took what it expects":      func(h *witness.Heads) { h.Expects = 1 },
		"a card too large":          func(h *witness.Heads) { h.Card = make([]byte, message.MaxCard+1) },
		"a checkpoint too long":     func(h *witness.Heads) { h.Others = []string{strings.Repeat("x", 17<<10)} },
	} {
		add(name, "invalid", change, k)
	}
	long := func(h *witness.Heads) {
		for n := range int64(300) {
			h.Asks = append(h.Asks, witness.Ask{Size: n + 10})
		}
	}
	add("asks too much", "invalid", long, k)
	add("tells of too many", "invalid", func(h *witness.Heads) { h.Others = make([]string, 65) }, k)
	good := list[0]
	payload, err := wire.Encode(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	raw := func(name, outcome, input string) {
		v := good
		v.Name, v.Outcome, v.Input = name, outcome, input
		list = append(list, v)
	}
	raw("signed as something else", "forged", sealed(t, message.AnswerType, payload, k))
	raw("a field too many", "invalid", sealed(t, witness.HeadsType, append([]byte(`{"a":1,`), payload[1:]...), k))
	raw("not canonical", "invalid", sealed(t, witness.HeadsType, append([]byte(" "), payload...), k))
	raw("a size that is not whole", "invalid", sealed(t, witness.HeadsType, bytes.Replace(payload, []byte(`"since":3`), []byte(`"since":3.5`), 1), k))
	raw("a bit changed", "forged", flip(good.Input))
	raw("nothing", "invalid", "")
	return list
}

func sealed(t testing.TB, kind string, payload []byte, k seal.SigningKey) string {
	t.Helper()
	e, err := seal.Sign(kind, payload, k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := wire.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// flip changes one character of the payload.
func flip(s string) string {
	i := strings.Index(s, `"payload":"`) + 60
	c := byte('A')
	if s[i] == 'A' {
		c = 'B'
	}
	return s[:i] + string(c) + s[i+1:]
}

func FuzzOpen(f *testing.F) {
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		f.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		f.Fatal(err)
	}
	k := key(f, 1)
	for _, v := range list {
		if e, err := seal.ParseEnvelope([]byte(v.Input), wire.Limits{Bytes: witness.MaxHeads, Depth: 8}); err == nil {
			f.Add(e.Payload)
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := seal.Sign(witness.HeadsType, payload, k)
		if err != nil {
			return
		}
		h, err := witness.Open(e, "mx/semar", "us/dea", k.Public(), 0)
		if err != nil {
			return
		}
		if again, err := wire.Encode(h); err != nil || !bytes.Equal(again, payload) {
			t.Fatalf("%q was read as %q", payload, again)
		}
	})
}
