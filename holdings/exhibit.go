package holdings

import (
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// PieceParts is how many parts of a file are handed over at a time.
const PieceParts = 32

// Upload keeps parts of a file that is to be attached to an item of the
// officer's unit, one after the other from the first. What no [Desk.Attach] of the
// same officer follows within an hour must be uploaded again.
func (d *Desk) Upload(ctx context.Context, actor party.Actor, id ref.ItemID, x intel.Exhibit, from int, parts ...[]byte) error {
	if _, _, err := d.change(ctx, actor, id); err != nil {
		return err
	}
	if err := x.Validate(); err != nil {
		return err
	}
	for n, p := range parts {
		if want := x.PartLength(from + n); want == 0 || len(p) != want {
			return fault.New(fault.Invalid, "part %d of the file has %d bytes, and should have %d", from+n, len(p), want)
		}
	}
	if err := d.uploads.add(handing{actor.Handle, id, x.Content}, from, parts, d.now()); err != nil {
		return err
	}
	return d.store.KeepParts(ctx, id, x.Content, from, parts)
}

// Placed is an exhibit and the portion that it belongs to, counted from 1.
type Placed struct {
	Portion int           `json:"portion"`
	Exhibit intel.Exhibit `json:"exhibit"`
}

// Attach makes files that were uploaded exhibits of portions, in the next version
// of the item: all or none.
func (d *Desk) Attach(ctx context.Context, actor party.Actor, id ref.ItemID, list ...Placed) (intel.Item, error) {
	held, v, err := d.change(ctx, actor, id)
	if err != nil {
		return intel.Item{}, err
	}
	bound, err := d.history(ctx, actor, held)
	if err != nil {
		return intel.Item{}, err
	}
	edited := slices.Clone(v.Item.Portions)
	there := map[ref.Hash]int64{} // files that were handed over, with their sizes
	for _, one := range list {
		if err := d.attachable(actor, v, one, there); err != nil {
			return intel.Item{}, err
		}
		p := &edited[one.Portion-1]
		p.Exhibits = append(slices.Clone(p.Exhibits), one.Exhibit)
	}
	portions, err := d.merge(held, v, bound, edited)
	if err != nil {
		return intel.Item{}, err
	}
	return d.next(ctx, actor, held, func(i *intel.Item) { i.Portions = portions })
}

// attachable refuses an exhibit of a portion that there is not, or not for the
// officer, and a file that is not all there.
func (d *Desk) attachable(actor party.Actor, v View, one Placed, there map[ref.Hash]int64) error {
	switch {
	case one.Portion < 1 || one.Portion > len(v.Item.Portions):
		return fault.New(fault.Invalid, "the item has no portion %d", one.Portion).Fix("its portions are numbered from 1 to %d", len(v.Item.Portions))
	case slices.Contains(v.Hidden, one.Portion):
		return untouchable(one.Portion)
	}
	if err := one.Exhibit.Validate(); err != nil {
		return err
	}
	if size, known := there[one.Exhibit.Content]; known && size == one.Exhibit.Size {
		return nil
	}
	there[one.Exhibit.Content] = one.Exhibit.Size
	return d.uploads.whole(handing{actor.Handle, v.Item.ID, one.Exhibit.Content}, one.Exhibit, d.now())
}

// onlyShown refuses an edit that names a file which the officer is not shown in the
// item: it would be given by its hash alone.
func onlyShown(v View, edited []intel.Portion) error {
	for i, p := range edited {
		for _, x := range p.Exhibits {
			if !slices.ContainsFunc(v.Item.Portions, func(o intel.Portion) bool {
				return slices.ContainsFunc(o.Exhibits, func(y intel.Exhibit) bool { return x.Content == y.Content && x.Size == y.Size })
			}) {
				return fault.New(fault.Invalid, "it names an exhibit that the item does not have").At("portion %d", i+1).Fix("attach the file itself: comity attach")
			}
		}
	}
	return nil
}

// Exhibit gives a piece of a file of an item's latest version, from a part on,
// to an officer who may read a portion that it belongs to. That it was taken out
// is recorded. The hash may be given by its first 8 digits or more.
func (d *Desk) Exhibit(ctx context.Context, actor party.Actor, id ref.ItemID, hash string, from int) (Piece, error) {
	held, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return Piece{}, err
	}
	bound := v.Item.Bound(func(int) []party.Name { return nil })
	shown := make([]Exhibited, len(v.Item.Portions))
	for i, p := range v.Item.Portions {
		shown[i] = Exhibited{p.Exhibits, bound.Portions[i].Marking}
	}
	x, err := Named(hash, shown)
	if err != nil {
		return Piece{}, err
	}
	return d.readings.Give(ctx, actor.Handle, id, x, d.partsOf(id, x), from, d.now(), func() error {
		files, err := held.Item.Files()
		if err != nil {
			return err
		}
		e, err := record.NewEntry(record.Record{Kind: record.Consult, At: wire.At(d.now()), Node: d.node, Unit: actor.Unit, Officer: actor.Handle,
			Item: id, Version: held.Hash, Exhibit: NumberOf(x, files)}, d.random)
		if err != nil {
			return err
		}
		return d.store.Record(ctx, e)
	})
}

