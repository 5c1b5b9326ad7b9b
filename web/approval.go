package web

import (
	"github.com/go-json-experiment/json/jsontext"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
)

// pendingPage is one plan that breaks a promise, as the second officer who answers
// it sees it: what the plan page shows, and what was said to it.
type pendingPage struct {
	planPage
	console.Waiting
	Item      ref.ItemID
	MayAnswer bool
	Mine      bool // this officer has put it here
	Said      bool // this officer has dissented
}

// Open tells whether the plan still waits for an answer.
func (p pendingPage) Open() bool { return !p.Approved && !p.Used }

func (v *visit) pending() error {
	w, err := ask(v, console.ShowPlan{Plan: v.r.PathValue("plan")})
	if fault.Is(err, fault.Invalid) {
		return absent()
	}
	if err != nil {
		return err
	}
	page := pendingPage{
		planPage: planPage{Asked: true, View: w.Plan, Picture: drawn(w.Plan), Clashes: clashes(w.Plan.Plan, question{}), MaySend: v.actor.May(party.ActRelease) == nil},
		Waiting:  w, Item: w.Plan.Plan.Item, Mine: w.Maker == v.actor.Handle,
	}
	for _, d := range w.Dissents {
		page.Said = page.Said || d.Officer == v.actor.Handle
	}
	page.MayAnswer = page.Open() && !page.Mine && !page.Said && v.actor.May(party.ActApprove) == nil
	return v.render("pending", "waiting", page)
}

// decision is what an officer says to a plan, as the script of the page hands it in.
type decision struct {
	ID       string         `json:"id"`
	Answer   record.Answer  `json:"answer"`
	Words    string         `json:"words"`
	Response jsontext.Value `json:"response"`
}

// beginApproval has the door ask for the officer's passkey: what the device signs
// names the plan of this page, and the answer.
func (v *visit) beginApproval() error {
	in, plan, ok := v.decision()
	if !ok {
		return nil
	}
	c, err := ask(v, console.BeginApproval{Plan: plan, Answer: in.Answer, Words: in.Words})
	if err != nil {
		v.refuseAnswer(err)
		return nil
	}
	v.tell(200, begun{c.ID, jsontext.Value(c.Options)})
	return nil
}

func (v *visit) finishApproval() error {
	in, plan, ok := v.decision()
	if !ok {
		return nil
	}
	if _, err := ask(v, console.FinishApproval{Plan: plan, Answer: in.Answer, Words: in.Words, Ceremony: in.ID, Response: in.Response}); err != nil {
		v.refuseAnswer(err)
		return nil
	}
	v.tell(200, struct{}{})
	return nil
}

// decision reads what the script says; what cannot be read is answered.
func (v *visit) decision() (in decision, plan ref.Hash, ok bool) {
	if !v.hear(&in) {
		return in, plan, false
	}
	if plan.UnmarshalText([]byte(v.r.PathValue("plan"))) != nil {
		v.refuse(statuses[fault.Withheld], "refused")
		return in, plan, false
	}
	return in, plan, true
}

// refuseAnswer tells the script why an answer was not taken: an officer may read it,
// other than who stands before the door.
func (v *visit) refuseAnswer(err error) {
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		v.refuseFor(err)
		return
	}
	f := failureOf(err)
	v.tell(statuses[kind], struct {
		Text string `json:"text"`
		Said string `json:"said"`
	}{"refused", f.Text})
}
