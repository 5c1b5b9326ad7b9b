package main

import (
	"comity/fault"
	"comity/law"
	"comity/release"
	"comity/words"
)

type packTestCmd struct {
	File []string `arg:"" help:"Pack files, or ids of packs that ship with comity."`
}

// Help is shown below the usage.
func (packTestCmd) Help() string {
	return `Each example in a pack is a situation with who must come to see what, and by when. They
are run by the pack alone, with the engine that plans. Exit code 2 says that one does not hold.

    comity pack test mx-statute-2020 my-pack.yaml`
}

// Run tries the examples; no node is needed.
func (c *packTestCmd) Run(s *session) error {
	failed, run := 0, 0
	var tested []testedPack
	for _, name := range c.File {
		file, b, err := readPack(s, name)
		if err != nil {
			return err
		}
		pack, problems := law.Parse(file, b)
		if err := problems.Err(); err != nil {
			return err
		}
		outcomes, err := release.TryExamples(pack)
		if err != nil {
			return err
		}
		tested = append(tested, testedPack{pack.ID, pack.Version, outcomes})
		run += len(outcomes)
		for _, o := range outcomes {
			if !o.OK() {
				failed++
			}
		}
	}
	if err := show(s, packTests{tested}, printPackTests); err != nil {
		return err
	}
	switch {
	case failed > 0:
		return fault.New(fault.Invalid, "%s not hold", words.Count(failed, "example does", "examples do")).Fix("mend the rule, or the example if it says what the law does not")
	case run == 0:
		return fault.New(fault.Invalid, "there is no example to run").Fix("write some under examples:, see doc/packs.md")
	}
	return nil
}

type packTests struct {
	Packs []testedPack `json:"packs"`
}

type testedPack struct {
	Pack     string            `json:"pack"`
	Version  int               `json:"version"`
	Outcomes []release.Outcome `json:"outcomes"`
}

func printPackTests(p *printer, r packTests) {
	for _, t := range r.Packs {
		p.head(bold, "%s, version %d: %s", t.Pack, t.Version, words.Count(len(t.Outcomes), "example", "examples"))
		for _, o := range t.Outcomes {
			if o.OK() {
				p.labelled(2, planLabel, "holds", o.Name)
				continue
			}
			p.styled(red, 2, "FAILS     %s", o.Name)
			for _, w := range o.Want {
				p.labelled(2, planLabel, "", "it says: "+w)
			}
		}
	}
}
