package door

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Mine is one of an officer's own passkeys, as it is shown to them.
type Mine struct {
	ID     string    `json:"id"`
	Name   string    `json:"name,omitzero"`  // that the officer gave it
	Agent  string    `json:"agent,omitzero"` // the browser that it was made in
	Added  wire.Time `json:"added"`
	Used   wire.Time `json:"used,omitzero"` // last; zero: since it was made never
	Synced bool      `json:"synced"`        // the device may copy it to others
}

// maxName is how long the name of a passkey may be, in letters.
const maxName = 64

// Passkeys lists the officer's own passkeys, the one that was made last first.
func (d *Door) Passkeys(ctx context.Context, actor party.Actor) ([]Mine, error) {
	all, err := d.Store.Passkeys(ctx, actor.Handle)
	list := []Mine{}
	for _, k := range all {
		list = append(list, Mine{ID: k.Credential.String(), Name: k.Name, Agent: k.Agent, Added: k.Added, Used: k.Used, Synced: k.Synced})
	}
	slices.SortStableFunc(list, func(a, b Mine) int { return b.Added.Time().Compare(a.Added.Time()) })
	return list, err
}

// BeginAdding begins to add a passkey to those of an officer who is in: first the
// officer shows one that they have. A session alone, which may be stolen, adds nothing.
func (d *Door) BeginAdding(ctx context.Context, actor party.Actor) (Ceremony, error) {
	return d.askRandom(ctx, ceremony{purpose: adding, handle: actor.Handle})
}

// ContinueAdding takes the officer's answer, and begins the making of the passkey.
func (d *Door) ContinueAdding(ctx context.Context, actor party.Actor, id string, response []byte) (Ceremony, error) {
	if _, _, err := d.shownAgain(ctx, actor, id, adding, response); err != nil {
		return Ceremony{}, err
	}
	return d.beginMaking(ctx, ceremony{purpose: addingKey, handle: actor.Handle})
}

// FinishAdding keeps the new passkey, on record, under a name that the officer gives it
// or none.
func (d *Door) FinishAdding(ctx context.Context, actor party.Actor, id string, response []byte, name string, from Place) (Mine, error) {
	name, err := checkName(name)
	if err != nil {
		return Mine{}, err
	}
	c, ok := d.begun.take(d.Now(), id, addingKey)
	if !ok || c.handle != actor.Handle {
		return Mine{}, d.unshown(ctx, "no such making of a passkey is under way")
	}
	k, err := d.made(ctx, c, response, from)
	if fault.Is(err, fault.Denied) {
		return Mine{}, d.unshown(ctx, "the passkey that was to be added does not hold")
	}
	if err != nil {
		return Mine{}, err
	}
	k.Name = name
	e, err := d.record(actor, k.Added, k.signs().Fingerprint(), codeAdded)
	if err != nil {
		return Mine{}, err
	}
	if err := d.Store.AnotherPasskey(ctx, k, e); err != nil {
		return Mine{}, err
	}
	d.Log.InfoContext(ctx, "an officer added a passkey", "officer", string(actor.Handle))
	return Mine{ID: k.Credential.String(), Name: k.Name, Agent: k.Agent, Added: k.Added, Synced: k.Synced}, nil
}

// BeginDropping begins to take one of the officer's own passkeys away: the officer
// shows one that they have. The last is taken only with last: fault.Stale warns.
func (d *Door) BeginDropping(ctx context.Context, actor party.Actor, id string, last bool) (Ceremony, error) {
	all, err := d.Store.Passkeys(ctx, actor.Handle)
	if err != nil {
		return Ceremony{}, err
	}
	for _, k := range all {
		if k.Credential.String() != id {
			continue
		}
		if len(all) == 1 && !last {
			return Ceremony{}, lastPasskey()
		}
		return d.askRandom(ctx, ceremony{purpose: dropping, handle: actor.Handle, credential: k.Credential, last: last})
	}
	return Ceremony{}, fault.New(fault.Withheld, "there is no such passkey of yours").Fix("look at the list again")
}

// FinishDropping takes it away, on record, with the sessions that it began.
func (d *Door) FinishDropping(ctx context.Context, actor party.Actor, id string, response []byte) error {
	c, _, err := d.shownAgain(ctx, actor, id, dropping, response)
	if err != nil {
		return err
	}
	k, err := d.Store.Passkey(ctx, c.credential)
	if err != nil {
		return err
	}
	e, err := d.record(actor, wire.At(d.Now()), k.signs().Fingerprint(), codeDropped)
	if err != nil {
		return err
	}
	err = d.Store.DropPasskey(ctx, actor.Handle, c.credential, c.last, e)
	if fault.Is(err, fault.Stale) {
		return lastPasskey()
	}
	if err == nil {
		d.Log.InfoContext(ctx, "an officer took a passkey away", "officer", string(actor.Handle))
	}
	return err
}

// lastPasskey warns who would shut themselves out.
func lastPasskey() error {
	return fault.New(fault.Stale, "this is your last passkey: without it you do not come in").
		Fix("add another one first; or take it away all the same, and come in again by an invitation")
}

// NamePasskey gives one of the officer's own passkeys another name.
func (d *Door) NamePasskey(ctx context.Context, actor party.Actor, id, name string) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	all, err := d.Store.Passkeys(ctx, actor.Handle)
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.Credential.String() == id {
			k.Name = name
			return d.Store.Used(ctx, k, k.Counter)
		}
	}
	return fault.New(fault.Withheld, "there is no such passkey of yours").Fix("look at the list again")
}

// askRandom asks an officer who is in to show a passkey, for nothing but that.
func (d *Door) askRandom(ctx context.Context, c ceremony) (Ceremony, error) {
	challenge, err := d.challenge()
	if err != nil {
		return Ceremony{}, err
	}
	return d.askAgain(ctx, c, ref.Hash(challenge))
}

// checkName holds the name of a passkey to what can be shown.
func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > maxName || !intel.Plain(name, false) {
		return "", fault.New(fault.Invalid, "a passkey's name has at most %d letters, and shows as what it is", maxName).Fix("write one such as phone, or key on my ring")
	}
	return name, nil
}
