package node

import (
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"comity/fault"
	"comity/seal"
	"comity/vault"
)

// A copy that was not reached when something was destroyed brings nothing back:
// neither in the place of the vault, nor over the other copies, nor by a restore.
func TestAStaleCopyBringsNothingBack(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key, err := seal.NewSealingKey()
	if err != nil {
		t.Fatal(err)
	}
	f := vaultFile{path: at("vault"), copies: []string{at("a"), at("b")}, key: key, log: slog.New(slog.DiscardHandler)}
	whole, err := vault.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, other := vault.ID{1}, vault.ID{2}
	put := func(path string, v *vault.Vault) {
		t.Helper()
		sealed, err := f.sealed(v)
		if err == nil {
			err = write(path, sealed)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, stale := range map[string]string{"the first": at("a"), "the second": at("b"), "the vault itself": at("vault")} {
		for _, path := range []string{at("vault"), at("a"), at("b")} {
			put(path, whole.Without(id))
		}
		put(stale, whole)
		if stale != at("vault") {
			if err := os.Remove(at("vault")); err != nil {
				t.Fatal(err)
			}
		}
		v, err := f.open()
		if err != nil || !v.Destroyed(id) || v.Destroyed(other) {
			t.Fatalf("%s was stale: %v, destroyed %v", name, err, v.Destroyed(id))
		}
		for _, path := range []string{at("vault"), at("a"), at("b")} {
			if _, have, err := f.read(path); err != nil || !have.Destroyed(id) {
				t.Errorf("%s was stale, and %s still opens it: %v", name, path, err)
			}
		}
	}
	home := Home(filepath.Join(dir, "home"))
	if err := os.Mkdir(string(home), 0o700); err != nil {
		t.Fatal(err)
	}
	put(at("old"), whole)
	v, err := putBackVault(home, Config{Vaults: f.copies}, keys{vault: key}, at("old"))
	if err != nil || !v.Destroyed(id) {
		t.Fatalf("restored: %v", err)
	}
	// A vault of another node is no copy.
	strange, err := vault.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	put(at("b"), strange)
	if _, err := f.open(); !fault.Is(err, fault.Forged) {
		t.Fatal(err)
	}
}
