package manual

import (
	"fmt"
	"strings"
)

// bash writes the script for bash. Words are compared, and never handed to
// compgen -W, which would expand what stands in them.
func (s script) bash() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	f := s.function
	p("# %s completion for bash", s.name)
	p("")
	p("%s() {", f)
	p("    local cur=${COMP_WORDS[COMP_CWORD]} before='' at='%s' flag='' rest='' glued='' n=0 i w", s.name)
	p("    COMPREPLY=()")
	p("    for ((i = 1; i < COMP_CWORD; i++)); do")
	p("        w=${COMP_WORDS[i]}")
	p("        case $w in")
	p("        = | :) # the line editor parts words here")
	p("            [[ -n $flag && $w == = ]] || glued=1")
	p("            continue ;;")
	p("        esac")
	p("        if [[ -n $glued ]]; then")
	p("            glued=''")
	p("        elif [[ -n $flag ]]; then")
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
	p("    if [[ -n $glued || $cur == : ]]; then return; fi")
	p("    if [[ $cur == = ]]; then")
	p("        if [[ -z $flag ]]; then return; fi")
	p("        cur=''")
	p("    elif [[ -z $flag && -z $rest && $cur == --*=* ]]; then")
	p("        flag=${cur%%%%=*} before=${cur%%%%=*}= cur=${cur#*=}")
	p("    fi")
	p("    if [[ -n $flag ]]; then")
	p("        %s_value", f)
	p("    elif [[ -z $rest && $cur == -* ]]; then")
	s.standIns(p, "        ")
	p(`        %s_flags "$at"`, f)
	p("    else")
	p("        %s_argument", f)
	p("    fi")
	p("}")
	p("")
	p("%s_words() {", f)
	p("    local w")
	p(`    for w; do if [[ $w == "$cur"* ]]; then COMPREPLY+=("$before$w"); fi; done`)
	p("}")
	p("")
	p("%s_files() { compopt -o default 2>/dev/null; }", f)
	p("")
	p("%s_folders() { compopt -o dirnames 2>/dev/null; }", f)
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
		p("    %s) %s ;;", pattern(prefix, below, fl.names), s.bashValue(fl.value))
	})
	p("    esac")
	p("}")
	p("")
	p("%s_flags() {", f)
	p("    case $1 in")
	for _, sp := range s.spots {
		p("    '%s')", sp.line)
		for _, fl := range sp.flags {
			p("        %s_words %s", f, strings.Join(fl.names, " "))
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
		if len(sp.commands) > 0 {
			p("    '%s')", sp.line)
			p("        if [[ -z $rest && $n == 0 ]]; then %s_words %s; fi", f, strings.Join(names(sp.commands), " "))
		} else {
			p("    '%s')", sp.line)
		}
		p("        case $n in")
		for i, a := range sp.arguments {
			p("        %s) %s ;;", position(i, i+1 == len(sp.arguments) && sp.more), s.bashValue(a))
		}
		p("        esac ;;")
	}
	p("    esac")
	p("}")
	p("")
	p("complete -F %s %s", f, s.name)
	return b.String()
}

// standIns goes on to the command that is meant where none is named, in bash and
// zsh.
func (s script) standIns(p func(string, ...any), indent string) {
	p(indent + "case $at in")
	for _, sp := range s.spots {
		if sp.standsFor != "" {
			p(indent+"'%s') at='%s' ;;", sp.line, sp.standsFor)
		}
	}
	p(indent + "esac")
}

func (s script) bashValue(v value) string {
	switch v.kind {
	case listed:
		return s.function + "_words " + strings.Join(v.words, " ")
	case file:
		return s.function + "_files"
	case folder:
		return s.function + "_folders"
	}
	return ":"
}

// names gives each command by its own name.
func names(all []choice) []string {
	var list []string
	for _, c := range all {
		list = append(list, c.names[0])
	}
	return list
}

// pattern matches a flag at a command, in bash and zsh; below: or at a command
// below that one.
func pattern(prefix string, below bool, names []string) string {
	var all []string
	for _, n := range names {
		if below {
			all = append(all, "'"+prefix+"'*' "+n+"'")
		} else {
			all = append(all, "'"+prefix+" "+n+"'")
		}
	}
	return strings.Join(all, " | ")
}

// position matches the count of arguments before the word.
func position(i int, more bool) string {
	if more {
		return "*"
	}
	return fmt.Sprint(i)
}

// truth is what a shell returns for it.
func truth(b bool) int {
	if b {
		return 0
	}
	return 1
}
