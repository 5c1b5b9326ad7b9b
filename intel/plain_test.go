package intel_test

import (
	"testing"

	"comity/intel"
)

func TestPlain(t *testing.T) {
	for _, s := range []string{"", "Culiacán: José Núñez", "नमस्ते", "می\u200cخواهم", "one\u00adword", "日本", "a  b"} {
		if !intel.Plain(s, false) {
			t.Errorf("%q shows as it is", s)
		}
	}
	if !intel.Plain("a\n\tb", true) || intel.Plain("a\nb", false) || intel.Plain("a\tb", false) {
		t.Error("lines and tabs stand only where lines may")
	}
	for _, s := range []string{"a\x00", "\x1b[2J", "a\rb", "a\u0085b", "a\u009bb", "abc\u202egpj.exe", "a\u2066b", "a\u200bb", "\ufeffa", "a\u2028b", "a\u2029b",
		"\ue000", "a\u3164b", "\u115f", "\u1160", "\uffa0", "\xff", "a\xc3", "\U000e0041"} {
		if intel.Plain(s, true) {
			t.Errorf("%q hides something", s)
		}
	}
}
