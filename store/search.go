package store

import (
	"context"
	"encoding/hex"
	"strings"

	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/vault"
)

// Search finds passages.
func (s desk) Search(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]holdings.Passage, error) {
	return s.find(ctx, unit, reader, words, offset, limit)
}

// Stated finds passages that hold statements.
func (s desk) Stated(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]holdings.Passage, error) {
	return s.find(ctx, unit, reader, words, offset, limit, statedToken(s.db.keys))
}

func (s desk) find(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int, also ...string) ([]holdings.Passage, error) {
	var tokens []string
	for _, w := range words {
		for _, part := range vault.Words(w) {
			tokens = append(tokens, s.db.keys.Token(part))
		}
	}
	if len(tokens) == 0 {
		return nil, nil
	}
	find, tokens := s.db.dialect.Search, append(tokens, also...)
	return all(s.db.reader(ctx), func(rows row) (p holdings.Passage, err error) {
		return p, rows.Scan(fixed(p.Item[:]), fixed(p.Cut[:]), &p.Number)
	}, find.Find, find.Match(tokens, []string{unitToken(s.db.keys, unit), officerToken(s.db.keys, reader)}), string(unit), string(reader), limit, offset)
}

// Received gives a cut that a partner sent.
func (s desk) Received(ctx context.Context, id ref.CutID) (release.Cut, error) {
	c, err := receivedCut(s.db.reader(ctx), id)
	return c.Cut, err
}

// passages is what the search is to find of one item or cut: its texts by
// number, as tokens.
type passages struct {
	in   holdings.Passage
	unit party.Name // whose item it is; none of a cut
	text []string
	of   []string // tokens of whoever finds it
}

// id is that of the item or the cut.
func (p passages) id() vault.ID {
	if p.in.Item.IsZero() {
		return vault.ID(p.in.Cut)
	}
	return vault.ID(p.in.Item)
}

// entry gives the tokens of one text, with those of whoever finds it: a search of a unit
// that has little is not to look through what others have.
func (p passages) entry(text string) string { return text + " " + strings.Join(p.of, " ") }

// unitToken stands in all that is a unit's, and officerToken in all that came and that
// an officer has opened. No word has a token like them.
func unitToken(keys *vault.Vault, unit party.Name) string {
	return keyedToken(keys, "comity unit\n"+string(unit))
}

func officerToken(keys *vault.Vault, handle party.Handle) string {
	return keyedToken(keys, "comity officer\n"+string(handle))
}

func keyedToken(keys *vault.Vault, of string) string {
	name := keys.Name(nobody, ref.Content([]byte(of)))
	return "o" + hex.EncodeToString(name[:])
}

// ofSource gives what is said of whence an item came, under a number of its own.
func ofSource(keys *vault.Vault, id ref.ItemID, unit party.Name, s holdings.Source) passages {
	return passages{in: holdings.Passage{Item: id, Number: holdings.OfSource}, unit: unit, text: []string{tokens(keys, s.Said())}, of: []string{unitToken(keys, unit)}}
}

// ofItem gives the title and the portions of a version.
func ofItem(keys *vault.Vault, item intel.Item) passages {
	p := passages{in: holdings.Passage{Item: item.ID}, unit: item.Originator, text: []string{tokens(keys, item.Title)}, of: []string{unitToken(keys, item.Originator)}}
	for _, one := range item.Portions {
		p.text = append(p.text, portionTokens(keys, intel.Searched(one.Text, one.Exhibits, one.Statements), one.Statements))
	}
	return p
}

// ofCut does so for a cut that came, for those who have opened it.
func ofCut(keys *vault.Vault, cut release.Cut, opened []party.Handle) passages {
	p := passages{in: holdings.Passage{Cut: cut.ID}, text: []string{tokens(keys, cut.Title)}}
	for _, h := range opened {
		p.of = append(p.of, officerToken(keys, h))
	}
	for _, one := range cut.Portions {
		p.text = append(p.text, portionTokens(keys, intel.Searched(one.Text, one.Exhibits, one.Statements), one.Statements))
	}
	return p
}

// portionTokens says of a portion, too, whether it holds statements: who looks for an
// entity would else open all texts in which its name stands.
func portionTokens(keys *vault.Vault, text string, said []intel.Statement) string {
	if len(said) == 0 {
		return tokens(keys, text)
	}
	return tokens(keys, text) + " " + statedToken(keys)
}

func statedToken(keys *vault.Vault) string { return keyedToken(keys, "comity statements\n") }

func tokens(keys *vault.Vault, text string) string { return strings.Join(keys.Tokens(text), " ") }

// index enters passages, numbered from the first.
func index(tx *Tx, p passages) error {
	for n, text := range p.text {
		if text == "" {
			continue
		}
		id, err := one(tx, number, `INSERT INTO passage (item, cut, number, unit) VALUES ($1, $2, $3, $4) RETURNING id`,
			p.in.Item[:], p.in.Cut[:], p.in.Number+n, string(p.unit))
		if err != nil {
			return err
		}
		if _, err := tx.exec(tx.db.dialect.Search.Index, id, p.entry(text)); err != nil {
			return err
		}
	}
	return nil
}

// reindexed enters the passages of a cut again where they stand.
func reindexed(tx *Tx, p passages) error {
	type place struct{ id, number int64 }
	old, err := all(tx, func(rows row) (o place, err error) { return o, rows.Scan(&o.id, &o.number) }, `SELECT id, number FROM passage WHERE cut = $1`, p.in.Cut[:])
	if err != nil {
		return err
	}
	for _, o := range old {
		if _, err := tx.exec(tx.db.dialect.Search.Unindex, o.id); err != nil {
			return err
		}
		if _, err := tx.exec(tx.db.dialect.Search.Index, o.id, p.entry(p.text[o.number])); err != nil {
			return err
		}
	}
	return nil
}

// unindex takes an item or a cut out of the search.
func unindex(tx *Tx, id vault.ID) error {
	old, err := all(tx, number, `SELECT id FROM passage WHERE item = $1 UNION ALL SELECT id FROM passage WHERE cut = $1`, id[:])
	if err != nil {
		return err
	}
	for _, p := range old {
		if _, err := tx.exec(tx.db.dialect.Search.Unindex, p); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM passage WHERE id = $1`, p); err != nil {
			return err
		}
	}
	return nil
}
