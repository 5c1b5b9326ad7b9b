package ledger_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"comity/ledger"
)

// notes are checkpoints as they come: plain, cosigned, and spoilt.
func notes(f *testing.F) []string {
	cp := at(f, 5)
	cosigned, err := ledger.Cosign(cp, "orx/1/mx/semar", key(f, 2), 1_790_000_000)
	if err != nil {
		f.Fatal(err)
	}
	twice, err := ledger.Cosign(cosigned, "orx/1/co/pnc", key(f, 3), 7)
	if err != nil {
		f.Fatal(err)
	}
	text, signatures, _ := strings.Cut(twice.String(), "\n\n")
	return []string{cp.String(), cosigned.String(), twice.String(), text, text + "\n\n", strings.Replace(twice.String(), "\n5\n", "\n05\n", 1),
		text + "\nan extension\n\n" + signatures, "\n\n", "a\n0\n\n\n", strings.Replace(twice.String(), origin, "", 1)}
}

// FuzzPeek reads notes that nobody has verified. What is read is what stands there,
// in its one form, and no other than what the verified note says.
func FuzzPeek(f *testing.F) {
	for _, n := range notes(f) {
		f.Add(n)
	}
	k := key(f, 1).Public()
	f.Fuzz(func(t *testing.T, s string) {
		of, size, root, err := ledger.Peek([]byte(s))
		cp, unopened := ledger.OpenCheckpoint([]byte(s), origin, k)
		if unopened == nil && (err != nil || cp.Origin != of || cp.Size != size || cp.Root != root) {
			t.Fatalf("%q opens as %v, and reads %s %d %s (%v)", s, cp, of, size, root, err)
		}
		if err != nil {
			return
		}
		text := fmt.Sprintf("%s\n%d\n%s\n\n", of, size, base64.StdEncoding.EncodeToString(root[:]))
		if !strings.HasPrefix(s, text) || of == "" || size < 0 || size >= 1<<53 || len(s) > 64<<10 {
			t.Fatalf("%q read as %q", s, text)
		}
	})
}

// FuzzCosigned reads cosignatures beside a true one, on a note that the log may
// have signed: none counts but what its witness gave, and the log's own
// signature stays when they are taken off.
func FuzzCosigned(f *testing.F) {
	for _, n := range notes(f) {
		f.Add(n)
	}
	log, witness, other := key(f, 1).Public(), key(f, 2).Public(), key(f, 9).Public()
	f.Fuzz(func(t *testing.T, s string) {
		cp, err := ledger.OpenCheckpoint([]byte(s), origin, log)
		if err != nil {
			return
		}
		if when, err := ledger.Cosigned(cp, "orx/1/mx/semar", other); err == nil {
			t.Fatalf("%q is cosigned at %d by a key that signed nothing", s, when)
		}
		if when, err := ledger.Cosigned(cp, "orx/1/mx/semar", witness); err == nil && when != 1_790_000_000 {
			t.Fatalf("%q is cosigned at %d", s, when)
		}
		plain, err := ledger.Plain(cp, log)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ledger.OpenCheckpoint(plain.Signed, origin, log)
		if err != nil || !ledger.Same(again, cp) || strings.Count(plain.String(), "\n") != 5 {
			t.Fatalf("%q is left of %q (%v)", plain, s, err)
		}
	})
}

// FuzzSalt reads the salts of openings, which come from partners and files: each
// has one form, and none hides nothing.
func FuzzSalt(f *testing.F) {
	for _, s := range []string{ledger.Salt{1}.String(), ledger.Salt{31: 255}.String(), strings.Repeat("A", 43), strings.Repeat("_", 43), strings.Repeat("-", 42) + "8",
		strings.Repeat("A", 42) + "B", strings.Repeat("B", 42) + "=", "", strings.Repeat("B", 42) + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got ledger.Salt
		if got.UnmarshalText([]byte(s)) != nil {
			if !got.IsZero() {
				t.Fatalf("%q was refused, and left %s behind", s, got)
			}
			return
		}
		if b, err := got.MarshalText(); err != nil || string(b) != s || len(s) != 43 || got.IsZero() {
			t.Fatalf("%q read as %q (%v)", s, b, err)
		}
	})
}
