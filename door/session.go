package door

import (
	"context"
	"strings"
	"time"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// A session ends so long after it began, and so long after it was last seen. Seen
// is kept to the minute, so that a request seldom has to write.
const (
	sessionLasts = 12 * time.Hour
	sessionIdles = 30 * time.Minute
	seenEvery    = time.Minute
)

// maxAgent bounds what is kept of a browser's word for itself.
const maxAgent = 256

// agent is a browser's word for itself as it is kept: it may be shown.
func (p Place) agent() string {
	s := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, p.Agent)
	return s[:min(len(s), maxAgent)]
}

// visit makes the session of somebody who is let in by a passkey.
func (d *Door) visit(k Passkey, from Place) (Session, Visit, error) {
	token, err := d.secret()
	if err != nil {
		return Session{}, Visit{}, err
	}
	id, err := ref.Random[Session](d.Random)
	if err != nil {
		return Session{}, Visit{}, err
	}
	hash, _ := hashOf(ofSession, token)
	now := wire.At(d.Now())
	v := Visit{Token: hash, ID: id.String(), Handle: k.Handle, Credential: k.Credential, Agent: from.agent(), Began: now, Seen: now, Until: now.Add(sessionLasts)}
	s := v.session()
	s.Token = token
	return s, v, nil
}

func (v Visit) session() Session {
	return Session{ID: v.ID, Handle: v.Handle, Began: v.Began, Seen: v.Seen, Agent: v.Agent}
}

// over reports whether a session has ended by itself.
func (v Visit) over(now wire.Time) bool {
	return !now.Before(v.Until) || !now.Before(v.Seen.Add(sessionIdles))
}

// Actor tells which officer a request comes from: fault.Denied if its session was
// ended, is late, or belongs to another browser or to nobody in office. Then the
// session is over for good.
func (d *Door) Actor(ctx context.Context, token string, from Place) (party.Actor, Session, error) {
	hash, ok := hashOf(ofSession, token)
	if !ok {
		return party.Actor{}, Session{}, notIn()
	}
	v, err := d.Store.Visit(ctx, hash)
	if d.absent(ctx, err) {
		return party.Actor{}, Session{}, notIn()
	}
	if err != nil {
		return party.Actor{}, Session{}, err
	}
	now := wire.At(d.Now())
	o, err := d.Staff.Officer(ctx, v.Handle)
	if err != nil && !fault.Is(err, fault.Withheld) {
		return party.Actor{}, Session{}, err
	}
	if err != nil || !o.Current() || v.over(now) || v.Agent != from.agent() {
		d.Log.InfoContext(ctx, "a session is over", "officer", string(v.Handle), "in_office", err == nil && o.Current(),
			"late", v.over(now), "same_browser", v.Agent == from.agent())
		if err := d.Store.End(ctx, []ref.Hash{hash}); err != nil {
			return party.Actor{}, Session{}, err
		}
		return party.Actor{}, Session{}, notIn()
	}
	if !now.Before(v.Seen.Add(seenEvery)) {
		if err := d.Store.Touch(ctx, hash, now); err != nil {
			return party.Actor{}, Session{}, err
		}
		v.Seen = now
	}
	return o.Actor(), v.session(), nil
}

func notIn() error { return fault.New(fault.Denied, "nobody is signed in here").Fix("sign in") }

// Sessions lists the officer's own sessions, the newest first.
func (d *Door) Sessions(ctx context.Context, actor party.Actor) ([]Session, error) {
	visits, err := d.Store.Visits(ctx, actor.Handle)
	if err != nil {
		return nil, err
	}
	now := wire.At(d.Now())
	list := []Session{}
	for _, v := range visits {
		if !v.over(now) {
			list = append(list, v.session())
		}
	}
	return list, nil
}

// End ends one of the officer's own sessions: fault.Withheld if there is no such.
func (d *Door) End(ctx context.Context, actor party.Actor, id string) error {
	visits, err := d.Store.Visits(ctx, actor.Handle)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if v.ID == id {
			return d.Store.End(ctx, []ref.Hash{v.Token})
		}
	}
	return fault.New(fault.Withheld, "there is no such session of yours").Fix("look at the list again")
}

// Leave ends the session of a token, if there is one.
func (d *Door) Leave(ctx context.Context, token string) error {
	hash, ok := hashOf(ofSession, token)
	if !ok {
		return nil
	}
	return d.Store.End(ctx, []ref.Hash{hash})
}
