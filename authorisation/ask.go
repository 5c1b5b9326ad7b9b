package authorisation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// wish is what one authoriser has to be asked for.
type wish struct {
	of       party.Name
	rule     string // empty: the originator's control
	portions []int  // of the item; none: the sending as such
	allow    []intel.Allowance
	told     []party.Name // whom asking tells beside it
}

// Ask asks for every authorisation that a release needs: of each originator,
// for the very words that would go, and of each party that a rule names. It
// says whom it would go to and who else would come to see it. Each request is
// released as an item, with a plan of its own: what asking gives away is judged
// like everything else.
func (a *Authorisations) Ask(ctx context.Context, actor party.Actor, ask exchange.Ask) ([]Asked, error) {
	if err := actor.May(party.ActRelease); err != nil {
		return nil, err
	}
	plan, view, err := a.Links.Plan(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	wishes := wishesOf(plan)
	if len(wishes) == 0 {
		return nil, fault.New(fault.Invalid, "this release needs nobody's authorisation").Fix("comity plan shows what else stands in its way; comity release sends it")
	}
	var list []Asked
	var waits error
	for _, w := range wishes {
		d, err := a.requestFor(ctx, actor, view.Item, plan, &w)
		if err != nil {
			return list, soFar(list, err)
		}
		if err := a.unasked(ctx, actor, d); fault.Is(err, fault.Stale) {
			waits = err
			continue // the others may not have been asked yet
		} else if err != nil {
			return list, soFar(list, err)
		}
		asked, err := a.put(ctx, actor, d, w)
		if err != nil {
			return list, soFar(list, err)
		}
		list = append(list, asked)
	}
	if len(list) > 0 {
		return list, nil
	}
	return nil, waits
}

// unasked refuses to ask a second time for what no answer came to yet.
func (a *Authorisations) unasked(ctx context.Context, actor party.Actor, d holdings.Draft) error {
	before, err := a.Store.Asked(ctx, actor.Unit, maxListed)
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.Answer == nil && b.same(d) {
			return fault.New(fault.Stale, "%s was asked for just this on %s and has not answered", b.Of, b.At).
				Fix("comity authorise show %s shows it; wait for the answer", b.Cut.ID.Short())
		}
	}
	return nil
}

// same reports whether a request asks for what another asked for, in the same
// words.
func (a Asked) same(d holdings.Draft) bool {
	asks := *d.Authorisation
	asks.Of = ref.ItemID{} // which does not cross
	x, errA := wire.Encode(a.Cut.Authorisation)
	y, errB := wire.Encode(asks)
	return errA == nil && errB == nil && string(x) == string(y) && a.Cut.Title == d.Title && a.Cut.Topic == d.Topic && a.Cut.Purpose == d.Purpose &&
		slices.EqualFunc(a.Cut.Portions, d.Portions, func(p release.CutPortion, q intel.Portion) bool {
			return p.Text == q.Text && slices.Equal(p.Statements, q.Statements)
		})
}

// soFar says of a failure what had been asked for before it.
func soFar(list []Asked, err error) error {
	if len(list) == 0 {
		return err
	}
	var of []party.Name
	for _, a := range list {
		of = append(of, a.Of)
	}
	f := fault.Safe(err)
	return fault.New(f.Kind, "%s", f.Text).At("%s", f.Where).Fix("%s; asked before that was %s: comity authorise list", f.Hint, joined(of)).Because(err)
}

// requestFor writes the request for one authoriser.
func (a *Authorisations) requestFor(ctx context.Context, actor party.Actor, i intel.Item, p release.Plan, w *wish) (holdings.Draft, error) {
	if w.rule == "" {
		if other := alsoFrom(i, w.of); other != "" {
			return holdings.Draft{}, fault.New(fault.Blocked, "the item holds something of %s too, and to ask %s would tell it under what title and for what", other, w.of).
				Fix("make an item of its own of what %s sent: comity derive", w.of)
		}
		return passingOn(i, p, *w, actor), nil
	}
	rules, err := a.Rules.Prepared(ctx, p.At, nil)
	if err != nil {
		return holdings.Draft{}, err
	}
	to := w.to(p)
	for _, r := range p.Recipients {
		act := release.Sending(p, i, r)
		for _, n := range rules.Needs(act, nil) {
			if n.Rule == w.rule && n.By == w.of {
				w.told = n.Told
				cut, origins, marks := whole(i, p, to)
				d := wanted(n, release.FactsOf(cut, act), intel.Authorisation{Act: string(law.Send), To: to, Allow: named(w.allow, p)})
				if n.Scope.Content >= intel.Metadata { // then the request repeats what would be sent, and is bound as that is
					d.Portions[0].Origins, d.Portions[0].Marking = origins, exchange.Readdress(marks, w.of)
				}
				return d, nil
			}
		}
	}
	return holdings.Draft{}, fault.New(fault.Stale, "%s no longer wants this authorised", w.rule).Fix("plan again")
}

