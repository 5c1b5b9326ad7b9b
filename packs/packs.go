// Package packs carries the rule packs that ship with Comity, as the files a
// lawyer reads. They bind nobody until a node adds them, and none has been
// reviewed by a lawyer yet: each says so.
//
// Pure: the files are part of the program. It imports nothing of Comity.
package packs

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names lists the packs that ship, by id, sorted.
func Names() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// File gives the text of a pack that ships; ok is false for any other name.
func File(id string) (b []byte, ok bool) {
	b, err := files.ReadFile(id + ".yaml")
	return b, err == nil
}
