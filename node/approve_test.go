package node_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/contact"
	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/message"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// office is a node with pages and a partner, officers at its pages, and a plan of
// rel's that breaks a promise and waits.
type office struct {
	*testing.T
	node    *node.Node
	signers map[party.Handle]console.Signer
	actors  map[party.Handle]party.Actor
	devices map[party.Handle]*doortest.Device
	item    string
	plan    ref.Hash
}

// newStaff is the same without the partner and the plan, of an agency and its unit.
func newStaff(t *testing.T, name party.Name, unit party.Name) *office {
	t.Helper()
	c := node.Config{Name: name, Units: []party.Name{unit}, LogLevel: "error", Pages: "127.0.0.1:" + freePort(t)}
	dir, lock := made(t, c)
	o := &office{T: t, node: open(t, dir, lock, node.Options{}), signers: map[party.Handle]console.Signer{},
		actors: map[party.Handle]party.Actor{}, devices: map[party.Handle]*doortest.Device{}}
	t.Cleanup(func() { fine(t, o.node.Close()) })
	for _, who := range []struct {
		handle party.Handle
		roles  []party.Role
	}{
		{"chief", []party.Role{party.Admin}}, {"rel", []party.Role{party.Analyst, party.Release}}, {"two", []party.Role{party.Release}},
		{"third", []party.Role{party.Release}}, {"ana", []party.Role{party.Analyst}}, {"sec", []party.Role{party.Security}}, // last: from then on others would wait
	} {
		by := somebody(t, who.handle)
		by.Node = name
		o.signers[who.handle] = by
		does(o, "chief", console.AddOfficer{Handle: who.handle, Unit: unit, Roles: who.roles, Key: by.Key.Public()})
	}
	for handle := range o.signers {
		o.devices[handle] = o.enter(handle)
	}
	source, ok := packs.File("mx-guidelines-2021")
	if !ok {
		t.Fatal("no pack")
	}
	does(o, "chief", console.AddPack{File: "mx-guidelines-2021.yaml", Source: source})
	return o
}

func newOffice(t *testing.T) *office {
	t.Helper()
	other := node.Config{Name: "mx/semar", Units: []party.Name{"mx/semar/uin"}, Listen: "127.0.0.1:1", Endpoints: []string{"https://127.0.0.1:1"}, LogLevel: "error"}
	dir, lock := made(t, other)
	mx := open(t, dir, lock, node.Options{})
	card := mx.SignedCard()
	fine(t, mx.Close())
	o := newStaff(t, config.Name, config.Units[0])
	does(o, "chief", console.AddPartner{Card: card, Confirmed: true})
	v := does(o, "rel", console.ImportItem{File: "x", Text: []byte("# Boats\n\nThree boats left.\n"), Topic: "boats", Purpose: "a joint case"})
	o.item = v.View.Item.ID.String()
	does(o, "rel", console.MarkItem{Item: o.item, Elements: []string{"TLP:RED", "REL:mx/semar/uin", "NOFWD", "NOT:mx/sre:contact", "NOT:mx/sspc"}})
	_, err := console.Call(context.Background(), o.node, o.signers["rel"], console.SendItem{Ask: o.ask(), Override: "a life"})
	if !fault.Is(err, fault.Unapproved) {
		t.Fatal(err)
	}
	o.plan = does(o, "rel", console.ListWaiting{}).Plans[0].Hash
	return o
}

func (o *office) ask() console.Ask {
	return console.Ask{Item: o.item, To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}
}

// does has an officer's signed command done.
func does[R any](o *office, who party.Handle, c console.Asking[R]) R {
	o.Helper()
	r, err := console.Call(context.Background(), o.node, o.signers[who], c)
	if err != nil {
		o.Fatalf("%s: %v", c.Command(), err)
	}
	return r
}

// acted has a command done from the pages.
func acted[R any](o *office, who party.Handle, c console.Asking[R]) (R, error) {
	return console.Act(context.Background(), o.node.Desk(), o.actors[who], c)
}

