package main

import (
	"comity/console"
	"comity/fault"
	"comity/wire"
)

type fileCmd struct {
	Duty  string `arg:"" help:"The duty: its id, or at least its last eight digits."`
	Out   string `help:"Write the report as a letter into this file." type:"path" placeholder:"FILE"`
	Proof string `help:"Write the proof of filing into this file, for orx-verify." type:"path" placeholder:"FILE"`
	Paper bool   `help:"Write it out even if the party named has a node."`
	How   string `help:"How it is handed over, in a few words." placeholder:"TEXT"`
	Again bool   `help:"File nothing: give the letter and the proof of a duty that was filed once more."`
}

// Help is shown below the usage.
func (fileCmd) Help() string {
	return `The draft goes as it stands: to the node of the party named if that is a partner, or
written out for a party that has none. Either way the ledger proves when it was filed.
A letter or a proof that was lost is given again, at any time, with --again.

    comity file 5cd01f77 --out sre.letter --proof sre.proof
    comity file 5cd01f77 --again --out sre.letter --proof sre.proof`
}

// Run files the duty. A duty is discharged once, so the files are made first.
func (c *fileCmd) Run(s *session) error {
	if c.Again && (c.Paper || c.How != "") {
		return fault.New(fault.Invalid, "--again files nothing, so --paper and --how say nothing").Fix("give --again with --out and --proof alone")
	}
	s.sends = !c.Again
	out, err := newOutput(c.Out)
	if err != nil {
		return err
	}
	defer out.drop()
	proof, err := newOutput(c.Proof)
	if err != nil {
		return err
	}
	defer proof.drop()
	r, err := do(s, console.FileDuty{Duty: c.Duty, How: c.How, Paper: c.Paper || c.Out != "" && !c.Again, Again: c.Again})
	if err != nil {
		return err
	}
	if err := c.save(r, out, proof); err != nil {
		return err
	}
	return show(s, r, func(p *printer, r console.Filed) { c.print(p, r) })
}

// save writes the letter and the proof. Whatever goes wrong, the duty stays
// discharged, and the error says how to come by them.
func (c *fileCmd) save(r console.Filed, letter, proof *output) error {
	b, err := wire.Encode(r.Receipt)
	if err == nil {
		err = letter.keep([]byte(r.Letter))
	}
	if err == nil {
		err = proof.keep(b)
	}
	if err != nil {
		safe := *fault.Safe(err)
		return safe.Fix("the duty IS filed; comity file %s --again --out FILE --proof FILE gives the letter and the proof once more", r.Duty.ID.Short())
	}
	return nil
}

func (c *fileCmd) print(p *printer, r console.Filed) {
	in := "in time"
	switch {
	case r.Late:
		in = "LATE: it was due " + shown(r.Due)
	case !r.Due.IsZero():
		in += ": it was due " + shown(r.Due)
	}
	p.line(0, "Filed at %s, %s.", shown(r.At), in)
	switch {
	case r.Partner != "":
		p.line(0, "It goes to %s at %s.", r.Unit, r.Partner)
	case c.Out != "":
		p.line(0, "The letter to %s is in %s; hand it over.", r.Duty.Duty.To, c.Out)
	case c.Again:
		p.line(0, "It was filed so: %s. This is the letter:", r.Duty.How)
		p.gap()
		p.block(4, r.Letter)
	default:
		p.line(0, "%s has no node here; this is the letter to hand over:", r.Duty.Duty.To)
		p.gap()
		p.block(4, r.Letter)
	}
	if c.Proof != "" {
		p.line(0, "The proof of filing is in %s.", c.Proof)
	}
}
