package party

import "testing"

// Every act has a right and words for who has it not.
func TestPhrases(t *testing.T) {
	for act := range rights {
		if phrases[act] == "" {
			t.Errorf("%s has no phrase", act)
		}
	}
	err := Actor{Handle: "ana"}.May(ActRun)
	if want := "ana may not add officers, partners or packs (this needs the role admin)"; err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}
