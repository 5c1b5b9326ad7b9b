package node

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"comity/fault"
	"comity/seal"
	"comity/vault"
)

// vaultFile is the node's vault on disk, sealed with a key of the node's ring,
// in the home and in the copies that the configuration names. It is written
// when something is destroyed and else never changes; it is in no backup.
type vaultFile struct {
	path   string
	copies []string
	key    seal.SealingKey
	log    *slog.Logger
}

// maxVault bounds the file: some 20 million seeds.
const maxVault = 1 << 30

// newVault makes the vault of a new node and the key that it is sealed with.
func newVault(h Home, ring *seal.Ring, random io.Reader) error {
	key, err := seal.NewSealingKey()
	if err != nil {
		return err
	}
	v, err := vault.New(random)
	if err != nil {
		return err
	}
	sealed, err := seal.Seal(v.Encode(), key.Public())
	if err != nil {
		return err
	}
	ring.SetSealing(vaultName, key)
	return write(h.Vault(), sealed)
}

// open reads the vault, if it is missing from the copies, and brings the copies up
// to it. What is destroyed in any of them is destroyed: one may not have been
// reached at the time.
func (f vaultFile) open() (*vault.Vault, error) {
	sealed, v, err := f.read(f.path)
	missing := errors.Is(err, os.ErrNotExist)
	if err != nil && !missing {
		return nil, err
	}
	common, failed := f.common(f.copies, v)
	if failed != nil {
		return nil, failed
	}
	if common == nil {
		return nil, err
	}
	if missing {
		f.log.Warn("the vault is missing; what its copies have takes its place", "file", f.path)
	}
	if v != nil && slices.Equal(v.Encode(), common.Encode()) {
		f.spread(sealed, v)
		return v, nil
	}
	return common, f.write(common)
}

// common gives what a vault and those of the files that can be read have in
// common; nil: there is none.
func (f vaultFile) common(files []string, v *vault.Vault) (*vault.Vault, error) {
	for _, path := range files {
		_, have, err := f.read(path)
		if err != nil {
			continue // it is said of copies that they are behind
		}
		if v == nil {
			v = have
			continue
		}
		if v, err = v.Common(have); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (f vaultFile) sealed(v *vault.Vault) ([]byte, error) {
	return seal.Seal(v.Encode(), f.key.Public())
}

func (f vaultFile) read(path string) (sealed []byte, v *vault.Vault, err error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxVault {
		return nil, nil, fault.New(fault.TooLarge, "the vault is larger than %d bytes", maxVault).At("%s", path)
	}
	if err == nil {
		sealed, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, nil, fault.New(fault.Locked, "the vault cannot be read; without it nothing that was stored can be").
			At("%s", path).Fix("put a copy of it there").Because(err)
	}
	plain, err := seal.Open(sealed, maxVault, f.key)
	if err != nil {
		return nil, nil, fault.New(fault.Forged, "this is not the vault of this node, or it is damaged").At("%s", path).Fix("put a copy of it there").Because(err)
	}
	v, err = vault.Parse(plain)
	return sealed, v, err
}

// write keeps the vault as it is from now on. That the copies follow is tried,
// and said if it fails; they follow at the next start.
func (f vaultFile) write(v *vault.Vault) error {
	sealed, err := f.sealed(v)
	if err != nil {
		return err
	}
	if err := replace(f.path, sealed); err != nil {
		return err
	}
	f.spread(sealed, v)
	return nil
}

// spread brings the copies up to the vault.
func (f vaultFile) spread(sealed []byte, v *vault.Vault) {
	for _, c := range f.behind(v) {
		if err := replace(c, sealed); err != nil {
			f.log.Error("a copy of the vault cannot be written: it may still open what was destroyed", "copy", c, "err", err)
		}
	}
}

// behind lists the copies that are not the same as the vault.
func (f vaultFile) behind(v *vault.Vault) []string {
	want := v.Encode()
	return slices.DeleteFunc(slices.Clone(f.copies), func(path string) bool {
		_, have, err := f.read(path)
		return err == nil && slices.Equal(have.Encode(), want)
	})
}

// replace writes a file as [write] does, and writes over the one before. What
// the disk itself keeps of that is beyond a program.
func replace(path string, content []byte) error {
	old, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return write(path, content)
	}
	if err != nil {
		return unwritten(path, err)
	}
	defer func() { _ = old.Close() }() // it has no name any more
	size, err := old.Seek(0, io.SeekEnd)
	if err != nil {
		return unwritten(path, err)
	}
	if err := write(path, content); err != nil {
		return err
	}
	if _, err := old.WriteAt(make([]byte, size), 0); err != nil {
		return unwritten(path, err)
	}
	if err := old.Sync(); err != nil {
		return unwritten(path, err)
	}
	return nil
}

// checkCopies refuses copies that would be no copies.
func checkCopies(home Home, copies []string) error {
	for _, c := range copies {
		if !filepath.IsAbs(c) || filepath.Clean(c) == filepath.Clean(home.Vault()) {
			return fault.New(fault.Invalid, "the vault copy %q is not an absolute path outside the home", c).At("vault_copies").
				Fix("name a file on another disk, and in no backup")
		}
		if info, err := os.Stat(c); err == nil && info.IsDir() {
			return fault.New(fault.Invalid, "the vault copy %q is a folder, and a copy is a file", c).At("vault_copies").
				Fix("name the file in it: %s", filepath.Join(c, "vault"))
		}
	}
	return nil
}
