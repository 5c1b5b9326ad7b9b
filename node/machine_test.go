package node_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"comity/console"
	"comity/fault"
	"comity/node"
	"comity/party"
	"comity/seal"
)

// somebody makes an officer with a key.
func somebody(t *testing.T, handle party.Handle) console.Signer {
	t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return console.Signer{Handle: handle, Node: config.Name, Key: key, Now: time.Now, Random: rand.Reader}
}

func enlist(t *testing.T, n *node.Node, by, who console.Signer, roles ...party.Role) error {
	t.Helper()
	_, err := console.Call(context.Background(), n, by, console.AddOfficer{Handle: who.Handle, Unit: "us/dea/sod", Roles: roles, Key: who.Key.Public()})
	return err
}

// Whoever can write into the database, and has no key of an officer or of the
// node, becomes no officer by it; and status says that somebody wrote.
func TestTheMachineMakesNoOfficer(t *testing.T) {
	dir, lock := made(t, config)
	n := open(t, dir, lock, node.Options{})
	defer func() { _ = n.Close() }()
	chief, evil := somebody(t, "chief"), somebody(t, "evil")
	if err := enlist(t, n, chief, chief, party.Admin); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "comity.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	key := evil.Key.Public()
	if _, err := db.Exec("INSERT INTO officer (handle, key, statement) SELECT 'evil', ?, statement FROM officer", key[:]); err != nil {
		t.Fatal(err)
	}
	if _, err := console.Call(context.Background(), n, evil, console.ListOfficers{}); !fault.Is(err, fault.Forged) {
		t.Errorf("an entry that was written in gave %v, want Forged", err)
	}
	s, err := console.Call(context.Background(), n, chief, console.NodeStatus{})
	if err != nil || len(s.Unsound) != 1 || s.Unsound[0] != "evil" {
		t.Errorf("status says %v, %v", s.Unsound, err)
	}
	// An emptied table does not make the next one who asks the first officer.
	if _, err := db.Exec("DELETE FROM officer"); err != nil {
		t.Fatal(err)
	}
	if err := enlist(t, n, evil, evil, party.Admin); !fault.Is(err, fault.Forged) {
		t.Errorf("a first officer over a ledger with records gave %v, want Forged", err)
	}
}