// named says of each recipient what would be sent to it.
func named(allow []intel.Allowance, p release.Plan) []intel.Allowance {
	list := slices.Clone(allow)
	for i, w := range list {
		for _, r := range p.Recipients {
			if r.Party == w.Party {
				list[i].Subject = intel.SubjectOf(p.ItemHash, r.Party, r.Forms)
			}
		}
	}
	return list
}

// whole gives the most that any of several recipients would get of each
// portion, as far as a request may speak of it, with what binds it.
func whole(i intel.Item, plan release.Plan, to []party.Name) (release.Cut, []intel.Origin, []intel.Marking) {
	c := release.Cut{Title: i.Title, Topic: i.Topic, Purpose: i.Purpose}
	var origins []intel.Origin
	var marks []intel.Marking
	lineage := i.Lineage()
	for n, p := range i.Bound(func(int) []party.Name { return to }).Portions {
		most := intel.Withheld
		for _, r := range plan.Recipients {
			if slices.Contains(to, r.Party) {
				most = max(most, r.Forms[n])
			}
		}
		if most != intel.Withheld {
			text, _ := release.Told(p, most)
			c.Portions = append(c.Portions, release.CutPortion{Form: most, Text: text, Marking: p.Marking, Grading: p.Grading})
			marks = append(marks, p.Marking)
			for _, o := range lineage[n] {
				if !slices.ContainsFunc(origins, o.Same) {
					origins = append(origins, o)
				}
			}
		}
	}
	return c, origins, marks
}

// to lists the recipients that an authoriser is asked about.
func (w wish) to(p release.Plan) []party.Name {
	var list []party.Name
	for _, r := range p.Recipients {
		if slices.ContainsFunc(w.allow, func(a intel.Allowance) bool { return a.Party == r.Party }) {
			list = append(list, r.Party)
		}
	}
	return list
}

// AskContact asks for an authorisation that a contact needs. The request says
// what the rule lets the authoriser know, and nothing else.
func (a *Authorisations) AskContact(ctx context.Context, actor party.Actor, c release.Contact, n release.Need) (Asked, error) {
	if err := actor.May(party.ActRelease); err != nil {
		return Asked{}, err
	}
	d := wanted(n, c.Facts(), intel.Authorisation{Act: string(c.Kind), When: c.At, To: []party.Name{c.With.Agency()},
		Allow: []intel.Allowance{{Party: c.With.Agency(), Scope: intel.Contact, Subject: release.ContactSubject(c.ID, c.With)}}})
	d.Areas = c.Areas
	if err := a.unasked(ctx, actor, d); err != nil {
		return Asked{}, err
	}
	return a.put(ctx, actor, d, wish{of: n.By, rule: n.Rule, told: n.Told})
}

// wanted writes the request for what a rule wants authorised: every fact that
// the rule lets the authoriser know by being asked, and not one more.
func wanted(n release.Need, f release.Facts, asks intel.Authorisation) holdings.Draft {
	asks.Rule = n.Rule
	draft := release.DraftFor(release.Duty{Scope: n.Scope, Rule: n.Rule, To: n.By}, f)
	return holdings.Draft{Kind: intel.Request, Title: "Authorisation under " + n.Rule, Topic: f.Topic, Purpose: f.Purpose, Basis: "wanted by " + n.Rule,
		Portions: []intel.Portion{{Kind: intel.Question, Text: strings.TrimSpace(draft.Text())}}, Authorisation: &asks}
}

// wishesOf gathers from a plan what has to be authorised, by whom.
func wishesOf(p release.Plan) []wish {
	var list []wish
	for _, c := range p.Conflicts {
		if c.By == "" || !c.Blocks {
			continue
		}
		i := slices.IndexFunc(list, func(w wish) bool { return w.of == c.By && w.rule == c.Rule })
		if i < 0 {
			i = len(list)
			list = append(list, wish{of: c.By, rule: c.Rule})
		}
		w := &list[i]
		if c.Portion > 0 && !slices.Contains(w.portions, c.Portion) {
			w.portions = append(w.portions, c.Portion)
		}
		w.add(c.Party, c.Scope)
	}
	for i := range list {
		// Whoever is given such a portion is named, also where its promise
		// does not stand against them.
		for _, r := range p.Recipients {
			for _, n := range list[i].portions {
				if f := r.Forms[n-1]; f != intel.Withheld {
					list[i].add(r.Party, intel.Scope{Content: f.Content(), Contact: true})
				}
			}
		}
		slices.Sort(list[i].portions)
	}
	return list
}

