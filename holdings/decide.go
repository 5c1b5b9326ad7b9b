package holdings

import (
	"slices"
	"strings"

	"comity/intel"
	"comity/party"
	"comity/wire"
)

// Subject is a portion, as far as the decision to let somebody read it needs
// to know it.
type Subject struct {
	Units   []party.Name // those that it belongs to: the owning unit, or the units a cut is addressed to
	Author  party.Handle // the officer who wrote the portion here; empty for what partners sent
	Marking intel.Marking
}

// Decision is an answer with its reasons. Without Allow the reasons are for
// the node's own audit, never for the officer who asked.
type Decision struct {
	Allow   bool
	Reasons []string
}

// Decide tells whether an officer may read a portion now. It is the one
// policy function: every row that leaves storage for an officer passes
// through it. What it does not know it refuses.
func Decide(actor party.Actor, s Subject, now wire.Time) Decision {
	var against []string
	refuse := func(why string) { against = append(against, why) }
	if actor.May(party.ActRead) != nil {
		refuse("the officer has no role that reads")
	}
	if actor.Unit == "" || !slices.Contains(s.Units, actor.Unit) {
		refuse("it belongs to no unit of the officer's")
	}
	author := s.Author != "" && s.Author == actor.Handle
	for _, c := range s.Marking.Caveats {
		switch c.Code {
		case intel.EYES:
			if !author && !named(c.Arg, actor) {
				refuse("EYES names others only")
			}
		case intel.EMBARGO:
			if !author && embargoed(c.Arg, now) {
				refuse("EMBARGO lasts until " + c.Arg)
			}
		}
	}
	// Whoever brought a portion in can still see it to prolong it: a slip in a
	// date would otherwise lose it for good.
	if e := s.Marking.Expires; !author && !e.IsZero() && !now.Before(e) {
		refuse("it expired at " + e.String())
	}
	if len(against) > 0 {
		return Decision{Reasons: against}
	}
	return Decision{Allow: true, Reasons: []string{"it belongs to " + string(actor.Unit) + ", and no caveat keeps " + string(actor.Handle) + " from it"}}
}

// named reports whether the list of an EYES caveat, unit#handle with commas
// between, names the officer.
func named(list string, actor party.Actor) bool {
	if actor.Unit == "" || actor.Handle == "" {
		return false
	}
	for who := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(who) == string(actor.Unit)+"#"+string(actor.Handle) {
			return true
		}
	}
	return false
}

// embargoed reports whether an embargo still holds; one whose end cannot be
// read has no end.
func embargoed(until string, now wire.Time) bool {
	t, err := wire.ParseTime(strings.TrimSpace(until))
	return err != nil || now.Before(t)
}
