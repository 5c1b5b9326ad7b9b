package door_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// toPlan is an approval of a plan, as the caller of a door gives it.
func toPlan(plan string) record.Approval {
	return record.Approval{Plan: ref.Content([]byte(plan)), Reason: ref.Content([]byte("a life")), Answer: record.Approves}
}

// TestApprovalByPasskey: what the device signed is the answer to that plan, and is
// checked by whoever has it.
func TestApprovalByPasskey(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	seen := map[string]bool{}
	for _, a := range []record.Approval{toPlan("plan"), toPlan("plan"), {Plan: ref.Hash{1}, Answer: record.Dissents, Words: ref.Hash{2}, Officer: "boss", Node: "mx/semar", Origin: "https://evil.example", Nonce: "x"}} {
		c, err := s.d.BeginApproval(ctx, s.ana, a)
		must(t, err)
		if !bytes.Contains(c.Options, []byte(`"userVerification":"required"`)) || !bytes.Contains(c.Options, []byte(`"allowCredentials":[{`)) {
			t.Errorf("asked with %s", c.Options)
		}
		b, err := d.Answer(c.Options)
		must(t, err)
		e, err := s.d.FinishApproval(ctx, s.ana, c.ID, b)
		must(t, err)
		got, by, err := record.OpenApproval(e)
		must(t, err)
		if got.Plan != a.Plan || got.Reason != a.Reason || got.Answer != a.Answer || got.Words != a.Words || got.Officer != "ana" ||
			got.Node != "us/dea" || got.Origin != origin || got.At != wire.At(s.now) || len(got.Nonce) != 43 || seen[got.Nonce] || !strings.HasPrefix(by, "passkey:") {
			t.Errorf("signed was %+v by %s", got, by)
		}
		seen[got.Nonce] = true
		actor, payload, err := s.d.Authenticate(ctx, e, record.ApprovalType)
		if err != nil || actor.Handle != "ana" || !bytes.Equal(payload, e.Payload) {
			t.Errorf("%+v, %v", actor, err)
		}
		if _, err = s.d.FinishApproval(ctx, s.ana, c.ID, b); !fault.Is(err, fault.Denied) {
			t.Errorf("played again: %v", err)
		}
	}
	if bytes.Contains(s.log.Bytes(), []byte("challenge")) {
		t.Error("a ceremony stands in the log")
	}
}