func (w *wish) add(n party.Name, s intel.Scope) {
	for i := range w.allow {
		if w.allow[i].Party == n {
			w.allow[i].Scope = w.allow[i].Scope.Join(s)
			return
		}
	}
	w.allow = append(w.allow, intel.Allowance{Party: n, Scope: s})
}

// alsoFrom names another agency of which an item holds something: the title,
// topic and purpose above it may be about that.
func alsoFrom(i intel.Item, of party.Name) party.Name {
	for _, lineage := range i.Lineage() {
		for _, o := range lineage {
			if o.From.Agency() != of.Agency() {
				return o.From
			}
		}
	}
	return ""
}

// bare is what a request says of a pointer that says nothing itself.
const bare = "(That something on this exists, and whom to ask for it: nothing of what it says.)"

// passingOn writes the request to an originator: every wording that would go
// of what it sent, bound as the item's own portion is.
func passingOn(i intel.Item, plan release.Plan, w wish, actor party.Actor) holdings.Draft {
	asks := &intel.Authorisation{Act: string(law.Send), To: w.to(plan), Allow: w.allow, Of: i.ID}
	d := holdings.Draft{Kind: intel.Request, Title: i.Title, Topic: i.Topic, Areas: i.Areas, Purpose: i.Purpose, Authorisation: asks,
		Basis: "to have a release authorised by " + string(w.of)}
	lineage := i.Lineage()
	bound := i.Bound(func(int) []party.Name { return nil })
	for _, n := range w.portions {
		seen := []string{}
		for _, r := range plan.Recipients {
			text, statements := release.Told(i.Portions[n-1], r.Forms[n-1])
			if r.Forms[n-1] == intel.Pointer && text == "" {
				text = bare
			}
			key := fmt.Sprint(text, statements)
			if text == "" || slices.Contains(seen, key) {
				continue
			}
			seen = append(seen, key)
			d.Portions = append(d.Portions, intel.Portion{Kind: i.Portions[n-1].Kind, Text: text, Statements: statements, Grading: i.Portions[n-1].Grading,
				Marking: exchange.ForEyes(exchange.Readdress([]intel.Marking{bound.Portions[n-1].Marking}, w.of), bound.Portions[n-1].Marking, actor),
				Origins: lineage[n-1]})
		}
	}
	return d
}

func joined(names []party.Name) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	return strings.Join(words, ", ")
}

// put sends a request, or writes it out for a party that no partner's node
// answers for. An originator that sent something has a node.
func (a *Authorisations) put(ctx context.Context, actor party.Actor, d holdings.Draft, w wish) (Asked, error) {
	partner, unit, err := a.Links.Route(ctx, w.of)
	if fault.Is(err, fault.Withheld) && w.rule != "" {
		return a.write(ctx, actor, d, w)
	}
	if err != nil {
		return Asked{}, err
	}
	for i := range d.Portions {
		d.Portions[i].Marking = open(d.Portions[i].Marking, w, unit)
	}
	item, err := a.Desk.Import(ctx, actor, d)
	if err != nil {
		return Asked{}, err
	}
	r, err := a.Links.Release(ctx, actor, exchange.Ask{Item: item.ID, To: []exchange.To{{Party: unit, Form: intel.Copy}}}, "")
	if err != nil {
		return Asked{}, err
	}
	c := r.Cuts[0]
	return Asked{Cut: c.Cut, Hash: c.Hash, Of: unit, Partner: partner.Name, At: c.At, Officer: actor.Handle}, nil
}

// open marks a request for those whom asking tells: the authoriser, the unit
// that answers for it, and if it is a group its members.
func open(m intel.Marking, w wish, unit party.Name) intel.Marking {
	if m.Unmarked() {
		m = exchange.Readdress(nil)
	}
	audience := append([]party.Name{w.of, unit}, w.told...)
	if len(w.told) > 0 {
		m.TLP = intel.TLPGreen
	}
	for _, n := range audience {
		p := party.Pattern(n)
		if m.TLP == intel.TLPGreen && !slices.Contains(m.Community, p) {
			m.Community = append(m.Community, p)
		}
		if m.TLP != intel.TLPGreen && !slices.Contains(m.Rel, p) {
			m.Rel = append(m.Rel, p)
		}
	}
	return m
}

