package console

import (
	"context"
	"maps"
	"slices"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Book is the node's ledger as officers read it.
type Book interface {
	ledger.Leaves
	// Checkpoint gives the newest signed head; fault.Withheld if there is none.
	Checkpoint(ctx context.Context) (ledger.Checkpoint, error)
	// Entries gives the openings of the leaves from up to, but not including, to.
	Entries(ctx context.Context, from, to int64) ([]ledger.Entry, error)
}

// VerifyLedger has the whole ledger recomputed.
type VerifyLedger struct{}

// ShowLedger asks for records. With Last, the newest; else from a leaf on.
type ShowLedger struct {
	From  int64 `json:"from,omitzero"`
	Last  bool  `json:"last,omitzero"`
	Limit int   `json:"limit,omitzero"`
}

// LedgerTiles asks for the ledger as files, a page at a time: of a size (zero:
// as it stands), from the tile numbered From.
type LedgerTiles struct {
	Size int64 `json:"size,omitzero"`
	From int   `json:"from,omitzero"`
}

// Head is a checkpoint that was checked under the node's own key.
type Head struct {
	Origin     string   `json:"origin"`
	Size       int64    `json:"size"`
	Root       ref.Hash `json:"root"`
	Checkpoint string   `json:"checkpoint"` // the signed note
}

// Verified is a ledger in which every leaf, hash and record holds.
type Verified struct {
	Head  Head        `json:"head"`
	Kinds []KindCount `json:"kinds"`
}

// KindCount is how many records of a kind there are.
type KindCount struct {
	Kind  record.Kind `json:"kind"`
	Count int         `json:"count"`
}

// Records are some records and the head that covers them.
type Records struct {
	Head    Head   `json:"head"`
	Records []Leaf `json:"records"`
}

// Leaf is a record in its place.
type Leaf struct {
	Number int64         `json:"number"`
	Record record.Record `json:"record"`
}

// Tiles are files of the ledger in the C2SP layout; Next is where to go on,
// zero at the end.
type Tiles struct {
	Head  Head       `json:"head"`
	Files []TileFile `json:"files"`
	Next  int        `json:"next,omitzero"`
}

// TileFile is one of them.
type TileFile struct {
	Path    string `json:"path"`
	Content []byte `json:"content"`
}

// Command names the command.
func (VerifyLedger) Command() Name        { return verifyLedger }
func (VerifyLedger) answer() (r Verified) { return r }

// Command names the command.
func (ShowLedger) Command() Name       { return showLedger }
func (ShowLedger) answer() (r Records) { return r }

// Command names the command.
func (LedgerTiles) Command() Name     { return ledgerTiles }
func (LedgerTiles) answer() (r Tiles) { return r }

// ledgerPage is how many leaves are opened at a time, and how many tiles one
// answer holds.
const ledgerPage = 256

// head gives the newest checkpoint, opened with the node's own key.
func (d *Desk) head(ctx context.Context) (ledger.Checkpoint, Head, error) {
	stored, err := d.Ledger.Checkpoint(ctx)
	if err != nil {
		return ledger.Checkpoint{}, Head{}, err
	}
	cp, err := d.openHead(stored.Signed)
	return cp, Head{cp.Origin, cp.Size, cp.Root, string(cp.Signed)}, err
}

// verifyLedger is exempt from the record of reads: it gives no record away.
func (d *Desk) verifyLedger(ctx context.Context, actor party.Actor, _ VerifyLedger) (Verified, error) {
	if err := actor.May(party.ActLedger); err != nil {
		return Verified{}, err
	}
	cp, head, err := d.head(ctx)
	if err != nil {
		return Verified{}, err
	}
	o := opener{ctx: ctx, book: d.Ledger, size: cp.Size, kinds: map[record.Kind]int{}, keys: map[ref.Hash]string{}}
	if err := ledger.Audit(d.Ledger, cp, o.open); err != nil {
		return Verified{}, err
	}
	if err := d.Staff.Agree(ctx, o.keys); err != nil {
		// An officer may have been added or removed while the ledger was read.
		if now, _, again := d.head(ctx); again == nil && now.Size != cp.Size {
			return Verified{}, fault.New(fault.Stale, "the ledger grew while it was verified").Fix("try again").Because(err)
		}
		return Verified{}, err
	}
	v := Verified{Head: head, Kinds: []KindCount{}}
	for _, k := range slices.Sorted(maps.Keys(o.kinds)) {
		v.Kinds = append(v.Kinds, KindCount{k, o.kinds[k]})
	}
	return v, nil
}

// opener opens leaves in order, a page at a time, and reads each record.
type opener struct {
	ctx   context.Context
	book  Book
	size  int64
	from  int64
	page  []ledger.Entry
	kinds map[record.Kind]int
	keys  map[ref.Hash]string // the newest code of a changed key, by its fingerprint
}

func (o *opener) open(index int64) (ledger.Entry, bool, error) {
	if index < o.from || index >= o.from+int64(len(o.page)) {
		page, err := o.book.Entries(o.ctx, index, min(index+ledgerPage, o.size))
		if err != nil {
			return ledger.Entry{}, false, err
		}
		if len(page) == 0 {
			return ledger.Entry{}, false, fault.New(fault.Forged, "the record of leaf %d is missing", index)
		}
		o.from, o.page = index, page
	}
	e := o.page[index-o.from]
	r, err := record.Parse(e.Record)
	if err != nil {
		return ledger.Entry{}, false, fault.New(fault.Forged, "the record of leaf %d is none", index).Because(err)
	}
	o.kinds[r.Kind]++
	if r.Kind == record.KeyChange {
		o.keys[r.Subject] = r.Code
	}
	return e, true, nil
}

func (d *Desk) showLedger(ctx context.Context, actor party.Actor, c ShowLedger) (Records, error) {
	if err := actor.May(party.ActLedger); err != nil {
		return Records{}, err
	}
	cp, head, err := d.head(ctx)
	if err != nil {
		return Records{}, err
	}
	limit := int64(c.Limit)
	if limit <= 0 || limit > ledgerPage {
		limit = 50
	}
	from := max(c.From, 0)
	if c.Last {
		from = max(cp.Size-limit, 0)
	}
	entries, err := d.Ledger.Entries(ctx, from, min(from+limit, cp.Size))
	if err != nil {
		return Records{}, err
	}
	out := Records{Head: head, Records: []Leaf{}}
	for i, e := range entries {
		r, err := record.Parse(e.Record)
		if err != nil {
			return Records{}, err
		}
		out.Records = append(out.Records, Leaf{from + int64(i), r})
	}
	return out, d.consulted(ctx, actor, "ledger", ref.ItemID{})
}

// consulted records that an officer read the ledger or an item's trail.
func (d *Desk) consulted(ctx context.Context, actor party.Actor, what string, item ref.ItemID) error {
	return d.looked(ctx, record.Record{Unit: actor.Unit, Officer: actor.Handle, Item: item, Code: what})
}

func recordOf(actor party.Actor, what string) record.Record {
	return record.Record{Unit: actor.Unit, Officer: actor.Handle, Code: what}
}

// looked records a look that some words are about.
func (d *Desk) looked(ctx context.Context, r record.Record) error {
	r.Kind, r.At, r.Node = record.Consult, wire.At(d.Now()), d.Node
	e, err := record.NewEntry(r, d.Random)
	if err != nil {
		return err
	}
	return d.Record(ctx, e)
}

func (d *Desk) ledgerTiles(ctx context.Context, actor party.Actor, c LedgerTiles) (Tiles, error) {
	if err := actor.May(party.ActLedger); err != nil {
		return Tiles{}, err
	}
	cp, head, err := d.head(ctx)
	if err != nil {
		return Tiles{}, err
	}
	size := cp.Size
	if c.Size > 0 && c.Size < size {
		size = c.Size
	}
	paths := ledger.TilePaths(size)
	out := Tiles{Head: head, Files: []TileFile{}}
	for i := max(c.From, 0); i < len(paths); i++ {
		if len(out.Files) == ledgerPage {
			out.Next = i
			break
		}
		b, err := ledger.Tile(d.Ledger, paths[i])
		if err != nil {
			return Tiles{}, err
		}
		out.Files = append(out.Files, TileFile{paths[i], b})
	}
	return out, nil
}

// openHead verifies a head of the node's own ledger: the newest may have been
// signed before its key was replaced.
func (d *Desk) openHead(signed []byte) (cp ledger.Checkpoint, err error) {
	for _, k := range d.Keys() {
		if cp, err = ledger.OpenCheckpoint(signed, ledger.Origin(string(d.Node)), k); err == nil {
			break
		}
	}
	return cp, err
}
