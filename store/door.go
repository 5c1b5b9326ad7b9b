package store

import (
	"context"

	"comity/door"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

type doors struct{ db *DB }

// Door gives the port that keeps invitations, passkeys and sessions.
func (db *DB) Door() door.Store { return doors{db} }

// admission is what the rows of the door enclose: exactly one of the four, so
// that nothing else that is enclosed passes for one of them.
type admission struct {
	Invited *door.Invited `json:"door_invited,omitempty"`
	Passkey *door.Passkey `json:"door_passkey,omitempty"`
	Visit   *door.Visit   `json:"door_visit,omitempty"`

	Readmission *door.Readmission `json:"door_readmission,omitempty"`
}

// maxVisits is how many sessions an officer has at a time; beyond that the one that
// was seen longest ago ends.
const maxVisits = 16

func scanInvited(rows row) (i door.Invited, err error) {
	var secret ref.Hash
	var handle party.Handle
	var body []byte
	if err := rows.Scan(fixed(secret[:]), &handle, &body); err != nil {
		return i, err
	}
	var a admission
	if err := opened(rows, body, &a); err != nil {
		return i, err
	}
	if a.Invited == nil || a.Invited.Secret != secret || a.Invited.Handle != handle {
		return i, misplaced()
	}
	return *a.Invited, nil
}

func scanPasskey(rows row) (k door.Passkey, err error) {
	var credential ref.Hash
	var handle party.Handle
	var body []byte
	if err := rows.Scan(fixed(credential[:]), &handle, &body); err != nil {
		return k, err
	}
	var a admission
	if err := opened(rows, body, &a); err != nil {
		return k, err
	}
	if a.Passkey == nil || a.Passkey.Credential != credential || a.Passkey.Handle != handle {
		return k, misplaced()
	}
	return *a.Passkey, nil
}

func scanVisit(rows row) (v door.Visit, err error) {
	var token ref.Hash
	var handle party.Handle
	var seen wire.Time
	var body []byte
	if err := rows.Scan(fixed(token[:]), &handle, instant{&seen}, &body); err != nil {
		return v, err
	}
	var a admission
	if err := opened(rows, body, &a); err != nil {
		return v, err
	}
	if a.Visit == nil || a.Visit.Token != token || a.Visit.Handle != handle {
		return v, misplaced()
	}
	v = *a.Visit
	v.Seen = seen
	return v, nil
}

// misplaced is a row that says something else than its name: somebody wrote into
// the database.
func misplaced() error {
	return fault.New(fault.Forged, "a way in is not what the node has kept").
		Fix("somebody wrote into the database: restore it from a backup, and ask who can")
}

// Invite keeps an invitation.
func (s doors) Invite(ctx context.Context, i door.Invited, records ...ledger.Entry) error {
	body, err := noted(s.db.keys, admission{Invited: &i})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := invite(tx, i, body); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

func invite(tx *Tx, i door.Invited, body []byte) error {
	if _, err := tx.exec(`DELETE FROM invitation WHERE handle = $1`, string(i.Handle)); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO invitation (secret, handle, body) VALUES ($1, $2, $3)`, i.Secret[:], string(i.Handle), body)
	return err
}

// Invited gives the invitation with a secret.
func (s doors) Invited(ctx context.Context, secret ref.Hash) (door.Invited, error) {
	return one(s.db.reader(ctx), scanInvited, `SELECT secret, handle, body FROM invitation WHERE secret = $1`, secret[:])
}

// AddPasskey uses an invitation up, keeps a passkey and begins a session.
func (s doors) AddPasskey(ctx context.Context, invitation ref.Hash, k door.Passkey, v door.Visit, records ...ledger.Entry) error {
	body, err := noted(s.db.keys, admission{Passkey: &k})
	if err != nil {
		return err
	}
	visit, err := noted(s.db.keys, admission{Visit: &v})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		err := tx.must(stale("the invitation was used meanwhile"), `DELETE FROM invitation WHERE secret = $1 AND handle = $2`,
			invitation[:], string(k.Handle))
		if err != nil {
			return err
		}
		err = tx.must(stale("the passkey is known already"),
			`INSERT INTO passkey (credential, handle, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.Credential[:], string(k.Handle), body)
		if err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO entered (handle) VALUES ($1) ON CONFLICT DO NOTHING`, string(k.Handle)); err != nil {
			return err
		}
		if err := beginVisit(tx, v, visit); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Entered tells whether an officer ever made a passkey.
func (s doors) Entered(ctx context.Context, handle party.Handle) (bool, error) {
	n, err := one(s.db.reader(ctx), number, `SELECT COUNT(*) FROM entered WHERE handle = $1`, string(handle))
	return n > 0, err
}

// beginVisit keeps a session, and forgets those that are over or too many.
func beginVisit(tx *Tx, v door.Visit, body []byte) error {
	if _, err := tx.exec(`DELETE FROM visit WHERE until <= $1`, seconds(v.Began)); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM visit WHERE handle = $1 AND token NOT IN
		(SELECT token FROM visit WHERE handle = $1 ORDER BY seen DESC, token LIMIT $2)`, string(v.Handle), maxVisits-1); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO visit (token, handle, seen, until, body) VALUES ($1, $2, $3, $4, $5)`,
		v.Token[:], string(v.Handle), seconds(v.Seen), seconds(v.Until), body)
	return err
}

// AnotherPasskey keeps one more passkey of an officer who has one.
func (s doors) AnotherPasskey(ctx context.Context, k door.Passkey, records ...ledger.Entry) error {
	body, err := noted(s.db.keys, admission{Passkey: &k})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		have, err := one(tx, number, `SELECT COUNT(*) FROM passkey WHERE handle = $1`, string(k.Handle))
		if err == nil && have == 0 {
			err = stale("the officer was shut out meanwhile")
		}
		if err != nil {
			return err
		}
		err = tx.must(stale("the passkey is known already"),
			`INSERT INTO passkey (credential, handle, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.Credential[:], string(k.Handle), body)
		if err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// DropPasskey forgets a passkey and the sessions that it began.
func (s doors) DropPasskey(ctx context.Context, handle party.Handle, credential ref.Hash, last bool, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		err := tx.must(absent(), `DELETE FROM passkey WHERE credential = $1 AND handle = $2`, credential[:], string(handle))
		if err != nil {
			return err
		}
		left, err := one(tx, number, `SELECT COUNT(*) FROM passkey WHERE handle = $1`, string(handle))
		if err == nil && left == 0 && !last {
			err = stale("it is the last passkey of %s", handle)
		}
		if err != nil {
			return err
		}
		visits, err := all(tx, scanVisit, visitQuery+` WHERE handle = $1`, string(handle))
		if err != nil {
			return err
		}
		for _, v := range visits {
			if v.Credential == credential || v.Credential.IsZero() { // of before it was kept who began it
				if _, err := tx.exec(`DELETE FROM visit WHERE token = $1`, v.Token[:]); err != nil {
					return err
				}
			}
		}
		return tx.recorded(records)
	})
}

