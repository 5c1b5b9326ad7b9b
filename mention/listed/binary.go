package listed

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash"
	"hash/crc64"
	"io"
	"unicode/utf8"

	"comity/fault"
)

// magic begins a list as [List.WriteTo] writes it; the digit is the version of the
// form and of how words are folded.
const magic = "comity list 1\n"

// WriteTo writes the list in a form that [Load] reads without parsing names:
// magic, then the parts of a list in order, each led by its length (eight bytes,
// little-endian, as all numbers), then the CRC-64 (ECMA) of what came before.
func (l *List) WriteTo(w io.Writer) (int64, error) {
	sum := crc64.New(crc64.MakeTable(crc64.ECMA))
	buffered := bufio.NewWriterSize(w, 64<<10)
	o := &output{w: io.MultiWriter(buffered, sum)}
	o.bytes([]byte(magic))
	o.text(l.name)
	o.size(len(l.kinds))
	for _, k := range l.kinds {
		o.text(k)
	}
	o.text(l.names.text)
	o.text(l.ids.text)
	o.text(string(l.what))
	o.text(string(l.schema))
	for _, part := range [][]uint32{l.names.ends, l.ids.ends, l.who, l.keys, l.refs, l.buckets} {
		o.numbers(part)
	}
	o.size(len(l.prefixes))
	for _, p := range l.prefixes {
		o.bytes(binary.LittleEndian.AppendUint64(nil, p))
	}
	o.size(l.longest)
	o.bytes(binary.LittleEndian.AppendUint64(nil, sum.Sum64()))
	if o.err == nil {
		o.err = buffered.Flush()
	}
	if o.err != nil {
		return o.n, fault.New(fault.Internal, "the list could not be written").Because(o.err)
	}
	return o.n, nil
}

type output struct {
	w   io.Writer
	n   int64
	err error
}

func (o *output) bytes(b []byte) {
	if o.err != nil {
		return
	}
	n, err := o.w.Write(b)
	o.n, o.err = o.n+int64(n), err
}

func (o *output) size(n int) { o.bytes(binary.LittleEndian.AppendUint64(nil, uint64(n))) }

func (o *output) text(s string) {
	o.size(len(s))
	o.bytes([]byte(s))
}

func (o *output) numbers(all []uint32) {
	o.size(len(all))
	b := make([]byte, 0, 4<<10)
	for i, n := range all {
		b = binary.LittleEndian.AppendUint32(b, n)
		if len(b) == cap(b) || i == len(all)-1 {
			o.bytes(b)
			b = b[:0]
		}
	}
}

// Load reads what [List.WriteTo] wrote. Something damaged is refused, and so is
// what would make the list look outside itself; memory grows with what is really
// read and not with what is claimed.
func Load(r io.Reader) (*List, error) {
	in := &input{r: bufio.NewReaderSize(r, 64<<10), sum: crc64.New(crc64.MakeTable(crc64.ECMA))}
	if got := in.take(len(magic)); string(got) != magic {
		return nil, damaged("it is no list in this form").Fix("read it from its source and write it again")
	}
	l := &List{name: in.text(MaxName)}
	kinds := in.size(maxKinds)
	for i := 0; i < kinds && in.err == nil; i++ {
		l.kinds = append(l.kinds, in.text(60))
	}
	l.names.text, l.ids.text = in.text(MaxBytes), in.text(MaxBytes)
	l.what, l.schema = []byte(in.text(MaxNames)), []byte(in.text(MaxNames))
	for _, part := range []*[]uint32{&l.names.ends, &l.ids.ends, &l.who, &l.keys, &l.refs, &l.buckets} {
		*part = in.numbers(4 * MaxNames)
	}
	prefixes := in.take(8 * in.size(8*MaxNames))
	l.prefixes = make([]uint64, len(prefixes)/8)
	for i := range l.prefixes {
		l.prefixes[i] = binary.LittleEndian.Uint64(prefixes[8*i:])
	}
	l.longest = in.size(2 * MaxWords)
	sum := in.sum.Sum64()
	if end := in.take(8); in.err != nil || binary.LittleEndian.Uint64(end) != sum {
		return nil, damaged("it is damaged").Fix("read it from its source and write it again")
	}
	if _, err := in.r.ReadByte(); err != io.EOF {
		return nil, damaged("something stands behind its end")
	}
	if what := l.unsound(); what != "" {
		return nil, damaged("its %s do not fit together", what)
	}
	l.findMains()
	return l, nil
}

