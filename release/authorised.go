package release

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Authorised is an authorisation in hand: given by the originator of what is
// passed on, or by a party that a rule names. It covers what it says and
// nothing beside it: these parties, so much, in these very words, until then.
type Authorised struct {
	By       party.Name        `json:"by"`               // the node of whoever gave it, or the party that a rule names
	Rule     string            `json:"rule,omitzero"`    // pack/rule that wanted it; empty: the originator's control
	Act      string            `json:"act"`              // a trigger of the law
	Holder   party.Name        `json:"holder"`           // the unit that may act
	To       []party.Name      `json:"to"`               // to whom it may be given, or with whom the act be done
	Allow    []intel.Allowance `json:"allow"`            // to whom, or with whom
	Passages []Passage         `json:"passages"`         // of a passing on; none: not about words
	When     wire.Time         `json:"when,omitzero"`    // of an act that is no sending
	Topic    string            `json:"topic,omitzero"`   // that the request spoke of
	Purpose  string            `json:"purpose,omitzero"` // likewise
	Given    wire.Time         `json:"given"`            // when
	Until    wire.Time         `json:"until,omitzero"`   // zero: no end
	Request  ref.CutID         `json:"request,omitzero"` // the cut that asked for it
	Proof    ref.Hash          `json:"proof"`            // of the record that proves it
}

// Passage is one wording that comes from one portion of what a partner sent.
type Passage struct {
	Cut     ref.CutID `json:"cut"`
	Portion int       `json:"portion"`
	Words   ref.Hash  `json:"words"`
}

// tolerance is by how much the time of an act may differ from the one for which
// it was authorised: a meeting is moved by an hour, not to another day.
const tolerance = 12 * time.Hour

// skew is by how much the giver's clock may be ahead.
const skew = 5 * time.Minute

// valid reports whether it holds at a time.
func (a Authorised) valid(at wire.Time) bool {
	return !at.Before(a.Given.Add(-skew)) && (a.Until.IsZero() || !at.After(a.Until))
}

