package law_test

import (
	"testing"

	"comity/law"
	"comity/packs"
	"comity/party"
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

// What binds an agency binds its units, and an exception of an agency excepts
// them, although the state above is not excepted.
func TestBinds(t *testing.T) {
	p := law.Pack{Tags: []law.Tagged{{Tag: "mx.servant", Parties: []party.Pattern{"mx/**"}, Except: []party.Pattern{"mx/cni/**"}}}}
	for name, want := range map[party.Name]bool{"mx/semar": true, "mx/semar/uin": true, "mx/cni": false, "mx/cni/desk": false, "us/dea": false} {
		if got := (law.Who{Tag: "mx.servant"}).Binds(p, name); got != want {
			t.Errorf("%s is bound: %v", name, got)
		}
	}
	for name, want := range map[party.Name]bool{"mx/semar": true, "mx/semar/uin": true, "mx": false, "mx/semara": false} {
		if got := (law.Who{Party: "mx/semar"}).Binds(p, name); got != want {
			t.Errorf("%s is bound by the agency's rule: %v", name, got)
		}
	}
}
