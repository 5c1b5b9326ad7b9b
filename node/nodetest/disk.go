package nodetest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/record"
	"comity/store/sqlite"
)

// onDisk looks for a word, long enough not to stand there by chance, in every file of a node's home, and in the database as
// a backup holds it, as they are on the disk.
func (w *World) onDisk(m *member, word string, want bool) error {
	aside := filepath.Join(w.dir, "looked-at.db")
	_ = os.Remove(aside) // of the last look
	if err := sqlite.Snapshot(context.Background(), filepath.Join(m.dir, "comity.db"), aside); err != nil {
		return err
	}
	files := []string{aside}
	err := filepath.WalkDir(m.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	var in []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(word))) {
			in = append(in, filepath.Base(f))
		}
	}
	if (len(in) > 0) != want {
		return fmt.Errorf("%q stands in %v", word, in)
	}
	return nil
}

// destroy destroys an item of one's own: destroy LABEL REASON.
func (d *desk) destroy(rest string) error {
	words := strings.Fields(rest)
	_, err := ask(d, console.DestroyContent{Item: d.id(words[0]), Reason: words[1]})
	return err
}

// destroyed tells whether a receipt says that what was sent of an item was
// destroyed, and why: destroyed LABEL REASON.
func (d *desk) destroyed(rest string) error {
	words := strings.Fields(rest)
	t, err := ask(d, console.ReadTrail{Item: d.id(words[0])})
	if err != nil {
		return err
	}
	for _, l := range t.Trail.Lines {
		for _, r := range l.Receipts {
			if l.Stage == exchange.Gone && r.Kind == record.Destroy && r.Code == words[1] {
				return nil
			}
		}
	}
	return fmt.Errorf("the trail says %+v", t.Trail.Lines)
}

// destroyReceived destroys what came last under a title.
func (d *desk) destroyReceived(rest string) error {
	words := strings.Fields(rest)
	id, err := d.came(words[0])
	if err != nil {
		return err
	}
	_, err = ask(d, console.DestroyContent{Cut: id, Reason: words[1]})
	return err
}
