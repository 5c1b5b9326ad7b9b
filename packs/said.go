package packs

import (
	_ "embed"
	"strings"
)

//go:embed es.txt
var spanish string

// said are the packs' own words by language and by their English.
var said = map[string]map[string]string{"es": read(spanish)}

func read(file string) map[string]string {
	list := map[string]string{}
	for line := range strings.Lines(file) {
		english, text, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			list[english] = text
		}
	}
	return list
}

// Said gives a title, a rule's words or a note of a pack that ships in a language. ok
// is false for what is not theirs, and for a language that there is not.
func Said(language, english string) (text string, ok bool) {
	text, ok = said[language][strings.Join(strings.Fields(english), " ")]
	return text, ok
}
