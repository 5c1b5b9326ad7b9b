package door_test

import (
	"strings"
	"testing"
	"time"

	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// show has a device answer a ceremony.
func (s *stand) show(d *doortest.Device, c door.Ceremony) []byte {
	s.t.Helper()
	b, err := d.Answer(c.Options)
	must(s.t, err)
	return b
}

// another adds a passkey on a new device, with one that the officer has.
func (s *stand) another(of party.Actor, have *doortest.Device, name string) (*doortest.Device, door.Mine) {
	s.t.Helper()
	c, err := s.d.BeginAdding(ctx, of)
	must(s.t, err)
	c, err = s.d.ContinueAdding(ctx, of, c.ID, s.show(have, c))
	must(s.t, err)
	d := doortest.New(origin)
	b, err := d.Make(c.Options)
	must(s.t, err)
	k, err := s.d.FinishAdding(ctx, of, c.ID, b, name, here)
	must(s.t, err)
	return d, k
}

// codes are the words of the records about keys, and their subjects.
func (s *stand) codes() (codes []string, subjects []ref.Hash) {
	s.t.Helper()
	entries, err := s.db.Ledger().Entries(ctx, 0, 99)
	must(s.t, err)
	for _, e := range entries {
		r, err := record.Parse(e.Record)
		must(s.t, err)
		codes, subjects = append(codes, r.Code), append(subjects, r.Subject)
	}
	return codes, subjects
}

// TestAnotherPasskey: an officer who is in adds one, with one that they have; lists
// them, and takes one away, on record.
func TestAnotherPasskey(t *testing.T) {
	s := newStand(t)
	first, in := s.enter(s.ana)
	s.pass(time.Minute)
	second, k := s.another(s.ana, first, " phone ")
	if k.Name != "phone" || k.Agent != here.Agent || k.Added != wire.At(s.now) || !k.Used.IsZero() {
		t.Errorf("added was %+v", k)
	}
	s.pass(time.Minute)
	other, err := s.signIn(second, here)
	must(t, err)
	list, err := s.d.Passkeys(ctx, s.ana)
	must(t, err)
	if len(list) != 2 || list[0].ID != k.ID || list[0].Used != wire.At(s.now) || list[1].Name != "" || list[1].Used != wire.At(s.now.Add(-time.Minute)) {
		t.Fatalf("the passkeys are %+v", list)
	}
	if mine, err := s.d.Passkeys(ctx, s.boss); err != nil || len(mine) != 0 {
		t.Errorf("another's are %+v, %v", mine, err)
	}
	must(t, s.d.NamePasskey(ctx, s.ana, list[1].ID, "desk"))
	_, err = s.signIn(first, here)
	must(t, err)

	// Taken away, it lets nobody in, and what it began is over; the other goes on.
	c, err := s.d.BeginDropping(ctx, s.ana, list[1].ID, false)
	must(t, err)
	must(t, s.d.FinishDropping(ctx, s.ana, c.ID, s.show(second, c)))
	if _, err = s.signIn(first, here); !fault.Is(err, fault.Denied) {
		t.Errorf("what was taken away lets in: %v", err)
	}
	if s.in(in.Token) || !s.in(other.Token) {
		t.Error("the wrong session has ended")
	}
	list, err = s.d.Passkeys(ctx, s.ana)
	if must(t, err); len(list) != 1 || list[0].ID != k.ID {
		t.Errorf("left are %+v", list)
	}

	// The last only when it is said.
	if _, err = s.d.BeginDropping(ctx, s.ana, k.ID, false); !fault.Is(err, fault.Stale) || fault.Safe(err).Hint == "" {
		t.Errorf("without a warning: %v", err)
	}
	c, err = s.d.BeginDropping(ctx, s.ana, k.ID, true)
	must(t, err)
	must(t, s.d.FinishDropping(ctx, s.ana, c.ID, s.show(second, c)))
	if s.in(other.Token) {
		t.Error("without a passkey, and in")
	}
	codes, subjects := s.codes()
	if got := strings.Join(codes[2:], " "); got != "passkey_invited passkey_added passkey_added passkey_removed passkey_removed" {
		t.Errorf("recorded %s", got)
	}
	if subjects[3] != subjects[5] || subjects[4] != subjects[6] || subjects[3] == subjects[4] {
		t.Error("a passkey is not taken away on record by the name that it was added by")
	}
}

// TestTwoTakenAtATime: of two last passkeys one is left, whoever is faster.
func TestTwoTakenAtATime(t *testing.T) {
	s := newStand(t)
	first, _ := s.enter(s.ana)
	second, k := s.another(s.ana, first, "")
	list, err := s.d.Passkeys(ctx, s.ana)
	must(t, err)
	one, err := s.d.BeginDropping(ctx, s.ana, k.ID, false)
	must(t, err)
	id := list[0].ID
	if id == k.ID {
		id = list[1].ID
	}
	two, err := s.d.BeginDropping(ctx, s.ana, id, false)
	must(t, err)
	must(t, s.d.FinishDropping(ctx, s.ana, one.ID, s.show(first, one)))
	refused(t, fault.Stale, s.d.FinishDropping(ctx, s.ana, two.ID, s.show(first, two)))
	_, err = s.signIn(first, here)
	must(t, err)
	_, err = s.signIn(second, here)
	refused(t, fault.Denied, err)
}

// TestPasskeysAreRefused: nobody adds or takes away without showing one of their own,
// for that and now.
func TestPasskeysAreRefused(t *testing.T) {
	type scene struct {
		*stand
		device *doortest.Device
		key    string // ana's passkey
		by     party.Actor
		id     string
	}
	spoils := map[string]func(s *scene){
		"another origin":       func(s *scene) { s.device.Origin = "https://desk.example.evil" },
		"another party":        func(s *scene) { s.device.Party = "evil.example" },
		"no user verification": func(s *scene) { s.device.Unverified = true },
		"counter stands still": func(s *scene) { s.device.Step = 0 },
		"expired":              func(s *scene) { s.pass(5 * time.Minute) },
		"another officer":      func(s *scene) { s.by = s.boss },
		"shut out":             func(s *scene) { must(s.t, s.d.Shut(ctx, s.boss, "ana")) },
		"removed":              func(s *scene) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) },
		"no ceremony":          func(s *scene) { s.id = "none" },
		"another's passkey":    func(s *scene) { s.device, _ = s.enter(s.boss) },
		"a sign-in": func(s *scene) {
			c, err := s.d.BeginSignIn(ctx)
			must(s.t, err)
			s.id, s.device.Challenge = c.ID, doortest.Challenge(c.Options)
		},
		"an approval": func(s *scene) {
			c, err := s.d.BeginApproval(ctx, s.ana, toPlan("plan"))
			must(s.t, err)
			s.id, s.device.Challenge = c.ID, doortest.Challenge(c.Options)
		},
	}
	begin := map[string]func(s *scene) (door.Ceremony, error){
		"adding":   func(s *scene) (door.Ceremony, error) { return s.d.BeginAdding(ctx, s.ana) },
		"dropping": func(s *scene) (door.Ceremony, error) { return s.d.BeginDropping(ctx, s.ana, s.key, true) },
	}
	finish := map[string]func(s *scene, b []byte) error{
		"adding":   func(s *scene, b []byte) error { _, err := s.d.ContinueAdding(ctx, s.by, s.id, b); return err },
		"dropping": func(s *scene, b []byte) error { return s.d.FinishDropping(ctx, s.by, s.id, b) },
	}
	for act := range begin {
		for name, spoil := range spoils {
			s := &scene{stand: newStand(t)}
			s.by = s.ana
			s.device, _ = s.enter(s.ana)
			list, err := s.d.Passkeys(ctx, s.ana)
			must(t, err)
			s.key = list[0].ID
			c, err := begin[act](s)
			must(t, err)
			s.id = c.ID
			spoil(s)
			if err := finish[act](s, s.show(s.device, c)); !fault.Is(err, fault.Denied) {
				t.Errorf("%s, %s: %v", act, name, err)
			}
			if left, err := s.d.Passkeys(ctx, s.ana); err != nil || len(left) != 1 && name != "shut out" {
				t.Errorf("%s, %s: %d passkeys, %v", act, name, len(left), err)
			}
		}
		// What was shown for one is not shown for the other.
		s := &scene{stand: newStand(t)}
		s.device, _ = s.enter(s.ana)
		list, err := s.d.Passkeys(ctx, s.ana)
		must(t, err)
		s.key, s.by = list[0].ID, s.ana
		c, err := begin[act](s)
		must(t, err)
		s.id = c.ID
		for other := range finish {
			if other != act {
				refused(t, fault.Denied, finish[other](s, s.show(s.device, c)))
			}
		}
	}
}

