package words_test

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"comity/intel"
	"comity/law"
	"comity/words"
)

// lines reads a file of a language: English and what it is.
func lines(t *testing.T, file string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	said := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if strings.HasPrefix(s.Text(), "#") {
			continue
		}
		english, text, ok := strings.Cut(s.Text(), "\t")
		if !ok || english == "" || text == "" || said[english] != "" {
			t.Errorf("%s: %q has no tab and Spanish, or stands there twice", file, s.Text())
		}
		if strings.Count(english, "%s") != strings.Count(text, "%s") || strings.Count(english, "%d") != strings.Count(text, "%d") {
			t.Errorf("%s: %q is filled with something else than its English", file, text)
		}
		said[english] = text
	}
	return said
}

// literals gives the texts that stand in the sources of a package, or in some of its
// functions, but for those that faults are made of.
func literals(t *testing.T, dir string, functions ...string) (list []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no sources", err)
	}
	left := slices.Clone(functions)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); len(functions) > 0 {
				if !ok || !slices.Contains(functions, fn.Name.Name) {
					continue
				}
				left = slices.DeleteFunc(left, func(s string) bool { return s == fn.Name.Name })
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if s, ok := call.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "New" || s.Sel.Name == "Fix") {
						return false
					}
				}
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					if text, err := strconv.Unquote(l.Value); err == nil {
						list = append(list, text)
					}
				}
				return true
			})
		}
	}
	if len(left) > 0 {
		t.Fatalf("%s has no functions %v any more", dir, left)
	}
	return list
}

// Whatever a picture says has its Spanish, and nothing else does.
func TestPicturesAreSaidInSpanish(t *testing.T) {
	said := lines(t, "es.txt")
	texts := append(literals(t, "../picture"), literals(t, ".")...)
	for _, f := range []intel.Form{intel.Copy, intel.Room, intel.Substitute, intel.Pointer, intel.Withheld} {
		texts = append(texts, f.String())
	}
	for _, u := range []law.Unit{law.Hour, law.Day, law.Month} {
		texts = append(texts, string(u), string(u)+"s")
		for _, c := range []law.Calendar{law.CalendarDays, law.WorkingDays, law.Ambiguous} {
			if u == law.Day {
				texts = append(texts, string(c)+" "+string(u), string(c)+" "+string(u)+"s")
			}
		}
	}
	texts = append(texts, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
	for english := range said {
		if !slices.Contains(texts, english) {
			t.Errorf("es.txt: nothing says %q", english)
		}
	}
	for _, text := range texts {
		drawing := strings.ContainsAny(text, "<=") || strings.Contains(text, "Arial") || strings.Contains(text, "2006") || strings.HasPrefix(text, "%.") || text == "1 byte" // sizes are the same in all
		if said[text] == "" && !drawing && strings.Contains(strings.Trim(text, " "), " ") && strings.ToLower(text) != strings.ToUpper(text) {
			t.Errorf("%q has no Spanish in es.txt", text)
		}
	}
}

// reasoned are the functions of release in which sentences are made.
var reasoned = []string{"why", "handling", "unlock", "loosen", "unauthorised", "whyUnknown", "askText", "unknown"}

// Whatever a plan gives as a reason has its Spanish, and nothing else does: what stands
// between the gaps of a sentence stands so in the source.
func TestReasonsAreSaidInSpanish(t *testing.T) {
	said := lines(t, "sentences_es.txt")
	source := strings.Join(literals(t, "../release", reasoned...), "\n")
	for _, text := range literals(t, "../release", reasoned...) {
		text = strings.TrimSpace(text)
		found := false
		for english := range said {
			found = found || strings.Contains(english, text) || strings.Contains(english, strings.Replace(text, "%s: %s", ": %s", 1))
		}
		if strings.Count(text, " ") >= 2 && !found && text != "%s %s %s (%s) under %s" {
			t.Errorf("%q has no Spanish in sentences_es.txt", text)
		}
	}
	for english := range said {
		if !strings.Contains(english, " ") { // what stands in a sentence
			continue
		}
		for part := range strings.SplitSeq(english, "%s") {
			if part = strings.Trim(strings.TrimPrefix(part, "; asking tells it and"), " :()"); part != "" && !strings.Contains(source, part) && !strings.Contains(source, strings.TrimSuffix(part, " under")) {
				t.Errorf("sentences_es.txt: no plan says %q of %q", part, english)
			}
		}
	}
}

func TestTold(t *testing.T) {
	es := words.In("es")
	for english, want := range map[string]string{
		"mx/semar must tell mx/sre (summary+contact) under mx-statute-2020/MX-70a":                        "mx/semar debe informar a mx/sre (resumen, y el contacto) según mx-statute-2020/MX-70a",
		"us/dea can be ordered to tell us/doj (full) under structure/chain-of-command":                    "a us/dea se le puede ordenar que informe a us/doj (texto completo) según la cadena de mando",
		"a/b must authorise this beforehand under x/y; asking tells it: exists":                           "a/b debe autorizarlo antes según x/y; al preguntar llega a saber: que existe",
		"a/b must authorise this beforehand under x/y; asking tells it and its members a/c, a/d: contact": "a/b debe autorizarlo antes según x/y; al preguntar, eso y sus miembros a/c, a/d llegan a saber: el contacto",
		"ask without --never %s=x, or let it allow more":                                                  "pregunte sin --never %s=x, o deje que permita más",
		"the portion has expired": "el párrafo ha caducado",
	} {
		if got, ok := es.Told(english); !ok || got != want {
			t.Errorf("%q is %q", english, got)
		}
		if got, ok := (words.Tongue{}).Told(english); !ok || got != english {
			t.Errorf("in English %q is %q", english, got)
		}
	}
	for _, strange := range []string{"", "something else", "must tell", "the portion has expired.", strings.Repeat("a must tell b (c) under ", 1000)} {
		if got, ok := es.Told(strange); ok && got != strange && !strings.HasPrefix(strange, "a must") {
			t.Errorf("%q is said to be %q", strange, got)
		}
	}
}
