package staff

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/seal"
)

// Authenticate tells who signed a statement of a payload type, and gives the
// statement. It must carry exactly one signature, by the key of an officer in
// office whose entry the node signed. Everything else fails alike, so that nothing is learned about who
// is an officer here. A statement that names a handle is for the caller to
// compare with the actor's; so is its freshness.
func (r *Roster) Authenticate(ctx context.Context, e seal.Envelope, payloadType string) (party.Actor, []byte, error) {
	if len(e.Signatures) != 1 {
		return party.Actor{}, nil, unknownSigner()
	}
	key, err := seal.ParseVerifyKey(e.Signatures[0].KeyID)
	if err != nil {
		return party.Actor{}, nil, unknownSigner()
	}
	payload, err := e.Verify(payloadType, key)
	if err != nil {
		return party.Actor{}, nil, unknownSigner()
	}
	entry, err := r.Store.Holder(ctx, key)
	if fault.Is(err, fault.Withheld) {
		return party.Actor{}, nil, unknownSigner()
	}
	if err != nil {
		return party.Actor{}, nil, err
	}
	o, ok := r.believe(entry)
	if ok && o.Key == key && o.Waiting && o.Removed.IsZero() {
		// Whoever holds the key may know how their own entry stands.
		return party.Actor{}, nil, fault.New(fault.Denied, "%s waits for a security officer's word and can do nothing yet", o.Handle).
			Fix("a security officer runs comity officer confirm %s", o.Handle)
	}
	if !ok || o.Key != key || !o.Current() {
		return party.Actor{}, nil, unknownSigner()
	}
	return o.Actor(), payload, nil
}

func unknownSigner() error {
	return fault.New(fault.Forged, "this is not signed by an officer of this node").
		Fix("sign with the key of a handle that is in office; comity officer list shows them")
}
