package main

import (
	"fmt"
	"strings"

	"comity/fault"
	"comity/record"
)

// answered is what an officer of the node has signed, and with what.
type answered struct {
	record.Approval
	By string `json:"by"` // the key or passkey, as the ledger names it
}

// judgeApproval checks an officer's answer to a plan: the receipt of its record, and
// that the record is of this answer, signed by this key or passkey.
func judgeApproval(g giver, p record.ProvenApproval) verdict {
	v := judgeReceipt(g, p.Receipt)
	if !v.OK {
		return v
	}
	a, err := p.MatchRecord(*v.Facts)
	if err != nil {
		return verdict{Entry: v.Entry, Why: "the receipt of its record holds, and the approval does not: " + fault.Safe(err).Error()}
	}
	v.Approval = &answered{a, p.Approval.Signatures[0].KeyID}
	return v
}

// sentence says what was answered. The plan is named by its hash: whoever has the plan
// can compare.
func (a answered) sentence(r record.Record) string {
	what := map[record.Answer]string{record.Approves: "was APPROVED", record.Dissents: "was DISSENTED from"}[a.Answer]
	with := "the key " + a.By
	if strings.HasPrefix(a.By, "passkey:") {
		with = fmt.Sprintf("the passkey %s at %s", strings.TrimPrefix(a.By, "passkey:"), shown(a.Origin))
	}
	return fmt.Sprintf("the plan %s %s by %s#%s on %s, with %s", a.Plan, what, r.Unit, a.Officer, a.At, with)
}
