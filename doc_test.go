package comity_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// SQLite in Go stands on one exact version of its C library in Go; any other
// may corrupt quietly.
func TestSQLiteHasItsOwnLibc(t *testing.T) {
	where, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`modernc\.org/libc (v\S+)`)
	of := func(file string) string {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := version.FindSubmatch(b)
		if m == nil {
			t.Fatalf("%s names no modernc.org/libc", file)
		}
		return string(m[1])
	}
	if ours, theirs := of("go.mod"), of(strings.TrimSpace(string(where))); ours != theirs {
		t.Errorf("modernc.org/libc is %s here, and modernc.org/sqlite wants %s", ours, theirs)
	}
}

// Every module that the product or its tests name directly has its reason in
// doc/dependencies.md, and none stands there that is gone.
func TestEveryDependencyHasItsReason(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("doc/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		named[m[1]] = true
		if !strings.Contains(string(doc), "| "+m[1]+" |") {
			t.Errorf("doc/dependencies.md has no line for %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z]\S+\.\S+) \|`).FindAllStringSubmatch(string(doc), -1) {
		if !named[m[1]] {
			t.Errorf("doc/dependencies.md speaks of %s, which go.mod does not name", m[1])
		}
	}
}

// The list of formats names files that are there, and all of them.
func TestSpecListsItsPagesAndVectors(t *testing.T) {
	index, err := os.ReadFile("doc/spec/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"doc/spec", "doc/spec/vectors"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); !e.IsDir() && name != "README.md" && !strings.Contains(string(index), name) {
				t.Errorf("doc/spec/README.md does not name %s", name)
			}
		}
	}
	for _, m := range regexp.MustCompile("`([a-z-]+\\.json)`").FindAllStringSubmatch(string(index), -1) {
		if _, err := os.Stat("doc/spec/vectors/" + m[1]); err != nil {
			t.Errorf("doc/spec/README.md names %s, which is not there", m[1])
		}
	}
}
