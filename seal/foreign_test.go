package seal_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/seal"
)

// foreign opens a file of other people's vectors, kept beside the repository
// because not all may be copied into it; without it the test is skipped.
func foreign(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", "vectors", name))
	if err != nil {
		t.Skipf("the vectors %s are not there: put them at ../shared/data/vectors beside the repository", name)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Wycheproof's signatures, through the one function that checks any.
func TestWycheproofEd25519(t *testing.T) {
	var file struct {
		TestGroups []struct {
			PublicKey struct{ PK string }
			Tests     []struct {
				TCID             int
				Msg, Sig, Result string
			}
		}
	}
	if err := json.NewDecoder(foreign(t, "wycheproof/ed25519_test.json.gz")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range file.TestGroups {
		k := seal.VerifyKey(unhex(t, g.PublicKey.PK))
		v, err := k.NoteVerifier("orx/1/x")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Tests {
			n++
			if got := v.Verify(unhex(t, c.Msg), unhex(t, c.Sig)); got != (c.Result == "valid") {
				t.Errorf("test %d: got %v, want %s", c.TCID, got, c.Result)
			}
		}
	}
	if n < 100 {
		t.Fatalf("only %d tests were found", n)
	}
}

// Keys of small order and second encodings are refused, and every other key
// of the edge cases is read.
func TestEdgeCaseKeys(t *testing.T) {
	var cases []struct {
		Key   string
		Flags []string
	}
	if err := json.NewDecoder(foreign(t, "ed25519-edgecases-cctv.json.gz")).Decode(&cases); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range cases {
		weak := slices.Contains(c.Flags, "low_order_A") || slices.Contains(c.Flags, "non_canonical_A")
		k, err := seal.ParseVerifyKey(keyText(t, c.Key))
		if got := fault.Is(err, fault.Invalid); got != weak {
			t.Errorf("key %s: refused is %v, want %v", c.Key, got, weak)
		}
		if _, err := seal.VerifyKey(unhex(t, c.Key)).NoteVerifier("x"); (err != nil) != weak {
			t.Errorf("key %s: a note verifier was made: %v", c.Key, err)
		}
		seen[k.String()]++
	}
	if len(seen) < 3 || seen[""] < 500 {
		t.Fatalf("too few cases: %d keys, %d refused", len(seen), seen[""])
	}
}

// The hybrid files of age's own test kit: what it calls a success opens, all
// else is refused.
func TestAgeTestkit(t *testing.T) {
	files := tar.NewReader(foreign(t, "age-testkit-a.tar.gz"))
	n := 0
	for {
		h, err := files.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("\nidentity: AGE-SECRET-KEY-PQ-1")) {
			n++
			t.Run(filepath.Base(h.Name), func(t *testing.T) { testkitFile(t, b) })
		}
	}
	if n < 10 {
		t.Fatalf("only %d hybrid files were found", n)
	}
}

func testkitFile(t *testing.T, b []byte) {
	head, body, _ := strings.Cut(string(b), "\n\n")
	fields := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(head))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		fields[name] = value
	}
	if fields["compressed"] == "zlib" {
		z, err := zlib.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		body = string(plain)
	}
	got, err := seal.Open([]byte(body), 1<<20, importSealing(t, fields["identity"]))
	if fields["expect"] != "success" || fields["armored"] == "yes" {
		mustKind(t, err, fault.Forged)
		return
	}
	sum := sha256.Sum256(got)
	if err != nil || hex.EncodeToString(sum[:]) != fields["payload"] {
		t.Fatalf("%v, payload %x", err, sum)
	}
}

// importSealing brings a key in by the only way there is, a ring.
func importSealing(t *testing.T, identity string) seal.SealingKey {
	t.Helper()
	text := `{"format":"orx/1/ring","sealing":[{"key":"` + identity + `","name":"x"}],"signing":[]}`
	r, err := seal.OpenRing(ringOf(t, text, 1), lock(t, passphrase))
	if err != nil {
		t.Fatal(err)
	}
	k, err := r.Sealing("x")
	if err != nil {
		t.Fatal(err)
	}
	return k
}
