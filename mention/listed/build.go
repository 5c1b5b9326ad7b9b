package listed

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"comity/fault"
)

// Limits of a list. What is over one of them is refused, never cut short.
const (
	MaxNames = 5_000_000
	MaxBytes = 1 << 30 // of what a list is read from
	MaxLine  = 1 << 20 // bytes of one row
	MaxName  = 1000    // bytes of a name
	MaxID    = 200     // bytes of an id
	MaxWords = 48      // of a name
	maxKinds = 200     // schemata and properties
)

// Builder makes a list of what several files hold, such as names and aliases.
type Builder struct {
	l      List
	names  strings.Builder
	ids    strings.Builder
	byID   map[string]uint32 // id -> entry
	byKind map[string]uint8
	keys   []key
	heads  []uint64 // hashes of the first words of names
}

// key is where a name is found.
type key struct {
	hash uint64
	ref  uint32
}

// NewBuilder begins a list. Its name is shown with everything found.
func NewBuilder(name string) *Builder {
	return &Builder{l: List{name: name}, byID: map[string]uint32{}, byKind: map[string]uint8{}}
}

// Add puts a name or an identifier of an entry into the list. The schema of an
// entry is the first one given; an empty one is that of any party, LegalEntity.
func (b *Builder) Add(id, schema, property, text string) error {
	switch {
	case !nameProperties[property] && !isIdentifier(property):
		return fault.New(fault.Invalid, "the property is none by which a party is found").Fix("give a name, an alias or an identifier")
	case text == "" || len(text) > MaxName || !utf8.ValidString(text):
		return fault.New(fault.Invalid, "a name has 1 to %d bytes of UTF-8", MaxName)
	case id == "" || len(id) > MaxID || !utf8.ValidString(id):
		return fault.New(fault.Invalid, "an id has 1 to %d bytes of UTF-8", MaxID)
	case len(b.l.what) >= MaxNames:
		return fault.New(fault.TooLarge, "the list has more than %d names", MaxNames)
	case b.names.Len()+b.ids.Len() > MaxBytes:
		return fault.New(fault.TooLarge, "the names of the list have more than %d bytes", MaxBytes)
	}
	var w words
	if isIdentifier(property) && plain(text) == "" {
		return fault.New(fault.Invalid, "the identifier has no letter or digit")
	} else if !isIdentifier(property) {
		w = split(text)
	}
	if n := len(w.all); n > MaxWords || n == 0 && !isIdentifier(property) {
		return fault.New(fault.Invalid, "a name has 1 to %d words", MaxWords)
	}
	who, err := b.entry(id, schema)
	if err != nil {
		return err
	}
	what, err := b.kind(property)
	if err != nil {
		return err
	}
	n := uint32(len(b.l.what))
	b.names.WriteString(text)
	b.l.names.ends = append(b.l.names.ends, uint32(b.names.Len()))
	b.l.who, b.l.what = append(b.l.who, who), append(b.l.what, what)
	b.index(n, b.l.kinds[b.l.schema[who]], property, text, w)
	return nil
}

func (b *Builder) entry(id, schema string) (uint32, error) {
	if who, ok := b.byID[id]; ok {
		return who, nil
	}
	if schema == "" {
		schema = "LegalEntity"
	}
	k, err := b.kind(schema)
	if err != nil {
		return 0, err
	}
	who := uint32(len(b.l.schema))
	b.byID[strings.Clone(id)] = who
	b.ids.WriteString(id)
	b.l.ids.ends = append(b.l.ids.ends, uint32(b.ids.Len()))
	b.l.schema = append(b.l.schema, k)
	return who, nil
}

func (b *Builder) kind(name string) (uint8, error) {
	if k, ok := b.byKind[name]; ok {
		return k, nil
	}
	if !isKind(name) {
		return 0, fault.New(fault.Invalid, "the type of entity is not one of FollowTheMoney's").Fix("write it like Person or Company")
	}
	if len(b.l.kinds) >= maxKinds {
		return 0, fault.New(fault.TooLarge, "the list has more than %d types of entity", maxKinds)
	}
	k := uint8(len(b.l.kinds))
	b.l.kinds = append(b.l.kinds, strings.Clone(name))
	b.byKind[b.l.kinds[k]] = k
	return k, nil
}

func isKind(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// index remembers under which hashes a name is found: as written, and turned
// round if it is not an organisation's.
func (b *Builder) index(n uint32, schema, property, text string, w words) {
	if isIdentifier(property) {
		b.keys = append(b.keys, key{identifierHash(plain(text)), n})
		return
	}
	b.indexWords(w, n)
	if schema == "Person" || schema == "LegalEntity" {
		if t, ok := turn(text); ok {
			b.indexWords(split(t), n|turned)
		}
	}
}

func (b *Builder) indexWords(w words, ref uint32) {
	var s sequence
	b.l.longest = max(b.l.longest, min(2*len(w.all)+2, 2*MaxWords)) // the text may have particles that the name has not
	last := len(essential(w.all))
	for _, x := range w.all {
		s.add(x)
		if s.n < last && !x.particle || s.n == 1 {
			b.heads = append(b.heads, s.kept)
		}
	}
	b.keys = append(b.keys, key{s.whole, ref})
}

// List gives what was added as a list. The builder is used up.
func (b *Builder) List() (*List, error) {
	if len(b.l.what) == 0 {
		return nil, fault.New(fault.Invalid, "the list names nobody").Fix("an empty file is an error of who made it, not a list: fetch it again")
	}
	l := b.l
	l.names.text, l.ids.text = b.names.String(), b.ids.String()
	count := 1 << max(0, bits.Len(uint(len(b.keys)))-2)
	slices.SortFunc(b.keys, func(x, y key) int {
		return cmp.Or(cmp.Compare(bucketOf(x.hash, count), bucketOf(y.hash, count)),
			cmp.Compare(uint32(x.hash), uint32(y.hash)), cmp.Compare(x.ref&^turned, y.ref&^turned), cmp.Compare(x.ref, y.ref))
	})
	l.keys, l.refs, l.buckets = make([]uint32, len(b.keys)), make([]uint32, len(b.keys)), make([]uint32, count+1)
	for i, k := range b.keys {
		l.keys[i], l.refs[i] = uint32(k.hash), k.ref
		l.buckets[bucketOf(k.hash, count)+1]++
	}
	for i := range count {
		l.buckets[i+1] += l.buckets[i]
	}
	l.prefixes = make([]uint64, 1<<max(0, bits.Len(uint(len(b.heads)))-2)) // 16 to 32 bits for each
	for _, h := range b.heads {
		bit := prefixBit(h, len(l.prefixes))
		l.prefixes[bit>>6] |= 1 << (bit & 63)
	}
	l.findMains()
	*b = Builder{}
	return &l, nil
}