// NumberOf gives the place of a file among those of an item or a cut, from 1: what
// records name it by, for its hash would confirm what it is to whoever has it too.
func NumberOf(x intel.Exhibit, files []intel.Exhibit) int {
	return 1 + slices.IndexFunc(files, func(f intel.Exhibit) bool { return f.Content == x.Content })
}

func (d *Desk) partsOf(id ref.ItemID, x intel.Exhibit) Parts {
	return func(ctx context.Context, from, limit int) ([][]byte, error) {
		return d.store.Parts(ctx, id, x.Content, from, limit)
	}
}

// Exhibited is a portion's exhibits and the marking under which they stand.
type Exhibited struct {
	Exhibits []intel.Exhibit
	Marking  intel.Marking
}

// fewHashDigits is how many digits of an exhibit's hash name it.
const fewHashDigits = 8

// Named finds an exhibit by its hash, or the first digits of it, among those of
// portions that an officer may read. One that may only be shown is not given.
func Named(hash string, portions []Exhibited) (intel.Exhibit, error) {
	hash = strings.ToLower(hash)
	if len(hash) < fewHashDigits {
		return intel.Exhibit{}, fault.New(fault.Invalid, "%q does not name an exhibit", hash).Fix("give at least the first %d digits of its hash", fewHashDigits)
	}
	var found []intel.Exhibit
	shownOnly := false
	for _, p := range portions {
		display := slices.ContainsFunc(p.Marking.Caveats, func(c intel.Caveat) bool { return c.Code == intel.DISPLAY })
		for _, x := range p.Exhibits {
			if !strings.HasPrefix(x.Content.String(), hash) {
				continue
			}
			shownOnly = shownOnly || display
			if !slices.ContainsFunc(found, func(f intel.Exhibit) bool { return f.Content == x.Content }) {
				found = append(found, x)
			}
		}
	}
	switch {
	case len(found) == 0:
		return intel.Exhibit{}, fault.New(fault.Withheld, "it has no such exhibit for you").Fix("comity show and comity read list the exhibits of what you may read")
	case len(found) > 1:
		return intel.Exhibit{}, fault.New(fault.Invalid, "several exhibits begin with %s", hash).Fix("give more digits of the hash")
	case shownOnly:
		return intel.Exhibit{}, fault.New(fault.Blocked, "DISPLAY: the exhibit may be shown, not given").Fix("ask its originator for a copy")
	}
	return found[0], nil
}

// Parts gives parts of one file, from one on and at most limit of them, up to
// the first that is missing.
type Parts func(ctx context.Context, from, limit int) ([][]byte, error)

// Piece is some parts of a file, one after the other.
type Piece struct {
	Exhibit intel.Exhibit `json:"exhibit"`
	Bytes   []byte        `json:"bytes"`
	Next    int           `json:"next,omitzero"` // the part to go on with; 0: that was the end
}

// PieceOf gives a piece of a file, from a part on.
func PieceOf(ctx context.Context, x intel.Exhibit, parts Parts, from int) (Piece, error) {
	if x.PartLength(from) == 0 {
		return Piece{}, fault.New(fault.Invalid, "the exhibit has no part %d", from)
	}
	list, err := parts(ctx, from, PieceParts)
	if err != nil {
		return Piece{}, err
	}
	if len(list) == 0 {
		return Piece{}, incomplete(from-1, x.Parts())
	}
	p := Piece{Exhibit: x, Bytes: slices.Concat(list...)}
	if next := from + len(list); next <= x.Parts() {
		p.Next = next
	}
	return p, nil
}

// Whole tells whether a file is there from end to end and is the one that its
// hash names.
func Whole(ctx context.Context, x intel.Exhibit, parts Parts) error {
	sum, size := ref.NewDigest(), int64(0)
	for from := 1; from <= x.Parts(); {
		list, err := parts(ctx, from, PieceParts)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return incomplete(from-1, x.Parts())
		}
		for _, b := range list {
			sum.Add(b)
			size += int64(len(b))
		}
		from += len(list)
	}
	if size != x.Size || sum.Content() != x.Content {
		return fault.New(fault.Forged, "the file is not the one that its hash names").Fix("have it sent, or attach it, once more")
	}
	return nil
}

func incomplete(have, all int) error {
	return fault.New(fault.Unreachable, "%d of the %d parts of the file are here", have, all).Fix("wait until the others have come")
}
