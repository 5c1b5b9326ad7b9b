package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comity/exchange"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// issued is a signed card, and what the next one has to name.
type issued struct {
	file string
	fields
	hash ref.Hash
}

func issue(t testing.TB, f fields, keys ...seal.SigningKey) issued {
	t.Helper()
	e, err := seal.Sign(cardType, f.payload(t), keys...)
	must(t, err)
	b, err := wire.Encode(e)
	must(t, err)
	return issued{string(b), f, ref.Sum("card", e.Payload)}
}

// next gives the fields of the card that follows with a new key.
func (c issued) next(k seal.SigningKey) fields {
	return c.with(fields{"serial": c.fields["serial"].(int) + 1, "prev": c.hash, "signing": k.Public()})
}

// line is five cards of the accused, each with a new key: the first one's is
// that of a court's node.
func line(t testing.TB) (cards []issued, keys []seal.SigningKey) {
	keys = []seal.SigningKey{key(t, 1), key(t, 21), key(t, 22), key(t, 23), key(t, 24)}
	cards = []issued{issue(t, fields{"name": accused, "signing": keys[0].Public(), "serial": 1}, keys[0])}
	for i, k := range keys[1:] {
		cards = append(cards, issue(t, cards[i].next(k), keys[i], k))
	}
	return cards, keys
}

// cardFiles numbers cards as pieces of evidence from a number on.
func cardFiles(from int, cards ...string) map[string]string {
	files := map[string]string{}
	for i, c := range cards {
		files[fmt.Sprintf("%02d-fork-card-%d.json", from+i, len(cards)-i)] = c
	}
	return files
}

// linkage is a folder of evidence with cards: the accused's two heads are signed
// under the keys one and two.
type linkage struct {
	given    string
	one, two seal.SigningKey
	cards    []string
	proved   bool
	used     []int64
}

