package main

import (
	"fmt"
	"os"
	"path/filepath"

	"comity/console"
	"comity/fault"
	"comity/words"
)

type ledgerCmd struct {
	Verify ledgerVerifyCmd `cmd:"" help:"Recompute the whole ledger and check every record."`
	Show   ledgerShowCmd   `cmd:"" help:"Show records; this is recorded."`
	Tiles  ledgerTilesCmd  `cmd:"" help:"Save the ledger's tree as C2SP tiles, without any record."`

	Override ledgerOverrideCmd `cmd:"" help:"Go on signing although the ledger is behind what this node has signed."`
}

type ledgerOverrideCmd struct {
	Reason string `required:"" help:"Why; its hash goes into the ledger." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (ledgerOverrideCmd) Help() string {
	return `A node whose database was put back, or changed, signs nothing: its ledger would have
two histories, and every partner that holds the lost one freezes the link. This is for a
security officer whose newest database is lost for good. Tell the partners first.

    comity ledger override --reason "the disk of 3 May died; the backup is of 2 May"`
}

// Run overrides the guard.
func (c *ledgerOverrideCmd) Run(s *session) error {
	return ask(s, console.OverrideLedger{Reason: c.Reason}, func(p *printer, _ console.Overridden) {
		p.line(0, "The node signs again. The override is on record; partners that hold more of the ledger will freeze the link.")
	})
}

type ledgerVerifyCmd struct{}

// Help is shown below the usage.
func (ledgerVerifyCmd) Help() string {
	return `For security officers, auditors and administrators. It gives no record away, and is not
recorded. Exit code 6 says that something does not hold.

    comity ledger verify`
}

// Run verifies the ledger.
func (ledgerVerifyCmd) Run(s *session) error {
	return ask(s, console.VerifyLedger{}, func(p *printer, r console.Verified) {
		p.line(0, "The ledger holds: %s, all in place, under root %s.", words.Count(int(r.Head.Size), "record", "records"), r.Head.Root.Short())
		for _, k := range r.Kinds {
			p.line(2, "%6d  %s", k.Count, k.Kind)
		}
	})
}

type ledgerShowCmd struct {
	From  int64 `help:"From this record on; the default is the newest ones." default:"-1"`
	Limit int   `help:"How many." default:"20"`
}

// Help is shown below the usage.
func (ledgerShowCmd) Help() string {
	return `For security officers, auditors and administrators; that you looked is on record too.

    comity ledger show --limit 50
    comity ledger show --from 0`
}

// Run shows records.
func (c *ledgerShowCmd) Run(s *session) error {
	return ask(s, console.ShowLedger{From: max(c.From, 0), Last: c.From < 0, Limit: c.Limit}, func(p *printer, r console.Records) {
		rows := [][]string{{"NO", "AT", "KIND", "OFFICER", "ABOUT"}}
		for _, l := range r.Records {
			rows = append(rows, []string{fmt.Sprint(l.Number), l.Record.At.String(), string(l.Record.Kind), orDash(string(l.Record.Officer)), about(l)})
		}
		p.table(0, rows...)
		p.line(0, "%d records in all, root %s", r.Head.Size, r.Head.Root.Short())
	})
}

// about says in a few words what a record is about.
func about(l console.Leaf) string {
	var parts []string
	add := func(format string, ok bool, v any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, v))
		}
	}
	r := l.Record
	add("%s", r.Other != "", r.Other)
	add("item %s", !r.Item.IsZero(), r.Item.Short())
	add("cut %s", !r.Cut.IsZero(), r.Cut.Short())
	add("rule %s", r.Rule != "", r.Rule)
	add("plan %s", !r.Plan.IsZero(), r.Plan.Short())
	add("%s", r.Code != "", r.Code)
	if len(parts) == 0 {
		return "-"
	}
	return plainList(parts)
}

type ledgerTilesCmd struct {
	Dir string `arg:"" help:"Folder to write to." type:"path"`
}

// Help is shown below the usage.
func (ledgerTilesCmd) Help() string {
	return `The tiles hold hashes only. Tools for C2SP's tlog-tiles read them as they are.

    comity ledger tiles tiles`
}

// Run saves the checkpoint and the tiles.
func (c *ledgerTilesCmd) Run(s *session) error {
	next, size := 0, int64(0)
	saved := 0
	for {
		r, err := do(s, console.LedgerTiles{Size: size, From: next})
		if err != nil {
			return err
		}
		if size == 0 {
			size = r.Head.Size
			if err := c.save("checkpoint", []byte(r.Head.Checkpoint)); err != nil {
				return err
			}
		}
		for _, f := range r.Files {
			if err := c.save(f.Path, f.Content); err != nil {
				return err
			}
			saved++
		}
		if next = r.Next; next == 0 {
			break
		}
	}
	s.term.printer().line(0, "%d tiles and the checkpoint of %d records are in %s.", saved, size, c.Dir)
	return nil
}

func (c *ledgerTilesCmd) save(path string, content []byte) error {
	if !filepath.IsLocal(path) {
		return fault.New(fault.Forged, "the node named a tile %q", path)
	}
	full := filepath.Join(c.Dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return fault.New(fault.Invalid, "the folder of %s cannot be made", full).Because(err)
	}
	if err := os.WriteFile(full, content, 0o600); err != nil {
		return fault.New(fault.Internal, "%s cannot be written", full).Because(err)
	}
	return nil
}
