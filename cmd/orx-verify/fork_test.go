package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"comity/ledger"
	"comity/ref"
)

// trial is a folder of evidence and what must be said of it.
type trial struct {
	files  map[string]string
	by     string // what proves it; empty: it is not proved
	says   string
	asker  string // the witness's card, if it is given
	proven string // what is said of the question
}

// forks are the trials of heads: every kind of proof, and what looks like one.
func forks(t testing.TB) map[string]trial {
	c := newCourt(t)
	asks := c.question(fields{"asks": asking(t, c.a.heads[4], c.b.heads[7])})
	shows := c.question(fields{"holds": c.a.heads[9]})
	wants := c.question(fields{"asks": asking(t, c.a.heads[9]), "seen": c.a.heads[9]})
	knows := c.question(fields{"holds": c.b.heads[7]})
	file := func(f fields) string { return f.sign(t, "heads", c.node) }
	question := func(f fields) string { return f.sign(t, "heads", c.dea) }
	said := func(q, more fields) string { return file(c.answer(q, more)) }
	a7, a9, b7, b9 := c.a.heads[7], c.a.heads[9], c.b.heads[7], c.b.heads[9]
	good := c.a.path(t, 7, 9)
	wrong := append([]ref.Hash{{1}}, good[1:]...)
	pair := func(asked, said string) map[string]string { return forkFiles(1, b7, a9, asked, said) }
	honest := func(asked, said string) map[string]string { return forkFiles(1, a7, a9, asked, said) }
	back := func(q fields, more fields) map[string]string {
		return forkFiles(1, a9, b7, question(q), said(q, fields{"head": b7}.with(more)))
	}
	thief := newHistory(t, accused, c.thief, 10, 9)
	fgr := newHistory(t, "mx/fgr", c.node, 10, 9)
	card := cardOf(t, asker, c.dea)
	silent := pair(question(asks), said(asks, fields{"head": a9}))
	return map[string]trial{
		// Proved by themselves.
		"two roots":           {files: forkFiles(1, a7, b7, "", ""), by: byRoots, says: "two heads of 7 records with different roots"},
		"two roots, and junk": {files: forkFiles(1, a7, b7, "{}", "{}"), by: byRoots},

		// Proved by a signed proof that does not hold.
		"path":                          {files: pair("", said(nil, fields{"head": a9, "since": 7, "path": good})), by: byProof, says: "a proof that does not show that the larger extends"},
		"path, the larger first":        {files: forkFiles(1, a9, b7, "", said(nil, fields{"head": a9, "since": 7, "path": good})), by: byProof},
		"an empty path":                 {files: pair("", said(nil, fields{"head": a9, "since": 7})), by: byProof},
		"shown":                         {files: pair("", said(nil, fields{"head": a9, "shown": []fields{{"size": 4, "path": good}, {"size": 7, "path": good}}})), by: byProof},
		"path, to another question":     {files: pair(question(shows), said(asks, fields{"head": a9, "since": 7, "path": good})), by: byProof},
		"path, and a changed one shown": {files: honest("", said(nil, fields{"head": a9, "since": 7, "path": wrong, "shown": []fields{{"size": 7, "path": good[1:]}}})), by: byProof},

		// Proved as far as the question is genuine.
		"silence":                         {files: silent, by: bySilence, says: "asked by us/dea", proven: unchecked},
		"silence, question checked":       {files: silent, by: bySilence, asker: card, says: "signed by the witness", proven: checked},
		"silence on one of two":           {files: pair(question(asks), said(asks, fields{"head": a9, "shown": []fields{{"size": 4, "path": c.a.path(t, 4, 9)}}})), by: bySilence, proven: unchecked},
		"retreat":                         {files: back(shows, nil), by: byRetreat, says: "an answer that goes on from a head of 7 records", proven: unchecked},
		"retreat, question checked":       {files: back(shows, nil), by: byRetreat, asker: card, proven: checked},
		"retreat to nothing":              {files: withEmpty(forkFiles(1, a9, "", question(shows), said(shows, nil))), by: byRetreat, says: "goes on from an empty ledger", proven: unchecked},
		"silence, shown the smaller":      {files: pair(question(knows), said(knows, fields{"head": a9})), by: bySilence, says: "told by us/dea that it holds the smaller", proven: unchecked},
		"silence, from elsewhere":         {files: pair(question(knows), said(knows, fields{"head": a9, "since": 4, "path": c.a.path(t, 4, 9)})), by: bySilence, asker: card, proven: checked},
		"silence within the same history": {files: honest(question(c.question(fields{"holds": c.cosigned(a7)})), said(c.question(fields{"holds": c.cosigned(a7)}), fields{"head": a9})), by: bySilence, proven: unchecked},
		"retreat, asked about the larger": {files: back(wants, nil), by: byRetreat, says: "when us/dea asked it about that", proven: unchecked},
		"retreat, asked and checked":      {files: back(wants, nil), by: byRetreat, asker: card, proven: checked},
		"retreat to nothing, asked":       {files: withEmpty(forkFiles(1, a9, "", question(wants), said(wants, nil))), by: byRetreat, says: "goes on from an empty ledger", proven: unchecked},
		"retreat, shown one still larger": {files: backTo(c, a7, c.a.heads[4], fields{"asks": asking(t, a7), "holds": a9}), by: byRetreat, proven: unchecked},
		"retreat, seen one still larger":  {files: backTo(c, a7, c.a.heads[4], fields{"asks": asking(t, a7, b9), "holds": c.a.heads[6], "seen": b9}), by: byRetreat, proven: unchecked},
		"retreat within the same history": {files: forkFiles(1, a9, a7, question(shows), said(shows, fields{"head": a7})), by: byRetreat, proven: unchecked},

		// Not proved: the heads.
		"the same head twice":       {files: forkFiles(1, a7, a7, "", ""), says: "one and the same head"},
		"the same head, cosigned":   {files: forkFiles(1, a7, c.cosigned(a7), "", ""), says: "one and the same head"},
		"a thief's heads":           {files: forkFiles(1, a7, thief.heads[9], "", ""), says: "head-2.checkpoint: the checkpoint is not signed"},
		"heads of another node":     {files: forkFiles(1, fgr.heads[7], b7, "", ""), says: "head-1.checkpoint: it is a head of the ledger orx/1/mx/fgr"},
		"a changed size":            {files: forkFiles(1, a7, strings.Replace(b9, "\n9\n", "\n7\n", 1), "", ""), says: "head-2.checkpoint: the checkpoint is not signed"},
		"one head":                  {files: forkFiles(1, a7, "", "", ""), says: "head-2.checkpoint is missing"},
		"a head that is none":       {files: forkFiles(1, "x", b7, "", ""), says: "head-1.checkpoint: this is not a signed checkpoint"},
		"an empty first head":       {files: map[string]string{"01-fork-head-1.checkpoint": "", "02-fork-head-2.checkpoint": a7}, says: "head-1.checkpoint: "},
		"nothing and an empty file": {files: withEmpty(forkFiles(1, c.a.heads[0], "", question(shows), said(shows, nil))), says: "without records"},
		"growth":                    {files: honest("", ""), says: "may have grown from 7 records to 9"},
		"two histories, unasked":    {files: pair("", ""), says: "heads-said.json is missing"},

		// Not proved: what was said.
		"a good path":                     {files: honest("", said(nil, fields{"head": a9, "since": 7, "path": good})), says: "it is one history"},
		"a good one shown":                {files: honest(question(asks), said(asks, fields{"head": a9, "shown": []fields{{"size": 7, "path": good}}})), says: "it is one history"},
		"a good path, a bad one shown":    {files: honest("", said(nil, fields{"head": a9, "since": 7, "path": good, "shown": []fields{{"size": 7, "path": wrong}}})), says: "it is one history"},
		"from nothing":                    {files: forkFiles(1, c.b.heads[0], a9, "", said(nil, fields{"head": a9, "path": wrong})), says: "extends one without records"},
		"said by the witness":             {files: pair("", c.answer(nil, fields{"head": a9, "since": 7, "path": good}).sign(t, "heads", c.dea)), says: "heads-said.json: the statement is not signed"},
		"said as another type":            {files: pair("", c.answer(nil, fields{"head": a9, "since": 7, "path": good}).sign(t, "answer", c.node)), says: "heads-said.json: payloadType"},
		"said by another node":            {files: pair("", said(nil, fields{"from": "mx/fgr", "head": a9, "since": 7, "path": good})), says: "the heads are from mx/fgr"},
		"said of another head":            {files: pair("", said(nil, fields{"head": c.a.heads[8], "since": 7, "path": good})), says: "neither of the two"},
		"said of another, as large":       {files: pair("", said(nil, fields{"head": b9, "since": 7, "path": good})), says: "neither of the two"},
		"said of another, as small":       {files: forkFiles(1, a9, b7, question(shows), said(shows, fields{"head": a7})), says: "neither of the two"},
		"said of another node's head":     {files: pair("", said(nil, fields{"head": fgr.heads[9], "since": 7, "path": good})), says: "orx/1/mx/fgr"},
		"said of a thief's head":          {files: pair("", said(nil, fields{"head": thief.heads[9], "since": 7, "path": good})), says: "heads-said.json: the checkpoint is not signed"},
		"a path from elsewhere":           {files: pair("", said(nil, fields{"head": a9, "since": 6, "path": good})), says: "heads-asked.json is missing"},
		"a later protocol":                {files: pair(question(asks), said(asks, fields{"protocol": 2, "head": a9})), says: "protocol 2"},
		"a path longer than any":          {files: pair("", said(nil, fields{"head": a9, "since": 7, "path": make([]ref.Hash, 65)})), says: "not in their form"},
		"one shown longer than any":       {files: pair("", said(nil, fields{"head": a9, "shown": []fields{{"size": 7, "path": make([]ref.Hash, 65)}}})), says: "not in their form"},
		"proofs out of order":             {files: pair("", said(nil, fields{"head": a9, "shown": []fields{{"size": 7, "path": good}, {"size": 7, "path": good}}})), says: "not in their form"},
		"heads that are none":             {files: pair("", said(nil, fields{"head": 9})), says: "not heads of ledgers"},
		"not an envelope":                 {files: pair("", "{}"), says: "heads-said.json: "},
		"an envelope with a space before": {files: pair("", " "+said(nil, fields{"head": a9, "since": 7, "path": good})), says: "not in canonical form"},

		// Not proved: what was asked.
		"not asked for that":        {files: pair(question(shows), said(shows, fields{"head": a9})), says: "neither asks to be shown"},
		"asked for another root":    {files: askedOf(c, fields{"asks": asking(t, a7)}), says: "neither asks to be shown"},
		"asked for another size":    {files: askedOf(c, fields{"asks": asking(t, c.b.heads[6], c.b.heads[8])}), says: "neither asks to be shown"},
		"asked for the larger only": {files: askedOf(c, fields{"asks": asking(t, a9), "seen": a9}), says: "neither asks to be shown"},
		"asked for nothing":         {files: askedOf(c, fields{"asks": nil}), says: "neither asks to be shown"},
		"the smaller only seen":     {files: askedOf(c, fields{"asks": nil, "seen": b7}), says: "neither asks to be shown"},
		"another one held":          {files: askedOf(c, fields{"asks": nil, "holds": a7}), says: "nor says that us/dea holds it"},
		"a thief's one held":        {files: askedOf(c, fields{"asks": nil, "holds": thief.heads[7]}), says: "heads-asked.json: the checkpoint is not signed"},
		"another node's one held":   {files: askedOf(c, fields{"asks": nil, "holds": fgr.heads[7]}), says: "orx/1/mx/fgr"},
		"asked by sizes alone":      {files: askedOf(c, fields{"asks": []int64{4, 7}}), says: "not heads of ledgers"},
		"asked twice":               {files: askedOf(c, fields{"asks": asking(t, a7, b7)}), says: "not in their form"},
		"asked out of order":        {files: askedOf(c, fields{"asks": asking(t, b7, c.a.heads[4])}), says: "not in their form"},
		"asked for no size":         {files: askedOf(c, fields{"asks": asking(t, c.a.heads[0], b7)}), says: "not in their form"},
		"asked for a size below 0":  {files: askedOf(c, fields{"asks": []fields{{"size": -7, "root": ref.Hash{1}}}}), says: "not in their form"},
		"asked for too many":        {files: askedOf(c, fields{"asks": countUp(maxAsks + 1)}), says: "not in their form"},
		"silent, but stopped":       {files: pair(question(asks), said(asks, fields{"head": a9, "stopped": true})), says: "says itself that its ledger is behind"},
		"shown, silent and stopped": {files: pair(question(knows), said(knows, fields{"head": a9, "stopped": true})), says: "says itself that its ledger is behind"},
		"held, and shown elsewhere": {files: honest(question(c.question(fields{"holds": a7})), said(c.question(fields{"holds": a7}), fields{"head": a9, "shown": []fields{{"size": 7, "path": good}}})), says: "it is one history"},
		"another question answered": {files: pair(question(asks), said(shows, fields{"head": a9})), says: "not the question that mx/semar answered"},
		"no question answered":      {files: pair(question(asks), said(nil, fields{"head": a9})), says: "not the question"},
		"a question to another":     {files: askedOf(c, fields{"to": "mx/fgr"}), says: "the question is from us/dea to mx/fgr"},
		"a question of another":     {files: askedOf(c, fields{"from": "co/pnc"}), says: "the question is from co/pnc to mx/semar"},
		"a question of a thief":     {files: pair(asks.sign(t, "heads", c.thief), said(asks, fields{"head": a9})), asker: card, says: "heads-asked.json: the statement is not signed"},
		"another's card":            {files: silent, asker: cardOf(t, "co/pnc", c.dea), says: "the card that you gave for the witness is of co/pnc"},
		"a question of other type":  {files: pair(asks.sign(t, "answer", c.dea), said(asks, fields{"head": a9})), says: "the question is not heads"},
		"a question that is none":   {files: pair("[]", said(asks, fields{"head": a9})), says: "heads-asked.json: "},

		// Not proved: going back.
		"stopped said":               {files: back(shows, fields{"stopped": true}), says: "says itself that its ledger is behind"},
		"stopped with nothing":       {files: withEmpty(forkFiles(1, a9, "", question(shows), said(shows, fields{"stopped": true}))), says: "says itself"},
		"shown nothing":              {files: back(asks, nil), says: "neither shows a head of 9 records"},
		"shown the smaller":          {files: back(knows, nil), says: "neither shows a head of 9 records"},
		"only seen":                  {files: back(c.question(fields{"seen": a9}), nil), says: "neither shows a head of 9 records"},
		"asked for another":          {files: back(c.question(fields{"asks": asking(t, b9), "seen": b9}), nil), says: "neither shows a head of 9 records"},
		"asked for another of 7":     {files: back(c.question(fields{"asks": asking(t, b7), "seen": b7}), nil), says: "neither shows a head of 9 records"},
		"asked, and shown nothing":   {files: back(c.question(fields{"asks": asking(t, a9)}), nil), says: "it could not know that it had lost that"},
		"asked, and shown less":      {files: back(c.question(fields{"asks": asking(t, a9), "holds": b7, "seen": c.a.heads[8]}), nil), says: "it could not know"},
		"asked, and shown a thief's": {files: back(c.question(fields{"asks": asking(t, a9), "seen": thief.heads[9]}), nil), says: "heads-asked.json: the checkpoint is not signed"},
		"asked, and shown another's": {files: back(c.question(fields{"asks": asking(t, a9), "seen": fgr.heads[9]}), nil), says: "orx/1/mx/fgr"},
		"asked, and shown junk":      {files: back(c.question(fields{"asks": asking(t, a9), "seen": "9"}), nil), says: "not a signed checkpoint"},
		"asked, and stopped":         {files: back(wants, fields{"stopped": true}), says: "says itself that its ledger is behind"},
		"asked, and stopped at none": {files: withEmpty(forkFiles(1, a9, "", question(wants), said(wants, fields{"stopped": true}))), says: "says itself"},
		"asked by a thief":           {files: forkFiles(1, a9, b7, wants.sign(t, "heads", c.thief), said(wants, fields{"head": b7})), asker: card, says: "heads-asked.json: the statement is not signed"},
		"asked in another question":  {files: forkFiles(1, a9, b7, question(wants), said(knows, fields{"head": b7})), says: "not the question"},
		"empty, with a proof":        {files: withEmpty(forkFiles(1, a9, "", question(shows), said(shows, fields{"since": 7, "path": good}))), says: "not in their form"},
		"shown a thief's":            {files: back(c.question(fields{"holds": thief.heads[9]}), nil), says: "heads-asked.json: the checkpoint is not signed"},
		"back, to no question":       {files: forkFiles(1, a9, b7, "", said(nil, fields{"head": b7})), says: "heads-asked.json is missing"},
		"back, to another":           {files: forkFiles(1, a9, b7, question(shows), said(asks, fields{"head": b7})), says: "not the question"},
		"an empty head, and growing": {files: withEmpty(forkFiles(1, a9, "", question(shows), said(shows, fields{"head": a9}))), says: "extends one without records"},
	}
}

