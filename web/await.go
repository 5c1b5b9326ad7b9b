package web

import (
	"slices"

	"comity/console"
	"comity/intel"
	"comity/party"
)

// awaitPage is a plan that waits for a second officer, as it would be sent.
type awaitPage struct {
	planPage
	Waiting    console.Waiting
	Gives      []given
	MayApprove bool // the officer may answer it at all: not their own
	MayRelease bool
}

// await shows a plan that waits: who would see it, what it breaks, and why it is to be
// sent all the same.
func (v *visit) await() error {
	hash, err := planNamed(v.r.PathValue("plan"))
	if err != nil {
		return err
	}
	w, err := ask(v, console.ShowPlan{Plan: hash.String()})
	if err != nil {
		return err
	}
	page := awaitPage{Waiting: w, MayApprove: v.actor.May(party.ActApprove) == nil && w.Maker != v.actor.Handle, MayRelease: v.actor.May(party.ActRelease) == nil && (w.Approver == nil || w.Approver.Officer != v.actor.Handle)}
	w.Plan.Titles = v.tongue.titles(w.Plan.Titles)
	page.Asked, page.View = true, w.Plan
	page.Gives = gives(w.Plan)
	page.Clashes = titled(clashes(w.Plan.Plan, question{}), w.Plan.TitleOf)
	page.Picture = drawn(w.Plan, v.tongue.plans())
	return v.render("await", "waiting", page)
}

// given is what a recipient gets: portions by form.
type given struct {
	To    party.Name
	Forms []formOf
}

// formOf is a form and the portions that are given in it.
type formOf struct {
	Form     intel.Form
	Portions []int
}

func gives(p console.PlanView) []given {
	var list []given
	for _, r := range p.Plan.Recipients {
		g := given{To: r.Party}
		for i, f := range r.Forms {
			n := slices.IndexFunc(g.Forms, func(o formOf) bool { return o.Form == f })
			if n < 0 {
				n = len(g.Forms)
				g.Forms = append(g.Forms, formOf{Form: f})
			}
			g.Forms[n].Portions = append(g.Forms[n].Portions, i+1)
		}
		list = append(list, g)
	}
	return list
}
