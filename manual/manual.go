// Package manual writes what the command line says of itself in the forms that
// a system keeps: manual pages for man, and completion scripts for bash, zsh and
// fish. All of it is made of the one model that also parses the command line, so
// that it cannot say something else than the program does.
//
// It reads the model and gives text. It touches no file, runs nothing, and what
// it writes holds the names and help texts of the model and nothing of a node.
package manual

import (
	"strings"
	"time"
	"unicode"

	"github.com/alecthomas/kong"

	"comity/fault"
)

// Options are what pages say that the model does not know.
type Options struct {
	Date     time.Time  // the day that stands below every page (UTC); required, so that a build can be repeated
	Version  string     // of the program, below every page; may be empty
	Title    string     // what the program is, in a few words; empty: the first sentence of its description
	Exits    []Exit     // in the order of the page
	Files    []File     // that the program keeps
	Settings []Variable // of the environment, beyond those that stand for a flag
	Related  []string   // other pages, such as orx-verify(1)
}

// Exit is an exit code and what it says.
type Exit struct {
	Code    int
	Name    string // a word, such as blocked; may be empty
	Meaning string
}

// File is a file that the program keeps, and what for.
type File struct{ Path, Meaning string }

// Variable is a variable of the environment.
type Variable struct{ Name, Meaning string }

// Page is a manual page in the mdoc language, which mandoc and groff read.
type Page struct {
	Name    string // comity, comity-import
	Section int
	Text    string
}

// File is the name under which man finds the page: comity-import.1.
func (p Page) File() string { return p.Name + "." + string(rune('0'+p.Section)) }

// section is where the commands of users stand in every manual.
const section = 1

// Pages writes the page of the program and one for each of its commands, with
// all of that command's own commands. Hidden commands and flags are left out. A
// model that cannot be written is an Unsupported fault, and text with control
// characters an Invalid one.
func Pages(app *kong.Application, o Options) ([]Page, error) {
	if err := check(app); err != nil {
		return nil, err
	}
	if o.Date.IsZero() {
		return nil, fault.New(fault.Invalid, "the pages have no date").Fix("give the day of the release")
	}
	for _, other := range o.Related {
		if name, rest, _ := strings.Cut(other, "("); !plain(name) || len(rest) != 2 || rest[1] != ')' || !plain(rest[:1]) {
			return nil, fault.New(fault.Invalid, "%q names no page", other).At("related").Fix("write NAME(SECTION)")
		}
	}
	w := writer{app: app, Options: o}
	pages := []Page{{Name: app.Name, Section: section, Text: w.program()}}
	for _, c := range shown(app.Node) {
		pages = append(pages, Page{Name: app.Name + "-" + c.Name, Section: section, Text: w.command(c)})
	}
	for _, p := range pages {
		if i := strings.IndexFunc(p.Text, control); i >= 0 {
			return nil, fault.New(fault.Invalid, "the help holds a control character (%U)", []rune(p.Text[i:])[0]).At("%s", p.File()).
				Fix("write help in plain text")
		}
	}
	return pages, nil
}

func control(r rune) bool { return unicode.IsControl(r) && r != '\n' }

// check refuses a model that the pages and scripts cannot hold: names become the
// names of files and words of a shell.
func check(app *kong.Application) error {
	if app == nil || app.Node == nil {
		return fault.New(fault.Invalid, "there is no command line to write of")
	}
	return checkNode(app.Node)
}

func checkNode(n *kong.Node) error {
	if n.Type == kong.ArgumentNode {
		return fault.New(fault.Unsupported, "the command branches at an argument").At("%s", n.FullPath()).Fix("branch at commands alone")
	}
	for _, name := range append([]string{n.Name}, n.Aliases...) {
		if !plain(name) {
			return fault.New(fault.Invalid, "the name %q is no plain word", name).At("%s", n.FullPath()).Fix("use letters, digits and hyphens")
		}
	}
	for _, f := range n.Flags {
		for _, name := range append(append([]string{f.Name}, f.Aliases...), f.EnumSlice()...) {
			if name != "" && !plain(name) {
				return fault.New(fault.Invalid, "%q is no plain word", name).At("%s --%s", n.FullPath(), f.Name).Fix("use letters, digits and hyphens")
			}
		}
		if f.Short != 0 && !plain(string(f.Short)) {
			return fault.New(fault.Invalid, "the short name is no letter or digit").At("%s --%s", n.FullPath(), f.Name)
		}
	}
	for _, p := range n.Positional {
		for _, word := range p.EnumSlice() {
			if word != "" && !plain(word) {
				return fault.New(fault.Invalid, "%q is no plain word", word).At("%s <%s>", n.FullPath(), p.Name).Fix("use letters, digits and hyphens")
			}
		}
	}
	for _, c := range n.Children {
		if err := checkNode(c); err != nil {
			return err
		}
	}
	return nil
}

// plain tells a word that no shell, and no man, reads as anything but itself.
func plain(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("-_.+/", r)) {
			return false
		}
	}
	return true
}

// shown gives the commands of a node that are not hidden.
func shown(n *kong.Node) []*kong.Node {
	var all []*kong.Node
	for _, c := range n.Children {
		if !c.Hidden {
			all = append(all, c)
		}
	}
	return all
}

// leaves gives the commands at or below a node that can be run.
func leaves(n *kong.Node) []*kong.Node {
	if n.Leaf() {
		return []*kong.Node{n}
	}
	var all []*kong.Node
	for _, c := range shown(n) {
		all = append(all, leaves(c)...)
	}
	return all
}

// flags gives the flags of a node that are not hidden.
func flags(n *kong.Node) []*kong.Flag {
	var all []*kong.Flag
	for _, f := range n.Flags {
		if !f.Hidden {
			all = append(all, f)
		}
	}
	return all
}

// line is how a command is called: comity pack check.
func line(n *kong.Node) string {
	if n.Parent == nil {
		return n.Name
	}
	return line(n.Parent) + " " + n.Name
}
