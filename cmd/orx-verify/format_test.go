package main

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/ledger"
	"comity/ref"
	"comity/wire"
	"comity/witness"
)

// The few fields that are read here are those that nodes sign. The program does
// not link their packages; the test does.
func TestFormatsAreThoseThatNodesSign(t *testing.T) {
	h := witness.Heads{Protocol: wire.Protocol, From: "mx/semar", To: "us/dea", At: wire.At(time.Unix(1, 0)), Re: ref.Hash{1},
		Head: "head", Since: 7, Path: []ref.Hash{{2}}, Stopped: true, Shown: []witness.Shown{{Size: 4, Path: []ref.Hash{{3}}}},
		Holds: "holds", Asks: []int64{4, 7}, Others: []string{"other"}, Expects: 1}
	payload, err := wire.Encode(h)
	must(t, err)
	got, err := parseHeads(payload)
	must(t, err)
	want := heads{Protocol: 1, From: "mx/semar", To: "us/dea", Re: ref.Hash{1}, Head: "head", Since: 7, Path: []ref.Hash{{2}},
		Shown: []proof{{4, []ref.Hash{{3}}}}, Stopped: true, Holds: "holds", Asks: []int64{4, 7}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	payload, err = wire.Encode(exchange.Envelope{Protocol: 1, From: "mx/semar", To: "us/dea", Sequence: 2, Prev: ref.Hash{1}, Size: 3, Sealed: ref.Hash{2}})
	must(t, err)
	o, err := parseOutside(payload)
	if err != nil || o != (outside{"mx/semar", "us/dea", 2, ref.Hash{1}, ref.Sum("envelope", payload)}) {
		t.Errorf("%+v, %v", o, err)
	}
	if headsType != witness.HeadsType || wire.MediaType("envelope") != exchange.EnvelopeType || maxFile < witness.MaxHeads {
		t.Error("signed as something else, or larger than what is read")
	}
	if !slices.Equal(slices.Sorted(slices.Values(exchange.WhyFrozen)), []string{whyEquivocation, whyFork}) {
		t.Error("links are frozen for something that is not judged here")
	}
}

// scene is an older head that a node holds of the accused, and what the accused
// answers: both as a witness sees it and as it is saved.
type scene struct {
	old, newest string
	asked       bool // the older was seen only, and the accused is asked to show that the newest extends it
	holds       bool // the accused was shown the older
	proves      bool // it gives the proof that history a has
	stopped     bool
}

func (c court) open(note string) ledger.Checkpoint {
	if note == "" {
		return ledger.Checkpoint{}
	}
	cp, err := ledger.OpenCheckpoint([]byte(note), ledger.Origin(string(accused)), c.node.Public())
	must(c, err)
	return cp
}

// witnessed gives what a witness says of a scene.
func (s scene) witnessed(c court) witness.Judgement {
	old, newest := c.open(s.old), c.open(s.newest)
	said := witness.Said{Head: newest, Stopped: s.stopped}
	v := witness.View{Held: old}
	path := s.path(c, old, newest)
	if s.holds {
		said.Showed = old.Size
	}
	switch {
	case s.asked:
		v = witness.View{Open: []witness.Seen{{Head: old}}}
		said.Asked = []int64{old.Size}
		if path != nil {
			said.Shown = []witness.Shown{{Size: old.Size, Path: path}}
		}
	case path != nil:
		said.Since, said.Path = old.Size, path
	}
	return witness.Judge(v, said)
}

// found gives what is found here of what the witness saves.
func (s scene) found(c court) finding {
	old, newest := c.open(s.old), c.open(s.newest)
	question, answer := c.question(nil), fields{"head": s.newest, "stopped": s.stopped}
	path := s.path(c, old, newest)
	if s.newest == "" {
		delete(answer, "head")
	}
	if s.holds {
		question["holds"] = s.old
	}
	switch {
	case s.asked:
		question["asks"] = []int64{old.Size}
		if path != nil {
			answer["shown"] = []fields{{"size": old.Size, "path": path}}
		}
	case path != nil:
		answer["since"], answer["path"] = old.Size, path
	}
	i := incident{{"01-fork-head-1.checkpoint", 1, whyFork, head1}}
	return inquiry{accused: giver{node: accused, key: c.node.Public()}}.judge(i, map[string][]byte{head1: []byte(s.old), head2: []byte(s.newest),
		headsAsked: []byte(question.sign(c, "heads", c.dea)), headsSaid: []byte(c.answer(question, answer).sign(c, "heads", c.node))})
}

// path gives the proof of the scene; nil: there is none.
func (s scene) path(c court, old, newest ledger.Checkpoint) []ref.Hash {
	if !s.proves || old.Size >= newest.Size {
		return nil
	}
	return c.a.path(c, old.Size, newest.Size)
}

// What has a witness freeze a link is proved by what it saves, and nothing
// else is.
func TestJudgesAsWitnessesDo(t *testing.T) {
	c := newCourt(t)
	counts := map[bool]int{}
	heads := []string{c.a.heads[7], c.b.heads[7], c.a.heads[9], c.b.heads[9]}
	for _, old := range heads {
		for _, newest := range append(heads, "") {
			for bits := range 16 {
				s := scene{old, newest, bits&1 > 0, bits&2 > 0, bits&4 > 0, bits&8 > 0}
				if s.asked && c.open(newest).Size < c.open(old).Size {
					continue // nobody can be asked to show that
				}
				j, f := s.witnessed(c), s.found(c)
				if forked := j.Verdict == witness.Forked; forked != f.Proved {
					t.Errorf("%+v: the witness says %s (%s), and here is found %+v", s, j.Verdict, j.Why, f)
				}
				counts[f.Proved]++
			}
		}
	}
	if counts[true] < 50 || counts[false] < 50 {
		t.Error(counts)
	}
}
