package witness

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
)

// Standing is how this node's ledger and its partners' stand with one another.
type Standing struct {
	Stopped *Lost        // nil: this node's ledger is not behind
	Unasked []party.Name // of a node that was put back: who has not said yet what it holds
	Ours    []Held       // heads of this node's ledger, by the partner that holds and has cosigned it
	Theirs  []Held       // heads of partners' ledgers that this node holds
	Told    [][2]party.Name
}

// Standing tells how ledgers stand, for any officer.
func (s *Service) Standing(ctx context.Context, actor party.Actor) (st Standing, err error) {
	if len(actor.Roles) == 0 {
		return st, fault.New(fault.Denied, "only officers see how ledgers stand")
	}
	if st.Stopped = s.Store.Stopped(); st.Stopped != nil && st.Stopped.Restored() {
		if st.Unasked, err = s.Store.Unasked(ctx); err != nil {
			return st, err
		}
	}
	if st.Ours, err = s.Store.Ours(ctx); err != nil {
		return st, err
	}
	if st.Theirs, err = s.Store.Theirs(ctx); err != nil {
		return st, err
	}
	st.Told, err = s.Store.Told(ctx)
	return st, err
}

// Acquaint allows that two partners are told of each other's heads, or ends
// it. It tells each that the other is this node's partner, which is why an
// officer decides it.
func (s *Service) Acquaint(ctx context.Context, actor party.Actor, a, b party.Name, allowed bool) error {
	if err := actor.May(party.ActLink); err != nil {
		return err
	}
	if a == b {
		return fault.New(fault.Invalid, "%s knows itself", a).Fix("name two partners")
	}
	for _, n := range []party.Name{a, b} {
		if _, err := s.Partners.Partner(ctx, n); err != nil {
			return fault.New(fault.Withheld, "%s is not a partner of this node", n).Fix("comity partner list shows the partners").Because(err)
		}
	}
	code := "allowed"
	if !allowed {
		code = "ended"
	}
	var records []ledger.Entry
	for _, other := range []party.Name{a, b} {
		e, err := s.entry(record.Record{Kind: record.Acquaint, Unit: actor.Unit, Officer: actor.Handle, Other: other, Code: code})
		if err != nil {
			return err
		}
		records = append(records, e)
	}
	if err := s.Store.Tell(ctx, a, b, allowed, records); err != nil {
		return err
	}
	s.Links.Want(a)
	s.Links.Want(b)
	return nil
}

// Override lets a node sign again although its ledger is behind what it has
// signed, by the word of a security officer. The record tells of the head that
// is lost; partners that hold it will freeze their links.
func (s *Service) Override(ctx context.Context, actor party.Actor, reason string) error {
	if !actor.Has(party.Security) {
		return fault.New(fault.Denied, "only a security officer can have a ledger go on that is behind")
	}
	if err := exchange.CheckReason(reason); err != nil {
		return err
	}
	if reason == "" {
		return fault.New(fault.Invalid, "the override needs a reason").Fix("say --reason TEXT; its hash goes into the ledger")
	}
	lost := s.Store.Stopped()
	if lost == nil {
		return fault.New(fault.Stale, "the ledger is not behind: there is nothing to override")
	}
	r := record.Record{Kind: record.Override, Unit: actor.Unit, Officer: actor.Handle, Other: lost.Holder, Subject: exchange.ReasonHash(reason), Code: "ledger_behind"}
	if !lost.Restored() {
		r.Message = ref.Content(lost.Head.Signed)
	}
	e, err := s.entry(r)
	if err != nil {
		return err
	}
	return s.Store.Lift(ctx, s.now(), []ledger.Entry{e})
}

func (s *Service) entry(r record.Record) (ledger.Entry, error) {
	r.At, r.Node = s.now(), s.Node
	return record.NewEntry(r, s.Random)
}
