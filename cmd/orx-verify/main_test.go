package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type vector struct{ Name, Node, Key, Input, Outcome string }

func vectors(t *testing.T) []vector {
	t.Helper()
	b, err := os.ReadFile("../../doc/spec/vectors/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < 20 {
		t.Fatal(len(list), err)
	}
	return list
}

func verify(args ...string) (int, string, string) {
	var out, errs bytes.Buffer
	code := run(args, &out, &errs)
	return code, out.String(), errs.String()
}

// The program holds or refuses each vector, says so in words and in JSON, and
// exits accordingly.
func TestVectors(t *testing.T) {
	for i, v := range vectors(t) {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, []byte(v.Input+strings.Repeat("\n", i%2)), 0o600); err != nil {
			t.Fatal(err)
		}
		want, word := 1, "BROKEN"
		if v.Outcome == "ok" {
			want, word = 0, "holds"
		}
		code, out, errs := verify("--node", v.Node, "--key", v.Key, file)
		if code != want || !strings.Contains(out, word) {
			t.Errorf("%s: exit %d, %s%s", v.Name, code, out, errs)
		}
		code, out, _ = verify("--json", "--node", v.Node, "--key", v.Key, file)
		var said struct {
			OK  bool
			Why string
		}
		if err := json.Unmarshal([]byte(out), &said); err != nil || said.OK != (want == 0) || code != want || said.OK == (said.Why != "") {
			t.Errorf("%s: exit %d, %s (%v)", v.Name, code, out, err)
		}
	}
}

// One broken receipt among good ones is enough for exit 1.
func TestOneBrokenIsEnough(t *testing.T) {
	list := vectors(t)
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good"), filepath.Join(dir, "bad")
	if os.WriteFile(good, []byte(list[0].Input), 0o600) != nil || os.WriteFile(bad, []byte(list[1].Input), 0o600) != nil {
		t.Fatal("no files")
	}
	for _, order := range [][]string{{good, bad}, {bad, good}} {
		code, out, _ := verify(append([]string{"--node", list[0].Node, "--key", list[0].Key}, order...)...)
		if code != 1 || !strings.Contains(out, "holds") || !strings.Contains(out, "BROKEN") {
			t.Errorf("exit %d:\n%s", code, out)
		}
	}
	code, out, _ := verify("--node", "mx/fgr", "--key", list[0].Key, good)
	if code != 1 || !strings.Contains(out, "claims to be from mx/semar, and you gave the card or key of mx/fgr") {
		t.Errorf("another node's name: exit %d, %s", code, out)
	}
}

func TestMisuse(t *testing.T) {
	list := vectors(t)
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"nothing":      {},
		"no receipt":   {"--node", "mx/semar", "--key", list[0].Key},
		"no giver":     {file},
		"key alone":    {"--key", list[0].Key, file},
		"node alone":   {"--node", "mx/semar", file},
		"both":         {"--card", file, "--node", "mx/semar", "--key", list[0].Key, file},
		"bad node":     {"--node", "MX", "--key", list[0].Key, file},
		"bad key":      {"--node", "mx/semar", "--key", "ed25519:zzzz", file},
		"bad flag":     {"--kay", "x", file},
		"no such card": {"--card", file + ".none", file},
		"not a card":   {"--card", file, file},
		"no such file": {"--node", "mx/semar", "--key", list[0].Key, file + ".none"},
		"a folder":     {"--node", "mx/semar", "--key", list[0].Key, filepath.Dir(file)},
	} {
		code, out, errs := verify(args...)
		if code != 2 || errs == "" || strings.Contains(out, "holds") {
			t.Errorf("%s: exit %d, %q %q", name, code, out, errs)
		}
	}
	if code, out, _ := verify("--help"); code != 0 || !strings.Contains(out, "Exit codes") {
		t.Error("no help")
	}
}

// A file's name cannot write on the screen.
func TestNamesAreShownAsTheyAre(t *testing.T) {
	list := vectors(t)
	evil := filepath.Join(t.TempDir(), "a\r\x1b[2Kholds   good.json: all is well\x1b[8m")
	if err := os.WriteFile(evil, []byte("{}"), 0o600); err != nil {
		t.Skip("this file system takes no such name")
	}
	for _, file := range []string{evil, evil + ".none"} {
		_, out, errs := verify("--node", list[0].Node, "--key", list[0].Key, file)
		if strings.ContainsAny(out+errs, "\r\x1b") {
			t.Errorf("%q %q", out, errs)
		}
	}
}
