package door_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/party"
	"comity/store/sqlite"
)

// TestSignInIsRefused: every answer that is not the right one, to the right question,
// in time, of somebody in office.
func TestSignInIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(s *stand, d *doortest.Device, c *door.Ceremony){
		"wrong origin":         func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Origin = "https://desk.example.evil" },
		"origin without TLS":   func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Origin = "http://desk.example" },
		"no origin":            func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Origin = "null" },
		"wrong relying party":  func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Party = "evil.example" },
		"no user verification": func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Unverified = true },
		"counter stands still": func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Step = 0 },
		"counter goes back":    func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Counter -= 2 },
		"counter gone":         func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Counter, d.Step = 0, 0 },
		"another challenge":    func(_ *stand, d *doortest.Device, _ *door.Ceremony) { d.Challenge = strings.Repeat("A", 43) },
		"another ceremony": func(s *stand, _ *doortest.Device, c *door.Ceremony) {
			other, err := s.d.BeginSignIn(ctx)
			must(s.t, err)
			c.ID = other.ID
		},
		"the making of a passkey": func(s *stand, d *doortest.Device, c *door.Ceremony) {
			key, err := s.d.BeginKey(ctx, s.invite(s.ana))
			must(s.t, err)
			c.ID, d.Challenge = key.ID, doortest.Challenge(key.Options)
		},
		"expired ceremony": func(s *stand, _ *doortest.Device, _ *door.Ceremony) { s.pass(5 * time.Minute) },
		"officer removed": func(s *stand, _ *doortest.Device, _ *door.Ceremony) {
			must(s.t, s.staff.Remove(ctx, s.boss, "ana"))
		},
		"entry not the node's": func(s *stand, _ *doortest.Device, _ *door.Ceremony) {
			s.sql(`UPDATE officer SET statement = x'7b7d' WHERE handle = 'ana'`)
		},
		"another's passkey": func(s *stand, d *doortest.Device, _ *door.Ceremony) {
			_, err := d.Make([]byte(`{"publicKey":{"challenge":"x","rp":{"id":"desk.example"},"user":{"id":"eA"},"pubKeyCredParams":[{"alg":-7}],
				"authenticatorSelection":{"residentKey":"required","userVerification":"required"}}}`))
			must(s.t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			d, _ := s.enter(s.ana)
			c, err := s.d.BeginSignIn(ctx)
			must(t, err)
			asked := c.Options
			spoil(s, d, &c)
			b, err := d.Answer(asked)
			must(t, err)
			_, err = s.d.FinishSignIn(ctx, c.ID, b, here)
			refused(t, fault.Denied, err)
			if f := fault.Safe(err); f.Text != "this lets nobody in" {
				t.Errorf("the answer tells why: %v", err)
			}
			if list, err := s.d.Sessions(ctx, s.ana); err != nil || len(list) != 1 {
				t.Errorf("%d sessions, %v", len(list), err)
			}
		})
	}
}

// TestAResponseIsGoodOnce: also one that was right, and one that was not.
func TestAResponseIsGoodOnce(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	c, err := s.d.BeginSignIn(ctx)
	must(t, err)
	b, err := d.Answer(c.Options)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, c.ID, b, here)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, c.ID, b, here)
	refused(t, fault.Denied, err)
	c, err = s.d.BeginSignIn(ctx)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, c.ID, b, here) // of the first, to the second
	refused(t, fault.Denied, err)
	b, err = d.Answer(c.Options)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, c.ID, b, here) // right, but the ceremony is over
	refused(t, fault.Denied, err)
}