// withEmpty adds the file of a second head that the accused said it has not.
func withEmpty(files map[string]string) map[string]string {
	files["02-fork-head-2.checkpoint"] = ""
	return files
}

// countUp asks for as many heads, in the order of their sizes.
func countUp(n int64) []ask {
	var list []ask
	for size := range n {
		list = append(list, ask{Size: size + 1})
	}
	return list
}

// backTo is an answer that goes on from a smaller head, to a question with such
// fields.
func backTo(c court, large, small string, more fields) map[string]string {
	q := c.question(more)
	return forkFiles(1, large, small, q.sign(c, "heads", c.dea), c.answer(q, fields{"head": small}).sign(c, "heads", c.node))
}

// askedOf is an answer with no proof, to a question with such fields; without
// others it would prove a fork.
func askedOf(c court, more fields) map[string]string {
	q := c.question(fields{"asks": asking(c, c.b.heads[7])}).with(more)
	return forkFiles(1, c.b.heads[7], c.a.heads[9], q.sign(c, "heads", c.dea), c.answer(q, fields{"head": c.a.heads[9]}).sign(c, "heads", c.node))
}

func TestForks(t *testing.T) {
	for name, tr := range forks(t) {
		t.Run(name, tr.hold)
	}
}

// hold has the program judge, in words and in JSON.
func (tr trial) hold(t *testing.T) {
	args := []string{"--fork", saved(t, tr.files), "--card", saved(t, map[string]string{"c": cardOf(t, accused, key(t, 1))}) + "/c"}
	if tr.asker != "" {
		args = append(args, "--witness-card", saved(t, map[string]string{"c": tr.asker})+"/c")
	}
	want, word := 1, "\nNOT PROVED"
	if tr.by != "" {
		want, word = 0, "\nproved"
	}
	code, out, errs := verify(args...)
	if code != want || errs != "" || !strings.Contains(out, word) || !strings.Contains(out, tr.says) || !strings.HasPrefix(out, "Evidence against mx/semar. Its card reads: ") {
		t.Errorf("exit %d, want %d and %q:\n%s%s", code, want, tr.says, out, errs)
	}
	code, out, errs = verify(append(args, "--json")...)
	var f finding
	if err := json.Unmarshal([]byte(out), &f); err != nil || code != want || strings.Count(out, "\n") != 1 {
		t.Fatalf("exit %d, %q %q: %v", code, out, errs, err)
	}
	if f.Proved != (want == 0) || f.By != tr.by || f.Question != tr.proven || f.Why == "" || len(f.Files) != len(tr.files) {
		t.Errorf("%+v", f)
	}
}

