package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/words"
)

type trailCmd struct {
	Item     string `arg:"" help:"The item."`
	Receipts string `help:"Save every receipt, and the cards of those who gave them, into this folder." type:"path" placeholder:"DIR"`
}

// Help is shown below the usage.
func (trailCmd) Help() string {
	return `A saved receipt is checked offline, by anybody, with
  orx-verify --card DIR/mx-semar.card.json DIR/*.receipt.json
If its giver has replaced its signing key, give a --card for each of its cards that are
saved there, mx-semar.card-1.json and so on, in any order.
Where an item was sent over a promise, what this node's officers answered to the plan is
saved too, and is checked with this node's card:
  orx-verify --card DIR/us-dea.card.json DIR/*.approval.json
A receipt is cosigned once its giver has shown this node that the ledger holds it for good;
--witness-card CARD, with this node's own card, has that checked too.

    comity trail 81d07c44
    comity trail 81d07c44 --receipts receipts`
}

// Run shows the trail.
func (c *trailCmd) Run(s *session) error {
	r, err := do(s, console.ReadTrail{Item: c.Item, Receipts: c.Receipts != ""})
	if err != nil {
		return err
	}
	if c.Receipts != "" {
		if err := saveAll(c.Receipts, slices.Concat(r.Receipts, r.Approvals, r.Cards)); err != nil {
			return err
		}
	}
	return show(s, r, func(p *printer, r console.Trail) {
		if r.Destroyed {
			p.head(bold, "The content of this item was DESTROYED here, in all its versions. What was sent lives on where it was sent, unless a receipt below says that it was destroyed there too.")
		}
		printHalted(p, r.Halted)
		printTrail(p, r.Trail)
		if c.Receipts != "" {
			n := 0
			for _, f := range r.Receipts {
				if strings.HasSuffix(f.Name, ".receipt.json") {
					n++
				}
			}
			p.line(0, "%s saved in %s.", words.Count(n, "receipt is", "receipts are"), c.Receipts)
			if len(r.Approvals) > 0 {
				p.line(0, "With them %s of this node's officers to plans that broke a promise.", words.Count(len(r.Approvals), "answer", "answers"))
			}
		}
	})
}

// saveAll writes files into a folder; those that are there already are the
// same files and are written anew.
func saveAll(dir string, files []console.File) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "the folder %s cannot be made", dir).Because(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Name)), f.Content, 0o600); err != nil {
			return fault.New(fault.Internal, "%s cannot be written", f.Name).Because(err)
		}
	}
	return nil
}

func printTrail(p *printer, t exchange.Trail) {
	if len(t.Lines) == 0 {
		p.line(0, "The item was sent to nobody.")
		return
	}
	for _, l := range t.Lines {
		what := "version " + fmt.Sprint(l.Version)
		if l.Notice != "" {
			what = string(l.Notice)
		}
		p.head(bold, "%s  %s to %s at %s", l.Cut.Short(), what, l.Recipient, l.Partner)
		p.labelled(2, planLabel, "sent", shown(l.At)+": "+words.Forms(l.Forms, words.Numbers))
		state := string(l.Stage)
		if l.Reason != "" {
			state += ": " + string(l.Reason)
		}
		p.labelled(2, planLabel, "state", state)
		switch {
		case l.Exhibits > 0:
			p.labelled(2, planLabel, "exhibits", fmt.Sprintf("%s; %d of %s delivered", words.Count(l.Exhibits, "file", "files"), l.Taken, words.Count(l.Parts, "part", "parts")))
		case l.Following != "":
			p.labelled(2, planLabel, "exhibits", l.Following)
		}
		if !l.Silent.IsZero() {
			p.labelled(2, planLabel, "SILENT", "nothing since "+shown(l.Silent))
		}
		printReceipts(p, l)
	}
}

// printReceipts shows the first receipts and the newest, and says how many
// stand between them.
func printReceipts(p *printer, l exchange.Line) {
	for i, r := range l.Receipts {
		if i > 0 && l.Between > 0 && r.N > l.Receipts[i-1].N+1 {
			p.labelled(2, planLabel, "", "and "+words.Count(l.Between, "receipt", "receipts")+" between")
		}
		p.labelled(2, planLabel, "receipt", receiptLine(r))
	}
}

func receiptLine(r exchange.TrailReceipt) string {
	text := fmt.Sprintf("%d. %s %s", r.N, r.Kind, shown(r.At))
	if r.Unit != "" {
		text += ", " + string(r.Unit)
	}
	if r.Officer != "" {
		text += "#" + string(r.Officer)
	}
	switch {
	case r.Exhibit > 0:
		text += fmt.Sprintf(", took exhibit %d", r.Exhibit)
	case r.Took:
		text += ", took an exhibit"
	}
	if !r.Came.IsZero() {
		text += " by its own clock, which is WRONG; it came " + shown(r.Came)
	}
	if r.Code != "" {
		text += ": " + r.Code
	}
	if r.To != "" {
		text += fmt.Sprintf(", to %s (%s) under %s", r.To, scopeShort(r.Scope), r.Rule)
	}
	if r.Cosigned.IsZero() {
		return text + "; signed"
	}
	return text + "; signed, cosigned " + shown(r.Cosigned)
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || !errors.Is(err, os.ErrNotExist)
}
