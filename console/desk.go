package console

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"comity/authorisation"
	"comity/casework"
	"comity/contact"
	"comity/courier"
	"comity/door"
	"comity/exchange"
	"comity/exposure"
	"comity/fault"
	"comity/holdings"
	"comity/ledger"
	"comity/offer"
	"comity/party"
	"comity/recall"
	"comity/rulebook"
	"comity/seal"
	"comity/staff"
	"comity/wire"
	"comity/witness"
)

// Services are what the desk hands commands on to.
type Services struct {
	Node     party.Name
	Card     func() []byte // the node's signed card
	Staff    *staff.Roster
	Rules    *rulebook.Shelf
	Holdings *holdings.Desk
	Exchange *exchange.Exchange
	Casework *casework.Casework
	Recall   *recall.Recall
	Exposure *exposure.Exposure

	Authorisations *authorisation.Authorisations
	Contacts       *contact.Contacts
	Offers         *offer.Service
	Witness        *witness.Service
	Courier        *courier.Courier
	Door           *door.Door // into the pages; nil: the node serves none

	Ledger Book
	// PacksChanged is told when a pack was added or assessed; nil: nobody is.
	PacksChanged func(ctx context.Context) error
	Record       func(ctx context.Context, records ...ledger.Entry) error // into the ledger, with nothing else
	Backup       func(ctx context.Context, path string) (size int64, err error)
	Vault        func() VaultState
	Keys         func() []seal.VerifyKey // all that the node ever signed with, the current one first
	Now          func() time.Time
	Random       io.Reader
	Log          *slog.Logger // nil: nothing is logged
}

// Desk takes signed commands and answers them. It is safe for concurrent use.
type Desk struct {
	Services
	once *once
}

var _ Caller = (*Desk)(nil)

// NewDesk makes the desk of a node.
func NewDesk(s Services) *Desk {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{Services: s, once: newOnce(s.Now)}
}

// Do checks who signed a command, that it is for this node, fresh and new,
// and has it done. The result is JSON, the error a *Failure.
func (d *Desk) Do(ctx context.Context, signed seal.Envelope) ([]byte, error) {
	result, c, err := d.do(ctx, signed)
	if err != nil {
		d.logFailure(ctx, c, err)
		return nil, Failed(err)
	}
	return result, nil
}

// logFailure tells the operator that a command failed. What an officer typed -
// a party, a word of a marking, a file's name - is the officer's and stands in
// the errors that answer it: the log gets the kind alone, and the words only of
// failures of the node itself.
func (d *Desk) logFailure(ctx context.Context, c signedCommand, err error) {
	log := d.Log.With("command", string(c.Command), "officer", string(c.Officer), "kind", fault.KindOf(err).String())
	if fault.KindOf(err) != fault.Internal {
		log.InfoContext(ctx, "a command was refused")
		return
	}
	log.ErrorContext(ctx, "a command failed", "err", err, "cause", errors.Unwrap(err))
}

func (d *Desk) do(ctx context.Context, signed seal.Envelope) ([]byte, signedCommand, error) {
	claimed, err := peek(signed)
	if err != nil {
		return nil, signedCommand{}, err
	}
	actor, err := d.authenticate(ctx, signed, claimed)
	if err != nil {
		return nil, signedCommand{}, err
	}
	if claimed.Node != d.Node {
		return nil, claimed, fault.New(fault.Forged, "the command is for the node %s and this is %s", claimed.Node, d.Node)
	}
	if err := d.once.take(claimed.At, claimed.Nonce); err != nil {
		return nil, claimed, err
	}
	handle, found := table[claimed.Command]
	if !found {
		return nil, claimed, fault.New(fault.Unsupported, "this node knows no command %q", clip(string(claimed.Command))).
			Fix("the command line and the node that is served must be of one version: restart comity serve")
	}
	result, err := handle(ctx, d, actor, claimed.Body)
	return result, claimed, err
}

// authenticate tells who signed. While the node has no officer yet, the
// first one is added by a command under the very key that it brings.
func (d *Desk) authenticate(ctx context.Context, signed seal.Envelope, claimed signedCommand) (party.Actor, error) {
	if claimed.Command == addOfficer {
		first, is, err := d.first(ctx, signed, claimed)
		if err != nil || is {
			return first, err
		}
	}
	actor, _, err := d.Staff.Authenticate(ctx, signed, CommandType)
	if err != nil {
		return party.Actor{}, err
	}
	if actor.Handle != claimed.Officer {
		return party.Actor{}, fault.New(fault.Forged, "the command names another officer than signed it")
	}
	return actor, nil
}

// first gives the actor of a node's very first command, if this is it.
func (d *Desk) first(ctx context.Context, signed seal.Envelope, claimed signedCommand) (party.Actor, bool, error) {
	if manned, err := d.Staff.Manned(ctx); err != nil || manned {
		return party.Actor{}, false, err
	}
	// Whoever emptied the table of officers does not become the first one.
	if n, err := d.Ledger.Size(); err != nil || n > 0 {
		return party.Actor{}, false, fault.New(fault.Forged, "the ledger has records, and there is no officer").
			Fix("somebody wrote into the database: restore it from a backup").Because(err)
	}
	var c AddOfficer
	if err := wire.Decode(claimed.Body, &c, bodyLimits); err != nil {
		return party.Actor{}, false, err
	}
	if _, err := signed.Verify(CommandType, c.Key); err != nil || c.Handle != claimed.Officer {
		return party.Actor{}, false, fault.New(fault.Forged, "the first officer signs with the key that is added").Because(err)
	}
	return party.Actor{Handle: c.Handle, Unit: c.Unit, Roles: c.Roles}, true, nil
}

func clip(s string) string {
	if len(s) > 48 {
		return s[:48] + "..."
	}
	return s
}
