package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/wire"
)

// How comity trail names a receipt, and what it saves beside it.
const (
	receiptEnd  = ".receipt.json"
	cosignedEnd = ".cosigned.json"
)

// beside is what stands beside a receipt: a head of the giver's ledger that a
// witness has cosigned, which extends the one under which the receipt stands.
type beside struct {
	File    string     `json:"file"`
	Checked bool       `json:"checked"`        // false: the witness's card was not given
	By      party.Name `json:"by,omitempty"`   // who has cosigned; empty: it does not hold, or was not checked
	At      wire.Time  `json:"at,omitzero"`    // when
	Size    int64      `json:"size,omitempty"` // of the head
}

// String continues what is said of a receipt that holds.
func (b *beside) String() string {
	switch {
	case b == nil:
		return "not cosigned"
	case !b.Checked:
		return "and beside it a cosigned one that was not checked (give the card of the witness with --witness-card)"
	}
	return fmt.Sprintf("cosigned by %s on %s at %s", b.By, b.At, records(b.Size))
}

// lookBeside checks what stands beside a receipt that holds by itself. If that
// does not hold, the receipt counts as broken too: somebody has changed what was
// saved with it, or the giver's ledger is not the one that the witness knows.
func (v *verdict) lookBeside(g giver, w *giver) {
	name, ok := strings.CutSuffix(v.File, receiptEnd)
	if !ok {
		return
	}
	file := name + cosignedEnd
	info, err := os.Lstat(file) // a link is not followed: it would lead to what was not saved here
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	v.Cosigned = &beside{File: file, Checked: w != nil}
	if w == nil {
		return
	}
	if err == nil && info.Mode().IsRegular() {
		err = v.Cosigned.check(v.under, g, *w)
	} else {
		err = fault.New(fault.Invalid, "this is not a plain file that can be read").Fix("put the file itself beside the receipt")
	}
	if err != nil {
		v.OK, v.Size, v.Facts = false, 0, nil
		v.Why = fmt.Sprintf("the receipt holds by itself, but %s beside it does not: %s", filepath.Base(file), fault.Safe(err))
	}
}

// check verifies the head beside a receipt, and that the receipt's own leads to
// it.
func (b *beside) check(under ledger.Checkpoint, g, w giver) error {
	body, err := read(b.File)
	if err != nil {
		return err
	}
	c, err := record.ParseCosigned(trim(body))
	if err != nil {
		return err
	}
	at, err := c.Check(under, g.opening(c.Checkpoint, under.Origin), w.node, w.key)
	if err != nil {
		return err
	}
	_, b.Size, _, err = ledger.Peek([]byte(c.Checkpoint))
	b.By, b.At = w.node, wire.At(time.Unix(at, 0))
	return err
}
