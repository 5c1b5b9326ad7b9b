package ledgertest_test

import (
	"bytes"
	"errors"
	"testing"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/seal"
)

var _ interface {
	ledger.Store
	ledger.Leaves
} = &ledgertest.Memory{}

// grow adds n records that are told apart by a seed, and gives the head.
func grow(t *testing.T, l *ledgertest.Memory, seed byte, n int) ledger.Checkpoint {
	t.Helper()
	key, err := seal.NewSigningKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	sign, err := ledger.NewSigner("orx/1/us/dea", key)
	if err != nil {
		t.Fatal(err)
	}
	var list []ledger.Entry
	for range n {
		list = append(list, ledger.Entry{Record: []byte{seed}, Salt: ledger.Salt{seed}})
	}
	_, cp, err := ledger.Append(l, sign, list...)
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

// A log as it stood is a whole log: it has the root that it had then, and what
// either becomes is nothing to the other.
func TestLogsAsTheyStood(t *testing.T) {
	l := &ledgertest.Memory{}
	for size := range int64(20) {
		was := grow(t, l, 1, 0)
		grow(t, l, 1, 3)
		before := l.At(size)
		if got := grow(t, before, 1, 0); got.Size != was.Size || got.Root != was.Root {
			t.Fatalf("at %d: %+v, want %+v", size, got, was)
		}
		other := grow(t, before, 2, 3)
		if now := grow(t, l, 1, 0); now.Root == other.Root || ledger.Audit(l, now, nil) != nil || ledger.Audit(before, other, nil) != nil {
			t.Fatalf("at %d: the two are not logs of their own", size)
		}
		l = l.At(size + 1)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	l := &ledgertest.Memory{}
	grow(t, l, 1, 3) // four hashes
	for _, index := range []int64{-1, 4, 1 << 40} {
		if list, err := l.ReadHashes([]int64{0, index}); err == nil {
			t.Errorf("%d: %v", index, list)
		}
	}
	if list, err := l.Commitments(1, 9); err != nil || len(list) != 2 {
		t.Error(list, err)
	}
}

// Where a test has it fail, nothing goes through.
func TestFailing(t *testing.T) {
	l := &ledgertest.Memory{}
	grow(t, l, 1, 3)
	l.Down = errors.New("disk")
	_, size := l.Size()
	_, read := l.ReadHashes([]int64{0})
	_, leaves := l.Commitments(0, 1)
	for what, err := range map[string]error{"size": size, "read": read, "leaves": leaves, "append": l.Append(l.Leaves[0], nil)} {
		if !errors.Is(err, l.Down) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(l.Leaves) != 3 || len(l.Hashes) != 4 {
		t.Errorf("it grew: %+v", l)
	}
}
