package main

import (
	"fmt"

	"comity/fault"
	"comity/ledger"
	"comity/seal"
)

// pair is two heads that the accused has signed for its own ledger.
type pair struct{ small, large ledger.Checkpoint }

// fork looks for what no one history explains: in the two heads alone, else in
// what the accused said of them, else in what it was asked. It concludes what
// package witness does when it freezes a link, and nothing beyond.
func (q inquiry) fork(bodies map[string][]byte, f *finding) (ground, error) {
	p, err := q.pair(bodies)
	if err != nil {
		return ground{}, err
	}
	f.Heads = []head{{p.small.Size, p.small.Root}, {p.large.Size, p.large.Root}}
	if g, err := q.alone(p); err != nil || g.by != "" {
		return g, err
	}
	b, ok := bodies[headsSaid]
	if !ok {
		return ground{}, missing(headsSaid, fmt.Sprintf("and without it the ledger may have grown from %s to %d", records(p.small.Size), p.large.Size))
	}
	said, newest, err := q.said(b)
	if err != nil {
		return ground{}, within(headsSaid, err)
	}
	switch {
	case ledger.Same(newest, p.large):
		return q.unshown(p, said, bodies)
	case ledger.Same(newest, p.small):
		return q.retreat(p, said, bodies)
	}
	return ground{}, within(headsSaid, fault.New(fault.Invalid, "the heads tell of neither of the two checkpoints, but of %s", describe(newest)))
}

// pair opens the two checkpoints and puts the smaller first. The second may be
// empty, where the accused answered as if its ledger were.
func (q inquiry) pair(bodies map[string][]byte) (pair, error) {
	for _, name := range []string{head1, head2} {
		if _, ok := bodies[name]; !ok {
			return pair{}, missing(name, "and it takes two heads to show two histories")
		}
	}
	a, err := q.checkpoint(bodies[head1])
	if err != nil {
		return pair{}, within(head1, err)
	}
	if len(bodies[head2]) == 0 {
		return pair{large: a}, nil
	}
	b, err := q.checkpoint(bodies[head2])
	if err != nil {
		return pair{}, within(head2, err)
	}
	if b.Size < a.Size {
		a, b = b, a
	}
	return pair{small: a, large: b}, nil
}

// checkpoint opens a head of the accused's own ledger.
func (q inquiry) checkpoint(b []byte) (ledger.Checkpoint, error) {
	origin := ledger.Origin(string(q.accused.node))
	if of, _, _, err := ledger.Peek(b); err == nil && of != origin {
		return ledger.Checkpoint{}, fault.New(fault.Forged, "it is a head of the ledger %s, and you gave the card or key of %s", of, q.accused.node)
	}
	return under(q, func(k seal.VerifyKey) (ledger.Checkpoint, error) { return ledger.OpenCheckpoint(b, origin, k) })
}

// alone looks at what two heads prove by themselves; a zero ground and no
// error means that they leave it open.
func (q inquiry) alone(p pair) (ground, error) {
	switch {
	case p.small.IsZero() && p.large.Size == 0:
		return ground{}, fault.New(fault.Invalid, "one head is of no records and the other is empty: both are of a ledger without records")
	case p.small.IsZero():
		return ground{}, nil
	case p.small.Size == p.large.Size && p.small.Root != p.large.Root:
		return ground{by: byRoots, says: fmt.Sprintf("%s signed two histories of its ledger: two heads of %s with different roots, %s and %s",
			q.accused.node, records(p.small.Size), p.small.Root.Short(), p.large.Root.Short())}, nil
	case p.small.Size == 0 && ledger.CheckConsistency(p.small, p.large, nil) != nil:
		return ground{by: byNothing, says: fmt.Sprintf("%s signed a head of no records with the root %s, which is not the root of nothing: no ledger has it",
			q.accused.node, p.small.Root.Short())}, nil
	case p.small.Size == p.large.Size:
		return ground{}, fault.New(fault.Invalid, "both checkpoints are one and the same head, of %s", records(p.small.Size))
	}
	return ground{}, nil
}

// unshown judges heads whose head is the larger one: whether they show that it
// extends the smaller. One proof that holds is enough for one history.
func (q inquiry) unshown(p pair, said heads, bodies map[string][]byte) (ground, error) {
	if p.small.Size == 0 {
		return ground{}, fault.New(fault.Invalid, "every ledger extends one without records: that needs no proof")
	}
	proofs := said.proofs(p.small.Size)
	if len(proofs) == 0 {
		return q.silence(p, said, bodies)
	}
	for _, path := range proofs {
		if ledger.CheckConsistency(p.small, p.large, path) == nil {
			return ground{}, within(headsSaid, fault.New(fault.Invalid, "the heads prove that %s extends %s: it is one history", describe(p.large), describe(p.small)))
		}
	}
	return ground{by: byProof, says: q.unexplained() + fmt.Sprintf("%s, %s, and with them a proof that does not show that the larger extends the smaller",
		describe(p.small), describe(p.large))}, nil
}

