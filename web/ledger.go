package web

import (
	"strconv"

	"comity/console"
	"comity/party"
)

// ledgerPage is the head of the node's ledger, who else holds it, and, once it was
// asked for, whether all of it holds.
type ledgerPage struct {
	console.Head
	Links    []console.Link
	Stopped  *console.Stopped
	Verified *console.Verified
	Failure  *failure
	MayTrail bool
}

// Records counts those of the ledger.
func (p ledgerPage) Records() int { return int(p.Size) }

func (v *visit) ledgerPage() (ledgerPage, error) {
	if err := v.actor.May(party.ActLedger); err != nil {
		return ledgerPage{}, err
	}
	s, err := ask(v, console.NodeStatus{})
	if err != nil {
		return ledgerPage{}, err
	}
	return ledgerPage{Head: s.Ledger, Links: s.Links, Stopped: s.Stopped, MayTrail: v.actor.May(party.ActTrail) == nil}, nil
}

func (v *visit) ledger() error {
	page, err := v.ledgerPage()
	if err != nil {
		return err
	}
	return v.render("ledger", "ledger", page)
}

// verify has the whole ledger recomputed. What does not hold is shown on the page.
func (v *visit) verify() error {
	page, err := v.ledgerPage()
	if err != nil {
		return err
	}
	verified, err := ask(v, console.VerifyLedger{})
	if err != nil {
		f := v.tongue.failureOf(err)
		page.Failure = &f
	} else {
		page.Verified, page.Head = &verified, verified.Head
	}
	return v.render("ledger", "ledger", page)
}

// recordsPage is some records of the ledger.
type recordsPage struct {
	console.Records
	From, To    int64
	Older, Next int64 // from which to go on; -1: no further
}

// records shows records of the ledger. That they were looked at is one, too.
func (v *visit) records() error {
	if err := v.actor.May(party.ActLedger); err != nil {
		return err
	}
	c := console.ShowLedger{Last: true, Limit: perPage}
	if s := v.r.URL.Query().Get("from"); s != "" {
		from, err := strconv.ParseInt(s, 10, 64)
		if err != nil || from < 0 {
			return absent()
		}
		c.From, c.Last = from, false
	}
	r, err := ask(v, c)
	if err != nil {
		return err
	}
	page := recordsPage{Records: r, Older: -1, Next: -1}
	if n := len(r.Records); n > 0 {
		page.From, page.To = r.Records[0].Number, r.Records[n-1].Number
		if page.From > 0 {
			page.Older = max(page.From-perPage, 0)
		}
		if page.To+1 < r.Head.Size {
			page.Next = page.To + 1
		}
	}
	return v.render("records", "ledger", page)
}
