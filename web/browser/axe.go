package browser

import (
	"fmt"
	"strings"
)

// Axe holds the page against WCAG 2.2 AA, as the script of axe-core knows it, and
// gives each fault with the elements that have it.
func (t *Tab) Axe(script string) ([]string, error) {
	if err := t.Eval(script+"; true", nil); err != nil {
		return nil, err
	}
	var found []struct {
		ID, Help string
		Nodes    []struct {
			Target         []any
			HTML           string
			FailureSummary string
		}
	}
	err := t.Eval(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }).then(r => r.violations)`, &found)
	var list []string
	for _, v := range found {
		var where []string
		for _, n := range v.Nodes {
			where = append(where, fmt.Sprintf("%v %.90s (%s)", n.Target, n.HTML, strings.Join(strings.Fields(n.FailureSummary), " ")))
		}
		list = append(list, fmt.Sprintf("%s: %s: %s", v.ID, v.Help, strings.Join(where[:min(len(where), 4)], " | ")))
	}
	return list, err
}
