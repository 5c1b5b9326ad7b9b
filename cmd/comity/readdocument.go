package main

import (
	"context"

	"comity/intake/reader"
)

// readDocument is the argument by which comity import has this program read one
// document in a process of its own. It is no command: nobody types it, and the
// process has neither a home nor a terminal.
const readDocument = "read-document"

// warmReader is the argument by which it has this program compile what reading needs.
const warmReader = "warm-reader"

// readOne is all that such a process does; false: it is none.
func readOne(ctx context.Context, args []string, t *terminal) (code int, is bool) {
	if len(args) != 2 || args[0] != readDocument && args[0] != warmReader {
		return 0, false
	}
	var err error
	if args[0] == warmReader {
		err = reader.Warm(ctx, args[1])
	} else {
		err = reader.Child(ctx, t.in, t.out, args[1])
	}
	if err != nil {
		return exitInternal, true
	}
	return exitDone, true
}
