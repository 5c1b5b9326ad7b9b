package console

import (
	"context"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/wire"
)

// NodeStatus asks how the node and its links stand.
type NodeStatus struct{}

// Status is the answer. Duties are those of the officer's unit, and counted
// only for those who may file them.
type Status struct {
	Node     party.Name `json:"node"`
	At       wire.Time  `json:"at"`
	Protocol int        `json:"protocol"`
	Links    []Link     `json:"links"`
	Packs    []string   `json:"packs"` // that count here
	Ledger   Head       `json:"ledger"`
	Open     int        `json:"open_duties"`
	Overdue  int        `json:"overdue_duties"`
	Unshown  bool       `json:"duties_not_shown,omitzero"` // to the officer's role: then none are counted

	Card    CardState    `json:"card"`
	Unknown []party.Name `json:"unknown,omitempty"` // units of the node whose duties no pack that counts describes

	// Officers' entries that the node did not sign: there are none unless
	// somebody wrote into the database.
	Unsound []party.Handle `json:"unsound_officers,omitempty"`

	Stopped *Stopped   `json:"stopped,omitempty"` // the ledger is behind: nothing is signed
	Vault   VaultState `json:"vault"`
}

// VaultState is how the copies of the node's vault stand.
type VaultState struct {
	Copies []string `json:"copies,omitempty"` // that the configuration names
	Behind []string `json:"behind,omitempty"` // those that are not the same as the vault
}

// Current gives the copies that are the same as the vault: what can be relied
// on. One that cannot be reached is none.
func (v VaultState) Current() []string {
	return slices.DeleteFunc(slices.Clone(v.Copies), func(c string) bool { return slices.Contains(v.Behind, c) })
}

// Stopped is a node whose ledger is behind a head that it has signed (Size
// and Holder), or that was put back from a backup and has partners to ask.
type Stopped struct {
	Size    int64        `json:"size,omitzero"`
	Holder  party.Name   `json:"holder,omitzero"` // empty: the file beside the database
	At      wire.Time    `json:"at"`
	Unasked []party.Name `json:"unasked,omitempty"`
	Rekeyed bool         `json:"keys_replaced,omitzero"` // the head is signed with a newer key, which this home does not have
	Why     string       `json:"why"`
	Hint    string       `json:"hint"`
}

// Command names the command.
func (NodeStatus) Command() Name      { return nodeStatus }
func (NodeStatus) answer() (r Status) { return r }

func (d *Desk) nodeStatus(ctx context.Context, actor party.Actor, _ NodeStatus) (Status, error) {
	links, err := d.listPartners(ctx, actor, ListPartners{})
	if err != nil {
		return Status{}, err
	}
	s := Status{Node: d.Node, At: wire.At(d.Now()), Protocol: wire.Protocol, Links: links.Links, Packs: []string{}}
	world, err := d.Rules.World(ctx, s.At, nil)
	if err != nil {
		return Status{}, err
	}
	for _, p := range world.Packs {
		s.Packs = append(s.Packs, p.ID)
	}
	units, card, err := d.own()
	if err != nil {
		return Status{}, err
	}
	s.Card = card
	if s.Unknown, err = d.unknown(ctx, units...); err != nil {
		return Status{}, err
	}
	if _, s.Ledger, err = d.head(ctx); err != nil && !fault.Is(err, fault.Withheld) {
		return Status{}, err
	}
	if s.Stopped, err = d.stopped(ctx, actor); err != nil {
		return Status{}, err
	}
	s.Vault = d.Vault()
	if s.Unsound, err = d.Staff.Unsound(ctx); err != nil {
		return Status{}, err
	}
	if s.Unshown = actor.May(party.ActFile) != nil; !s.Unshown {
		duties, err := d.listDuties(ctx, actor, ListDuties{Limit: 1})
		if err != nil {
			return Status{}, err
		}
		s.Open, s.Overdue = duties.Count, duties.Overdue
	}
	return s, nil
}
