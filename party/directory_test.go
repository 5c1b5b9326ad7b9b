package party_test

import (
	"slices"
	"testing"

	"comity/party"
)

func TestDirectoryMerges(t *testing.T) {
	d := party.NewDirectory(
		party.Party{Name: "mx/ganseg", Members: []party.Name{"mx/sre", "mx/sspc"}},
		party.Party{Name: "mx/ganseg", Title: "High-Level Security Group", Kind: party.Group, Members: []party.Name{"mx/semar", "mx/sre"}},
		party.Party{Name: "mx/ganseg", Title: "another title", Kind: party.Agency},
		party.Party{Name: "mx/sre"},
	)
	if got := d.Members("mx/ganseg"); !slices.Equal(got, []party.Name{"mx/semar", "mx/sre", "mx/sspc"}) {
		t.Error(got)
	}
	p, ok := d.Lookup("mx/ganseg")
	if !ok || p.Kind != party.Group || p.Title != "High-Level Security Group" {
		t.Errorf("%+v", p)
	}
	if d.Title("mx/sre") != "mx/sre" || d.Title("us") != "us" || d.Title("mx/ganseg") != p.Title {
		t.Error("a party without a title is called by its name")
	}
	if !slices.Equal(d.Names(), []party.Name{"mx/ganseg", "mx/sre"}) {
		t.Error(d.Names())
	}
}

// TestDirectoryIsAValue: neither what was handed in nor what is handed out
// can change a directory afterwards.
func TestDirectoryIsAValue(t *testing.T) {
	members := []party.Name{"mx/sre"}
	d := party.NewDirectory(party.Party{Name: "g", Members: members})
	members[0] = "us"
	d.Members("g")[0] = "us"
	p, _ := d.Lookup("g")
	p.Members[0] = "us"
	if got := d.Members("g"); got[0] != "mx/sre" {
		t.Error(got)
	}
}

func TestEmptyDirectory(t *testing.T) {
	var d party.Directory
	if _, ok := d.Lookup("mx"); ok || d.Title("mx") != "mx" || len(d.Members("mx")) != 0 || len(d.Names()) != 0 {
		t.Error("an empty directory knows somebody")
	}
}
