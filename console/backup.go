package console

import (
	"context"

	"comity/party"
)

// BackupNode has a backup written to a new file on the node's machine.
type BackupNode struct {
	Path string `json:"path"` // absolute
}

// BackedUp is the backup that was written.
type BackedUp struct {
	Path string `json:"path"`
	Size int64  `json:"size"` // bytes

	Copies []string `json:"vault_copies,omitempty"` // that are current: without the vault the backup cannot be read
}

// Command names the command.
func (BackupNode) Command() Name        { return backupNode }
func (BackupNode) answer() (r BackedUp) { return r }

// backupNode is for whoever runs the node. That a copy of everything was made
// is on record before it is.
func (d *Desk) backupNode(ctx context.Context, actor party.Actor, c BackupNode) (BackedUp, error) {
	if err := actor.May(party.ActBackup); err != nil {
		return BackedUp{}, err
	}
	if err := absolute(c.Path); err != nil {
		return BackedUp{}, err
	}
	if err := d.looked(ctx, recordOf(actor, "backup")); err != nil {
		return BackedUp{}, err
	}
	size, err := d.Backup(ctx, c.Path)
	return BackedUp{c.Path, size, d.Vault().Current()}, err
}
