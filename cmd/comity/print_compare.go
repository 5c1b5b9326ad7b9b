package main

import (
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/words"
)

// printComparison sets plans under several sets of packs side by side, then
// tells the conflicts of each.
func printComparison(p *printer, plans []console.PlanView) {
	p.head(bold, "COMPARISON of %d sets of rules", len(plans))
	printQuestion(p, plans[0])
	p.gap()
	p.head(bold, "WHO COMES TO SEE IT, under each set of rules (* where they differ)")
	rows := [][]string{append([]string{"", "PARTY"}, columnNames(plans)...)}
	for _, n := range reached(plans) {
		rows = append(rows, compareParty(plans, n))
	}
	rows = append(rows, compareCounts(plans)...)
	p.grid(2, rows)
	p.gap()
	for i, v := range plans {
		p.head(bold, "%s", columnNames(plans)[i])
		printUnknown(p, v)
		printConflicts(p, v)
	}
}

// columnNames names each plan by its packs.
func columnNames(plans []console.PlanView) []string {
	names := make([]string, len(plans))
	for i, v := range plans {
		var ids []string
		for _, r := range v.Plan.Packs {
			ids = append(ids, r.ID)
		}
		names[i] = strings.Join(ids, "+")
		if names[i] == "" {
			names[i] = "no packs"
		}
	}
	return names
}

// reached lists every party that some plan reaches, in the order of the plans.
func reached(plans []console.PlanView) []party.Name {
	var all []party.Name
	for _, v := range plans {
		for _, row := range v.Plan.Rows {
			if !slices.Contains(all, row.Party) {
				all = append(all, row.Party)
			}
		}
	}
	return all
}

func compareParty(plans []console.PlanView, n party.Name) []string {
	cells := []string{"", string(n)}
	for _, v := range plans {
		cells = append(cells, compareCell(v, n))
	}
	if len(slices.Compact(slices.Clone(cells[2:]))) > 1 {
		cells[0] = "*"
	}
	return cells
}

// compareCell says the most that a party comes to see and the earliest time
// by which it is told.
func compareCell(v console.PlanView, n party.Name) string {
	var most intel.Scope
	var sure, found bool
	var due law.Due
	for _, row := range v.Plan.Rows {
		if row.Party != n {
			continue
		}
		found, most = true, most.Join(row.Scope)
		sure = sure || row.Reach == release.Sure
		if len(row.Latest) > 0 && (due.At.IsZero() || row.Latest[0].At.Before(due.At)) {
			due = row.Latest[0]
		}
	}
	if !found {
		return "-"
	}
	text := scopeShort(most)
	if !sure {
		text = "possibly " + text
	}
	if !due.At.IsZero() {
		text += ", by " + due.At.Time().Format("2006-01-02")
	}
	if slices.ContainsFunc(v.Plan.Unknown, func(u release.Unknown) bool { return u.Party == n }) {
		text += " (DUTIES NOT KNOWN)"
	}
	return text
}

func compareCounts(plans []console.PlanView) [][]string {
	broken, verdict, unknown := []string{"", "promises broken"}, []string{"", "stopped"}, []string{"", "duties not known"}
	for _, v := range plans {
		n := 0
		for _, c := range v.Plan.Conflicts {
			if c.Blocks {
				n++
			}
		}
		broken = append(broken, fmt.Sprint(n))
		word := "no"
		if v.Plan.Blocked() {
			word = "YES"
		}
		verdict = append(verdict, word)
		unknown = append(unknown, "of "+words.Count(len(v.Plan.Unknown), "party", "parties"))
	}
	return [][]string{unknown, broken, verdict}
}

// grid writes rows of cells, every column wrapped within its share of the
// width; the first two are as wide as they need.
func (p *printer) grid(indent int, rows [][]string) {
	marks, names := 2, 0
	for _, row := range rows {
		names = max(names, columns(clean(row[1]))+2)
	}
	names = min(names, p.width/3)
	share := (p.width - indent - marks - names) / max(len(rows[0])-2, 1)
	for _, row := range rows {
		cells := [][]string{{row[0]}, wrap(clean(row[1]), names-2)}
		for _, cell := range row[2:] {
			cells = append(cells, wrap(clean(cell), share-2))
		}
		p.gridRow(indent, cells, marks, names, share)
	}
}

func (p *printer) gridRow(indent int, cells [][]string, marks, names, share int) {
	tall := 0
	for _, c := range cells {
		tall = max(tall, len(c))
	}
	for l := range tall {
		text := strings.Repeat(" ", indent)
		for i, c := range cells {
			width := share
			switch i {
			case 0:
				width = marks
			case 1:
				width = names
			}
			cell := ""
			if l < len(c) {
				cell = c[l]
			}
			text += pad(cell, width)
		}
		_, _ = fmt.Fprintln(p.w, strings.TrimRight(text, " "))
	}
}
