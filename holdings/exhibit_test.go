package holdings_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

func exhibit(b []byte, caption string) intel.Exhibit {
	return intel.Exhibit{Content: ref.Content(b), Size: int64(len(b)), Media: "image/png", Caption: caption}
}

// upload hands a file over in pieces.
func upload(h *house, by party.Actor, id ref.ItemID, x intel.Exhibit, b []byte) error {
	from := 1
	for piece := range slices.Chunk(b, 3*intel.PartSize) {
		parts := slices.Collect(slices.Chunk(piece, intel.PartSize))
		if err := h.Upload(ctx, by, id, x, from, parts...); err != nil {
			return err
		}
		from += len(parts)
	}
	return nil
}

func attach(h *house, by party.Actor, id ref.ItemID, portion int, b []byte, caption string) (intel.Item, error) {
	x := exhibit(b, caption)
	if err := upload(h, by, id, x, b); err != nil {
		return intel.Item{}, err
	}
	return h.Attach(ctx, by, id, holdings.Placed{Portion: portion, Exhibit: x})
}

// taken reads a file from end to end.
func taken(h *house, by party.Actor, id ref.ItemID, hash string) ([]byte, error) {
	var all []byte
	for from := 1; ; {
		p, err := h.Exhibit(ctx, by, id, hash, from)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Bytes...)
		if from = p.Next; from == 0 {
			return all, nil
		}
	}
}

// file has so many bytes, no two of its parts alike.
func file(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

// A file comes back as it was, whatever its length is; that it was taken is on
// record, once however many pieces it has, and again when it is taken again.
func TestExhibit(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	for n, size := range []int{1, intel.PartSize - 1, intel.PartSize, intel.PartSize + 1, (holdings.PieceParts+2)*intel.PartSize + 5} {
		b := append(file(size-1), byte(n))
		got, err := attach(h, ann, item.ID, 1, b, "")
		must(t, err)
		if got.Version != item.Version+1+n {
			t.Errorf("%d bytes: version %d", size, got.Version)
		}
		before := h.records(t)
		for range 2 {
			back, err := taken(h, bob, item.ID, ref.Content(b).String()[:8])
			if err != nil || !bytes.Equal(back, b) {
				t.Errorf("%d bytes: %d came back, %v", size, len(back), err)
			}
		}
		if after := h.records(t); after != before+2 {
			t.Errorf("%d bytes: %d records of two takings", size, after-before)
		}
	}
	h.now = h.now.Add(2 * time.Hour)
	before := h.records(t)
	if _, err := h.Exhibit(ctx, bob, item.ID, ref.Content(append(file((holdings.PieceParts+2)*intel.PartSize+4), 4)).String(), 2); err != nil {
		t.Fatal(err)
	}
	if h.records(t) != before+1 {
		t.Error("who begins in the middle is not on record")
	}
}

// Who may not read a portion does not come to its exhibits, in no way.
func TestExhibitRefused(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	secret, plain := file(3*intel.PartSize), file(9)
	_, err := attach(h, ann, item.ID, 2, secret, "")
	must(t, err)
	_, err = attach(h, ann, item.ID, 1, plain, "")
	must(t, err)
	_, err = h.Mark(ctx, ann, item.ID, []int{3}, []string{"DISPLAY"})
	must(t, err)
	_, err = attach(h, ann, item.ID, 3, file(10), "")
	must(t, err)
	hash := func(b []byte) string { return ref.Content(b).String() }
	for name, c := range map[string]struct {
		kind fault.Kind
		do   func() error
	}{
		"hidden":           {fault.Withheld, func() error { _, err := taken(h, bob, item.ID, hash(secret)); return err }},
		"not there":        {fault.Withheld, func() error { _, err := taken(h, bob, item.ID, hash(file(11))); return err }},
		"another unit":     {fault.Withheld, func() error { _, err := taken(h, cid, item.ID, hash(plain)); return err }},
		"an administrator": {fault.Withheld, func() error { _, err := taken(h, admin, item.ID, hash(plain)); return err }},
		"shown, not given": {fault.Blocked, func() error { _, err := taken(h, ann, item.ID, hash(file(10))); return err }},
		"few digits":       {fault.Invalid, func() error { _, err := taken(h, ann, item.ID, hash(plain)[:7]); return err }},
		"no such part":     {fault.Invalid, func() error { _, err := h.Exhibit(ctx, ann, item.ID, hash(plain), 2); return err }},
		"part 0":           {fault.Invalid, func() error { _, err := h.Exhibit(ctx, ann, item.ID, hash(plain), 0); return err }},
		"by its hash alone": {fault.Stale, func() error {
			_, err := h.Attach(ctx, bob, item.ID, holdings.Placed{Portion: 1, Exhibit: exhibit(secret, "")})
			return err
		}},
		"by its first part": {fault.Stale, func() error {
			_ = h.Upload(ctx, bob, item.ID, exhibit(secret, ""), 1, secret[:intel.PartSize])
			_, err := h.Attach(ctx, bob, item.ID, holdings.Placed{Portion: 1, Exhibit: exhibit(secret, "")})
			return err
		}},
		"by another's bytes": {fault.Forged, func() error {
			must(t, upload(h, bob, item.ID, exhibit(secret, ""), make([]byte, len(secret))))
			_, err := h.Attach(ctx, bob, item.ID, holdings.Placed{Portion: 1, Exhibit: exhibit(secret, "")})
			return err
		}},
		"uploaded by somebody": {fault.Stale, func() error {
			must(t, upload(h, ann, item.ID, exhibit(secret, ""), secret))
			_, err := h.Attach(ctx, bob, item.ID, holdings.Placed{Portion: 1, Exhibit: exhibit(secret, "")})
			return err
		}},
		"to a hidden portion": {fault.Denied, func() error { _, err := attach(h, bob, item.ID, 2, file(12), ""); return err }},
		"to no portion":       {fault.Invalid, func() error { _, err := attach(h, ann, item.ID, 4, file(12), ""); return err }},
		"to another unit's":   {fault.Withheld, func() error { _, err := attach(h, cid, item.ID, 1, file(12), ""); return err }},
		"by an auditor":       {fault.Denied, func() error { _, err := attach(h, auditor, item.ID, 1, file(12), ""); return err }},
		"twice":               {fault.Invalid, func() error { _, err := attach(h, ann, item.ID, 1, plain, ""); return err }},
		"empty":               {fault.Invalid, func() error { _, err := attach(h, ann, item.ID, 1, nil, ""); return err }},
		"of another length":   {fault.Invalid, func() error { return h.Upload(ctx, ann, item.ID, exhibit(secret, ""), 1, plain) }},
		"from the middle": {fault.Stale, func() error {
			return h.Upload(ctx, ann, item.ID, exhibit(file(intel.PartSize*2), ""), 2, secret[:intel.PartSize])
		}},
		"beyond its end": {fault.Invalid, func() error { return h.Upload(ctx, ann, item.ID, exhibit(plain, ""), 2, plain) }},
		"by an edit": {fault.Invalid, func() error {
			v, err := h.Item(ctx, bob, item.ID)
			must(t, err)
			v.Item.Portions[0].Exhibits = append(slices.Clone(v.Item.Portions[0].Exhibits), exhibit(secret, ""))
			_, err = h.Put(ctx, bob, v.Item)
			return err
		}},
		"in an import": {fault.Invalid, func() error {
			_, err := h.Import(ctx, bob, holdings.Draft{Title: "T", Portions: []intel.Portion{{Text: "x", Exhibits: []intel.Exhibit{exhibit(secret, "")}}}})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.kind, c.do()) })
	}
	if b, err := taken(h, ann, item.ID, hash(secret)); err != nil || !bytes.Equal(b, secret) {
		t.Errorf("after all that %d bytes came back, %v", len(b), err)
	}
}

