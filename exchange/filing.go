package exchange

import (
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Filing is a report that the officer's own law demands: the duty, whose
// draft the report says word for word.
type Filing struct {
	Duty Duty
	How  string // in a few words, how it was filed; kept with the duty
}

// Report is a draft as a contact report: what its item must say, and nothing
// else may.
type Report struct {
	Title   string
	Text    string
	Marking intel.Marking  // as it goes out
	Home    intel.Marking  // as it is kept here
	Origins []intel.Origin // what partners sent that it repeats: binding here, not where the law takes it
}

// ReportOf gives the contact report for a duty, for a unit that takes it.
// While the rule's scope covers no markings, the report is marked for its
// recipient alone: the caveats of what was received would tell more than the
// rule demands. Beyond that they travel with it, but for what would keep the
// recipient from reading. A report that repeats what was under EYES stays
// under it at home: to file is no way to show a colleague what they may not
// read.
func (x *Exchange) ReportOf(ctx context.Context, actor party.Actor, d Duty, unit party.Name) (Report, error) {
	r := Report{Title: "Contact report under " + d.Duty.Rule, Text: strings.TrimSpace(d.Draft.Text())}
	to := []party.Name{d.Duty.To}
	if unit != "" {
		to = append(to, unit)
	}
	var crossed []intel.Marking
	var cut release.Cut
	var err error
	if d.Duty.Scope.Content >= intel.Metadata {
		if cut, err = x.cutOf(ctx, d); err != nil {
			return Report{}, err
		}
		for _, p := range cut.Portions {
			crossed = append(crossed, p.Marking)
		}
	} else if cut, err = x.cutOf(ctx, d); err != nil {
		return Report{}, err
	}
	if r.Origins, err = x.originsOf(ctx, actor, d, cut); err != nil {
		return Report{}, err
	}
	r.Marking = Readdress(crossed, to...)
	r.Home = r.Marking
	if d.Duty.Scope.Content >= intel.Summary {
		home, err := x.repeated(ctx, actor, d, cut)
		if err != nil {
			return Report{}, err
		}
		r.Home = keepEyes(r.Marking, home, actor)
	}
	return r, nil
}

// originsOf gives what partners sent that a duty's draft repeats: what came, or
// what that was made of which this node sent.
func (x *Exchange) originsOf(ctx context.Context, actor party.Actor, d Duty, cut release.Cut) ([]intel.Origin, error) {
	var list []intel.Origin
	if d.Cut.IsZero() {
		return nil, nil
	}
	if d.Duty.Trigger != law.Send {
		for n, p := range cut.Portions {
			list = append(list, intel.Origin{Cut: cut.ID, Portion: n + 1, From: cut.Originator, To: cut.Audience, Marking: p.Marking})
		}
		return d.open(list), nil
	}
	view, err := x.sentVersion(ctx, actor, d)
	if fault.Is(err, fault.Withheld) {
		return nil, nil // MayTell decides about that
	}
	for _, lineage := range view.Item.Lineage() {
		for _, o := range lineage {
			if !slices.ContainsFunc(list, o.Same) {
				list = append(list, o)
			}
		}
	}
	return d.open(list), err
}

// open lets those of the unit read a report that holds no more than the topic
// and purpose of what it is about: it stays bound to whom it may go.
func (d Duty) open(list []intel.Origin) []intel.Origin {
	if d.Duty.Scope.Content >= intel.Summary {
		return list
	}
	for i := range list {
		m := &list[i].Marking
		m.Expires = wire.Time{}
		m.Caveats = slices.DeleteFunc(slices.Clone(m.Caveats), func(c intel.Caveat) bool { return c.Code == intel.EYES || c.Code == intel.EMBARGO })
	}
	return list
}

// File sends a contact report that discharges a duty. It goes the way of
// every release: plan, cut, record, outbox. But no promise stops it, because
// an officer must be able to obey the law: those that it overrides are
// recorded. In return it may say not one word more than the rule's scope: the
// item must be the report of [Exchange.ReportOf] as it stands.
//
// It gives the receipt with which the filing, and its time, can be proved to
// anybody.
func (x *Exchange) File(ctx context.Context, actor party.Actor, item ref.ItemID, unit party.Name, f Filing) (Released, record.Receipt, error) {
	if err := x.MayTell(ctx, actor, f.Duty); err != nil {
		return Released{}, record.Receipt{}, err
	}
	d, err := x.draw(ctx, actor, Ask{Item: item, To: []To{{Party: unit, Form: intel.Copy}}, filing: true})
	if err != nil {
		return Released{}, record.Receipt{}, err
	}
	report, err := x.ReportOf(ctx, actor, f.Duty, unit)
	if err != nil {
		return Released{}, record.Receipt{}, err
	}
	if err := f.check(d.view.Item, report); err != nil {
		return Released{}, record.Receipt{}, err
	}
	out := dispatch{drawn: d, outside: &report.Marking}
	if out.hash, err = d.plan.Hash(); err != nil {
		return Released{}, record.Receipt{}, err
	}
	if out.promises, err = x.overridden(ctx, f.Duty); err != nil {
		return Released{}, record.Receipt{}, err
	}
	if out.filing, err = x.Discharge(ctx, actor, f); err != nil {
		return Released{}, record.Receipt{}, err
	}
	released, err := x.commit(ctx, actor, out)
	return released, out.filing.Receipt(), err
}

// check refuses a filing wider than its rule.
func (f Filing) check(i intel.Item, r Report) error {
	d := f.Duty
	for _, field := range d.Draft.Fields {
		if !field.Needs.AtMost(d.Duty.Scope) {
			return fault.New(fault.Blocked, "the draft tells more than the rule demands").At("%s", field.Name)
		}
	}
	wide := fault.New(fault.Blocked, "a filing says what its draft says and nothing else").
		Fix("file the draft as it stands; what you want to add goes as an ordinary release")
	if i.Kind != intel.ContactReport || i.Title != r.Title || i.Topic != "" || i.Purpose != "" || len(i.Portions) != 1 {
		return wide
	}
	p := i.Portions[0]
	if p.Text != r.Text || len(p.Statements)+len(p.Exhibits)+len(p.DerivedFrom) > 0 || p.Substitute != "" || p.Hint != "" || len(p.Marking.Caveats) > len(r.Home.Caveats) {
		return wide
	}
	return nil
}

// Discharge is what a filing adds to the transaction that makes it: the
// records, and what is done with their evidence.
type Discharge struct {
	Filing  Filing
	At      wire.Time
	Records []ledger.Entry
	Proven  Proven // for the evidence of Records alone
	receipt *record.Receipt
}

// Receipt gives the proof of filing, once the transaction has been committed.
func (d *Discharge) Receipt() record.Receipt { return *d.receipt }

// Discharge prepares the records of a filing. If this node's card says so,
// the partner whose cut made the duty due is given a receipt of the passing
// on, with the rule and the scope and no name of an officer.
func (x *Exchange) Discharge(ctx context.Context, actor party.Actor, f Filing) (*Discharge, error) {
	if err := x.MayTell(ctx, actor, f.Duty); err != nil {
		return nil, err
	}
	d, key := &Discharge{Filing: f, At: x.now(), receipt: new(record.Receipt)}, x.Self.Keys().Signing
	r := record.Record{Kind: record.Discharged, At: d.At, Node: x.Self.Node, Unit: actor.Unit, Officer: actor.Handle, Other: f.Duty.Duty.To,
		Cut: f.Duty.Cut, Scope: f.Duty.Duty.Scope, Rule: f.Duty.Duty.Rule, Packs: []law.Ref{f.Duty.Duty.Pack}, Code: codeLate}
	if due := f.Duty.Duty.Due; len(due) > 0 {
		r.Due = due[0].At
	}
	if r.Due.IsZero() || !d.At.After(r.Due) {
		r.Code = codeInTime
	}
	entry, envelope, err := record.NewSigned(r, key, x.Random)
	if err != nil {
		return nil, err
	}
	d.Records = one(entry)
	tell, err := x.onward(ctx, f.Duty, d)
	if err != nil {
		return nil, err
	}
	d.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		*d.receipt = record.Receipt{Record: envelope, Evidence: evidence[0]}
		filed, err := d.receipt.Encode()
		if err != nil {
			return Proof{}, err
		}
		proof := Proof{Filed: filed}
		if tell != nil {
			proof.Outgoing, err = tell(evidence[1])
		}
		return proof, err
	}
	return d, nil
}