// write keeps a request on paper, with its letter. That it was made is a
// disclosure of this node's like any other.
func (a *Authorisations) write(ctx context.Context, actor party.Actor, d holdings.Draft, w wish) (Asked, error) {
	for i := range d.Portions {
		d.Portions[i].Marking = open(d.Portions[i].Marking, w, w.of)
		d.Portions[i].ID = ref.PortionID{0: 1, 15: byte(i)}
	}
	asked := Asked{Of: w.of, At: a.now(), Officer: actor.Handle}
	for _, p := range d.Portions {
		asked.Home = append(asked.Home, p.Marking)
	}
	i := intel.Item{Kind: d.Kind, Version: 1, Originator: actor.Unit, Title: d.Title, Topic: d.Topic, Areas: d.Areas, Purpose: d.Purpose, Created: asked.At,
		Portions: d.Portions, Authorisation: d.Authorisation}
	id, chain, err := a.ids()
	if err != nil {
		return Asked{}, err
	}
	forms := make([]intel.Form, len(i.Portions))
	for n := range forms {
		forms[n] = intel.Copy
	}
	if err := a.judge(ctx, i, w, forms); err != nil {
		return Asked{}, err
	}
	if asked.Cut, err = release.MakeCut(i, release.Recipient{Party: w.of, Forms: forms}, id, chain, nil, asked.At); err != nil {
		return Asked{}, err
	}
	if asked.Hash, err = asked.Cut.Hash(); err != nil {
		return Asked{}, err
	}
	to, err := a.Links.Title(ctx, w.of)
	if err != nil {
		return Asked{}, err
	}
	asked.Letter = letter(asked, to)
	e, err := a.entry(record.Record{Kind: record.Disclose, At: asked.At, Unit: actor.Unit, Officer: actor.Handle, Other: w.of, Cut: asked.Cut.ID,
		CutHash: asked.Hash, Form: intel.Copy, Scope: intel.Scope{Content: intel.Full, Contact: true}, Purpose: i.Purpose, Rule: w.rule, Code: onPaper})
	if err != nil {
		return Asked{}, err
	}
	return asked, a.Store.Write(ctx, asked, e)
}

// judge refuses a letter that would tell its reader what a marking, or a
// partner's promise, keeps from it: paper is no way round the gate.
func (a *Authorisations) judge(ctx context.Context, i intel.Item, w wish, forms []intel.Form) error {
	rules, err := a.Rules.Prepared(ctx, i.Created, nil)
	if err != nil {
		return err
	}
	plan, err := rules.Decide(release.Question{Item: i, Sender: i.Originator, Recipients: []release.Recipient{{Party: w.of, Forms: forms}}, At: i.Created})
	if err != nil || !plan.Blocked() {
		return err
	}
	c := plan.Conflicts[slices.IndexFunc(plan.Conflicts, func(c release.Conflict) bool { return c.Blocks })]
	return fault.New(fault.Blocked, "asking %s on paper would break %s: %s", w.of, c.Promise, c.Why).
		Fix("have its originator authorise that, or ask about less")
}

// ids names a request on paper as one that is sent would be.
func (a *Authorisations) ids() (id ref.CutID, c release.Chain, err error) {
	fill := func(b []byte) {
		if err == nil {
			_, err = io.ReadFull(a.Random, b)
		}
	}
	fill(id[:])
	fill(c.Series[:])
	return id, c, err
}

// onPaper is the word for what went or came on paper.
const onPaper = "paper"

// letter sets a request out for paper.
func letter(a Asked, to string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "To: %s\nFrom: %s\nDate: %s\nRe: %s (%s)\n", to, a.Cut.Originator, a.At, a.Cut.Title, a.Cut.ID.Short())
	for _, p := range a.Cut.Portions {
		b.WriteString("\n" + p.Text + "\n")
	}
	w := a.Cut.Authorisation
	fmt.Fprintf(&b, "\nWe ask you to authorise this beforehand under %s: %s %s", w.Rule, actWords[w.Act], joined(w.To))
	if !w.When.IsZero() {
		fmt.Fprintf(&b, " at %s", w.When)
	}
	b.WriteString(".\n")
	return b.String()
}

var actWords = map[string]string{string(law.Send): "that this be sent to", string(law.Meet): "a meeting in person with", string(law.Call): "a call with"}
