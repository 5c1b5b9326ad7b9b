package saying_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// spoken is what the sources say: the formats of faults, with where the first stands,
// and every literal, of which the words are that formats are filled with.
type spoken struct {
	formats map[string]string
	words   map[string]bool
	files   *token.FileSet
	carries map[string]map[int]bool // helpers by name, and which of their arguments are formats
	t       *testing.T
}

func spokenIn(t *testing.T, packages []string) *spoken {
	s := &spoken{map[string]string{}, map[string]bool{}, token.NewFileSet(), map[string]map[int]bool{}, t}
	for _, pkg := range packages {
		funcs := s.read(pkg)
		for before := -1; before != len(s.carries); { // helpers of helpers
			before = len(s.carries)
			for _, f := range funcs {
				s.helper(f)
			}
		}
		for _, f := range funcs {
			s.collect(f)
		}
	}
	return s
}

// function is a function, or a helper inside one, whose name begins with its owner's.
type function struct {
	name   string
	params []string
	body   *ast.BlockStmt
}

func (s *spoken) read(pkg string) []function {
	entries, err := os.ReadDir(pkg)
	if err != nil {
		s.t.Fatal(err)
	}
	var funcs []function
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(s.files, path.Join(pkg, e.Name()), nil, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		owner := pkg
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if owner = pkg + "." + n.Name.Name; n.Body != nil {
					funcs = append(funcs, function{owner, params(n.Type), n.Body})
				}
			case *ast.AssignStmt:
				lit, isFunc := n.Rhs[0].(*ast.FuncLit)
				if id, named := n.Lhs[0].(*ast.Ident); isFunc && named {
					funcs = append(funcs, function{owner + "." + id.Name, params(lit.Type), lit.Body})
				}
			case ast.Expr:
				if text, ok := literal(n); ok {
					s.words[text] = true
				}
			}
			return true
		})
	}
	return funcs
}

func params(t *ast.FuncType) []string {
	var names []string
	for _, field := range t.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// literal gives a string that stands in the source, in one piece or several.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return literal(e.X)
	case *ast.BinaryExpr:
		x, ok := literal(e.X)
		y, also := literal(e.Y)
		return x + y, ok && also && e.Op == token.ADD
	}
	return "", false
}
