package manual

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"comity/fault"
)

var known = []Known{{"tlp", []string{"amber", "amber+strict", "red"}}}

func completion(t testing.TB, shell string) string {
	t.Helper()
	s, err := Completion(model(t), shell, known...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// typed is what is on the line when the tab is hit, and what it may become.
var typed = []struct {
	line string
	want []string // words; for one: the whole rest of the line
}{
	{"gem pa", []string{"pack", "partner"}},
	{"gem im", []string{"import"}},
	{"gem partner ", []string{"add", "list"}},
	{"gem pal ", []string{"add", "list"}},
	{"gem --json partner ", []string{"add", "list"}},
	{"gem --home /x partner ", []string{"add", "list"}},
	{"gem --home=/x partner ", []string{"add", "list"}},
	{"gem --home partner pa", []string{"pack", "partner"}},
	{"gem import --", []string{"--help", "--home", "--json", "--title", "--limit"}},
	{"gem import --ti", []string{"--title"}},
	{"gem partner add --", []string{"--help", "--home", "--json", "--yes", "--no-yes"}},
	{"gem mark 1 --tlp a", []string{"amber", "amber+strict"}},
	{"gem mark 1 --form p", []string{"pointer"}},
	{"gem mark 1 --form=p", []string{"pointer"}},
	{"gem odd me", []string{"meet"}},
	{"gem sec", nil},
	{"gem import --ba", nil},
	{"gem import -- --", nil},
	{"gem mark 1 ", nil},
	{"gem nothing ", nil},
	{"gem list ", []string{"items", "add", "ruby", "opal"}},
	{"gem list --", []string{"--help", "--home", "--json", "--after", "--sort"}},
	{"gem list items --", []string{"--help", "--home", "--json", "--after", "--sort"}},
	{"gem list add --", []string{"--help", "--home", "--json"}},
	{"gem list --sort o", []string{"old"}},
	{"gem list --after add ru", []string{"ruby"}},
	{"gem list ruby ", []string{"ruby", "opal"}},
}

// In bash the function is called as the line editor does it, which parts words
// at = and :.
func TestBashCompletes(t *testing.T) {
	bash := tool(t, "bash")
	script := completion(t, "bash")
	for _, c := range typed {
		var words []string
		for _, w := range strings.Split(c.line, " ") {
			if name, value, ok := strings.Cut(w, "="); ok {
				words = append(words, name, "=")
				if value == "" {
					continue
				}
				w = value
			}
			words = append(words, w)
		}
		var b strings.Builder
		b.WriteString(script + "\ncompopt() { :; }\nCOMP_WORDS=(")
		for _, w := range words {
			b.WriteString(quoted(w) + " ")
		}
		b.WriteString(")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_gem\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n")
		out, err := runOn(b.String(), bash, "--norc")
		if err != nil {
			t.Errorf("%s: %v %s", c.line, err, out)
		}
		if got := strings.Fields(out); !same(got, c.want, "-h", "-y") {
			t.Errorf("%q becomes %q, not %q", c.line, got, c.want)
		}
	}
}

// same compares without order; more are words that may be there or not.
func same(got, want []string, more ...string) bool {
	got = slices.DeleteFunc(slices.Clone(got), func(w string) bool { return slices.Contains(more, w) })
	want = slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	return slices.Equal(got, want)
}

func TestFishCompletes(t *testing.T) {
	fish := tool(t, "fish")
	script := completion(t, "fish")
	for _, c := range typed {
		out, err := runOn(script+"\ncomplete -C "+fishQuoted(c.line)+"\n", fish, "--no-config")
		if err != nil {
			t.Errorf("%s: %v %s", c.line, err, out)
		}
		var got []string
		for l := range strings.Lines(out) {
			w, _, _ := strings.Cut(strings.TrimSpace(l), "\t")
			got = append(got, strings.TrimPrefix(w, "--form="))
		}
		if !same(got, c.want, "-h", "-y") {
			t.Errorf("%q becomes %q, not %q", c.line, got, c.want)
		}
	}
}

// hostileFolder is where shells complete names of files: some of them hostile.
func hostileFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"report one.md", "$(touch owned).md", "`touch owned`.txt", "zz;touch owned.md"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "repository"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// seat is a shell at a pseudo terminal, with somebody who types.
type seat struct {
	t   *testing.T
	tty *os.File
	out chan string
	dir string
}

func sit(t *testing.T, setUp string, name string, args ...string) *seat {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo terminals here:", err)
	}
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 400})
	s := &seat{t: t, tty: person, out: make(chan string, 1<<16), dir: hostileFolder(t)}
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.Env = []string{"TERM=dumb", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LC_ALL=C.UTF-8", "PS1=> ", "HISTFILE="}
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = tty.Close()
	go func() {
		defer close(s.out)
		b := make([]byte, 4096)
		for {
			n, err := person.Read(b)
			if err != nil {
				return
			}
			s.out <- string(b[:n])
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = person.Close()
	})
	s.write(setUp + "\n")
	s.until("READY<yes>")
	return s
}