func damaged(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, format, args...).At("list")
}

// input reads parts. After the first error it gives nothing.
type input struct {
	r   *bufio.Reader
	sum hash.Hash64
	err error
}

func (in *input) take(n int) []byte {
	if in.err != nil {
		return nil
	}
	var b bytes.Buffer
	if _, in.err = io.CopyN(&b, in.r, int64(n)); in.err != nil {
		return nil
	}
	_, _ = in.sum.Write(b.Bytes()) // a hash takes everything
	return b.Bytes()
}

func (in *input) size(most int) int {
	b := in.take(8)
	if in.err != nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > uint64(most) {
		in.err = damaged("one of its parts is too large")
		return 0
	}
	return int(n)
}

func (in *input) text(most int) string { return string(in.take(in.size(most))) }

func (in *input) numbers(most int) []uint32 {
	b := in.take(4 * in.size(most))
	all := make([]uint32, len(b)/4)
	for i := range all {
		all[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return all
}

// unsound names the parts of a list that contradict each other. The hashes are not
// made anew: a wrong one hides a name, and tells none that is not there.
func (l *List) unsound() string {
	power := func(n int) bool { return n > 0 && n&(n-1) == 0 }
	switch {
	case !utf8.ValidString(l.name) || l.unsoundKinds():
		return "types"
	case !ascend(l.names.ends, len(l.names.text)) || !utf8.ValidString(l.names.text) || len(l.who) != len(l.names.ends) || len(l.what) != len(l.who):
		return "names"
	case !ascend(l.ids.ends, len(l.ids.text)) || !utf8.ValidString(l.ids.text) || len(l.schema) != len(l.ids.ends):
		return "entries"
	case !below(l.who, len(l.schema)) || !bytesBelow(l.what, len(l.kinds)) || !bytesBelow(l.schema, len(l.kinds)):
		return "names and entries"
	case len(l.refs) != len(l.keys) || !power(len(l.buckets)-1) || !power(len(l.prefixes)):
		return "keys"
	case l.buckets[0] != 0 || !ascend(l.buckets[1:], len(l.keys)):
		return "buckets"
	}
	for _, ref := range l.refs {
		if int(ref&^turned) >= len(l.who) {
			return "keys and names"
		}
	}
	for b := range len(l.buckets) - 1 {
		if in := l.keys[l.buckets[b]:l.buckets[b+1]]; !ordered(in) {
			return "keys"
		}
	}
	return l.unsoundNames()
}

func (l *List) unsoundKinds() bool {
	for _, k := range l.kinds {
		if !isKind(k) {
			return true
		}
	}
	return len(l.kinds) == 0
}

func (l *List) unsoundNames() string {
	for n := range l.who {
		if s := l.names.at(uint32(n)); s == "" || len(s) > MaxName || !utf8.ValidString(s) {
			return "names"
		}
	}
	for n := range l.schema {
		if s := l.ids.at(uint32(n)); s == "" || len(s) > MaxID || !utf8.ValidString(s) {
			return "ids"
		}
	}
	return ""
}

// ascend tells whether ends never fall and come out at the whole.
func ascend(ends []uint32, whole int) bool {
	return len(ends) > 0 && ordered(ends) && int(ends[len(ends)-1]) == whole
}

func ordered(all []uint32) bool {
	for i := 1; i < len(all); i++ {
		if all[i] < all[i-1] {
			return false
		}
	}
	return true
}

func below(all []uint32, most int) bool {
	for _, n := range all {
		if int(n) >= most {
			return false
		}
	}
	return true
}

func bytesBelow(all []byte, most int) bool {
	for _, n := range all {
		if int(n) >= most {
			return false
		}
	}
	return true
}
