package words

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
)

//go:embed sentences_es.txt
var spanishSentences string

// sentence is one in which a plan gives a reason, or says what would help: the plan
// holds it in English, whole, since officers sign what they were told.
type sentence struct {
	english *regexp.Regexp
	said    string
}

// sentences makes the formats of a file ready to be found: those that say most first,
// so that a part of one is not taken for another.
func sentences(said map[string]string) []sentence {
	var formats []string
	for english := range said {
		if strings.Contains(english, "%s") {
			formats = append(formats, english)
		}
	}
	slices.SortFunc(formats, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var list []sentence
	for _, f := range formats {
		text := strings.ReplaceAll(regexp.QuoteMeta(f), "%s", "(.+?)")
		list = append(list, sentence{regexp.MustCompile(`(?s)\A` + text + `\z`), said[f]})
	}
	return list
}

// Sentence says a reason that a plan gives, or what would help, in the language; one
// that it has no words for stays English.
func (t Tongue) Sentence(english string) string {
	said, _ := t.Told(english)
	return said
}

// Told does so, and tells whether it is in the language.
func (t Tongue) Told(english string) (said string, ok bool) {
	if said, ok := t.whole[english]; ok {
		return said, true
	}
	for _, s := range t.sentences {
		found := s.english.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		parts := strings.Split(s.said, "%s")
		text := parts[0]
		for i, arg := range found[1:] {
			if said, ok := t.whole[arg]; ok {
				arg = said
			}
			text += arg + parts[i+1]
		}
		return text, true
	}
	return english, t.said == nil
}
