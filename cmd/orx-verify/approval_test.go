package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Approvals by key and by passkey are checked like receipts, and refused when altered.
func TestApprovals(t *testing.T) {
	b, err := os.ReadFile("../../doc/spec/vectors/approval.json")
	must(t, err)
	var list []struct{ Name, Node, Key, Input, Outcome string }
	must(t, json.Unmarshal(b, &list))
	held := 0
	for _, v := range list {
		file := filepath.Join(saved(t, map[string]string{"x.approval.json": v.Input}), "x.approval.json")
		args := []string{"--node", v.Node, "--key", v.Key}
		code, out, errs := verify(append(args, file)...)
		want, says := 1, "\nBROKEN"
		if v.Outcome == "ok" {
			want, says = 0, "was APPROVED by "
			held++
		}
		if code != want || errs != "" || !strings.Contains(out, says) {
			t.Errorf("%s: exit %d, %s%s", v.Name, code, out, errs)
		}
		if passkey := strings.HasPrefix(v.Name, "by passkey"); want == 0 && passkey != strings.Contains(out, "with the passkey ") ||
			want == 0 && passkey != strings.Contains(out, " at https://desk.example") || want == 0 && passkey == strings.Contains(out, "with the key ed25519:") {
			t.Errorf("%s does not say by what: %s", v.Name, out)
		}
		_, out, _ = verify(append(append(args, "--json"), file)...)
		var got verdict
		must(t, json.Unmarshal([]byte(out), &got))
		if got.OK != (want == 0) || got.OK != (got.Approval != nil) || got.OK != (got.Facts != nil) {
			t.Errorf("%s: %s", v.Name, out)
		}
		code, _, _ = verify("--node", "us/dea", "--key", v.Key, file)
		if code != 1 {
			t.Errorf("%s holds for another node", v.Name)
		}
	}
	if held != 2 || len(list) < 18 {
		t.Errorf("%d of %d hold", held, len(list))
	}
}
