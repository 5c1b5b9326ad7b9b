package main

import (
	"comity/console"
	"comity/exposure"
	"comity/words"
)

type replayCmd struct {
	Item  string `arg:"" help:"The item that was sent."`
	From  int    `help:"Leave out so many releases." placeholder:"N"`
	Limit int    `help:"How many releases." default:"50"`
}

// Help is shown below the usage.
func (replayCmd) Help() string {
	return `The plan of each release is worked out once more, with exactly the packs that it names and
the version that was sent. It must come out bit for bit, and the ledger must have a
disclosure under it. Exit code 6 says that one does not.

    comity replay 81d07c44`
}

// Run replays.
func (c *replayCmd) Run(s *session) error {
	r, err := do(s, console.ReplayItem{Item: c.Item, From: c.From, Limit: c.Limit})
	if err != nil {
		return err
	}
	if err := show(s, r, printReplay); err != nil {
		return err
	}
	if !r.Holds {
		return differs{}
	}
	return nil
}

// differs is the exit of a plan that does not come out as it was stored.
type differs struct{}

func (differs) Error() string { return "a stored plan does not hold" }

func printReplay(p *printer, r console.Replay) {
	for _, one := range r.Again.Releases {
		printReplayed(p, one)
	}
	if r.Again.Next > 0 {
		p.line(0, "There are more, %d in all: --from %d", r.Again.Count, r.Again.Next)
	}
	if !r.Holds {
		p.head(red, "NOT AS IT WAS SENT. Somebody wrote into the database, or another comity decided then: ask for the ledger to be verified.")
		return
	}
	// What could not be worked out again is not said to have come out.
	switch gone := goneOf(r.Again.Releases); {
	case gone == 0:
		p.head(green, "Bit for bit as it was sent.")
	case gone < len(r.Again.Releases):
		p.head(green, "Those that could be worked out again: bit for bit as they were sent.")
	}
}

func goneOf(releases []exposure.Replayed) int {
	n := 0
	for _, r := range releases {
		if r.Gone {
			n++
		}
	}
	return n
}

func printReplayed(p *printer, r exposure.Replayed) {
	state := "holds"
	switch {
	case !r.Holds:
		state = "DOES NOT HOLD"
	case r.Gone:
		state = "stands as it was recorded; the content was destroyed, so it cannot be worked out again"
	}
	p.head(bold, "version %d, released %s, plan %s: %s", r.Version, shown(r.Made), r.Plan.Short(), state)
	for _, d := range r.Differs {
		p.labelled(2, planLabel, string(d.Part), d.Text)
	}
	if r.Left > 0 {
		p.line(2, "and %s more", words.Count(r.Left, "difference", "differences"))
	}
}
