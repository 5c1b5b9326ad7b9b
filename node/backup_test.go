package node_test

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"comity/fault"
	"comity/node"
	"comity/seal"
)

// backedUp is a node and a backup of it.
func backedUp(t *testing.T) (home, backup string, lock seal.Lock) {
	t.Helper()
	home, lock = made(t, config)
	n := open(t, home, lock, node.Options{})
	backup = filepath.Join(t.TempDir(), "backup")
	size, err := n.Backup(t.Context(), backup)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(backup)
	if err != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
		t.Fatal(info, size, err)
	}
	if _, err := n.Backup(t.Context(), backup); !fault.Is(err, fault.Invalid) {
		t.Fatal("a backup was overwritten:", err)
	}
	if _, err := n.Backup(t.Context(), "relative"); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	return home, backup, lock
}

func TestBackup(t *testing.T) {
	home, backup, lock := backedUp(t)
	dir := filepath.Join(t.TempDir(), "new", "home")
	h, err := node.Restore(t.Context(), backup, filepath.Join(home, "vault"), dir, lock, time.Now)
	if err != nil || string(h) != dir {
		t.Fatal(h, err)
	}
	for _, f := range []string{"config.toml", "keys.age", "card.json", "cards/1.json"} {
		a, err := os.ReadFile(filepath.Join(home, f))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, f)); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v", f, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(home, ".backup*"))
	if err != nil || len(left) > 0 {
		t.Fatal("a copy of the database was left behind:", left)
	}
	n := open(t, dir, lock, node.Options{})
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Restore(t.Context(), backup, filepath.Join(home, "vault"), dir, lock, time.Now); !fault.Is(err, fault.Invalid) {
		t.Fatal("a home was overwritten:", err)
	}
}

// A backup that is not whole makes no home, nor any part of one.
func TestRestoreRefuses(t *testing.T) {
	home, backup, lock := backedUp(t)
	good, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	for name, c := range map[string]struct {
		file []byte
		lock seal.Lock
		want fault.Kind
	}{
		"another key file":   {good, keyFile(t), fault.Locked},
		"cut short":          {good[:len(good)-1], lock, fault.Forged},
		"half":               {good[:len(good)/2], lock, fault.Forged},
		"longer":             {append(bytes.Clone(good), 0), lock, fault.Forged},
		"changed at the end": {changed(len(good) - 1), lock, fault.Forged},
		"changed inside":     {changed(len(good) / 2), lock, fault.Forged},
		"empty":              {nil, lock, fault.Forged},
		"no backup":          {[]byte("hello"), lock, fault.Forged},
		"a path out":         {archive(t, lock, "../config.toml"), lock, fault.Forged},
		"a path deeper":      {archive(t, lock, "cards/../../x"), lock, fault.Forged},
		"a socket's name":    {archive(t, lock, "socket"), lock, fault.Forged},
		"a head":             {archive(t, lock, "head"), lock, fault.Forged},
		"a hidden file":      {archive(t, lock, "cards/.x"), lock, fault.Forged},
		"nothing in it":      {archive(t, lock), lock, fault.Invalid},
		"a file twice":       {archive(t, lock, "config.toml", "config.toml"), lock, fault.Internal},
	} {
		parent := t.TempDir()
		file := filepath.Join(parent, "b")
		if err := os.WriteFile(file, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := node.Restore(context.Background(), file, filepath.Join(home, "vault"), filepath.Join(parent, "home"), c.lock, time.Now)
		if !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(parent); len(left) != 1 {
			t.Errorf("%s: %d files were left", name, len(left))
		}
	}
}

// archive makes a backup of files with made-up contents.
func archive(t *testing.T, lock seal.Lock, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := seal.LockStream(&b, lock)
	if err != nil {
		t.Fatal(err)
	}
	out := tar.NewWriter(w)
	for _, n := range names {
		if err := out.WriteHeader(&tar.Header{Name: n, Mode: 0o600, Size: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{out, w} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}
