// Package saying says faults in the language of who reads them. English is what the
// code says, and what logs, the wire and the command line keep; for another language
// there is a file, CODE.txt, with what it says for each format of [comity/fault].
package saying

import (
	_ "embed"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"comity/fault"
)

//go:embed es.txt
var spanish string

// Tongue is a language: for each English format its own, with the same verbs, and for
// words of fixed lists, which formats are filled with, its own words.
type Tongue map[string]string

var tongues = map[string]Tongue{"es": read(spanish)}

// In gives the language of a code; one that is not known has no words.
func In(code string) Tongue { return tongues[code] }

// read reads a file of lines: English, a tab, and the same in the language.
func read(file string) Tongue {
	t := Tongue{}
	for line := range strings.Lines(file) {
		english, said, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			t[english] = said
		}
	}
	return t
}

// Fault says what was wrong and what to do about it. It is false if the language
// lacks either: half a fault in each language is worse than one in English.
func (t Tongue) Fault(e *fault.Error) (text, hint string, ok bool) {
	saidText, saidHint := e.Said()
	text, ok = t.say(saidText)
	hint, also := t.say(saidHint)
	if !ok || !also {
		return "", "", false
	}
	return text, hint, true
}

// say says a text. One that was handed on whole is said if the table has just that.
func (t Tongue) say(s fault.Said) (string, bool) {
	if s.Format == "" {
		return "", true
	}
	if s.Format == "%s" && len(s.Args) == 1 {
		text, ok := t[s.String()]
		return text, ok
	}
	format, ok := t[s.Format]
	if !ok {
		return "", false
	}
	args := slices.Clone(s.Args)
	for n, verb := range verbs(s.Format) {
		if n < len(args) && (verb == 's' || verb == 'v') {
			args[n] = t.arg(args[n])
		}
	}
	return fmt.Sprintf(format, args...), true
}

// arg says what a format is filled with, if that is a word, words in a row, or a
// number of something; anything else is a name or a value and stays as it is.
func (t Tongue) arg(a any) any {
	if v := reflect.ValueOf(a); v.Kind() != reflect.String {
		if _, speaks := a.(fmt.Stringer); !speaks {
			return a
		}
	}
	return t.Word(fmt.Sprint(a))
}

// Word gives a word in the language, or as it is.
func (t Tongue) Word(w string) string {
	if said, ok := t[w]; ok {
		return said
	}
	if n, what, ok := strings.Cut(w, " "); ok && t[what] != "" && strings.Trim(n, "0123456789") == "" {
		return n + " " + t[what]
	}
	if row := strings.Split(w, ", "); len(row) > 1 {
		for i := range row {
			row[i] = t.Word(row[i])
		}
		return strings.Join(row, ", ")
	}
	return w
}

// verbs gives the verb of each argument of a format, by its place.
func verbs(format string) []rune {
	var list []rune
	next := 0
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			next = n - 1
		}
		for len(list) <= next {
			list = append(list, 0)
		}
		list[next] = rune(m[2][0])
		next++
	}
	return list
}

var verb = regexp.MustCompile(`%[-+# 0-9.]*(?:\[(\d+)\])?([a-zA-Z%])`)
