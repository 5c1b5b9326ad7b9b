package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/exchange"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Four cards with three keys: the second and the fourth bring a new one.
var (
	second = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	third  = second.AddDate(0, 1, 0)
	fourth = second.AddDate(0, 3, 0)
)

func dated(t testing.TB) (cards []issued, keys []seal.SigningKey) {
	keys = []seal.SigningKey{key(t, 1), key(t, 21), key(t, 22)}
	on := func(at time.Time) fields { return fields{"created": wire.At(at)} }
	one := issue(t, fields{"name": accused, "signing": keys[0].Public(), "serial": 1}.with(on(second.AddDate(0, -2, 0))), keys[0])
	two := issue(t, one.next(keys[1]).with(on(second)), keys[0], keys[1])
	three := issue(t, two.next(keys[1]).with(on(third)), keys[1])
	four := issue(t, three.next(keys[2]).with(on(fourth)), keys[1], keys[2])
	return []issued{one, two, three, four}, keys
}

// given makes the receipt of a record of some time: signed by some keys, under a
// checkpoint of others.
func given(t testing.TB, node party.Name, at time.Time, signs, heads []seal.SigningKey) record.Receipt {
	t.Helper()
	sign, err := ledger.NewSigner(ledger.Origin(string(node)), heads...)
	must(t, err)
	r := record.Record{Kind: record.Deliver, At: wire.At(at), Node: node, Cut: ref.CutID{9}}
	e, signed, err := record.NewSigned(r, signs, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	must(t, err)
	other, err := ledger.NewEntry([]byte{1}, bytes.NewReader(bytes.Repeat([]byte{8}, 32)))
	must(t, err)
	m := &ledgertest.Memory{}
	_, cp, err := ledger.Append(m, sign, other, e, other)
	must(t, err)
	evidence, err := ledger.Evident(m, e, 1, cp)
	must(t, err)
	return record.Receipt{Record: signed, Evidence: evidence}
}

// dossier is a receipt with cards of its giver, by their numbers.
type dossier struct {
	receipt record.Receipt
	cards   []int
	card    int64  // the number of the card that it is checked with
	says    string // of one that is broken; empty: it holds
}

func dossiers(t testing.TB) map[string]dossier {
	_, keys := dated(t)
	k := func(numbers ...int) (list []seal.SigningKey) {
		for _, n := range numbers {
			list = append(list, keys[n-1])
		}
		return list
	}
	by := func(at time.Time, numbers ...int) record.Receipt {
		return given(t, accused, at, k(numbers...), k(numbers...))
	}
	thief := []seal.SigningKey{key(t, 3)}
	all, never, hour := []int{1, 2, 3, 4}, second.AddDate(-9, 0, 0), time.Hour
	return map[string]dossier{
		"of the first key":                    {by(second.Add(-hour), 1), all, 1, ""},
		"of the key between":                  {by(third, 2), all, 3, ""},
		"of the newest":                       {by(fourth.Add(hour), 3), all, 4, ""},
		"of the second of the card":           {by(second, 2), all, 3, ""},
		"of a clock that was put back":        {by(second.Add(-slack), 2), all, 3, ""},
		"of both keys meanwhile":              {by(second.Add(hour), 2, 1), all, 3, ""},
		"kept under the key before":           {given(t, accused, second.Add(hour), k(2, 1), k(1)), all, 1, ""},
		"of the last second of the key":       {by(second.Add(grace), 1), all, 1, ""},
		"of before the oldest that was given": {by(never, 2), []int{2, 3, 4}, 3, ""},
		"of after the newest that was given":  {by(fourth.AddDate(9, 0, 0), 1), []int{1}, 1, ""},
		"of the cards' own key, long before":  {by(never, 2), []int{2, 3}, 3, ""},

		"a second too late":                  {by(second.Add(grace+time.Second), 1), all, 0, "was replaced, and counts until 2026-03-31T12:00:00Z"},
		"years too late":                     {by(fourth.AddDate(3, 0, 0), 1), all, 0, "the key of card 1 has signed it"},
		"a second too early":                 {by(second.Add(-slack-time.Second), 2), all, 0, "before that key was in force (from 2026-03-01T12:00:00Z)"},
		"years too early":                    {by(never, 3), all, 0, "the key of card 4 has signed it"},
		"of both keys, too early":            {given(t, accused, second.Add(-hour), k(2, 1), k(2)), all, 0, "before that key was in force"},
		"kept under the key before, late":    {given(t, accused, second.Add(grace+hour), k(2, 1), k(1)), all, 0, "was replaced"},
		"late, by the key between":           {by(fourth.Add(grace+hour), 2), all, 0, "the key of card 3 has signed it"},
		"of a thief":                         {given(t, accused, third, thief, thief), all, 0, "the keys on all 4 cards were tried"},
		"under a thief's head":               {given(t, accused, third, k(2), thief), all, 0, "not signed by its log's key"},
		"a thief's under a true head":        {given(t, accused, third, thief, k(2)), all, 0, "the keys on all 4 cards were tried"},
		"record and head of two keys":        {given(t, accused, second.Add(hour), k(1), k(2)), all, 0, "not signed by its log's key"},
		"head and record of two keys":        {given(t, accused, second.Add(hour), k(2), k(1)), all, 0, "not signed by its log's key"},
		"without the card of then":           {by(second.Add(-hour), 1), []int{2, 3, 4}, 0, "the keys on all 3 cards were tried"},
		"without the card of then, one card": {by(second.Add(-hour), 1), []int{4}, 0, "not signed by the key"},
		"without the newest":                 {by(fourth.Add(hour), 3), []int{1, 2, 3}, 0, "the keys on all 3 cards were tried"},
		"of another node":                    {given(t, "mx/fgr", third, k(2), k(2)), all, 0, "it claims to be from mx/fgr"},
	}
}

// laid saves a receipt and cards, and gives the receipt's file and the words that
// name the cards, in an order.
func laid(t testing.TB, receipt string, cards ...string) (file string, args []string) {
	t.Helper()
	files := map[string]string{"x.receipt.json": receipt}
	for i, c := range cards {
		files[fmt.Sprintf("c%d", i)] = c
	}
	dir := saved(t, files)
	for i := range cards {
		args = append(args, "--card", fmt.Sprintf("%s/c%d", dir, i))
	}
	return filepath.Join(dir, "x.receipt.json"), args
}

// orders gives every order of some things.
func orders[T any](list []T) (all [][]T) {
	if len(list) < 2 {
		return [][]T{list}
	}
	for i, x := range list {
		for _, rest := range orders(slices.Concat(list[:i], list[i+1:])) {
			all = append(all, append([]T{x}, rest...))
		}
	}
	return all
}

func file(t testing.TB, r record.Receipt) string {
	t.Helper()
	b, err := r.Encode()
	must(t, err)
	return string(b)
}

func TestReceiptsUnderSeveralCards(t *testing.T) {
	cards, keys := dated(t)
	holder := map[int64]seal.SigningKey{1: keys[0], 3: keys[1], 4: keys[2]}
	for name, d := range dossiers(t) {
		for i, order := range orders(d.cards) {
			var texts []string
			for _, n := range order {
				texts = append(texts, cards[n-1].file)
			}
			file, args := laid(t, file(t, d.receipt), texts...)
			code, out, errs := verify(append(args, file)...)
			if d.says != "" && (code != 1 || errs != "" || !strings.Contains(out, "\nBROKEN") || !strings.Contains(out, d.says) || strings.Contains(out, "holds")) {
				t.Fatalf("%s, cards %v: exit %d, %s%s", name, order, code, out, errs)
			}
			says := fmt.Sprintf("checkpoint signed with the key of card %d, not cosigned", d.card)
			if len(order) == 1 {
				says = "checkpoint signed, not cosigned"
			}
			if d.says == "" && (code != 0 || errs != "" || !strings.Contains(out, "\nholds") || !strings.Contains(out, says)) {
				t.Fatalf("%s, cards %v: exit %d, %s%s", name, order, code, out, errs)
			}
			if i > 0 {
				continue
			}
			_, out, _ = verify(append(args, "--json", file)...)
			var v verdict
			must(t, json.Unmarshal([]byte(out), &v))
			key := ""
			if d.says == "" {
				key = holder[d.card].Public().String()
			}
			if v.OK != (d.says == "") || v.Card != d.card || v.Key != key {
				t.Fatalf("%s, cards %v: %s", name, order, out)
			}
		}
	}
}

// One card more or less does not make a receipt hold that was changed.
func TestChangedReceiptsUnderSeveralCards(t *testing.T) {
	cards, _ := dated(t)
	var texts []string
	for _, c := range cards {
		texts = append(texts, c.file)
	}
	for name, d := range dossiers(t) {
		if d.says != "" {
			continue
		}
		for what, change := range map[string]func(*record.Receipt){
			"another entry":   func(r *record.Receipt) { r.Evidence.Index++ },
			"the first entry": func(r *record.Receipt) { r.Evidence.Index = 0 },
			"another salt":    func(r *record.Receipt) { r.Evidence.Salt[0]++ },
			"a shorter path":  func(r *record.Receipt) { r.Evidence.Path = r.Evidence.Path[1:] },
			"another path":    func(r *record.Receipt) { r.Evidence.Path = []ref.Hash{{1}, {2}} },
			"a longer path":   func(r *record.Receipt) { r.Evidence.Path = append(slices.Clip(r.Evidence.Path), ref.Hash{}) },
			"no checkpoint":   func(r *record.Receipt) { r.Evidence.Checkpoint = "" },
			"a larger checkpoint": func(r *record.Receipt) {
				r.Evidence.Checkpoint = strings.Replace(r.Evidence.Checkpoint, "\n3\n", "\n4\n", 1)
			},
			"no signatures": func(r *record.Receipt) { r.Record.Signatures = []seal.Signature{} },
			"another type":  func(r *record.Receipt) { r.Record.PayloadType = cardType },
			"another record": func(r *record.Receipt) {
				r.Record.Payload = bytes.Replace(r.Record.Payload, []byte("deliver"), []byte("destroy"), 1)
			},
		} {
			r := d.receipt
			change(&r)
			path, args := laid(t, file(t, r), texts...)
			if code, out, errs := verify(append(args, path)...); code != 1 || errs != "" || !strings.Contains(out, "\nBROKEN") || strings.Contains(out, "holds") {
				t.Errorf("%s, %s: exit %d, %s%s", name, what, code, out, errs)
			}
		}
	}
}

// unchained are sets of cards that are not those of one node which follow one
// another, and what must be said of each.
func unchained(t testing.TB) map[string]struct {
	cards []string
	says  string
} {
	cards, keys := dated(t)
	thief := key(t, 3)
	f := func(i int) string { return cards[i-1].file }
	next := func(more fields, signs ...seal.SigningKey) string {
		return issue(t, cards[0].next(keys[1]).with(fields{"created": wire.At(second)}).with(more), signs...).file
	}
	var many []string
	for i := range maxCards + 1 {
		many = append(many, cardOf(t, accused, key(t, byte(100+i))))
	}
	fgr := cardOf(t, "mx/fgr", keys[0])
	own := issue(t, cards[0].with(fields{"signing": thief.Public()}), thief)
	return map[string]struct {
		cards []string
		says  string
	}{
		"a gap":                           {[]string{f(1), f(3)}, "give card 2 too"},
		"a wide gap":                      {[]string{f(1), f(4)}, "give card 2 too"},
		"a gap after two":                 {[]string{f(1), f(2), f(4)}, "give card 3 too"},
		"another node's":                  {[]string{f(1), cardOf(t, "mx/fgr", key(t, 7))}, "those of one node"},
		"another node's, the same key":    {[]string{f(1), fgr}, "those of one node"},
		"another node's between":          {[]string{f(1), f(2), fgr, f(3)}, "those of one node"},
		"another node's, as the next":     {[]string{f(1), next(fields{"name": "mx/fgr"}, keys[0], keys[1])}, "those of one node"},
		"one below it":                    {[]string{f(1), next(fields{"name": "mx/semar/uin"}, keys[0], keys[1])}, "those of one node"},
		"two with one serial":             {[]string{f(1), f(2), next(fields{"desk": "x"}, keys[0], keys[1])}, "both are number 2"},
		"two that are the first":          {[]string{f(1), own.file}, "both are number 1"},
		"a thief's own first":             {[]string{own.file, f(2)}, "it names the hash of another"},
		"a thief's next":                  {[]string{f(1), next(fields{"signing": thief.Public()}, thief)}, "not signed by the key on the card 1"},
		"a thief's next but one":          {[]string{f(1), f(2), issue(t, cards[1].next(thief).with(fields{"created": wire.At(third)}), keys[0], thief).file}, "not signed by the key on the card 2"},
		"not signed by the key before":    {[]string{f(1), next(nil, keys[1])}, "not signed by the key on the card 1"},
		"signed by a thief as the one":    {[]string{f(1), next(nil, thief, keys[1])}, "not signed by the key on the card 1"},
		"not signed by its own key":       {[]string{f(1), next(nil, keys[0])}, "not a card that its own key signed"},
		"another hash before":             {[]string{f(1), next(fields{"prev": ref.Hash{1}}, keys[0], keys[1])}, "it names the hash of another"},
		"no hash before":                  {[]string{f(1), next(fields{"prev": nil}, keys[0], keys[1])}, "it names the hash of another"},
		"its own hash before":             {[]string{f(1), next(fields{"prev": cards[1].hash}, keys[0], keys[1])}, "it names the hash of another"},
		"the serial of the first":         {[]string{f(1), next(fields{"serial": 1}, keys[0], keys[1])}, "both are number 1"},
		"a serial too far":                {[]string{f(1), next(fields{"serial": 3}, keys[0], keys[1])}, "give card 2 too"},
		"no serial":                       {[]string{f(1), next(fields{"serial": nil}, keys[0], keys[1])}, "has no serial"},
		"a serial below all":              {[]string{f(1), next(fields{"serial": -1}, keys[0], keys[1])}, "has no serial"},
		"dated back":                      {[]string{f(1), next(fields{"created": "2001-01-01T00:00:00Z"}, keys[0], keys[1])}, "made before"},
		"no date":                         {[]string{f(1), next(fields{"created": nil}, keys[0], keys[1])}, "has no date"},
		"no date that is one":             {[]string{f(1), next(fields{"created": "in spring"}, keys[0], keys[1])}, "not a card"},
		"no name":                         {[]string{f(1), next(fields{"name": nil}, keys[0], keys[1])}, "not a card"},
		"no key":                          {[]string{f(1), next(fields{"signing": nil}, keys[0], keys[1])}, "not a card"},
		"signed as another type":          {[]string{f(1), cards[1].sign(t, "heads", keys[1])}, "not a card"},
		"a changed card":                  {[]string{f(1), strings.Replace(f(2), `"payload":"`, `"payload":"AAAA`, 1)}, "not a card"},
		"a truncated card":                {[]string{f(1), f(2)[:len(f(2))-2]}, "not a card"},
		"two cards in one file":           {[]string{f(1), f(2) + f(3)}, "not a card"},
		"a list of cards":                 {[]string{"[" + f(1) + "," + f(2) + "]", f(3)}, "not a card"},
		"an empty file":                   {[]string{f(1), ""}, "not a card"},
		"a huge file":                     {[]string{f(1), strings.Repeat(" ", maxFile+1)}, "larger than"},
		"a receipt":                       {[]string{f(1), file(t, given(t, accused, second, keys[:1], keys[:1]))}, "not a card"},
		"more cards than are looked at":   {many, "65 cards were named"},
		"one card more often than may be": {slices.Repeat([]string{f(1)}, maxCards+1), "65 cards were named"},
	}
}

// Cards that do not chain are refused, whatever the receipt and in whatever order
// they are named: what holds under the true ones does not under these.
func TestCardsThatDoNotFollowOneAnother(t *testing.T) {
	all := dossiers(t)
	for name, u := range unchained(t) {
		list := [][]string{u.cards}
		if len(u.cards) < 5 {
			list = orders(u.cards)
		}
		for _, cards := range list {
			for _, of := range []string{"of the first key", "of the key between", "of the newest"} {
				file, args := laid(t, file(t, all[of].receipt), cards...)
				code, out, errs := verify(append(args, file)...)
				if code != 2 || out != "" || !strings.Contains(errs, u.says) {
					t.Fatalf("%s, %s: exit %d, %q %q", name, of, code, out, errs)
				}
			}
		}
	}
}

// A card that stands twice is one card; and words stand for the newest.
func TestOneCardTwice(t *testing.T) {
	cards, _ := dated(t)
	d := dossiers(t)["of the first key"]
	path, args := laid(t, file(t, d.receipt), cards[1].file, cards[0].file+"\n", cards[1].file, cards[0].file)
	code, out, errs := verify(append(args, path)...)
	words := "Its cards 1 to 2 follow one another; card 2 reads: " + strings.Join(seal.Words(cards[1].hash), " ")
	if code != 0 || errs != "" || !strings.Contains(out, words) {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	for _, more := range [][]string{{"--node", string(accused)}, {"--node", string(accused), "--key", key(t, 1).Public().String()}, {"--card", path + ".none"}, {"--card", ""}} {
		if code, out, errs := verify(slices.Concat(args, more, []string{path})...); code != 2 || out != "" || errs == "" {
			t.Errorf("%v: exit %d, %q %q", more, code, out, errs)
		}
	}
}

// What stands beside a receipt may be under a later key than the receipt, and a
// giver's witness has none of its keys, the replaced ones neither.
func TestSidecarsUnderSeveralCards(t *testing.T) {
	cards, keys := dated(t)
	dea := key(t, 2)
	head := func(by seal.SigningKey) string {
		r := given(t, accused, second.Add(-time.Hour), []seal.SigningKey{keys[0]}, []seal.SigningKey{by})
		cp, err := ledger.OpenCheckpoint([]byte(r.Evidence.Checkpoint), ledger.Origin(string(accused)), by.Public())
		must(t, err)
		cp, err = ledger.Cosign(cp, ledger.Origin(string(asker)), dea, atNoon.Unix())
		must(t, err)
		return encoded(t, record.Cosigned{Checkpoint: cp.String(), Path: []ref.Hash{}})
	}
	r := file(t, dossiers(t)["of the first key"].receipt)
	for n, c := range map[int]struct {
		by    seal.SigningKey
		given int
		holds bool
	}{1: {keys[0], 4, true}, 2: {keys[1], 4, true}, 3: {keys[2], 4, true}, 4: {key(t, 3), 4, false}, 5: {keys[2], 3, false}, 6: {keys[1], 1, false}} {
		dir := saved(t, map[string]string{"x.receipt.json": r, "x.cosigned.json": head(c.by), "w": cardOf(t, asker, dea), "own": cardOf(t, asker, keys[0])})
		var args []string
		for i := range c.given {
			args = append(args, "--card", saved(t, map[string]string{"c": cards[i].file})+"/c")
		}
		code, out, errs := verify(append(args, "--witness-card", dir+"/w", dir+"/x.receipt.json")...)
		if (code == 0) != c.holds || errs != "" || strings.Contains(out, "cosigned by us/dea") != c.holds || strings.Contains(out, "BROKEN") == c.holds {
			t.Errorf("%d: exit %d, %s%s", n, code, out, errs)
		}
		if code, out, errs := verify(append(args, "--witness-card", dir+"/own", dir+"/x.receipt.json")...); code != 2 || out != "" || !strings.Contains(errs, "nobody is the witness") {
			t.Errorf("%d: exit %d, %q %q", n, code, out, errs)
		}
	}
}

// Among evidence the given cards count as those of the folder do.
func TestEvidenceUnderSeveralCards(t *testing.T) {
	cards, keys := dated(t)
	one, two := newHistory(t, accused, keys[0], 10, 7), newHistory(t, accused, keys[2], 11, 7)
	dir := saved(t, forkFiles(1, one.heads[7], two.heads[7], "", ""))
	var args []string
	for _, c := range cards {
		args = append(args, "--card", saved(t, map[string]string{"c": c.file})+"/c")
	}
	code, out, errs := verify(append(args, "--fork", dir)...)
	if code != 0 || errs != "" || !strings.Contains(out, "signed under card 1, not under the newest") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if code, out, _ = verify(append(args[2:], "--fork", dir)...); code != 1 || !strings.Contains(out, "NOT PROVED") {
		t.Errorf("without the first: exit %d, %s", code, out)
	}
}

// What was signed under a replaced key is taken here for as long as partners
// take it.
func TestGraceIsThatOfPartners(t *testing.T) {
	if grace != exchange.Grace {
		t.Errorf("%v here, %v there", grace, exchange.Grace)
	}
}

// FuzzSuccessors has anything given beside two true cards: it is refused, or it is
// one of them, or it is bound to them by a hash or a signature of theirs.
func FuzzSuccessors(f *testing.F) {
	for _, u := range unchained(f) {
		for _, c := range u.cards {
			if len(u.cards) < 5 && len(c) < maxFile {
				f.Add([]byte(c))
			}
		}
	}
	cards, keys := dated(f)
	for _, c := range cards {
		f.Add([]byte(c.file))
	}
	two, err := parseCard([]byte(cards[1].file))
	must(f, err)
	three, err := parseCard([]byte(cards[2].file))
	must(f, err)
	f.Fuzz(func(t *testing.T, b []byte) {
		other, err := parseCard(b)
		if err != nil {
			return
		}
		list, err := inOrder([]card{three, other, two})
		if err != nil {
			return
		}
		for i, c := range list {
			_, unsigned := c.signed.Verify(cardType, keys[1].Public())
			known := c.hash == cards[0].hash || c.hash == cards[1].hash || c.hash == cards[2].hash
			if c.Name != accused || c.Serial != list[0].Serial+int64(i) || !known && (c.Serial != 4 || unsigned != nil) {
				t.Fatalf("%+v is taken as the giver's", c)
			}
		}
	})
}
