package walk_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"comity/intel"
)

// payload is a hostile text, with a number by which it is found again.
type payload struct {
	text string
	mark string
}

// hold gives the text cut to a length, with its mark, or without hostility the mark
// in plain words: the page that it makes is the one to compare with.
func (p payload) hold(most int, nasty bool) string {
	text := p.text
	if !nasty {
		text = strings.Repeat("plain words ", 1+len(text)/12)[:max(11, len(text))]
	}
	if room := most - len(p.mark) - 1; len(text) > room {
		text = strings.ToValidUTF8(text[:room], "")
	}
	return strings.TrimSpace(text) + " " + p.mark
}

// visible tells whether a line is one that items take: it has no control characters
// and nothing that turns what follows it.
func visible(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
	})
}

// corpus reads the hostile texts, and adds very long ones: those that cross, those that
// items take at home and no cut carries, and those that nothing takes.
func corpus(t testing.TB) (plain, odd, refused []payload) {
	t.Helper()
	f, err := os.Open("testdata/corpus.txt")
	must(t, err)
	defer f.Close()
	var all []string
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if text, err := strconv.Unquote(line); err == nil && strings.HasPrefix(line, `"`) {
			line = text
		}
		if line != "" && !strings.HasPrefix(s.Text(), "# T") && !strings.HasPrefix(s.Text(), "# l") {
			all = append(all, line)
		}
	}
	all = append(all, strings.Repeat(`"><img src=x onerror=pwned=1>`, 2000), strings.Repeat("<b>", 15000), strings.Repeat("a", 60000)+"<script>pwned=1</script>",
		strings.Repeat("&#x3c;script&#x3e;", 3000))
	for n, text := range all {
		p := payload{text, fmt.Sprintf("zq%03dq", n)}
		switch {
		case intel.Plain(text, false):
			plain = append(plain, p)
		case visible(text):
			odd = append(odd, p)
		default:
			refused = append(refused, p)
		}
	}
	if len(plain) < 120 || len(refused) < 10 {
		t.Fatalf("%d texts are plain, %d are not", len(plain), len(refused))
	}
	return plain, odd, refused
}
