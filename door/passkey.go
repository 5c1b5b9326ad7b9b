package door

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Limits of what a browser sends and of what one officer has.
const (
	maxResponse = 64 << 10
	maxPasskeys = 16
)

// kinds are the signatures that a device may make, the better first. RSA is for
// devices that have nothing else.
var kinds = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// holder is an officer as the library wants one.
type holder struct {
	id       []byte
	handle   party.Handle
	passkeys []Passkey
}

// WebAuthnID is what a device keeps a passkey by: of the node and the handle, so
// that it says nothing of either.
func (h holder) WebAuthnID() []byte { return h.id }

// WebAuthnName is what a device shows.
func (h holder) WebAuthnName() string { return string(h.handle) }

// WebAuthnDisplayName likewise.
func (h holder) WebAuthnDisplayName() string { return string(h.handle) }

// WebAuthnCredentials are the officer's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var list []webauthn.Credential
	for _, k := range h.passkeys {
		list = append(list, webauthn.Credential{
			ID: k.ID, PublicKey: k.Public,
			Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: k.Synced},
			Authenticator: webauthn.Authenticator{SignCount: k.Counter},
		})
	}
	return list
}

func (d *Door) holder(handle party.Handle, passkeys ...Passkey) holder {
	id := ref.Sum("door.holder", []byte(string(d.Node)+"#"+string(handle)))
	return holder{id: id[:], handle: handle, passkeys: passkeys}
}

// begin keeps a ceremony and gives what the browser is told of it.
func (d *Door) begin(challenge protocol.URLEncodedBase64, c ceremony, options any) (Ceremony, error) {
	told, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fault.New(fault.Internal, "what a browser is told of a passkey cannot be written").Because(err)
	}
	id, err := d.secret()
	if err != nil {
		return Ceremony{}, err
	}
	now := d.Now()
	c.challenge, c.until = challenge.String(), now.Add(ceremonyLasts)
	d.begun.put(now, id, c)
	return Ceremony{ID: id, Options: told}, nil
}

// challenge makes what a device must sign, of the randomness that was handed in.
func (d *Door) challenge() (protocol.URLEncodedBase64, error) {
	s, err := d.secret()
	if err != nil {
		return nil, err
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	return b, err
}

// BeginKey begins to make a passkey with an invitation. A ceremony that was begun
// with it before is over.
func (d *Door) BeginKey(ctx context.Context, secret string) (Ceremony, error) {
	i, err := d.invited(ctx, secret)
	if err != nil {
		return Ceremony{}, err
	}
	return d.beginMaking(ctx, ceremony{purpose: making, invitation: i.Secret, handle: i.Handle})
}

// beginMaking begins a ceremony that makes a passkey, on a device that has none of the
// officer's yet.
func (d *Door) beginMaking(ctx context.Context, c ceremony) (Ceremony, error) {
	have, err := d.Store.Passkeys(ctx, c.handle)
	if err != nil {
		return Ceremony{}, err
	}
	if len(have) >= maxPasskeys {
		return Ceremony{}, fault.New(fault.TooLarge, "%s has %d passkeys already", c.handle, len(have)).Fix("take one away that is no longer used")
	}
	challenge, err := d.challenge()
	if err != nil {
		return Ceremony{}, err
	}
	h := d.holder(c.handle, have...)
	options, _, err := d.keys.BeginRegistration(h, webauthn.WithCredentialParameters(kinds),
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = challenge; return nil })
	if err != nil {
		return Ceremony{}, fault.New(fault.Internal, "a passkey cannot be asked for").Because(err)
	}
	return d.begin(challenge, c, options)
}

// FinishKey uses the invitation up, keeps the passkey, and signs its officer in. A
// response that does not hold is fault.Denied, and leaves the invitation.
func (d *Door) FinishKey(ctx context.Context, id string, response []byte, from Place) (Session, error) {
	return d.tried(ctx, from, func() (Session, error) {
		c, ok := d.begun.take(d.Now(), id, making)
		if !ok {
			return Session{}, d.unproven(ctx, "no such making of a passkey is under way")
		}
		k, err := d.made(ctx, c, response, from)
		if err != nil {
			return Session{}, err
		}
		i, err := d.stillInvited(ctx, c.invitation)
		if err != nil {
			return Session{}, err
		}
		o, err := d.Staff.Officer(ctx, i.Handle)
		if err != nil {
			return Session{}, err
		}
		s, v, err := d.visit(k, from)
		if err != nil {
			return Session{}, err
		}
		e, err := d.record(o.Actor(), k.Added, k.signs().Fingerprint(), codeAdded)
		if err != nil {
			return Session{}, err
		}
		err = d.Store.AddPasskey(ctx, i.Secret, k, v, e)
		if fault.Is(err, fault.Stale) {
			return Session{}, notInvited()
		}
		if err != nil {
			return Session{}, err
		}
		d.Log.InfoContext(ctx, "an officer made a passkey and signed in", "officer", string(i.Handle))
		return s, nil
	})
}

// made reads what a device answered to the making of a passkey.
func (d *Door) made(ctx context.Context, c ceremony, response []byte, from Place) (Passkey, error) {
	if len(response) > maxResponse {
		return Passkey{}, d.unproven(ctx, "the response is too large")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Passkey{}, d.unproven(ctx, "the response cannot be read")
	}
	// No statement of who made the device was asked for, and none is looked into.
	if f := parsed.Response.AttestationObject.Format; f != string(protocol.AttestationFormatNone) && f != string(protocol.AttestationFormatPacked) {
		return Passkey{}, d.unproven(ctx, "the response has a statement that was not asked for")
	}
	h := d.holder(c.handle)
	made, err := d.keys.CreateCredential(h, webauthn.SessionData{
		Challenge: c.challenge, RelyingPartyID: d.keys.Config.RPID, UserID: h.id, UserVerification: protocol.VerificationRequired, CredParams: kinds,
	}, parsed)
	if err != nil {
		return Passkey{}, d.unproven(ctx, "the response does not hold")
	}
	if err := (seal.Passkey{Credential: made.ID, Public: made.PublicKey}).Check(); err != nil {
		return Passkey{}, d.unproven(ctx, "the passkey is of no kind that was asked for")
	}
	return Passkey{
		Credential: credential(made.ID), Handle: c.handle, ID: made.ID, Public: made.PublicKey, Counter: made.Authenticator.SignCount,
		Synced: made.Flags.BackupEligible, Added: wire.At(d.Now()), Agent: from.agent(),
	}, nil
}

// signs gives the passkey as what it signs is checked with.
func (k Passkey) signs() seal.Passkey { return seal.Passkey{Credential: k.ID, Public: k.Public} }

// credential is what a passkey is kept by.
func credential(id []byte) ref.Hash { return ref.Sum("door.credential", id) }
