package witness

import (
	"slices"

	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// View is what a node has seen of one other's ledger.
type View struct {
	Held  ledger.Checkpoint     // the largest head that was shown to extend all held before; zero: none yet
	At    wire.Time             // when that was last confirmed
	Open  []Seen                // heads that were seen and not shown to belong to it yet, smallest first
	Twice *[2]ledger.Checkpoint // two heads of one size with different roots: proof by itself
	Asked []int64               // of this node's own: what the other asked to be shown, when it was last heard by courier
	Mine  ledger.Checkpoint     // of this node's own ledger: what the other holds and has cosigned
}

// Seen is a signed head of a ledger, and who showed it: its owner, in a
// receipt or in its heads, or another node. A [View] does not say who.
type Seen struct {
	Head   ledger.Checkpoint
	Source party.Name
	At     wire.Time
}

// Advance is a head that comes to be held in place of the one of size From,
// and the open heads that were shown to belong to it.
type Advance struct {
	From  int64
	Head  ledger.Checkpoint
	Shown []Covered
	At    wire.Time
}

// Covered is an open head with the proof that the held one extends it.
type Covered struct {
	Head ledger.Checkpoint
	Path []ref.Hash
}

// Said is what the owner of a ledger says of it, its head verified.
type Said struct {
	Head  ledger.Checkpoint // zero: the ledger is empty
	Since int64
	Path  []ref.Hash
	Shown []Shown

	Answers bool              // it is the answer to a question
	Asked   []Ask             // what that asked to be shown
	Showed  ledger.Checkpoint // the head that it showed: what was held here then; zero: none
	Stopped bool              // it says itself that its ledger is behind
}

// Verdict says what a head means beside the one that is held.
type Verdict string

// The verdicts.
const (
	Extends  Verdict = "extends"  // it is the same ledger, as far on or further
	Older    Verdict = "older"    // it has fewer records than it had: a race, or a database that was put back
	Unproved Verdict = "unproved" // it is further on, and the proof begins elsewhere: it has to be shown again
	Forked   Verdict = "forked"   // there are two histories, both signed
)

// Judgement is a verdict and what follows from it.
type Judgement struct {
	Verdict Verdict
	Advance Advance              // of one that extends
	Pair    [2]ledger.Checkpoint // of a fork: the heads that no one history explains
	Why     string               // likewise, in words
}

// Words for why two heads are of two histories.
const (
	twoRoots  = "one size, two roots"
	unproved  = "the larger is not shown to extend the smaller"
	retreated = "shown the larger, which it has signed, it goes on from the smaller"
	silent    = "it was asked to show that the larger extends the smaller, and did not"
)

// Judge decides what a ledger's owner has shown. A fork is never concluded
// from what a race or a lost message could explain: only from two roots for
// one size, from a proof, signed with its heads, that does not hold, and from an
// answer that leaves out what was asked for, or goes on from less than it was
// just shown to have signed. Whoever has one history can always answer, or says
// that it has lost some of it.
func Judge(v View, s Said) Judgement {
	if v.Twice != nil {
		return forked(v.Twice[0], v.Twice[1], twoRoots)
	}
	if j := unfaithful(v, s); j.Verdict == Forked {
		return j
	}
	verdict := Extends
	switch {
	case s.Head.IsZero() && v.Held.IsZero():
		return Judgement{Verdict: Extends}
	case s.Head.IsZero() || s.Head.Size < v.Held.Size:
		return Judgement{Verdict: Older}
	case v.Held.IsZero():
	case s.Head.Size == v.Held.Size:
		if s.Head.Root != v.Held.Root {
			return forked(v.Held, s.Head, twoRoots)
		}
	default:
		switch _, given, holds := s.shows(v.Held); {
		case !given:
			verdict = Unproved
		case !holds:
			return forked(v.Held, s.Head, unproved)
		}
	}
	a := Advance{From: v.Held.Size, Head: s.Head}
	for _, o := range v.Open {
		covered, fork := cover(o.Head, s)
		if fork != "" {
			return forked(o.Head, s.Head, fork)
		}
		if covered != nil {
			a.Shown = append(a.Shown, *covered)
		}
	}
	if verdict != Extends {
		return Judgement{Verdict: verdict}
	}
	return Judgement{Verdict: Extends, Advance: a}
}

// unfaithful looks whether an answer is one that whoever has one history would
// give: it goes on from no less than what the question showed and named, and
// shows that it extends the one.
func unfaithful(v View, s Said) Judgement {
	if !s.Answers || s.Stopped {
		return Judgement{}
	}
	for _, o := range v.Open {
		if o.Head.Size > s.Head.Size && slices.Contains(s.Asked, Ask{o.Head.Size, o.Head.Root}) {
			return forked(o.Head, s.Head, retreated)
		}
	}
	switch {
	case s.Showed.IsZero():
	case s.Head.Size < s.Showed.Size:
		return forked(s.Showed, s.Head, retreated)
	case s.Head.Size == s.Showed.Size:
		if s.Head.Root != s.Showed.Root {
			return forked(s.Showed, s.Head, twoRoots)
		}
	default:
		switch _, given, holds := s.shows(s.Showed); {
		case !given:
			return forked(s.Showed, s.Head, silent)
		case !holds:
			return forked(s.Showed, s.Head, unproved)
		}
	}
	return Judgement{}
}

// shows looks for a proof that the head extends a smaller one: whether any was
// given for its size, and one that holds. One that does is enough for one
// history.
func (s Said) shows(cp ledger.Checkpoint) (path []ref.Hash, given, holds bool) {
	var paths [][]ref.Hash
	if s.Since == cp.Size {
		paths = append(paths, s.Path)
	}
	for _, x := range s.Shown {
		if x.Size == cp.Size {
			paths = append(paths, x.Path)
		}
	}
	for _, path := range paths {
		if ledger.CheckConsistency(cp, s.Head, path) == nil {
			return path, true, true
		}
	}
	return nil, len(paths) > 0, false
}

// cover looks whether an open head was shown to belong to the head.
func cover(open ledger.Checkpoint, s Said) (*Covered, string) {
	switch {
	case open.Size > s.Head.Size:
		return nil, ""
	case open.Size == s.Head.Size:
		if open.Root != s.Head.Root {
			return nil, twoRoots
		}
		return &Covered{Head: open}, ""
	}
	path, given, holds := s.shows(open)
	if !given {
		if s.Answers && !s.Stopped && slices.Contains(s.Asked, Ask{open.Size, open.Root}) {
			return nil, silent
		}
		return nil, ""
	}
	if !holds {
		return nil, unproved
	}
	return &Covered{Head: open, Path: path}, ""
}

func forked(a, b ledger.Checkpoint, why string) Judgement {
	return Judgement{Verdict: Forked, Pair: [2]ledger.Checkpoint{a, b}, Why: why}
}
