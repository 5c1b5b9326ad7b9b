package manual

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"pgregory.net/rapid"

	"comity/fault"
)

func pages(t testing.TB) map[string]string {
	t.Helper()
	all, err := Pages(model(t), options())
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, p := range all {
		texts[p.File()] = p.Text
	}
	return texts
}

func TestPagesTellWhatTheModelTells(t *testing.T) {
	all := pages(t)
	if len(all) != 8 {
		t.Errorf("%d pages", len(all))
	}
	for file, parts := range map[string][]string{
		"gem.1": {".Dd November 3, 2026\n.Dt GEM 1\n.Os \"gem 1.2\"\n.Sh NAME\n.Nm gem\n.Nd keep gems\n",
			".It Xr gem-import 1\nMake an item of a text; see gem mark.\n", ".It Fl \\-home Ar \\&DIR\nThe home folder.\nAlso $GEM_HOME.\n",
			".It Ev GEM_HOME\n", ".It Ev NO_COLOR\n", ".It Pa \\(ti/.gem/config.toml\n", ".It \\&3 Pq blocked\n", ".Xr orx-verify 1\n"},
		"gem-import.1": {".Nd make an item of a text; see gem mark\n", ".Nm gem import\n.Op Fl \\-title Ar TEXT\n.Op Fl \\-limit Ar \\&N\n.Ar file\n",
			"How many.\nIf it is not said: 50.\n", "Then:\n.Bd -literal -offset indent\ngem mark 1\n.Ed\n.Pp\nA paragraph of two lines.\n",
			".Sh EXAMPLES\n.Bd -literal -offset indent\ngem import boats.md \\-\\-title \\(dqboats\\(dq\ngem import \\- < boats.md\n.Ed\n",
			".It \\&3\nA promise would be broken.\n", ".Xr gem 1 ,\n.Xr gem-mark 1\n"},
		"gem-pack.1":    {".Nm gem pack check\n.Ar file \\&...\n", ".Ss gem pack tiles\n"},
		"gem-list.1":    {".Nm gem list\n.Op Cm items\n", ".Nm gem list add\n", "This is done if no other command is named.\n"},
		"gem-judge.1":   {".Brq Fl \\-given | Fl \\-refused\n"},
		"gem-mark.1":    {"The form.\nOne of copy, pointer.\n"},
		"gem-partner.1": {"It also goes by pal.\n", ".It Fl y , Fl \\-[no\\-]yes\n"},
	} {
		for _, part := range parts {
			if !strings.Contains(all[file], part) {
				t.Errorf("%s lacks %q:\n%s", file, part, all[file])
			}
		}
	}
	for file, text := range all {
		if strings.Contains(text, "ecret") || strings.Contains(text, "\\-back") || strings.Contains(text, "Nobody is told") {
			t.Errorf("%s tells of what is hidden", file)
		}
	}
	if strings.Contains(all["gem-import.1"], "All is well") {
		t.Error("the page of a command lists codes that its help does not speak of")
	}
}

