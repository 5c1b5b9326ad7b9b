package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"comity/console"
	"comity/fault"
	"comity/law"
	"comity/packs"
	"comity/rulebook"
	"comity/words"
)

type packCmd struct {
	Check  packCheckCmd  `cmd:"" help:"Check pack files; every mistake with its line and the fix."`
	Test   packTestCmd   `cmd:"" help:"Run the examples that packs carry."`
	Add    packAddCmd    `cmd:"" help:"Put a pack on the shelf."`
	List   packListCmd   `cmd:"" help:"List the packs that the node holds, and those that ship with it."`
	Show   packShowCmd   `cmd:"" help:"Show a pack's rules in words."`
	Assess packAssessCmd `cmd:"" help:"Say whether a pack counts here, and why."`
	Rerun  packRerunCmd  `cmd:"" help:"Ask again about every open release, with the packs that count now; list those whose closure grew."`
}

const maxPack = 1 << 20

// readPack reads a pack file, or a pack that ships with the program by its id.
func readPack(s *session, name string) (string, []byte, error) {
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		if b, ships := packs.File(name); ships {
			return name + ".yaml", b, nil
		}
	}
	b, err := readInput(s, name, maxPack)
	if err != nil {
		return name, nil, fault.Safe(err).Fix("name a file, or one of the packs that ship: %s", plainList(packs.Names()))
	}
	return name, b, nil
}

type packCheckCmd struct {
	File []string `arg:"" help:"Pack files, or ids of packs that ship with comity."`
}

// Help is shown below the usage.
func (packCheckCmd) Help() string {
	return `No node is needed. Exit code 2 says that one is not sound.

    comity pack check mx-statute-2020 my-pack.yaml`
}

// Run checks files; no node is needed.
func (c *packCheckCmd) Run(s *session) error {
	var r packChecks
	sound := true
	for _, name := range c.File {
		file, b, err := readPack(s, name)
		if err != nil {
			return err
		}
		one := packCheck{File: file}
		pack, problems := law.Parse(file, b)
		if err := problems.Err(); err != nil {
			one.Mistakes, sound = console.Failed(err), false
		} else {
			one.Pack, one.Version, one.Rules, one.Status = pack.ID, pack.Version, len(pack.Rules), pack.Status
		}
		r.Packs = append(r.Packs, one)
	}
	if err := show(s, r, func(p *printer, r packChecks) { printPackChecks(p, s.term.errors(), r) }); err != nil {
		return err
	}
	if !sound {
		return fault.New(fault.Invalid, "not every pack is sound").Fix("doc/spec/pack.md describes the format")
	}
	return nil
}

// packChecks is what pack check prints.
type packChecks struct {
	Packs []packCheck `json:"packs"`
}

type packCheck struct {
	File     string           `json:"file"`
	Pack     string           `json:"pack,omitzero"`
	Version  int              `json:"version,omitzero"`
	Rules    int              `json:"rules,omitzero"`
	Status   law.Status       `json:"status,omitzero"`
	Mistakes *console.Failure `json:"mistakes,omitempty"` // none: the pack is sound
}

func printPackChecks(p, errors *printer, r packChecks) {
	for _, one := range r.Packs {
		if one.Mistakes != nil {
			printFailure(errors, one.Mistakes)
			continue
		}
		p.line(0, "%s: sound: %s version %d, %s, %s", one.File, one.Pack, one.Version, words.Count(one.Rules, "rule", "rules"), statusWords[one.Status])
	}
}

type packAddCmd struct {
	File string `arg:"" help:"A pack file, or the id of a pack that ships with comity."`
}

// Help is shown below the usage.
func (packAddCmd) Help() string {
	return `For an administrator. A new version of a pack may have to wait for a security officer before
it counts: the answer says so.

    comity pack add mx-guidelines-2021
    comity pack add my-pack.yaml`
}

// Run adds a pack.
func (c *packAddCmd) Run(s *session) error {
	file, b, err := readPack(s, c.File)
	if err != nil {
		return err
	}
	return ask(s, console.AddPack{File: file, Source: b}, func(p *printer, r console.Packs) {
		e := r.Packs[0]
		if e.Waits() {
			p.line(0, "%s version %d is on the shelf and WAITS: %s. It does not count before a security officer assesses it: "+
				"comity pack assess %s --version %d --counts --reason TEXT", e.Ref.ID, e.Ref.Version, words.Count(len(e.Pack.Rules), "rule", "rules"), e.Ref.ID, e.Ref.Version)
			p.line(0, "%s", countingWords(r, e.Ref.ID))
		} else {
			p.line(0, "%s version %d is on the shelf and %s: %s.", e.Ref.ID, e.Ref.Version, counts(e), words.Count(len(e.Pack.Rules), "rule", "rules"))
		}
		p.line(0, "%s", reviewed(e.Pack))
		printPackEffect(p, r)
	})
}

