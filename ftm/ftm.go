// Package ftm knows FollowTheMoney's names: the types of entities, their properties,
// and what a value of each looks like. It keeps an analyst's statements such that the
// field's other tools read them; what partners send it is never asked about.
//
// Pure: it imports fault.
package ftm

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"comity/fault"
)

//go:embed model.txt
var source string

// schema is a type of entity.
type schema struct {
	extends    []string
	properties map[string]property
}

type property struct{ kind, of string }

// model reads the names, once.
var model = sync.OnceValue(func() map[string]schema {
	m, at := map[string]schema{}, ""
	for line := range strings.Lines(source) {
		words := strings.Fields(line)
		if !strings.HasPrefix(line, "\t") {
			at = words[0]
			m[at] = schema{words[1:], map[string]property{}}
			continue
		}
		p := property{kind: words[1]}
		if len(words) > 2 {
			p.of = words[2]
		}
		m[at].properties[words[0]] = p
	}
	return m
})

// lineage lists a type and all that it extends.
func lineage(name string) []string {
	list := []string{name}
	for i := 0; i < len(list); i++ {
		for _, e := range model()[list[i]].extends {
			if !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	return list
}

// Is tells whether a type is another one or extends it.
func Is(name, other string) bool {
	_, known := model()[name]
	return known && slices.Contains(lineage(name), other)
}

// Check refuses a statement that FollowTheMoney has no words for: an unknown type, a
// property that the type does not have, a date that is none. It says what was
// perhaps meant.
func Check(name, prop, value string) error {
	if _, known := model()[name]; !known {
		return fault.New(fault.Invalid, "FollowTheMoney has no type of entity %q", name).Fix("%s", meant(name, slices.Collect(maps.Keys(model()))))
	}
	have := map[string]property{}
	for _, s := range lineage(name) {
		maps.Copy(have, model()[s].properties)
	}
	p, known := have[prop]
	if !known {
		return fault.New(fault.Invalid, "FollowTheMoney's %s has no property %q", name, prop).Fix("%s", meant(prop, slices.Collect(maps.Keys(have))))
	}
	if p.kind == "date" && !isDate(value) {
		return fault.New(fault.Invalid, "%s is no date", prop).Fix("write it like 2024, 2024-07 or 2024-07-26")
	}
	return nil
}

// Names tells whether the value of a property names another entity.
func Names(name, prop string) bool {
	for _, s := range lineage(name) {
		if p, ok := model()[s].properties[prop]; ok {
			return p.kind == "entity"
		}
	}
	return false
}

// isDate takes a year, a month, a day, or a time of RFC 3339.
func isDate(s string) bool {
	day, _, _ := strings.Cut(s, "T")
	parts := strings.Split(day, "-")
	if len(parts) > 3 || len(parts[0]) != 4 || !digits(parts[0]) {
		return false
	}
	most := []int{0, 12, 31}
	n := make([]int, 3)
	for i, p := range parts {
		if !digits(p) || i > 0 && len(p) != 2 {
			return false
		}
		for _, d := range p {
			n[i] = 10*n[i] + int(d-'0')
		}
		if i > 0 && (n[i] < 1 || n[i] > most[i]) {
			return false
		}
	}
	return len(parts) < 3 || n[2] <= days(n[0], n[1])
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// days is how many a month has.
func days(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case slices.Contains([]int{4, 6, 9, 11}, month):
		return 30
	}
	return 31
}

// meant offers the names that are spelled most like one.
func meant(name string, among []string) string {
	slices.SortFunc(among, func(a, b string) int {
		return cmp.Or(cmp.Compare(distance(name, a), distance(name, b)), strings.Compare(a, b))
	})
	return "did you mean " + strings.Join(among[:min(3, len(among))], ", ") + "?"
}

// distance counts the letters in which two words differ (Levenshtein's, without
// regard to case).
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if len(a) > 60 {
		a = a[:60]
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
