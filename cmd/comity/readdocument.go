package main

import (
	"context"

	"comity/intake/reader"
)

// readDocument is the argument by which comity import has this program read one
// document in a process of its own. It is no command: nobody types it, and the
// process has neither a home nor a terminal.
const readDocument = "read-document"

// readOne is all that this process does.
func readOne(ctx context.Context, t *terminal) int {
	if err := reader.Child(ctx, t.in, t.out); err != nil {
		return exitInternal
	}
	return exitDone
}
