package law

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"comity/fault"
)

// Problems is everything wrong with a pack file, each with file, line and
// column and what to write instead.
type Problems []*fault.Error

// Error gives one problem per line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, e := range p {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Err gives the problems as one fault, or nil if there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	if len(p) == 1 {
		return p[0]
	}
	return fault.New(fault.Invalid, "%s", p.Error())
}

// reader walks the nodes of a pack file and collects what is wrong, so that
// one check shows a lawyer every mistake and not only the first.
type reader struct {
	file     string
	problems Problems
}

func (r *reader) fail(n *yaml.Node, hint, format string, args ...any) {
	r.problems = append(r.problems, fault.New(fault.Invalid, format, args...).
		At("%s:%d:%d", r.file, n.Line, n.Column).Fix("%s", hint))
}

// fields hands each value of a mapping to the function under its key;
// unknown, double and missing keys are problems.
func (r *reader) fields(n *yaml.Node, required string, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "write key: value pairs", "a mapping is expected here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case !ok:
			r.fail(key, "keys known here: "+strings.Join(sortedKeys(known), ", ")+closest(key.Value, known)+belongs[key.Value], "the key %q is not known here", key.Value)
		case seen[key.Value]:
			r.fail(key, "keep one of them", "the key %q stands here twice", key.Value)
		default:
			read(value)
		}
		seen[key.Value] = true
	}
	for _, k := range strings.Fields(required) {
		if !seen[k] {
			r.fail(n, "add "+k+": ...", "the key %q is missing", k)
		}
	}
}

// each hands over the entries of a list.
func (r *reader) each(n *yaml.Node, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "write a list: [a, b], or one entry a line after a hyphen", "a list is expected here")
		return
	}
	for _, c := range n.Content {
		read(c)
	}
}

// text reads a scalar that is neither empty nor over the limit.
func (r *reader) text(n *yaml.Node, limit int) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "write plain text", "a text is expected here")
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if s == "" || len(s) > limit {
		r.fail(n, "write something shorter, but not nothing", "the text is empty or longer than %d bytes", limit)
		return ""
	}
	return s
}

func (r *reader) number(n *yaml.Node, lo, hi int) int {
	var v int
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Decode(&v) != nil || v < lo || v > hi {
		r.fail(n, "write a whole number", "a number from %d to %d is expected here", lo, hi)
		return lo
	}
	return v
}

func (r *reader) truth(n *yaml.Node) bool {
	var v bool
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Decode(&v) != nil {
		r.fail(n, "write true or false", "true or false is expected here")
	}
	return v
}

// oneOf reads a word of a closed list.
func oneOf[T ~string](r *reader, n *yaml.Node, words []T) T {
	s := r.text(n, 64)
	for _, w := range words {
		if string(w) == s {
			return w
		}
	}
	if s != "" {
		list := make([]string, len(words))
		for i, w := range words {
			list[i] = string(w)
		}
		r.fail(n, "write one of: "+strings.Join(list, ", "), "%q is not known here", s)
	}
	var zero T
	return zero
}

// parsed reads a scalar by a function that gives a fault.
func parsed[T any](r *reader, n *yaml.Node, parse func(string) (T, error)) T {
	s := r.text(n, 256)
	if s == "" {
		var zero T
		return zero
	}
	v, err := parse(s)
	if err != nil {
		e := fault.Safe(err)
		r.fail(n, e.Hint, "%s", e.Text)
	}
	return v
}

// belongs tells where a key stands that is often written one level too high.
var belongs = map[string]string{
	"kinds":       "; it belongs under trigger: {kinds: [...]}",
	"counterpart": "; it belongs under trigger: {counterpart: ...}",
	"forms":       "; it belongs under trigger: {forms: [...]}",
	"areas":       "; it belongs under trigger: {areas: [...]}",
	"by":          "; it belongs under authorisation: {by: ...}",
	"amount":      "; it belongs under deadline: {amount: ...}",
	"unit":        "; it belongs under deadline: {unit: ...}",
}