// silence judges an answer that gives no proof for the smaller head. Whoever
// has one history can always give it, but must have been asked for it, or have
// been shown that head: its answer then begins there.
func (q inquiry) silence(p pair, said heads, bodies map[string][]byte) (ground, error) {
	asked, question, err := q.faced(said, bodies)
	if err != nil {
		return ground{}, err
	}
	because := fmt.Sprintf("asked by %s to show that the larger extends the smaller", asked.From)
	if !asked.asksFor(p.small) {
		holds, err := q.shownTo(asked.Holds)
		if err != nil {
			return ground{}, err
		}
		if !ledger.Same(holds, p.small) {
			return ground{}, within(headsAsked, fault.New(fault.Invalid, "the question neither asks to be shown that the ledger extends %s, nor says that %s holds it", describe(p.small), asked.From))
		}
		because = fmt.Sprintf("told by %s that it holds the smaller, which the larger has to extend", asked.From)
	}
	return q.resting(ground{by: bySilence, question: question, says: q.unexplained() + fmt.Sprintf("%s, %s, and, %s, an answer without a proof of it",
		describe(p.small), describe(p.large), because)}), nil
}

// retreat judges an answer that goes on from the smaller head. Whoever was
// shown that it has signed the larger either still has it or says that its
// ledger is behind.
func (q inquiry) retreat(p pair, said heads, bodies map[string][]byte) (ground, error) {
	asked, question, err := q.faced(said, bodies)
	if err != nil {
		return ground{}, err
	}
	holds, err := q.shownTo(asked.Holds)
	if err != nil {
		return ground{}, err
	}
	did := "showed it that"
	if !ledger.Same(holds, p.large) {
		if err := q.askedFor(p.large, asked, holds); err != nil {
			return ground{}, err
		}
		did = "asked it about that"
	}
	return q.resting(ground{by: byRetreat, question: question, says: q.unexplained() + fmt.Sprintf("%s, and, when %s %s, an answer that goes on from %s and does not say that its ledger is behind",
		describe(p.large), asked.From, did, describe(p.small))}), nil
}

// askedFor checks that a question asks about a head, and shows the accused its
// own signature under one that is no smaller. A witness always does that; of
// a size and a root alone nobody can tell that they were lost with a database.
func (q inquiry) askedFor(cp ledger.Checkpoint, asked heads, holds ledger.Checkpoint) error {
	if !asked.asksFor(cp) {
		return within(headsAsked, fault.New(fault.Invalid, "the question neither shows %s to %s nor asks about it", describe(cp), q.accused.node))
	}
	seen, err := q.shownTo(asked.Seen)
	if err != nil {
		return err
	}
	if max(holds.Size, seen.Size) < cp.Size {
		return within(headsAsked, fault.New(fault.Invalid, "the question asks about %s, but shows %s no signature of its own under a head as large: it could not know that it had lost that", describe(cp), q.accused.node))
	}
	return nil
}

// shownTo opens a head that the question shows to the accused; none is the
// zero head.
func (q inquiry) shownTo(note string) (ledger.Checkpoint, error) {
	if note == "" {
		return ledger.Checkpoint{}, nil
	}
	cp, err := q.checkpoint([]byte(note))
	if err != nil {
		return cp, within(headsAsked, err)
	}
	return cp, nil
}

// faced opens the question that an answer was given to. What the answer leaves
// out proves nothing if it says itself that the ledger is behind.
func (q inquiry) faced(said heads, bodies map[string][]byte) (asked heads, question string, err error) {
	if said.Stopped {
		return asked, "", within(headsSaid, fault.New(fault.Invalid, "%s says itself that its ledger is behind what it has signed: that is a loss, and no second history", q.accused.node))
	}
	return q.question(bodies, said)
}

// question opens the question that the answer is to.
func (q inquiry) question(bodies map[string][]byte, said heads) (asked heads, question string, err error) {
	b, ok := bodies[headsAsked]
	if !ok {
		return asked, "", missing(headsAsked, "and what was said proves something only as the answer to a question")
	}
	if asked, question, err = q.asked(b, said); err != nil {
		return asked, "", within(headsAsked, err)
	}
	return asked, question, nil
}

// resting adds how far a proof can be relied on that rests on a question.
func (q inquiry) resting(g ground) ground {
	if g.question == checked {
		g.says += "; the question is signed by the witness"
		return g
	}
	g.says += "; this holds as far as the question is genuine: the answer names it by its hash, but its signature was not checked (give the card of the witness with --witness-card)"
	return g
}

// unexplained begins what is said of two heads that might by themselves be of
// one ledger that grew.
func (q inquiry) unexplained() string {
	return fmt.Sprintf("%s signed what no one history of its ledger explains: ", q.accused.node)
}

// describe names a head in words.
func describe(cp ledger.Checkpoint) string {
	if cp.IsZero() {
		return "an empty ledger"
	}
	return fmt.Sprintf("a head of %s (root %s)", records(cp.Size), cp.Root.Short())
}

func records(n int64) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
