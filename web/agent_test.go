package web

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBrowserOf(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0":                                                                  "Firefox 150.0, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                         "Chrome 156.0, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0":           "Edge 156.0, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1": "Safari 19.1, iOS",
		"":                                 "",
		"curl/8.5.0":                       "curl/8.5.0",
		"<script>alert(1)</script>":        "<script>alert(1)</script>",
		"Mozilla/5.0 (Windows) \u202eevil": "Mozilla/5.0 (Windows) \u202eevil",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("%q is %q, not %q", agent, got, want)
		}
	}
}

// Whatever a browser says of itself, it is told in letters that it used.
func FuzzBrowserOf(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0")
	f.Add("(((;;)/ 1.1 /")
	f.Fuzz(func(t *testing.T, agent string) {
		got := browserOf(agent)
		if utf8.ValidString(agent) && !utf8.ValidString(got) || len(got) > len(agent)+40 || strings.Contains(got, "<") && !strings.Contains(agent, "<") {
			t.Errorf("%q is %q", agent, got)
		}
	})
}
