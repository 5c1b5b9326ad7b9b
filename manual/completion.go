package manual

import (
	"strings"

	"github.com/alecthomas/kong"

	"comity/fault"
)

// Known are values that a flag or an argument takes although its type does not
// list them: the words of --tlp. It counts for every flag and argument of the name.
type Known struct {
	Name   string
	Values []string
}

// Shells are those that [Completion] writes for.
var Shells = []string{"bash", "zsh", "fish"}

// Completion writes the script by which a shell (bash, zsh or fish) completes
// the program's commands, flags, the values of those that have a list of them,
// and the names of files and folders. The script is fixed text: it never runs
// the program and asks no node, so that it tells nobody what a node holds, and
// nothing that is completed is ever evaluated by the shell.
func Completion(app *kong.Application, shell string, known ...Known) (string, error) {
	if err := check(app); err != nil {
		return "", err
	}
	for _, k := range known {
		for _, v := range k.Values {
			if !plain(v) {
				return "", fault.New(fault.Invalid, "%q is no plain word", v).At("%s", k.Name).Fix("leave it out: it is not completed")
			}
		}
	}
	if !plain(app.Name) || strings.ContainsAny(app.Name, "./+") {
		return "", fault.New(fault.Invalid, "the program's name %q is no name of a function", app.Name).Fix("use letters, digits and hyphens")
	}
	s := script{name: app.Name, function: "_" + strings.ReplaceAll(app.Name, "-", "_"), spots: spotsOf(app.Node, nil, known)}
	switch shell {
	case "bash":
		return s.bash(), nil
	case "zsh":
		return s.zsh(), nil
	case "fish":
		return s.fish(), nil
	}
	return "", fault.New(fault.Invalid, "there is no completion for the shell %q", shell).Fix("shells are %s", strings.Join(Shells, ", "))
}

// script is what all three shells are told, each in its own words. They walk
// the line alike: from the program down the commands, over flags and their
// values, to the word that is being typed.
type script struct {
	name, function string
	spots          []spot
}

// spot is a command, at which a word can be typed.
type spot struct {
	line      string // comity pack check
	commands  []choice
	flags     []flag // its own; those of the commands above it count as well
	arguments []value
	more      bool   // the last argument may be repeated
	standsFor string // the command that is meant if none is named here; empty: one must be
	lent      []flag // the flags of that one
}

// choice is a word with what it means.
type choice struct {
	names []string // the first is its own, the others do the same
	help  string
}

// flag is a flag with what it takes.
type flag struct {
	choice
	value
}

// value is what can be typed for a flag or an argument.
type value struct {
	kind  kind
	words []string
}

// kind is how a value completes.
type kind int

const (
	nothing kind = iota // the flag takes no value
	free                // whatever the user types
	listed              // one of a list
	file
	folder
)

// spotsOf gives a command and those below it.
func spotsOf(n *kong.Node, all []spot, known []Known) []spot {
	s := spot{line: line(n)}
	for _, c := range shown(n) {
		s.commands = append(s.commands, choice{append([]string{c.Name}, c.Aliases...), sentence(c.Help)})
	}
	for _, f := range flags(n) {
		s.flags = append(s.flags, flagOf(f, known))
	}
	taking := n
	if d := n.DefaultCmd; d != nil && !d.Hidden {
		taking, s.standsFor = d, line(d)
		for _, f := range flags(d) {
			s.lent = append(s.lent, flagOf(f, known))
		}
	}
	for _, p := range taking.Positional {
		s.arguments = append(s.arguments, valueOf(p, "", known))
		s.more = p.IsCumulative()
	}
	all = append(all, s)
	for _, c := range shown(n) {
		all = spotsOf(c, all, known)
	}
	return all
}

func flagOf(f *kong.Flag, known []Known) flag {
	o := choice{names: []string{"--" + f.Name}, help: sentence(f.Help)}
	for _, a := range f.Aliases {
		o.names = append(o.names, "--"+a)
	}
	if f.Short != 0 {
		o.names = append(o.names, "-"+string(f.Short))
	}
	if f.Tag.Negatable != "" {
		o.names = append(o.names, "--no-"+f.Name)
	}
	if !takesValue(f) {
		return flag{o, value{}}
	}
	return flag{o, valueOf(f.Value, f.PlaceHolder, known)}
}

// valueOf tells by the type of a value, or by how the help calls it, what can be
// typed for it.
func valueOf(v *kong.Value, placeholder string, known []Known) value {
	if v.Enum != "" {
		return value{listed, v.EnumSlice()}
	}
	for _, k := range known {
		if k.Name == v.Name {
			return value{listed, k.Values}
		}
	}
	called := placeholder
	if v.Flag == nil {
		called = strings.ToUpper(v.Name)
	}
	switch {
	case v.Tag.Type == "existingdir" || called == "DIR":
		return value{kind: folder}
	case v.Tag.Type == "path" || v.Tag.Type == "existingfile" || called == "FILE":
		return value{kind: file}
	}
	return value{kind: free}
}

// cases goes through the flags of every command, the program's last; below says
// that the flag also counts at the commands below that one.
func (s script) cases(each func(prefix string, below bool, f flag)) {
	for i := len(s.spots) - 1; i >= 0; i-- { // a command's own flags before those above it
		for _, f := range s.spots[i].flags {
			each(s.spots[i].line, len(s.spots[i].commands) > 0, f)
		}
		for _, f := range s.spots[i].lent {
			each(s.spots[i].line, false, f)
		}
	}
}

// above gives the command above one; the program stands below none.
func above(line string) string {
	i := strings.LastIndexByte(line, ' ')
	return line[:max(i, 0)]
}
