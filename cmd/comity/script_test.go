package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	testscript.Main(leaks{m}, map[string]func(){"comity": main, "mend": mend, "spoil": spoil})
}

// leaks fails a run of tests that leaves something running.
type leaks struct{ m *testing.M }

// Run runs the tests.
func (l leaks) Run() int {
	code := l.m.Run()
	if code == 0 {
		ignore := goleak.IgnoreTopFunction("os/signal.signal_recv")
		if err := goleak.Find(ignore, goleak.IgnoreTopFunction("os/signal.loop")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// TestScripts plays the commands as they are typed: one node, two nodes,
// every misuse.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               stage,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":  code,
			"await": await,
			"grab":  grab,
			"crop":  crop,
			"flip":  flip,

			"picture": drawn,
		},
	})
}

// stage gives each script short homes, because a socket's path is bounded,
// and free ports.
func stage(env *testscript.Env) error {
	dir, err := os.MkdirTemp("", "c")
	if err != nil {
		return err
	}
	env.Defer(func() { _ = os.RemoveAll(dir) })
	env.Setenv("H", dir)
	for _, name := range []string{"PORT1", "PORT2"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		env.Setenv(name, fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
		if err := l.Close(); err != nil {
			return err
		}
	}
	for _, name := range []string{"COMITY_HOME", "COMITY_AS", "COMITY_UNLOCK", "COMITY_OFFICER_UNLOCK", "VISUAL", "EDITOR"} {
		env.Setenv(name, "")
	}
	return nil
}

// code N args...: comity must end with exactly this exit code.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N comity args...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = exitCodeOf(err)
	}
	if got != args[0] {
		ts.Fatalf("comity %v ended with %s, want %s", args[2:], got, args[0])
	}
}

// await TEXT args...: runs comity until its output holds the text.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: await TEXT comity args...")
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && holds(ts.ReadFile("stdout"), args[0]) {
			return
		}
	}
	ts.Fatalf("waited in vain for %q", args[0])
}

// grab [-stderr] NAME REGEXP: sets a variable to the first group found in the
// output.
func grab(ts *testscript.TestScript, neg bool, args []string) {
	from := "stdout"
	if len(args) > 0 && args[0] == "-stderr" {
		from, args = "stderr", args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: grab [-stderr] NAME REGEXP")
	}
	found := submatch(args[1], ts.ReadFile(from))
	if found == "" {
		ts.Fatalf("%q is not in the output", args[1])
	}
	ts.Setenv(args[0], found)
}

// crop FILE N: cuts the last N bytes off.
func crop(ts *testscript.TestScript, _ bool, args []string) {
	damage(ts, args, func(b []byte, n int) []byte { return b[:len(b)-n] })
}

// flip FILE N: changes the Nth byte from the end.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	damage(ts, args, func(b []byte, n int) []byte { b[len(b)-n] ^= 1; return b })
}

func damage(ts *testscript.TestScript, args []string, do func([]byte, int) []byte) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(path, do(b, n), 0o600))
}

// mend and spoil are editors for the scripts.
func mend() { rewrite("Manzanillo", "Mazatlan") }

func spoil() { rewrite("TLP:RED", "TLP:PURPLE") }

func rewrite(from, to string) {
	path := os.Args[len(os.Args)-1]
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(replaceAll(string(b), from, to)), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// drawn makes a small picture: picture FILE.
func drawn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: picture FILE")
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	var b bytes.Buffer
	ts.Check(png.Encode(&b, image.NewGray(image.Rect(0, 0, 320, 200))))
	ts.Check(os.WriteFile(path, b.Bytes(), 0o600))
}
