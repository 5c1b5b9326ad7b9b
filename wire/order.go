package wire

import (
	"bytes"
	"slices"
	"sync"
)

// ordered puts the members of every object of an encoding in the order of RFC 8785,
// in place: its length stays. The encoding is what the encoder gave, compact and
// well formed. It reports false, and promises nothing of the bytes, where that is for
// the library to find: names that are not plain ASCII have the order of UTF-16, and
// long numbers and fractions a form of their own.
func ordered(b []byte) bool {
	o := orders.Get().(*order)
	o.b, o.at, o.foreign = b, 0, false
	o.value()
	fine := !o.foreign
	o.b, o.members = nil, o.members[:0]
	if cap(o.scratch) <= 1<<16 {
		orders.Put(o)
	}
	return fine
}

// orders are used again: most encodings are small, and there are many.
var orders = sync.Pool{New: func() any { return new(order) }}

// order goes through an encoding once.
type order struct {
	b       []byte
	at      int
	foreign bool     // there is what the library is to put in form
	members []member // of the objects that are open, the innermost last
	scratch []byte
}

// member is where a member of an object stands in the encoding.
type member struct{ start, name, end int } // name: the end of its name

func (o *order) value() {
	switch o.b[o.at] {
	case '{':
		o.object()
	case '[':
		for o.at++; o.b[o.at] != ']'; {
			o.value()
			if o.b[o.at] == ',' {
				o.at++
			}
		}
		o.at++
	case '"':
		o.text()
	case 't', 'f', 'n':
		for o.at < len(o.b) && o.b[o.at] >= 'a' && o.b[o.at] <= 'z' {
			o.at++
		}
	default:
		o.number()
	}
}

// number passes over a number. A small integer has one form.
func (o *order) number() {
	start := o.at
	for o.at < len(o.b) && o.b[o.at] != ',' && o.b[o.at] != ']' && o.b[o.at] != '}' {
		o.at++
	}
	digits := bytes.TrimPrefix(o.b[start:o.at], []byte("-"))
	odd := func(c byte) bool { return c < '0' || c > '9' }
	o.foreign = o.foreign || len(digits) > sureDigits || digits[0] == '0' && start+1 < o.at || slices.ContainsFunc(digits, odd)
}

// text passes over a string.
func (o *order) text() {
	for o.at++; ; o.at++ {
		o.at += bytes.IndexByte(o.b[o.at:], '"')
		slashes := 0
		for o.b[o.at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			break
		}
	}
	o.at++
}

func (o *order) object() {
	begin, first := o.at+1, len(o.members)
	for o.at++; o.b[o.at] != '}'; {
		m := member{start: o.at}
		o.text()
		m.name = o.at
		o.foreign = o.foreign || !plain(o.b[m.start:m.name])
		o.at++ // the colon
		o.value()
		m.end = o.at
		o.members = append(o.members, m)
		if o.b[o.at] == ',' {
			o.at++
		}
	}
	o.sort(begin, o.members[first:])
	o.members = o.members[:first]
	o.at++
}

// sort puts the members of an object that begins there in their order.
func (o *order) sort(begin int, list []member) {
	byName := func(m, n member) int { return bytes.Compare(o.b[m.start+1:m.name-1], o.b[n.start+1:n.name-1]) }
	if slices.IsSortedFunc(list, byName) {
		return
	}
	end := list[len(list)-1].end
	slices.SortFunc(list, byName)
	o.scratch = o.scratch[:0]
	for i, m := range list {
		if i > 0 {
			o.scratch = append(o.scratch, ',')
		}
		o.scratch = append(o.scratch, o.b[m.start:m.end]...)
	}
	copy(o.b[begin:end], o.scratch)
	clear(o.scratch) // nobody's words stay behind
}

// plain tells whether a name is ASCII without escapes: then its bytes are in the
// order of its letters.
func plain(name []byte) bool {
	return !slices.ContainsFunc(name, func(c byte) bool { return c >= 0x80 || c == '\\' })
}
