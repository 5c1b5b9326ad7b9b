package holdings

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// Hit is a place where the words of a search stand and that the officer may
// read: an item's, or a received cut's.
type Hit struct {
	Item    ref.ItemID `json:"item,omitzero"` // or
	Cut     ref.CutID  `json:"cut,omitzero"`
	Title   string     `json:"title"`
	From    party.Name `json:"from"`    // who wrote it
	Portion int        `json:"portion"` // 0: the title; OfSource: whence it came
	Text    string     `json:"text"`    // some of it
}

// Bounds of a search.
const (
	maxWords   = 12
	maxWord    = 64
	maxQuery   = 1 << 10
	maxScanned = 2000 // passages that one search looks at
	scanned    = 100  // at a time
	excerpt    = 160  // bytes of a hit's text, about
)

// Search finds the portions and titles that hold all the words: in items
// that the officer may see, and in received cuts that the officer has opened.
// What the officer may not read neither appears nor counts. The words may be
// any text: only letters and digits in it mean anything, and each word also
// finds those that begin with it.
func (d *Desk) Search(ctx context.Context, actor party.Actor, words string, limit int) ([]Hit, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	terms, err := split(words)
	if err != nil {
		return nil, err
	}
	limit = bounded(limit)
	s, hits := d.searcher(actor, terms), []Hit{}
	err = s.each(ctx, func(p Passage) (bool, error) {
		h, ok, err := s.hit(ctx, p)
		if ok {
			hits = append(hits, h)
		}
		return len(hits) < limit, err
	})
	if err != nil {
		return nil, err
	}
	return hits, nil
}

// split takes the words out of any text: runs of letters, digits and marks.
func split(text string) ([]string, error) {
	if len(text) > maxQuery || !utf8.ValidString(text) {
		return nil, fault.New(fault.Invalid, "the search is longer than %d bytes or not UTF-8", maxQuery)
	}
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		words[i] = strings.ToValidUTF8(w[:min(len(w), maxWord)], "")
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	if len(words) == 0 {
		return nil, fault.New(fault.Invalid, "there is no word to search for").Fix("give a word of letters or digits")
	}
	return words[:min(len(words), maxWords)], nil
}

func (d *Desk) searcher(actor party.Actor, terms []string) searcher {
	return searcher{desk: d, actor: actor, terms: terms, items: map[ref.ItemID]*View{}, cuts: map[ref.CutID]*seenCut{}}
}

// each calls visit with the passages that have all the terms, newest first, until it
// has had enough.
func (s searcher) each(ctx context.Context, visit func(Passage) (more bool, err error)) error {
	return s.through(ctx, s.desk.store.Search, visit)
}

// find is a search of the store's.
type find func(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]Passage, error)

func (s searcher) through(ctx context.Context, search find, visit func(Passage) (more bool, err error)) error {
	for offset := 0; offset < maxScanned; offset += scanned {
		page, err := search(ctx, s.actor.Unit, s.actor.Handle, s.terms, offset, scanned)
		if err != nil {
			return err
		}
		for _, p := range page {
			if more, err := visit(p); err != nil || !more {
				return err
			}
		}
		if len(page) < scanned {
			break
		}
	}
	return nil
}

// searcher turns passages into hits, through the same views as every other
// reading; each item and cut is opened once.
type searcher struct {
	desk  *Desk
	actor party.Actor
	terms []string
	items map[ref.ItemID]*View
	cuts  map[ref.CutID]*seenCut
}

func (s searcher) hit(ctx context.Context, p Passage) (Hit, bool, error) {
	if p.Item.IsZero() {
		return s.cutHit(ctx, p)
	}
	v, err := s.item(ctx, p)
	if err != nil || v == nil {
		return Hit{}, false, err
	}
	h := Hit{Item: p.Item, Title: v.Item.Title, From: v.Item.Originator, Portion: p.Number, Text: v.Item.Title}
	if p.Number == OfSource {
		in, err := s.desk.imported(ctx, s.actor, *v)
		if fault.Is(err, fault.Withheld) {
			return Hit{}, false, nil
		}
		h.Text = s.around(in.Source.Said())
		return h, err == nil, err
	}
	if p.Number > 0 {
		portion := v.Item.Portions[p.Number-1]
		h.Text = s.around(intel.Searched(portion.Text, portion.Exhibits, portion.Statements))
	}
	return h, true, nil
}

// item gives the officer's view of an item that a passage is of; nil if that is not
// for the officer, or hidden.
func (s searcher) item(ctx context.Context, p Passage) (*View, error) {
	v, known := s.items[p.Item]
	if !known {
		got, err := s.desk.Item(ctx, s.actor, p.Item)
		if err != nil && !fault.Is(err, fault.Withheld) {
			return nil, err
		}
		if err == nil {
			v = &got
		}
		s.items[p.Item] = v
	}
	if v == nil || p.Number > len(v.Item.Portions) || slices.Contains(v.Hidden, p.Number) {
		return nil, nil
	}
	return v, nil
}

// around cuts some text out about the first word that was searched for.
func (s searcher) around(text string) string {
	lower, at := strings.ToLower(text), 0
	for _, t := range s.terms {
		if i := strings.Index(lower, strings.ToLower(t)); i >= 0 && len(lower) == len(text) {
			at = i
			break
		}
	}
	from := max(0, at-excerpt/4)
	to := min(len(text), from+excerpt)
	out := strings.ToValidUTF8(text[from:to], "")
	if from > 0 {
		out = "…" + out
	}
	if to < len(text) {
		out += "…"
	}
	return strings.Join(strings.Fields(out), " ")
}