// TestALargeResponseIsRefused, though it be right.
func TestALargeResponseIsRefused(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	for size, ok := range map[int]bool{64 << 10: true, 64<<10 + 1: false} {
		c, err := s.d.BeginSignIn(ctx)
		must(t, err)
		b, err := d.Answer(c.Options)
		must(t, err)
		b = append(b, bytes.Repeat([]byte(" "), size-len(b))...)
		if _, err = s.d.FinishSignIn(ctx, c.ID, b, here); (err == nil) != ok {
			t.Errorf("%d bytes: %v", size, err)
		}
		x := &try{secret: s.invite(s.ana), device: doortest.New(origin)}
		x.begin(s)
		b, err = x.device.Make(x.asked)
		must(t, err)
		b = append(b, bytes.Repeat([]byte(" "), size-len(b))...)
		if _, err = s.d.FinishKey(ctx, x.c.ID, b, here); (err == nil) != ok {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// TestADeviceThatDoesNotCount: passkeys that are copied between a person's devices
// say 0 each time.
func TestADeviceThatDoesNotCount(t *testing.T) {
	s := newStand(t)
	d := doortest.New(origin)
	d.Step = 0
	c, err := s.d.BeginKey(ctx, s.invite(s.ana))
	must(t, err)
	b, err := d.Make(c.Options)
	must(t, err)
	_, err = s.d.FinishKey(ctx, c.ID, b, here)
	must(t, err)
	for range 3 {
		_, err = s.signIn(d, here)
		must(t, err)
	}
}

// TestGarbageIsRefused: whatever a browser sends.
func TestGarbageIsRefused(t *testing.T) {
	s := newStand(t)
	for _, b := range []string{"", "{}", "null", "[]", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`,
		strings.Repeat("[", 70_000), `{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"","userHandle":"AA"}}`} {
		s.pass(time.Hour)
		c, err := s.d.BeginSignIn(ctx)
		must(t, err)
		_, err = s.d.FinishSignIn(ctx, c.ID, []byte(b), here)
		refused(t, fault.Denied, err)
		c, err = s.d.BeginKey(ctx, s.invite(s.ana))
		must(t, err)
		_, err = s.d.FinishKey(ctx, c.ID, []byte(b), here)
		refused(t, fault.Denied, err)
	}
}

// TestWaits: few wrong tries are free, then each costs a wait that grows, by address
// and by handle; what is right is never counted.
func TestWaits(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	wrong := func(from door.Place) error {
		t.Helper()
		d.Origin = "https://evil.example"
		_, err := s.signIn(d, from)
		d.Origin = origin
		refused(t, fault.Denied, err)
		return err
	}
	from := func(n int) door.Place { return door.Place{Address: fmt.Sprintf("198.51.100.%d", n), Agent: here.Agent} }
	var w door.Wait
	for n := range 5 { // of one handle, from many addresses
		if err := wrong(from(n)); errors.As(err, &w) {
			t.Fatalf("try %d must wait", n)
		}
	}
	waited := []time.Duration{}
	for n := range 12 {
		if _, err := s.signIn(d, from(100+n)); !errors.As(err, &w) { // also who is right waits
			t.Fatalf("after %d waits: %v", n, err)
		}
		waited = append(waited, w.For)
		s.pass(w.For)
		wrong(from(100 + n))
	}
	if !slices.IsSorted(waited) || waited[0] != time.Second || waited[1] != 2*time.Second || waited[11] != 15*time.Minute {
		t.Errorf("the waits are %v", waited)
	}
	s.pass(15 * time.Minute)
	if _, err := s.signIn(d, here); err != nil {
		t.Fatal(err)
	}
	for range 4 { // what is right has wiped it off
		wrong(here)
	}
	_, err := s.signIn(d, here)
	must(t, err)

	s = newStand(t)
	d, _ = s.enter(s.ana)
	for range 30 { // what is right is not counted
		if _, err := s.signIn(d, here); err != nil {
			t.Fatal(err)
		}
	}
	guess := func(address string) error {
		_, err := s.d.FinishSignIn(ctx, "no ceremony", nil, door.Place{Address: address})
		refused(t, fault.Denied, err)
		return err
	}
	for n := range 20 {
		if err := guess(fmt.Sprintf("2001:db8::%x", n)); errors.As(err, &w) {
			t.Fatalf("guess %d must wait", n)
		}
	}
	if err := guess("2001:db8::ffff"); !errors.As(err, &w) {
		t.Errorf("a neighbour of who guessed need not wait: %v", err)
	}
	if err := guess("2001:db8:0:1::1"); errors.As(err, &w) {
		t.Error("another customer must wait")
	}
	if _, err := s.signIn(d, here); err != nil {
		t.Errorf("another address must wait: %v", err)
	}
	s.pass(time.Hour)
	for n := range 20 {
		if err := guess("2001:db8::1"); errors.As(err, &w) {
			t.Fatalf("an hour later it is not forgotten: guess %d must wait", n)
		}
	}
}

// TestASessionEnds, in every way that it does.
func TestASessionEnds(t *testing.T) {
	for name, end := range map[string]func(s *stand, in door.Session, from *door.Place){
		"idle":            func(s *stand, _ door.Session, _ *door.Place) { s.pass(30 * time.Minute) },
		"another browser": func(_ *stand, _ door.Session, from *door.Place) { from.Agent = "curl" },
		"left":            func(s *stand, in door.Session, _ *door.Place) { must(s.t, s.d.Leave(ctx, in.Token)) },
		"ended":           func(s *stand, in door.Session, _ *door.Place) { must(s.t, s.d.End(ctx, s.ana, in.ID)) },
		"officer removed": func(s *stand, _ door.Session, _ *door.Place) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) },
		"entry forged": func(s *stand, _ door.Session, _ *door.Place) {
			s.sql(`UPDATE officer SET statement = x'7b7d' WHERE handle = 'ana'`)
		},
		"twelve hours": func(s *stand, in door.Session, from *door.Place) {
			for end := s.now.Add(12*time.Hour - time.Minute); s.now.Before(end); s.pass(time.Minute) {
				if _, _, err := s.d.Actor(ctx, in.Token, *from); err != nil {
					s.t.Fatal(s.now, err)
				}
			}
			s.pass(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			_, in := s.enter(s.ana)
			s.pass(29 * time.Minute)
			from := here
			if _, _, err := s.d.Actor(ctx, in.Token, from); err != nil {
				t.Fatal(err)
			}
			if name == "twelve hours" {
				s.now = s.now.Add(-29 * time.Minute)
			}
			end(s, in, &from)
			_, _, err := s.d.Actor(ctx, in.Token, from)
			refused(t, fault.Denied, err)
			if _, _, err = s.d.Actor(ctx, in.Token, here); err == nil {
				t.Error("what was over goes on")
			}
		})
	}
}

// TestShut: a lost device lets nobody in from then on, and its officer makes a new
// passkey. Nobody shuts out who has no right to.
func TestShut(t *testing.T) {
	s := newStand(t)
	sec, aud := s.officer("sec", party.Security), s.officer("aud", party.Auditor)
	_, other := s.enter(s.boss)
	for _, by := range []party.Actor{s.ana, s.boss, sec} {
		lost, in := s.enter(s.ana)
		secret := s.invite(s.ana)
		for _, no := range []party.Actor{aud, {}, {Handle: "ana"}} {
			refused(t, fault.Denied, s.d.Shut(ctx, no, "ana"))
		}
		c, err := s.d.BeginSignIn(ctx)
		must(t, err)
		b, err := lost.Answer(c.Options)
		must(t, err)
		must(t, s.d.Shut(ctx, by, "ana"))
		_, err = s.d.FinishSignIn(ctx, c.ID, b, here)
		refused(t, fault.Denied, err)
		_, err = s.d.Invited(ctx, secret)
		refused(t, fault.Denied, err)
		if s.in(in.Token) {
			t.Errorf("shut out by %s, and in", by.Handle)
		}
	}
	refused(t, fault.Denied, s.d.Shut(ctx, s.ana, "boss"))
	refused(t, fault.Withheld, s.d.Shut(ctx, s.boss, "nobody"))
	if !s.in(other.Token) {
		t.Error("another officer was shut out")
	}
}

// TestNoTokenOfOurs: what is no token, or one for something else.
func TestNoTokenOfOurs(t *testing.T) {
	s := newStand(t)
	_, in := s.enter(s.ana)
	secret := s.invite(s.ana)
	flipped := []byte(in.Token)
	flipped[3] ^= 1
	for _, token := range []string{"", "x", secret, string(flipped), in.Token + "A", in.Token[:42], " " + in.Token, in.ID, strings.Repeat("A", 1<<20)} {
		if s.in(token) {
			t.Errorf("in came %.60q", token)
		}
	}
	if _, err := s.d.Invited(ctx, in.Token); err == nil {
		t.Error("a session's token is an invitation")
	}
	if !s.in(in.Token) {
		t.Error("the token itself is none")
	}
}

// TestSessionsOfOneself: nobody sees or ends another officer's.
func TestSessionsOfOneself(t *testing.T) {
	s := newStand(t)
	d, first := s.enter(s.ana)
	s.pass(time.Minute)
	second, err := s.signIn(d, here)
	must(t, err)
	_, bosses := s.enter(s.boss)
	list, err := s.d.Sessions(ctx, s.ana)
	must(t, err)
	if len(list) != 2 || list[0].ID != second.ID || list[1].ID != first.ID || list[0].Token != "" {
		t.Errorf("the sessions are %+v", list)
	}
	refused(t, fault.Withheld, s.d.End(ctx, s.ana, bosses.ID))
	refused(t, fault.Withheld, s.d.End(ctx, s.boss, first.ID))
	refused(t, fault.Withheld, s.d.End(ctx, party.Actor{}, first.ID))
	refused(t, fault.Withheld, s.d.End(ctx, s.ana, ""))
	if !s.in(bosses.Token) || !s.in(first.Token) {
		t.Error("another officer's session was ended")
	}
	must(t, s.d.End(ctx, s.ana, first.ID))
	if s.in(first.Token) || !s.in(second.Token) {
		t.Error("another session than that one was ended")
	}
}

// TestWritingIntoTheDatabaseLetsNobodyIn: rows that were put there, moved or renamed.
func TestWritingIntoTheDatabaseLetsNobodyIn(t *testing.T) {
	for name, write := range map[string]string{
		"a session renamed":            `UPDATE visit SET handle = 'boss' WHERE handle = 'ana'`,
		"a session's body for another": `UPDATE visit SET body = (SELECT body FROM visit WHERE handle = 'boss') WHERE handle = 'ana'`,
		"and its handle":               `UPDATE visit SET handle = 'boss', body = (SELECT body FROM visit WHERE handle = 'boss') WHERE handle = 'ana'`,
		"a passkey's body for it":      `UPDATE visit SET body = (SELECT body FROM passkey WHERE handle = 'ana') WHERE handle = 'ana'`,
		"a body in the clear":          `UPDATE visit SET body = CAST('{"door_visit":{}}' AS BLOB)`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			_, in := s.enter(s.ana)
			s.enter(s.boss)
			s.sql(write)
			_, _, err := s.d.Actor(ctx, in.Token, here)
			refused(t, fault.Denied, err)
			if !strings.Contains(s.log.String(), "somebody wrote into the database") {
				t.Error("the operator is not told")
			}
		})
	}
	s := newStand(t)
	d, _ := s.enter(s.ana)
	s.enter(s.boss)
	s.sql(`UPDATE passkey SET handle = 'boss' WHERE handle = 'ana'`)
	_, err := s.signIn(d, here)
	refused(t, fault.Denied, err)
	secret := s.invite(s.ana)
	s.sql(`UPDATE invitation SET handle = 'boss'`)
	_, err = s.d.Invited(ctx, secret)
	refused(t, fault.Denied, err)
}

// TestSecretsAreNowhere: not in the log, the errors or any file.
func TestSecretsAreNowhere(t *testing.T) {
	s := newStand(t)
	var secrets, said []string
	secret := s.invite(s.ana)
	c, err := s.d.BeginKey(ctx, secret)
	must(t, err)
	d := doortest.New(origin)
	b, err := d.Make(c.Options)
	must(t, err)
	in, err := s.d.FinishKey(ctx, c.ID, b, here)
	must(t, err)
	sign, err := s.d.BeginSignIn(ctx)
	must(t, err)
	answer, err := d.Answer(sign.Options)
	must(t, err)
	d.Origin = "https://evil.example"
	_, err = s.signIn(d, here)
	said = append(said, fmt.Sprintf("%v %v", err, errors.Unwrap(err)))
	_, err = s.d.FinishSignIn(ctx, "x", answer, here)
	said = append(said, fmt.Sprintf("%v %v", err, errors.Unwrap(err)))
	_, err = s.d.Invited(ctx, secret)
	said = append(said, fmt.Sprintf("%v %v", err, errors.Unwrap(err)))
	_, _, err = s.d.Actor(ctx, in.Token, door.Place{Agent: "another"})
	said = append(said, fmt.Sprintf("%v %v", err, errors.Unwrap(err)))
	open := s.invite(s.boss)
	secrets = append(secrets, secret, open, in.Token, c.ID, sign.ID, doortest.Challenge(c.Options), doortest.Challenge(sign.Options))
	said = append(said, s.log.String())
	aside := s.path + ".copy"
	must(t, sqlite.Snapshot(ctx, s.path, aside))
	for _, f := range []string{aside, s.path, s.path + "-wal"} {
		file, err := os.ReadFile(f)
		if err == nil {
			said = append(said, string(file))
		}
	}
	for _, x := range append(secretsRaw(t, secrets), secrets...) {
		for n, text := range said {
			if len(x) > 15 && bytes.Contains([]byte(text), []byte(x)) {
				t.Errorf("a secret stands in what was said, %d", n)
			}
		}
	}
	if !strings.Contains(s.log.String(), "officer=ana") {
		t.Error("the log says nothing")
	}
	for _, text := range said {
		if strings.Contains(text, here.Agent) {
			t.Error("what the browser calls itself stands in the clear")
		}
	}
}

// TestNoOriginOfOurs: what a passkey cannot be bound to.
func TestNoOriginOfOurs(t *testing.T) {
	for _, o := range []string{"", "desk.example", "http://desk.example", "https://", "https://desk.example/", "https://desk.example/x", "https://a@desk.example",
		"https://desk.example?x", "https://desk.example#x", "https://192.0.2.1", "http://127.0.0.1:8000", "https://[::1]", "HTTPS://desk.example", "https://Desk.example",
		"ftp://desk.example", "https://desk.example:x", "javascript:alert(1)", "null", "https://desk .example"} {
		if h, err := door.CheckOrigin(o); err == nil {
			t.Errorf("%q was taken, for %q", o, h)
		}
	}
	for o, host := range map[string]string{"https://desk.example": "desk.example", "https://desk.example:8443": "desk.example", "http://localhost:8000": "localhost"} {
		if h, err := door.CheckOrigin(o); err != nil || h != host {
			t.Errorf("%q: %q, %v", o, h, err)
		}
	}
}

// FuzzResponse: nothing that a browser sends lets anybody in but a signature, and
// nothing ends the node.
func FuzzResponse(f *testing.F) {
	s := newStand(f)
	d := doortest.New(origin)
	c, err := s.d.BeginKey(ctx, s.invite(s.ana))
	must(f, err)
	b, err := d.Make(c.Options)
	must(f, err)
	f.Add(b)
	_, err = s.d.FinishKey(ctx, c.ID, b, here)
	must(f, err)
	c, err = s.d.BeginSignIn(ctx)
	must(f, err)
	b, err = d.Answer(c.Options)
	must(f, err)
	f.Add(b)
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s.t = t
		s.pass(time.Hour)
		c, err := s.d.BeginSignIn(ctx)
		must(t, err)
		if _, err = s.d.FinishSignIn(ctx, c.ID, b, here); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		c, err = s.d.BeginKey(ctx, s.invite(s.ana))
		must(t, err)
		if _, err = s.d.FinishKey(ctx, c.ID, b, here); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
	})
}