// The words for when a duty was discharged.
const (
	codeInTime = "in_time"
	codeLate   = "late"
)

// onward adds the record of a passing on, if the partner whose cut it was is
// to be told, and gives what makes the receipt for it; nil if not.
func (x *Exchange) onward(ctx context.Context, d Duty, to *Discharge) (func(ledger.Evidence) ([]Outgoing, error), error) {
	if !x.Self.Card().Onward {
		return nil, nil
	}
	if d.Duty.Trigger == law.Send || d.Cut.IsZero() {
		return nil, nil // a duty of this node's own sending, or of a contact that sent no item
	}
	rc, err := x.Ports.Inbox.Cut(ctx, d.Cut.String())
	if err != nil {
		return nil, err
	}
	entry, envelope, err := record.NewSigned(record.Record{Kind: record.Onward, At: to.At, Node: x.Self.Node, Unit: d.Duty.Holder, Other: d.Duty.To,
		Cut: rc.Cut.ID, CutHash: rc.Hash, Scope: d.Duty.Scope, Rule: d.Duty.Rule}, x.Self.Keys().Signing, x.Random)
	if err != nil {
		return nil, err
	}
	send, err := x.receiptFor(ctx, rc)
	if err != nil {
		return nil, err
	}
	to.Records = append(to.Records, entry)
	return func(e ledger.Evidence) ([]Outgoing, error) {
		return send(record.Receipt{Record: envelope, Evidence: e})
	}, nil
}