const passkeyQuery = `SELECT credential, handle, body FROM passkey`

// Passkey gives the passkey with a credential.
func (s doors) Passkey(ctx context.Context, credential ref.Hash) (door.Passkey, error) {
	return one(s.db.reader(ctx), scanPasskey, passkeyQuery+` WHERE credential = $1`, credential[:])
}

// Passkeys lists an officer's passkeys.
func (s doors) Passkeys(ctx context.Context, handle party.Handle) ([]door.Passkey, error) {
	return all(s.db.reader(ctx), scanPasskey, passkeyQuery+` WHERE handle = $1 ORDER BY credential`, string(handle))
}

// SignIn keeps a passkey's new counter and begins a session.
func (s doors) SignIn(ctx context.Context, k door.Passkey, was uint32, v door.Visit) error {
	body, err := noted(s.db.keys, admission{Passkey: &k})
	if err != nil {
		return err
	}
	visit, err := noted(s.db.keys, admission{Visit: &v})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := used(tx, k, body, was); err != nil {
			return err
		}
		return beginVisit(tx, v, visit)
	})
}

// Used keeps a passkey's new counter.
func (s doors) Used(ctx context.Context, k door.Passkey, was uint32) error {
	body, err := noted(s.db.keys, admission{Passkey: &k})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error { return used(tx, k, body, was) })
}

// used keeps a passkey if its counter is what it was.
func used(tx *Tx, k door.Passkey, body []byte, was uint32) error {
	have, err := one(tx, scanPasskey, passkeyQuery+` WHERE credential = $1`, k.Credential[:])
	if err == nil && have.Counter != was {
		err = stale("the passkey was used meanwhile")
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE passkey SET body = $1 WHERE credential = $2`, body, k.Credential[:])
	return err
}

const visitQuery = `SELECT token, handle, seen, body FROM visit`

// Visit gives the session of a token.
func (s doors) Visit(ctx context.Context, token ref.Hash) (door.Visit, error) {
	return one(s.db.reader(ctx), scanVisit, visitQuery+` WHERE token = $1`, token[:])
}

// Visits lists an officer's sessions, the one that was seen last first.
func (s doors) Visits(ctx context.Context, handle party.Handle) ([]door.Visit, error) {
	return all(s.db.reader(ctx), scanVisit, visitQuery+` WHERE handle = $1 ORDER BY seen DESC, token`, string(handle))
}

// Touch keeps when a session was seen last.
func (s doors) Touch(ctx context.Context, token ref.Hash, seen wire.Time) error {
	return s.db.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE visit SET seen = $1 WHERE token = $2 AND seen < $1`, seconds(seen), token[:])
		return err
	})
}

// Shut forgets an officer's invitation, passkeys and sessions.
func (s doors) Shut(ctx context.Context, handle party.Handle, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if err := shut(tx, handle); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

func shut(tx *Tx, handle party.Handle) error {
	for _, text := range []string{`DELETE FROM invitation WHERE handle = $1`, `DELETE FROM passkey WHERE handle = $1`, `DELETE FROM visit WHERE handle = $1`} {
		if _, err := tx.exec(text, string(handle)); err != nil {
			return err
		}
	}
	return nil
}

// End forgets sessions.
func (s doors) End(ctx context.Context, tokens []ref.Hash, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		for _, t := range tokens {
			if _, err := tx.exec(`DELETE FROM visit WHERE token = $1`, t[:]); err != nil {
				return err
			}
		}
		return tx.recorded(records)
	})
}
