package main

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/ledger"
	"comity/message"
	"comity/ref"
	"comity/wire"
	"comity/witness"
)

// The few fields that are read here are those that nodes sign. The program does
// not link their packages; the test does.
func TestFormatsAreThoseThatNodesSign(t *testing.T) {
	h := witness.Heads{Protocol: wire.Protocol, From: "mx/semar", To: "us/dea", At: wire.At(time.Unix(1, 0)), Re: ref.Hash{1},
		Head: "head", Since: 7, Path: []ref.Hash{{2}}, Stopped: true, Shown: []witness.Shown{{Size: 4, Path: []ref.Hash{{3}}}},
		Holds: "holds", Asks: []witness.Ask{{Size: 4, Root: ref.Hash{4}}, {Size: 7, Root: ref.Hash{7}}}, Seen: "seen", Others: []string{"other"}, Expects: 1}
	payload, err := wire.Encode(h)
	must(t, err)
	got, err := parseHeads(payload)
	must(t, err)
	want := heads{Protocol: 1, From: "mx/semar", To: "us/dea", Re: ref.Hash{1}, Head: "head", Since: 7, Path: []ref.Hash{{2}},
		Shown: []proof{{4, []ref.Hash{{3}}}}, Stopped: true, Holds: "holds", Asks: []ask{{4, ref.Hash{4}}, {7, ref.Hash{7}}}, Seen: "seen"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	payload, err = wire.Encode(message.Envelope{Protocol: 1, From: "mx/semar", To: "us/dea", Sequence: 2, Prev: ref.Hash{1}, Size: 3, Sealed: ref.Hash{2}})
	must(t, err)
	o, err := parseOutside(payload)
	if err != nil || o != (outside{"mx/semar", "us/dea", 2, ref.Hash{1}, ref.Sum("envelope", payload)}) {
		t.Errorf("%+v, %v", o, err)
	}
	if headsType != witness.HeadsType || wire.MediaType("envelope") != message.EnvelopeType || maxFile < witness.MaxHeads {
		t.Error("signed as something else, or larger than what is read")
	}
	if !slices.Equal(slices.Sorted(slices.Values(exchange.WhyFrozen)), []string{whyEquivocation, whyFork}) {
		t.Error("links are frozen for something that is not judged here")
	}
}

// scene is a head that a witness has seen of the accused, and what the accused
// tells it then: both as a witness judges it and as it is saved.
type scene struct {
	seen, newest string
	shows        string // the head that the question shows; empty: none
	asks         bool   // the question asks for the seen one
	since        string // the head that the path of history a begins at; empty: there is none
	shown        bool   // it is shown that history a extends itself at the seen one's size
	stopped      bool
	carried      bool // it answers no question
}

func (c court) open(note string) ledger.Checkpoint {
	if note == "" {
		return ledger.Checkpoint{}
	}
	cp, err := ledger.OpenCheckpoint([]byte(note), ledger.Origin(string(accused)), c.node.Public())
	must(c, err)
	return cp
}

// said gives what the accused says in a scene.
func (s scene) said(c court) witness.Said {
	seen, newest, since := c.open(s.seen), c.open(s.newest), c.open(s.since)
	said := witness.Said{Head: newest, Stopped: s.stopped, Answers: !s.carried, Showed: c.open(s.shows)}
	if s.asks {
		said.Asked = []witness.Ask{{Size: seen.Size, Root: seen.Root}}
	}
	if !since.IsZero() && since.Size <= newest.Size {
		said.Since, said.Path = since.Size, c.a.path(c, since.Size, newest.Size)
	}
	if s.shown && seen.Size < newest.Size {
		said.Shown = []witness.Shown{{Size: seen.Size, Path: c.a.path(c, seen.Size, newest.Size)}}
	}
	return said
}

// witnessed gives what witnesses say of a scene who have kept its heads: which
// of them they hold, and which they have only seen, is not in the evidence.
func (s scene) witnessed(c court) []witness.Judgement {
	var list []witness.Judgement
	open := []witness.Seen{{Head: c.open(s.seen)}}
	for _, v := range []witness.View{{Held: c.open(s.seen)}, {Open: open}, {Held: c.open(s.shows), Open: open}} {
		list = append(list, witness.Judge(v, s.said(c)))
	}
	return list
}

// bodies gives what is said, and the question, as witnesses save them. A question
// that asks shows the head too, unless it shows a larger one.
func (s scene) bodies(c court) map[string][]byte {
	said, question, bodies := s.said(c), c.question(nil), map[string][]byte{}
	if s.shows != "" {
		question["holds"] = c.cosigned(s.shows)
	}
	if s.asks {
		question["asks"] = said.Asked
		if said.Asked[0].Size > said.Showed.Size {
			question["seen"] = s.seen
		}
	}
	answer := c.answer(question, fields{"stopped": s.stopped})
	if s.carried {
		delete(answer, "re")
	} else {
		bodies[headsAsked] = []byte(question.sign(c, "heads", c.dea))
	}
	if s.newest != "" {
		answer = answer.with(fields{"head": s.newest, "since": said.Since, "path": said.Path, "shown": said.Shown})
	}
	bodies[headsSaid] = []byte(answer.sign(c, "heads", c.node))
	return bodies
}

// proved reports whether a fork is found here between two heads.
func (c court) proved(bodies map[string][]byte, one, two ledger.Checkpoint) finding {
	bodies[head1], bodies[head2] = one.Signed, two.Signed
	return inquiry{accused: giver{node: accused, key: c.node.Public()}}.judge(incident{{"01-fork-head-1.checkpoint", 1, whyFork, head1}}, bodies)
}

// explained reports whether one history is shown to explain the head that was
// seen and the newest, wherever in the heads that proof stands. A witness wants
// it in its place, and freezes the link of a node that puts it elsewhere; that
// such a node has two histories is not proved by it.
func (s scene) explained(c court) bool {
	said, seen := s.said(c), c.open(s.seen)
	if seen.Size >= said.Head.Size {
		return false
	}
	holds := func(size int64, path []ref.Hash) bool {
		return size == seen.Size && ledger.CheckConsistency(seen, said.Head, path) == nil
	}
	return holds(said.Since, said.Path) || slices.ContainsFunc(said.Shown, func(x witness.Shown) bool { return holds(x.Size, x.Path) })
}

// agree holds a witness and this program together over a scene.
func (s scene) agree(t *testing.T, c court) (proved bool) {
	bodies := s.bodies(c)
	f := c.proved(bodies, c.open(s.seen), c.open(s.newest))
	if s.explained(c) {
		if f.Proved {
			t.Errorf("%+v: one history is shown, and here is found %+v", s, f)
		}
		return false
	}
	forked := false
	for _, j := range s.witnessed(c) {
		if j.Verdict != witness.Forked {
			continue
		}
		forked = true
		if g := c.proved(bodies, j.Pair[0], j.Pair[1]); !g.Proved {
			t.Errorf("%+v: the witness says %s, and here is found %+v", s, j.Why, g)
		}
	}
	if f.Proved && !forked {
		t.Errorf("%+v: no witness would freeze this, and here is found %+v", s, f)
	}
	return f.Proved
}

// What has a witness freeze a link is proved by what it saves, and nothing
// else is.
func TestJudgesAsWitnessesDo(t *testing.T) {
	c := newCourt(t)
	a7, b7, a8, a9, b9 := c.a.heads[7], c.b.heads[7], c.a.heads[8], c.a.heads[9], c.b.heads[9]
	counts := map[bool]int{}
	for _, seen := range []string{a7, b7, a9, b9} {
		for _, newest := range []string{"", a7, b7, a9, b9} {
			for _, shows := range []string{"", seen, a8} {
				for _, since := range slices.Compact([]string{"", shows, seen}) {
					for bits := range 16 {
						s := scene{seen, newest, shows, bits&1 > 0, since, bits&2 > 0, bits&4 > 0, bits&8 > 0}
						if s.carried && (s.asks || s.shows != "") {
							continue // of what is carried nobody knows to what it answers
						}
						counts[s.agree(t, c)]++
					}
				}
			}
		}
	}
	if counts[true] < 200 || counts[false] < 200 {
		t.Error(counts)
	}
}
