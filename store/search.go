package store

import (
	"context"
	"database/sql"

	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
)

// Search finds passages.
func (s desk) Search(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]holdings.Passage, error) {
	find := s.db.dialect.Search
	return all(s.db.reader(ctx), func(rows *sql.Rows) (p holdings.Passage, err error) {
		return p, rows.Scan(fixed(p.Item[:]), fixed(p.Cut[:]), &p.Number)
	}, find.Find, find.Match(words), string(unit), string(reader), limit, offset)
}

// Received gives a cut that a partner sent.
func (s desk) Received(ctx context.Context, id ref.CutID) (release.Cut, error) {
	c, err := receivedCut(s.db.reader(ctx), id)
	return c.Cut, err
}

// indexItem enters the title and the portions of an item's latest version
// into the search.
func indexItem(tx *Tx, item intel.Item) error {
	texts := []string{item.Title}
	for _, p := range item.Portions {
		texts = append(texts, p.Text)
	}
	return index(tx, holdings.Passage{Item: item.ID}, string(item.Originator), texts)
}

// indexCut does so for a received cut.
func indexCut(tx *Tx, cut release.Cut) error {
	texts := []string{cut.Title}
	for _, p := range cut.Portions {
		texts = append(texts, p.Text)
	}
	return index(tx, holdings.Passage{Cut: cut.ID}, "", texts)
}

// index enters texts, numbered from 0, under one item or cut.
func index(tx *Tx, p holdings.Passage, unit string, texts []string) error {
	for n, text := range texts {
		if text == "" {
			continue
		}
		id, err := one(tx, number, `INSERT INTO passage (item, cut, number, unit, body) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			p.Item[:], p.Cut[:], n, unit, text)
		if err != nil {
			return err
		}
		if _, err := tx.exec(tx.db.dialect.Search.Index, id, text); err != nil {
			return err
		}
	}
	return nil
}

// unindex takes an item out of the search.
func unindex(tx *Tx, item ref.ItemID) error {
	type passage struct {
		id   int64
		text string
	}
	old, err := all(tx, func(rows *sql.Rows) (p passage, err error) { return p, rows.Scan(&p.id, &p.text) },
		`SELECT id, body FROM passage WHERE item = $1`, item[:])
	if err != nil {
		return err
	}
	for _, p := range old {
		if _, err := tx.exec(tx.db.dialect.Search.Unindex, p.id, p.text); err != nil {
			return err
		}
	}
	_, err = tx.exec(`DELETE FROM passage WHERE item = $1`, item[:])
	return err
}