// TestApprovalIsRefused: every answer that is not the officer's own, to that plan,
// fresh, with the person known to the device.
func TestApprovalIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(s *stand, d *doortest.Device, c *door.Ceremony, by *party.Actor){
		"another origin": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			d.Origin = "https://desk.example.evil"
		},
		"origin without TLS":   func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Origin = "http://desk.example" },
		"another party":        func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Party = "evil.example" },
		"no user verification": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Unverified = true },
		"counter stands still": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Step = 0 },
		"counter goes back":    func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Counter -= 2 },
		"expired":              func(s *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor) { s.pass(5 * time.Minute) },
		"officer removed": func(s *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			must(s.t, s.staff.Remove(ctx, s.boss, "ana"))
		},
		"officer shut out": func(s *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			must(s.t, s.d.Shut(ctx, s.boss, "ana"))
		},
		"another officer": func(s *stand, _ *doortest.Device, _ *door.Ceremony, by *party.Actor) { *by = s.boss },
		"nobody":          func(_ *stand, _ *doortest.Device, _ *door.Ceremony, by *party.Actor) { *by = party.Actor{} },
		"another's passkey": func(s *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			other, _ := s.enter(s.boss)
			*d = *other
		},
		"a passkey of nobody's": func(s *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			_, err := d.Make([]byte(`{"publicKey":{"challenge":"x","rp":{"id":"desk.example"},"user":{"id":"eA"},"pubKeyCredParams":[{"alg":-7}],
				"authenticatorSelection":{"residentKey":"required","userVerification":"required"}}}`))
			must(s.t, err)
		},
		"of another plan": func(s *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			other, err := s.d.BeginApproval(ctx, s.ana, toPlan("another"))
			must(s.t, err)
			d.Challenge = doortest.Challenge(other.Options)
		},
		"the ceremony of another plan": func(s *stand, _ *doortest.Device, c *door.Ceremony, _ *party.Actor) {
			other, err := s.d.BeginApproval(ctx, s.ana, toPlan("another"))
			must(s.t, err)
			c.ID = other.ID
		},
		"of a sign-in": func(s *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) {
			in, err := s.d.BeginSignIn(ctx)
			must(s.t, err)
			d.Challenge = doortest.Challenge(in.Options)
		},
		"the ceremony of a sign-in": func(s *stand, d *doortest.Device, c *door.Ceremony, _ *party.Actor) {
			in, err := s.d.BeginSignIn(ctx)
			must(s.t, err)
			c.ID, d.Challenge = in.ID, doortest.Challenge(in.Options)
		},
		"the making of a passkey": func(s *stand, d *doortest.Device, c *door.Ceremony, _ *party.Actor) {
			key, err := s.d.BeginKey(ctx, s.invite(s.ana))
			must(s.t, err)
			c.ID, d.Challenge = key.ID, doortest.Challenge(key.Options)
		},
		"no ceremony": func(_ *stand, _ *doortest.Device, c *door.Ceremony, _ *party.Actor) { c.ID = "none" },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			d, _ := s.enter(s.ana)
			c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
			must(t, err)
			asked, by := c.Options, s.ana
			spoil(s, d, &c, &by)
			b, err := d.Answer(asked)
			must(t, err)
			e, err := s.d.FinishApproval(ctx, by, c.ID, b)
			if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Forged) || len(e.Payload) > 0 {
				t.Fatalf("gave %v, %v", e, err)
			}
		})
	}
	s := newStand(t)
	s.enter(s.ana)
	for _, b := range []string{"", "{}", "null", strings.Repeat("[", 70_000), `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		s.pass(time.Hour)
		c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
		must(t, err)
		_, err = s.d.FinishApproval(ctx, s.ana, c.ID, []byte(b))
		refused(t, fault.Denied, err)
	}
	_, err := s.d.BeginApproval(ctx, s.boss, toPlan("plan")) // who has no passkey
	refused(t, fault.Denied, err)
}

// TestApprovalLetsNobodyIn: what was signed for a plan opens no session.
func TestApprovalLetsNobodyIn(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
	must(t, err)
	b, err := d.Answer(c.Options)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, c.ID, b, here)
	refused(t, fault.Denied, err)
	in, err := s.d.BeginSignIn(ctx)
	must(t, err)
	_, err = s.d.FinishSignIn(ctx, in.ID, b, here)
	refused(t, fault.Denied, err)
}

// TestPasskeyOfNow: a signature counts as long as its passkey is the officer's and
// the officer in office, and only as it was made.
func TestPasskeyOfNow(t *testing.T) {
	for name, end := range map[string]func(s *stand, e *seal.Envelope){
		"shut out":                func(s *stand, _ *seal.Envelope) { must(s.t, s.d.Shut(ctx, s.ana, "ana")) },
		"removed":                 func(s *stand, _ *seal.Envelope) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) },
		"the row gone":            func(s *stand, _ *seal.Envelope) { s.sql(`DELETE FROM passkey`) },
		"the row another's":       func(s *stand, _ *seal.Envelope) { s.sql(`UPDATE passkey SET handle = 'boss'`) },
		"the payload changed":     func(_ *stand, e *seal.Envelope) { e.Payload[10] ^= 1 },
		"another key by its name": func(s *stand, e *seal.Envelope) { *e = s.forge(*e) },
		"signed by a key":         func(s *stand, e *seal.Envelope) { *e, _ = seal.Sign(record.ApprovalType, e.Payload, key(s.t)) },
		"a second signature": func(s *stand, e *seal.Envelope) {
			other, err := seal.Sign(record.ApprovalType, e.Payload, key(s.t))
			must(s.t, err)
			e.Signatures = append(e.Signatures, other.Signatures...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			d, _ := s.enter(s.ana)
			c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
			must(t, err)
			b, err := d.Answer(c.Options)
			must(t, err)
			e, err := s.d.FinishApproval(ctx, s.ana, c.ID, b)
			must(t, err)
			if _, _, err := s.d.Authenticate(ctx, e, "application/x-other"); !fault.Is(err, fault.Forged) {
				t.Errorf("of another type: %v", err)
			}
			end(s, &e)
			_, payload, err := s.d.Authenticate(ctx, e, record.ApprovalType)
			if refused(t, fault.Forged, err); payload != nil {
				t.Errorf("gave %q", payload)
			}
		})
	}
}

// TestApprovalWaits: a session tries no faster than a stranger, and what it gets wrong
// keeps its officer from no sign-in.
func TestApprovalWaits(t *testing.T) {
	s := newStand(t)
	d, _ := s.enter(s.ana)
	var w door.Wait
	for n := range 6 {
		_, err := s.d.FinishApproval(ctx, s.ana, "none", nil)
		if refused(t, fault.Denied, err); errors.As(err, &w) != (n == 5) {
			t.Fatalf("try %d: %v", n, err)
		}
	}
	_, err := s.signIn(d, here)
	must(t, err)
	s.pass(time.Second)
	c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
	must(t, err)
	b, err := d.Answer(c.Options)
	must(t, err)
	_, err = s.d.FinishApproval(ctx, s.ana, c.ID, b)
	must(t, err)
}

func key(t testing.TB) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(random)
	must(t, err)
	return k
}

// forge signs a statement by a passkey anew, with a key that claims to be the passkey.
func (s *stand) forge(e seal.Envelope) seal.Envelope {
	s.t.Helper()
	var a seal.Assertion
	must(s.t, json.Unmarshal(e.Signatures[0].Sig, &a))
	public, private, err := ed25519.GenerateKey(random)
	must(s.t, err)
	a.Passkey.Public = append([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32}, public...)
	sum := sha256.Sum256(a.Client)
	a.Signature = ed25519.Sign(private, append(bytes.Clone(a.Authenticator), sum[:]...))
	e, err = seal.SignedByPasskey(e.PayloadType, e.Payload, a)
	must(s.t, err)
	_, _, err = record.OpenApproval(e) // by itself it holds
	must(s.t, err)
	return e
}
