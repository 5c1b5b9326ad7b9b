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
	return `The node goes on meanwhile. The backup is one file that opens with the node's own
passphrase or key file only: keep that somewhere else. It holds the keys of officers who
work on this machine, each under a lock of its own.`
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
	return `The home must be empty. Whatever the node has sent and received since the backup is
missing: it signs nothing before its partners were asked what they hold, and they send
again what they sent. A file called head beside the old database, if it survived, may be
copied into the new home: it tells without them whether something is lost.`
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