// TestAddingIsRefused: the making of what is added is held like the first one's.
func TestAddingIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(s *stand, d *doortest.Device, c *door.Ceremony, by *party.Actor, passkey *string){
		"another origin": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) {
			d.Origin = "https://evil.example"
		},
		"another party": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) {
			d.Party = "evil.example"
		},
		"no verification": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) { d.Unverified = true },
		"another challenge": func(_ *stand, d *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) {
			d.Challenge = strings.Repeat("A", 43)
		},
		"expired": func(s *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) {
			s.pass(5 * time.Minute)
		},
		"another officer": func(s *stand, _ *doortest.Device, _ *door.Ceremony, by *party.Actor, _ *string) { *by = s.boss },
		"shut out": func(s *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor, _ *string) {
			must(s.t, s.d.Shut(ctx, s.boss, "ana"))
		},
		"a long name": func(_ *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor, n *string) {
			*n = strings.Repeat("x", 65)
		},
		"a name that hides": func(_ *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor, n *string) { *n = "a\u202eb" },
		"a name in lines":   func(_ *stand, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor, n *string) { *n = "a\nb" },
		"not shown": func(s *stand, _ *doortest.Device, c *door.Ceremony, _ *party.Actor, _ *string) {
			var err error
			*c, err = s.d.BeginAdding(ctx, s.ana)
			must(s.t, err)
		},
		"by an invitation": func(s *stand, d *doortest.Device, c *door.Ceremony, _ *party.Actor, _ *string) {
			other, err := s.d.BeginKey(ctx, s.invite(s.ana))
			must(s.t, err)
			c.ID, d.Challenge = other.ID, doortest.Challenge(other.Options)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			have, _ := s.enter(s.ana)
			c, err := s.d.BeginAdding(ctx, s.ana)
			must(t, err)
			c, err = s.d.ContinueAdding(ctx, s.ana, c.ID, s.show(have, c))
			must(t, err)
			d, by, passkey, asked := doortest.New(origin), s.ana, "phone", c.Options
			spoil(s, d, &c, &by, &passkey)
			b, err := d.Make(asked)
			must(t, err)
			if _, err = s.d.FinishAdding(ctx, by, c.ID, b, passkey, here); err == nil || fault.Is(err, fault.Internal) {
				t.Errorf("added: %v", err)
			}
			if list, err := s.d.Passkeys(ctx, s.ana); err != nil || len(list) > 1 || len(list) == 0 && name != "shut out" {
				t.Errorf("%d passkeys, %v", len(list), err)
			}
		})
	}
	s := newStand(t)
	have, _ := s.enter(s.ana)
	list, err := s.d.Passkeys(ctx, s.ana)
	must(t, err)
	refused(t, fault.Withheld, s.d.NamePasskey(ctx, s.boss, list[0].ID, "mine"))
	refused(t, fault.Invalid, s.d.NamePasskey(ctx, s.ana, list[0].ID, "a\x00"))
	for _, c := range []struct {
		by party.Actor
		id string
	}{{s.boss, list[0].ID}, {s.ana, ""}, {s.ana, list[0].ID + "0"}} {
		_, err = s.d.BeginDropping(ctx, c.by, c.id, true)
		refused(t, fault.Withheld, err)
	}
	for range 15 {
		s.another(s.ana, have, "")
	}
	c, err := s.d.BeginAdding(ctx, s.ana)
	must(t, err)
	_, err = s.d.ContinueAdding(ctx, s.ana, c.ID, s.show(have, c))
	refused(t, fault.TooLarge, err)
}
