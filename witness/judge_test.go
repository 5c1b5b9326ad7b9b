package witness_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
	"comity/seal"
	"comity/witness"
)

// log is a ledger that grows from seeds.
type log struct{ ledgertest.Memory }

const owner = "orx/1/mx/semar"

func key(t testing.TB, seed byte) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// fatal is what tests and properties have in common.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

// grow adds n records whose salts come from a seed, and gives the head.
func (l *log) grow(t fatal, sign ledger.Signer, n int, seed uint64) ledger.Checkpoint {
	t.Helper()
	random := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(len(l.Leaves)), byte(len(l.Leaves) >> 8)})
	var list []ledger.Entry
	for range n {
		e, err := ledger.NewEntry([]byte("r"), random)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	_, cp, err := ledger.Append(l, sign, list...)
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

// path gives the proof from one size to another, none if the log cannot give it.
func (l *log) path(from, to int64) []ref.Hash {
	p, _ := ledger.ProveConsistency(l, from, to)
	return p
}

func signer(t testing.TB) ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner(owner, key(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever of an honest node's heads a witness comes to see, in whatever
// order, of whatever age: it never concludes that there are two histories, and
// what it holds never goes back.
func TestHonestLedgersAreNeverFrozen(t *testing.T) {
	sign := signer(t)
	rapid.Check(t, func(r *rapid.T) {
		l, v := &log{}, witness.View{}
		heads := []ledger.Checkpoint{}
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			heads = append(heads, l.grow(r, sign, rapid.IntRange(1, 5).Draw(r, "records"), 7))
			for range rapid.IntRange(0, 2).Draw(r, "seen") {
				v.Open = append(v.Open, witness.Seen{Head: rapid.SampledFrom(heads).Draw(r, "open")})
			}
			// An old question may still be under way, and an answer lost.
			head := rapid.SampledFrom(heads).Draw(r, "head")
			since := rapid.SampledFrom(heads).Draw(r, "since").Size
			if rapid.Bool().Draw(r, "knows") {
				since = v.Held.Size
			}
			s := witness.Said{Head: head, Since: since}
			if rapid.Bool().Draw(r, "answers") {
				// An answer is to a question that was asked when less was seen, and
				// gives what that asked for, from a head as new as all it names.
				s.Answers = true
				for _, o := range v.Open {
					if rapid.Bool().Draw(r, "asked") && o.Head.Size <= head.Size {
						s.Asked = append(s.Asked, witness.Ask{Size: o.Head.Size, Root: o.Head.Root})
						s.Shown = append(s.Shown, witness.Shown{Size: o.Head.Size, Path: l.path(o.Head.Size, head.Size)})
					}
				}
				if shown := rapid.SampledFrom(append(heads, ledger.Checkpoint{})).Draw(r, "showed"); shown.Size <= head.Size {
					s.Showed, s.Since = shown, shown.Size
				}
				s.Stopped = rapid.IntRange(0, 9).Draw(r, "stopped") == 0
			}
			if s.Since <= head.Size {
				s.Path = l.path(s.Since, head.Size)
			}
			j := witness.Judge(v, s)
			if j.Verdict == witness.Forked {
				r.Fatal(j.Why, j.Pair)
			}
			if j.Verdict == witness.Extends {
				if j.Advance.Head.Size < v.Held.Size {
					r.Fatal("what is held went back")
				}
				v.Held = j.Advance.Head
			}
		}
	})
}

// A node that has two histories, whatever it shows of the second to whom has
// seen the first, is never believed; and it is found out as soon as it answers
// whole.
func TestTwoHistoriesAreNeverBelieved(t *testing.T) {
	sign := signer(t)
	rapid.Check(t, func(r *rapid.T) {
		common := rapid.IntRange(0, 9).Draw(r, "common")
		first, second := &log{}, &log{}
		if common > 0 {
			first.grow(r, sign, common, 1)
			second.grow(r, sign, common, 1)
		}
		held := first.grow(r, sign, rapid.IntRange(1, 9).Draw(r, "first"), 2)
		head := second.grow(r, sign, rapid.IntRange(1, 18).Draw(r, "second"), 3)
		s := witness.Said{Head: head, Since: rapid.SampledFrom([]int64{0, held.Size, int64(common)}).Draw(r, "since"), Answers: true, Showed: held}
		switch rapid.IntRange(0, 3).Draw(r, "proof") {
		case 0:
			s.Path = second.path(s.Since, head.Size)
		case 1:
			s.Path = first.path(s.Since, held.Size)
		case 2:
			s.Path = []ref.Hash{{1}, {2}, {3}}
		}
		j := witness.Judge(witness.View{Held: held}, s)
		if j.Verdict == witness.Extends {
			r.Fatal("another history was believed")
		}
		if j.Verdict != witness.Forked {
			r.Fatal(j.Verdict)
		}
		// The same is true of a head that only somebody else was shown.
		open := witness.View{Open: []witness.Seen{{Head: held}}}
		asked := []witness.Ask{{Size: held.Size, Root: held.Root}}
		j = witness.Judge(open, witness.Said{Head: head, Path: second.path(0, head.Size), Answers: true, Asked: asked})
		if j.Verdict != witness.Forked {
			r.Fatal(j.Verdict, " of a head that was passed on")
		}
	})
}

func TestJudge(t *testing.T) {
	sign := signer(t)
	l, other := &log{}, &log{}
	h := []ledger.Checkpoint{{}}
	for range 9 {
		h = append(h, l.grow(t, sign, 1, 1))
	}
	x := other.grow(t, sign, 5, 2)
	open := func(list ...ledger.Checkpoint) (o []witness.Seen) {
		for _, cp := range list {
			o = append(o, witness.Seen{Head: cp})
		}
		return o
	}
	ask := func(cp ledger.Checkpoint) []witness.Ask { return []witness.Ask{{Size: cp.Size, Root: cp.Root}} }
	for name, c := range map[string]struct {
		view  witness.View
		said  witness.Said
		want  witness.Verdict
		shown int
	}{
		"nothing yet":                                     {witness.View{}, witness.Said{}, witness.Extends, 0},
		"the first head":                                  {witness.View{}, witness.Said{Head: h[3]}, witness.Extends, 0},
		"the same head":                                   {witness.View{Held: h[3]}, witness.Said{Head: h[3], Since: 3}, witness.Extends, 0},
		"the same head, whatever since":                   {witness.View{Held: h[3]}, witness.Said{Head: h[3], Since: 1}, witness.Extends, 0},
		"a larger one, proved":                            {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7)}, witness.Extends, 0},
		"a larger one, from elsewhere":                    {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 2, Path: l.path(2, 7)}, witness.Unproved, 0},
		"a larger one, unproved":                          {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 3}, witness.Forked, 0},
		"a larger one, another's proof":                   {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 3, Path: l.path(2, 7)}, witness.Forked, 0},
		"no head any more":                                {witness.View{Held: h[3]}, witness.Said{}, witness.Older, 0},
		"an older one":                                    {witness.View{Held: h[3]}, witness.Said{Head: h[2]}, witness.Older, 0},
		"an older one, knowing better":                    {witness.View{Held: h[3]}, witness.Said{Head: h[2], Answers: true, Showed: h[3]}, witness.Forked, 0},
		"an older one, not shown that one":                {witness.View{Held: h[3]}, witness.Said{Head: h[2], Since: 2, Answers: true, Showed: h[2]}, witness.Older, 0},
		"an older one, and it says so":                    {witness.View{Held: h[3]}, witness.Said{Head: h[2], Answers: true, Showed: h[3], Stopped: true}, witness.Older, 0},
		"nothing, knowing better":                         {witness.View{Held: h[3]}, witness.Said{Answers: true, Showed: h[3]}, witness.Forked, 0},
		"an answer from elsewhere":                        {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 2, Path: l.path(2, 7), Answers: true, Showed: h[3]}, witness.Forked, 0},
		"an answer from elsewhere, behind":                {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 2, Path: l.path(2, 7), Answers: true, Showed: h[3], Stopped: true}, witness.Unproved, 0},
		"an answer without its proof":                     {witness.View{Held: h[3]}, witness.Said{Head: h[7], Since: 3, Answers: true, Showed: h[3]}, witness.Forked, 0},
		"an answer, and more was held":                    {witness.View{Held: h[5]}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Answers: true, Showed: h[3]}, witness.Unproved, 0},
		"the same, badly proved":                          {witness.View{Held: h[5]}, witness.Said{Head: h[7], Since: 3, Path: l.path(2, 7), Answers: true, Showed: h[3]}, witness.Forked, 0},
		"an answer of another root":                       {witness.View{Held: h[7]}, witness.Said{Head: x, Since: 5, Answers: true, Showed: h[5]}, witness.Forked, 0},
		"the held head, and it asked more":                {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[3], Since: 3, Answers: true, Showed: h[3], Asked: ask(h[5])}, witness.Forked, 0},
		"the same, behind":                                {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[3], Since: 3, Answers: true, Showed: h[3], Asked: ask(h[5]), Stopped: true}, witness.Extends, 0},
		"asked of another root":                           {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[3], Since: 3, Answers: true, Showed: h[3], Asked: ask(x)}, witness.Extends, 0},
		"open ones of a head not proved yet, shown badly": {witness.View{Held: h[3], Open: open(x)}, witness.Said{Head: h[7], Since: 2, Shown: []witness.Shown{{5, l.path(5, 7)}}}, witness.Forked, 0},
		"another root":                                    {witness.View{Held: h[5]}, witness.Said{Head: x}, witness.Forked, 0},
		"twice":                                           {witness.View{Twice: &[2]ledger.Checkpoint{h[5], x}}, witness.Said{Head: h[5]}, witness.Forked, 0},
		"an open one, shown":                              {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Shown: []witness.Shown{{5, l.path(5, 7)}}}, witness.Extends, 1},
		"an open one is the head":                         {witness.View{Held: h[3], Open: open(h[7])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7)}, witness.Extends, 1},
		"an open one is the held":                         {witness.View{Held: h[3], Open: open(h[3])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7)}, witness.Extends, 1},
		"an open one, not asked for":                      {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7)}, witness.Extends, 0},
		"an open one, asked for":                          {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Answers: true, Asked: ask(h[5])}, witness.Forked, 0},
		"an open one, shown badly":                        {witness.View{Held: h[3], Open: open(h[5])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Shown: []witness.Shown{{5, l.path(4, 7)}}}, witness.Forked, 0},
		"an open one larger than the head":                {witness.View{Held: h[3], Open: open(h[9])}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Answers: true, Asked: ask(h[9])}, witness.Forked, 0},
		"an open one of another history":                  {witness.View{Held: h[3], Open: open(x)}, witness.Said{Head: h[7], Since: 3, Path: l.path(3, 7), Shown: []witness.Shown{{5, l.path(5, 7)}}}, witness.Forked, 0},
		"of the head's size, another root":                {witness.View{Held: h[3], Open: open(x)}, witness.Said{Head: h[5], Since: 3, Path: l.path(3, 5)}, witness.Forked, 0},
		"open ones of a head not proved":                  {witness.View{Held: h[3], Open: open(x)}, witness.Said{Head: h[7], Since: 1, Answers: true, Asked: ask(x)}, witness.Forked, 0},
		"a smaller open one than the held":                {witness.View{Held: h[7], Open: open(x)}, witness.Said{Head: h[7], Since: 7, Answers: true, Asked: ask(x)}, witness.Forked, 0},
		"a smaller open one, shown":                       {witness.View{Held: h[7], Open: open(h[5])}, witness.Said{Head: h[7], Since: 7, Shown: []witness.Shown{{5, l.path(5, 7)}}}, witness.Extends, 1},
	} {
		j := witness.Judge(c.view, c.said)
		if j.Verdict != c.want || len(j.Advance.Shown) != c.shown {
			t.Errorf("%s: %s (%s), %d shown", name, j.Verdict, j.Why, len(j.Advance.Shown))
		}
		if (j.Verdict == witness.Forked) == (j.Why == "") {
			t.Errorf("%s: %q", name, j.Why)
		}
		if c.said.Head.Size > 0 && j.Verdict == witness.Extends && (!ledger.Same(j.Advance.Head, c.said.Head) || j.Advance.From != c.view.Held.Size) {
			t.Errorf("%s: advances %v", name, j.Advance)
		}
	}
}
