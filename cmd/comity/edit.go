package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
)

type editCmd struct {
	Item  string `arg:"" help:"The item."`
	File  string `help:"Take this file back instead of opening an editor: one that was kept, or that --print wrote." type:"path" placeholder:"FILE"`
	Print bool   `help:"Print the item as the file that can be edited, and change nothing."`
}

// Help is shown below the usage.
func (editCmd) Help() string {
	return `The item opens in $VISUAL or $EDITOR as one Markdown file with all its markings and is
taken back whole, as a new version. A file with a mistake is refused with its line, and
kept: mend it and take it back with --file.

    comity edit 81d07c44
    comity edit 81d07c44 --print > boats.md`
}

// Run edits the item.
func (c *editCmd) Run(s *session) error {
	draft, err := do(s, console.DraftItem{Item: c.Item})
	if err != nil {
		return err
	}
	if c.Print {
		return s.term.file(draft.Text)
	}
	if c.File != "" {
		b, err := readInput(s, c.File, intel.MaxDraft)
		if err != nil {
			return err
		}
		r, err := do(s, console.EditItem{Item: draft.Item, Version: draft.Version, File: c.File, Text: b})
		if err != nil {
			return err
		}
		s.forgetKept(c.File)
		return show(s, r, printItem)
	}
	return c.inEditor(s, draft)
}

// forgetKept removes a file that was kept for mending, once it has been taken
// back: nothing of an item lies about longer than it must. A file of the
// officer's own stays.
func (s *session) forgetKept(file string) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return
	}
	dir := filepath.Dir(abs)
	home, err := filepath.Abs(string(s.home()))
	if err == nil && filepath.Dir(dir) == home && strings.HasPrefix(filepath.Base(dir), "edit-") {
		_ = os.RemoveAll(dir)
	}
}

// inEditor opens the editor. The file is in the home, which nobody else may
// look into, and is removed once the node has taken it.
func (c *editCmd) inEditor(s *session, draft console.Draft) error {
	dir, err := os.MkdirTemp(string(s.home()), "edit-*")
	if err != nil {
		return fault.New(fault.Internal, "no file can be made to edit in").Because(err)
	}
	path := filepath.Join(dir, draft.Item.Short()+".md")
	if err := os.WriteFile(path, draft.Text, 0o600); err != nil {
		return fault.New(fault.Internal, "the file to edit in cannot be written").Because(err)
	}
	forget := func() { _ = os.RemoveAll(dir) }
	if err := s.editor(path); err != nil {
		forget()
		return err
	}
	if _, err := os.Stat(path); err != nil {
		forget()
		return fault.New(fault.Invalid, "the editor left no file, so nothing was changed").Fix("save the file under its own name").Because(err)
	}
	edited, err := readInput(s, path, intel.MaxDraft)
	if err != nil {
		return kept(err, draft, path)
	}
	if bytes.Equal(edited, draft.Text) {
		forget()
		s.term.printer().line(0, "Nothing was changed.")
		return nil
	}
	r, err := do(s, console.EditItem{Item: draft.Item, Version: draft.Version, File: filepath.Base(path), Text: edited})
	if err != nil {
		return kept(err, draft, path)
	}
	forget()
	return show(s, r, printItem)
}

// kept tells where a refused file is.
func kept(err error, d console.Draft, path string) error {
	f := *console.Failed(err)
	if f.Hint != "" {
		f.Hint += "; "
	}
	f.Hint += "your file is kept: " + path + " (mend it, then: comity edit " + d.Item.Short() + " --file " + path + ")"
	return &f
}

// editor runs the officer's editor on a file. The variable may hold arguments,
// parted by spaces; no shell reads it.
func (s *session) editor(path string) error {
	words := strings.Fields(firstOf(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi"))
	cmd := exec.CommandContext(s.ctx, words[0], append(words[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.term.in, s.term.out, s.term.err
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fault.New(fault.Invalid, "there is no editor %s, so nothing was changed", words[0]).Fix("set EDITOR to the editor that you use").Because(err)
	}
	if err != nil {
		return fault.New(fault.Invalid, "the editor %s did not end well, so nothing was changed", words[0]).
			Fix("set EDITOR to the editor that you use").Because(err)
	}
	return nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}
