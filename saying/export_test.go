package saying

import "strings"

// Verbs gives what a format is filled with, in the order of its arguments.
func Verbs(format string) string {
	var b strings.Builder
	for _, v := range verbs(format) {
		b.WriteRune(v)
	}
	return b.String()
}
