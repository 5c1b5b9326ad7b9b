package door

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"comity/fault"
	"comity/staff"
	"comity/wire"
)

// tried has somebody try to come in. A try that is refused counts against the
// address, and after a few of them the address must wait.
func (d *Door) tried(ctx context.Context, from Place, try func() (Session, error)) (Session, error) {
	where := neighbourhood(from.Address)
	if err := d.addresses.begin(d.Now(), where); err != nil {
		d.Log.WarnContext(ctx, "somebody who tried to sign in must wait", "address", where)
		return Session{}, err
	}
	s, err := try()
	if err == nil || fault.KindOf(err) == fault.Internal {
		d.addresses.forgive(where, false)
	}
	return s, err
}

// unproven answers whoever could not prove who they are, all alike; why stays in
// the log.
func (d *Door) unproven(ctx context.Context, why string) error {
	d.Log.InfoContext(ctx, "somebody was not let in", "why", why)
	return fault.New(fault.Denied, "this lets nobody in").Fix("try again; if it stays so, ask an admin whether you are in office, and for an invitation")
}

// BeginSignIn asks for a passkey of whoever stands before the door.
func (d *Door) BeginSignIn(ctx context.Context) (Ceremony, error) {
	challenge, err := d.challenge()
	if err != nil {
		return Ceremony{}, err
	}
	options, _, err := d.keys.BeginDiscoverableLogin(webauthn.WithChallenge(challenge), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fault.New(fault.Internal, "a passkey cannot be asked for").Because(err)
	}
	return d.begin(challenge, ceremony{purpose: signingIn}, options)
}

// FinishSignIn lets the officer in whose passkey has answered: fault.Denied for
// everybody else, all alike.
func (d *Door) FinishSignIn(ctx context.Context, id string, response []byte, from Place) (Session, error) {
	return d.tried(ctx, from, func() (Session, error) {
		c, ok := d.begun.take(d.Now(), id, signingIn)
		if !ok {
			return Session{}, d.unproven(ctx, "no such sign-in is under way")
		}
		if len(response) > maxResponse {
			return Session{}, d.unproven(ctx, "the response is too large")
		}
		parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
		if err != nil {
			return Session{}, d.unproven(ctx, "the response cannot be read")
		}
		k, err := d.Store.Passkey(ctx, credential(parsed.RawID))
		if d.absent(ctx, err) {
			return Session{}, d.unproven(ctx, "the passkey is not known")
		}
		if err != nil {
			return Session{}, err
		}
		return d.signIn(ctx, c, k, parsed, from)
	})
}

// signIn holds an answer against the passkey that it names.
func (d *Door) signIn(ctx context.Context, c ceremony, k Passkey, answer *protocol.ParsedCredentialAssertionData, from Place) (Session, error) {
	who := string(k.Handle)
	if err := d.handles.begin(d.Now(), who); err != nil {
		d.Log.WarnContext(ctx, "an officer must wait after wrong tries", "officer", who)
		return Session{}, err
	}
	proven, err := d.keys.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return d.holder(k.Handle, k), nil },
		webauthn.SessionData{Challenge: c.challenge, RelyingPartyID: d.keys.Config.RPID, UserVerification: protocol.VerificationRequired}, answer)
	if err != nil {
		return Session{}, d.unproven(ctx, "the response does not hold")
	}
	if proven.Authenticator.CloneWarning {
		d.Log.WarnContext(ctx, "A PASSKEY WAS COPIED, OR ITS ANSWER PLAYED AGAIN: its counter went back", "officer", who)
		return Session{}, d.unproven(ctx, "the counter went back")
	}
	if _, err := d.inOffice(ctx, k); err != nil {
		return Session{}, err
	}
	s, v, err := d.visit(k, from)
	if err != nil {
		return Session{}, err
	}
	was := k.Counter
	k.Counter, k.Used = proven.Authenticator.SignCount, wire.At(d.Now())
	err = d.Store.SignIn(ctx, k, was, v)
	if fault.Is(err, fault.Stale) || d.absent(ctx, err) {
		return Session{}, d.unproven(ctx, "the passkey was used or removed at the same time")
	}
	if err != nil {
		return Session{}, err
	}
	d.handles.forgive(who, true)
	d.Log.InfoContext(ctx, "an officer signed in", "officer", who)
	return s, nil
}

// inOffice gives the officer whose passkey has answered, if they are in office.
func (d *Door) inOffice(ctx context.Context, k Passkey) (staff.Officer, error) {
	o, err := d.Staff.Officer(ctx, k.Handle)
	if fault.Is(err, fault.Withheld) || err == nil && !o.Current() {
		return staff.Officer{}, d.unproven(ctx, "the officer is not in office")
	}
	return o, err
}
