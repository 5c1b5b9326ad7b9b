package store

import (
	"context"

	"comity/fault"
	"comity/ref"
	"comity/vault"
)

// What says something of an item's content is stored under the key of the item,
// and of a cut that came, under that of the cut; free text that belongs to none
// of them under a key of its own, that is never destroyed. What is left in the
// clear are ids, times, names of units and officers, hashes, positions, cards,
// packs and the ledger.

// enclosed encodes a value that says something of a content, and what is left
// of the value once that is destroyed.
func enclosed[T, S any](keys *vault.Vault, content ref.ID[T], value, shell S) ([]byte, error) {
	b, err := encode(value)
	if err != nil {
		return nil, err
	}
	left, err := encode(shell)
	if err != nil {
		return nil, err
	}
	return keys.Enclose(content, b, left)
}

// noted encodes a value that belongs to no content.
func noted(keys *vault.Vault, value any) ([]byte, error) {
	b, err := encode(value)
	if err != nil {
		return nil, err
	}
	return keys.EncloseNote(b)
}

// refuseOpenContent refuses a database whose contents are not enclosed: one of
// a version of this program that did not know of it. In such a one no row is, so
// that one row tells.
func (db *DB) refuseOpenContent(ctx context.Context) error {
	n, err := one(db.reader(ctx), number, `SELECT (SELECT COUNT(*) FROM (SELECT body FROM item_version LIMIT 1) AS i WHERE body < $1 AND body >= $2) +
		(SELECT COUNT(*) FROM (SELECT body FROM received LIMIT 1) AS r WHERE body < $1 AND body >= $2)`, []byte("{~"), []byte("{"))
	if err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Unsupported, "the database holds items that are not encrypted: it was made before that was done").
		Fix("take them out with the version that made it (comity export), and make a new node")
}
