package staff

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// statementLimits bound an entry: an officer has few roles.
var statementLimits = wire.Limits{Bytes: 16 << 10, Depth: 4}

// stated makes an officer's entry: what the node says of the officer, signed
// by the node's own key.
func (r *Roster) stated(o Officer) (Entry, error) {
	payload, err := wire.Encode(o)
	if err != nil {
		return Entry{}, err
	}
	signed, err := seal.Sign(StatementType, payload, r.Key)
	if err != nil {
		return Entry{}, err
	}
	statement, err := wire.Encode(signed)
	return Entry{o.Handle, o.Key, statement}, err
}

// read gives what an entry says if the node signed it for the very handle and
// key that it is kept under.
func (r *Roster) readEntry(e Entry) (Officer, error) {
	o, ok := r.known.get(e.Statement)
	if !ok {
		signed, err := seal.ParseEnvelope(e.Statement, statementLimits)
		if err != nil {
			return Officer{}, err
		}
		payload, err := r.verify(signed)
		if err != nil {
			return Officer{}, err
		}
		if err := wire.Decode(payload, &o, statementLimits); err != nil {
			return Officer{}, err
		}
		r.known.put(e.Statement, o)
	}
	if o.Handle != e.Handle || o.Key != e.Key {
		return Officer{}, fault.New(fault.Forged, "the entry of %s is another officer's", e.Handle)
	}
	return o, nil
}

// believe is read for everybody who goes by an entry: one that does not hold
// was written by somebody who is not the node, and is as if it were not there.
func (r *Roster) believe(e Entry) (Officer, bool) {
	o, err := r.readEntry(e)
	if err != nil {
		r.Log.Error("AN OFFICER'S ENTRY IS NOT THIS NODE'S: somebody wrote into the database", "handle", string(e.Handle), "err", err)
	}
	return o, err == nil
}

// believed gives the officers of the entries that hold.
func (r *Roster) believed(all []Entry) []Officer {
	officers := make([]Officer, 0, len(all))
	for _, e := range all {
		if o, ok := r.believe(e); ok {
			officers = append(officers, o)
		}
	}
	return officers
}

// kept gives an officer and the entry that says so.
func (r *Roster) kept(ctx context.Context, handle party.Handle) (Officer, Entry, error) {
	e, err := r.Store.Officer(ctx, handle)
	if err != nil {
		return Officer{}, Entry{}, err
	}
	o, ok := r.believe(e)
	if !ok {
		return Officer{}, Entry{}, fault.New(fault.Withheld, "there is no officer %s", handle).Fix("comity officer list shows who there is")
	}
	return o, e, nil
}

// Unsound lists the handles of entries that the node did not sign. There are
// none unless somebody wrote into the database.
func (r *Roster) Unsound(ctx context.Context) ([]party.Handle, error) {
	all, err := r.Store.Officers(ctx)
	var handles []party.Handle
	for _, e := range all {
		if _, bad := r.readEntry(e); bad != nil {
			handles = append(handles, e.Handle)
		}
	}
	return handles, err
}

// verify gives what any key that the node ever had has signed: entries outlive
// the key that signed them.
func (r *Roster) verify(signed seal.Envelope) (payload []byte, err error) {
	payload, err = signed.Verify(StatementType, r.Key.Public())
	if err == nil || r.Past == nil {
		return payload, err
	}
	for _, k := range r.Past() {
		if payload, err := signed.Verify(StatementType, k); err == nil {
			return payload, nil
		}
	}
	return nil, err
}
