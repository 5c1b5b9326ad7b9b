package main

import (
	"encoding/json"
	"strings"
	"testing"

	"comity/ref"
)

// equivocations are the trials of envelopes.
func equivocations(t testing.TB) map[string]trial {
	c := newCourt(t)
	hash := func(f fields) ref.Hash { return ref.Sum("envelope", f.payload(t)) }
	file := func(f fields) string { return f.sign(t, "envelope", c.node) }
	first, rival := c.envelope(asker, 1, ref.Hash{}, 1), c.envelope(asker, 1, ref.Hash{}, 2)
	second := c.envelope(asker, 2, hash(first), 3)
	pair := func(taken, other fields) map[string]string { return envelopeFiles(1, file(taken), file(other)) }
	twice := func(signed string) string {
		return strings.Replace(signed, `"signatures":[`, `"signatures":[{"keyid":"other","sig":"AAAA"},`, 1)
	}
	return map[string]trial{
		"two first messages":          {files: pair(first, rival), by: byPosition, says: "as number 1 to us/dea it signed"},
		"two later ones":              {files: pair(second, second.with(fields{"size": 11})), by: byPosition},
		"another before":              {files: pair(first, c.envelope(asker, 2, hash(rival), 3)), by: byPredecessors, says: "its number 2 says that it follows " + hash(rival).Short()},
		"a line break at the end":     {files: envelopeFiles(1, file(first)+"\n", file(rival)+"\r\n"), by: byPosition},
		"one message twice":           {files: pair(first, first), says: "one and the same message"},
		"one message, signed again":   {files: envelopeFiles(1, file(first), twice(file(first))), says: "one and the same message"},
		"the next one":                {files: pair(first, second), says: "follows message 1, as it should"},
		"different links":             {files: pair(first, c.envelope("co/pnc", 1, ref.Hash{}, 2)), says: "different links, to us/dea and to co/pnc"},
		"far apart":                   {files: pair(first, c.envelope(asker, 3, hash(rival), 2)), says: "positions 1 and 3"},
		"the one before":              {files: pair(second, rival), says: "positions 2 and 1"},
		"of another node":             {files: pair(first.with(fields{"from": "mx/fgr"}), rival.with(fields{"from": "mx/fgr"})), says: "the envelope is from mx/fgr"},
		"of a thief":                  {files: envelopeFiles(1, file(first), rival.sign(t, "envelope", c.thief)), says: "envelope-other.json: the statement is not signed"},
		"of another type":             {files: envelopeFiles(1, file(first), rival.sign(t, "statement", c.node)), says: "envelope-other.json: payloadType"},
		"no position":                 {files: pair(first.with(fields{"sequence": 0}), rival), says: "contradicts itself"},
		"no position, but one before": {files: pair(second.with(fields{"sequence": 0}), second.with(fields{"sequence": 0, "size": 11})), says: "contradicts itself"},
		"no one before":               {files: pair(first, c.envelope(asker, 2, ref.Hash{}, 3)), says: "contradicts itself"},
		"one before the first":        {files: pair(first, rival.with(fields{"prev": hash(second)})), says: "contradicts itself"},
		"to nobody":                   {files: pair(first.with(fields{"to": nil}), rival.with(fields{"to": nil})), says: "contradicts itself"},
		"to a name that is none":      {files: pair(first.with(fields{"to": "US DEA"}), rival), says: "not the envelope of a message"},
		"one envelope":                {files: envelopeFiles(1, file(first), ""), says: "envelope-other.json is missing"},
		"only the other":              {files: envelopeFiles(1, "", file(rival)), says: "envelope-taken.json is missing"},
		"not an envelope":             {files: envelopeFiles(1, file(first), "{}"), says: "envelope-other.json: "},
	}
}

func TestEquivocations(t *testing.T) {
	for name, tr := range equivocations(t) {
		t.Run(name, tr.hold)
	}
}

func TestEquivocationInJSON(t *testing.T) {
	dir := saved(t, equivocations(t)["two later ones"].files)
	code, out, errs := verify("--json", "--node", string(accused), "--key", key(t, 1).Public().String(), "--fork", dir)
	var f finding
	must(t, json.Unmarshal([]byte(out), &f))
	if code != 0 || errs != "" || f.Incident != "equivocation" || len(f.Messages) != 2 || len(f.Heads) != 0 {
		t.Fatalf("exit %d, %s%s", code, out, errs)
	}
	if f.Messages[0].Sequence != 2 || f.Messages[1].Sequence != 2 || f.Messages[0].Hash == f.Messages[1].Hash {
		t.Error(out)
	}
	// Under another name the same envelopes are no evidence.
	code, out, _ = verify("--node", "mx/fgr", "--key", key(t, 1).Public().String(), "--fork", dir)
	if code != 1 || !strings.Contains(out, "you gave the card or key of mx/fgr") {
		t.Errorf("exit %d, %s", code, out)
	}
}