// reviewed says how far a pack may be relied on.
func reviewed(p law.Pack) string {
	by := "NOT reviewed by a lawyer"
	if p.ReviewedBy != "" {
		by = "reviewed by " + p.ReviewedBy
	}
	return "Its standing: " + standing(p.Status, p.Confidence) + "; " + by + "."
}

type packListCmd struct{}

// Help is shown below the usage.
func (packListCmd) Help() string {
	return `HERE says whether a pack counts, waits for a security officer, or was set aside.

    comity pack list`
}

// Run lists the packs.
func (packListCmd) Run(s *session) error {
	return ask(s, console.ListPacks{}, func(p *printer, r console.Packs) {
		rows := [][]string{{"PACK", "VERSION", "HERE", "STANDING", "TITLE"}}
		held := map[string]bool{}
		for _, e := range r.Packs {
			held[e.Ref.ID] = true
			rows = append(rows, []string{e.Ref.ID, fmt.Sprint(e.Ref.Version), countsNow(r, e), string(e.Pack.Status) + " " + string(e.Pack.Confidence), e.Pack.Title})
		}
		for _, id := range packs.Names() {
			if !held[id] {
				rows = append(rows, []string{id, "-", "not added", "-", "ships with comity: comity pack add " + id})
			}
		}
		p.table(0, rows...)
	})
}

func counts(e rulebook.Entry) string {
	switch {
	case e.Counts:
		return "counts"
	case e.Waits():
		return "waits"
	default:
		return "set aside"
	}
}

// countsNow tells the one version of a pack that counts from those that could
// and are older, or have not begun.
func countsNow(r console.Packs, e rulebook.Entry) string {
	if e.Counts && !slices.Contains(r.Counting, e.Ref) {
		return "other version"
	}
	return counts(e)
}

// countingWords says which version of a pack counts.
func countingWords(r console.Packs, id string) string {
	for _, c := range r.Counting {
		if c.ID == id {
			return fmt.Sprintf("Of %s, version %d counts now.", id, c.Version)
		}
	}
	return fmt.Sprintf("Of %s, no version counts now.", id)
}

type packShowCmd struct {
	ID      string `arg:"" help:"The pack's id."`
	Version int    `help:"An earlier version." placeholder:"N"`
	Source  bool   `help:"Print the file as it was added."`
}

// Help is shown below the usage.
func (packShowCmd) Help() string {
	return `What each rule says, whom it binds, by when, and how far it may be relied on.

    comity pack show mx-statute-2020
    comity pack show mx-statute-2020 --source > mx-statute-2020.yaml`
}

// Run shows a pack.
func (c *packShowCmd) Run(s *session) error {
	if b, ships := packs.File(c.ID); ships && c.Source && c.Version == 0 && s.home().Check() != nil {
		return s.term.file(b) // a lawyer has no node
	}
	return ask(s, console.ShowPack{ID: c.ID, Version: c.Version}, func(p *printer, r console.Packs) {
		if c.Source {
			_ = s.term.file(r.Packs[0].Source)
			return
		}
		printPack(p, r.Packs[0], countingWords(r, c.ID))
	})
}

type packAssessCmd struct {
	ID       string `arg:"" help:"The pack's id."`
	Version  int    `help:"The version that you looked at. Without it the newest one counts, or every one is set aside." placeholder:"N"`
	Counts   bool   `help:"Its rules are followed here." xor:"word" required:""`
	SetAside bool   `help:"Its rules are not followed here; the pack stays for reference and comparison." aliases:"reference" xor:"word" required:""`
	Reason   string `help:"Why, in your lawyers' words." required:"" placeholder:"TEXT"`
}

// Help is shown below the usage.
func (packAssessCmd) Help() string {
	return `For a security officer, who says what the node's own lawyers found. Every plan from now on goes
by it; comity pack rerun asks again about what was sent.

    comity pack assess mx-statute-2020 --set-aside --reason "the guidelines of 2021 narrow it"
    comity pack assess mx-statute-2020 --version 2 --counts --reason "our lawyers read it"`
}

// Run keeps the word of the node's own lawyers.
func (c *packAssessCmd) Run(s *session) error {
	return ask(s, console.AssessPack{ID: c.ID, Version: c.Version, Counts: c.Counts, Reason: c.Reason}, func(p *printer, r console.Packs) {
		p.line(0, "%s version %d: %s.", r.Packs[0].Ref.ID, r.Packs[0].Ref.Version, counts(r.Packs[0]))
		p.line(0, "%s", countingWords(r, c.ID))
		printPackEffect(p, r)
	})
}
