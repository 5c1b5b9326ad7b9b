package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
)

// planPage is the question of an officer and, once it was asked, the answer.
type planPage struct {
	ID       string
	Item     console.ItemView
	Asked    bool
	To       []party.Name // chosen
	Units    []party.Name // of partners, not chosen
	Forms    [][]cell     // by portion, then as To; one cell where nobody is chosen yet
	Never    string
	View     console.PlanView
	Picture  template.HTML // empty: too large, or nothing asked
	Clashes  []clash
	Failure  *failure
	Note     string // key of a message above the answer
	MaySend  bool
	MayPlace bool // ask a second officer
}

// cell is the form that one recipient is to get of one portion.
type cell struct {
	Name    string // of the field
	Form    intel.Form
	Choices []intel.Form
}

// question is what the form of the plan page says.
type question struct {
	to    []party.Name
	form  func(to party.Name, portion int) intel.Form
	bars  []intel.Bar
	never string
	forms map[string]intel.Form // by field
}

// field names the choice for a portion and recipient; none: for all of them.
func field(to party.Name, portion int) string { return fmt.Sprintf("f.%s.%d", to, portion) }

// maxChosen is how many recipients the page takes.
const maxChosen = 60

// planning shows the empty question.
func (v *visit) planning() error {
	page, _, err := v.planPage(url.Values{})
	if err != nil {
		return err
	}
	return v.render("plan", "items", page)
}

// plan answers the question: as it was put, with the most that can be sent, or
// with a remedy in it.
func (v *visit) plan() error {
	page, q, err := v.asked()
	if err != nil {
		return err
	}
	act := v.r.PostFormValue("act")
	if len(q.to) == 0 {
		page.Note = "plan.note.nobody"
		return v.render("plan", "items", page)
	}
	if remedy, ok := strings.CutPrefix(act, "remedy "); ok {
		if err := q.mend(page.Item.View.Item, remedy); err != nil {
			return err
		}
	}
	c := q.ask(page.ID, page.Item.View.Item)
	c.Best = act == "best"
	answer, err := ask(v, console.PlanItem{Ask: c})
	if err != nil {
		return v.planFailed(page, err)
	}
	return v.answer(page, q, answer.Plans[0])
}

// planFailed shows an error beside the question that it answers.
func (v *visit) planFailed(page planPage, err error) error {
	if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Withheld || kind == fault.Denied {
		return err
	}
	f := v.tongue.failureOf(err)
	page.Failure = &f
	v.renderStatus(statuses[fault.KindOf(err)], "plan", "items", page)
	return nil
}

// answer shows a plan, and remembers that it was shown.
func (v *visit) answer(page planPage, q question, view console.PlanView) error {
	if view.Best && !view.Nothing {
		q.take(view.Plan.Recipients)
	}
	page.fill(q)
	view.Titles = v.tongue.titles(view.Titles)
	page.Asked, page.View = true, view
	page.Clashes = titled(clashes(view.Plan, q), view.TitleOf)
	page.Picture = drawn(view, v.tongue.plans())
	v.shown.keep(v.session.ID, page.ID, view.Plan)
	return v.render("plan", "items", page)
}

// release sends what the page shows: the plan is made once more, and only what
// the officer has seen is sent.
func (v *visit) release() error {
	page, q, err := v.asked()
	if err != nil {
		return err
	}
	c := q.ask(page.ID, page.Item.View.Item)
	again, err := ask(v, console.PlanItem{Ask: c})
	if err != nil {
		return v.planFailed(page, err)
	}
	view := again.Plans[0]
	if seen, ok := v.shown.plan(v.session.ID, page.ID); !ok || !seen.Same(view.Plan) {
		page.Note = "plan.note.changed"
		return v.answer(page, q, view)
	}
	sent, err := ask(v, console.SendItem{Ask: c, Shown: view.Like, Override: strings.TrimSpace(v.r.PostFormValue("reason"))})
	if err == nil {
		return v.render("sent", "items", sent)
	}
	f := v.tongue.failureOf(err)
	var refused *console.Failure
	if errors.As(err, &refused) && refused.Plan != nil {
		view.Plan, view.Hash = refused.Plan.Plan, refused.Plan.Hash
	}
	if fault.Is(err, fault.Unapproved) {
		return v.render("placed", "waiting", view)
	}
	if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Withheld {
		return err
	}
	page.Failure = &f
	return v.answer(page, q, view)
}

