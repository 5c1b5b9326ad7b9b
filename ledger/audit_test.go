package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
)

func TestAudit(t *testing.T) {
	for _, size := range []int{0, 1, 7, 1023, 1024, 1025, 3000} {
		m, es, cp := log(t, size)
		asked := 0
		err := ledger.Audit(m, cp, func(i int64) (ledger.Entry, bool, error) {
			asked++
			return es[i], i%3 == 0, nil
		})
		if err != nil || asked != size {
			t.Fatalf("size %d: asked %d, %v", size, asked, err)
		}
		if err := ledger.Audit(m, cp, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// An older checkpoint of the same log still holds.
func TestAuditOfAnOlderHead(t *testing.T) {
	m, _, _ := log(t, 100)
	for _, n := range []int{0, 1, 64, 99} {
		if err := ledger.Audit(m, at(t, n), nil); err != nil {
			t.Fatal(n, err)
		}
	}
}

// Whatever one thing in a store is changed, the audit names the first leaf
// that it belongs to.
func TestAuditNamesTheFirstWrongLeaf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m, es, cp := log(t, 40)
		wrong := rapid.Int64Range(0, 39).Draw(r, "leaf")
		later := rapid.Int64Range(wrong, 39).Draw(r, "later")
		open := func(i int64) (ledger.Entry, bool, error) { return es[i], true, nil }
		change := func(what string, leaf int64) {
			switch what {
			case "commitment":
				m.Leaves[leaf][0] ^= 1
			case "hash":
				first, end := tlog.StoredHashCount(leaf), tlog.StoredHashCount(leaf+1)
				m.Hashes[rapid.Int64Range(first, end-1).Draw(r, "hash")][0] ^= 1
			case "record":
				es[leaf].Record = append([]byte("x"), es[leaf].Record...)
			}
		}
		change(rapid.SampledFrom([]string{"commitment", "hash", "record"}).Draw(r, "first"), wrong)
		if later > wrong {
			change(rapid.SampledFrom([]string{"commitment", "hash", "record"}).Draw(r, "second"), later)
		}
		err := ledger.Audit(m, cp, open)
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Forged || e.Where != fmt.Sprintf("leaf %d", wrong) {
			r.Fatalf("leaf %d: %v", wrong, err)
		}
	})
}

func TestAuditRefuses(t *testing.T) {
	m, _, cp := log(t, 40)
	forked := cp
	forked.Root[0] ^= 1
	err := ledger.Audit(m, forked, nil)
	mustKind(t, err, fault.Forged)
	if !strings.Contains(err.Error(), cp.Root.String()) || !strings.Contains(err.Error(), forked.Root.String()) {
		t.Fatal(err)
	}
	more := cp
	more.Size++
	mustKind(t, ledger.Audit(m, more, nil), fault.Forged)
	mustKind(t, ledger.Audit(short{m}, cp, nil), fault.Internal)
	down := errors.New("disk")
	if err := ledger.Audit(m, cp, func(int64) (ledger.Entry, bool, error) { return ledger.Entry{}, false, down }); !errors.Is(err, down) {
		t.Fatal(err)
	}
	if err := ledger.Audit(&ledgertest.Memory{Down: down}, cp, nil); !errors.Is(err, down) {
		t.Fatal(err)
	}
	// A whole store rewritten in step with itself is caught by the checkpoint.
	other := &ledgertest.Memory{}
	for i := range 40 {
		leaf := ref.Content([]byte{byte(i)})
		hashes, err := tlog.StoredHashes(int64(i), leaf[:], other)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Append(leaf, hashes); err != nil {
			t.Fatal(err)
		}
	}
	mustKind(t, ledger.Audit(other, cp, nil), fault.Forged)
}
