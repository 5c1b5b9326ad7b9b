package main

import (
	"strings"
	"testing"

	"comity/ledger"
)

// FuzzFork reads the pieces of a fork as anybody may have written them. Under
// a key that signed none of them nothing is proved; and under the key that
// signed the seeds, no more than two of its heads can show.
func FuzzFork(f *testing.F) {
	for _, tr := range forks(f) {
		b := [4][]byte{}
		for file, body := range tr.files {
			p, _ := pieceOf(file)
			b[p.number-1] = []byte(body)
		}
		f.Add(b[0], b[1], b[2], b[3])
	}
	c := newCourt(f)
	other := key(f, 9).Public()
	f.Fuzz(func(t *testing.T, one, two, asked, said []byte) {
		bodies := map[string][]byte{head1: one, head2: two, headsAsked: asked, headsSaid: said}
		i := incident{{"01-fork-head-1.checkpoint", 1, whyFork, head1}}
		none := inquiry{accused: giver{node: accused, key: other}}.judge(i, bodies)
		if none.Proved || none.Why == "" || len(none.Heads) > 0 {
			t.Fatalf("%+v under a key that signed nothing", none)
		}
		found := inquiry{accused: giver{node: accused, key: c.node.Public()}}.judge(i, bodies)
		if found.Why == "" || found.Proved != (found.By != "") {
			t.Fatalf("%+v", found)
		}
		if _, err := ledger.OpenCheckpoint(one, ledger.Origin(string(accused)), c.node.Public()); err != nil && found.Proved {
			t.Fatalf("%+v: the first head is not signed", found)
		}
	})
}

// FuzzEquivocation does the same with two envelopes.
func FuzzEquivocation(f *testing.F) {
	for _, tr := range equivocations(f) {
		f.Add([]byte(tr.files["01-equivocation-envelope-taken.json"]), []byte(tr.files["02-equivocation-envelope-other.json"]))
	}
	c := newCourt(f)
	other := key(f, 9).Public()
	f.Fuzz(func(t *testing.T, taken, second []byte) {
		bodies := map[string][]byte{envelopeTaken: taken, envelopeOther: second}
		i := incident{{"01-equivocation-envelope-taken.json", 1, whyEquivocation, envelopeTaken}}
		if f := (inquiry{accused: giver{node: accused, key: other}}).judge(i, bodies); f.Proved || f.Why == "" || len(f.Messages) > 0 {
			t.Fatalf("%+v under a key that signed nothing", f)
		}
		found := inquiry{accused: giver{node: accused, key: c.node.Public()}}.judge(i, bodies)
		if found.Why == "" || found.Proved && string(taken) == string(second) {
			t.Fatalf("%+v", found)
		}
	})
}

// FuzzParse reads payloads as the accused, or its accuser, may have signed
// them: any bytes.
func FuzzParse(f *testing.F) {
	c := newCourt(f)
	f.Add(c.question(fields{"asks": asking(f, c.a.heads[4], c.b.heads[7]), "seen": c.b.heads[7], "holds": c.a.heads[9]}).payload(f))
	f.Add(c.answer(nil, fields{"head": c.a.heads[9], "since": 7, "path": c.a.path(f, 7, 9), "shown": []fields{{"size": 4, "path": c.a.path(f, 4, 9)}}}).payload(f))
	f.Add(c.envelope(asker, 1, [32]byte{}, 1).payload(f))
	f.Add(c.envelope(asker, 2, [32]byte{1}, 1).payload(f))
	f.Add([]byte(`{"protocol":1,"shown":[{"size":-1}],"since":9007199254740993}`))
	f.Add([]byte(`{"protocol":1,"asks":[{"size":7},{"size":7}]}`))
	f.Add([]byte(`{"protocol":1,"asks":[4,7]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := parseHeads(b); err == nil && (h.Since < 0 || len(h.proofs(7)) > 2 || len(h.Asks) > maxAsks) {
			t.Fatalf("%+v", h)
		}
		if o, err := parseOutside(b); err == nil && (o.Sequence < 1 || o.To == "") {
			t.Fatalf("%+v", o)
		}
	})
}

// FuzzGather has folders with any names: each piece is judged once.
func FuzzGather(f *testing.F) {
	f.Add("01-fork-head-1.checkpoint\n02-fork-head-2.checkpoint\ncard.json\n03-equivocation-envelope-taken.json")
	f.Add("01-fork-head-1.checkpoint\n01-fork-head-1.checkpoint\n99-x-y\n100-fork-\x1b")
	f.Fuzz(func(t *testing.T, names string) {
		files := strings.Split(names, "\n")
		pieces := 0
		for _, name := range files {
			if _, ok := pieceOf(name); ok {
				pieces++
			}
		}
		list, err := gather(files)
		if err != nil {
			return
		}
		last := 0
		for _, i := range list {
			for _, p := range i {
				if p.number <= last {
					t.Fatalf("%v is out of order", p)
				}
				last = p.number
				pieces--
			}
		}
		if pieces != 0 {
			t.Fatalf("%d pieces are judged in none or two of %v", pieces, list)
		}
	})
}
