package ledger_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
	"comity/seal"
)

// foreign reads an archive of other people's vectors, kept beside the
// repository; without it the test is skipped.
func foreign(t *testing.T, name string) map[string][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", "vectors", name))
	if err != nil {
		t.Skipf("the vectors %s are not there: put them at ../shared/data/vectors beside the repository", name)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// The proofs of RFC 6962 logs, good and broken. Those whose roots are not
// hashes at all cannot be put into a Checkpoint and are left out.
func TestMerkleVectors(t *testing.T) {
	good, bad := 0, 0
	for name, b := range foreign(t, "merkle-proofs-rfc6962.tar.gz") {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		var c struct {
			LeafIdx, TreeSize, Size1, Size2 uint64 // some are 2^64-1, which must be refused too
			Root, LeafHash, Root1, Root2    []byte
			Proof                           [][]byte
			WantErr                         bool
		}
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(name, err)
		}
		inclusion := strings.Contains(name, "/inclusion/")
		if path, fits := refs(c.Proof); fits {
			var err error
			switch {
			case inclusion && len(c.Root) == 32 && len(c.LeafHash) == 32:
				cp := ledger.Checkpoint{Size: int64(c.TreeSize), Root: ref.Hash(c.Root)}
				err = ledger.CheckPath(cp, int64(c.LeafIdx), tlog.Hash(c.LeafHash), path)
			case !inclusion && len(c.Root1) == 32 && len(c.Root2) == 32:
				old, next := ledger.Checkpoint{Size: int64(c.Size1), Root: ref.Hash(c.Root1)}, ledger.Checkpoint{Size: int64(c.Size2), Root: ref.Hash(c.Root2)}
				err = ledger.CheckConsistency(old, next, path)
			default:
				continue
			}
			if (err != nil) != c.WantErr {
				t.Errorf("%s: got %v, want an error: %v", name, err, c.WantErr)
			}
			if c.WantErr {
				bad++
			} else {
				good++
			}
		}
	}
	if good < 10 || bad < 100 {
		t.Fatalf("only %d good and %d broken proofs were tried", good, bad)
	}
}

func refs(bs [][]byte) ([]ref.Hash, bool) {
	var out []ref.Hash
	for _, b := range bs {
		if len(b) != 32 {
			return nil, false
		}
		out = append(out, ref.Hash(b))
	}
	return out, true
}

// The checkpoints of a log that another implementation made open with its
// key, and extend one another as its tiles prove.
func TestSampleLog(t *testing.T) {
	files := foreign(t, "tlog-tiles-sample-log.tar.gz")
	raw, err := base64.StdEncoding.DecodeString("AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
	if err != nil {
		t.Fatal(err)
	}
	k := seal.VerifyKey(raw[1:]) // after the byte of the algorithm
	const name = "example.com/log/testdata"
	cps := map[int64]ledger.Checkpoint{}
	for path, b := range files {
		if !strings.HasPrefix(filepath.Base(path), "checkpoint") {
			continue
		}
		cp, err := ledger.OpenCheckpoint(b, name, k)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cps[cp.Size] = cp
	}
	hashes := files["log/tile/0/000.p/15"]
	m := &ledgertest.Memory{}
	for i := int64(0); len(hashes) > 0; i, hashes = i+1, hashes[32:] {
		stored, err := tlog.StoredHashesForRecordHash(i, tlog.Hash(hashes[:32]), m)
		if err != nil {
			t.Fatal(err)
		}
		m.Hashes, m.Leaves = append(m.Hashes, stored...), append(m.Leaves, ref.Hash{})
	}
	for old := range int64(16) {
		proof, err := ledger.ProveConsistency(m, old, 15)
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.CheckConsistency(cps[old], cps[15], proof); err != nil {
			t.Fatal(old, err)
		}
	}
	for path, want := range files {
		at := strings.TrimPrefix(path, "log/")
		if !strings.HasPrefix(at, "tile/0/") {
			continue
		}
		if got, err := ledger.Tile(m, at); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s differs: %v", at, err)
		}
	}
}
