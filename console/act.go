package console

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/wire"
)

// keyOnly are the commands that want the officer's own signing key: they make or
// unmake officers and keys, or read and write files of the node's machine. A
// session in a browser is not enough for them. To shut an officer out of the pages it
// is: a lost device cannot wait, and nobody comes in by it.
var keyOnly = map[Name]bool{
	addOfficer: true, confirmOfficer: true, removeOfficer: true, inviteOfficer: true, allowKeys: true,
	confirmReadmission: true,
	backupNode:         true, packBundle: true, unpackBundle: true, overrideLedger: true,
}

// Act has a command done for an officer whom the door has let in: by the same
// handlers as a signed one, within the same limits and with the same words in the
// log if it fails. The error is a *Failure.
func Act[R any](ctx context.Context, d *Desk, actor party.Actor, c Asking[R]) (R, error) {
	var result R
	b, err := d.act(ctx, actor, c)
	if err != nil {
		d.logFailure(ctx, signedCommand{Command: c.Command(), Officer: actor.Handle}, err)
		return result, Failed(err)
	}
	if err := wire.ReadPlain(b, &result, maxResult); err != nil {
		err = fault.New(fault.Internal, "the answer to %s cannot be read", c.Command()).Because(err)
		d.logFailure(ctx, signedCommand{Command: c.Command(), Officer: actor.Handle}, err)
		return result, Failed(err)
	}
	return result, nil
}

func (d *Desk) act(ctx context.Context, actor party.Actor, c Command) ([]byte, error) {
	handle, found := table[c.Command()]
	if !found {
		return nil, fault.New(fault.Unsupported, "this node knows no command %q", clip(string(c.Command())))
	}
	if actor.Handle == "" || keyOnly[c.Command()] {
		return nil, fault.New(fault.Denied, "%s is not done from the pages", c.Command()).
			Fix("sign it with your own key, at the command line")
	}
	body, err := wire.Encode(c)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the request holds bytes that are no text").Because(err)
	}
	return handle(ctx, d, actor, body)
}