func linkages(t testing.TB) map[string]linkage {
	cards, keys := line(t)
	thief := key(t, 3)
	file := func(i int) string { return cards[i-1].file }
	k := func(i int) seal.SigningKey { return keys[i-1] }
	second := func(more fields, keys ...seal.SigningKey) string {
		return issue(t, cards[0].next(k(2)).with(more), keys...).file
	}
	fgr := issue(t, fields{"name": "mx/fgr", "signing": k(1).Public(), "serial": 1}, k(1))
	third := issue(t, issue(t, cards[0].next(thief), thief).next(k(3)), thief, k(3))
	otherFirst := issue(t, fields{"name": accused, "signing": thief.Public(), "serial": 1, "created": "2026-01-01T00:00:00Z"}, thief)
	rival := issue(t, cards[1].next(thief), k(2), thief)
	unkeyed := issue(t, cards[0].next(k(1)).with(fields{"endpoints": []string{"https://a:1"}}), k(1))
	noSelf := issue(t, cards[0].next(k(2)), k(1)).file
	return map[string]linkage{
		"the given card's":          {file(3), k(3), k(3), []string{file(3), file(2), file(1)}, true, nil},
		"the given card's alone":    {file(3), k(3), k(3), nil, true, nil},
		"the one before":            {file(2), k(1), k(1), []string{file(1)}, true, []int64{1}},
		"the one after":             {file(1), k(2), k(2), []string{file(2)}, true, []int64{2}},
		"before and given":          {file(2), k(1), k(2), []string{file(2), file(1)}, true, []int64{1}},
		"far before":                {file(5), k(1), k(1), []string{file(4), file(3), file(2), file(1)}, true, []int64{1}},
		"far after":                 {file(1), k(5), k(4), []string{file(5), file(4), file(3), file(2)}, true, []int64{4, 5}},
		"both ways":                 {file(3), k(1), k(5), []string{file(5), file(4), file(2), file(1)}, true, []int64{1, 5}},
		"in any order":              {file(3), k(1), k(5), []string{file(1), file(5), file(2), file(4)}, true, []int64{1, 5}},
		"each twice":                {file(3), k(1), k(5), []string{file(1), file(5), file(2), file(4), file(5), file(1)}, true, []int64{1, 5}},
		"two that follow one":       {file(2), thief, k(3), []string{file(3), rival.file}, true, []int64{3}},
		"back and forth":            {file(3), thief, k(1), []string{rival.file, file(2), file(1)}, true, []int64{1, 3}},
		"junk between":              {file(2), k(1), k(1), []string{"{}", file(1), ""}, true, []int64{1}},
		"a card with the same key":  {unkeyed.file, k(1), k(1), []string{file(1)}, true, nil},
		"no signature of the owner": {file(1), k(2), k(2), []string{noSelf}, false, nil},

		"not before":                     {file(2), k(1), k(1), nil, false, nil},
		"not after":                      {file(1), k(2), k(2), []string{file(1)}, false, nil},
		"only one of the heads":          {file(2), k(1), thief, []string{file(1)}, false, []int64{1}},
		"a gap before":                   {file(4), k(1), k(1), []string{file(3), file(1)}, false, nil},
		"a gap after":                    {file(1), k(4), k(4), []string{file(2), file(4)}, false, nil},
		"not signed by the key before":   {file(1), k(2), k(2), []string{second(nil, k(2))}, false, nil},
		"signed by a thief as the first": {file(1), k(2), k(2), []string{second(nil, thief, k(2))}, false, nil},
		"a thief's third after that":     {file(1), k(3), k(3), []string{second(fields{"signing": thief.Public()}, thief), third.file}, false, nil},
		"a thief's own first":            {file(1), thief, thief, []string{otherFirst.file}, false, nil},
		"a thief's own first, before":    {file(2), thief, thief, []string{otherFirst.file}, false, nil},
		"another hash before":            {file(1), k(2), k(2), []string{second(fields{"prev": ref.Hash{1}}, k(1), k(2))}, false, nil},
		"no hash before":                 {file(1), k(2), k(2), []string{second(fields{"prev": nil}, k(1), k(2))}, false, nil},
		"its own serial":                 {file(1), k(2), k(2), []string{second(fields{"serial": 1}, k(1), k(2))}, false, nil},
		"a serial too far":               {file(1), k(2), k(2), []string{second(fields{"serial": 3}, k(1), k(2))}, false, nil},
		"no serial":                      {file(1), k(2), k(2), []string{second(fields{"serial": nil}, k(1), k(2))}, false, nil},
		"a serial too far, given":        {second(fields{"serial": 3}, k(1), k(2)), k(1), k(1), []string{file(1)}, false, nil},
		"of another node":                {file(1), k(2), k(2), []string{second(fields{"name": "mx/fgr"}, k(1), k(2))}, false, nil},
		"of another node, before":        {second(fields{"prev": fgr.hash}, k(1), k(2)), k(1), k(1), []string{fgr.file}, false, nil},
		"of nobody":                      {file(1), k(2), k(2), []string{second(fields{"name": nil}, k(1), k(2))}, false, nil},
		"no key":                         {file(1), k(2), k(2), []string{second(fields{"signing": nil}, k(1), k(2))}, false, nil},
		"signed as another type":         {file(1), k(2), k(2), []string{cards[0].next(k(2)).sign(t, "heads", k(2))}, false, nil},
		"before, signed as another type": {file(2), k(1), k(1), []string{cards[0].sign(t, "heads", k(1))}, false, nil},
		"a changed card":                 {file(1), k(2), k(2), []string{strings.Replace(file(2), `"sig":"`, `"sig":"AAAA`, 1)}, false, nil},
		"a changed card before":          {file(2), k(1), k(1), []string{strings.Replace(file(1), `"sig":"`, `"sig":"AAAA`, 1)}, false, nil},
		"a truncated card":               {file(1), k(2), k(2), []string{file(2)[:len(file(2))-2]}, false, nil},
		"a truncated card before":        {file(2), k(1), k(1), []string{file(1)[:len(file(1))/2]}, false, nil},
		"a list of cards":                {file(1), k(2), k(2), []string{"[" + file(2) + "]"}, false, nil},
		"nothing in the file":            {file(1), k(2), k(2), []string{""}, false, nil},
	}
}

func TestCardsLinkedBySuccession(t *testing.T) {
	for name, l := range linkages(t) {
		t.Run(name, l.hold)
	}
}

func (l linkage) hold(t *testing.T) {
	one, two := newHistory(t, accused, l.one, 10, 7), newHistory(t, accused, l.two, 11, 7)
	files := forkFiles(1, one.heads[7], two.heads[7], "", "")
	for i, c := range l.cards {
		files[fmt.Sprintf("%02d-fork-card-%d.json", 3+i, 90+i)] = c // what it is named says nothing
	}
	args := []string{"--fork", saved(t, files), "--card", saved(t, map[string]string{"c": l.given}) + "/c"}
	want, word := 1, "NOT PROVED"
	if l.proved {
		want, word = 0, "proved"
	}
	code, out, errs := verify(args...)
	if code != want || errs != "" || !strings.Contains(out, "\n"+word) || strings.Contains(out, "succession") != (len(l.used) > 0) {
		t.Errorf("exit %d, want %d:\n%s%s", code, want, out, errs)
	}
	if len(l.used) > 0 && !strings.Contains(out, serials(l.used)+",") {
		t.Errorf("the cards %v are not named:\n%s", l.used, out)
	}
	_, out, _ = verify(append(args, "--json")...)
	var f finding
	must(t, json.Unmarshal([]byte(out), &f))
	if f.Proved != l.proved || !slices.Equal(f.Cards, l.used) || len(f.Files) != len(files) {
		t.Errorf("%+v", f)
	}
}

