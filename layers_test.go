package comity_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// band puts each package of the module in its band (doc.go). A package may
// import its own band only where within lists it, and lower bands always.
var band = map[string]int{
	"fault": 1, "ref": 1, "wire": 1,
	"seal": 2, "ledger": 2, "vault": 2,
	"party": 3, "intel": 3, "law": 3, "packs": 3, "release": 3, "words": 3, "picture": 3, "record": 3, "message": 3,
	"ftm": 3, "mention": 3, "mention/listed": 3, "mention/ofac": 3,
	"staff": 4, "rulebook": 4, "holdings": 4, "exchange": 4, "casework": 4, "recall": 4, "exposure": 4, "authorisation": 4, "contact": 4, "witness": 4, "courier": 4, "offer": 4, "door": 4,
	"store": 5, "store/sqlite": 5, "store/storetest": 5, "peer": 5, "console": 5, "telemetry": 5, "journal": 5, "saying": 5, "web": 5,
	"intake": 5, "intake/prose": 5, "intake/furniture": 5, "intake/page": 5, "intake/clip": 5, "intake/pdf": 5, "intake/word": 5, "intake/mail": 5, "intake/reader": 5, "intake/bring": 5,
	"intake/prose/prosetest": 6,
	"node":                   6, "node/nodetest": 6, "exchange/exchangetest": 6, "door/doortest": 6, "ledger/ledgertest": 6, "web/browser": 6, "web/browser/browsertest": 6, "web/walk": 6, "demo": 6, "manual": 6, "cmd/comity": 6, "cmd/orx-verify": 6,
}

// within lists the imports inside one band.
var within = map[string][]string{
	"ref":                     {"fault"},
	"wire":                    {"fault", "ref"},
	"ledger":                  {"seal"},
	"intel":                   {"party"},
	"law":                     {"intel", "party"},
	"release":                 {"law", "intel", "party"},
	"words":                   {"release", "law", "intel", "party"},
	"picture":                 {"words", "release", "law", "intel", "party"},
	"record":                  {"law", "intel", "party"},
	"message":                 {"record", "law", "party"},
	"exchange":                {"holdings", "rulebook", "staff"},
	"casework":                {"exchange", "holdings", "rulebook", "staff"},
	"recall":                  {"exchange", "holdings", "rulebook", "staff"},
	"exposure":                {"exchange", "holdings", "rulebook", "staff"},
	"authorisation":           {"exchange", "holdings", "rulebook", "staff"},
	"contact":                 {"exchange", "holdings", "rulebook", "staff"},
	"witness":                 {"exchange", "holdings", "rulebook", "staff"},
	"courier":                 {"exchange", "witness", "holdings", "rulebook", "staff"},
	"offer":                   {"holdings"},
	"door":                    {"staff"},
	"web":                     {"console", "saying", "intake", "intake/bring", "intake/reader"},
	"intake/bring":            {"console", "intake", "intake/reader"},
	"mention":                 {"mention/listed"},
	"mention/ofac":            {"mention/listed"},
	"intake/prose":            {"intake"},
	"intake/furniture":        {"intake", "intake/prose"},
	"intake/page":             {"intake", "intake/clip", "intake/furniture", "intake/prose"},
	"intake/clip":             {"intake", "intake/furniture", "intake/prose"},
	"intake/pdf":              {"intake", "intake/prose"},
	"intake/word":             {"intake", "intake/prose"},
	"intake/mail":             {"intake", "intake/prose"},
	"intake/reader":           {"intake", "intake/page", "intake/clip", "intake/pdf", "intake/word", "intake/mail"},
	"store/sqlite":            {"store"},
	"store/storetest":         {"store"},
	"node/nodetest":           {"node"},
	"exchange/exchangetest":   {"ledger/ledgertest"},
	"demo":                    {"web/browser"},
	"web/browser/browsertest": {"web/browser"},
	"cmd/comity":              {"node", "demo", "manual"},
}

// onlyBelow caps what a package may import whatever its band.
var onlyBelow = map[string]int{"cmd/orx-verify": 4}

// forbidden lists standard packages that a band may not touch.
var forbidden = map[int][]string{
	1: {"context", "net", "net/*", "database/*", "os", "os/*", "math/rand", "math/rand/*", "crypto/*"},
	2: {"context", "net", "net/*", "database/*", "os", "os/*", "math/rand", "math/rand/*"},
	3: {"context", "net", "net/*", "database/*", "os", "os/*", "math/rand", "math/rand/*", "crypto/*"},
	4: {"net/*", "database/*", "os", "os/*", "crypto/*"},
	5: {"math/rand", "math/rand/*", "crypto/*"},
	6: {"math/rand", "math/rand/*", "crypto/*"},
}

