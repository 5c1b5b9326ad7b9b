package words

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comity/intel"
	"comity/party"
	"comity/release"
)

//go:embed es.txt
var spanish string

// Tongue is the language that a plan is told in: for each English format its own, with
// the same verbs, and for words of fixed lists its own words. The zero value is English,
// and so is what a language has no words for.
type Tongue struct {
	said      map[string]string
	whole     map[string]string // sentences, and what stands in them
	sentences []sentence        // those with something in them
}

var tongues = map[string]Tongue{"es": newTongue(spanish, spanishSentences)}

func newTongue(file, told string) Tongue {
	whole := read(told)
	return Tongue{read(file), whole, sentences(whole)}
}

// In gives the language of a code; one that is not known is English.
func In(code string) Tongue { return tongues[code] }

// read reads a file of lines: English, a tab, and the same in the language.
func read(file string) map[string]string {
	said := map[string]string{}
	for line := range strings.Lines(file) {
		english, text, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			said[english] = text
		}
	}
	return said
}

// Word gives what a fixed text is in the language.
func (t Tongue) Word(english string) string {
	if said, ok := t.said[english]; ok {
		return said
	}
	return english
}

// Say fills a format of the language.
func (t Tongue) Say(format string, args ...any) string { return fmt.Sprintf(t.Word(format), args...) }

// Count gives a count with its noun.
func (t Tongue) Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + t.Word(one)
	}
	return strconv.Itoa(n) + " " + t.Word(many)
}

// Portions names portions by number; none is the item as a whole.
func (t Tongue) Portions(n []int) string {
	switch len(n) {
	case 0:
		return t.Word("the item")
	case 1:
		return t.Say("portion %s", Numbers(n))
	default:
		return t.Say("portions %s", Numbers(n))
	}
}

// Forms says which portions go in which form, the fullest first; name is how
// portions are named.
func (t Tongue) Forms(forms []intel.Form, name func([]int) string) string {
	var parts []string
	for _, f := range []intel.Form{intel.Copy, intel.Room, intel.Substitute, intel.Pointer, intel.Withheld} {
		var n []int
		for i, g := range forms {
			if g == f {
				n = append(n, i+1)
			}
		}
		if len(n) > 0 {
			parts = append(parts, t.Say("%s of %s", t.Word(f.String()), name(n)))
		}
	}
	return strings.Join(parts, "; ")
}

// Reach says how many parties a plan reaches, and of how many of them the
// duties are not known: that is never left out.
func (t Tongue) Reach(p release.Plan) string {
	var reached []party.Name
	for _, row := range p.Rows {
		reached = append(reached, row.Party)
	}
	slices.Sort(reached)
	text := t.Count(len(slices.Compact(reached)), "party would or could come to see something", "parties would or could come to see something")
	if n := len(p.Unknown); n > 0 {
		text += t.Say("; the duties of %d are not known", n)
	}
	return text
}