// Evidence against one node is none against another, nor under another key.
func TestForkUnderAnotherKey(t *testing.T) {
	dir := saved(t, forks(t)["two roots"].files)
	for name, who := range map[string]string{string(accused): key(t, 3).Public().String(), "mx/fgr": key(t, 1).Public().String()} {
		code, out, errs := verify("--node", name, "--key", who, "--fork", dir)
		if code != 1 || errs != "" || !strings.Contains(out, "NOT PROVED") || !strings.Contains(out, "Its key reads: ") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
	}
}

// A head of no records can have one root only, and is proof by itself.
func TestRootOfNothing(t *testing.T) {
	c := newCourt(t)
	text, _, _ := strings.Cut(c.b.heads[1], "\n\n")
	odd := c.note(strings.Replace(text, "\n1\n", "\n0\n", 1) + "\n")
	trial{files: forkFiles(1, odd, c.a.heads[9], "", ""), by: byNothing, says: "not the root of nothing"}.hold(t)
	trial{files: forkFiles(1, odd, c.a.heads[0], "", ""), by: byRoots}.hold(t)
	trial{files: forkFiles(1, odd, odd, "", ""), by: byNothing}.hold(t)
}

// JSON gives sizes and whole roots, and files that are no evidence are passed by.
func TestForkInJSON(t *testing.T) {
	files := forks(t)["retreat"].files
	maps.Copy(files, map[string]string{"card.json": "not read", "notes.txt": "nor this", "2026-11-20-minutes.txt": "nor that"})
	code, out, errs := verify("--json", "--node", string(accused), "--key", key(t, 1).Public().String(), "--fork", saved(t, files))
	var f finding
	must(t, json.Unmarshal([]byte(out), &f))
	c := newCourt(t)
	var want []head
	for _, note := range []string{c.b.heads[7], c.a.heads[9]} {
		_, size, root, err := ledger.Peek([]byte(note))
		must(t, err)
		want = append(want, head{size, root})
	}
	if code != 0 || errs != "" || f.Incident != "fork" || !slices.Equal(f.Heads, want) {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if strings.Join(f.Files, " ") != "01-fork-head-1.checkpoint 02-fork-head-2.checkpoint 03-fork-heads-asked.json 04-fork-heads-said.json" {
		t.Error(f.Files)
	}
}
