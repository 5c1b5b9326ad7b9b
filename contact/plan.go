package contact

import (
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
)

// How many contacts a list shows.
const maxListed = 200 // contacts in a list

// Plan tells who will come to know of a contact, whose authorisation it needs
// and what must be reported. It changes nothing.
func (c *Contacts) Plan(ctx context.Context, actor party.Actor, what release.Contact) (release.ContactPlan, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return release.ContactPlan{}, err
	}
	what.ID, what.Holder = ref.ContactID{}, actor.Unit
	if err := check(what); err != nil {
		return release.ContactPlan{}, err
	}
	return c.plan(ctx, what)
}

func (c *Contacts) plan(ctx context.Context, what release.Contact) (release.ContactPlan, error) {
	rules, err := c.Rules.Prepared(ctx, what.At, nil)
	if err != nil {
		return release.ContactPlan{}, err
	}
	var in []release.Authorised
	if wanted := rules.Wanted(what.Act()); len(wanted) > 0 {
		if in, err = c.InHand(ctx, what.Holder, wanted); err != nil {
			return release.ContactPlan{}, err
		}
	}
	return rules.Contact(what, in)
}

func check(what release.Contact) error {
	switch {
	case !slices.Contains(release.ContactKinds, what.Kind):
		return fault.New(fault.Invalid, "%q is no kind of contact", what.Kind).Fix("kinds are call and meet")
	case what.With == "":
		return fault.New(fault.Invalid, "nobody is named whom the contact is with").Fix("name a party, such as us/dea/cdmx")
	case what.With.Within(what.Holder.Agency()):
		return fault.New(fault.Invalid, "%s belongs to your own agency", what.With).Fix("a contact is with somebody of another")
	case what.At.IsZero():
		return fault.New(fault.Invalid, "the time of the contact is missing").Fix("give it with --when, such as 2026-12-01T10:00:00Z")
	}
	for _, f := range [][2]string{{"topic", what.Topic}, {"purpose", what.Purpose}} {
		field, s := f[0], f[1]
		switch {
		case strings.TrimSpace(s) == "":
			return fault.New(fault.Invalid, "the %s is missing", field).At("%s", field).Fix("say it in a few words: a report of the contact has to")
		case len(s) > intel.MaxTopic || !intel.Plain(s, false):
			return fault.New(fault.Invalid, "it is longer than %d bytes, or holds characters that do not show", intel.MaxTopic).At("%s", field)
		}
	}
	return intel.ValidateAreas(what.Areas)
}

// Contacts lists what the officer's unit planned or entered, the newest first.
func (c *Contacts) Contacts(ctx context.Context, actor party.Actor) ([]Entry, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return nil, err
	}
	return c.Store.Contacts(ctx, actor.Unit, maxListed)
}

// Wanting tells which authorisations a contact to come lacks now, cleared or
// not, because leave can be taken back; and of another, which it lacked.
func (c *Contacts) Wanting(ctx context.Context, e Entry) ([]release.Need, error) {
	if e.State == Entered || e.State == Cancelled || !e.Plan.Contact.At.After(c.now()) {
		return e.Plan.Wanting(), nil
	}
	p, err := c.plan(ctx, e.Plan.Contact)
	return p.Wanting(), err
}

// Contact gives one contact of the officer's unit, with its plan as it was
// made: that is what an approval is of.
func (c *Contacts) Contact(ctx context.Context, actor party.Actor, id string) (Entry, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return Entry{}, err
	}
	e, err := c.Store.Contact(ctx, id)
	if fault.Is(err, fault.Withheld) || err == nil && e.Plan.Contact.Holder != actor.Unit {
		return Entry{}, fault.New(fault.Withheld, "no such contact is yours").Fix("comity contact list shows those that are")
	}
	if err != nil {
		return Entry{}, err
	}
	if h, err := e.Plan.Hash(); err != nil || h != e.Hash {
		return Entry{}, fault.New(fault.Forged, "the plan of the contact in the store is not the one that was made").Because(err)
	}
	return e, nil
}

// met gives the authorisations that are in hand, as records quote them.
func met(p release.ContactPlan) []release.Need {
	return slices.DeleteFunc(slices.Clone(p.Needs), func(n release.Need) bool { return !n.Met() })
}

// kindWords says what a contact is.
var kindWords = map[law.Trigger]string{law.Call: "call", law.Meet: "meeting"}
