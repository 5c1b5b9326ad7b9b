package intel

import (
	"slices"
	"strings"

	"comity/party"
	"comity/wire"
)

// remove takes one element away; to take away what is not there is an error,
// because it is a slip of the pen more often than not.
func (m *Marking) remove(e element) error {
	before := *m
	if e.hasArg && reserved(e.word) && e.word != "NOT" {
		return bad("-%s takes no text", e.word).Fix("write -%s alone, or the element with what it should become", e.word)
	}
	switch e.word {
	case "TLP":
		m.TLP = TLPNone
		m.dropLists()
		return removed(e, before.TLP != TLPNone)
	case "COMMUNITY":
		m.Community = nil
		return removed(e, len(before.Community) > 0)
	case "CLIENTS":
		m.Clients = nil
		return removed(e, len(before.Clients) > 0)
	case "REL":
		m.Rel = nil
		return removed(e, len(before.Rel) > 0)
	case "NOT":
		return m.removeBars(e)
	case "FORM":
		m.Ceiling = Withheld
		return removed(e, before.Ceiling != Withheld)
	case "CONTACT":
		m.NoContact = false
		return removed(e, before.NoContact)
	case "CLASS":
		m.Classification = ""
		return removed(e, before.Classification != "")
	case "TTL":
		m.Expires = wire.Time{}
		return removed(e, !before.Expires.IsZero())
	case "REVIEW":
		m.ReviewBy = wire.Time{}
		return removed(e, !before.ReviewBy.IsZero())
	}
	return m.removeCaveats(e)
}

func removed(e element, was bool) error {
	if was {
		return nil
	}
	return bad("there is no %s to take away", clip(e.word))
}

func (m *Marking) removeBars(e element) error {
	rest := slices.DeleteFunc(slices.Clone(m.Not), func(b Bar) bool {
		who, _, _ := strings.Cut(strings.ToLower(e.arg), ":")
		return !e.hasArg || b.Parties == party.Pattern(strings.TrimSpace(who))
	})
	was := len(rest) < len(m.Not)
	m.Not = orNil(rest)
	return removed(e, was)
}

func (m *Marking) removeCaveats(e element) error {
	code := Code(e.word)
	if a, ok := aliases[e.word]; ok {
		code = a
	}
	rest := slices.DeleteFunc(slices.Clone(m.Caveats), func(c Caveat) bool {
		return c.Code == code && (!e.hasArg || c.Arg == e.arg)
	})
	was := len(rest) < len(m.Caveats)
	m.Caveats = orNil(rest)
	return removed(e, was)
}

// orNil keeps one form of an empty list, so that equal markings are equal.
func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}
