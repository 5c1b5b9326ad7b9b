package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"comity/demo"
)

// programs builds both programs once, side by side as make build does.
func programs(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "comity")
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "comity-built-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "comity/cmd/comity", "comity/cmd/orx-verify")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("%w: %s", err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := built(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// The story plays to its end between real processes, with the project's own
// report and with others, and each step says that it did what it says.
func TestPlay(t *testing.T) {
	comity := programs(t)
	for name, text := range map[string]string{
		"own":            "",
		"one portion":    "Everything in one breath.",
		"two portions":   "General.\n\nSource R-1.",
		"three portions": "# Title\r\n\r\nGeneral.\r\n\r\nName: Efraín Ñúñez.\r\n\r\nSource R-1.\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			o := demo.Options{Comity: comity, JSON: true, Out: &out, Keep: filepath.Join(t.TempDir(), "nodes")}
			if text != "" {
				o.Report = filepath.Join(t.TempDir(), "r.md")
				if err := os.WriteFile(o.Report, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := demo.Play(context.Background(), o); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			for i, l := range lines {
				var step struct {
					Step int
					OK   bool
					Said []string
				}
				if err := json.Unmarshal([]byte(l), &step); err != nil || step.Step != i+1 || !step.OK || len(step.Said) == 0 {
					t.Errorf("%s (%v)", l, err)
				}
			}
			if len(lines) < 14 {
				t.Errorf("only %d steps", len(lines))
			}
		})
	}
}

// What cannot be played is refused before any node is made.
func TestPlayRefuses(t *testing.T) {
	comity := programs(t)
	file := func(content string) string {
		f := filepath.Join(t.TempDir(), "r.md")
		if err := os.WriteFile(f, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return f
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]demo.Options{
		"no such report":   {Comity: comity, Report: "/nonexistent/r.md"},
		"empty report":     {Comity: comity, Report: file("")},
		"not text":         {Comity: comity, Report: file("a\x00b")},
		"bad utf-8":        {Comity: comity, Report: file("line one\n\nline \xff\xfe three")},
		"folder not empty": {Comity: comity, Keep: full},
		"no verifier":      {Comity: filepath.Join(full, "comity")},
	} {
		var out bytes.Buffer
		o.Out = &out
		if err := demo.Play(context.Background(), o); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, told %q", name, err, out.String())
		} else if !strings.Contains(err.Error(), "(") {
			t.Errorf("%s: the error does not say what to do: %v", name, err)
		}
	}
}
