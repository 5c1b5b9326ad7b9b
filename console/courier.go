package console

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"

	"comity/courier"
	"comity/fault"
	"comity/message"
	"comity/party"
)

// PackBundle writes what a courier carries to a partner, to a new file on the
// node's machine.
type PackBundle struct {
	Partner party.Name `json:"partner"`
	Path    string     `json:"path"` // absolute
}

// UnpackBundle takes in what a courier brought.
type UnpackBundle struct {
	Path string `json:"path"` // absolute
}

// Unpacked is what the bundle brought. A message that came before is answered
// again and has no other effect.
type Unpacked struct {
	courier.Unpacked
	Fresh int      `json:"fresh"`           // messages, accepted or refused, that had not come before
	Wrong *Failure `json:"wrong,omitempty"` // why a message was not received; what came in before stays
}

// Command names the command.
func (PackBundle) Command() Name              { return packBundle }
func (PackBundle) answer() (r courier.Packed) { return r }

// Command names the command.
func (UnpackBundle) Command() Name        { return unpackBundle }
func (UnpackBundle) answer() (r Unpacked) { return r }

func (d *Desk) packBundle(ctx context.Context, actor party.Actor, c PackBundle) (courier.Packed, error) {
	if err := actor.May(party.ActCarry); err != nil {
		return courier.Packed{}, err
	}
	if err := absolute(c.Path); err != nil {
		return courier.Packed{}, err
	}
	f, err := os.OpenFile(c.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return courier.Packed{}, fault.New(fault.Invalid, "%s exists already", c.Path).Fix("name a new file")
	}
	if err != nil {
		return courier.Packed{}, fault.New(fault.Invalid, "%s cannot be written", c.Path).Because(err)
	}
	w := bufio.NewWriter(f)
	packed, err := d.Courier.Pack(ctx, actor, c.Partner, w)
	if err == nil {
		err = errors.Join(w.Flush(), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(c.Path) // half a bundle is none
	}
	return packed, err
}

func (d *Desk) unpackBundle(ctx context.Context, actor party.Actor, c UnpackBundle) (Unpacked, error) {
	if err := actor.May(party.ActCarry); err != nil {
		return Unpacked{}, err
	}
	if err := absolute(c.Path); err != nil {
		return Unpacked{}, err
	}
	f, err := openBundle(c.Path)
	if err != nil {
		return Unpacked{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	before, err := d.received(ctx, actor)
	if err != nil {
		return Unpacked{}, err
	}
	u, err := d.Courier.Unpack(ctx, actor, bufio.NewReader(f))
	// Of a broken machine the node's log has to tell; and before it is known from
	// whom the bundle is, nothing came in.
	if err != nil && (fault.KindOf(err) == fault.Internal || u.From == "") {
		return Unpacked{}, err
	}
	after, failed := d.received(ctx, actor)
	// What came over the network meanwhile would be counted too: never more than
	// the bundle held.
	r := Unpacked{Unpacked: u, Fresh: min(int(after[u.From]-before[u.From]), u.Accepted+u.Refused)}
	left := wrong(u, err)
	if err != nil && failed == nil {
		left.Brought = &r
		return Unpacked{}, left
	}
	r.Wrong = left
	return r, failed
}

// wrong says why the rest of a bundle was left; nil: nothing was left.
func wrong(u courier.Unpacked, err error) *Failure {
	switch {
	case err != nil:
		f := fault.Safe(err)
		f.Text = "the rest of the bundle was left: " + f.Text
		return Failed(f)
	case u.Missed == "":
		return nil
	}
	return Failed(missed(u))
}

// missed says why a message was not received, and with it all that follow.
func missed(u courier.Unpacked) *fault.Error {
	kind := fault.KindOf(&message.NotReceived{Why: u.Missed, Expect: u.Expects})
	left := func(format string, args ...any) *fault.Error {
		return fault.New(kind, "the rest of the bundle was left: "+format, args...)
	}
	switch u.Missed {
	case message.WhyGap:
		return left("message %d has to come first", u.Expects).Fix("ask %s for a new bundle", u.From)
	case message.WhyLink:
		return left("the link with %s does not move", u.From).Fix("comity partner list says why")
	case message.WhyFork:
		return left("a message stands where another one came before, and the link with %s is frozen", u.From).Fix("comity partner evidence %s shows both", u.From)
	}
	return left("a message was not received, because its %s does not hold", u.Missed).
		Fix("take another copy of it, or ask %s for a new one", u.From)
}

// openBundle opens a bundle. To open a named pipe would wait for whoever writes
// into it, and the node with it: what is no file is refused.
func openBundle(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "%s is not a file", path).Fix("copy the bundle into a file and name that")
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s cannot be read", path).Because(err)
	}
	return f, nil
}

// received gives the last position that was taken in from each partner.
func (d *Desk) received(ctx context.Context, actor party.Actor) (map[party.Name]int64, error) {
	all, err := d.Exchange.Partners(ctx, actor)
	at := map[party.Name]int64{}
	for _, p := range all {
		at[p.Name] = p.In.Sequence
	}
	return at, err
}

// absolute takes a path that means the same to the officer and to the node.
func absolute(path string) error {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return fault.New(fault.Invalid, "the path is not absolute and plain").At("path")
	}
	return nil
}
