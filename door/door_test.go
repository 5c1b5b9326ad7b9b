package door_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/staff"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

const (
	unit   party.Name = "us/dea/ccf"
	origin            = "https://desk.example"
)

var (
	ctx    = context.Background()
	random = storetest.Random(11)
	here   = door.Place{Address: "192.0.2.7", Agent: "Firefox/150"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
}

func refused(t testing.TB, kind fault.Kind, err error) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v, want a refusal: %v", err, kind)
	}
}

// stand is a node's door with an admin, an analyst and a clock that a test moves.
type stand struct {
	t     testing.TB
	d     *door.Door
	staff *staff.Roster
	db    *store.DB
	path  string
	now   time.Time
	log   bytes.Buffer
	boss  party.Actor
	ana   party.Actor
}

func newStand(t testing.TB) *stand {
	t.Helper()
	s := &stand{t: t, now: storetest.Now, path: filepath.Join(t.TempDir(), "node.db")}
	clock := func() time.Time { return s.now }
	db, err := sqlite.Open(ctx, s.path, store.Options{Vault: storetest.Vault(), Sign: storetest.Signer(), Now: clock})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	s.db = db
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.staff = staff.New(staff.Config{Store: db.Staff(), Node: storetest.Node, Units: func() []party.Name { return []party.Name{unit} },
		Key: storetest.Key(), Now: clock, Random: random})
	s.boss = s.officer("boss", party.Admin)
	s.ana = s.officer("ana", party.Analyst)
	s.d, err = door.New(door.Config{Store: db.Door(), Staff: s.staff, Node: storetest.Node, Origin: origin, Now: clock, Random: random, Log: log})
	must(t, err)
	return s
}

func (s *stand) officer(handle party.Handle, roles ...party.Role) party.Actor {
	s.t.Helper()
	k, err := seal.NewSigningKey(random)
	must(s.t, err)
	o := staff.Officer{Handle: handle, Unit: unit, Roles: roles, Key: k.Public()}
	must(s.t, s.staff.Add(ctx, s.boss, o))
	return o.Actor()
}

func (s *stand) pass(d time.Duration) { s.now = s.now.Add(d) }

// invite gives the secret of an invitation that an officer makes for themselves.
func (s *stand) invite(of party.Actor) string {
	s.t.Helper()
	i, err := s.d.Invite(ctx, of, of.Handle)
	must(s.t, err)
	return i.Secret
}

// enter gives an officer a passkey on a new device, and the session that begins.
func (s *stand) enter(of party.Actor) (*doortest.Device, door.Session) {
	s.t.Helper()
	d := doortest.New(origin)
	c, err := s.d.BeginKey(ctx, s.invite(of))
	must(s.t, err)
	b, err := d.Make(c.Options)
	must(s.t, err)
	got, err := s.d.FinishKey(ctx, c.ID, b, here)
	must(s.t, err)
	return d, got
}

// signIn signs in with a device.
func (s *stand) signIn(d *doortest.Device, from door.Place) (door.Session, error) {
	s.t.Helper()
	c, err := s.d.BeginSignIn(ctx)
	must(s.t, err)
	b, err := d.Answer(c.Options)
	must(s.t, err)
	return s.d.FinishSignIn(ctx, c.ID, b, from)
}

func (s *stand) in(token string) bool {
	s.t.Helper()
	_, _, err := s.d.Actor(ctx, token, here)
	if err != nil {
		refused(s.t, fault.Denied, err)
	}
	return err == nil
}

