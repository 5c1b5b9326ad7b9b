// Package words says in plain words what screens and pictures say alike of a plan, in
// English and in the languages that it has: numbers of portions, counts, how far something reaches. What one of
// them says in its own way stays with it.
//
// Band 3, pure. It may import release, intel, law, party and band 1.
package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comity/intel"
	"comity/party"
	"comity/release"
)

// Count gives a count with its noun, in English.
func Count(n int, one, many string) string { return Tongue{}.Count(n, one, many) }

// Bytes gives a size as people say it: 700 bytes, 3.1 MB.
func Bytes(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB"}
	f, u := float64(n), 0
	for ; f >= 999.5 && u < len(units)-1; u++ {
		f /= 1000
	}
	switch {
	case n == 1:
		return "1 byte"
	case u == 0 || f >= 9.95:
		return fmt.Sprintf("%.0f %s", f, units[u])
	}
	return fmt.Sprintf("%.1f %s", f, units[u])
}

// Numbers joins the numbers of portions in order, each once; three or more in
// a row are shortened: 1-3, 5, 6.
func Numbers(n []int) string {
	n = slices.Compact(slices.Sorted(slices.Values(n)))
	var parts []string
	for i := 0; i < len(n); {
		j := i
		for j+1 < len(n) && n[j+1] == n[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, strconv.Itoa(n[i]))
		case j == i+1:
			parts = append(parts, strconv.Itoa(n[i]), strconv.Itoa(n[j]))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", n[i], n[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// Portions names portions in English.
func Portions(n []int) string { return Tongue{}.Portions(n) }

// Forms says in English which portions go in which form.
func Forms(forms []intel.Form, name func([]int) string) string { return Tongue{}.Forms(forms, name) }

// Reach says in English how many parties a plan reaches.
func Reach(p release.Plan) string { return Tongue{}.Reach(p) }

// Names joins names of parties.
func Names(names []party.Name) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = string(n)
	}
	return strings.Join(list, ", ")
}
