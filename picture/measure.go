package picture

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Widths in hundredths of an em, from ' ' to '~': the wider of DejaVu Sans and
// Liberation Sans (which is as wide as Arial and Helvetica). Which font a
// reader has is not known, so text is measured as if in the widest.
var (
	plainWidth = [95]int{
		32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56,
		102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56,
		50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
	}
	boldWidth = [95]int{
		35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 62,
		100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56,
		50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
	}
)

// font is how a text is set.
type font struct {
	size int
	bold bool
}

// The fonts of the picture.
var (
	headFont   = font{22, true}
	strongFont = font{14, true}
	nameFont   = font{12, true}
	wordFont   = font{11, true}
	textFont   = font{11, false}
)

// width tells how wide a text is at most, in pixels.
func (f font) width(s string) int {
	sum := 0
	for _, r := range s {
		sum += f.advance(r)
	}
	return int(math.Ceil(float64(sum*f.size) / 100))
}

func (f font) advance(r rune) int {
	switch {
	case r >= ' ' && r <= '~' && f.bold:
		return boldWidth[r-' ']
	case r >= ' ' && r <= '~':
		return plainWidth[r-' ']
	case r == '\u00b7':
		return 45
	case r < 0x180 && !strings.ContainsRune("ÆæŒœĲĳ", r):
		return 95
	default:
		return 160
	}
}

// fit shortens a text to a width, with an ellipsis for what is left out.
func (f font) fit(s string, width int) string {
	if f.width(s) <= width {
		return s
	}
	for s != "" {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		if short := strings.TrimRight(s, " ") + "…"; f.width(short) <= width {
			return short
		}
	}
	return ""
}

// wrap breaks a text into lines of a width: between words, and where a word
// is too long behind a slash or hyphen, or anywhere. At most lines of them
// are made, the last one shortened; 0 lines means as many as it takes.
func (f font) wrap(s string, width, lines int) []string {
	var out []string
	for s != "" {
		if lines > 0 && len(out) == lines-1 {
			return append(out, f.fit(s, width))
		}
		n := f.breakAt(s, width)
		out = append(out, strings.TrimRight(s[:n], " "))
		s = strings.TrimLeft(s[n:], " ")
	}
	return out
}

// breakAt tells how many bytes go on the first line.
func (f font) breakAt(s string, width int) int {
	if f.width(s) <= width {
		return len(s)
	}
	sum, space, soft, end := 0, 0, 0, 0
	for i, r := range s {
		sum += f.advance(r)
		if sum*f.size > width*100 && r != ' ' {
			break
		}
		end = i + utf8.RuneLen(r)
		switch r {
		case ' ':
			space = end
		case '/', '-', ',', ':', '+':
			soft = end
		}
	}
	switch {
	case space > 0:
		return space
	case soft > 0:
		return soft
	case end > 0:
		return end
	default:
		_, n := utf8.DecodeRuneInString(s)
		return n
	}
}