// A key that was given by itself stands on no card: nothing is linked to it.
func TestKeyAloneHasNoChain(t *testing.T) {
	l := linkages(t)["before and given"]
	one, two := newHistory(t, accused, l.one, 10, 7), newHistory(t, accused, l.two, 11, 7)
	files := forkFiles(1, one.heads[7], two.heads[7], "", "")
	maps.Copy(files, cardFiles(3, l.cards...))
	for _, k := range []seal.SigningKey{l.one, l.two} {
		code, out, errs := verify("--node", string(accused), "--key", k.Public().String(), "--fork", saved(t, files))
		if code != 1 || errs != "" || !strings.Contains(out, "NOT PROVED") || strings.Contains(out, "succession") {
			t.Errorf("exit %d, %s%s", code, out, errs)
		}
	}
}

// What was said, the heads in it, what the question shows and envelopes may each
// be under another key; and under two at once.
func TestEachPieceUnderAnEarlierKey(t *testing.T) {
	cards, keys := line(t)
	dir := saved(t, map[string]string{"c": cards[2].file}) + "/c"
	judge := func(name string, files map[string]string, proved bool, used ...int64) {
		t.Helper()
		n := len(files) + 1
		maps.Copy(files, map[string]string{fmt.Sprintf("%02d-%s-card-1.json", n, kindOf(files)): cards[0].file, fmt.Sprintf("%02d-%s-card-2.json", n+1, kindOf(files)): cards[1].file})
		_, out, errs := verify("--json", "--card", dir, "--fork", saved(t, files))
		var f finding
		if err := json.Unmarshal([]byte(out), &f); err != nil || errs != "" || f.Proved != proved || !slices.Equal(f.Cards, used) {
			t.Errorf("%s: %v %s%s", name, err, out, errs)
		}
	}
	c := newCourt(t)
	heads := func(keys ...seal.SigningKey) (first, second *history) {
		return newHistory(t, accused, keys[0], 10, 9), newHistory(t, accused, keys[1], 11, 9)
	}
	said := func(q fields, head string, keys ...seal.SigningKey) string {
		e, err := seal.Sign(headsType, c.answer(q, fields{"head": head}).payload(t), keys...)
		must(t, err)
		b, err := wire.Encode(e)
		must(t, err)
		return string(b)
	}
	a, b := heads(keys[0], keys[1])
	q := c.question(fields{"holds": a.heads[9]})
	asked := q.sign(t, "heads", c.dea)
	judge("heads of two keys, said under a third", forkFiles(1, a.heads[9], b.heads[7], asked, said(q, b.heads[7], keys[2])), true, 1, 2)
	judge("said under the first too", forkFiles(1, a.heads[9], b.heads[7], asked, said(q, b.heads[7], keys[0])), true, 1, 2)
	judge("said under two", forkFiles(1, a.heads[9], b.heads[7], asked, said(q, b.heads[7], keys[2], keys[1])), true, 1, 2)
	judge("said under a later one that is not there", forkFiles(1, a.heads[9], b.heads[7], asked, said(q, b.heads[7], keys[3])), false, 1, 2)
	judge("said under one that is not there, and one that is", forkFiles(1, a.heads[9], b.heads[7], asked, said(q, b.heads[7], keys[3], keys[1])), true, 1, 2)

	// A node whose key was replaced signs with both.
	both, err := ledger.NewSigner(ledger.Origin(string(accused)), keys[2], keys[1])
	must(t, err)
	_, cp, err := ledger.Append(a.At(7), both)
	must(t, err)
	if len(strings.Split(cp.String(), "\n")) != 7 {
		t.Fatal(cp.String())
	}
	judge("heads of two keys at once", forkFiles(1, cp.String(), newHistory(t, accused, keys[2], 11, 7).heads[7], "", ""), true)
	judge("and one of another", forkFiles(1, cp.String(), b.heads[7], "", ""), true, 2)
	judge("whose first signature is broken", forkFiles(1, breakFirst(t, cp.String()), b.heads[7], "", ""), true, 2)

	first, rival := c.envelope(asker, 1, ref.Hash{}, 1), c.envelope(asker, 1, ref.Hash{}, 2)
	judge("envelopes", envelopeFiles(1, first.sign(t, "envelope", keys[0]), rival.sign(t, "envelope", keys[2])), true, 1)
	judge("envelopes, both early", envelopeFiles(1, first.sign(t, "envelope", keys[0]), rival.sign(t, "envelope", keys[1])), true, 1, 2)
	judge("envelopes, one of a thief", envelopeFiles(1, first.sign(t, "envelope", keys[0]), rival.sign(t, "envelope", c.thief)), false, 1)
	judge("one envelope under two keys", envelopeFiles(1, first.sign(t, "envelope", keys[0]), first.sign(t, "envelope", keys[1])), false, 1, 2)
}

