package vault

import (
	"bytes"
	"encoding/binary"
	"slices"

	"comity/fault"
)

// format begins the bytes of a vault. Behind it stand the two secrets that are
// never destroyed, the number of seeds as 4 bytes, and the seeds, each with its
// depth and its path, in that order.
const format = "comity vault 1\n"

const (
	fixedPart = len(format) + 2*len(secret{}) + 4
	seedPart  = 1 + levels/8 + len(secret{})
	maxSeeds  = 1 << 24
)

// Encode gives the bytes of the vault. They are the keys themselves: whoever
// writes them down locks them first.
func (v *Vault) Encode() []byte {
	v.mu.RLock()
	defer v.mu.RUnlock()
	places := make([]place, 0, len(v.seeds))
	for p := range v.seeds {
		places = append(places, p)
	}
	slices.SortFunc(places, before)
	out := make([]byte, 0, fixedPart+seedPart*len(places))
	out = append(out, format...)
	out = append(append(out, v.notes[:]...), v.words[:]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(places)))
	for _, p := range places {
		s := v.seeds[p]
		out = append(append(append(out, p.depth), p.path[:]...), s[:]...)
	}
	return out
}

func before(a, b place) int {
	if n := bytes.Compare(a.path[:], b.path[:]); n != 0 {
		return n
	}
	return int(a.depth) - int(b.depth)
}

// Parse reads what [Vault.Encode] gave, and nothing else: each place once, in
// their order, no place beneath another.
func Parse(b []byte) (*Vault, error) {
	if len(b) < fixedPart || !bytes.HasPrefix(b, []byte(format)) {
		return nil, damaged()
	}
	v := &Vault{seeds: map[place]secret{}}
	rest := b[len(format):]
	rest = rest[copy(v.notes[:], rest):]
	rest = rest[copy(v.words[:], rest):]
	n := uint64(binary.BigEndian.Uint32(rest))
	rest = rest[4:]
	if n > maxSeeds || uint64(len(rest)) != n*uint64(seedPart) {
		return nil, damaged()
	}
	var last place
	for i := range int(n) {
		one := rest[i*seedPart:][:seedPart]
		p := place{depth: one[0], path: [levels / 8]byte(one[1:])}
		if p.depth > levels || at(p.path, int(p.depth)) != p || i > 0 && (before(last, p) >= 0 || at(p.path, int(last.depth)) == last) {
			return nil, damaged()
		}
		v.seeds[p], last = secret(one[1+levels/8:]), p
	}
	return v, nil
}

func damaged() error {
	return fault.New(fault.Forged, "this is no vault, or it is damaged").Fix("take a copy of it")
}
