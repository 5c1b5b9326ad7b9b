// Package words says in plain English what screens and pictures say alike of a
// plan: numbers of portions, counts, how far something reaches. What one of
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

// Count gives a count with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

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

// Portions names portions by number; none is the item as a whole.
func Portions(n []int) string {
	switch len(n) {
	case 0:
		return "the item"
	case 1:
		return "portion " + Numbers(n)
	default:
		return "portions " + Numbers(n)
	}
}

// Forms says which portions go in which form, the fullest first; name is how
// portions are named.
func Forms(forms []intel.Form, name func([]int) string) string {
	var parts []string
	for _, f := range []intel.Form{intel.Copy, intel.Room, intel.Substitute, intel.Pointer, intel.Withheld} {
		var n []int
		for i, g := range forms {
			if g == f {
				n = append(n, i+1)
			}
		}
		if len(n) > 0 {
			parts = append(parts, f.String()+" of "+name(n))
		}
	}
	return strings.Join(parts, "; ")
}

// Reach says how many parties a plan reaches, and of how many of them the
// duties are not known: that is never left out.
func Reach(p release.Plan) string {
	reached := map[party.Name]bool{}
	for _, row := range p.Rows {
		reached[row.Party] = true
	}
	text := Count(len(reached), "party", "parties") + " would or could come to see something"
	if n := len(p.Unknown); n > 0 {
		text += fmt.Sprintf("; the duties of %d are not known", n)
	}
	return text
}

// Names joins names of parties.
func Names(names []party.Name) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = string(n)
	}
	return strings.Join(list, ", ")
}
