package main

import (
	"fmt"
	"time"

	"comity/console"
	"comity/node"
)

type backupCmd struct {
	File string `arg:"" help:"A new file to write it to." type:"path"`
}

// Help is shown below the usage.
func (backupCmd) Help() string {
	return `For an administrator. The node goes on meanwhile. The backup is one file that opens with the node's own
passphrase or key file only: keep that somewhere else. It holds the keys of officers who
work on this machine, each under a lock of its own. The path is whole, or counts from here.

    comity backup /mnt/other-disk/us-dea-2026-05-03.backup`
}

// Run writes a backup.
func (c *backupCmd) Run(s *session) error {
	return ask(s, console.BackupNode{Path: c.File}, func(p *printer, r console.BackedUp) {
		p.line(0, "%s holds the node as it stood, %s, locked as the node's keys are.", r.Path, bytesOf(r.Size))
		p.line(0, "comity restore %s --vault FILE --home DIR makes a node of it; the vault is in no backup.", r.Path)
		if len(r.Copies) == 0 {
			p.styled(red, 0, "No copy of the vault is kept up to date: if this disk is lost, the backup cannot be read. %s", nameCopy)
		}
	})
}

// nameCopy says how a copy of the vault comes to be.
const nameCopy = "Name a file on another disk in vault_copies in config.toml, then start the node again."

func bytesOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

type restoreCmd struct {
	File  string `arg:"" help:"The backup." type:"existingfile"`
	Vault string `help:"The node's vault, or a copy of it: needed unless a copy that the configuration names is at its place." type:"existingfile"`
}

// Help is shown below the usage.
func (restoreCmd) Help() string {
	return `The home must be empty, and the old node must run nowhere. Whatever the node has sent and
received since the backup is missing. How it goes on:

1. If the old home can still be read, copy its file head into the new one: it tells, without
the partners, whether something is lost.

2. Serve the node. It signs nothing before its partners were asked what they hold; comity
status lists those not heard from. If nothing is lost it then goes on by itself, and
partners send again what they sent.

3. If status says that the database is behind, records are lost: look for a newer backup. If
there is none, tell the partners what happened; then a security officer says so on record
with comity ledger override --reason TEXT.

4. Partners that hold a newer head freeze the link. Their security officer takes the
explanation with comity partner resume NODE --reason TEXT; then they send again.

5. What this node wrote or sent after the backup is gone here: ask the partners for it.

A backup from before the node's keys were replaced lacks the new keys, and partners believe
no others: take a newer one. All of it: doc/restore.md.

    comity --home new-home restore node.backup --vault /mnt/other-disk/us-dea.vault`
}

// Run makes a home of a backup.
func (c *restoreCmd) Run(s *session) error {
	if err := node.Vacant(s.Home); err != nil {
		return err
	}
	lock, err := s.lock(s.Unlock, "passphrase of the node")
	if err != nil {
		return err
	}
	home, err := node.Restore(s.ctx, c.File, c.Vault, s.Home, lock, time.Now)
	if err != nil {
		return err
	}
	return show(s, restored{string(home)}, func(p *printer, r restored) {
		p.line(0, "The node is in %s, as it stood when the backup was made.", r.Home)
		p.line(0, "Serve it; it asks its partners before it signs anything. comity status shows whom it still waits for.")
	})
}

// restored is what restore prints.
type restored struct {
	Home string `json:"home"`
}
