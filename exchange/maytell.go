package exchange

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// MayTell refuses an officer the text of a draft that tells more than the
// officer was shown: a draft of the summary or the full text repeats what was
// received, and nothing is read but under the rules of reading, on record, by
// each officer. Drafts of the contact, of what exists, or of metadata are
// every officer's of the unit, but of what came for other eyes (see [OtherEyes]).
func (x *Exchange) MayTell(ctx context.Context, actor party.Actor, d Duty) error {
	if actor.May(party.ActFile) != nil || actor.Unit != d.Duty.Holder {
		return fault.New(fault.Withheld, "no such duty is yours").Fix("comity duties lists those that are")
	}
	if err := x.forTheseEyes(ctx, actor, d); err != nil {
		return err
	}
	if d.Duty.Scope.Content < intel.Summary || d.Cut.IsZero() {
		return nil // of a contact that sent no item the draft repeats nothing
	}
	if d.Duty.Trigger == law.Send {
		return x.mayTellSent(ctx, actor, d)
	}
	rc, err := x.Ports.Inbox.Cut(ctx, d.Cut.String())
	if err != nil {
		return err
	}
	if n := hiddenAt(actor, rc.Cut, x.now()); n > 0 {
		return repeatsHidden(d).At("portion %d", n)
	}
	opened, err := x.Ports.Inbox.OpenedBy(ctx, d.Cut, actor.Handle)
	if err != nil {
		return err
	}
	if opened.IsZero() || hiddenAt(actor, rc.Cut, opened) > 0 {
		return fault.New(fault.Unread, "the draft repeats what was received, and you have not opened all of that yet").
			Fix("comity read %s first: the reading is recorded", d.Cut.Short())
	}
	return nil
}

// OtherEyes refuses an officer the draft of a report on what came for other eyes of
// the unit: not even its topic is theirs. That something is due, to whom and when,
// they are told, so that it is not missed.
type OtherEyes struct{ Holder party.Name }

// Error says so.
func (e *OtherEyes) Error() string { return e.Unwrap().Error() }

// Unwrap gives the fault.
func (e *OtherEyes) Unwrap() error {
	return fault.New(fault.Denied, "the report is about what came for other eyes").
		Fix("an officer of %s for whose eyes it came files it", e.Holder)
}

// forTheseEyes refuses what came, all of it, for other eyes.
func (x *Exchange) forTheseEyes(ctx context.Context, actor party.Actor, d Duty) error {
	if d.Cut.IsZero() || d.Duty.Trigger == law.Send {
		return nil
	}
	rc, err := x.Ports.Inbox.Cut(ctx, d.Cut.String())
	if fault.Is(err, fault.Withheld) {
		return nil // a contact has no cut here
	}
	if err != nil {
		return err
	}
	me := party.Person{Unit: actor.Unit, Handle: actor.Handle}
	for _, p := range rc.Cut.Portions {
		if p.Marking.ForEyesOf(me) {
			return nil
		}
	}
	if len(rc.Cut.Portions) == 0 {
		return nil
	}
	return &OtherEyes{d.Duty.Holder}
}

// mayTellSent decides about a draft that repeats what this node sent itself:
// it is for those who may read all of the version that was sent. A later one
// may say less, and what crossed is cut for others: neither decides at home.
func (x *Exchange) mayTellSent(ctx context.Context, actor party.Actor, d Duty) error {
	view, err := x.sentVersion(ctx, actor, d)
	if fault.Is(err, fault.Withheld) || err == nil && len(view.Hidden) > 0 {
		return repeatsHidden(d)
	}
	return err
}

// sentVersion gives the version of the item that was sent when a duty fell due
// for sending it, as an officer may see it.
func (x *Exchange) sentVersion(ctx context.Context, actor party.Actor, d Duty) (holdings.View, error) {
	sent, err := x.Ports.Trails.SentCut(ctx, d.Cut)
	if err != nil {
		return holdings.View{}, err
	}
	return x.Items.Version(ctx, actor, sent.Item, sent.Version)
}

// repeated gives the markings, as they bind at home, of the portions that a
// duty's draft repeats.
func (x *Exchange) repeated(ctx context.Context, actor party.Actor, d Duty, c release.Cut) ([]intel.Marking, error) {
	var list []intel.Marking
	if d.Duty.Trigger != law.Send {
		for _, p := range c.Portions {
			list = append(list, p.Marking)
		}
		return list, nil
	}
	view, err := x.sentVersion(ctx, actor, d)
	for _, p := range view.Item.Bound(func(int) []party.Name { return nil }).Portions {
		list = append(list, p.Marking)
	}
	return list, err
}

func repeatsHidden(d Duty) *fault.Error {
	return fault.New(fault.Denied, "the draft repeats a portion that you may not read").
		Fix("an officer of %s who may read it files", d.Duty.Holder)
}

// hiddenAt gives the number of the first portion of a received cut that an
// officer could not read at a time; 0 if there is none.
func hiddenAt(actor party.Actor, c release.Cut, at wire.Time) int {
	for i, p := range c.Portions {
		if !holdings.Decide(actor, holdings.Subject{Units: c.Audience, Marking: p.Marking}, at).Allow {
			return i + 1
		}
	}
	return 0
}

// cutOf gives the cut that made a duty due. The duty's trigger says on which
// side it stands, never the id alone.
func (x *Exchange) cutOf(ctx context.Context, d Duty) (release.Cut, error) {
	if d.Cut.IsZero() {
		return release.Cut{}, nil
	}
	if d.Duty.Trigger == law.Send {
		s, err := x.Ports.Trails.SentCut(ctx, d.Cut)
		return s.Cut, err
	}
	rc, err := x.Ports.Inbox.Cut(ctx, d.Cut.String())
	return rc.Cut, err
}