// enter has an officer make a passkey and come in.
func (o *office) enter(who party.Handle) *doortest.Device {
	o.Helper()
	ctx, d, place := context.Background(), o.node.Desk().Door, door.Place{Address: "127.0.0.1", Agent: "a test"}
	device := doortest.New(o.node.Pages())
	self, err := o.node.Desk().Staff.Officer(ctx, who)
	fine(o.T, err)
	i, err := d.Invite(ctx, self.Actor(), who)
	fine(o.T, err)
	c, err := d.BeginKey(ctx, i.Secret)
	fine(o.T, err)
	b, err := device.Make(c.Options)
	fine(o.T, err)
	in, err := d.FinishKey(ctx, c.ID, b, place)
	fine(o.T, err)
	o.actors[who], _, err = d.Actor(ctx, in.Token, place)
	fine(o.T, err)
	return device
}

// answer has an officer answer the plan by passkey, in the pages.
func (o *office) answer(who party.Handle, a record.Answer, words string) (console.Answered, error) {
	o.Helper()
	c, err := acted(o, who, console.BeginApproval{Plan: o.plan, Answer: a, Words: words})
	if err != nil {
		return console.Answered{}, err
	}
	b, err := o.devices[who].Answer(c.Options)
	fine(o.T, err)
	return acted(o, who, console.FinishApproval{Plan: o.plan, Answer: a, Words: words, Ceremony: c.ID, Response: b})
}

