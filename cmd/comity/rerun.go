package main

import (
	"fmt"

	"comity/console"
	"comity/exposure"
	"comity/release"
	"comity/words"
)

type packRerunCmd struct {
	From  int `help:"Leave out so many releases that changed." placeholder:"N"`
	Limit int `help:"How many that changed." default:"50"`
}

// Help is shown below the usage.
func (packRerunCmd) Help() string {
	return `Every open release is asked about again, as if it were sent now, with the packs that count
and are in force now. A release is open for a recipient that got nothing newer of the item,
has not read a recall of it, and for whom some portion has not expired. Security officers
see the whole node's, release officers their unit's.

    comity pack rerun --limit 10`
}

// rerun is all pages put together.
type rerun struct {
	exposure.Rerun
	Count int `json:"count"` // releases that changed
	Grew  int `json:"grew"`  // of them, those whose closure grew
}

// Run asks page by page, so that neither side holds more than it shows.
func (c *packRerunCmd) Run(s *session) error {
	all, next := rerun{}, exposure.Place{}
	for {
		r, err := do(s, console.RerunPacks{After: next})
		if err != nil {
			return err
		}
		page := r.Rerun
		all.At, all.Packs = page.At, page.Packs
		all.Looked, all.Open, all.Unsound.Releases = all.Looked+page.Looked, all.Open+page.Open, all.Unsound.Releases+page.Unsound.Releases
		all.Unsound.Items = append(all.Unsound.Items, page.Unsound.Items...)
		for _, one := range page.Changed {
			all.Count++
			if one.Grew() {
				all.Grew++
			}
			if all.Count > c.From && len(all.Changed) < c.Limit {
				all.Changed = append(all.Changed, one)
			}
		}
		if next = page.Next; next == (exposure.Place{}) {
			break
		}
	}
	return show(s, all, func(p *printer, r rerun) { printRerun(p, r, c.From) })
}

func printRerun(p *printer, r rerun, from int) {
	p.labelled(0, planLabel, "rules", packNames(r.Packs))
	p.gap()
	for _, c := range r.Changed {
		printChanged(p, c)
	}
	if shown := from + len(r.Changed); shown < r.Count {
		p.line(0, "There are more that changed, %d in all: --from %d", r.Count, shown)
	}
	if n := r.Unsound.Releases; n > 0 {
		p.styled(red, 0, "!! NOT ASKED ABOUT: %s, whose stored plan or version does not hold: %s.", words.Count(n, "release", "releases"), replayHint(r.Unsound))
	}
	verdict := fmt.Sprintf("%s looked at, %d open.", words.Count(r.Looked, "release was", "releases were"), r.Open)
	if r.Grew == 0 {
		p.head(green, "NOTHING GREW. %s", verdict)
		return
	}
	p.head(red, "%s MORE TO BE SEEN THAN WAS SAID. %s", words.Count(r.Grew, "RELEASE HAS", "RELEASES HAVE"), verdict)
}

func printChanged(p *printer, c exposure.Changed) {
	word := "shrank"
	if c.Grew() {
		word = "GREW"
	}
	p.head(bold, "item %s, version %d, released %s: %s", c.Item.Short(), c.Version, shown(c.Made), word)
	for _, n := range c.Recipients {
		p.labelled(2, planLabel, "to", string(n))
	}
	for _, g := range c.More {
		printGrowth(p, g)
	}
	for _, b := range c.Broken {
		p.line(2, "BREAKS %s of %s, by what %s sees: %s", b.Promise, portionOrAll(b.Portion), b.Party, scopeShort(b.Scope))
		p.labelled(4, planLabel, "because", b.Why)
		if len(b.Path) > 0 {
			p.labelled(4, planLabel, "path", pathWords(b.Path))
		}
	}
	for _, u := range c.Unknown {
		p.styled(red, 2, "DUTIES NOT KNOWN any more: %s (%s)", u.Party, u.Why)
	}
	if c.Left > 0 {
		p.line(2, "and %s more", words.Count(c.Left, "such", "such"))
	}
	for _, l := range c.Less {
		p.line(2, "less: %s, %s -> %s", l.Party, reachShort(l.Then, scopeShort(l.Was)), reachShort(l.Now, scopeShort(l.Is)))
	}
	p.gap()
}

var grew = map[exposure.GrowthKind]string{exposure.Newly: "NEW", exposure.Wider: "MORE", exposure.Surer: "CERTAIN NOW"}

func printGrowth(p *printer, g exposure.Growth) {
	text := fmt.Sprintf("%s: %s", grew[g.Kind], g.Way.Party)
	if g.Then != "" {
		text += ", till now " + reachShort(g.Then, scopeShort(g.Was))
	}
	p.line(2, "%s", text)
	p.labelled(4, planLabel, "sees", reachShort(g.Way.Reach, scopeWords(g.Way.Scope, g.Way.Portions)))
	printReason(p, g.Way.Path, g.Way.Force, g.Way.Status, g.Way.Confidence)
}

func portionOrAll(n int) string {
	if n == 0 {
		return "the release"
	}
	return fmt.Sprintf("portion %d", n)
}

// reachShort puts how sure a scope is before it.
func reachShort(r release.Reach, scope string) string {
	switch r {
	case release.Sure:
		return scope
	case release.Possible:
		return "possibly " + scope
	default:
		return "nothing"
	}
}
