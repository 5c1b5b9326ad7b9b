package main

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every command's help has an example that can be typed as it stands: the line
// names this very command, and the command line takes its flags and arguments.
func TestEveryHelpHasAnExample(t *testing.T) {
	// A file that an example names need not be there.
	here := kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		return ctx.Scan.PopValueInto("file", target.Addr().Interface())
	})
	parserOf := func() *kong.Kong {
		var c commands
		parser, err := kong.New(&c, kong.Name("comity"), kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}), kong.NamedMapper("existingfile", here))
		if err != nil {
			t.Fatal(err)
		}
		return parser
	}
	for _, leaf := range parserOf().Model.Leaves(false) {
		name := leaf.FullPath()
		found := false
		for line := range strings.Lines(leaf.Detail) {
			if !strings.HasPrefix(line, "    comity ") {
				continue
			}
			words := typed(line)
			parsed, err := parserOf().Parse(words[1:])
			if err != nil {
				t.Errorf("%s: the example %q is not taken: %v", name, strings.TrimSpace(line), err)
				continue
			}
			found = found || "comity "+path(parsed) == name
		}
		if !found {
			t.Errorf("%s: its help has no line that begins with four spaces and shows how it is typed", name)
		}
	}
}

// typed parts a line as a shell does, as far as the examples go, and leaves out
// where its output goes.
func typed(line string) []string {
	var words []string
	for i, quoted := range strings.Split(strings.TrimSpace(line), `"`) {
		if i%2 == 1 {
			words = append(words, quoted)
			continue
		}
		words = append(words, strings.Fields(quoted)...)
	}
	if to := slices.Index(words, ">"); to >= 0 {
		words = words[:to]
	}
	return words
}

// path names the command that was parsed, without its arguments.
func path(c *kong.Context) string {
	words := strings.Fields(c.Command())
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "<") }), " ")
}
