package console

import (
	"encoding/base64"
	"io"
	"time"

	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// Name names a command; the closed list is in table.go.
type Name string

// CommandType is what a command is signed as.
var CommandType = wire.MediaType("command")

// Limits of what crosses the socket.
const (
	maxBody    = 6 << 20  // a command's body: an imported text is the largest
	maxCommand = 12 << 20 // the same in its envelope
	maxResult  = 64 << 20
)

// A command's time may lie so far from the node's. Officers and node share a
// machine, so a time ahead of the node's is nobody's slow clock; and a command
// from the future could be played again after a restart, which forgets nonces.
const (
	freshness = 5 * time.Minute // behind
	ahead     = 2 * time.Second
)

// signedCommand is the payload that an officer signs: this command, to this
// node, now, once.
type signedCommand struct {
	Command Name         `json:"command"`
	Body    wire.Raw     `json:"body"`
	Officer party.Handle `json:"officer"`
	Node    party.Name   `json:"node"`
	At      wire.Time    `json:"at"`
	Nonce   string       `json:"nonce"`
}

// Signer is an officer who gives commands: a handle and the key that only
// this process holds.
type Signer struct {
	Handle party.Handle
	Node   party.Name // the node that the commands are for
	Key    seal.SigningKey
	Now    func() time.Time
	Random io.Reader
}

// Sign signs a command.
func (s Signer) Sign(c Command) (seal.Envelope, error) {
	body, err := wire.Encode(c)
	if err != nil {
		return seal.Envelope{}, err
	}
	if len(body) > maxBody {
		return seal.Envelope{}, fault.New(fault.TooLarge, "the command holds %d bytes; at most %d are taken", len(body), maxBody)
	}
	var nonce [16]byte
	if _, err := io.ReadFull(s.Random, nonce[:]); err != nil {
		return seal.Envelope{}, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	payload, err := wire.Encode(signedCommand{
		Command: c.Command(), Body: body, Officer: s.Handle, Node: s.Node,
		At: wire.At(s.Now()), Nonce: base64.RawURLEncoding.EncodeToString(nonce[:]),
	})
	if err != nil {
		return seal.Envelope{}, err
	}
	return seal.Sign(CommandType, payload, s.Key)
}

// peek reads what an envelope claims to be, before its signature is checked.
func peek(e seal.Envelope) (signedCommand, error) {
	var c signedCommand
	if e.PayloadType != CommandType {
		return c, fault.New(fault.Forged, "this is not a command")
	}
	if err := wire.Decode(e.Payload, &c, wire.Limits{Bytes: maxBody + 4<<10, Depth: wire.Default.Depth + 2}); err != nil {
		return c, err
	}
	if len(c.Nonce) != 22 {
		return c, fault.New(fault.Invalid, "a command needs a nonce of 22 characters").At("nonce")
	}
	return c, nil
}
