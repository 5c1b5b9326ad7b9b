package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"comity/fault"
	"comity/intel"
	"comity/manual"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Help is shown below the usage.
func (completionCmd) Help() string {
	return `The script completes commands, flags, the values that some of them have, and files. It
asks no node.

    comity completion bash > ~/.local/share/bash-completion/completions/comity`
}

// Run prints the script.
func (c *completionCmd) Run(s *session, app *kong.Kong) error {
	script, err := manual.Completion(app.Model, c.Shell, known()...)
	if err != nil {
		return err
	}
	return s.term.file([]byte(script))
}

type manualCmd struct {
	Dir string `arg:"" help:"The folder to write to; it is made." type:"path"`
}

// Help is shown below the usage.
func (manualCmd) Help() string {
	return `Pages for man go to man1, completion scripts to bash, zsh and fish. SOURCE_DATE_EPOCH says
which day stands on the pages.

    comity manual ./manual`
}

// Run writes the files.
func (c *manualCmd) Run(s *session, app *kong.Kong) error {
	files, err := manual.Files(app.Model, manual.Options{Date: day(), Version: version, Exits: exits, Files: homeFiles, Related: []string{"orx-verify(1)"}}, known()...)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(c.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fault.New(fault.Invalid, "the folder %s cannot be made: %s", filepath.Dir(path), reason(err)).Because(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fault.New(fault.Invalid, "%s cannot be written: %s", path, reason(err)).Because(err)
		}
	}
	_, err = io.WriteString(s.term.out, fmt.Sprintf("%d files are in %s\n", len(files), c.Dir))
	return err
}

// day is the date of the pages.
func day() time.Time {
	var seconds int64
	if _, err := fmt.Sscan(os.Getenv("SOURCE_DATE_EPOCH"), &seconds); err == nil && seconds > 0 {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Now().UTC()
}

// homeFiles are the files of a node's home.
var homeFiles = []manual.File{
	{Path: "~/.comity", Meaning: "the home of a node, if COMITY_HOME says no other"},
	{Path: "config.toml", Meaning: "its configuration"},
	{Path: "socket", Meaning: "where officers' commands go while it is served"},
}

// known are the words of flags that are no list in their type.
func known() []manual.Known {
	kinds := make([]string, len(intel.Kinds))
	for i, k := range intel.Kinds {
		kinds[i] = string(k)
	}
	list := []manual.Known{{Name: "kind", Values: kinds}, {Name: "tlp", Values: []string{"red", "amber+strict", "amber", "green", "clear"}}}
	return slices.DeleteFunc(list, func(k manual.Known) bool { return len(k.Values) == 0 })
}
