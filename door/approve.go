package door

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// BeginApproval asks for a passkey of an officer who is in, to sign an answer to a
// plan. What the device signs is the statement's hash: the plan, the reason, the
// answer, the officer, the node, the origin, the time and a fresh nonce. Whether the
// officer may answer, the caller has asked.
func (d *Door) BeginApproval(ctx context.Context, actor party.Actor, a record.Approval) (Ceremony, error) {
	nonce, err := d.secret()
	if err != nil {
		return Ceremony{}, err
	}
	a.Officer, a.Node, a.At, a.Origin, a.Nonce = actor.Handle, d.Node, wire.At(d.Now()), d.Origin, nonce
	statement, err := wire.Encode(a)
	if err != nil {
		return Ceremony{}, err
	}
	c := ceremony{purpose: approving, handle: actor.Handle, statement: statement}
	return d.askAgain(ctx, c, seal.Challenge(record.ApprovalType, statement))
}

// askAgain begins a ceremony in which an officer who is in must show a passkey of
// theirs once more.
func (d *Door) askAgain(ctx context.Context, c ceremony, challenge ref.Hash) (Ceremony, error) {
	have, err := d.Store.Passkeys(ctx, c.handle)
	if err != nil {
		return Ceremony{}, err
	}
	if len(have) == 0 {
		return Ceremony{}, fault.New(fault.Denied, "%s has no passkey here any more", c.handle).Fix("sign with your own key at the command line, or ask for an invitation")
	}
	options, _, err := d.keys.BeginLogin(d.holder(c.handle, have...), webauthn.WithChallenge(challenge[:]),
		webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fault.New(fault.Internal, "a passkey cannot be asked for").Because(err)
	}
	return d.begin(challenge[:], c, options)
}

// FinishApproval gives the answer that an officer's passkey has signed: fault.Denied
// if the device's answer is not to that ceremony of that officer, by a passkey of
// theirs that counts on, with the person known to the device.
func (d *Door) FinishApproval(ctx context.Context, actor party.Actor, id string, response []byte) (seal.Envelope, error) {
	c, a, err := d.shownAgain(ctx, actor, id, approving, response)
	if err != nil {
		return seal.Envelope{}, err
	}
	e, err := seal.SignedByPasskey(record.ApprovalType, c.statement, a)
	if err != nil {
		return seal.Envelope{}, err
	}
	if _, _, err := d.Authenticate(ctx, e, record.ApprovalType); err != nil {
		return seal.Envelope{}, err // what cannot be checked later is not kept
	}
	d.Log.InfoContext(ctx, "an officer has answered a plan by passkey", "officer", string(actor.Handle))
	return e, nil
}

// shownAgain holds the answer of a device to a ceremony of an officer who is in, and
// counts it. Wrong answers count against the officer's handle: a session that was
// stolen tries no faster than a stranger.
func (d *Door) shownAgain(ctx context.Context, actor party.Actor, id string, p purpose, response []byte) (ceremony, seal.Assertion, error) {
	who := string(actor.Handle)
	if err := d.again.begin(d.Now(), who); err != nil {
		d.Log.WarnContext(ctx, "an officer must wait after wrong answers", "officer", who)
		return ceremony{}, seal.Assertion{}, err
	}
	c, ok := d.begun.take(d.Now(), id, p)
	if !ok || c.handle != actor.Handle {
		return c, seal.Assertion{}, d.unshown(ctx, "no such ceremony of the officer is under way")
	}
	k, a, err := d.assertion(ctx, c, response)
	if err != nil {
		return c, a, err
	}
	if _, err := d.inOffice(ctx, k); err != nil {
		return c, a, err
	}
	d.again.forgive(who, true)
	return c, a, nil
}

// assertion reads a device's answer, holds it against the officer's passkey that it
// names, and keeps that one's counter.
func (d *Door) assertion(ctx context.Context, c ceremony, response []byte) (Passkey, seal.Assertion, error) {
	var a seal.Assertion
	if len(response) > maxResponse {
		return Passkey{}, a, d.unshown(ctx, "the response is too large")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Passkey{}, a, d.unshown(ctx, "the response cannot be read")
	}
	k, err := d.Store.Passkey(ctx, credential(parsed.RawID))
	if d.absent(ctx, err) || err == nil && k.Handle != c.handle {
		return k, a, d.unshown(ctx, "the passkey is not one of the officer's")
	}
	if err != nil {
		return k, a, err
	}
	h := d.holder(k.Handle, k)
	proven, err := d.keys.ValidateLogin(h, webauthn.SessionData{
		Challenge: c.challenge, RelyingPartyID: d.keys.Config.RPID, UserID: h.id, UserVerification: protocol.VerificationRequired,
	}, parsed)
	if err != nil {
		return k, a, d.unshown(ctx, "the response does not hold")
	}
	if proven.Authenticator.CloneWarning {
		d.Log.WarnContext(ctx, "A PASSKEY WAS COPIED, OR ITS ANSWER PLAYED AGAIN: its counter went back", "officer", string(k.Handle))
		return k, a, d.unshown(ctx, "the counter went back")
	}
	was := k.Counter
	k.Counter, k.Used = proven.Authenticator.SignCount, wire.At(d.Now())
	err = d.Store.Used(ctx, k, was)
	if fault.Is(err, fault.Stale) || d.absent(ctx, err) {
		return k, a, d.unshown(ctx, "the passkey was used or removed at the same time")
	}
	raw := parsed.Raw.AssertionResponse
	a = seal.Assertion{Passkey: k.signs(), Authenticator: raw.AuthenticatorData, Client: raw.ClientDataJSON, Signature: raw.Signature}
	return k, a, err
}

// unshown answers an officer whose device did not show what was asked; why stays in
// the log.
func (d *Door) unshown(ctx context.Context, why string) error {
	d.Log.InfoContext(ctx, "a passkey was not shown again", "why", why)
	return fault.New(fault.Denied, "your passkey did not answer what was asked").Fix("try again; nothing was done")
}

// Authenticate tells which officer's passkey has signed a statement, and gives it: a
// passkey that is the officer's now, of an officer in office. Everything else fails
// alike.
func (d *Door) Authenticate(ctx context.Context, e seal.Envelope, payloadType string) (party.Actor, []byte, error) {
	payload, a, err := e.VerifyPasskey(payloadType, d.Origin)
	if err != nil {
		return party.Actor{}, nil, unknownPasskey()
	}
	k, err := d.Store.Passkey(ctx, credential(a.Passkey.Credential))
	if d.absent(ctx, err) || err == nil && k.signs().Fingerprint() != a.Passkey.Fingerprint() {
		return party.Actor{}, nil, unknownPasskey()
	}
	if err != nil {
		return party.Actor{}, nil, err
	}
	o, err := d.Staff.Officer(ctx, k.Handle)
	if fault.Is(err, fault.Withheld) || err == nil && !o.Current() {
		return party.Actor{}, nil, unknownPasskey()
	}
	return o.Actor(), payload, err
}

func unknownPasskey() error {
	return fault.New(fault.Forged, "this is not signed by a passkey of an officer of this node").
		Fix("the passkey may have been taken away since: plan again, and have it approved again")
}
