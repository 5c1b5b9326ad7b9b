package manual

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// writer writes the pages of one program.
type writer struct {
	app *kong.Application
	Options
}

// program writes the page of the program itself.
func (w writer) program() string {
	r := w.begin(w.app.Name)
	title := w.Title
	if title == "" {
		title = sentence(w.app.Help)
	}
	r.do("Nd", nd(title))
	r.do("Sh", "SYNOPSIS")
	r.do("Nm", w.app.Name)
	if len(flags(w.app.Node)) > 0 {
		r.do("Op", "Ar", "flags")
	}
	r.do("Ar", "command")
	r.do("Op", "Ar", `\&...`)
	r.do("Sh", "DESCRIPTION")
	told, shown := examples(w.app.Name, blocks(w.app.Help+"\n\n"+w.app.Detail))
	w.tell(r, told, false)
	r.do("Ss", "Commands")
	r.list("Ds", w.commands())
	r.do("Ss", "Flags")
	r.prose("Every command takes these.")
	r.list("Ds", flagEntries(w.app.Node))
	w.environment(r)
	w.files(r)
	w.exits(r, w.Exits)
	w.examples(r, shown)
	w.seeAlso(r, w.app.Node, "")
	return r.String()
}

// command writes the page of a command and of all commands below it.
func (w writer) command(c *kong.Node) string {
	r := w.begin(w.app.Name + "-" + c.Name)
	r.do("Nd", nd(sentence(c.Help)))
	r.do("Sh", "SYNOPSIS")
	all := leaves(c)
	for _, leaf := range all {
		synopsis(r, leaf)
	}
	r.do("Sh", "DESCRIPTION")
	var calls []string
	if !c.Leaf() {
		calls = append(calls, w.describe(r, c)...)
	}
	for _, leaf := range all {
		if leaf != c {
			r.do("Ss", escaped(line(leaf)))
		}
		calls = append(calls, w.describe(r, leaf)...)
	}
	r.do("Pp")
	r.prose("The flags that every command takes, the variables of the environment and the files are described in")
	r.do("Xr", w.app.Name, strconv.Itoa(section), ".")
	w.someExits(r, all)
	w.examples(r, calls)
	w.seeAlso(r, c, text(c))
	return r.String()
}

// begin writes the head of a page.
func (w writer) begin(name string) *roff {
	r := &roff{}
	day := w.Date.UTC()
	r.do("Dd", fmt.Sprintf("%s %d, %d", day.Month(), day.Day(), day.Year()))
	r.do("Dt", strings.ToUpper(name), strconv.Itoa(section))
	r.do("Os", word(strings.TrimSpace(w.app.Name+" "+w.Version)))
	r.do("Sh", "NAME")
	r.do("Nm", name)
	return r
}

func nd(s string) string { return escaped(lower(s)) }

// describe writes what a command does and what it takes, and gives its examples.
func (w writer) describe(r *roff, n *kong.Node) []string {
	r.prose(n.Help)
	if len(n.Aliases) > 0 {
		r.prose("It also goes by " + strings.Join(n.Aliases, ", ") + ".")
	}
	if n.Parent.DefaultCmd == n {
		r.prose("This is done if no other command is named.")
	}
	told, calls := examples(w.app.Name, blocks(n.Detail))
	w.tell(r, told, true)
	if entries := append(argumentEntries(n), flagEntries(n)...); n.Leaf() && len(entries) > 0 {
		r.list("Ds", entries)
	}
	return calls
}

// tell writes blocks; after says that something stands before them.
func (w writer) tell(r *roff, all []block, after bool) {
	for _, b := range all {
		if b.lines != nil {
			r.literal(b.lines)
		} else {
			if after {
				r.do("Pp")
			}
			r.prose(b.text)
		}
		after = true
	}
}

// commands lists the program's commands, each with the page that tells more.
func (w writer) commands() []entry {
	var all []entry
	for _, c := range shown(w.app.Node) {
		all = append(all, entry{"Xr " + w.app.Name + "-" + c.Name + " " + strconv.Itoa(section), c.Help})
	}
	return all
}

// synopsis writes how one command is called.
func synopsis(r *roff, n *kong.Node) {
	if n.Parent.DefaultCmd == n {
		r.do("Nm", line(n.Parent))
		r.do("Op", "Cm", n.Name)
	} else {
		r.do("Nm", line(n))
	}
	written := map[string]bool{}
	for _, f := range flags(n) {
		if len(f.Xor) == 0 {
			option(r, f.Required, flagWords(f))
			continue
		}
		if group := f.Xor[0]; !written[group] {
			written[group] = true
			required := slices.ContainsFunc(flags(n), func(o *kong.Flag) bool { return slices.Contains(o.Xor, group) && o.Required })
			option(r, required, alternatives(n, group))
		}
	}
	for _, p := range n.Positional {
		option(r, p.Required, argumentWords(p))
	}
}

func option(r *roff, required bool, words string) {
	macro, rest, _ := strings.Cut(words, " ")
	switch {
	case !required:
		r.do("Op", words)
	case strings.Contains(words, " | "):
		r.do("Brq", words)
	default:
		r.do(macro, rest)
	}
}

// alternatives writes flags of which only one may be given.
func alternatives(n *kong.Node, group string) string {
	var all []string
	for _, f := range flags(n) {
		if slices.Contains(f.Xor, group) {
			all = append(all, flagWords(f))
		}
	}
	return strings.Join(all, " | ")
}

// flagWords writes a flag as it is given: --title TEXT.
func flagWords(f *kong.Flag) string {
	s := "Fl " + escaped("-"+f.Name)
	if f.Tag.Negatable != "" {
		s = "Fl " + escaped("-[no-]"+f.Name)
	}
	if takesValue(f) {
		s += " Ar " + word(placeholder(f))
	}
	return s
}

