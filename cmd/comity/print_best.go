package main

import (
	"fmt"
	"strings"

	"comity/console"
	"comity/release"
	"comity/words"
)

// printBest tells what of the wish for the most that can be sent fell short,
// why, and what would unlock it. Portions that fell short alike stand together.
func printBest(p *printer, v console.PlanView) {
	if !v.Best {
		return
	}
	if len(v.Held) == 0 {
		p.head(bold, "THE MOST that can be sent: all that was asked for.")
		p.gap()
		return
	}
	if v.Nothing {
		p.head(red, "THE MOST that can be sent, with every promise kept, is NOTHING, not even that it exists. The plan below is of what you asked for.")
	} else {
		p.head(bold, "THE MOST that can be sent, with every promise kept. It falls short here:")
	}
	for _, n := range v.Dropped {
		if v.Nothing {
			break
		}
		p.styled(yellow, 2, "%s can be given nothing and is left out", named(v, n))
	}
	for _, group := range alikeHeld(v.Held) {
		h := group[0]
		var portions []int
		for _, one := range group {
			portions = append(portions, one.Portion)
		}
		p.line(2, "%s, to %s", words.Portions(portions), named(v, h.Recipient))
		p.labelled(4, planLabel, "asked", h.Asked.String())
		p.labelled(4, planLabel, "given", h.Form.String())
		for i, r := range h.Why {
			if i > 0 && r.Promise == h.Why[i-1].Promise && r.Portion == h.Why[i-1].Portion {
				p.labelled(4, planLabel, "", "and "+r.Why) // the same promise, against another
				continue
			}
			p.labelled(4, planLabel, first(i, "why"), reasonWords(h, r))
		}
		for i, u := range h.Unlock {
			p.labelled(4, planLabel, first(i, "unlock"), fmt.Sprintf("(%c) %s", 'a'+i%26, u))
		}
	}
	p.gap()
}

func reasonWords(h release.Held, r release.Reason) string {
	text := fmt.Sprintf("as a %s it would break %s: %s", h.Tried, r.Promise, r.Why)
	if r.Portion != 0 {
		text += fmt.Sprintf(" (a promise of portion %d)", r.Portion)
	}
	return text
}

// alikeHeld groups the cells that fell short in the same way.
func alikeHeld(list []release.Held) [][]release.Held {
	var groups [][]release.Held
	at := map[string]int{}
	for _, h := range list {
		var why []string
		for _, r := range h.Why {
			why = append(why, r.Promise, r.Why)
		}
		key := fmt.Sprint(h.Recipient, h.Asked, h.Form, h.Tried, strings.Join(why, " "), h.Unlock)
		i, found := at[key]
		if !found {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], h)
	}
	return groups
}
