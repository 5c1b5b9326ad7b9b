package exchange

import (
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Letter is a received cut as the inbox lists it: no text of a portion.
type Letter struct {
	Cut       ref.CutID            `json:"cut"`
	Series    ref.SeriesID         `json:"series"`
	Version   int                  `json:"version"`
	From      party.Name           `json:"from"`
	To        party.Name           `json:"to"`
	Kind      intel.Kind           `json:"kind"`
	Title     string               `json:"title,omitzero"` // none if only pointers came
	Banner    string               `json:"banner"`
	Forms     []intel.Form         `json:"forms"`
	At        wire.Time            `json:"at"`
	FirstRead wire.Time            `json:"first_read,omitzero"`
	Due       []LetterDuty         `json:"due,omitempty"`
	Notices   []NoticeLine         `json:"notices,omitempty"` // the newest, oldest first
	Earlier   int                  `json:"earlier,omitzero"`  // how many notices came before those
	About     ref.SeriesID         `json:"about,omitzero"`    // of a notice
	Asks      *intel.Authorisation `json:"asks,omitempty"`    // of a request for an authorisation

	Recalled  bool `json:"recalled,omitzero"`  // the sender asks to destroy it
	Destroyed bool `json:"destroyed,omitzero"` // its content is gone
}

// LetterDuty is an open duty of the officer's unit that a letter made due. It
// holds nothing of the draft, which may repeat what has not been opened yet.
type LetterDuty struct {
	ID      ref.DutyID  `json:"id"`
	Rule    string      `json:"rule"`
	To      party.Name  `json:"to"`
	Scope   intel.Scope `json:"scope"`
	Due     wire.Time   `json:"due,omitzero"` // the earliest reading of the deadline
	Overdue bool        `json:"overdue,omitzero"`
}

// NoticeLine is a notice about a letter: its reason is read by opening it.
type NoticeLine struct {
	Cut  ref.CutID        `json:"cut"`
	Kind intel.NoticeKind `json:"kind"`
	At   wire.Time        `json:"at"`
}

// MaxNotices is how many notices are shown at a letter, the newest ones: a
// partner can send any number of them.
const MaxNotices = 20

// maxBanner is how much of a combined banner is shown in a list; each portion
// of an opened cut has its own.
const maxBanner = 2000

// page is how many cuts are read from the store at a time.
const page = 100

// Reader is for whom received cuts are listed: an officer, at a time.
type Reader struct {
	Unit   party.Name
	Handle party.Handle
	At     wire.Time
}

// Inbox lists what came for the officer's unit, newest first, from the cut
// after a cursor (zero: from the start). What the officer may not read is not
// listed.
func (x *Exchange) Inbox(ctx context.Context, actor party.Actor, after ref.CutID, limit int) ([]Letter, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	by, letters := Reader{actor.Unit, actor.Handle, x.now()}, []Letter{}
	for {
		cuts, err := x.Ports.Inbox.Received(ctx, by, after, page)
		if err != nil {
			return nil, err
		}
		for _, rc := range cuts {
			view, _, ok := holdings.ViewCut(actor, rc.Cut, x.now())
			if !ok {
				continue
			}
			if letters = append(letters, x.letter(actor, rc, view)); len(letters) == limit {
				return letters, nil
			}
		}
		if len(cuts) < page {
			return letters, nil
		}
		after = cuts[len(cuts)-1].Cut.ID
	}
}

func (x *Exchange) letter(actor party.Actor, rc ReceivedCut, c release.Cut) Letter {
	l := Letter{Cut: c.ID, Series: c.Series, Version: c.Version, From: c.Originator, To: c.Audience[0], Kind: c.Kind, Title: c.Title,
		Banner: banner(c), Notices: rc.Notices, Earlier: rc.Noticed - len(rc.Notices), At: rc.At, FirstRead: rc.FirstRead, Due: x.owing(actor, rc.Due)}
	l.Asks, l.Recalled, l.Destroyed = c.Authorisation, !rc.Recalled.IsZero(), rc.Destroyed
	for _, p := range c.Portions {
		l.Forms = append(l.Forms, p.Form)
	}
	if c.Notice != nil {
		l.About = c.Notice.About
	}
	return l
}

// owing tells what an officer's unit must report of a letter.
func (x *Exchange) owing(actor party.Actor, duties []Duty) []LetterDuty {
	var list []LetterDuty
	for _, d := range duties {
		if d.Duty.Holder != actor.Unit {
			continue
		}
		one := LetterDuty{ID: d.ID, Rule: d.Duty.Rule, To: d.Duty.To, Scope: d.Duty.Scope, Due: d.First()}
		one.Overdue = !one.Due.IsZero() && x.now().After(one.Due)
		list = append(list, one)
	}
	return list
}

// banner combines the markings of a cut's portions: for show, access is
// decided for each.
func banner(c release.Cut) string {
	if len(c.Portions) == 0 {
		return ""
	}
	m := c.Portions[0].Marking
	for _, p := range c.Portions[1:] {
		m = intel.Combine(m, p.Marking)
	}
	b := intel.Banner(m, intel.Grading{})
	if len(b) > maxBanner {
		b = strings.ToValidUTF8(b[:maxBanner], "") + " …"
	}
	return b
}

// Opened is a cut as the officer may read it; hidden portions are blank.
type Opened struct {
	Cut    release.Cut    `json:"cut"`
	Hidden []int          `json:"hidden,omitempty"`
	Letter Letter         `json:"letter"`
	Record record.Receipt `json:"record"` // of this reading

	Exhibits []ArrivedExhibit `json:"exhibits,omitempty"` // how much has come of each
}

// Unread says that conditions have to be acknowledged before a cut opens.
type Unread struct {
	Conditions []string // in plain sentences
}

// Error tells how many there are.
func (u *Unread) Error() string { return u.Unwrap().Error() }

// Unwrap gives the fault.
func (u *Unread) Unwrap() error {
	return fault.New(fault.Unread, "the originator set conditions that must be acknowledged before reading").
		Fix("read them, and open it with --acknowledge")
}

// Read opens a received cut. Conditions come first. The reading is recorded,
// and its receipt for the sender put into the outbox, in one transaction
// before a word of the text is given; every reading again. The cut may be
// named by its last 8 digits.
func (x *Exchange) Read(ctx context.Context, actor party.Actor, id string, acknowledged bool) (Opened, error) {
	if err := actor.May(party.ActRead); err != nil {
		return Opened{}, err
	}
	rc, view, hidden, err := x.letterFor(ctx, actor, id)
	if err != nil {
		return Opened{}, err
	}
	if c := conditions(view, hidden); len(c) > 0 && !acknowledged {
		return Opened{}, &Unread{Conditions: c}
	}
	open := Opened{Cut: view, Hidden: hidden, Letter: x.letter(actor, rc, view)}
	if open.Exhibits, err = x.arrivedOf(ctx, view); err != nil {
		return Opened{}, err
	}
	if open.Record, err = x.recordReading(ctx, actor, rc, highestShown(view, hidden), 0); err != nil {
		return Opened{}, err
	}
	return open, nil
}

// letterFor finds a cut that the officer may know of and whose content is still
// there.
func (x *Exchange) letterFor(ctx context.Context, actor party.Actor, id string) (ReceivedCut, release.Cut, []int, error) {
	rc, view, hidden, err := x.addressed(ctx, actor, id)
	if err == nil && rc.Destroyed {
		err = destroyed(rc.Cut.ID)
	}
	return rc, view, hidden, err
}

// addressed finds a cut that the officer may know of; what may not be known and what
// is not there answer alike.
func (x *Exchange) addressed(ctx context.Context, actor party.Actor, id string) (ReceivedCut, release.Cut, []int, error) {
	absent := fault.New(fault.Withheld, "nothing of that id came for you").Fix("comity inbox lists what did")
	rc, err := x.Ports.Inbox.Cut(ctx, id)
	if fault.Is(err, fault.Withheld) {
		return ReceivedCut{}, release.Cut{}, nil, absent
	}
	if err != nil {
		return ReceivedCut{}, release.Cut{}, nil, err
	}
	view, hidden, ok := holdings.ViewCut(actor, rc.Cut, x.now())
	if !ok {
		return ReceivedCut{}, release.Cut{}, nil, absent
	}
	return rc, view, hidden, nil
}

// Opened gives a received cut to an officer who has opened it, with the
// numbers of the portions that stay hidden from the officer.
func (x *Exchange) Opened(ctx context.Context, actor party.Actor, id string) (ReceivedCut, []int, error) {
	if err := actor.May(party.ActRead); err != nil {
		return ReceivedCut{}, nil, err
	}
	rc, view, hidden, err := x.letterFor(ctx, actor, id)
	if err != nil {
		return ReceivedCut{}, nil, err
	}
	opened, err := x.Ports.Inbox.OpenedBy(ctx, rc.Cut.ID, actor.Handle)
	if err != nil {
		return ReceivedCut{}, nil, err
	}
	if opened.IsZero() {
		return ReceivedCut{}, nil, fault.New(fault.Unread, "you have not opened %s yet", rc.Cut.ID.Short()).
			Fix("comity read %s first: the reading is recorded", rc.Cut.ID.Short())
	}
	rc.Cut = view
	return rc, hidden, nil
}

// conditions gives the sentences of the portions that would be shown, once
// each.
func conditions(c release.Cut, hidden []int) []string {
	var list []string
	for i, p := range c.Portions {
		if slices.Contains(hidden, i+1) {
			continue
		}
		for _, s := range p.Marking.Conditions() {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}
