package law_test

import (
	"testing"

	"comity/law"
	"comity/packs"
)

func TestShippedPacksAreSound(t *testing.T) {
	for _, name := range packs.Names() {
		b, _ := packs.File(name)
		p, problems := law.Parse(name+".yaml", b)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if p.ID != name || p.ReviewedBy != "" {
			t.Fatalf("%s: id %q, reviewed by %q", name, p.ID, p.ReviewedBy)
		}
	}
}
