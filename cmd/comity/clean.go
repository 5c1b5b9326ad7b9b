package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// clean makes text of unknown origin safe for a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case visible(r):
			return r
		case r == '\t' || r == '\n' || r == '\u00a0':
			return ' '
		default:
			return '?'
		}
	}, s)
}

// visible reports the runes that show as themselves.
func visible(r rune) bool { return unicode.IsPrint(r) && !turns(r) && !blank(r) }

// turns reports marks that change the direction of the text around them.
func turns(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// blank reports what Unicode counts among letters and signs and fonts show as
// nothing: the Hangul fillers and the Braille pattern without a dot.
func blank(r rune) bool {
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' || r == '\u2800'
}

// escaped writes as escapes what JSON lets through raw and a terminal obeys or
// hides. It is the same JSON, though no longer in canonical form.
func escaped(b []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(b) {
		switch {
		case visible(r) || r == '\n':
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, "\\u%04x\\u%04x", high, low)
		default:
			fmt.Fprintf(&out, "\\u%04x", r)
		}
	}
	return out.Bytes()
}

// file writes a file's content to the output: as it is into a file or a pipe,
// cleaned where it would be shown.
func (t *terminal) file(b []byte) error {
	if t.screen {
		b = []byte(cleanLines(string(b)))
	}
	_, err := t.out.Write(b)
	return err
}

func cleanLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		text := strings.TrimSuffix(l, "\n")
		lines[i] = clean(text) + l[len(text):]
	}
	return strings.Join(lines, "")
}

// json writes a value's JSON and a line feed.
func (t *terminal) json(b []byte) { _, _ = io.WriteString(t.out, string(escaped(b))+"\n") }