// Subjects names what the answer to a request is about, in the words of
// [Rules.Subjects].
func (c Cut) Subjects() []string {
	var list []string
	if c.Authorisation == nil {
		return nil
	}
	if c.Authorisation.Rule != "" {
		list = append(list, c.Authorisation.Rule)
	}
	for _, p := range c.Portions {
		for _, o := range p.Origins {
			list = append(list, o.Cut.String())
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// AuthorisedBy reads off a request, as it was sent, what an answer to it
// authorises.
func AuthorisedBy(asked Cut, by party.Name, given, until wire.Time, proof ref.Hash) (Authorised, bool) {
	w := asked.Authorisation
	if w == nil {
		return Authorised{}, false
	}
	a := Authorised{By: by, Rule: w.Rule, Act: w.Act, Holder: asked.Originator, To: w.To, Allow: w.Allow, When: w.When, Topic: asked.Topic, Purpose: asked.Purpose, Given: given, Until: until,
		Request: asked.ID, Proof: proof, Passages: []Passage{}}
	for _, p := range asked.Portions {
		for _, o := range p.Origins {
			a.Passages = append(a.Passages, Passage{o.Cut, o.Portion, words(headOf(asked), p.Text, p.Statements)})
		}
	}
	return a, true
}

// head is what crosses with every portion of an item.
type head struct {
	Title   string `json:"title"`
	Topic   string `json:"topic"`
	Purpose string `json:"purpose"`
}

func headOf(c Cut) head { return head{c.Title, c.Topic, c.Purpose} }

// words names what is told by one portion: the text, with what stands above it
// and the statements that go with it.
func words(above head, text string, statements []intel.Statement) ref.Hash {
	h, err := wire.Sum("passage", struct {
		Head       head              `json:"head"`
		Text       string            `json:"text"`
		Statements []intel.Statement `json:"statements"`
	}{above, text, append([]intel.Statement{}, statements...)})
	if err != nil { // only text goes in
		return ref.Hash{}
	}
	return h
}

// Told gives what a portion tells in a form: the text and the statements. A
// pointer that says nothing but that something exists tells no words.
func Told(p intel.Portion, f intel.Form) (string, []intel.Statement) {
	switch f {
	case intel.Withheld:
		return "", nil
	case intel.Pointer:
		return p.Hint, nil
	case intel.Substitute:
		return p.Substitute, nil
	default:
		return p.Text, p.Statements
	}
}

// told names the words in which a portion goes to its recipients.
func told(q Question, number int) []ref.Hash {
	var list []ref.Hash
	for _, r := range q.Recipients {
		text, statements := Told(q.Item.Portions[number-1], r.Forms[number-1])
		if text == "" && len(statements) == 0 {
			continue
		}
		if h := words(head{q.Item.Title, q.Item.Topic, q.Item.Purpose}, text, statements); !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	return list
}

// Subjects names what authorisations for a question could be about: the cuts
// that its portions come from, and the rules that want the sending authorised.
func (r *Rules) Subjects(q Question) []string {
	var list []string
	for _, lineage := range q.Item.Lineage() {
		for _, o := range lineage {
			list = append(list, o.Cut.String())
		}
	}
	for _, to := range q.Recipients {
		list = append(list, r.Wanted(sending(q, to))...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Needs tells what must be authorised before an act, and what of it is in hand.
func (r *Rules) Needs(a Act, in []Authorised) []Need { return r.at(a.At).needs(a, in) }

// Sending is the act of sending an item to one recipient of a plan.
func Sending(p Plan, i intel.Item, r Recipient) Act {
	return sending(Question{Sender: p.Sender, At: p.At, Automated: p.Automated, ItemHash: p.ItemHash, Item: intel.Item{Areas: i.Areas}}, r)
}

// Wanted names the rules that want an act authorised.
func (r *Rules) Wanted(a Act) []string {
	var list []string
	for _, n := range r.at(a.At).needs(a, nil) {
		list = append(list, n.Rule)
	}
	return list
}

// allowedBy gives the authorisations in hand that lift an origin's promises:
// those of its originator, for all the words in which the portion goes.
func (q Question) allowedBy(o intel.Origin, number int) []Authorised {
	if len(q.Authorised) == 0 {
		return nil
	}
	var list []Authorised
	going := told(q, number)
	for _, a := range q.Authorised {
		if a.lifts(q, o) && a.coversWords(o, going) {
			list = append(list, a)
		}
	}
	return list
}

// lifts reports whether an authorisation is of an originator, to the sender, and
// holds now.
func (a Authorised) lifts(q Question, o intel.Origin) bool {
	return a.Rule == "" && a.Act == string(law.Send) && a.Holder == q.Sender && o.From.Within(a.By) && a.valid(q.At)
}

// coversWords reports whether an authorisation is about an origin, in all of
// some wordings. What tells no words at all, a bare pointer, still has to come
// from a portion that it is about.
func (a Authorised) coversWords(o intel.Origin, told []ref.Hash) bool {
	about := slices.ContainsFunc(a.Passages, func(p Passage) bool { return p.Cut == o.Cut && p.Portion == o.Portion })
	for _, w := range told {
		about = about && slices.Contains(a.Passages, Passage{o.Cut, o.Portion, w})
	}
	return about
}

// used keeps the authorisations that lift something of a question: the plan
// names no other, and a replay needs no other.
func (b *book) used(q Question) []Authorised {
	if len(q.Authorised) == 0 {
		return nil
	}
	uses := make([]bool, len(q.Authorised))
	for n, lineage := range q.lineage {
		if len(lineage) == 0 || len(given(q, n+1)) == 0 {
			continue
		}
		going := told(q, n+1)
		for i, a := range q.Authorised {
			uses[i] = uses[i] || slices.ContainsFunc(lineage, func(o intel.Origin) bool { return a.lifts(q, o) && a.coversWords(o, going) })
		}
	}
	for _, r := range q.Recipients {
		act := sending(q, r)
		for _, n := range b.needs(act, nil) {
			for i, a := range q.Authorised {
				uses[i] = uses[i] || a.grants(n, act)
			}
		}
	}
	var list []Authorised
	for i, a := range q.Authorised {
		if uses[i] {
			list = append(list, a)
		}
	}
	return list
}

// allowance is the most that authorisations let one party see. Who is given a
// portion must be one of those to whom it may be given: to come to see it by
// way of them is another thing.
func allowance(in []Authorised, n party.Name, given bool) intel.Scope {
	var most intel.Scope
	for _, a := range in {
		if given && !slices.Contains(a.To, n) {
			continue
		}
		for _, w := range a.Allow {
			if w.Party == n {
				most = most.Join(w.Scope)
			}
		}
	}
	return most
}

// Need is an authorisation that a rule wants before an act: by whom, what
// asking for it tells, and whether it is in hand.
type Need struct {
	Rule       string         `json:"rule"`
	By         party.Name     `json:"by"`
	Holder     party.Name     `json:"holder"` // who acts
	With       party.Name     `json:"with"`   // the other side of the act
	Scope      intel.Scope    `json:"scope"`  // what asking tells it
	Told       []party.Name   `json:"told,omitempty"`
	Status     law.Status     `json:"status"`
	Confidence law.Confidence `json:"confidence"`
	Proof      ref.Hash       `json:"proof,omitzero"` // of the record by which it was given; zero: not in hand
}

// Met reports whether the authorisation is in hand.
func (n Need) Met() bool { return !n.Proof.IsZero() }

// needs lists what must be authorised before an act of a party.
func (b *book) needs(a Act, in []Authorised) []Need {
	var list []Need
	for _, x := range b.boundBy(a.Holder) {
		c := &b.rules[x.rule]
		w := c.rule.Authorisation
		if w == nil || x.other != nil || !wants(c, a) || w.By == a.Holder {
			continue
		}
		n := Need{Rule: c.name, By: w.By, Holder: a.Holder, With: a.Counterpart, Scope: w.RequestScope, Status: c.rule.Status, Confidence: c.rule.Confidence,
			Told: b.directory.Members(w.By)}
		for _, have := range in {
			if have.grants(n, a) {
				n.Proof = have.Proof
			}
		}
		if !slices.ContainsFunc(list, func(o Need) bool { return o.Rule == n.Rule && o.By == n.By }) {
			list = append(list, n)
		}
	}
	slices.SortStableFunc(list, func(x, y Need) int { return strings.Compare(x.Rule, y.Rule) })
	return list
}

// wants reports whether a rule wants an act authorised. In person is what a
// meeting is and nothing else.
func wants(c *compiled, a Act) bool {
	w := c.rule.Authorisation
	return slices.Contains(w.Kinds, a.Kind) && (!w.InPerson || a.Kind == law.Meet) &&
		!(a.Automated && c.spares) && inAreas(c.areas, a.Areas) &&
		(c.rule.Counterpart == (law.Who{}) || c.rule.Counterpart.Binds(*c.pack, a.Counterpart))
}

// grants reports whether an authorisation is the one that an act needs: by
// that party, under that rule, for that act with that other side and no more
// of it, of a sending for that version, given before it and not over by then,
// and if it names a time, for that time.
func (a Authorised) grants(n Need, act Act) bool {
	if a.Rule != n.Rule || a.Act != string(act.Kind) || a.Holder != act.Holder || !n.By.Within(a.By) && !a.By.Within(n.By) ||
		!slices.ContainsFunc(a.Allow, func(w intel.Allowance) bool { return allows(w, act) }) {
		return false
	}
	if !a.When.IsZero() && (act.At.Before(a.When.Add(-tolerance)) || act.At.After(a.When.Add(tolerance))) {
		return false
	}
	return a.valid(act.At)
}

// allows reports whether an allowance is for an act: of a sending, of this
// version in these forms; of another act, with a party within the one named.
func allows(w intel.Allowance, act Act) bool {
	if !act.scope().AtMost(w.Scope) {
		return false
	}
	if act.Kind != law.Send {
		return act.Counterpart.Within(w.Party) && !act.Contact.IsZero() && w.Subject == ContactSubject(act.Contact, act.Counterpart)
	}
	return w.Party == act.Counterpart && !act.Item.IsZero() && w.Subject == intel.SubjectOf(act.Item, act.Counterpart, act.Forms)
}

// ContactSubject names a contact and its other side towards an authoriser: leave
// is for that contact, and tells it nothing more.
func ContactSubject(id ref.ContactID, with party.Name) ref.Hash {
	return ref.Sum("contact", append(id[:], with...))
}

// unauthorised gives a conflict for each authorisation that sending to one
// recipient needs and that is not in hand.
func (b *book) unauthorised(q Question, r Recipient, rows []Row) []Conflict {
	var list []Conflict
	for _, n := range b.needs(sending(q, r), q.Authorised) {
		if n.Met() {
			continue
		}
		list = append(list, Conflict{Promise: "authorisation by " + string(n.By), Party: r.Party, Blocks: true, Row: rowOf(rows, r.Party), By: n.By, Rule: n.Rule,
			Scope: intel.Scope{Content: highest(r.Forms).Content(), Contact: true}, Why: n.why()})
	}
	return list
}

// why tells of an authorisation that is not in hand, and what asking tells.
func (n Need) why() string {
	told := ""
	if len(n.Told) > 0 {
		told = " and its members " + strings.ReplaceAll(joinNames(n.Told), ",", ", ")
	}
	return fmt.Sprintf("%s must authorise this beforehand under %s; asking tells it%s: %s", n.By, n.Rule, told, n.Scope)
}

// sending is the act of sending to one recipient.
func sending(q Question, r Recipient) Act {
	return Act{Kind: law.Send, Holder: q.Sender, Counterpart: r.Party, Form: highest(r.Forms), At: q.At, Areas: q.Item.Areas, Automated: q.Automated, Item: q.ItemHash, Forms: r.Forms}
}
