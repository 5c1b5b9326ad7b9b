package law

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func sortedKeys(m map[string]func(*yaml.Node)) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// closest suggests the known key that a mistyped one most likely meant.
func closest(s string, known map[string]func(*yaml.Node)) string {
	best, at := "", 3
	for _, k := range sortedKeys(known) {
		if d := distance(strings.ToLower(s), k, at); d < at {
			best, at = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is the edit distance of two short words, or limit if it is larger.
func distance(a, b string, limit int) int {
	if len(a) > 40 || len(b) > 40 {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], limit)
}