func (s *seat) write(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// until reads until the shell has printed a text; the time is there only so that
// a shell which hangs fails the test.
func (s *seat) until(text string) string {
	s.t.Helper()
	var all strings.Builder
	end := time.After(30 * time.Second)
	for {
		if i := strings.LastIndex(all.String(), text); i >= 0 && strings.Contains(all.String()[i:], ">") {
			return all.String()
		}
		select {
		case part, open := <-s.out:
			if !open {
				s.t.Fatalf("the shell ended: %q", all.String())
			}
			all.WriteString(part)
		case <-end:
			s.t.Fatalf("the shell does not answer: %q", all.String())
		}
	}
}

// tab types a line and a tab, and gives what the line became and what was listed.
// Ctrl-T prints the line, Ctrl-U empties it.
func (s *seat) tab(line string) (after, listed string) {
	s.t.Helper()
	s.write(line + "\t\x14")
	out := s.until("LINE<")
	listed, after, _ = strings.Cut(out, "LINE<")
	after, _, _ = strings.Cut(after, ">END")
	s.write("\x15")
	return after, listed
}

// lines are what a tab makes of a line at a real prompt of bash and zsh.
var lines = []struct{ line, after, listed string }{
	{"gem imp", "gem import ", ""},
	{"gem pa", "gem pa", "partner"},
	{"gem partner l", "gem partner list ", ""},
	{"gem import --ti", "gem import --title ", ""},
	{"gem mark 1 --form p", "gem mark 1 --form pointer ", ""},
	{"gem mark 1 --form=p", "gem mark 1 --form=pointer ", ""},
	{"gem list add report", `gem list add report\ one.md `, ""},
	{"gem list --sort o", "gem list --sort old ", ""},
	{"gem list --aft", "gem list --after ", ""},
	{"gem import report", `gem import report\ one.md `, ""},
	{"gem pack check report", `gem pack check report\ one.md `, ""},
	{"gem pack check x report", `gem pack check x report\ one.md `, ""},
	{"gem pack tiles rep", "gem pack tiles repository/", ""},
	{"gem --home rep", "gem --home repository/", ""},
	{"gem mark rep", "gem mark rep", ""},
	{`gem import \$`, `gem import \$\(touch\ owned\).md `, ""},
	{"gem import \\`", "gem import \\`touch\\ owned\\`.txt ", ""},
	{"gem import zz", `gem import zz\;touch\ owned.md `, ""},
	{"gem mark $(touch owned) --form p", "gem mark $(touch owned) --form pointer ", ""},
	{"gem $(touch owned) imp", "gem $(touch owned) imp", ""},
	{"gem odd --", "gem odd --", "--flag"},
}

func TestTabAtThePromptOfBash(t *testing.T) {
	bash := tool(t, "bash")
	script := filepath.Join(t.TempDir(), "gem.bash")
	if err := os.WriteFile(script, []byte(completion(t, "bash")), 0o644); err != nil {
		t.Fatal(err)
	}
	s := sit(t, `bind 'set enable-bracketed-paste off' 2>/dev/null; bind 'set bell-style none'; bind 'set show-all-if-ambiguous on'; `+
		`bind -x '"\C-t": printf "LINE<%s>END" "$READLINE_LINE"'; . `+script+`; printf 'READY<%s>' yes`, bash, "--norc", "--noprofile", "-i")
	s.play()
}

func TestTabAtThePromptOfZsh(t *testing.T) {
	zsh := tool(t, "zsh")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "_gem"), []byte(completion(t, "zsh")), 0o644); err != nil {
		t.Fatal(err)
	}
	s := sit(t, `PS1='> '; unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; fpath=(`+dir+` $fpath); autoload -Uz compinit; compinit -u -D; `+
		`line() { printf 'LINE<%s>END' "$BUFFER" }; zle -N line; bindkey '^T' line; bindkey '^U' kill-whole-line; bindkey '^I' complete-word; unsetopt menu_complete auto_menu; `+
		`setopt auto_list no_list_ambiguous; LISTMAX=10000; printf 'READY<%s>' yes`, zsh, "-f", "-i")
	s.play()
}

func (s *seat) play() {
	s.t.Helper()
	for _, c := range lines {
		after, listed := s.tab(c.line)
		if after != c.after && after != strings.TrimSuffix(c.after, " ") || !strings.Contains(listed, c.listed) {
			s.t.Errorf("%q becomes %q, not %q; listed: %q", c.line, after, c.after, listed)
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, "owned")); err == nil {
		s.t.Error("something that was completed was run")
	}
}

func TestFishCompletesFiles(t *testing.T) {
	fish := tool(t, "fish")
	dir := hostileFolder(t)
	script := completion(t, "fish")
	for line, want := range map[string][]string{
		"gem import rep":                  {"report one.md", "repository/"},
		"gem pack tiles rep":              {"repository/"},
		"gem --home=rep":                  {"--home=repository/"},
		"gem mark rep":                    nil,
		"gem import zz":                   {"zz;touch owned.md"},
		"gem mark (touch owned) --form p": {"pointer"},
		"gem (touch owned) imp":           nil,
	} {
		cmd := exec.Command(fish, "--no-config", "-c", script+"\ncomplete -C "+fishQuoted(line))
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v %s", line, err, out)
		}
		var got []string
		for l := range strings.Lines(string(out)) {
			w, _, _ := strings.Cut(strings.TrimSuffix(l, "\n"), "\t")
			got = append(got, w)
		}
		if !same(got, want) {
			t.Errorf("%q becomes %q, not %q", line, got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("something that was completed was run")
	}
}

func TestCompletionIsRefused(t *testing.T) {
	if _, err := Completion(model(t), "ksh"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "bash, zsh, fish") {
		t.Error(err)
	}
	for _, evil := range []string{"$(touch owned)", "a b", "a'", "a;b", "-x", ""} {
		for _, shell := range Shells {
			if _, err := Completion(model(t), shell, Known{"tlp", []string{evil}}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", evil, err)
			}
			app := model(t)
			app.Children[0].Name = evil
			if _, err := Completion(app, shell); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", evil, err)
			}
			app = model(t)
			app.Children[0].Flags[0].Name = evil
			if _, err := Completion(app, shell); evil != "" && !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", evil, err)
			}
		}
	}
}
