package main

import (
	"os"
	"path/filepath"
	"testing"

	"comity/console"
	"comity/fault"
)

// A key is removed only if the node cannot have accepted it.
func TestUnaddedKey(t *testing.T) {
	refused := fault.New(fault.Denied, "no")
	for _, tt := range []struct {
		err  error
		kept bool
	}{
		{console.Failed(refused), false},
		{fault.New(fault.Locked, "wrong passphrase of the node"), false},
		{fault.New(fault.Unreachable, "the node stopped answering"), true},
		{fault.New(fault.Unsupported, "the node's answer cannot be read"), true},
		{console.Failed(fault.New(fault.Unsupported, "no such command")), false},
		{console.Failed(fault.New(fault.Internal, "broken")), true},
	} {
		path := filepath.Join(t.TempDir(), "ana.key")
		if err := os.WriteFile(path, []byte("key"), 0o600); err != nil {
			t.Fatal(err)
		}
		c := officerAddCmd{Handle: "ana"}
		if err := c.unadded(path, tt.err); err == nil || there(path) != tt.kept {
			t.Errorf("%v: kept %t", tt.err, there(path))
		}
	}
}
