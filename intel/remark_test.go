package intel_test

import (
	"testing"

	"comity/intel"
)

func TestRemark(t *testing.T) {
	for text, want := range map[string]intel.Remark{
		"RE:81d07c44":                             {About: "81d07c44"},
		"RE:81d07c44 // AGREE":                    {About: "81d07c44", Stance: intel.Agree},
		"RE:81d07c44 // DISAGREE // USEFUL\n\nso": {About: "81d07c44", Stance: intel.Disagree, Use: intel.Useful},
		"RE:81d07c44 // USELESS // AGREE":         {About: "81d07c44", Stance: intel.Agree, Use: intel.Useless},
	} {
		got, rest, ok := intel.ParseRemark(text)
		if !ok || got != want || rest != "" && rest != "so" {
			t.Errorf("%q gave %+v, %q", text, got, rest)
		}
		if again, _, ok := intel.ParseRemark(got.Line()); !ok || again != want {
			t.Errorf("%q came back as %+v", got.Line(), again)
		}
	}
	for _, text := range []string{"", "RE:", "RE:81d07c4", "RE:81d07c444", "RE:81D07C44", "re:81d07c44", "RE:81d07c44 // NOFWD", "RE:81d07c44 // AGREE // AGREE", "x RE:81d07c44", "RE:81d07c44//AGREE", "RE:81d07c44 "} {
		if r, rest, ok := intel.ParseRemark(text); ok || rest != text || r != (intel.Remark{}) {
			t.Errorf("%q is read as %+v", text, r)
		}
	}
}
