package nodetest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"comity/node/nodetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			t.Parallel()
			nodetest.Run(t, f)
		})
	}
}

// A partner's cut can be longer than any report: it is reported all the same,
// by letter.
func TestFilingTooLargeForAnItem(t *testing.T) {
	w := nodetest.NewWorld(t)
	long := strings.Repeat("word ", 9000)
	for _, step := range []string{
		"node us/dea us/dea/desk", "node mx/semar mx/semar/uin", "node mx/cni mx/cni/desk",
		"officer ana@us/dea us/dea/desk analyst release", "officer lince@mx/semar mx/semar/uin analyst release", "officer cid@mx/cni mx/cni/desk analyst",
		"introduce us/dea mx/semar", "introduce mx/semar mx/cni", "rule mx/semar full+contact mx/cni/desk",
		"ana@us/dea import R1 " + long + " | " + long, "ana@us/dea mark R1 all TLP:AMBER // REL:mx/semar/uin",
		"ana@us/dea release R1 mx/semar/uin cc", "deliver", "lince@mx/semar read R1 acknowledged",
		"lince@mx/semar file 1", "says late=false partner=", "says word word", "lince@mx/semar duties 0", "verify",
	} {
		if err := w.Step(step); err != nil {
			t.Fatalf("%.60s: %v", step, err)
		}
	}
}
