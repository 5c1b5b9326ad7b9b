package saying_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// formatsOf gives the arguments of a call that are formats of faults, or texts that
// are handed on whole.
func (s *spoken) formatsOf(owner string, call *ast.CallExpr) []ast.Expr {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		x, _ := f.X.(*ast.Ident)
		switch {
		case x != nil && x.Name == "fault" && f.Sel.Name == "New":
			return unless(bland(call), whole(call.Args[1:]))
		case f.Sel.Name == "Fix" && len(call.Args) > 0:
			return unless(bland(made(f.X)), whole(call.Args))
		}
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	return s.carried(owner, name, call)
}

func unless(no bool, list []ast.Expr) []ast.Expr {
	if no {
		return nil
	}
	return list
}

// whole gives the format, or what "%s" hands on.
func whole(args []ast.Expr) []ast.Expr {
	if text, ok := literal(args[0]); ok && text == "%s" && len(args) == 2 {
		return args[1:]
	}
	return args[:1]
}

func (s *spoken) carried(owner, name string, call *ast.CallExpr) []ast.Expr {
	var list []ast.Expr
	pkg, decl, _ := strings.Cut(owner, ".")
	decl, _, _ = strings.Cut(decl, ".")
	formats := s.carries[pkg+"."+decl+"."+name]
	if formats == nil {
		formats = s.carries[pkg+"."+name]
	}
	for n := range formats {
		if n < len(call.Args) {
			list = append(list, call.Args[n])
		}
	}
	return list
}

// bland tells the kinds of which the pages say only that they happened.
func bland(made *ast.CallExpr) bool {
	if made == nil {
		return false
	}
	k, ok := made.Args[0].(*ast.SelectorExpr)
	return ok && (k.Sel.Name == "Internal" || k.Sel.Name == "Withheld")
}

// made finds the fault.New with which a chain of calls begins.
func made(e ast.Expr) *ast.CallExpr {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return nil
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if x, ok := f.X.(*ast.Ident); ok && x.Name == "fault" && f.Sel.Name == "New" {
		return call
	}
	return made(f.X)
}

// helper notes a function that hands one of its own arguments on as a format.
func (s *spoken) helper(f function) {
	s.calls(f, func(format ast.Expr) {
		id, ok := format.(*ast.Ident)
		if n := slices.Index(f.params, nameOf(id)); ok && n >= 0 {
			if s.carries[f.name] == nil {
				s.carries[f.name] = map[int]bool{}
			}
			s.carries[f.name][n] = true
		}
	})
}

func nameOf(id *ast.Ident) string {
	if id == nil {
		return ""
	}
	return id.Name
}

func (s *spoken) calls(f function, do func(format ast.Expr)) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !unheard[f.name] {
			for _, format := range s.formatsOf(f.name, call) {
				do(format)
			}
		}
		return true
	})
}

// collect notes the formats of a function that stand there as literals, or in a
// variable of it.
func (s *spoken) collect(f function) {
	s.calls(f, func(format ast.Expr) {
		if id, ok := format.(*ast.Ident); ok {
			for _, value := range values(f, id.Name) {
				s.note(value)
			}
			return
		}
		s.note(format)
	})
}

func (s *spoken) note(format ast.Expr) {
	text, ok := literal(format)
	if _, known := s.formats[text]; ok && !known && text != "" && text != "%s" {
		at := s.files.Position(format.Pos())
		s.formats[text] = fmt.Sprintf("%s:%d", at.Filename, at.Line)
	}
}

// values gives what a variable is set to inside a function.
func values(f function, name string) []ast.Expr {
	var list []ast.Expr
	ast.Inspect(f.body, func(n ast.Node) bool {
		set, ok := n.(*ast.AssignStmt)
		for i := 0; ok && i < len(set.Lhs) && len(set.Lhs) == len(set.Rhs); i++ {
			if id, is := set.Lhs[i].(*ast.Ident); is && id.Name == name {
				list = append(list, set.Rhs[i])
			}
		}
		return true
	})
	return list
}

// unheard are helpers whose texts never come to a page one by one: a pack is checked
// at the command line, and all that is wrong with it is told in one piece.
var unheard = map[string]bool{"law.fail": true, "law.document.bad": true, "law.document": true}
