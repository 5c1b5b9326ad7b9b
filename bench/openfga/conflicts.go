package main

import (
	"fmt"
	"time"

	"comity/intel"
	"comity/release"
)

// patience is how long one plan may take; the next size is not asked for where
// it must take longer, as work for each broken promise over all parties does.
const patience = 20 * time.Second

// broken measures plans that break promises: each conflict comes with remedies
// that were tried. All parties are reached, in circles.
func broken(budget time.Duration) error {
	fmt.Print("\nPlans that break promises, one recipient, one portion, circles\n\n")
	fmt.Println("| the promise | 50 parties | conflicts | 500 | conflicts | 5000 | conflicts |")
	fmt.Println("| --- | --: | --: | --: | --: | --: | --: |")
	for _, mark := range []string{"TLP:CLEAR", "TLP:CLEAR // NOT:xx/a40:contact", "TLP:AMBER+STRICT"} {
		line, last := "| `"+mark+"` |", time.Duration(0)
		for _, n := range []int{50, 500, 5000} {
			if last*100 > patience {
				line += " not run | |"
				continue
			}
			took, conflicts, err := conflict(newWorld(n, circles, false), mark, budget)
			if err != nil {
				return err
			}
			last = took
			line += fmt.Sprintf(" %s | %d |", ms(took), conflicts)
		}
		fmt.Println(line)
	}
	return nil
}

func conflict(w world, mark string, budget time.Duration) (time.Duration, int, error) {
	q, err := toFirst(w)
	if err != nil {
		return 0, 0, err
	}
	if q.Item, err = item(mark); err != nil {
		return 0, 0, err
	}
	q.Recipients[0].Forms = []intel.Form{intel.Copy}
	rules := release.Prepare(rulesOf(w))
	var p release.Plan
	took, err := median(budget, func() error {
		var err error
		p, err = rules.Decide(q)
		return err
	})
	return took, len(p.Conflicts), err
}
