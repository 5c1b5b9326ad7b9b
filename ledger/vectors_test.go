package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"comity/fault"
)

var update = flag.Bool("update", false, "rewrite the vectors in doc/spec")

// vector is one line of a file under doc/spec/vectors: what another
// implementation is fed, and "ok" or the kind of its refusal.
type vector[T any] struct {
	Name    string `json:"name"`
	Input   T      `json:"input"`
	Outcome string `json:"outcome"`
}

// vectors compares the cases with the committed file, which -update
// rewrites, and gives those of the file.
func vectors[T any](t *testing.T, file string, cases []vector[T]) []vector[T] {
	t.Helper()
	path := filepath.Join("..", "doc", "spec", "vectors", file)
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(cases); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, buf.Bytes()) {
		t.Fatalf("%s is not what this test makes; run it with -update and read the difference", path)
	}
	var read []vector[T]
	if err := json.Unmarshal(committed, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// outcome puts a result into the words of the vectors.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	var e *fault.Error
	if !errors.As(err, &e) || e.Text == "" {
		return "not a fault: " + err.Error()
	}
	return e.Kind.String()
}
