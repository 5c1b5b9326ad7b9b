package web

import (
	"strconv"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/rulebook"
)

type dutiesPage struct {
	console.Duties
	All  bool
	From int
}

func (v *visit) duties() error {
	q := v.r.URL.Query()
	page := dutiesPage{All: q.Get("all") == "yes"}
	if s := q.Get("from"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return absent()
		}
		page.From = n
	}
	var err error
	page.Duties, err = ask(v, console.ListDuties{All: page.All, From: page.From, Limit: perPage})
	if err != nil {
		return err
	}
	return v.render("duties", "duties", page)
}

// filedPage is a duty that was discharged; a letter goes by node, or is to be
// delivered on paper.
type filedPage struct{ console.Filed }

// file discharges a duty: with its draft, and not a word more.
func (v *visit) file() error {
	var id ref.DutyID
	if err := id.UnmarshalText([]byte(v.r.PathValue("duty"))); err != nil || id.IsZero() {
		return absent()
	}
	filed, err := ask(v, console.FileDuty{Duty: id.String(), Again: v.r.PostFormValue("again") == "yes"})
	if err != nil {
		return err
	}
	return v.render("filed", "duties", filedPage{filed})
}

type partnersPage struct {
	Links []console.Link
	Own   console.OwnCard
}

func (v *visit) partners() error {
	links, err := ask(v, console.ListPartners{})
	if err != nil {
		return err
	}
	own, err := ask(v, console.ShowCard{})
	if err != nil {
		return err
	}
	return v.render("partners", "partners", partnersPage{links.Links, own})
}

// shelved is a pack with whether it is the version that counts.
type shelved struct {
	rulebook.Entry
	Followed bool
}

func shelf(p console.Packs) []shelved {
	list := make([]shelved, len(p.Packs))
	for i, e := range p.Packs {
		list[i].Entry = e
		for _, c := range p.Counting {
			list[i].Followed = list[i].Followed || c == e.Ref
		}
	}
	return list
}

func (v *visit) packs() error {
	p, err := ask(v, console.ListPacks{})
	if err != nil {
		return err
	}
	return v.render("packs", "packs", shelf(p))
}

func (v *visit) pack() error {
	version, err := strconv.Atoi(v.r.PathValue("version"))
	if err != nil || version < 1 {
		return absent()
	}
	p, err := ask(v, console.ShowPack{ID: v.r.PathValue("pack"), Version: version})
	if fault.Is(err, fault.Invalid) || err == nil && len(p.Packs) != 1 {
		return absent()
	}
	if err != nil {
		return err
	}
	return v.render("pack", "packs", shelf(p)[0])
}

type statusPage struct {
	console.Status
	MayRun bool
}

// Records counts those of the ledger.
func (p statusPage) Records() int { return int(p.Ledger.Size) }

func (v *visit) status() error {
	s, err := ask(v, console.NodeStatus{})
	if err != nil {
		return err
	}
	return v.render("status", "status", statusPage{s, v.actor.May(party.ActRun) == nil})
}

type waitingPage struct {
	console.WaitingList
	MaySend bool
	Me      party.Handle
}

func (v *visit) waiting() error {
	list, err := ask(v, console.ListWaiting{})
	if err != nil {
		return err
	}
	return v.render("waiting", "waiting", waitingPage{list, v.actor.May(party.ActRelease) == nil, v.actor.Handle})
}

// sendWaiting releases a plan that a second officer has approved.
func (v *visit) sendWaiting() error {
	sent, err := ask(v, console.SendPlan{Plan: v.r.PathValue("plan")})
	if err != nil {
		return err
	}
	return v.render("sent", "waiting", sent)
}
