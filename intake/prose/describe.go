package prose

import (
	"regexp"
	"strings"
	"unicode"

	"comity/intel"
)

var fileName = regexp.MustCompile(`(?i)\.(docx?|docm|dotx?|pdf|indd|qxd|xlsx?|pptx?|rtf|txt|odt|wpd|fm|tex|dvi|p65|html?|tmp)$`)

// Title gives the title that a file's own description has, as one line, or nothing if
// it is what programs write where nobody gave one: names of files and of the program.
func Title(s string) string {
	s = Line(s)
	low := strings.ToLower(s)
	switch {
	case len(s) > intel.MaxTitle, fileName.MatchString(s), strings.HasPrefix(low, "microsoft "), strings.HasPrefix(low, "untitled"),
		strings.HasPrefix(low, "document") && !strings.Contains(s, " "), strings.ContainsAny(s, `\_`) && !strings.Contains(s, " "),
		letters(s) < 4:
		return ""
	}
	return s
}

// Name gives the name of an author that a file's own description has, or nothing if
// it is that of an account or a program: names of people have several words.
func Name(s string) string {
	s = Line(s)
	if len(s) > intel.MaxTitle || !strings.ContainsAny(s, " ,") || letters(s) < 4 || strings.Contains(strings.ToLower(s), "microsoft") {
		return ""
	}
	return s
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}
