package seal_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"comity/fault"
	"comity/seal"
)

func locks(t *testing.T) map[string]seal.Lock {
	t.Helper()
	pass, err := seal.Passphrase([]byte("correct horse battery"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]seal.Lock{"passphrase": pass, "key file": keyFileLock(t)}
}

func keyFileLock(t *testing.T) seal.Lock {
	t.Helper()
	f, err := seal.NewKeyFile()
	if err != nil {
		t.Fatal(err)
	}
	l, err := seal.KeyFile(f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func lockAll(t *testing.T, l seal.Lock, plain string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := seal.LockStream(&b, l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unlockAll(b []byte, l seal.Lock) (string, error) {
	r, err := seal.UnlockStream(bytes.NewReader(b), l)
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(r)
	return string(plain), err
}

func TestLockStream(t *testing.T) {
	long := strings.Repeat("intelligence ", 20000)
	for name, l := range locks(t) {
		for _, plain := range []string{"", "x", long} {
			b := lockAll(t, l, plain)
			if bytes.Contains(b, []byte("intelligence")) {
				t.Fatalf("%s: it is readable", name)
			}
			if got, err := unlockAll(b, l); err != nil || got != plain {
				t.Fatalf("%s: %d bytes, %v", name, len(got), err)
			}
			for _, cut := range []int{0, 10, len(b) / 2, len(b) - 1} {
				if _, err := unlockAll(b[:cut], l); !fault.Is(err, fault.Forged) {
					t.Errorf("%s: cut to %d: %v", name, cut, err)
				}
			}
			bad := bytes.Clone(b)
			bad[len(bad)-1] ^= 1
			if _, err := unlockAll(bad, l); !fault.Is(err, fault.Forged) {
				t.Errorf("%s: changed: %v", name, err)
			}
			if _, err := unlockAll(append(bytes.Clone(b), 'x'), l); !fault.Is(err, fault.Forged) {
				t.Errorf("%s: longer: %v", name, err)
			}
		}
		if _, err := unlockAll(lockAll(t, l, "x"), keyFileLock(t)); !fault.Is(err, fault.Locked) {
			t.Errorf("%s: another lock: %v", name, err)
		}
	}
	if _, err := seal.LockStream(io.Discard, seal.Lock{}); !fault.Is(err, fault.Locked) {
		t.Error(err)
	}
	if _, err := seal.UnlockStream(strings.NewReader("x"), seal.Lock{}); !fault.Is(err, fault.Locked) {
		t.Error(err)
	}
}