// What comes from the model is text: no line of it is a request to roff, and
// every sign is set as itself.
func TestHostileHelpIsSetAsItStands(t *testing.T) {
	page := pages(t)["gem-odd.1"]
	for l := range strings.Lines(page) {
		if strings.Contains(l, "OWNED") && strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			t.Errorf("taken for a request: %q", l)
		}
	}
	man := tool(t, "mandoc")
	out, err := runOn(page, man, "-Tutf8", "-Owidth=400")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{hostile, ".Sh OWNED 'br owned", "'br \\n"} {
		if got := squeezed(struck(out)); !strings.Contains(got, squeezed(want)) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// struck takes away how a terminal is told to print bold and underlined.
func struck(s string) string {
	r := []rune(s)
	var out []rune
	for _, c := range r {
		if c == '\b' && len(out) > 0 {
			out = out[:len(out)-1]
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(name + " is not installed")
	}
	return path
}

func runOn(input, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// mandoc finds no fault, down to matters of style: but that pages are not
// installed here, and that the program names itself below them.
func TestMandocFindsNoFault(t *testing.T) {
	man := tool(t, "mandoc")
	for file, text := range pages(t) {
		out, _ := runOn(text, man, "-Tlint", "-Wall")
		for l := range strings.Lines(out) {
			if !strings.Contains(l, "referenced manual not found") && !strings.Contains(l, "operating system explicitly specified") {
				t.Errorf("%s: %s", file, l)
			}
		}
	}
	if out, _ := runOn(".Dd\n.Sh NAME\nx  \n", man, "-Tlint", "-Wall"); !strings.Contains(out, "WARNING") {
		t.Error("mandoc would find fault with nothing")
	}
}

func TestGroffFindsNoFault(t *testing.T) {
	groff := tool(t, "groff")
	if out, _ := runOn(".Dd Today\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd x\n", groff, "-mdoc", "-Tutf8"); !strings.Contains(out, "NAME") {
		t.Skip("groff has no mdoc macros here")
	}
	for file, text := range pages(t) {
		if out, err := runOn(text, groff, "-mdoc", "-Tutf8", "-ww", "-z"); err != nil || out != "" {
			t.Errorf("%s: %s %v", file, out, err)
		}
	}
}

func TestPagesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*kong.Application, *Options)
		kind  fault.Kind
	}{
		"no date":             {func(_ *kong.Application, o *Options) { o.Date = time.Time{} }, fault.Invalid},
		"a path as a name":    {func(a *kong.Application, _ *Options) { a.Children[0].Name = "/../x" }, fault.Invalid},
		"a line as a name":    {func(a *kong.Application, _ *Options) { a.Children[0].Name = "x\n.so /etc/passwd" }, fault.Invalid},
		"a control character": {func(a *kong.Application, _ *Options) { a.Children[0].Help = "red \x1b[31m" }, fault.Invalid},
		"a related page":      {func(_ *kong.Application, o *Options) { o.Related = []string{"x\n.so(1)"} }, fault.Invalid},
		"a branch":            {func(a *kong.Application, _ *Options) { a.Children[0].Type = kong.ArgumentNode }, fault.Unsupported},
	} {
		app, o := model(t), options()
		c.spoil(app, &o)
		if p, err := Pages(app, o); !fault.Is(err, c.kind) || p != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Pages(nil, options()); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

// Whatever stands in a help text: no line of the page is a request that this
// package did not write.
func TestNoTextBecomesARequest(t *testing.T) {
	macros := map[string]bool{}
	for _, m := range strings.Fields("Dd Dt Os Sh Ss Nm Nd Op Ar Fl Brq Cm Pp Bd Ed Bl It El Xr") {
		macros["."+m] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{".", "'", "\\", "\n", " ", "\"", "Sh", ".Sh X", "    ", "-", "\t", "é", "\\\n", "a", "`", "…", "\\&"}))
		text := strings.Join(pieces.Draw(t, "text"), "")
		app, err := kong.New(&struct {
			Do struct {
				X string `arg:"" optional:"" help:"x"`
			} `cmd:"" help:"y"`
		}{}, kong.Name("gem"), kong.Description("Gems."))
		if err != nil {
			t.Fatal(err)
		}
		app.Model.Children[0].Help, app.Model.Children[0].Detail = text, text
		app.Model.Children[0].Positional[0].Help = text
		all, err := Pages(app.Model, options())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			for l := range strings.Lines(p.Text) {
				m, _, _ := strings.Cut(strings.TrimSpace(l), " ")
				if strings.HasPrefix(l, ".") && !macros[m] && !strings.HasPrefix(l, ".Ev") && !strings.HasPrefix(l, ".Pa") || strings.HasPrefix(l, "'") {
					t.Fatalf("%q in %q", l, text)
				}
				if bs := strings.NewReplacer(`\e`, "", `\-`, "", `\&`, "", `\(aq`, "", `\(ga`, "", `\(dq`, "", `\(ti`, "", `\(ha`, "", `\[u`, "").Replace(l); strings.Contains(bs, `\`) {
					t.Fatalf("an escape that is not ours: %q in %q", l, text)
				}
			}
		}
	})
}

// The pages can be found and are read by man itself.
func TestManShowsThePages(t *testing.T) {
	man := tool(t, "man")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "man1"), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range pages(t) {
		if err := os.WriteFile(filepath.Join(dir, "man1", file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(man, "-M", dir, "gem-import")
	cmd.Env = append(os.Environ(), "MANPAGER=cat", "PAGER=cat", "MANWIDTH=80", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil && strings.Contains(string(out), "minimized") {
		t.Skip("man is a stub here")
	}
	if err != nil || !strings.Contains(struck(string(out)), "gem import - < boats.md") {
		t.Errorf("%v: %s", err, out)
	}
}
