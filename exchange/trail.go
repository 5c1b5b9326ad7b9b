package exchange

import (
	"context"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Stage is how far a cut has come.
type Stage string

// The stages.
const (
	Queued    Stage = "queued"    // in the outbox, without an answer
	Rejected  Stage = "refused"   // the partner refused the message
	Delivered Stage = "delivered" // stored over there, by its receipt
	WasRead   Stage = "read"      // opened there, by its receipts
	Gone      Stage = "destroyed" // its content is destroyed there, by its receipt
)

// Trail is every disclosure of an item and what became of it.
type Trail struct {
	Item  ref.ItemID `json:"item"`
	Lines []Line     `json:"lines"`
}

// Line is one cut.
type Line struct {
	Cut       ref.CutID        `json:"cut"`
	Hash      ref.Hash         `json:"hash"`
	Version   int              `json:"version"` // of the recipient's series
	Recipient party.Name       `json:"recipient"`
	Partner   party.Name       `json:"partner"`
	Forms     []intel.Form     `json:"forms"` // by portion of the item
	At        wire.Time        `json:"at"`
	Stage     Stage            `json:"stage"`
	Reason    message.Reason   `json:"reason,omitzero"`    // of a refusal
	Silent    wire.Time        `json:"silent,omitzero"`    // since when nothing came that was due; zero: not silent
	Receipts  []TrailReceipt   `json:"receipts"`           // the first and the newest
	Between   int              `json:"between,omitzero"`   // how many receipts are left out between them
	Notice    intel.NoticeKind `json:"notice,omitzero"`    // of a notice about the item
	Following string           `json:"following,omitzero"` // how far its exhibits have come, if it has any: see [UnderWay]
	Exhibits  int              `json:"exhibits,omitzero"`  // how many, for whoever may see all of the item
	Parts     int              `json:"parts,omitzero"`     // of the exhibits, in all; likewise
	Taken     int              `json:"taken,omitzero"`     // of them, by the recipient's node; likewise
}

// TrailReceipt is one receipt; N numbers it for [Exchange.Receipt].
type TrailReceipt struct {
	N       int          `json:"n"`
	Kind    record.Kind  `json:"kind"`
	At      wire.Time    `json:"at"`            // by its giver's clock
	Came    wire.Time    `json:"came,omitzero"` // when it came, if that clock cannot be right
	Unit    party.Name   `json:"unit,omitzero"`
	Officer party.Handle `json:"officer,omitzero"` // who read it
	To      party.Name   `json:"to,omitzero"`      // to whom it was passed on
	Rule    string       `json:"rule,omitzero"`    // under which rule
	Scope   intel.Scope  `json:"scope"`
	Code    string       `json:"code,omitzero"`    // why it was destroyed
	Took    bool         `json:"took,omitzero"`    // an exhibit was taken
	Exhibit int          `json:"exhibit,omitzero"` // which, by its number, for whoever may see all of the item

	Under    int64     `json:"under"`             // records in the giver's ledger, with this one: the head under which it stands
	Root     ref.Hash  `json:"root"`              // the root of that head
	Cosigned wire.Time `json:"cosigned,omitzero"` // when this node came to hold and cosign a head that extends it; zero: signed only
}

// Trail tells every disclosure of an item: to whom, in which forms, when, and
// by receipts what became of it. Silence is set by the clock alone: nothing
// delivered, or nothing read, for longer than the node's threshold. It holds
// no content, so that auditors may see it.
func (x *Exchange) Trail(ctx context.Context, actor party.Actor, item ref.ItemID) (Trail, error) {
	if err := actor.May(party.ActTrail); err != nil {
		return Trail{}, err
	}
	sent, err := x.Ports.Trails.Sent(ctx, item)
	if err != nil {
		return Trail{}, err
	}
	t := Trail{Item: item, Lines: []Line{}}
	v, err := x.Items.Item(ctx, actor, item)
	whole := err == nil && len(v.Hidden) == 0 // no content is told, nor how large what is hidden is
	most := min(maxShown, max(2, maxTrail/max(1, len(sent))))
	for _, s := range sent {
		if !follows(actor, s) {
			continue
		}
		l, err := x.line(ctx, s, most, whole)
		if err != nil {
			return Trail{}, err
		}
		t.Lines = append(t.Lines, l)
	}
	return t, nil
}

// follows tells whose trails an officer may see: their own unit's, and an
// auditor's or security officer's the whole node's.
func follows(actor party.Actor, s SentCut) bool {
	return actor.Unit == s.Cut.Originator || actor.Has(party.Auditor) || actor.Has(party.Security)
}

// How many receipts a trail shows: a partner can give any number of them, and
// is not to hide with some what it says with others, or what others say.
const (
	maxShown = 200  // for one cut: half of them the first, half the newest
	maxTrail = 4000 // in all, about
)

// shown gives the receipts of a cut that a trail shows, each with its number,
// and how many are left out between the first and the newest.
func (x *Exchange) shown(ctx context.Context, cut ref.CutID, most int) (list []StoredReceipt, numbers []int, between int, err error) {
	all, err := x.Ports.Trails.CountReceipts(ctx, cut)
	if err != nil {
		return nil, nil, 0, err
	}
	first, rest := all, 0
	if all > most {
		first = most / 2
		rest = all - (most - first)
	}
	list, err = x.Ports.Trails.Receipts(ctx, cut, 0, first)
	for i := range list {
		numbers = append(numbers, i+1)
	}
	if err != nil || rest == 0 {
		return list, numbers, 0, err
	}
	newest, err := x.Ports.Trails.Receipts(ctx, cut, rest, most-first)
	for i := range newest {
		numbers = append(numbers, rest+i+1)
	}
	return append(list, newest...), numbers, rest - first, err
}

func (x *Exchange) line(ctx context.Context, s SentCut, most int, whole bool) (Line, error) {
	l := Line{Cut: s.Cut.ID, Hash: s.Hash, Version: s.Cut.Version, Recipient: s.Recipient, Partner: s.Partner, Forms: s.Forms, At: s.At,
		Stage: Queued, Receipts: []TrailReceipt{}}
	if n := s.Cut.Notice; n != nil {
		l.Notice = n.Kind
	}
	if s.Outcome == message.Refused {
		l.Stage, l.Reason = Rejected, s.Reason
	}
	if err := x.countParts(ctx, s, &l, whole); err != nil {
		return Line{}, err
	}
	receipts, numbers, between, err := x.shown(ctx, s.Cut.ID, most)
	if err != nil {
		return Line{}, err
	}
	l.Between = between
	heard, seen := s.At, map[int64]bool{} // by place in the partner's ledger
	for i, stored := range receipts {
		if seen[stored.Receipt.Evidence.Index] {
			continue // given twice, which makes it no truer
		}
		seen[stored.Receipt.Evidence.Index] = true
		r, err := record.Parse(stored.Receipt.Record.Payload)
		if err != nil {
			continue // kept by an older node that knew other words; it hides no other
		}
		one := TrailReceipt{N: numbers[i], Kind: r.Kind, At: r.At, Unit: r.Unit, Officer: r.Officer, Rule: r.Rule, Scope: r.Scope}
		if stored.At != r.At {
			one.Came = stored.At
		}
		_, one.Under, one.Root, _ = ledger.Peek([]byte(stored.Receipt.Evidence.Checkpoint))
		switch r.Kind {
		case record.Deliver:
			if l.Stage == Queued {
				l.Stage = Delivered
			}
			heard = s.Answered
		case record.ReadBy:
			if one.Took = r.Exhibit > 0; whole {
				one.Exhibit = r.Exhibit
			}
			if l.Stage != Gone {
				l.Stage = WasRead
			}
		case record.Destroy:
			l.Stage, one.Code = Gone, r.Code
		case record.Onward:
			one.To = r.Other
		}
		l.Receipts = append(l.Receipts, one)
	}
	if l.Stage == Queued || l.Stage == Delivered {
		if !x.now().Before(heard.Add(x.SilentAfter)) {
			l.Silent = heard
		}
	}
	return l, nil
}

// countParts tells how much of a cut's exhibits has been taken in.
func (x *Exchange) countParts(ctx context.Context, s SentCut, l *Line, whole bool) error {
	files, err := s.Cut.Files()
	if err != nil || len(files) == 0 {
		return err
	}
	all := 0
	for _, f := range files {
		all += f.Parts()
	}
	taken, err := x.Ports.Exhibits.SentParts(ctx, s.Cut.ID)
	if err != nil {
		return err
	}
	if l.Following = UnderWay; taken == all {
		l.Following = Arrived
	}
	if whole {
		l.Exhibits, l.Parts, l.Taken = len(files), all, taken
	}
	return nil
}

// How far the exhibits of a cut have come.
const (
	UnderWay = "under way"
	Arrived  = "delivered"
)

// Receipt gives one receipt of a trail, by its number, as the file that
// orx-verify checks.
func (x *Exchange) Receipt(ctx context.Context, actor party.Actor, cut ref.CutID, n int) ([]byte, error) {
	if err := actor.May(party.ActTrail); err != nil {
		return nil, err
	}
	absent := fault.New(fault.Withheld, "there is no such receipt for you").Fix("comity trail lists them")
	s, err := x.Ports.Trails.SentCut(ctx, cut)
	if fault.Is(err, fault.Withheld) || err == nil && !follows(actor, s) {
		return nil, absent
	}
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, absent
	}
	receipts, err := x.Ports.Trails.Receipts(ctx, cut, n-1, 1)
	if err != nil {
		return nil, err
	}
	if len(receipts) == 0 {
		return nil, absent
	}
	return receipts[0].Receipt.Encode()
}
