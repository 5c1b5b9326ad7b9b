package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"comity/intel"
	"comity/party"
	"comity/release"
)

const (
	chosen   = 20
	portions = 50
	planned  = 5000
)

// most measures the planner: what is the most that can be sent to 20
// recipients of 50 portions among 5,000 parties with every promise kept?
// Beside it stands a plan of its answer, which says who will see that. OpenFGA
// has nothing to set against it.
func most(budget time.Duration) error {
	fmt.Printf("\nThe planner, %d recipients, %d portions, %d parties\n\n", chosen, portions, planned)
	fmt.Println("| rules | cells below what was asked | recipients dropped | one plan | the planner | planner / plan |")
	fmt.Println("| --- | --: | --: | --: | --: | --: |")
	for _, topics := range []bool{true, false} {
		for _, s := range shapes {
			line, err := plan(newWorld(planned, s, topics), budget)
			if err != nil {
				return err
			}
			fmt.Println(line)
		}
	}
	return nil
}

func plan(w world, budget time.Duration) (string, error) {
	q, err := toMany(w)
	if err != nil {
		return "", err
	}
	rules := release.Prepare(rulesOf(w))
	best, err := rules.Best(q)
	if err != nil {
		return "", err
	}
	found := q
	found.Recipients = best.Plan.Recipients
	if err := greatest(rules, found, best); err != nil {
		return "", fmt.Errorf("%s: %w", w.title(), err)
	}
	one, err := median(budget, func() error { _, err := rules.Decide(found); return err })
	if err != nil {
		return "", err
	}
	took, err := median(budget, func() error { _, err := rules.Best(q); return err })
	return fmt.Sprintf("| %s | %d of %d | %d | %s | %s | %.1f |", w.title(), len(best.Held), chosen*portions, len(best.Dropped),
		ms(one), ms(took), float64(took)/float64(one)), err
}

// greatest checks the answer by asking again: it keeps every promise, and
// raising a cell would not. It tries every fortieth of them.
func greatest(rules *release.Rules, found release.Question, best release.Best) error {
	p, err := rules.Decide(found)
	if err != nil {
		return err
	}
	if p.Blocked() {
		return errors.New("the planner's answer breaks a promise")
	}
	for n := 0; n < len(best.Held); n += 40 {
		h := best.Held[n]
		raised := found
		raised.Recipients = nil
		for _, r := range found.Recipients {
			forms := slices.Clone(r.Forms)
			if r.Party == h.Recipient {
				forms[h.Portion-1] = h.Tried
			}
			raised.Recipients = append(raised.Recipients, release.Recipient{Party: r.Party, Forms: forms})
		}
		p, err := rules.Decide(raised)
		if err != nil {
			return err
		}
		// A dropped recipient is in no plan, so nothing of it was raised.
		if !p.Blocked() && !slices.Contains(best.Dropped, h.Recipient) {
			return fmt.Errorf("portion %d could be sent to %s as %s", h.Portion, h.Recipient, h.Tried)
		}
	}
	return nil
}

// toMany asks for everything to parties all over the topic. The content of a
// fifth of the portions must not reach a party far down, which some recipients
// lead to; a fifth may not be passed on at all; the others have audiences that
// nobody is outside of.
func toMany(w world) (release.Question, error) {
	step := max(1, w.topics) // the next party of the same topic
	far := 60 * step
	marks := []string{"TLP:CLEAR", "TLP:CLEAR // NOT:" + w.name(far) + ":contact", "TLP:AMBER // CLIENTS:xx/*", "TLP:GREEN // COMMUNITY:xx/**", "REL:xx/** // NOFWD"}
	banners := make([]string, portions)
	for n := range banners {
		banners[n] = marks[n%len(marks)]
	}
	i, err := item(banners...)
	if w.topics > 0 {
		i.Areas = []intel.Area{area(0)}
	}
	q := release.Question{Item: i, Sender: i.Originator, At: now}
	for n := range chosen {
		r := release.Recipient{Party: party.Name(w.name(n * step))}
		for range portions {
			r.Forms = append(r.Forms, intel.Copy)
		}
		q.Recipients = append(q.Recipients, r)
	}
	return q, err
}
