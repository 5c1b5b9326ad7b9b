package manual

import (
	"fmt"
	"strings"
)

// fish writes the script for fish: one function that lists what can be typed,
// and which is all that fish evaluates.
func (s script) fish() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	f := "_" + s.function
	p("# %s completion for fish", s.name)
	p("")
	p("function %s", f)
	p("    set -l cur (commandline -ct)")
	p("    set -l words (commandline -opc)")
	p("    set -e words[1]")
	p("    set -l at '%s'", s.name)
	p("    set -l flag ''")
	p("    set -l rest 0")
	p("    set -l n 0")
	p("    for w in $words")
	p(`        if test -n "$flag"`)
	p("            set flag ''")
	p(`        else if test $rest = 0; and test "x$w" = x--`)
	p("            set rest 1")
	p(`        else if test $rest = 0; and string match -q -- '-*' "$w"`)
	p(`            if %s_takes "$at $w"`, f)
	p(`                set flag "$w"`)
	p("            end")
	p(`        else if test $rest = 0; and set -l next (%s_enter "$at $w")`, f)
	p(`            set at "$next"`)
	p("            set n 0")
	p("        else")
	p("            set n (math $n + 1)")
	p("        end")
	p("    end")
	p("    set -l before ''")
	p(`    if test -z "$flag"; and test $rest = 0; and string match -q -- '--*=*' "$cur"`)
	p(`        set -l parts (string split -m 1 = -- "$cur")`)
	p(`        set flag "$parts[1]"`)
	p(`        set before "$flag="`)
	p(`        set cur "$parts[2]"`)
	p("    end")
	p(`    if test -n "$flag"`)
	p(`        %s_value "$at $flag" "$cur" "$before"`, f)
	p(`    else if test $rest = 0; and string match -q -- '-*' "$cur"`)
	p(`        switch "$at"`)
	for _, sp := range s.spots {
		if sp.standsFor != "" {
			p("            case '%s'", sp.line)
			p("                set at '%s'", sp.standsFor)
		}
	}
	p("        end")
	p(`        %s_flags "$at"`, f)
	p("    else")
	p(`        %s_argument "$at" $n $rest "$cur"`, f)
	p("    end")
	p("end")
	p("")
	p("function %s_words", f)
	p("    for w in $argv[2..-1]")
	p(`        printf '%%s%%s\n' "$argv[1]" "$w"`)
	p("    end")
	p("end")
	p("")
	p("function %s_files", f)
	p(`    __fish_complete_path "$argv[2]" | while read -l -d \n found`)
	p(`        printf '%%s%%s\n' "$argv[1]" "$found"`)
	p("    end")
	p("end")
	p("")
	p("function %s_folders", f)
	p(`    __fish_complete_directories "$argv[2]" '' | while read -l -d \n found`)
	p(`        printf '%%s%%s\n' "$argv[1]" "$found"`)
	p("    end")
	p("end")
	p("")
	p("function %s_enter", f)
	p(`    switch "$argv[1]"`)
	for _, sp := range s.spots {
		for _, c := range sp.commands {
			for _, name := range c.names {
				p("        case '%s %s'", sp.line, name)
				p("            echo '%s %s'", sp.line, c.names[0])
			}
		}
	}
	p("        case '*'")
	p("            return 1")
	p("    end")
	p("end")
	p("")
	p("function %s_takes", f)
	p(`    switch "$argv[1]"`)
	s.cases(func(prefix string, below bool, fl flag) {
		p("        case %s", fishPattern(prefix, below, fl.names))
		p("            return %d", truth(fl.kind != nothing))
	})
	p("    end")
	p("    return 1")
	p("end")
	p("")
	p("function %s_value", f)
	p(`    switch "$argv[1]"`)
	s.cases(func(prefix string, below bool, fl flag) {
		p("        case %s", fishPattern(prefix, below, fl.names))
		p("            %s", fishValue(f, fl.value, `"$argv[3]"`, `"$argv[2]"`))
	})
	p("    end")
	p("end")
	p("")
	p("function %s_flags", f)
	p(`    switch "$argv[1]"`)
	for _, sp := range s.spots {
		p("        case '%s'", sp.line)
		for _, fl := range sp.flags {
			for _, name := range fl.names {
				p(`            printf '%%s\t%%s\n' %s %s`, fishQuoted(name), fishQuoted(fl.help))
			}
		}
		if up := above(sp.line); up != "" {
			p("            %s_flags '%s'", f, up)
		}
	}
	p("    end")
	p("end")
	p("")
	p("function %s_argument", f)
	p(`    switch "$argv[1]"`)
	for _, sp := range s.spots {
		if len(sp.commands) == 0 && len(sp.arguments) == 0 {
			continue
		}
		p("        case '%s'", sp.line)
		if len(sp.commands) > 0 {
			p("            if test $argv[2] = 0; and test $argv[3] = 0")
			for _, c := range sp.commands {
				p(`                printf '%%s\t%%s\n' %s %s`, fishQuoted(c.names[0]), fishQuoted(c.help))
			}
			p("            end")
		}
		p("            switch $argv[2]")
		for i, a := range sp.arguments {
			p("                case %s", fishQuoted(position(i, i+1 == len(sp.arguments) && sp.more)))
			p("                    %s", fishValue(f, a, "''", `"$argv[4]"`))
		}
		p("            end")
	}
	p("    end")
	p("end")
	p("")
	p("complete -c %s -f -a '(%s)'", s.name, f)
	return b.String()
}

func fishValue(f string, v value, before, cur string) string {
	switch v.kind {
	case listed:
		return f + "_words " + before + " " + strings.Join(v.words, " ")
	case file:
		return f + "_files " + before + " " + cur
	case folder:
		return f + "_folders " + before + " " + cur
	}
	return "true"
}

func fishPattern(prefix string, below bool, names []string) string {
	var all []string
	for _, n := range names {
		if below {
			all = append(all, "'"+prefix+"* "+n+"'")
		} else {
			all = append(all, "'"+prefix+" "+n+"'")
		}
	}
	return strings.Join(all, " ")
}

// fishQuoted is one word of fish, in which nothing is expanded.
func fishQuoted(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", `\'`) + "'"
}
