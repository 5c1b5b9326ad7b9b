package console

import (
	"context"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/wire"
	"comity/witness"
)

// ShowEvidence asks for what was kept when the link with a partner was frozen.
type ShowEvidence struct {
	Partner party.Name `json:"partner"`
}

// AcquaintPartners allows that two partners are told of each other's heads, or
// ends it.
type AcquaintPartners struct {
	A   party.Name `json:"a"`
	B   party.Name `json:"b"`
	End bool       `json:"end,omitzero"`
}

// OverrideLedger lets a node sign again although its ledger is behind.
type OverrideLedger struct {
	Reason string `json:"reason"`
}

// Evidence is what was kept, oldest first, and the card under whose keys it
// was signed.
type Evidence struct {
	Evidence []exchange.Evidence `json:"evidence"`
	Card     []byte              `json:"card"`
}

// Acquainted are the pairs of partners that are told of each other's heads.
type Acquainted struct {
	Pairs [][2]party.Name `json:"pairs"`
}

// Overridden is a node that signs again.
type Overridden struct{}

// Witnessed is how a node's ledger stands at a witness.
type Witnessed struct {
	Size int64     `json:"size"`
	Root ref.Hash  `json:"root"`
	At   wire.Time `json:"at"`
	Open int       `json:"open,omitzero"` // heads seen and not shown to belong to it
}

// Command names the command.
func (ShowEvidence) Command() Name        { return showEvidence }
func (ShowEvidence) answer() (r Evidence) { return r }

// Command names the command.
func (AcquaintPartners) Command() Name          { return acquaintPartners }
func (AcquaintPartners) answer() (r Acquainted) { return r }

// Command names the command.
func (OverrideLedger) Command() Name          { return overrideLedger }
func (OverrideLedger) answer() (r Overridden) { return r }

func (d *Desk) showEvidence(ctx context.Context, actor party.Actor, c ShowEvidence) (Evidence, error) {
	list, err := d.Exchange.Evidence(ctx, actor, c.Partner)
	if err != nil {
		return Evidence{}, err
	}
	partners, err := d.Exchange.Partners(ctx, actor)
	e := Evidence{Evidence: list}
	for _, p := range partners {
		if p.Name == c.Partner {
			e.Card = p.Signed
		}
	}
	return e, err
}

func (d *Desk) acquaintPartners(ctx context.Context, actor party.Actor, c AcquaintPartners) (Acquainted, error) {
	if err := d.Witness.Acquaint(ctx, actor, c.A, c.B, !c.End); err != nil {
		return Acquainted{}, err
	}
	st, err := d.Witness.Standing(ctx, actor)
	return Acquainted{append([][2]party.Name{}, st.Told...)}, err
}

func (d *Desk) overrideLedger(ctx context.Context, actor party.Actor, c OverrideLedger) (Overridden, error) {
	return Overridden{}, d.Witness.Override(ctx, actor, c.Reason)
}

// witnessed adds to links how the ledgers of both sides stand.
func (d *Desk) witnessed(ctx context.Context, actor party.Actor, links []Link) error {
	st, err := d.Witness.Standing(ctx, actor)
	if err != nil {
		return err
	}
	of := func(list []witness.Held, n party.Name) *Witnessed {
		for _, h := range list {
			if h.Partner == n {
				return &Witnessed{h.Head.Size, h.Head.Root, h.At, h.Open}
			}
		}
		return nil
	}
	for i := range links {
		links[i].Theirs, links[i].Ours = of(st.Theirs, links[i].Name), of(st.Ours, links[i].Name)
		for _, pair := range st.Told {
			switch links[i].Name {
			case pair[0]:
				links[i].Told = append(links[i].Told, pair[1])
			case pair[1]:
				links[i].Told = append(links[i].Told, pair[0])
			}
		}
	}
	return nil
}

// stopped tells whether the node's ledger is behind; nil: it is not.
func (d *Desk) stopped(ctx context.Context, actor party.Actor) (*Stopped, error) {
	st, err := d.Witness.Standing(ctx, actor)
	if err != nil || st.Stopped == nil {
		return nil, err
	}
	why := fault.Safe(st.Stopped.Refusal())
	return &Stopped{Rekeyed: d.rekeyed(st.Stopped.Head), Size: st.Stopped.Head.Size, Holder: st.Stopped.Holder, At: st.Stopped.At, Unasked: st.Unasked, Why: why.Text, Hint: why.Hint}, nil
}

// rekeyed tells whether a head of this node's own is signed with a key that the
// node does not have, beside one that it has: then its keys were replaced after
// the backup was made that it was put back from. Whoever cosigned the head did
// so under another name.
func (d *Desk) rekeyed(head ledger.Checkpoint) bool {
	origin := ledger.Origin(string(d.Node))
	unknown := strings.Count(string(head.Signed), "\n\u2014 "+origin+" ")
	for _, k := range d.Keys() {
		if _, err := ledger.OpenCheckpoint(head.Signed, origin, k); err == nil {
			unknown--
		}
	}
	return unknown > 0
}