// TestTheWayIn is the whole way: invited, a passkey, a session, out, and in again.
func TestTheWayIn(t *testing.T) {
	s := newStand(t)
	i, err := s.d.Invite(ctx, s.boss, "ana")
	must(t, err)
	handle, err := s.d.Invited(ctx, i.Secret)
	if must(t, err); handle != "ana" {
		t.Errorf("the invitation is for %s", handle)
	}
	c, err := s.d.BeginKey(ctx, i.Secret)
	must(t, err)
	d := doortest.New(origin)
	b, err := d.Make(c.Options)
	must(t, err)
	first, err := s.d.FinishKey(ctx, c.ID, b, here)
	must(t, err)
	actor, session, err := s.d.Actor(ctx, first.Token, here)
	must(t, err)
	if actor.Handle != "ana" || !actor.Has(party.Analyst) || actor.Unit != unit || session.ID != first.ID || session.Token != "" || session.Agent != here.Agent {
		t.Errorf("in came %+v, %+v", actor, session)
	}
	must(t, s.d.Leave(ctx, first.Token))
	if s.in(first.Token) {
		t.Error("who has left is in")
	}
	second, err := s.signIn(d, here)
	must(t, err)
	if second.Token == first.Token || !s.in(second.Token) {
		t.Error("who signed in is not in, or with an old token")
	}
	must(t, s.d.Leave(ctx, first.Token)) // which is no longer one
	must(t, s.d.Leave(ctx, "no token"))
}

// try is a making of a passkey that a test spoils.
type try struct {
	secret string
	c      door.Ceremony
	device *doortest.Device
	asked  []byte
}

func (x *try) begin(s *stand) {
	s.t.Helper()
	c, err := s.d.BeginKey(ctx, x.secret)
	must(s.t, err)
	x.c, x.asked = c, c.Options
}

// TestMakingAPasskeyIsRefused: every answer that is not the right one, to the right
// question, in time.
func TestMakingAPasskeyIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(s *stand, x *try){
		"wrong origin":          func(_ *stand, x *try) { x.device.Origin = "https://desk.example.evil" },
		"origin without TLS":    func(_ *stand, x *try) { x.device.Origin = "http://desk.example" },
		"another port":          func(_ *stand, x *try) { x.device.Origin = origin + ":8443" },
		"wrong relying party":   func(_ *stand, x *try) { x.device.Party = "evil.example" },
		"a parent domain":       func(_ *stand, x *try) { x.device.Party = "example" },
		"no user verification":  func(_ *stand, x *try) { x.device.Unverified = true },
		"another challenge":     func(_ *stand, x *try) { x.device.Challenge = strings.Repeat("A", 43) },
		"no challenge":          func(_ *stand, x *try) { x.device.Challenge = "=" },
		"no such ceremony":      func(_ *stand, x *try) { x.c.ID = strings.Repeat("A", 43) },
		"expired ceremony":      func(s *stand, _ *try) { s.pass(5 * time.Minute) },
		"late invitation":       func(s *stand, x *try) { s.pass(24*time.Hour - time.Minute); x.begin(s); s.pass(time.Minute) },
		"begun anew":            func(s *stand, x *try) { _, err := s.d.BeginKey(ctx, x.secret); must(s.t, err) },
		"invited anew":          func(s *stand, _ *try) { s.invite(s.ana) },
		"officer removed":       func(s *stand, _ *try) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) },
		"a sign-in's ceremony":  func(s *stand, x *try) { c, err := s.d.BeginSignIn(ctx); must(s.t, err); x.c.ID = c.ID },
		"the ceremony of other": func(s *stand, x *try) { c, err := s.d.BeginKey(ctx, s.invite(s.boss)); must(s.t, err); x.c.ID = c.ID },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			x := &try{secret: s.invite(s.ana), device: doortest.New(origin)}
			x.begin(s)
			spoil(s, x)
			b, err := x.device.Make(x.asked)
			must(t, err)
			_, err = s.d.FinishKey(ctx, x.c.ID, b, here)
			refused(t, fault.Denied, err)
			list, err := s.d.Sessions(ctx, s.ana)
			if must(t, err); len(list) != 0 {
				t.Errorf("who was refused has a session: %+v", list)
			}
			keys, err := s.db.Door().Passkeys(ctx, "ana")
			if must(t, err); len(keys) != 0 {
				t.Error("who was refused has a passkey")
			}
		})
	}
}

