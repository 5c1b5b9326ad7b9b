package listed

import (
	"encoding/binary"
	"hash/crc64"
)

// Each gives every name of the list.
func (l *List) Each() (all []Entry) {
	for n := range l.what {
		all = append(all, l.entry(uint32(n)))
	}
	return all
}

// Resealed gives bytes with the sum that they should have at the end, as one who
// means harm would.
func Resealed(b []byte) []byte {
	if len(b) < 8 {
		return b
	}
	b = b[:len(b)-8]
	return binary.LittleEndian.AppendUint64(b[:len(b):len(b)], crc64.Checksum(b, crc64.MakeTable(crc64.ECMA)))
}
