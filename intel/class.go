package intel

import (
	"slices"
	"strings"
)

// A classification is native and no audience (doctrine, section 4): it is
// carried, shown and combined, and no rule reads it. Its text is scheme:level,
// several joined by commas: uk:SECRET or eu:RESTRICTED,us:SECRET.

// ladder orders the levels that the national schemes share; a level outside
// it stands beside the others of its scheme.
var ladder = []string{"UNCLASSIFIED", "OFFICIAL", "OFFICIAL-SENSITIVE", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"}

const maxClass = 200

// parseClass reads a classification and gives its one form: sorted, and of
// two levels that a scheme orders only the higher.
func parseClass(arg string) (string, error) {
	if len(arg) > maxClass {
		return "", large("the classification has %d bytes; at most %d are taken", len(arg), maxClass)
	}
	var all []string
	for part := range strings.SplitSeq(arg, ",") {
		scheme, level, _ := strings.Cut(strings.TrimSpace(part), ":")
		scheme, level = strings.ToLower(strings.TrimSpace(scheme)), strings.ToUpper(strings.TrimSpace(level))
		if !of(scheme, "abcdefghijklmnopqrstuvwxyz0123456789-", 16) || !of(level, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789- ", 40) {
			return "", bad("%q is not a classification", clip(part)).Fix("write scheme:level, like uk:SECRET")
		}
		all = append(all, scheme+":"+level)
	}
	return strings.Join(highest(all), ","), nil
}

func of(s, alphabet string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, alphabet) == "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune(alphabet, r)
	}) < 0
}

func highest(all []string) []string {
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(slices.Clone(all), func(c string) bool {
		return slices.ContainsFunc(all, func(d string) bool { return outranks(d, c) })
	})
}

func outranks(a, b string) bool {
	as, al, _ := strings.Cut(a, ":")
	bs, bl, _ := strings.Cut(b, ":")
	ra, rb := slices.Index(ladder, al), slices.Index(ladder, bl)
	return as == bs && ra >= 0 && rb >= 0 && ra > rb
}

func combineClass(a, b string) string {
	if a == "" || b == "" || a == b {
		return max(a, b)
	}
	return strings.Join(highest(append(strings.Split(a, ","), strings.Split(b, ",")...)), ",")
}
