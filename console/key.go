package console

import (
	"context"

	"comity/party"
)

// AllowKeys asks whether the officer may replace keys of the node. The desk
// replaces none: the ring is changed while nothing else of the node runs, by
// the process that asks, which puts the officer on record.
type AllowKeys struct{}

// KeysAllowed is the officer who may.
type KeysAllowed struct {
	Unit    party.Name   `json:"unit"`
	Officer party.Handle `json:"officer"`
}

// Command names the command.
func (AllowKeys) Command() Name           { return allowKeys }
func (AllowKeys) answer() (r KeysAllowed) { return r }

func (d *Desk) allowKeys(_ context.Context, actor party.Actor, _ AllowKeys) (KeysAllowed, error) {
	if err := actor.May(party.ActKeys); err != nil {
		return KeysAllowed{}, err
	}
	return KeysAllowed{actor.Unit, actor.Handle}, nil
}
