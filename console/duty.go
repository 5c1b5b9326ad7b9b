package console

import (
	"context"

	"comity/casework"
	"comity/exchange"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// ListDuties asks what the officer's unit must report, the most pressing
// first.
type ListDuties struct {
	All   bool `json:"all,omitzero"`   // also those discharged
	From  int  `json:"from,omitzero"`  // leaves out so many
	Limit int  `json:"limit,omitzero"` // 0: 50; at most 500
}

// FileDuty discharges a duty: the report is sent to the party named, or
// written out if that has no node.
type FileDuty struct {
	Duty  string `json:"duty"` // the id, or its last digits
	How   string `json:"how,omitzero"`
	Paper bool   `json:"paper,omitzero"` // write it out even if the party has a node
	Again bool   `json:"again,omitzero"` // files nothing: the letter and proof of one that was filed
}

// Owed is a duty as it stands.
type Owed struct {
	ID         ref.DutyID    `json:"id"`
	Duty       release.Duty  `json:"duty"`
	Draft      release.Draft `json:"draft"`
	Cut        ref.CutID     `json:"cut"`
	First      wire.Time     `json:"first,omitzero"` // the earliest reading of the deadline
	Overdue    bool          `json:"overdue,omitzero"`
	Late       bool          `json:"late,omitzero"`
	Discharged wire.Time     `json:"discharged,omitzero"`
	How        string        `json:"how,omitzero"`
	Closed     string        `json:"closed,omitzero"` // why part of the draft is left out
}

// Duties are a page of duties. Count and Overdue are of all that were asked
// for; Next is where to go on from, zero at the end.
type Duties struct {
	Duties  []Owed `json:"duties"`
	Count   int    `json:"count"`
	Overdue int    `json:"overdue"`
	Next    int    `json:"next,omitzero"`

	Unknown []party.Name `json:"unknown,omitempty"` // the unit, if no pack that counts describes its duties
}

// Filed is a duty that was discharged, with its proof.
type Filed struct {
	Duty    Owed           `json:"duty"`
	At      wire.Time      `json:"at"`
	Due     wire.Time      `json:"due,omitzero"`
	Late    bool           `json:"late,omitzero"`
	Partner party.Name     `json:"partner,omitzero"` // the node it goes to; empty: written out
	Unit    party.Name     `json:"unit,omitzero"`
	Letter  string         `json:"letter"`
	Receipt record.Receipt `json:"receipt"`
}

// Command names the command.
func (ListDuties) Command() Name      { return listDuties }
func (ListDuties) answer() (r Duties) { return r }

// Command names the command.
func (FileDuty) Command() Name     { return fileDuty }
func (FileDuty) answer() (r Filed) { return r }

func (d *Desk) listDuties(ctx context.Context, actor party.Actor, c ListDuties) (Duties, error) {
	from, limit := max(c.From, 0), atMost(c.Limit)
	list, err := d.Casework.Duties(ctx, actor, !c.All, from, limit)
	if err != nil {
		return Duties{}, err
	}
	duties := Duties{Duties: []Owed{}, Count: list.Count, Overdue: list.Overdue}
	if duties.Unknown, err = d.unknown(ctx, actor.Unit); err != nil {
		return Duties{}, err
	}
	for _, o := range list.Duties {
		duties.Duties = append(duties.Duties, owed(o))
	}
	if next := from + len(list.Duties); next < list.Count && len(list.Duties) > 0 {
		duties.Next = next
	}
	return duties, nil
}

// atMost bounds how much of a list is given: a partner's messages can make any number
// of duties due.
func atMost(limit int) int {
	if limit <= 0 {
		limit = 50
	}
	return min(limit, 500)
}

func (d *Desk) fileDuty(ctx context.Context, actor party.Actor, c FileDuty) (Filed, error) {
	file := func() (casework.Filed, error) {
		return d.Casework.File(ctx, actor, c.Duty, casework.Options{How: c.How, Paper: c.Paper})
	}
	if c.Again {
		file = func() (casework.Filed, error) { return d.Casework.Again(ctx, actor, c.Duty) }
	}
	f, err := file()
	if err != nil {
		return Filed{}, err
	}
	return Filed{
		Duty: bareDuty(f.Duty), At: f.At, Due: f.Due, Late: f.Late, Partner: f.Partner, Unit: f.Unit,
		Letter: f.Letter, Receipt: f.Receipt,
	}, nil
}

func owed(o casework.Owed) Owed {
	view := bareDuty(o.Duty)
	view.First, view.Overdue, view.Late = o.First, o.Overdue, o.Late
	if o.Closed != nil {
		view.Closed = o.Closed.Error()
	}
	return view
}

func bareDuty(d exchange.Duty) Owed {
	return Owed{ID: d.ID, Duty: d.Duty, Draft: d.Draft, Cut: d.Cut, Discharged: d.Discharged, How: d.How}
}
