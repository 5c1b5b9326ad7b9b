package door

import (
	"context"
	"encoding/base64"
	"io"

	"comity/fault"
	"comity/ref"
)

// secretBytes is how long a secret is: nobody guesses it, so that its plain hash
// gives nothing away.
const secretBytes = 32

// secret makes the secret of an invitation, a ceremony or a session.
func (d *Door) secret() (string, error) {
	var b [secretBytes]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// hashOf gives the hash that a secret is kept by. Text of another form is no secret
// of ours. One hash serves one purpose: a session's token opens no invitation.
func hashOf(purpose, secret string) (ref.Hash, bool) {
	if len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return ref.Hash{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(b) != secretBytes {
		return ref.Hash{}, false
	}
	return ref.Sum("door."+purpose, b), true
}

// The purposes of secrets.
const (
	ofInvitation = "invitation"
	ofSession    = "session"
)

// absent reports whether a way in is not kept, or not as the node has kept it. The
// second is the operator's to know; whoever stands outside gets one answer to both.
func (d *Door) absent(ctx context.Context, err error) bool {
	if fault.Is(err, fault.Forged) {
		d.Log.ErrorContext(ctx, "A WAY IN IS NOT WHAT THIS NODE HAS KEPT: somebody wrote into the database", "err", err)
		return true
	}
	return fault.Is(err, fault.Withheld)
}
