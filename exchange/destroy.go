package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/words"
)

// Destroyed is the content of a received cut, destroyed for good.
type Destroyed struct {
	Cut    ref.CutID      `json:"cut"`
	Record record.Receipt `json:"record"` // that the sender is given
}

// Destroy destroys the content of a cut that came, for a reason of
// [record.DestroyReasons]: by destroying its key, here and so in every backup.
// What stays is that it came, whence, under which markings, and who read it.
// The destruction is on record, and its sender is given the receipt. What the
// officer has not been shown may be destroyed too: a recall does not wait for a
// reading. The cut may be named by its last 8 digits.
func (x *Exchange) Destroy(ctx context.Context, actor party.Actor, id, reason string) (Destroyed, error) {
	rc, _, err := x.destroyable(ctx, actor, id, reason)
	if err != nil {
		return Destroyed{}, err
	}
	r := record.Record{Kind: record.Destroy, At: x.now(), Node: x.Self.Node, Unit: actor.Unit, Other: rc.Partner, Cut: rc.Cut.ID, CutHash: rc.Hash, Code: reason}
	entry, envelope, err := record.NewSigned(r, x.Self.Keys().Signing, x.Random)
	if err != nil {
		return Destroyed{}, err
	}
	by := r // the node's own, which names the officer
	by.Officer, by.Subject = actor.Handle, ProofOf(envelope.Payload)
	rest, err := x.entries(by)
	if err != nil {
		return Destroyed{}, err
	}
	send, err := x.receiptFor(ctx, rc)
	if err != nil {
		return Destroyed{}, err
	}
	done := Destroyed{Cut: rc.Cut.ID}
	d := Destruction{Cut: rc.Cut.ID, Records: append(one(entry), rest...)}
	d.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		done.Record = record.Receipt{Record: envelope, Evidence: evidence[0]}
		out, err := send(done.Record)
		return Proof{Outgoing: out}, err
	}
	if err := x.Ports.Inbox.Destroy(ctx, d); err != nil {
		return Destroyed{}, err
	}
	x.announced.forget(rc.Cut.ID)
	x.waker.wake(rc.Partner)
	return done, nil
}

// Destroyable tells what Destroy would destroy, or refuses as it would.
func (x *Exchange) Destroyable(ctx context.Context, actor party.Actor, id, reason string) (Letter, error) {
	rc, view, err := x.destroyable(ctx, actor, id, reason)
	if err != nil {
		return Letter{}, err
	}
	return x.letter(actor, rc, view), nil
}

// destroyable finds the cut, which the officer may destroy for this reason. The
// sender is told the reason, so one that names a recall must be the answer to one.
func (x *Exchange) destroyable(ctx context.Context, actor party.Actor, id, reason string) (ReceivedCut, release.Cut, error) {
	if err := actor.May(party.ActDestroy); err != nil {
		return ReceivedCut{}, release.Cut{}, err
	}
	if !slices.Contains(record.DestroyReasons, reason) {
		return ReceivedCut{}, release.Cut{}, fault.New(fault.Invalid, "%q is no reason to destroy something", reason).Fix("reasons are %v", record.DestroyReasons)
	}
	rc, view, hidden, err := x.addressed(ctx, actor, id)
	switch {
	case err != nil:
	case rc.Destroyed:
		err = destroyed(rc.Cut.ID)
	case len(hidden) > 0:
		err = fault.New(fault.Denied, "some portions of it are not for you to read, nor to destroy").Fix("ask an officer who may see all of it")
	case reason == recalledReason && rc.Recalled.IsZero():
		err = fault.New(fault.Invalid, "%s has not recalled %s, and would be told so", view.Originator, rc.Cut.ID.Short()).
			Fix("give the reason that holds: retention, error or order")
	case len(rc.Due) > 0:
		err = fault.New(fault.Blocked, "%s still due about it, and would be empty", words.Count(len(rc.Due), "report is", "reports are")).
			Fix("file them first: comity duties lists them")
	}
	return rc, view, err
}

// recalledReason is the one of [record.DestroyReasons] that its originator gives.
const recalledReason = "recalled"

func destroyed(id ref.CutID) error {
	return fault.New(fault.Expired, "the content of %s was destroyed here", id.Short()).Fix("its record, and who read it before, are kept")
}