// allowed makes exceptions to forbidden, each with its reason.
var allowed = map[string]string{
	"ref crypto/sha256":                 "hashes are no secret's business",
	"store/storetest math/rand/v2":      "a test's dice",
	"peer crypto/tls":                   "TLS at the edge",
	"peer crypto/x509":                  "TLS at the edge",
	"peer crypto/sha256":                "pins of TLS keys",
	"peer crypto/rand":                  "serial numbers of certificates",
	"node crypto/tls":                   "TLS at the edge",
	"node crypto/rand":                  "the randomness that is handed in",
	"node crypto/sha256":                "the sum of the head file",
	"node/nodetest crypto/rand":         "the randomness that is handed in",
	"exchange/exchangetest crypto/rand": "the randomness that is handed in",
	"cmd/comity crypto/rand":            "the randomness that is handed in",
	"message net/url":                   "endpoints on cards are parsed, not dialled",
	"door net/url":                      "the origin of the pages is parsed, not dialled",
	"door net/netip":                    "addresses are compared, not dialled",
	"door/doortest crypto/ecdsa":        "a test's device signs as chips do",
	"door/doortest crypto/elliptic":     "a test's device signs as chips do",
	"door/doortest crypto/sha256":       "a test's device signs as chips do",
	"door/doortest crypto/rand":         "the randomness that is handed in",
}

func TestImportsPointDown(t *testing.T) {
	for pkg, files := range sources(t) {
		b, ok := band[pkg]
		if !ok && pkg != "." {
			t.Errorf("package %s stands in no band: add it to doc.go and to this table", pkg)
			continue
		}
		for _, f := range files {
			for _, imp := range f.imports {
				checkImport(t, pkg, b, f.name, imp)
			}
		}
	}
}

func checkImport(t *testing.T, pkg string, b int, file, imp string) {
	if name, ours := strings.CutPrefix(imp, "comity/"); ours {
		top := b
		if limit, ok := onlyBelow[pkg]; ok {
			top = limit
		}
		if band[name] > top || band[name] == top && !slices.Contains(within[pkg], name) {
			t.Errorf("%s: %s (band %d) may not import %s (band %d)", file, pkg, b, name, band[name])
		}
		return
	}
	for _, pattern := range forbidden[b] {
		hit, _ := path.Match(pattern, imp)
		if hit && allowed[pkg+" "+imp] == "" {
			t.Errorf("%s: band %d may not import %s", file, b, imp)
		}
	}
	if strings.HasPrefix(imp, "database/sql") && !strings.HasPrefix(pkg, "store") {
		t.Errorf("%s: only store speaks SQL", file)
	}
}

// TestBandsBelowHaveNoClock finds the calls by which a pure package could ask
// for the time or for chance.
func TestBandsBelowHaveNoClock(t *testing.T) {
	for pkg, files := range sources(t) {
		if b := band[pkg]; b == 0 || b > 4 {
			continue
		}
		for _, f := range files {
			for _, call := range []string{"time.Now(", "time.Since(", "time.Until(", "rand.Reader", "log.Fatal", "panic("} {
				if strings.Contains(f.text, call) {
					t.Errorf("%s: %s has no place in band %d", f.name, call, band[pkg])
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for pkg, files := range sources(t) {
		docs := 0
		for _, f := range files {
			if f.doc {
				docs++
			}
		}
		if docs != 1 {
			t.Errorf("package %s has %d package comments; it needs exactly one", pkg, docs)
		}
	}
}

func TestNoFileSwallowsEverything(t *testing.T) {
	for _, files := range sources(t) {
		for _, f := range files {
			if n := strings.Count(f.text, "\n"); n > 800 {
				t.Errorf("%s has %d lines", f.name, n)
			}
			if strings.Contains(f.text, "func init()") {
				t.Errorf("%s registers in init", f.name)
			}
		}
	}
}

type source struct {
	name, text string
	imports    []string
	doc        bool
}

// sources parses all hand-written Go files but tests, by package path. It
// reads the files itself, so that the test cache notices every change.
func sources(t *testing.T) map[string][]source {
	t.Helper()
	all := map[string][]source{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "bench" || d.Name() == "node_modules" || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, b, parser.ParseComments)
		if err != nil {
			return err
		}
		s := source{name: p, text: string(b), doc: f.Doc != nil}
		for _, i := range f.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			s.imports = append(s.imports, name)
		}
		pkg := filepath.ToSlash(filepath.Dir(p))
		all[pkg] = append(all[pkg], s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were found: the test looks in the wrong place", len(all))
	}
	return all
}
