package manual

import (
	"fmt"
	"strings"
)

// zsh writes the script for zsh: a function for a folder in fpath, which can also
// be sourced.
func (s script) zsh() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	f := s.function
	p("#compdef %s", s.name)
	p("")
	p("%s() {", f)
	p("    local cur=$words[CURRENT] at='%s' flag='' rest='' w", s.name)
	p("    integer n=0 i")
	p("    local -a list")
	p("    for ((i = 2; i < CURRENT; i++)); do")
	p("        w=$words[i]")
	p("        if [[ -n $flag ]]; then")
	p("            flag=''")
	p("        elif [[ -z $rest && $w == -- ]]; then")
	p("            rest=1")
	p("        elif [[ -z $rest && $w == -* ]]; then")
	p("            if %s_takes; then flag=$w; fi", f)
	p("        elif [[ -z $rest ]] && %s_enter; then", f)
	p("            n=0")
	p("        else")
	p("            n=$((n + 1))")
	p("        fi")
	p("    done")
	p("    if [[ -z $flag && -z $rest && $cur == --*=* ]]; then")
	p("        flag=${cur%%%%=*}")
	p("        compset -P '*='")
	p("    fi")
	p("    if [[ -n $flag ]]; then")
	p("        %s_value", f)
	p("    elif [[ -z $rest && $cur == -* ]]; then")
	s.standIns(p, "        ")
	p(`        %s_flags "$at"`, f)
	p("        _describe -o flag list")
	p("    else")
	p("        %s_argument", f)
	p("    fi")
	p("}")
	p("")
	p("%s_enter() {", f)
	p(`    case "$at $w" in`)
	for _, sp := range s.spots {
		for _, c := range sp.commands {
			for _, name := range c.names {
				p("    '%s %s') at='%s %s' ;;", sp.line, name, sp.line, c.names[0])
			}
		}
	}
	p("    *) return 1 ;;")
	p("    esac")
	p("}")
	p("")
	p("%s_takes() {", f)
	p(`    case "$at $w" in`)
	s.cases(func(prefix string, below bool, fl flag) {
		p("    %s) return %d ;;", pattern(prefix, below, fl.names), truth(fl.kind != nothing))
	})
	p("    esac")
	p("    return 1")
	p("}")
	p("")
	p("%s_value() {", f)
	p(`    case "$at $flag" in`)
	s.cases(func(prefix string, below bool, fl flag) {
		p("    %s) %s ;;", pattern(prefix, below, fl.names), zshValue(fl.value))
	})
	p("    esac")
	p("}")
	p("")
	p("%s_flags() {", f)
	p("    case $1 in")
	for _, sp := range s.spots {
		p("    '%s')", sp.line)
		for _, fl := range sp.flags {
			for _, name := range fl.names {
				p("        list+=(%s)", described(name, fl.help))
			}
		}
		if up := above(sp.line); up != "" {
			p("        %s_flags '%s'", f, up)
		}
		p("        ;;")
	}
	p("    esac")
	p("}")
	p("")
	p("%s_argument() {", f)
	p("    case $at in")
	for _, sp := range s.spots {
		p("    '%s')", sp.line)
		if len(sp.commands) > 0 {
			p("        if [[ -z $rest && $n == 0 ]]; then")
			p("            list=(")
			for _, c := range sp.commands {
				p("                %s", described(c.names[0], c.help))
			}
			p("            )")
			p("            _describe command list")
			p("        fi")
		}
		p("        case $n in")
		for i, a := range sp.arguments {
			p("        %s) %s ;;", position(i, i+1 == len(sp.arguments) && sp.more), zshValue(a))
		}
		p("        esac ;;")
	}
	p("    esac")
	p("}")
	p("")
	p("if [[ $funcstack[1] == %s ]]; then", f)
	p(`    %s "$@"`, f)
	p("else")
	p("    compdef %s %s", f, s.name)
	p("fi")
	return b.String()
}

func zshValue(v value) string {
	switch v.kind {
	case listed:
		return "compadd -- " + strings.Join(v.words, " ")
	case file:
		return "_files"
	case folder:
		return "_files -/"
	}
	return ":"
}

// described is a word with its help, as _describe parts them: at a colon.
func described(name, help string) string {
	return quoted(name + ":" + strings.ReplaceAll(help, `\`, `\\`))
}

// quoted is one word of bash and zsh, in which nothing is expanded.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