// TestAnInvitationIsGoodOnce, and a bad answer does not use it up.
func TestAnInvitationIsGoodOnce(t *testing.T) {
	s := newStand(t)
	x := &try{secret: s.invite(s.ana), device: doortest.New(origin)}
	x.begin(s)
	_, err := s.d.FinishKey(ctx, x.c.ID, []byte("{}"), here)
	refused(t, fault.Denied, err)
	x.begin(s)
	b, err := x.device.Make(x.asked)
	must(t, err)
	_, err = s.d.FinishKey(ctx, x.c.ID, b, here)
	must(t, err)
	_, err = s.d.FinishKey(ctx, x.c.ID, b, here)
	refused(t, fault.Denied, err)
	_, err = s.d.BeginKey(ctx, x.secret)
	refused(t, fault.Denied, err)
	_, used := s.d.Invited(ctx, x.secret)
	refused(t, fault.Denied, used)
	other := s.invite(s.ana)
	s.pass(24 * time.Hour)
	_, late := s.d.Invited(ctx, other)
	_, wrong := s.d.Invited(ctx, strings.Repeat("A", 43))
	_, none := s.d.Invited(ctx, "")
	for _, err := range []error{late, wrong, none} {
		if err == nil || err.Error() != used.Error() {
			t.Errorf("the answer %q tells more than %q", err, used)
		}
	}
}

// TestTwoUseOneInvitation: of two ceremonies at the same time one holds.
func TestTwoUseOneInvitation(t *testing.T) {
	s := newStand(t)
	secret := s.invite(s.ana)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for n := range errs {
		wg.Go(func() {
			c, err := s.d.BeginKey(ctx, secret)
			if err == nil {
				var b []byte
				if b, err = doortest.New(origin).Make(c.Options); err == nil {
					_, err = s.d.FinishKey(ctx, c.ID, b, here)
				}
			}
			errs[n] = err
		})
	}
	wg.Wait()
	keys, err := s.db.Door().Passkeys(ctx, "ana")
	must(t, err)
	if len(keys) > 1 {
		t.Errorf("%d passkeys of one invitation: %v", len(keys), errs)
	}
}

// TestWhoMayInvite: nobody makes a way in for another who reads, sends or guards,
// once there is a security officer.
func TestWhoMayInvite(t *testing.T) {
	s := newStand(t)
	aud := s.officer("aud", party.Auditor)
	for _, by := range []party.Actor{s.ana, aud, {}, {Handle: "ana"}} {
		if by.Handle == "ana" && len(by.Roles) > 0 {
			continue
		}
		_, err := s.d.Invite(ctx, by, "ana")
		refused(t, fault.Denied, err)
	}
	_, err := s.d.Invite(ctx, s.boss, "nobody")
	refused(t, fault.Withheld, err)
	before, err := s.d.Invite(ctx, s.boss, "ana") // there is no security officer yet
	must(t, err)
	sec := s.officer("sec", party.Security)
	_, err = s.d.Invited(ctx, before.Secret) // now there is
	refused(t, fault.Denied, err)
	for _, by := range []party.Actor{s.boss, sec, aud} {
		_, err = s.d.Invite(ctx, by, "ana")
		refused(t, fault.Denied, err)
	}
	_, err = s.d.Invite(ctx, s.boss, "sec")
	refused(t, fault.Denied, err)
	_, err = s.d.Invite(ctx, s.boss, "aud")
	must(t, err)
	_, err = s.d.Invite(ctx, s.ana, "ana")
	must(t, err)
	late := s.officer("late", party.Analyst) // and waits
	_, err = s.d.Invite(ctx, late, "late")
	refused(t, fault.Stale, err)
	must(t, s.staff.Remove(ctx, sec, "late"))
	second := s.officer("second", party.Admin)
	i, err := s.d.Invite(ctx, second, "aud")
	must(t, err)
	must(t, s.staff.Remove(ctx, s.boss, "second"))
	_, err = s.d.Invited(ctx, i.Secret) // of an admin who is gone
	refused(t, fault.Denied, err)
}

// sql writes into the database behind the store's back.
func (s *stand) sql(text string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", s.path)
	must(s.t, err)
	_, err = db.Exec(text)
	must(s.t, err)
	must(s.t, db.Close())
}

// secretsRaw gives the bytes that secrets are the text of.
func secretsRaw(t testing.TB, secrets []string) (raw []string) {
	t.Helper()
	for _, s := range secrets {
		b, err := base64.RawURLEncoding.DecodeString(s)
		must(t, err)
		raw = append(raw, string(b))
	}
	return raw
}
