package words_test

import (
	"testing"

	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/words"
)

func TestNumbers(t *testing.T) {
	for want, n := range map[string][]int{"": nil, "4": {4}, "1, 2": {2, 1}, "1-3, 5": {3, 1, 2, 5, 5}, "1, 3, 5-8": {8, 7, 6, 5, 3, 1}} {
		if got := words.Numbers(n); got != want {
			t.Errorf("%v is %q, not %q", n, got, want)
		}
	}
	if got := words.Portions(nil) + "; " + words.Portions([]int{2}) + "; " + words.Portions([]int{1, 2}); got != "the item; portion 2; portions 1, 2" {
		t.Error(got)
	}
}

func TestForms(t *testing.T) {
	got := words.Forms([]intel.Form{intel.Withheld, intel.Copy, intel.Pointer, intel.Copy}, words.Numbers)
	if got != "copy of 2, 4; pointer of 3; withheld of 1" {
		t.Error(got)
	}
}

// That duties are not known is said whatever else is.
func TestReach(t *testing.T) {
	p := release.Plan{Rows: []release.Row{{Party: "a"}, {Party: "a"}}}
	if got := words.Reach(p); got != "1 party would or could come to see something" {
		t.Error(got)
	}
	p.Unknown = []release.Unknown{{Party: "a"}}
	if got := words.Reach(p); got != "1 party would or could come to see something; the duties of 1 are not known" {
		t.Error(got)
	}
	if got := words.Names([]party.Name{"a", "b"}); got != "a, b" {
		t.Error(got)
	}
}
