package node

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"comity/fault"
	"comity/message"
	"comity/seal"
)

// InitOptions are what a new home is made from.
type InitOptions struct {
	Config Config
	Lock   seal.Lock
	Now    func() time.Time // nil: time.Now
	Random io.Reader        // nil: the machine's
}

// Init makes a home at dir and gives the node's first card. It is made aside
// and put in its place whole: when Init fails, dir is as it was. A folder
// with anything in it is refused.
func Init(dir string, o InitOptions) (Home, message.Card, error) {
	o.defaults()
	if err := o.Config.check(); err != nil {
		return "", message.Card{}, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", message.Card{}, unwritten(dir, err)
	}
	if err := vacant(abs); err != nil {
		return "", message.Card{}, err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return "", message.Card{}, unwritten(abs, err)
	}
	aside, err := os.MkdirTemp(filepath.Dir(abs), ".comity-*")
	if err != nil {
		return "", message.Card{}, unwritten(abs, err)
	}
	defer func() { _ = os.RemoveAll(aside) }() // gone already if all went well
	card, err := furnish(Home(aside), o)
	if err != nil {
		return "", message.Card{}, err
	}
	if err := place(aside, abs); err != nil {
		return "", message.Card{}, err
	}
	return Home(abs), card, nil
}

func (o *InitOptions) defaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
}

// vacant accepts a place where nothing is, or an empty folder.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fault.New(fault.Invalid, "%s is not a folder that can be read", dir).Because(err)
	case len(entries) > 0:
		return fault.New(fault.Invalid, "%s is not empty", dir).Fix("name another --home; an existing node is never overwritten")
	}
	return nil
}

// furnish writes the files of a home.
func furnish(h Home, o InitOptions) (message.Card, error) {
	ring, err := newRing(o.Config.Units, o.Random)
	if err != nil {
		return message.Card{}, err
	}
	if err := newVault(h, ring, o.Random); err != nil {
		return message.Card{}, err
	}
	locked, err := ring.Protect(o.Lock)
	if err != nil {
		return message.Card{}, err
	}
	text, err := o.Config.encode()
	if err != nil {
		return message.Card{}, err
	}
	if _, err := parseConfig(text, "config.toml"); err != nil {
		return message.Card{}, err
	}
	for _, dir := range []string{h.Officers(), h.Cards()} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return message.Card{}, unwritten(dir, err)
		}
	}
	for path, content := range map[string][]byte{h.Keys(): locked, h.Config(): text, h.Lock(): {}} {
		if err := write(path, content); err != nil {
			return message.Card{}, err
		}
	}
	k, err := keysOf(ring, o.Config.Units)
	if err != nil {
		return message.Card{}, err
	}
	draft, err := draftCard(o.Config, k, nil, 0, o.Now())
	if err != nil {
		return message.Card{}, err
	}
	card, _, err := issue(h, draft, nil, k)
	return card, err
}

// place moves a finished home to where it belongs.
func place(aside, dir string) error {
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return vacant(dir) // something came into it meanwhile
	}
	if err := os.Rename(aside, dir); err != nil {
		return unwritten(dir, err)
	}
	if err := syncFolder(filepath.Dir(dir)); err != nil {
		return unwritten(dir, err)
	}
	return nil
}

// Vacant accepts a place where a home can be made: nothing is there, or an
// empty folder.
func Vacant(dir string) error { return vacant(dir) }
