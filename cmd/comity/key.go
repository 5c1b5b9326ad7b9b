package main

import (
	"context"
	"log/slog"

	"comity/console"
	"comity/fault"
	"comity/node"
	"comity/party"
)

type keyCmd struct {
	Rotate keyRotateCmd `cmd:"" help:"Replace keys of the node; those before go on opening what was sealed for them."`
	Lost   keyLostCmd   `cmd:"" help:"Replace sealing keys that are gone or in other hands; they open nothing any more."`
}

type keyRotateCmd struct {
	Signing bool     `help:"The key that signs messages, receipts and the ledger."`
	Unit    []string `help:"A unit whose sealing key is replaced; may be repeated." placeholder:"UNIT"`
}

// Help is shown below the usage.
func (keyRotateCmd) Help() string {
	return keysNeed + `

The next card names the new keys and is signed by those before: partners take it over the
link, with the next exchange, or by hand. Until all have it the node signs with both. The
key of TLS cannot be replaced yet. Make a new backup afterwards.

    comity --as chief key rotate --signing --unit us/dea/sod`
}

// Run replaces keys.
func (c *keyRotateCmd) Run(s *session) error {
	return rotateKeys(s, node.Rotation{Signing: c.Signing}, c.Unit)
}

type keyLostCmd struct {
	Unit []string `required:"" help:"A unit whose sealing key is lost; may be repeated." placeholder:"UNIT"`
}

// Help is shown below the usage.
func (keyLostCmd) Help() string {
	return keysNeed + `

What partners sealed for the lost key and this node has not taken in is refused, and
they seal it anew once they have the next card. A signing key that somebody else has is
another matter: partners must introduce the node anew, under its duty desk's word. Make a
new backup afterwards.

    comity --as chief key lost --unit us/dea/sod`
}

// Run replaces lost keys.
func (c *keyLostCmd) Run(s *session) error {
	return rotateKeys(s, node.Rotation{Lost: true}, c.Unit)
}

// keysNeed says who may replace keys, and what they are asked for.
const keysNeed = `An administrator may do this, and is put on record with the new card, while the node is
not served: stop comity serve first. You are asked for your own passphrase (or
--officer-unlock names your key file), and then for the node's (or --unlock names its).`

// rotated is what the commands print.
type rotated struct {
	Card int `json:"card"`
}

func rotateKeys(s *session, r node.Rotation, units []string) error {
	for _, u := range units {
		n, err := party.ParseName(u)
		if err != nil {
			return err
		}
		r.Units = append(r.Units, n)
	}
	if _, served := console.Dial(s.home().Socket()); served {
		return fault.New(fault.Locked, "the node is served, and its keys are replaced only while it is not").
			Fix("stop comity serve (Ctrl-C in its terminal, or SIGTERM), replace the keys, then serve the node again")
	}
	officer, err := s.officer()
	if err != nil {
		return err
	}
	lock, err := s.nodeLock()
	if err != nil {
		return err
	}
	r.By = func(ctx context.Context, desk console.Caller) (console.KeysAllowed, error) {
		return console.Call(ctx, desk, officer, console.AllowKeys{})
	}
	serial, err := node.Rotate(s.ctx, s.Home, lock, r, node.Options{Log: s.log(slog.LevelError)})
	if err != nil {
		return err
	}
	return show(s, rotated{serial}, func(p *printer, r rotated) {
		p.line(0, "The keys are replaced. Card %d names the new ones; it goes to partners with the next exchange.", r.Card)
	})
}
