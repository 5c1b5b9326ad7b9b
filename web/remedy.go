package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
)

// clash is what parties would come to see against promises, for one reason: many
// portions break the same promise alike, and are told once.
type clash struct {
	Party     party.Name
	Parties   []clasher // it, and others that break the same alike
	Blocks    bool
	Promises  []promise
	Scope     intel.Scope
	Tolerated intel.Scope
	Why       string
	Remedies  []mending
	row       int
}

// promise is an element of a marking, and the portions that have it; none: the
// release as a whole.
type promise struct {
	Words    string
	Portions []int
}

// mending is a remedy. Value is what its button says to the plan; empty: it is
// no button.
type mending struct {
	Kind     release.RemedyKind
	Portions []int
	Other    party.Name
	Text     string
	Value    string
}

// clashes groups the conflicts of a plan, what blocks first.
func clashes(p release.Plan, q question) []clash {
	var list []clash
	for _, c := range p.Conflicts {
		i := slices.IndexFunc(list, func(k clash) bool {
			return k.Party == c.Party && k.row == c.Row && k.Blocks == c.Blocks && k.Scope == c.Scope && k.Tolerated == c.Tolerated
		})
		if i < 0 {
			i = len(list)
			list = append(list, clash{Party: c.Party, Blocks: c.Blocks, Scope: c.Scope, Tolerated: c.Tolerated, Why: c.Why, row: c.Row})
		}
		list[i].add(p, q, c)
	}
	list = together(list)
	slices.SortStableFunc(list, func(a, b clash) int {
		switch {
		case a.Blocks == b.Blocks:
			return 0
		case a.Blocks:
			return -1
		}
		return 1
	})
	return list
}

// clasher is a party that breaks a promise.
type clasher struct {
	Name  party.Name
	Title string
}

// Many tells whether they are too many for a heading.
func (k clash) Many() bool { return len(k.Parties) > 3 }

// together joins what several parties break alike, and what mends it alike.
func together(list []clash) []clash {
	var out []clash
	at := map[string]int{}
	for _, k := range list {
		key := fmt.Sprint(k.Blocks, k.Promises, k.Scope, k.Tolerated)
		for _, r := range k.Remedies {
			key += "|" + r.Value
		}
		n, ok := at[key]
		if !ok {
			n, at[key] = len(out), len(out)
			out = append(out, k)
		}
		out[n].Parties = append(out[n].Parties, clasher{Name: k.Party})
	}
	return out
}

// titled gives the parties of clashes their titles.
func titled(list []clash, title func(party.Name) string) []clash {
	for _, k := range list {
		for i := range k.Parties {
			k.Parties[i].Title = title(k.Parties[i].Name)
		}
	}
	return list
}

func (k *clash) add(p release.Plan, q question, c release.Conflict) {
	i := slices.IndexFunc(k.Promises, func(one promise) bool { return one.Words == c.Promise })
	if i < 0 {
		i = len(k.Promises)
		k.Promises = append(k.Promises, promise{Words: c.Promise})
	}
	if c.Portion != 0 {
		k.Promises[i].Portions = append(k.Promises[i].Portions, c.Portion)
	}
	for _, r := range c.Remedies {
		for _, m := range mendings(p, q, c, r) {
			k.offer(m, c.Portion)
		}
	}
}

func (k *clash) offer(m mending, n int) {
	i := slices.IndexFunc(k.Remedies, func(have mending) bool { return have.Kind == m.Kind && have.Other == m.Other })
	if i < 0 {
		i = len(k.Remedies)
		k.Remedies = append(k.Remedies, m)
	}
	if n != 0 {
		k.Remedies[i].Portions = append(k.Remedies[i].Portions, n)
	}
	k.Remedies[i].Value = k.Remedies[i].value()
}

// mendings makes of a remedy what buttons can do: one for each other recipient
// that it names.
func mendings(p release.Plan, q question, c release.Conflict, r release.Remedy) []mending {
	if r.Kind != release.OtherRecipient {
		return []mending{{Kind: r.Kind, Text: r.Text}}
	}
	old := through(p, q, c)
	if old == "" {
		return nil
	}
	var list []mending
	_, others, _ := strings.Cut(r.Text, ": ")
	for _, s := range strings.Split(others, ", ") {
		if n := party.Name(s); slices.Contains(p.Others, n) {
			list = append(list, mending{Kind: r.Kind, Other: n, Text: string(old)})
		}
	}
	return list
}

// through gives the recipient by whom a conflict comes about.
func through(p release.Plan, q question, c release.Conflict) party.Name {
	if slices.Contains(q.to, c.Party) {
		return c.Party
	}
	if c.Row >= 0 && c.Row < len(p.Rows) {
		for _, s := range p.Rows[c.Row].Path {
			if slices.Contains(q.to, s.From) {
				return s.From
			}
		}
	}
	if len(q.to) == 1 {
		return q.to[0]
	}
	return ""
}

// forms are what the remedies that lower a portion lower it to.
var lowered = map[release.RemedyKind]intel.Form{
	release.AsPointer: intel.Pointer, release.AsSubstitute: intel.Substitute, release.TearOut: intel.Withheld,
}

// value is what the button of a remedy says: KIND PORTIONS, or other_recipient OLD
// NEW.
func (m mending) value() string {
	if m.Kind == release.OtherRecipient {
		return fmt.Sprintf("%s %s %s", m.Kind, m.Text, m.Other)
	}
	if _, ok := lowered[m.Kind]; !ok {
		return ""
	}
	parts := make([]string, len(m.Portions))
	for i, n := range m.Portions {
		parts[i] = strconv.Itoa(n)
	}
	return string(m.Kind) + " " + strings.Join(parts, ",")
}

// mend changes the question as a button said.
func (q *question) mend(item intel.Item, said string) error {
	bad := fault.New(fault.Invalid, "there is no such remedy").Fix("plan again, and press one of those that are shown")
	kind, rest, _ := strings.Cut(said, " ")
	if release.RemedyKind(kind) == release.OtherRecipient {
		old, other, _ := strings.Cut(rest, " ")
		n, err := party.ParseName(other)
		at := slices.Index(q.to, party.Name(old))
		if err != nil || at < 0 {
			return bad
		}
		for i := range item.Portions {
			q.forms[field(n, i+1)] = q.formOf(q.to[at], portion{N: i + 1})
		}
		q.to = slices.Clone(q.to)
		q.to[at] = n
		return nil
	}
	form, ok := lowered[release.RemedyKind(kind)]
	if !ok {
		return bad
	}
	numbers := strings.Split(rest, ",")
	if rest == "" {
		numbers = nil
		for i := range item.Portions {
			numbers = append(numbers, strconv.Itoa(i+1))
		}
	}
	for _, s := range numbers {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > len(item.Portions) {
			return bad
		}
		for _, to := range q.to {
			q.forms[field(to, n)] = min(form, q.formOf(to, portion{N: n}))
		}
	}
	return nil
}
