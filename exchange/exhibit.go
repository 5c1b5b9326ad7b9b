package exchange

import (
	"context"
	"slices"
	"sync"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// parts gives the outbox entries for the parts of a cut's exhibits, which
// follow it.
func (x *Exchange) parts(partner party.Name, c release.Cut) ([]Outgoing, error) {
	files, err := c.Files()
	if err != nil {
		return nil, err
	}
	var list []Outgoing
	for _, f := range files {
		for n := range f.Parts() {
			body, err := wire.Encode(message.Part{Cut: c.ID, Content: f.Content, Part: n + 1})
			if err != nil {
				return nil, err
			}
			o, err := x.outgoing(partner, c.Audience, message.PartStatement, body)
			if err != nil {
				return nil, err
			}
			o.Cut = c.ID
			list = append(list, o)
		}
	}
	return list, nil
}

// attached gives the bytes that go with an entry of the outbox: of a part of an
// exhibit what it is a part of, of all others none.
func (x *Exchange) attached(ctx context.Context, o Outgoing) ([]byte, error) {
	if o.Kind != message.PartStatement {
		return nil, nil
	}
	var p message.Part
	if err := wire.Decode(o.Body, &p, message.BodyLimits); err != nil {
		return nil, err
	}
	return x.Ports.Exhibits.SentPart(ctx, p.Cut, p.Content, p.Part)
}

// acceptPart takes in a part of an exhibit: one that a cut of the partner's
// names, of the length that it must have. Whether it was here before the answer does
// not tell. Of a destroyed cut, of which the sender has the receipt, any part is
// taken and none is kept.
func (x *Exchange) acceptPart(ctx context.Context, p Partner, o message.Opened, s message.Statement, attached []byte, a *Arrival) (message.Reason, error) {
	var part message.Part
	if wire.Decode(s.Body, &part, message.BodyLimits) != nil || part.Cut.IsZero() {
		return message.ReasonMalformed, nil
	}
	known, err := x.announced.of(ctx, x.Ports.Exhibits, part.Cut)
	if fault.Is(err, fault.Withheld) || err == nil && (known.Partner != p.Name || !slices.Equal(known.Audience, s.Audience)) {
		return message.ReasonMalformed, nil
	}
	if err != nil {
		return "", err
	}
	if !known.Destroyed {
		if (intel.Exhibit{Size: known.Sizes[part.Content]}).PartLength(part.Part) != len(attached) {
			return message.ReasonMalformed, nil
		}
		a.Part = &ReceivedPart{Cut: part.Cut, Content: part.Content, Part: part.Part, Bytes: attached}
	} else if part.Part < 1 || len(attached) > intel.PartSize {
		return message.ReasonMalformed, nil
	}
	a.Proven = func([]ledger.Evidence) (Proof, error) {
		answer, err := x.answer(o, message.Accepted, "", nil)
		return Proof{Answer: answer}, err
	}
	return "", nil
}

// announced remembers what the cuts name whose parts come, and nothing that they
// say: parts come by the thousand, and a cut may be large.
type announced struct {
	mu    sync.Mutex
	known map[ref.CutID]Announced
}

const maxAnnounced = 16

func (k *announced) of(ctx context.Context, port Exhibits, cut ref.CutID) (Announced, error) {
	k.mu.Lock()
	a, ok := k.known[cut]
	k.mu.Unlock()
	if ok {
		return a, nil
	}
	a, err := port.Announced(ctx, cut)
	if err != nil {
		return a, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= maxAnnounced {
		k.known = map[ref.CutID]Announced{}
	}
	k.known[cut] = a
	return a, nil
}

// forget drops a cut whose content is destroyed.
func (k *announced) forget(cut ref.CutID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.known, cut)
}

// ArrivedExhibit tells how much of an exhibit of a received cut has come.
type ArrivedExhibit struct {
	Content ref.Hash `json:"content"`
	Parts   int      `json:"parts"`
	Here    int      `json:"here"` // of them
}

// arrivedOf tells that of all the exhibits that an officer may see.
func (x *Exchange) arrivedOf(ctx context.Context, view release.Cut) ([]ArrivedExhibit, error) {
	files, err := view.Files()
	if err != nil {
		return nil, err
	}
	var list []ArrivedExhibit
	for _, f := range files {
		here, err := x.Ports.Exhibits.CountReceived(ctx, view.ID, f.Content)
		if err != nil {
			return nil, err
		}
		list = append(list, ArrivedExhibit{Content: f.Content, Parts: f.Parts(), Here: here})
	}
	return list, nil
}

// Exhibit gives a piece of an exhibit of a received cut, from a part on, to an
// officer who has opened the cut. That it was taken is recorded, and receipted to
// its sender, before a byte of it is given. The hash may be given by its first 8
// digits or more.
func (x *Exchange) Exhibit(ctx context.Context, actor party.Actor, id, hash string, from int) (holdings.Piece, error) {
	rc, hidden, err := x.Opened(ctx, actor, id)
	if err != nil {
		return holdings.Piece{}, err
	}
	came, err := x.Ports.Inbox.Cut(ctx, rc.Cut.ID.String())
	if err != nil {
		return holdings.Piece{}, err
	}
	whole := came.Cut // the numbers of files are those of all that came
	shown := make([]holdings.Exhibited, len(rc.Cut.Portions))
	for i, p := range rc.Cut.Portions {
		shown[i] = holdings.Exhibited{Exhibits: p.Exhibits, Marking: p.Marking}
	}
	f, err := holdings.Named(hash, shown)
	if err != nil {
		return holdings.Piece{}, err
	}
	files, err := whole.Files()
	if err != nil {
		return holdings.Piece{}, err
	}
	number := holdings.NumberOf(f, files)
	parts := func(ctx context.Context, from, limit int) ([][]byte, error) {
		return x.Ports.Exhibits.ReceivedParts(ctx, rc.Cut.ID, f.Content, from, limit)
	}
	return x.readings.Give(ctx, actor.Handle, rc.Cut.ID, f, parts, from, x.Now(), func() error {
		_, err := x.recordReading(ctx, actor, rc, highestShown(rc.Cut, hidden), number)
		return err
	})
}

// recordReading puts a reading of a cut, or the taking of an exhibit of it by its
// number (0: none), into the ledger and its receipt into the outbox.
func (x *Exchange) recordReading(ctx context.Context, actor party.Actor, rc ReceivedCut, form intel.Form, exhibit int) (record.Receipt, error) {
	r := record.Record{Kind: record.ReadBy, At: x.now(), Node: x.Self.Node, Unit: actor.Unit, Officer: actor.Handle, Other: rc.Partner,
		Cut: rc.Cut.ID, CutHash: rc.Hash, Form: form, Scope: intel.Scope{Content: form.Content(), Contact: true}, Purpose: rc.Cut.Purpose, Exhibit: exhibit}
	entry, envelope, err := record.NewSigned(r, x.Self.Keys().Signing, x.Random)
	if err != nil {
		return record.Receipt{}, err
	}
	send, err := x.receiptFor(ctx, rc)
	if err != nil {
		return record.Receipt{}, err
	}
	var given record.Receipt
	o := Opening{Cut: rc.Cut.ID, Actor: actor, At: r.At, Records: one(entry)}
	o.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		given = record.Receipt{Record: envelope, Evidence: evidence[0]}
		out, err := send(given)
		return Proof{Outgoing: out}, err
	}
	if err := x.Ports.Inbox.Open(ctx, o); err != nil {
		return record.Receipt{}, err
	}
	x.waker.wake(rc.Partner)
	return given, nil
}
