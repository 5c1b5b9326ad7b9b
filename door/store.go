package door

import (
	"context"

	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Invited is an invitation as it is kept: of its secret only the hash.
type Invited struct {
	Secret ref.Hash
	Handle party.Handle
	By     party.Handle
	Until  wire.Time

	First party.Handle `json:",omitzero"` // of a readmission: who proposed it
}

// Passkey is the public half of a passkey, and what is known of the device that
// keeps the other half.
type Passkey struct {
	Credential ref.Hash // of ID
	Handle     party.Handle
	ID         []byte // that the device gave it
	Public     []byte // COSE (RFC 9052)
	Counter    uint32 // of signatures; 0 if the device does not count
	Synced     bool   // the device may copy it to others
	Added      wire.Time
	Name       string    `json:",omitzero"` // that its officer gave it
	Agent      string    `json:",omitzero"` // of the browser that it was made in
	Used       wire.Time `json:",omitzero"` // last
}

// Visit is a session as it is kept: of its token only the hash.
type Visit struct {
	Token  ref.Hash
	ID     string
	Handle party.Handle
	Agent  string
	Began  wire.Time
	Seen   wire.Time
	Until  wire.Time // at the latest

	Credential ref.Hash `json:",omitzero"` // of the passkey that began it
}

// Store is the port that keeps invitations, passkeys and sessions. Each method is
// one whole transaction, the records included. What is kept under another name than
// it says itself is as if it were not there.
type Store interface {
	// Invite keeps an invitation, in the place of an earlier one of its officer.
	Invite(ctx context.Context, i Invited, records ...ledger.Entry) error
	// Invited gives the invitation with a secret; fault.Withheld if there is none.
	Invited(ctx context.Context, secret ref.Hash) (Invited, error)
	// Entered tells whether an officer ever made a passkey.
	Entered(ctx context.Context, handle party.Handle) (bool, error)
	// Propose keeps a readmission, in the place of an earlier one of its officer.
	Propose(ctx context.Context, r Readmission, records ...ledger.Entry) error
	// Readmissions lists those that are kept, by handle.
	Readmissions(ctx context.Context) ([]Readmission, error)
	// Readmit forgets a readmission and all ways in of its officer, and keeps the
	// invitation: fault.Stale if it is not kept any more.
	Readmit(ctx context.Context, r Readmission, i Invited, records ...ledger.Entry) error
	// Refuse forgets a readmission: fault.Stale likewise.
	Refuse(ctx context.Context, r Readmission, records ...ledger.Entry) error
	// AddPasskey uses an invitation up, keeps a passkey and begins a session:
	// fault.Stale if the invitation or the passkey's name is used already.
	AddPasskey(ctx context.Context, invitation ref.Hash, k Passkey, v Visit, records ...ledger.Entry) error
	// AnotherPasskey keeps one more passkey of an officer: fault.Stale if its name is
	// used already, or the officer has none.
	AnotherPasskey(ctx context.Context, k Passkey, records ...ledger.Entry) error
	// DropPasskey forgets a passkey of an officer and the sessions that it began:
	// fault.Withheld if there is none such, fault.Stale if it is the last and last is
	// not set.
	DropPasskey(ctx context.Context, handle party.Handle, credential ref.Hash, last bool, records ...ledger.Entry) error
	// Passkey gives the passkey with a credential; fault.Withheld if there is none.
	Passkey(ctx context.Context, credential ref.Hash) (Passkey, error)
	// Passkeys lists an officer's passkeys.
	Passkeys(ctx context.Context, handle party.Handle) ([]Passkey, error)
	// SignIn keeps a passkey's new counter and begins a session, and forgets the
	// sessions that are over: fault.Stale if the counter is not what it was.
	SignIn(ctx context.Context, k Passkey, was uint32, v Visit) error
	// Used keeps a passkey's new counter and when it was used: fault.Stale if the
	// counter is not what it was.
	Used(ctx context.Context, k Passkey, was uint32) error
	// Visit gives the session of a token; fault.Withheld if there is none.
	Visit(ctx context.Context, token ref.Hash) (Visit, error)
	// Visits lists an officer's sessions, those that are over among them.
	Visits(ctx context.Context, handle party.Handle) ([]Visit, error)
	// Touch keeps when a session was seen last.
	Touch(ctx context.Context, token ref.Hash, seen wire.Time) error
	// Shut forgets an officer's invitation, passkeys and sessions.
	Shut(ctx context.Context, handle party.Handle, records ...ledger.Entry) error
	// End forgets sessions, by their tokens.
	End(ctx context.Context, tokens []ref.Hash, records ...ledger.Entry) error
}