// asked reads the form of the plan page.
func (v *visit) asked() (planPage, question, error) {
	return v.planPage(v.r.PostForm)
}

func (v *visit) planPage(values url.Values) (planPage, question, error) {
	id, err := v.itemID()
	if err != nil {
		return planPage{}, question{}, err
	}
	if err := v.actor.May(party.ActPlan); err != nil {
		return planPage{}, question{}, err
	}
	item, err := ask(v, console.ShowItem{Item: id})
	if err != nil {
		return planPage{}, question{}, err
	}
	q, err := readQuestion(values)
	if err != nil {
		return planPage{}, question{}, err
	}
	links, err := ask(v, console.ListPartners{})
	if err != nil {
		return planPage{}, question{}, err
	}
	page := planPage{ID: id, Item: item, MaySend: v.actor.May(party.ActRelease) == nil}
	for _, l := range links.Links {
		page.Units = append(page.Units, l.Units...)
	}
	slices.Sort(page.Units)
	page.fill(q)
	return page, q, nil
}

// fill puts the question into the fields of the page.
func (p *planPage) fill(q question) {
	p.To, p.Never = q.to, q.never
	p.Units = slices.DeleteFunc(slices.Clone(p.Units), func(n party.Name) bool { return slices.Contains(q.to, n) })
	columns := q.to
	if len(columns) == 0 {
		columns = []party.Name{""}
	}
	p.Forms = nil
	for _, one := range p.Portions() {
		var row []cell
		for _, to := range columns {
			row = append(row, cell{field(to, one.N), q.formOf(to, one), choices(one)})
		}
		p.Forms = append(p.Forms, row)
	}
}

// Portions numbers the portions of the page.
func (p planPage) Portions() []portion {
	return numbered(p.Item.View.Item.Portions, p.Item.View.Hidden)
}

// choices are the forms in which a portion can be given.
func choices(p portion) []intel.Form {
	switch {
	case p.Hidden:
		return []intel.Form{intel.Withheld}
	case p.Substitute != "":
		return []intel.Form{intel.Copy, intel.Substitute, intel.Pointer, intel.Withheld}
	default:
		return []intel.Form{intel.Copy, intel.Pointer, intel.Withheld}
	}
}

func readQuestion(values url.Values) (question, error) {
	q := question{forms: map[string]intel.Form{}, never: strings.TrimSpace(values.Get("never"))}
	named := append(slices.Clone(values["to"]), strings.FieldsFunc(values.Get("also"), func(r rune) bool { return strings.ContainsRune(" ,;\r\n\t", r) })...)
	for _, s := range named {
		n, err := party.ParseName(s)
		if err != nil {
			return q, err
		}
		if !slices.Contains(q.to, n) {
			q.to = append(q.to, n)
		}
	}
	if len(q.to) > maxChosen {
		return q, fault.New(fault.TooLarge, "%d recipients are chosen; at most %d are taken at once", len(q.to), maxChosen)
	}
	for name := range values {
		if !strings.HasPrefix(name, "f.") {
			continue
		}
		f, err := intel.ParseForm(values.Get(name))
		if err != nil {
			return q, err
		}
		q.forms[name] = f
	}
	bars, err := release.Bars(strings.Fields(q.never))
	q.bars = bars
	return q, err
}

// formOf gives the form that is wanted: the recipient's own, else that for all,
// else the text itself; of what is hidden from the officer, nothing.
func (q question) formOf(to party.Name, p portion) intel.Form {
	f, ok := q.forms[field(to, p.N)]
	if !ok {
		f, ok = q.forms[field("", p.N)]
	}
	switch {
	case p.Hidden:
		return intel.Withheld
	case !ok:
		return intel.Copy
	}
	return f
}

// ask makes the question that the console takes.
func (q question) ask(id string, item intel.Item) console.Ask {
	a := console.Ask{Item: id, Never: q.bars}
	for _, to := range q.to {
		r := console.Recipient{Party: to}
		for i := range item.Portions {
			r.Except = append(r.Except, console.Except{Portion: i + 1, Form: q.formOf(to, portion{N: i + 1})})
		}
		a.To = append(a.To, r)
	}
	return a
}

// take makes the forms of a plan those of the question.
func (q *question) take(recipients []release.Recipient) {
	q.to = nil
	for _, r := range recipients {
		q.to = append(q.to, r.Party)
		for i, f := range r.Forms {
			q.forms[field(r.Party, i+1)] = f
		}
	}
}
