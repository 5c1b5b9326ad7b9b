package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"os"

	"golang.org/x/sys/unix"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/seal"
	"comity/store"
	"comity/wire"
)

// headFile says, beside the database, how far the ledger and the links have
// come. It is written after every commit and before anything of it leaves, so
// that a database which is put back from a backup is found to be behind. It
// has two places of one size, written in turn: a crash damages one of them at
// most.
//
//	place    "orx/1 head\n", SHA-256 of what follows, number 8 bytes, length 4 bytes, JSON
type headFile struct {
	file   *os.File
	number uint64
	state  headState
}

// headState is what the file says.
type headState struct {
	Head string                           `json:"head"` // the newest signed checkpoint
	Sent map[party.Name]exchange.Position `json:"sent"` // the newest message sealed to each partner
}

const (
	headMagic  = wire.Prefix + " head\n"
	headPlace  = 256 << 10
	headHeader = len(headMagic) + 8 + 4 + sha256.Size
)

// openHeadFile opens or makes the file; found tells whether it said anything.
func openHeadFile(path string) (h *headFile, found bool, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, unwritten(path, err)
	}
	h = &headFile{file: f}
	for place := range int64(2) {
		b := make([]byte, headPlace)
		n, err := f.ReadAt(b, place*headPlace)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, errors.Join(fault.New(fault.Internal, "%s cannot be read", path).Because(err), f.Close())
		}
		if number, state, ok := readPlace(b[:n]); ok && (!found || number > h.number) {
			h.number, h.state, found = number, state, true
		}
	}
	return h, found, nil
}

func readPlace(b []byte) (number uint64, s headState, ok bool) {
	if len(b) < headHeader || !bytes.HasPrefix(b, []byte(headMagic)) {
		return 0, s, false
	}
	sum, rest := b[len(headMagic):len(headMagic)+sha256.Size], b[len(headMagic)+sha256.Size:]
	number, length := binary.BigEndian.Uint64(rest), int(binary.BigEndian.Uint32(rest[8:]))
	if length > len(rest)-12 {
		return 0, s, false
	}
	if got := sha256.Sum256(rest[:12+length]); !bytes.Equal(got[:], sum) {
		return 0, s, false
	}
	return number, s, wire.Decode(rest[12:12+length], &s, wire.Limits{Bytes: headPlace, Depth: 4}) == nil
}

// write takes over what a commit has changed. What it says is on the disk
// when it returns.
func (h *headFile) write(m store.Mark) error {
	next := headState{h.state.Head, maps.Clone(h.state.Sent)}
	if next.Sent == nil {
		next.Sent = map[party.Name]exchange.Position{}
	}
	if !m.Head.IsZero() {
		next.Head = m.Head.String()
	}
	maps.Copy(next.Sent, m.Sent)
	body, err := wire.Encode(next)
	if err != nil {
		return err
	}
	if headHeader+len(body) > headPlace {
		return fault.New(fault.TooLarge, "the node has more partners than the file of its head has room for")
	}
	rest := binary.BigEndian.AppendUint64(make([]byte, 0, 12+len(body)), h.number+1)
	rest = append(binary.BigEndian.AppendUint32(rest, uint32(len(body))), body...)
	sum := sha256.Sum256(rest)
	b := append(make([]byte, 0, headHeader+len(body)), headMagic...)
	b = append(append(b, sum[:]...), rest...)
	if _, err := h.file.WriteAt(b, int64((h.number+1)%2)*headPlace); err != nil {
		return unwritten(h.file.Name(), err)
	}
	if err := unix.Fdatasync(int(h.file.Fd())); err != nil {
		return unwritten(h.file.Name(), err)
	}
	h.number, h.state = h.number+1, next
	return nil
}

func (h *headFile) close() error { return h.file.Close() }

// lost gives the head that the file knows and the ledger does not extend; the
// zero checkpoint if the ledger is as far on.
func (h *headFile) lost(log ledger.Reader, origin string, keys []seal.VerifyKey) (cp ledger.Checkpoint, err error) {
	if h.state.Head == "" {
		return ledger.Checkpoint{}, nil
	}
	for _, key := range keys {
		if cp, err = ledger.OpenCheckpoint([]byte(h.state.Head), origin, key); err == nil {
			break
		}
	}
	if err != nil {
		return cp, fault.New(fault.Forged, "the file %s holds a head that was signed with none of the keys of this home", h.file.Name()).
			Fix("if the home was put back from a backup from before the node's keys were replaced, take a newer backup (doc/restore.md); " +
				"if it was copied from another node, this is not its home").Because(err)
	}
	size, err := log.Size()
	if err != nil {
		return cp, err
	}
	if cp.Size > size {
		return cp, nil
	}
	root, err := ledger.RootAt(log, cp.Size)
	if err != nil || root != cp.Root {
		return cp, err
	}
	return ledger.Checkpoint{}, nil
}