// kindOf reads off the files' names why they were kept.
func kindOf(files map[string]string) string {
	for name := range files {
		if p, ok := pieceOf(name); ok {
			return p.why
		}
	}
	return ""
}

// breakFirst changes the first signature of a note.
func breakFirst(t testing.TB, note string) string {
	t.Helper()
	text, signatures, ok := strings.Cut(note, "\n\n")
	line, rest, also := strings.Cut(signatures, "\n")
	if !ok || !also || len(line) < 40 {
		t.Fatal(note)
	}
	return text + "\n\n" + line[:len(line)-20] + "AAAAAAAAAA" + line[len(line)-10:] + "\n" + rest
}

// The cards of one incident serve the others of its folder: the chain may go
// through them.
func TestCardsOfOtherIncidents(t *testing.T) {
	cards, keys := line(t)
	a, b := newHistory(t, accused, keys[0], 10, 7), newHistory(t, accused, keys[0], 11, 7)
	files := forkFiles(1, a.heads[7], b.heads[7], "", "")
	files["03-fork-card-1.json"] = cards[0].file
	maps.Copy(files, map[string]string{"04-fork-head-1.checkpoint": a.heads[7], "05-fork-head-2.checkpoint": a.heads[7],
		"06-fork-card.json": cards[2].file, "07-fork-card-2.json": cards[1].file})
	code, out, errs := verify("--card", saved(t, map[string]string{"c": cards[3].file})+"/c", "--fork", saved(t, files))
	if code != 1 || errs != "" || strings.Count(out, "\nproved") != 1 || strings.Count(out, "card 1,") != 2 {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

// Cards that cannot be read, or that are too many, are said to be so.
func TestCardFilesRefused(t *testing.T) {
	cards, keys := line(t)
	given := saved(t, map[string]string{"c": cards[1].file}) + "/c"
	files := func() map[string]string {
		return forkFiles(1, newHistory(t, accused, keys[1], 10, 7).heads[7], newHistory(t, accused, keys[1], 11, 7).heads[7], "", "")
	}
	linked := saved(t, files())
	must(t, os.Symlink(given, filepath.Join(linked, "03-fork-card-1.json")))
	inside := saved(t, files())
	must(t, os.Mkdir(filepath.Join(inside, "03-fork-card-1.json"), 0o700))
	huge := files()
	huge["03-fork-card-1.json"] = strings.Repeat(" ", maxFile+1)
	many := files()
	for i := range maxCards + 1 {
		k := key(t, byte(100+i))
		many[fmt.Sprintf("%02d-fork-card-%d.json", 3+i, i+1)] = cardOf(t, accused, k)
	}
	for name, c := range map[string]struct {
		dir, says string
	}{
		"a link":   {linked, "not a plain file"},
		"a folder": {inside, "not a plain file"},
		"huge":     {saved(t, huge), "larger than"},
		"too many": {saved(t, many), "more than 64 cards of mx/semar"},
	} {
		code, out, errs := verify("--card", given, "--fork", c.dir)
		if code != 2 || strings.Contains(out, "proved") || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
	}
	// As many as there may be, and any number of another node's, do no harm.
	many["03-fork-card-1.json"] = cards[1].file
	maps.Copy(many, map[string]string{"98-fork-card-98.json": cards[1].file, "99-fork-card-99.json": many["04-fork-card-2.json"]})
	for i := range maxCards {
		many[fmt.Sprintf("%02d-fork-card-%d.json", 200+i, 200+i)] = cardOf(t, "mx/fgr", key(t, byte(100+i)))
	}
	if code, out, errs := verify("--card", given, "--fork", saved(t, many)); code != 0 || errs != "" || strings.Contains(out, "succession") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

// A card is somebody's, and vouches for none of another node, nor by the same
// words under another name.
func TestCardsOfOthers(t *testing.T) {
	nameless := saved(t, map[string]string{"c": cardOf(t, "", key(t, 1))}) + "/c"
	if code, _, errs := verify("--card", nameless, "--fork", t.TempDir()); code != 2 || !strings.Contains(errs, "not a card") {
		t.Errorf("exit %d, %s", code, errs)
	}
	cards, keys := line(t)
	first, err := parseCard([]byte(cards[0].file))
	must(t, err)
	next, err := parseCard([]byte(issue(t, cards[0].next(keys[1]).with(fields{"name": "mx/fgr"}), keys[0], keys[1]).file))
	must(t, err)
	if first.linked(next) || next.linked(first) || len(chained(first, []card{next})) > 0 {
		t.Error("a card of another node is linked")
	}
}

// What none of its keys has signed is said to have been tried under each.
func TestKeysThatWereTried(t *testing.T) {
	cards, keys := line(t)
	same := issue(t, cards[1].next(keys[1]), keys[1])
	thief := newHistory(t, accused, key(t, 3), 10, 7)
	for want, beside := range map[string][]string{"": nil, "all 2 keys on its cards were tried": {cards[1].file, cards[0].file}} {
		files := forkFiles(1, thief.heads[7], thief.heads[6], "", "")
		maps.Copy(files, cardFiles(3, beside...))
		code, out, _ := verify("--card", saved(t, map[string]string{"c": same.file})+"/c", "--fork", saved(t, files))
		if code != 1 || !strings.Contains(out, "head-1.checkpoint: the checkpoint is not signed") || !strings.Contains(out, want) || strings.Contains(out, "tried") != (want != "") {
			t.Errorf("exit %d, %s", code, out)
		}
	}
}

// Cards are read here as the exchange reads them, and linked as it lets them
// follow.
func TestCardsAsNodesIssueThem(t *testing.T) {
	if cardType != message.CardType || maxFile < message.MaxCard || maxCards != exchange.MaxCards || cardThen != exchange.EvidenceCard {
		t.Error("cards are signed, bounded or named in another way")
	}
	sealing, err := seal.NewSealingKey()
	must(t, err)
	var before *message.Card
	var cards []card
	var signed [][]byte
	for i, k := range []seal.SigningKey{key(t, 1), key(t, 2), key(t, 3)} {
		c, err := message.MakeCard(message.Card{Name: accused, Units: []message.CardUnit{{Name: accused + "/uin", Sealing: sealing.Public()}},
			Endpoints: []string{}, Signing: k.Public(), TLSPin: ref.Hash{1}, Created: wire.At(atNoon)}, before)
		must(t, err)
		keys := []seal.SigningKey{k}
		if i > 0 {
			keys = append(keys, key(t, byte(i)))
		}
		b, err := message.SignCard(c, keys...)
		must(t, err)
		read, err := parseCard(b)
		must(t, err)
		hash, err := c.Hash()
		must(t, err)
		if read.hash != hash || read.Serial != int64(c.Serial) || read.Prev != c.Prev || read.Name != c.Name || read.Signing != c.Signing {
			t.Errorf("%+v, want %+v", read, c)
		}
		before, cards, signed = &c, append(cards, read), append(signed, b)
	}
	for i, a := range cards {
		for j, b := range cards {
			_, err := message.Succeed(signed[j], signed[i])
			if follows := err == nil; follows != (j == i+1) || a.linked(b) != (follows || i == j+1) {
				t.Errorf("card %d after card %d: %v, linked: %v", j+1, i+1, err, a.linked(b))
			}
		}
	}
}

// FuzzChain has cards as anybody may have written them: none is linked that the
// given one does not name, or its key has not signed.
func FuzzChain(f *testing.F) {
	cards, _ := line(f)
	for _, l := range linkages(f) {
		for _, c := range l.cards {
			f.Add([]byte(c))
		}
	}
	given, err := parseCard([]byte(cards[2].file))
	must(f, err)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseCard(b)
		if err != nil {
			return
		}
		for _, d := range chained(given, []card{c}) {
			_, unsigned := d.signed.Verify(cardType, given.Signing)
			if d.Name != party.Name(accused) || d.hash != given.Prev && unsigned != nil {
				t.Fatalf("%+v is linked", d)
			}
		}
	})
}
