package node

import (
	"os"
	"path/filepath"
	"strconv"

	"comity/fault"
)

// Home is the folder of one node (0700). No two nodes share one.
//
//	config.toml   who it is and where it listens; see Config
//	keys.age      its private keys, locked
//	card.json     its newest signed card
//	cards/        all its signed cards, by serial
//	comity.db     what it holds
//	vault         the keys of what it holds: see vaultFile
//	head          how far its ledger and its links have come: see headFile
//	officers/     keys of officers who work on this machine
//	lock          held by the one process that may write
//	socket        where that process takes commands, while it serves
type Home string

// Config is the file config.toml.
func (h Home) Config() string { return h.file("config.toml") }

// Keys is the locked ring of the node's keys.
func (h Home) Keys() string { return h.file("keys.age") }

// Card is the newest signed card.
func (h Home) Card() string { return h.file("card.json") }

// Cards is the folder of all signed cards.
func (h Home) Cards() string { return h.file("cards") }

// Database is the SQLite file.
func (h Home) Database() string { return h.file("comity.db") }

// Vault is the file of the keys of what the node holds.
func (h Home) Vault() string { return h.file("vault") }

// Head is the file that says how far the ledger and the links have come.
func (h Home) Head() string { return h.file("head") }

// Officers is the folder of officers' locked keys.
func (h Home) Officers() string { return h.file("officers") }

// Lock is the file that the one writer holds.
func (h Home) Lock() string { return h.file("lock") }

// Socket is where the served node takes commands.
func (h Home) Socket() string { return h.file("socket") }

// CardOf gives the file of the card with a serial.
func (h Home) CardOf(serial int) string {
	return filepath.Join(h.Cards(), strconv.Itoa(serial)+".json")
}

func (h Home) file(name string) string { return filepath.Join(string(h), name) }

// Check refuses a folder that is no home, or that others may look into.
func (h Home) Check() error {
	if _, err := os.Stat(h.Config()); err != nil {
		return fault.New(fault.Invalid, "there is no node at %s", string(h)).
			Fix("make one with comity init, or say --home").Because(err)
	}
	info, err := os.Stat(string(h))
	if err != nil {
		return fault.New(fault.Internal, "the home %s cannot be read", string(h)).Because(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fault.New(fault.Denied, "other users of this machine may look into %s", string(h)).
			Fix("chmod 700 %s, and ask who looked", string(h))
	}
	return nil
}

// write puts a file in its place whole or not at all, synced to the disk.
func write(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return unwritten(path, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // nothing is left to remove once it was renamed
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o600)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return unwritten(path, err)
	}
	return nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

func unwritten(path string, err error) error {
	return fault.New(fault.Internal, "%s cannot be written", path).Fix("look at the disk's space and the folder's owner").Because(err)
}
