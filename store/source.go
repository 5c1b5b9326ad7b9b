package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/fnv"
	"slices"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/vault"
)

// keepSource keeps whence an item was imported.
func keepSource(tx *Tx, h holdings.Held) error {
	if h.Source == nil {
		return nil
	}
	body, err := encode(h.Source)
	if err == nil {
		body, err = tx.vault().Enclose(h.Item.ID, body, nil)
	}
	if err != nil {
		return err
	}
	original := tx.vault().Name(nobody, h.Source.Content)
	_, err = tx.exec(`INSERT INTO source (item, unit, original, sketch, body) VALUES ($1, $2, $3, $4, $5)`,
		h.Item.ID[:], string(h.Item.Originator), original[:], sketchOf(tx.vault(), texts(h.Item)), body)
	return err
}

// indexSource has whence an item came found, as long as the item is.
func indexSource(tx *Tx, h holdings.Held) error {
	s := h.Source
	if s == nil {
		kept, err := one(tx, contentOf[holdings.Source], `SELECT body FROM source WHERE item = $1`, h.Item.ID[:])
		if fault.Is(err, fault.Withheld) {
			return nil
		}
		if err != nil {
			return err
		}
		s = &kept
	}
	return index(tx, ofSource(tx.vault(), h.Item.ID, h.Item.Originator, *s))
}

// nobody holds originals: the same document of two items has one name.
var nobody vault.ID

func texts(i intel.Item) []string {
	var list []string
	for _, p := range i.Portions {
		list = append(list, p.Text)
	}
	return list
}

// forgetSource drops it, with the content.
func forgetSource(tx *Tx, id vault.ID) error {
	_, err := tx.exec(`DELETE FROM source WHERE item = $1`, id[:])
	return err
}

// Source gives whence an item was imported.
func (s desk) Source(ctx context.Context, id ref.ItemID) (holdings.Source, error) {
	return one(s.db.reader(ctx), contentOf[holdings.Source], `SELECT body FROM source WHERE item = $1`, id[:])
}

// Originals lists items that were imported from the same document.
func (s desk) Originals(ctx context.Context, unit party.Name, content ref.Hash) ([]ref.ItemID, error) {
	original := s.db.keys.Name(nobody, content)
	return all(s.db.reader(ctx), func(rows row) (id ref.ItemID, err error) { return id, rows.Scan(fixed(id[:])) },
		`SELECT item FROM source WHERE unit = $1 AND original = $2 ORDER BY item`, string(unit), original[:])
}

// Alike lists imported items with much the same words.
func (s desk) Alike(ctx context.Context, unit party.Name, texts []string, limit int) ([]holdings.Alike, error) {
	mine := sketchOf(s.db.keys, texts)
	if len(mine) == 0 {
		return nil, nil
	}
	var best []holdings.Alike
	_, err := all(s.db.reader(ctx), func(rows row) (none struct{}, err error) {
		var a holdings.Alike
		var other []byte
		if err := rows.Scan(fixed(a.Item[:]), &other); err != nil {
			return none, err
		}
		if a.Share = shared(mine, other); a.Share >= leastShared {
			best = append(best, a)
		}
		return none, nil
	}, `SELECT item, sketch FROM source WHERE unit = $1`, string(unit))
	slices.SortFunc(best, func(a, b holdings.Alike) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), slices.Compare(b.Item[:], a.Item[:]))
	})
	return best[:min(len(best), limit)], err
}

// A sketch is the least of many hashes over all runs of words of a text, each hash
// kept as one byte: texts agree in as many places as they have runs in common, and
// a few by chance (Broder, "On the resemblance and containment of documents", 1997;
// Li and König, "b-Bit Minwise Hashing", 2010). The words are keyed, so that a
// sketch says nothing to whoever lacks the key.
const (
	sketchSize  = 128
	runOfWords  = 4
	leastShared = 0.3
)

func sketchOf(keys *vault.Vault, texts []string) []byte {
	var words []uint64
	for _, t := range texts {
		for _, w := range vault.Words(t) {
			words = append(words, keyed(keys, w))
		}
	}
	if len(words) < runOfWords {
		return []byte{}
	}
	least := make([]uint64, sketchSize)
	for i := range least {
		least[i] = ^uint64(0)
	}
	for n := 0; n+runOfWords <= len(words); n++ {
		h := uint64(0)
		for _, w := range words[n : n+runOfWords] {
			h = mixed(h ^ w)
		}
		for i := range least {
			least[i] = min(least[i], mixed(h+uint64(i)*0x9e3779b97f4a7c15))
		}
	}
	sketch := make([]byte, sketchSize)
	for i, l := range least {
		sketch[i] = byte(l)
	}
	return sketch
}

// keyed turns a word into a number that only this node can make of it.
func keyed(keys *vault.Vault, word string) uint64 {
	f := fnv.New64a()
	_, _ = f.Write([]byte(keys.Token(word)))
	return binary.BigEndian.Uint64(f.Sum(nil))
}

// mixed spreads a number over all its bits (the finaliser of MurmurHash3).
func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// shared tells what share of their runs of words two texts have in common, about.
func shared(a, b []byte) float64 {
	if len(a) != sketchSize || len(b) != sketchSize {
		return 0
	}
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	const chance = 1.0 / 256
	return max(0, (float64(same)/sketchSize-chance)/(1-chance))
}