func takesValue(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

func placeholder(f *kong.Flag) string {
	if f.PlaceHolder != "" {
		return f.PlaceHolder
	}
	if n := f.Target.Kind(); n >= reflect.Int && n <= reflect.Float64 {
		return "N"
	}
	return strings.ToUpper(f.Name)
}

func argumentWords(p *kong.Positional) string {
	s := "Ar " + word(p.Name)
	if p.IsCumulative() {
		s += ` \&...`
	}
	return s
}

func argumentEntries(n *kong.Node) []entry {
	var all []entry
	for _, p := range n.Positional {
		all = append(all, entry{argumentWords(p), withValues(p)})
	}
	return all
}

func flagEntries(n *kong.Node) []entry {
	var all []entry
	for _, f := range flags(n) {
		head := flagWords(f)
		if f.Short != 0 {
			head = "Fl " + escaped(string(f.Short)) + " , " + head
		}
		text := withValues(f.Value)
		if len(f.Aliases) > 0 {
			text += " Also --" + strings.Join(f.Aliases, ", --") + "."
		}
		for _, e := range f.Envs {
			text += " Also $" + e + "."
		}
		all = append(all, entry{head, text})
	}
	return all
}

// withValues is the help of a flag or argument with the values that it may have.
func withValues(v *kong.Value) string {
	s := strings.TrimSpace(v.Help)
	if s != "" && !endsSentence(s) {
		s += "."
	}
	if v.Enum != "" {
		s += " One of " + strings.Join(v.EnumSlice(), ", ") + "."
	}
	if v.HasDefault && v.Default != "" && !v.IsBool() {
		s += " If it is not said: " + v.Default + "."
	}
	return s
}

// environment lists the variables, those that stand for a flag first.
func (w writer) environment(r *roff) {
	var all []entry
	for _, f := range flags(w.app.Node) {
		for _, e := range f.Envs {
			all = append(all, entry{"Ev " + word(e), "Stands for --" + f.Name + "."})
		}
	}
	for _, v := range w.Settings {
		all = append(all, entry{"Ev " + word(v.Name), v.Meaning})
	}
	if len(all) > 0 {
		r.do("Sh", "ENVIRONMENT")
		r.list("Ds", all)
	}
}

func (w writer) files(r *roff) {
	if len(w.Files) == 0 {
		return
	}
	r.do("Sh", "FILES")
	var all []entry
	for _, f := range w.Files {
		all = append(all, entry{"Pa " + word(f.Path), f.Meaning})
	}
	r.list("Ds", all)
}

// exits lists exit codes.
func (w writer) exits(r *roff, codes []Exit) {
	if len(codes) == 0 {
		return
	}
	r.do("Sh", "EXIT STATUS")
	var all []entry
	for _, e := range codes {
		head := word(strconv.Itoa(e.Code))
		if e.Name != "" {
			head += " Pq " + word(e.Name)
		}
		all = append(all, entry{head, e.Meaning})
	}
	r.list("Ds", all)
}

// someExits lists the exit codes that the help of commands speaks of.
func (w writer) someExits(r *roff, all []*kong.Node) {
	if len(w.Exits) == 0 {
		return
	}
	r.do("Sh", "EXIT STATUS")
	r.prose("All exit codes are listed in")
	r.do("Xr", w.app.Name, strconv.Itoa(section), ".")
	var some []entry
	for _, e := range w.Exits {
		spoken := slices.ContainsFunc(all, func(n *kong.Node) bool {
			return slices.ContainsFunc(exitCode.FindAllStringSubmatch(n.Detail, -1), func(m []string) bool { return m[1] == strconv.Itoa(e.Code) })
		})
		if spoken {
			some = append(some, entry{word(strconv.Itoa(e.Code)), e.Meaning})
		}
	}
	r.list("Ds", some)
}

func (w writer) examples(r *roff, calls []string) {
	if len(calls) == 0 {
		return
	}
	r.do("Sh", "EXAMPLES")
	r.literal(calls)
}

// seeAlso names the pages of the commands that a text speaks of; that of the
// program names those that the options name.
func (w writer) seeAlso(r *roff, n *kong.Node, text string) {
	var all []string
	if n != w.app.Node {
		all = append(all, w.app.Name)
	}
	for _, c := range shown(w.app.Node) {
		if c != n && (n == w.app.Node || speaksOf(text, w.app.Name+" "+c.Name)) {
			all = append(all, w.app.Name+"-"+c.Name)
		}
	}
	slices.Sort(all)
	var refs [][]string
	for _, name := range all {
		refs = append(refs, []string{name, strconv.Itoa(section)})
	}
	if n == w.app.Node {
		for _, other := range w.Related {
			name, rest, _ := strings.Cut(other, "(")
			refs = append(refs, []string{name, strings.TrimSuffix(rest, ")")})
		}
	}
	if len(refs) == 0 {
		return
	}
	r.do("Sh", "SEE ALSO")
	for i, ref := range refs {
		if i+1 < len(refs) {
			ref = append(ref, ",")
		}
		r.do("Xr", ref...)
	}
}

// text is all help at and below a node.
func text(n *kong.Node) string {
	s := n.Help + "\n" + n.Detail + "\n"
	for _, c := range shown(n) {
		s += text(c)
	}
	return s
}

// speaksOf finds words in a text that is broken into lines anywhere.
func speaksOf(text, words string) bool {
	padded := " " + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n(),.;:", r) }), " ") + " "
	return strings.Contains(padded, " "+words+" ")
}