// An officer in the pages approves by passkey what another has planned, a third
// dissents, and the plan is sent: by nobody who approved it.
func TestApprovedInThePages(t *testing.T) {
	o := newOffice(t)
	got, err := o.answer("third", record.Dissents, "too early")
	if err != nil || len(got.Plan.Dissents) != 1 || got.Plan.Dissents[0].Reason != "too early" || got.Plan.Dissents[0].Proof != nil || got.Plan.Approved {
		t.Fatalf("%+v, %v", got, err)
	}
	got, err = o.answer("two", record.Approves, "")
	if err != nil || !got.Plan.Approved || got.Plan.Plan.Hash != o.plan || got.Plan.Approver.Officer != "two" || !strings.HasPrefix(got.Plan.Approver.By, "passkey:") {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err = acted(o, "two", console.SendPlan{Plan: o.plan.String()}); !fault.Is(err, fault.Denied) {
		t.Errorf("who approved sends: %v", err)
	}
	sent, err := acted(o, "rel", console.SendPlan{Plan: o.plan.String()})
	if err != nil || sent.Plan.Hash != o.plan || len(sent.Dissents) != 1 {
		t.Fatalf("%+v, %v", sent, err)
	}
	if _, err = o.answer("sec", record.Dissents, "too late"); !fault.Is(err, fault.Stale) {
		t.Errorf("of a plan that was sent: %v", err)
	}
}

// In the pages nobody approves who may not, what they made, or otherwise than with
// the ceremony of that plan; and a passkey that was shut out since sends nothing.
func TestNotApprovedInThePages(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct {
		who   party.Handle
		a     record.Answer
		words string
		kind  fault.Kind
	}{
		"the maker":         {"rel", record.Approves, "", fault.Denied},
		"the maker's doubt": {"rel", record.Dissents, "no", fault.Denied},
		"an admin":          {"chief", record.Approves, "", fault.Denied},
		"an analyst":        {"ana", record.Approves, "", fault.Denied},
		"no words":          {"two", record.Dissents, "", fault.Invalid},
		"no answer":         {"two", "", "", fault.Invalid},
		"words of approval": {"two", record.Approves, "yes", fault.Invalid},
	} {
		if _, err := o.answer(c.who, c.a, c.words); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	begun := func(who party.Handle) (string, []byte) {
		c, err := acted(o, who, console.BeginApproval{Plan: o.plan, Answer: record.Approves})
		fine(t, err)
		b, err := o.devices[who].Answer(c.Options)
		fine(t, err)
		return c.ID, b
	}
	for name, c := range map[string]struct {
		who    party.Handle
		change func(*console.FinishApproval)
		kind   fault.Kind
	}{
		"for a dissent":   {"two", func(c *console.FinishApproval) { c.Answer, c.Words = record.Dissents, "no" }, fault.Forged},
		"another plan":    {"two", func(c *console.FinishApproval) { c.Plan[0]++ }, fault.Withheld},
		"another officer": {"third", nil, fault.Denied},
		"the maker":       {"rel", nil, fault.Denied},
		"no ceremony":     {"two", func(c *console.FinishApproval) { c.Ceremony = "" }, fault.Denied},
		"no response":     {"two", func(c *console.FinishApproval) { c.Response = nil }, fault.Denied},
		"a contact":       {"two", func(c *console.FinishApproval) { c.Contact = o.item }, fault.Denied},
	} {
		id, b := begun("two")
		f := console.FinishApproval{Plan: o.plan, Answer: record.Approves, Ceremony: id, Response: b}
		if c.change != nil {
			c.change(&f)
		}
		if _, err := acted(o, c.who, f); !fault.Is(err, c.kind) && !fault.Is(err, fault.Withheld) {
			t.Errorf("%s: %v", name, err)
		}
		if w := does(o, "rel", console.ShowPlan{Plan: o.plan.String()}); w.Approved || len(w.Dissents) > 0 {
			t.Fatalf("%s was taken: %+v", name, w)
		}
	}
	// What a passkey has signed is taken from its ceremony alone.
	ctx, d := context.Background(), o.node.Desk().Door
	c, err := d.BeginApproval(ctx, o.actors["two"], record.Approval{Plan: o.plan, Reason: ref.Sum("reason", []byte("a life")), Answer: record.Approves})
	fine(t, err)
	b, err := o.devices["two"].Answer(c.Options)
	fine(t, err)
	signed, err := d.FinishApproval(ctx, o.actors["two"], c.ID, b)
	fine(t, err)
	if _, err = acted(o, "two", console.ApprovePlan{Plan: o.plan, Approval: signed}); !fault.Is(err, fault.Forged) {
		t.Errorf("handed in elsewhere: %v", err)
	}
	if _, err = o.answer("two", record.Approves, ""); err != nil {
		t.Fatal(err)
	}
	if _, err = o.answer("sec", record.Approves, ""); !fault.Is(err, fault.Stale) {
		t.Errorf("approved twice: %v", err)
	}
	does(o, "chief", console.ShutOfficer{Handle: "two"})
	if _, err = acted(o, "rel", console.SendPlan{Plan: o.plan.String()}); !fault.Is(err, fault.Forged) {
		t.Errorf("sent under the approval of a passkey that is shut out: %v", err)
	}
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The pages send the plan that the officer was shown; one that has changed meanwhile
// is refused, and shown as it is now.
func TestSentAsShown(t *testing.T) {
	o := newOffice(t)
	v := does(o, "rel", console.ImportItem{File: "x", Text: []byte("# Boats\n\nThree boats left.\n"), Topic: "boats", Purpose: "a joint case"})
	o.item = v.View.Item.ID.String()
	does(o, "rel", console.MarkItem{Item: o.item, Elements: []string{"TLP:GREEN", "COMMUNITY:us/**,mx/**"}})
	for grading, best := range map[string]bool{"admiralty:B2": false, "admiralty:C3": true} {
		ask := o.ask()
		ask.Best, ask.Again = best, true
		seen, err := acted(o, "rel", console.PlanItem{Ask: ask})
		fine(t, err)
		does(o, "rel", console.MarkItem{Item: o.item, Portions: []int{1}, Elements: []string{grading}})
		_, err = acted(o, "rel", console.SendItem{Ask: ask, Shown: seen.Plans[0].Like})
		f := console.Failed(err)
		if !fault.Is(err, fault.Stale) || f.Plan == nil || f.Plan.Like.IsZero() || f.Plan.Like == seen.Plans[0].Like || f.Plan.Title != "Boats" {
			t.Fatalf("%+v", f)
		}
		sent, err := acted(o, "rel", console.SendItem{Ask: ask, Shown: f.Plan.Like})
		if err != nil || len(sent.Cuts) != 1 {
			t.Fatal(err)
		}
	}
}

// What officers answered by passkey is proved offline, before and after it is sent, to
// whoever may see the plan and to an auditor, and to nobody else.
func TestAnswersAreProven(t *testing.T) {
	o := newOffice(t)
	if _, err := o.answer("third", record.Dissents, "too early"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.answer("two", record.Approves, ""); err != nil {
		t.Fatal(err)
	}
	card, err := message.ParseCard(o.node.SignedCard())
	fine(t, err)
	check := func(files []console.File) {
		t.Helper()
		if len(files) != 2 {
			t.Fatalf("%d answers", len(files))
		}
		for i, who := range []party.Handle{"third", "two"} {
			p, err := record.ParseProvenApproval(files[i].Content)
			fine(t, err)
			a, r, _, err := p.Check("us/dea", card.Signing)
			if err != nil || a.Officer != who || a.Plan != o.plan || r.Officer != who || a.Origin != o.node.Pages() || !strings.HasSuffix(files[i].Name, string(who)+".approval.json") {
				t.Errorf("%+v, %+v: %v", a, r, err)
			}
		}
	}
	for _, who := range []party.Handle{"rel", "two", "sec"} {
		check(does(o, who, console.ProveApproval{Plan: o.plan.Short()}).Approvals)
	}
	check(does(o, "chief", console.ProveApproval{Plan: o.plan.String()}).Approvals) // who may see the ledger's records
	if _, err := acted(o, "ana", console.ProveApproval{Plan: o.plan.String()}); !fault.Is(err, fault.Withheld) {
		t.Errorf("for an analyst: %v", err)
	}
	if early := does(o, "rel", console.ReadTrail{Item: o.item, Receipts: true}).Approvals; len(early) > 0 {
		t.Errorf("before it is sent: %v", early)
	}
	does(o, "rel", console.SendPlan{Plan: o.plan.String()})
	trail := does(o, "sec", console.ReadTrail{Item: o.item, Receipts: true})
	check(trail.Approvals)
	if n := len(trail.Cards); n != 2 || trail.Cards[1].Name != "us-dea.card.json" {
		t.Errorf("%d cards", n)
	}
}

// A contact that wants leave which is not in hand is approved in the pages like a plan.
func TestContactApprovedInThePages(t *testing.T) {
	o := newStaff(t, "mx/semar", "mx/semar/uin")
	meet := release.Contact{Kind: law.Meet, Holder: "mx/semar/uin", With: "us/dea/cdmx", At: wire.At(time.Now().Add(72 * time.Hour)), Topic: "pumps", Purpose: "a joint case"}
	if _, err := acted(o, "rel", console.EnterContact{Contact: meet, Override: "a life"}); !fault.Is(err, fault.Unapproved) {
		t.Fatal(err)
	}
	c := does(o, "rel", console.ListContacts{}).Contacts[0]
	ask := console.BeginApproval{Plan: c.Hash, Contact: c.ID.String(), Answer: record.Approves}
	for name, no := range map[string]struct {
		who    party.Handle
		change func(*console.BeginApproval)
		kind   fault.Kind
	}{
		"who planned it":   {"rel", nil, fault.Denied},
		"an analyst":       {"ana", nil, fault.Denied},
		"another plan":     {"two", func(b *console.BeginApproval) { b.Plan[0]++ }, fault.Stale},
		"a dissent":        {"two", func(b *console.BeginApproval) { b.Answer, b.Words = record.Dissents, "no" }, fault.Unsupported},
		"words":            {"two", func(b *console.BeginApproval) { b.Words = "yes" }, fault.Unsupported},
		"no such contact":  {"two", func(b *console.BeginApproval) { b.Contact = ref.ContactID{9}.String() }, fault.Withheld},
		"as if of release": {"two", func(b *console.BeginApproval) { b.Contact = "" }, fault.Withheld},
	} {
		b := ask
		if no.change != nil {
			no.change(&b)
		}
		if _, err := acted(o, no.who, b); !fault.Is(err, no.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	begun, err := acted(o, "two", ask)
	fine(t, err)
	answer, err := o.devices["two"].Answer(begun.Options)
	fine(t, err)
	got, err := acted(o, "two", console.FinishApproval{Plan: c.Hash, Contact: ask.Contact, Answer: record.Approves, Ceremony: begun.ID, Response: answer})
	if err != nil || got.Contact == nil || !got.Contact.Approved {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := acted(o, "third", ask); !fault.Is(err, fault.Stale) {
		t.Errorf("approved twice: %v", err)
	}
	cleared, err := acted(o, "rel", console.EnterContact{ID: ask.Contact})
	if err != nil || cleared.State != contact.Cleared {
		t.Errorf("%+v, %v", cleared, err)
	}
}
