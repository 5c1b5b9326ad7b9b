// Package console is what officers ask of a node: a closed list of typed
// commands, each signed by the officer's own key, and one [Desk] that checks
// who asks and answers. The command line speaks to it through the node's
// socket while the node is served, and directly otherwise; both ways go
// through [Desk.Do].
//
// A command says what an officer wants, never which fields to change: the
// services load the object, its owner and its audience. Results and errors
// are JSON; an error holds no more than its safe parts.
//
// Band 5. It may import the services of band 4 and bands 1-3.
package console

import (
	"context"

	"comity/fault"
	"comity/seal"
	"comity/wire"
)

// Command is one of the command types of this package.
type Command interface{ Command() Name }

// Asking ties a command to the type of its result.
type Asking[R any] interface {
	Command
	answer() R // the zero result; for the compiler only
}

// Caller carries a signed command to a desk and brings its result back. A
// [Desk] is one, and so is a [Socket].
type Caller interface {
	Do(ctx context.Context, signed seal.Envelope) ([]byte, error)
}

// Call signs a command, has it done, and reads its result. An error of the
// desk is a *Failure.
func Call[R any](ctx context.Context, to Caller, by Signer, c Asking[R]) (R, error) {
	var result R
	signed, err := by.Sign(c)
	if err != nil {
		return result, err
	}
	b, err := to.Do(ctx, signed)
	if err != nil {
		return result, err
	}
	if err := wire.ReadPlain(b, &result, maxResult); err != nil {
		return result, fault.New(fault.Unsupported, "the node's answer cannot be read").
			Fix("the command and the node that is served must be of one version: restart comity serve").Because(err)
	}
	return result, nil
}
