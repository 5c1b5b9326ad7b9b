package party_test

import (
	"testing"

	"comity/fault"
	"comity/party"
)

// TestRights is the whole table of acts by role: what stands here and nothing
// else is allowed.
func TestRights(t *testing.T) {
	allowed := map[party.Act]string{
		party.ActWrite: "analyst release", party.ActRead: "analyst release", party.ActPlan: "analyst release security",
		party.ActRelease: "release", party.ActApprove: "release security", party.ActWithdraw: "release",
		party.ActFile: "analyst release", party.ActTrail: "analyst release security auditor",
		party.ActExpose: "security auditor", party.ActRerun: "release security",
		party.ActLedger: "security auditor admin", party.ActAssess: "security", party.ActLink: "security admin", party.ActRun: "admin",
		party.ActBackup: "admin", party.ActCarry: "admin", party.ActKeys: "admin",
	}
	for act, roles := range allowed {
		for _, role := range party.Roles {
			a := party.Actor{Handle: "lince", Unit: "mx/semar/uin", Roles: []party.Role{role}}
			err := a.May(act)
			if want := contains(roles, string(role)); (err == nil) != want {
				t.Errorf("%s as %s: %v", act, role, err)
			}
			if err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s as %s: %v is not denied", act, role, err)
			}
		}
		if err := (party.Actor{Handle: "nadie"}).May(act); !fault.Is(err, fault.Denied) {
			t.Errorf("%s without a role: %v", act, err)
		}
	}
	all := party.Actor{Handle: "lince", Roles: party.Roles}
	if err := all.May("anything"); !fault.Is(err, fault.Denied) {
		t.Error("an act that is not in the table was allowed")
	}
}

func contains(words, word string) bool {
	for len(words) > 0 {
		i := 0
		for i < len(words) && words[i] != ' ' {
			i++
		}
		if words[:i] == word {
			return true
		}
		words = words[min(i+1, len(words)):]
	}
	return false
}

// TestOneRoleIsNotAnother: who runs the node reads no intelligence, and who
// reads the ledger sees no content.
func TestOneRoleIsNotAnother(t *testing.T) {
	for _, role := range []party.Role{party.Admin, party.Auditor, party.Security} {
		a := party.Actor{Handle: "lince", Roles: []party.Role{role}}
		for _, act := range []party.Act{party.ActRead, party.ActWrite, party.ActRelease, party.ActWithdraw, party.ActFile} {
			if a.May(act) == nil {
				t.Errorf("%s may %s", role, act)
			}
		}
	}
}

func TestParseRole(t *testing.T) {
	for _, r := range party.Roles {
		if got, err := party.ParseRole(string(r)); err != nil || got != r {
			t.Error(r, err)
		}
	}
	for _, s := range []string{"", "Analyst", "analyst ", "root", "superuser", "ANALYST", "analyst,admin", "administrator", "releaser", "*"} {
		if _, err := party.ParseRole(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q was taken: %v", s, err)
		}
	}
}

func TestPerson(t *testing.T) {
	a := party.Actor{Handle: "lince", Unit: "mx/semar/uin"}
	if a.Person().String() != "mx/semar/uin#lince" {
		t.Error(a.Person())
	}
}