// prove puts a filing's discharge into its commit, behind the commit's own
// records.
func (c *Commit) prove(d *Discharge) {
	c.Duty, c.DutyNote = d.Filing.Duty.ID, d.Filing.How
	c.also(d.Records, d.Proven)
}

// overridden names the promises of a received cut that its duty breaks: those
// in conflict with the very path by which the rule takes it to whom the duty
// names.
func (x *Exchange) overridden(ctx context.Context, d Duty) ([]string, error) {
	if d.Duty.Trigger == law.Send || d.Cut.IsZero() {
		return nil, nil
	}
	rc, err := x.Ports.Inbox.Cut(ctx, d.Cut.String())
	if err != nil {
		return nil, err
	}
	world, err := x.Rules.World(ctx, d.Duty.At, nil)
	if err != nil {
		return nil, err
	}
	plan, err := release.Decide(world, questionOf(rc.Cut, d))
	if err != nil {
		return nil, err
	}
	var list []string
	for _, c := range plan.Conflicts {
		path := plan.Rows[c.Row].Path
		if c.Party == d.Duty.To && len(path) == 1 && path[0].Rule == d.Duty.Rule {
			list = append(list, promiseText(c))
		}
	}
	return slices.Compact(list), nil
}

// questionOf puts the question that a cut's originator faced, as far as its
// recipient can know it.
func questionOf(c release.Cut, d Duty) release.Question {
	q := release.Question{Item: intel.Item{Kind: c.Kind, Version: 1, Originator: c.Originator, Title: c.Title, Areas: c.Areas, Created: c.Created},
		Sender: c.Originator, At: d.Duty.At}
	r := release.Recipient{Party: d.Duty.Holder}
	for i, p := range c.Portions {
		one := intel.Portion{ID: ref.PortionID{15: byte(i), 14: byte(i >> 8), 0: 1}, Kind: p.Kind, Text: p.Text, Marking: p.Marking, Substitute: p.Text}
		q.Item.Portions, r.Forms = append(q.Item.Portions, one), append(r.Forms, p.Form)
	}
	q.Recipients = []release.Recipient{r}
	return q
}

func one(e ledger.Entry) []ledger.Entry { return []ledger.Entry{e} }