// What is destroyed takes its exhibits with it, and an upload that nothing
// followed is forgotten.
func TestExhibitDestroyed(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	b := file(2 * intel.PartSize)
	_, err := attach(h, ann, item.ID, 1, b, "")
	must(t, err)
	must(t, upload(h, ann, item.ID, exhibit(file(7), ""), file(7)))
	loose := func() int {
		list, err := h.db.Holdings().Parts(ctx, item.ID, ref.Content(file(7)), 1, 9)
		must(t, err)
		return len(list)
	}
	h.now = h.now.Add(23 * time.Hour)
	must(t, upload(h, ann, item.ID, exhibit(file(8), ""), file(8)))
	if loose() != 1 {
		t.Error("an upload is forgotten within a day")
	}
	h.now = h.now.Add(2 * time.Hour)
	_, err = h.Attach(ctx, ann, item.ID, holdings.Placed{Portion: 1, Exhibit: exhibit(file(7), "")})
	refused(t, fault.Stale, err)
	must(t, upload(h, ann, item.ID, exhibit(file(9), ""), file(9)))
	if loose() != 0 {
		t.Error("an upload that nothing followed is kept")
	}
	if back, err := taken(h, ann, item.ID, ref.Content(b).String()); err != nil || !bytes.Equal(back, b) {
		t.Errorf("what was attached: %d bytes, %v", len(back), err)
	}
	must(t, h.Destroy(ctx, officer("ann", "us/dea/ccf", party.Release), item.ID, "error"))
	_, err = taken(h, ann, item.ID, ref.Content(b).String())
	refused(t, fault.Expired, err)
	if left, err := h.db.Holdings().Parts(ctx, item.ID, ref.Content(b), 1, 9); err != nil || len(left) != 0 {
		t.Errorf("%d parts are left, %v", len(left), err)
	}
	refused(t, fault.Stale, h.db.Holdings().KeepParts(ctx, item.ID, ref.Content(b), 1, [][]byte{b[:9]}))
}
