package casework

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/wire"
)

// Options say how to file.
type Options struct {
	How   string // in a few words, for the duty's line; empty: said by File
	Paper bool   // write it out even if the party named has a node
}

// Filed is a duty that was discharged.
type Filed struct {
	Duty     exchange.Duty
	At       wire.Time
	Due      wire.Time          // the earliest reading of the deadline; zero: none
	Late     bool               // filed after it
	Partner  party.Name         // the node it goes to; empty: written out
	Unit     party.Name         // the unit there
	Released *exchange.Released // of a report that was sent
	Letter   string             // the report as it reads, to be handed over if it was written out
	Record   []byte             // canonical: the fact that the receipt proves
	Receipt  record.Receipt     // proof of the filing and its time
}

// File discharges a duty. If the party named is, or lies in, a unit of a
// partner, or is a partner's node, the report is sent as an item; else it is
// written out as a letter; so it is if it is larger than an item can be. Either
// way the draft goes as it stands, the filing
// is recorded with its deadline, and the receipt proves it. A duty is filed
// once; what is filed late is filed all the same and said to be late.
func (c *Casework) File(ctx context.Context, actor party.Actor, id string, opts Options) (Filed, error) {
	d, err := c.store.Duty(ctx, id)
	if err != nil {
		return Filed{}, err
	}
	if err := c.links.MayTell(ctx, actor, d); err != nil {
		return Filed{}, err
	}
	if !d.Discharged.IsZero() {
		return Filed{}, fault.New(fault.Stale, "this duty was discharged at %s: %s", d.Discharged, d.How).
			Fix("comity file %s --again gives its letter and its proof once more", d.ID.Short())
	}
	f := Filed{Duty: d, Due: d.First()}
	partner, unit, err := c.links.Route(ctx, d.Duty.To)
	switch {
	case fault.Is(err, fault.Withheld) || err == nil && opts.Paper:
		err = c.write(ctx, actor, &f, opts)
	case err == nil:
		f.Partner, f.Unit = partner.Name, unit
		err = c.send(ctx, actor, &f, opts)
		if fault.Is(err, fault.TooLarge) { // nothing was sent: what no item holds, a letter does
			f.Partner, f.Unit = "", ""
			err = c.write(ctx, actor, &f, opts)
		}
	}
	if err != nil {
		return Filed{}, err
	}
	return f.proven()
}

// Again gives the letter and the proof of a duty that was discharged, as often
// as they are asked for: paper is lost, and disks are full. It changes nothing.
func (c *Casework) Again(ctx context.Context, actor party.Actor, id string) (Filed, error) {
	d, err := c.store.Duty(ctx, id)
	if err != nil {
		return Filed{}, err
	}
	if err := c.links.MayTell(ctx, actor, d); err != nil {
		return Filed{}, err
	}
	if d.Discharged.IsZero() {
		return Filed{}, fault.New(fault.Invalid, "this duty was not filed yet").Fix("comity file %s files it", d.ID.Short())
	}
	f := Filed{Duty: d, Due: d.First()}
	if f.Receipt, err = record.ParseReceipt(d.Proof); err != nil {
		return Filed{}, err
	}
	report, err := c.links.ReportOf(ctx, actor, d, "")
	if err != nil {
		return Filed{}, err
	}
	if f.Letter, err = c.letter(ctx, d, report, d.Discharged); err != nil {
		return Filed{}, err
	}
	return f.proven()
}

// proven reads from the receipt when the duty was filed.
func (f Filed) proven() (Filed, error) {
	f.Record = f.Receipt.Record.Payload
	r, err := record.Parse(f.Record)
	if err != nil {
		return Filed{}, err
	}
	f.At, f.Late = r.At, !f.Due.IsZero() && r.At.After(f.Due)
	return f, nil
}

// send files with the partner's node.
func (c *Casework) send(ctx context.Context, actor party.Actor, f *Filed, opts Options) error {
	report, err := c.links.ReportOf(ctx, actor, f.Duty, f.Unit)
	if err != nil {
		return err
	}
	item, err := c.desk.Import(ctx, actor, holdings.Draft{Kind: intel.ContactReport, Title: report.Title,
		Basis: "demanded by " + f.Duty.Duty.Rule, Portions: []intel.Portion{{Kind: intel.Fact, Text: report.Text, Marking: report.Home, Origins: report.Origins}}})
	if err != nil {
		return err
	}
	how := opts.How
	if how == "" {
		how = "sent to " + string(f.Unit)
	}
	released, receipt, err := c.links.File(ctx, actor, item.ID, f.Unit, exchange.Filing{Duty: f.Duty, How: how})
	f.Released, f.Receipt, f.Letter = &released, receipt, report.Text
	return err
}

// write files by a letter, for a party that has no node.
func (c *Casework) write(ctx context.Context, actor party.Actor, f *Filed, opts Options) error {
	report, err := c.links.ReportOf(ctx, actor, f.Duty, "")
	if err != nil {
		return err
	}
	how := opts.How
	if how == "" {
		how = "written out for " + string(f.Duty.Duty.To)
	}
	d, err := c.links.Discharge(ctx, actor, exchange.Filing{Duty: f.Duty, How: how})
	if err != nil {
		return err
	}
	if err := c.store.Discharge(ctx, f.Duty.ID, d.At, how, d.Records, d.Proven); err != nil {
		return err
	}
	c.links.Wake() // the originator's receipt of the passing on waits
	f.Receipt = d.Receipt()
	f.Letter, err = c.letter(ctx, f.Duty, report, d.At)
	return err
}

// letter sets a report out for paper. It adds the head that a letter needs
// and not a word about what was received.
func (c *Casework) letter(ctx context.Context, d exchange.Duty, r exchange.Report, at wire.Time) (string, error) {
	to, err := c.links.Title(ctx, d.Duty.To)
	if err != nil {
		return "", err
	}
	from, err := c.links.Title(ctx, d.Duty.Holder)
	return "To: " + to + "\nFrom: " + from + "\nDate: " + at.String() + "\nRe: " + r.Title + " (" + d.Duty.Title + ")\n\n" + r.Text + "\n", err
}
