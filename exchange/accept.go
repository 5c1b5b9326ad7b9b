package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// accept fills in what an acceptable statement changes. A reason means that
// it is not acceptable after all.
func (x *Exchange) accept(ctx context.Context, p Partner, keys []seal.VerifyKey, in inside, a *Arrival) (message.Reason, error) {
	switch in.statement.Kind {
	case message.CutStatement:
		return x.acceptCut(ctx, p, in.opened, in.statement, *in.cut, a)
	case message.PartStatement:
		return x.acceptPart(ctx, p, in.opened, in.statement, in.attached, a)
	}
	return x.acceptReceipts(ctx, p, keys, in.opened, in.statement, a)
}

// acceptCut takes in a cut. It must be the partner's own, for units that the
// message was sealed for. A notice is kept as any other cut is, whether its
// series is known here or not: the answer never tells.
func (x *Exchange) acceptCut(ctx context.Context, p Partner, o message.Opened, s message.Statement, c release.Cut, a *Arrival) (message.Reason, error) {
	if !c.Originator.Within(p.Name) || !slices.Equal(c.Audience, s.Audience) {
		return message.ReasonMalformed, nil
	}
	hash := ref.Sum("cut", s.Body) // the body is canonical, and was read as this cut
	known, err := x.Ports.Inbox.Cut(ctx, c.ID.String())
	if err != nil && !fault.Is(err, fault.Withheld) {
		return "", err
	}
	if err == nil && (known.Partner != p.Name || known.Hash != hash) {
		return message.ReasonMalformed, nil // ids are random: a second cut under one is no accident
	}
	// Nor is one under the id of a cut that went out from here: what is kept
	// under that id would be told of the wrong one.
	if _, err := x.Ports.Trails.SentCut(ctx, c.ID); !fault.Is(err, fault.Withheld) {
		return message.ReasonMalformed, err
	}
	a.Cut = &ReceivedCut{Cut: c, Hash: hash, Partner: p.Name, Message: o.Hash, At: a.At}
	records, err := x.arrived(ctx, p, c, a, err == nil)
	if err != nil {
		return "", err
	}
	form := highestOf(c)
	entry, envelope, err := record.NewSigned(record.Record{Kind: record.Deliver, At: a.At, Node: x.Self.Node, Unit: c.Audience[0], Other: p.Name,
		Cut: c.ID, CutHash: hash, Message: o.Hash, Form: form, Scope: intel.Scope{Content: form.Content(), Contact: true}, Purpose: c.Purpose},
		x.Self.Keys().Signing, x.Random)
	if err != nil {
		return "", err
	}
	rest, err := x.entries(records...)
	if err != nil {
		return "", err
	}
	a.Records = append(one(entry), rest...)
	a.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		answer, err := x.answer(o, message.Accepted, "", &record.Receipt{Record: envelope, Evidence: evidence[0]})
		return Proof{Answer: answer}, err
	}
	return "", nil
}

// arrived gives the records that go with a cut's delivery and sets the duties
// that fall due. A cut that came before makes nothing due twice.
func (x *Exchange) arrived(ctx context.Context, p Partner, c release.Cut, a *Arrival, before bool) ([]record.Record, error) {
	var records []record.Record
	if c.Notice != nil {
		records = append(records, record.Record{Kind: record.Notice, At: a.At, Unit: c.Audience[0], Other: p.Name, Cut: c.ID, CutHash: a.Cut.Hash,
			Code: string(c.Notice.Kind)})
	}
	if before {
		return records, nil
	}
	world, err := x.Rules.World(ctx, a.At, nil)
	if err != nil {
		return nil, err
	}
	for _, unit := range c.Audience {
		act := release.Act{Kind: law.Receive, Holder: unit, Counterpart: c.Originator, Form: highestOf(c), At: a.At, Areas: c.Areas}
		duties, due, err := x.dutiesOf(world, act, c, a.Cut.Hash, nil)
		if err != nil {
			return nil, err
		}
		a.Duties, records = append(a.Duties, duties...), append(records, due...)
	}
	return records, nil
}

// receiptFor gives what puts a receipt about a received cut into the outbox:
// sealed for the unit that sent the cut, or if the partner no longer has it,
// for its front unit.
func (x *Exchange) receiptFor(ctx context.Context, rc ReceivedCut) (func(record.Receipt) ([]Outgoing, error), error) {
	p, err := x.Ports.Links.Partner(ctx, rc.Partner)
	if err != nil {
		return nil, err
	}
	unit := rc.Cut.Originator
	if _, ok := p.Card.Unit(unit); !ok {
		unit = p.Card.Front()
	}
	out, err := x.outgoing(p.Name, []party.Name{unit}, message.ReceiptsStatement, nil)
	if err != nil {
		return nil, err
	}
	return func(r record.Receipt) ([]Outgoing, error) {
		var err error
		out.Body, err = wire.Encode(message.Receipts{Receipts: []record.Receipt{r}})
		return []Outgoing{out}, err
	}, nil
}

// highestOf gives the highest form of a cut.
func highestOf(c release.Cut) intel.Form {
	return highestShown(c, nil)
}

// highestShown gives the highest form among the portions that are not hidden.
func highestShown(c release.Cut, hidden []int) intel.Form {
	top := intel.Withheld
	for i, p := range c.Portions {
		if !slices.Contains(hidden, i+1) {
			top = max(top, p.Form)
		}
	}
	return top
}
