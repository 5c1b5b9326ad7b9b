package main

import (
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
)

type importCmd struct {
	File    string `arg:"" help:"A text or Markdown file in UTF-8; - reads the input. Each paragraph becomes a portion."`
	Title   string `help:"The title; the default is the first heading." placeholder:"TEXT"`
	Kind    string `help:"report, request, answer, note, ..." placeholder:"KIND"`
	Topic   string `help:"The matter in a few words: contact reports quote it." placeholder:"TEXT"`
	Areas   string `help:"Fields of crime, by which some duties are owed: drugs,firearms,money... None named is read as any." placeholder:"A,B"`
	Purpose string `help:"What it may be used for." placeholder:"TEXT"`
	Basis   string `help:"Why it may be held." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (importCmd) Help() string {
	return `A new item has no marking, and what has no marking is for nobody outside the node.

    comity import boats.md --topic "maritime interdiction" --purpose "joint patrol"`
}

// Run imports the file.
func (c *importCmd) Run(s *session) error {
	if c.Kind != "" && !slices.Contains(intel.Kinds, intel.Kind(c.Kind)) {
		return fault.New(fault.Invalid, "there is no kind of item %q", c.Kind).Fix("kinds are %v", intel.Kinds)
	}
	b, err := readInput(s, c.File, intel.MaxItem)
	if err != nil {
		return err
	}
	if strings.HasPrefix(string(b), "%PDF") {
		return fault.New(fault.Unsupported, "%s is a PDF, which is not read yet", c.File).Fix("save its text as a file and import that")
	}
	areas, err := intel.ParseAreas(c.Areas)
	if err != nil {
		return err
	}
	return ask(s, console.ImportItem{
		File: c.File, Text: b, Kind: intel.Kind(c.Kind), Title: c.Title, Topic: c.Topic, Areas: areas, Purpose: c.Purpose, Basis: c.Basis,
	}, func(p *printer, r console.ItemView) {
		printItem(p, r)
		p.gap()
		p.line(0, "Next: comity mark %s 1 --tlp amber+strict --rel UNIT --grade B2", r.View.Item.ID.Short())
	})
}

// plainList joins words for a sentence.
func plainList(words []string) string { return strings.Join(words, ", ") }
