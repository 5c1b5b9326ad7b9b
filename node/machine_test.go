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
	if _, err := db.Exec("DELETE FROM officer WHERE handle = 'evil'"); err != nil {
		t.Fatal(err)
	}
	testPutBack(t, n, db, chief)
	// An emptied table does not make the next one who asks the first officer.
	if _, err := db.Exec("DELETE FROM officer"); err != nil {
		t.Fatal(err)
	}
	if err := enlist(t, n, evil, evil, party.Admin); !fault.Is(err, fault.Forged) {
		t.Errorf("a first officer over a ledger with records gave %v, want Forged", err)
	}
}

// testPutBack: an old entry of a removed officer is signed, and the ledger
// tells that it is old; it tells too of an entry that is gone.
func testPutBack(t *testing.T, n *node.Node, db *sql.DB, chief console.Signer) {
	t.Helper()
	bob := somebody(t, "bob")
	if err := enlist(t, n, chief, bob, party.Analyst); err != nil {
		t.Fatal(err)
	}
	verified := func(want bool, when string) {
		t.Helper()
		_, err := console.Call(context.Background(), n, chief, console.VerifyLedger{})
		if want && err != nil || !want && !fault.Is(err, fault.Forged) {
			t.Errorf("%s: %v", when, err)
		}
	}
	verified(true, "as it was written")
	var old []byte
	if err := db.QueryRow("SELECT statement FROM officer WHERE handle = 'bob'").Scan(&old); err != nil {
		t.Fatal(err)
	}
	if _, err := console.Call(context.Background(), n, chief, console.RemoveOfficer{Handle: "bob"}); err != nil {
		t.Fatal(err)
	}
	verified(true, "after a removal")
	if _, err := db.Exec("UPDATE officer SET statement = ? WHERE handle = 'bob'", old); err != nil {
		t.Fatal(err)
	}
	verified(false, "with the old entry put back")
	if _, err := db.Exec("DELETE FROM officer WHERE handle = 'bob'"); err != nil {
		t.Fatal(err)
	}
	verified(false, "with the entry gone")
}
