package node

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"comity/fault"
	"comity/seal"
	"comity/store"
	"comity/store/sqlite"
	"comity/vault"
	"comity/wire"
)

// A backup is one file that only the node's own passphrase or key file opens:
// a tar of the home as it stood at one moment, without the lock, the socket, the
// file of the head, which must outlive what is put back, and the vault: what is
// destroyed must not live on in a backup.

// scratch begins the names of folders that backups are made in.
const scratch = ".backup-"

// sweep removes what a crash left of backups.
func sweep(h Home) {
	left, _ := filepath.Glob(h.file(scratch + "*")) // the pattern is sound
	for _, f := range left {
		_ = os.RemoveAll(f) // it takes room and says nothing that the database does not
	}
}

// Backup writes a backup to a file that does not exist yet, while the node
// goes on. It gives the size of the file in bytes.
func (n *Node) Backup(ctx context.Context, path string) (int64, error) {
	if !filepath.IsAbs(path) {
		return 0, fault.New(fault.Invalid, "the backup's path %q is not absolute", path)
	}
	aside, err := os.MkdirTemp(string(n.home), scratch+"*")
	if err != nil {
		return 0, unwritten(string(n.home), err)
	}
	defer func() { _ = os.RemoveAll(aside) }() // it is in the backup, or of no use
	copied := filepath.Join(aside, "comity.db")
	if err := sqlite.Snapshot(ctx, n.home.Database(), copied); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return 0, fault.New(fault.Invalid, "%s exists already", path).Fix("name a new file: a backup overwrites nothing")
	}
	if err != nil {
		return 0, unwritten(path, err)
	}
	err = n.pack(f, copied)
	if err == nil {
		err = f.Sync()
	}
	size, seekErr := f.Seek(0, io.SeekEnd)
	if err = errors.Join(err, seekErr, f.Close()); err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(path) // half a backup is none
		return 0, unwritten(path, err)
	}
	return size, nil
}

func (n *Node) pack(w io.Writer, database string) error {
	locked, err := seal.LockStream(w, n.unlock)
	if err != nil {
		return err
	}
	out := tar.NewWriter(locked)
	files := map[string]string{"comity.db": database}
	names := []string{"config.toml", "keys.age", "card.json"}
	for _, dir := range []string{"cards", "officers"} {
		entries, err := os.ReadDir(n.home.file(dir))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
				names = append(names, dir+"/"+e.Name())
			}
		}
	}
	for _, name := range append(names, "comity.db") {
		from := files[name]
		if from == "" {
			from = n.home.file(filepath.FromSlash(name))
		}
		if err := packFile(out, name, from); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), locked.Close())
}

func packFile(out *tar.Writer, name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime().Truncate(time.Second), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.CopyN(out, f, info.Size())
	return err
}

// Restore makes a home of a backup. It is made aside and put in its place
// whole: when Restore fails, dir is as it was. The node then signs nothing
// before its partners were asked what they hold. The lock is the one that the
// node had when the backup was made. contents is the vault or a copy of it;
// empty: the copies that the configuration names are looked for.
func Restore(ctx context.Context, backup, contents, dir string, unlock seal.Lock, now func() time.Time) (Home, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", unwritten(dir, err)
	}
	if err := vacant(abs); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return "", unwritten(abs, err)
	}
	aside, err := os.MkdirTemp(filepath.Dir(abs), ".comity-*")
	if err != nil {
		return "", unwritten(abs, err)
	}
	defer func() { _ = os.RemoveAll(aside) }() // gone already if all went well
	h := Home(aside)
	if err := unpack(backup, h, unlock); err != nil {
		return "", err
	}
	if err := check(ctx, h, contents, unlock, now); err != nil {
		return "", err
	}
	return Home(abs), place(aside, abs)
}

func unpack(backup string, h Home, unlock seal.Lock) error {
	f, err := os.Open(backup)
	if err != nil {
		return fault.New(fault.Invalid, "the backup cannot be read").At("%s", backup).Because(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	in, err := seal.UnlockStream(f, unlock)
	if err != nil {
		e := fault.Safe(err)
		return e.At("%s", backup).Because(err)
	}
	for _, dir := range []string{h.Cards(), h.Officers()} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return unwritten(dir, err)
		}
	}
	r := tar.NewReader(in)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			// What stands behind the archive is read too: it may be damaged.
			_, err = io.Copy(io.Discard, in)
			return err
		}
		if err != nil {
			return damagedBackup(backup, err)
		}
		if !expected(header) {
			return fault.New(fault.Forged, "the backup holds %q, which no home has", header.Name).At("%s", backup)
		}
		if err := unpackFile(h.file(filepath.FromSlash(header.Name)), r); err != nil {
			return err
		}
	}
}

// expected reports whether a backup may hold a file of that name.
func expected(h *tar.Header) bool {
	dir, file, nested := strings.Cut(h.Name, "/")
	switch {
	case h.Typeflag != tar.TypeReg:
		return false
	case !nested:
		return dir == "config.toml" || dir == "keys.age" || dir == "card.json" || dir == "comity.db"
	}
	return (dir == "cards" || dir == "officers") && filepath.IsLocal(file) && filepath.Base(file) == file && !strings.HasPrefix(file, ".")
}

func unpackFile(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unwritten(path, err)
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		var known *fault.Error
		if errors.As(err, &known) {
			return err
		}
		return unwritten(path, err)
	}
	return nil
}

func damagedBackup(backup string, err error) error {
	return fault.New(fault.Forged, "the backup is damaged or cut short").At("%s", backup).Fix("take another copy").Because(err)
}

// check opens what was put back, makes its search anew, and marks it as put
// back.
func check(ctx context.Context, h Home, contents string, unlock seal.Lock, now func() time.Time) error {
	c, err := ReadConfig(h.Config())
	if err != nil {
		return err
	}
	ring, err := openRing(h, c, unlock)
	if err != nil {
		return err
	}
	k, err := keysOf(ring, c.Units)
	if err != nil {
		return err
	}
	keys, err := putBackVault(h, c, k, contents)
	if err != nil {
		return err
	}
	if err := write(h.Lock(), nil); err != nil {
		return err
	}
	o := store.Options{Now: now, Vault: keys, KeepVault: vaultFile{path: h.Vault(), key: k.vault}.write}
	db, err := sqlite.Open(ctx, h.Database(), o)
	if err != nil {
		return err
	}
	err = db.Reindex(ctx)
	if err == nil {
		err = db.Restored(ctx, wire.At(now()))
	}
	return errors.Join(err, db.Close())
}

// putBackVault puts the vault into the home.
func putBackVault(h Home, c Config, k keys, contents string) (*vault.Vault, error) {
	f := vaultFile{path: h.Vault(), key: k.vault}
	var v *vault.Vault
	if contents != "" {
		var err error
		if _, v, err = f.read(contents); err != nil {
			return nil, err
		}
	}
	// The one that is given may be from before something was destroyed.
	v, err := f.common(c.Vaults, v)
	if err == nil && v == nil {
		err = fault.New(fault.Locked, "what the backup holds opens with the node's vault alone, and that is in no backup").
			Fix("give the vault, or a copy of it, with --vault")
	}
	if err != nil {
		return nil, err
	}
	return v, f.write(v)
}
