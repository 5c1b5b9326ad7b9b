package door_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/party"
)

// crew is a stand with two admins, two security officers and ana, whose device is lost.
type crew struct {
	*stand
	chief, saul, sol party.Actor
	lost             *doortest.Device
	hers             door.Session
}

func newCrew(t testing.TB) *crew {
	t.Helper()
	s := newStand(t)
	c := &crew{stand: s, chief: s.officer("chief", party.Admin), saul: s.officer("saul", party.Security)}
	k := s.officer("sol", party.Security)
	o, err := s.staff.Officer(ctx, "sol")
	must(t, err)
	must(t, s.staff.Confirm(ctx, c.saul, o))
	c.sol = k
	c.lost, c.hers = s.enter(s.ana)
	return c
}

// came makes a passkey with an invitation.
func (s *stand) came(secret string) (*doortest.Device, error) {
	s.t.Helper()
	d := doortest.New(origin)
	c, err := s.d.BeginKey(ctx, secret)
	if err != nil {
		return d, err
	}
	b, err := d.Make(c.Options)
	must(s.t, err)
	_, err = s.d.FinishKey(ctx, c.ID, b, here)
	return d, err
}

// TestReadmission: one proposes, another confirms, and who lost every passkey comes in
// again; what they had lets nobody in any more, and all is on record.
func TestReadmission(t *testing.T) {
	for _, pair := range []string{"boss saul", "saul boss", "saul sol", "boss saul, in the pages"} {
		s := newCrew(t)
		actors := map[string]party.Actor{"boss": s.boss, "saul": s.saul, "sol": s.sol}
		words := strings.Fields(strings.TrimSuffix(pair, ", in the pages"))
		first, second := actors[words[0]], actors[words[1]]
		old := s.invite(s.ana)
		r, err := s.d.Propose(ctx, first, "ana")
		must(t, err)
		if r.By != first.Handle || r.Handle != "ana" || r.Until != r.At.Add(24*time.Hour) || !s.in(s.hers.Token) {
			t.Errorf("%s: proposed was %+v", pair, r)
		}
		for _, who := range []party.Actor{first, second, s.ana} {
			if list, err := s.d.Readmissions(ctx, who); err != nil || len(list) != 1 || list[0] != r {
				t.Errorf("%s sees %+v, %v", who.Handle, list, err)
			}
		}
		var i door.Invitation
		if strings.HasSuffix(pair, "pages") {
			device, _ := s.enter(second)
			c, err := s.d.BeginConfirming(ctx, second, "ana", r.ID)
			must(t, err)
			i, err = s.d.FinishConfirming(ctx, second, c.ID, s.show(device, c))
			must(t, err)
		} else {
			i, err = s.d.Confirm(ctx, second, "ana", r.ID)
			must(t, err)
		}
		if i.Handle != "ana" || s.in(s.hers.Token) {
			t.Errorf("%s: invited is %s, or the old session goes on", pair, i.Handle)
		}
		_, err = s.signIn(s.lost, here)
		refused(t, fault.Denied, err)
		_, err = s.d.Invited(ctx, old)
		refused(t, fault.Denied, err)
		d, err := s.came(i.Secret)
		must(t, err)
		_, err = s.signIn(d, here)
		must(t, err)
		_, err = s.came(i.Secret)
		refused(t, fault.Denied, err)
		_, err = s.d.Confirm(ctx, second, "ana", r.ID)
		refused(t, fault.Stale, err)
		codes, subjects := s.codes()
		all := strings.Join(codes, " ")
		at := func(code string) int {
			for n, c := range codes {
				if c == code {
					return n
				}
			}
			t.Fatalf("%s is not on record: %s", code, all)
			return 0
		}
		if subjects[at("readmission_proposed")] != subjects[at("readmission_confirmed")] || !strings.Contains(all, "readmission_confirmed passkey_invited passkey_added") {
			t.Errorf("recorded %s", all)
		}
	}
}

// TestReadmissionIsRefused: nobody alone, nobody for themselves, no two admins for who
// reads, no two of whom one has left, not late, and not another one than was shown.
func TestReadmissionIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		first, second party.Handle
		of            party.Handle
		between       func(s *crew, r *door.Readmission)
		kind          fault.Kind
	}{
		"alone, an admin":             {"boss", "boss", "ana", nil, fault.Denied},
		"alone, a security officer":   {"saul", "saul", "ana", nil, fault.Denied},
		"two admins for who reads":    {"boss", "chief", "ana", nil, fault.Denied},
		"two admins for a guard":      {"boss", "chief", "sol", nil, fault.Denied},
		"the officer confirms":        {"boss", "saul", "saul", nil, fault.Denied},
		"who reads confirms":          {"boss", "ana", "chief", nil, fault.Denied},
		"nobody confirms":             {"boss", "", "ana", nil, fault.Denied},
		"late":                        {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { s.pass(24 * time.Hour) }, fault.Stale},
		"another one":                 {"boss", "saul", "ana", func(_ *crew, r *door.Readmission) { r.ID = "0" + r.ID[1:] + "0" }, fault.Stale},
		"another officer's":           {"boss", "saul", "ana", func(_ *crew, r *door.Readmission) { r.Handle = "chief" }, fault.Stale},
		"refused meanwhile":           {"boss", "saul", "ana", func(s *crew, r *door.Readmission) { must(s.t, s.d.Refuse(ctx, s.ana, r.Handle, r.ID)) }, fault.Stale},
		"proposed anew":               {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { _, err := s.d.Propose(ctx, s.boss, "ana"); must(s.t, err) }, fault.Stale},
		"who proposed has left":       {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { must(s.t, s.staff.Remove(ctx, s.chief, "boss")) }, fault.Stale},
		"the officer has left":        {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) }, fault.Stale},
		"the row of another":          {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { s.sql(`UPDATE readmission SET handle = 'chief'`) }, fault.Forged},
		"the row gone":                {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { s.sql(`DELETE FROM readmission`) }, fault.Stale},
		"a way in put into its place": {"boss", "saul", "ana", func(s *crew, _ *door.Readmission) { s.sql(`UPDATE readmission SET body = (SELECT body FROM passkey)`) }, fault.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			s := newCrew(t)
			actors := map[party.Handle]party.Actor{"boss": s.boss, "chief": s.chief, "saul": s.saul, "sol": s.sol, "ana": s.ana}
			r, err := s.d.Propose(ctx, actors[c.first], c.of)
			must(t, err)
			if c.between != nil {
				c.between(s, &r)
			}
			_, err = s.d.Confirm(ctx, actors[c.second], r.Handle, r.ID)
			refused(t, c.kind, err)
			_, err = s.d.BeginConfirming(ctx, actors[c.second], r.Handle, r.ID)
			refused(t, c.kind, err)
			if gone := name == "the officer has left" || name == "late"; s.in(s.hers.Token) == gone {
				t.Error("what was refused ended a session, or did not")
			}
		})
	}
	s := newCrew(t)
	for who, kind := range map[string]fault.Kind{"ana": fault.Denied, "": fault.Denied} {
		_, err := s.d.Propose(ctx, map[string]party.Actor{"ana": s.ana}[who], "chief")
		refused(t, kind, err)
	}
	_, err := s.d.Propose(ctx, s.boss, "nobody")
	refused(t, fault.Withheld, err)
	_, err = s.d.Propose(ctx, s.boss, "boss")
	refused(t, fault.Denied, err)
	r, err := s.d.Propose(ctx, s.boss, "ana")
	must(t, err)
	_, err = s.d.Propose(ctx, s.saul, "ana") // who would confirm does not propose it anew
	refused(t, fault.Stale, err)
	for _, no := range []party.Actor{{}, {Handle: "ana"}, s.officer("aud", party.Auditor)} {
		refused(t, fault.Denied, s.d.Refuse(ctx, no, "ana", r.ID))
		if list, err := s.d.Readmissions(ctx, no); err != nil || len(list) > 0 && no.Handle != "ana" {
			t.Errorf("%s sees %v, %v", no.Handle, list, err)
		}
	}
	must(t, s.d.Refuse(ctx, s.chief, "ana", r.ID))
	refused(t, fault.Stale, s.d.Refuse(ctx, s.chief, "ana", r.ID))
}

// TestReadmittedLinkOfNow: the link is good as long as both who gave it are in office.
func TestReadmittedLinkOfNow(t *testing.T) {
	for name, end := range map[string]func(s *crew){
		"who proposed has left":  func(s *crew) { must(s.t, s.staff.Remove(ctx, s.chief, "boss")) },
		"who confirmed has left": func(s *crew) { must(s.t, s.staff.Remove(ctx, s.saul, "sol")) },
		"the officer has left":   func(s *crew) { must(s.t, s.staff.Remove(ctx, s.boss, "ana")) },
		"late":                   func(s *crew) { s.pass(24 * time.Hour) },
		"shut out":               func(s *crew) { must(s.t, s.d.Shut(ctx, s.boss, "ana")) },
	} {
		s := newCrew(t)
		r, err := s.d.Propose(ctx, s.boss, "ana")
		must(t, err)
		i, err := s.d.Confirm(ctx, s.sol, "ana", r.ID)
		must(t, err)
		end(s)
		if _, err = s.came(i.Secret); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestConfirmingWantsAPasskey: a session alone, which may be stolen, confirms nothing.
func TestConfirmingWantsAPasskey(t *testing.T) {
	for name, spoil := range map[string]func(s *crew, d *doortest.Device, c *door.Ceremony, by *party.Actor){
		"another origin":  func(_ *crew, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Origin = "https://evil.example" },
		"no verification": func(_ *crew, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { d.Unverified = true },
		"expired":         func(s *crew, _ *doortest.Device, _ *door.Ceremony, _ *party.Actor) { s.pass(5 * time.Minute) },
		"another officer": func(s *crew, _ *doortest.Device, _ *door.Ceremony, by *party.Actor) { *by = s.sol },
		"an approval": func(s *crew, d *doortest.Device, c *door.Ceremony, _ *party.Actor) {
			other, err := s.d.BeginApproval(ctx, s.saul, toPlan("plan"))
			must(s.t, err)
			c.ID, d.Challenge = other.ID, doortest.Challenge(other.Options)
		},
		"an adding": func(s *crew, d *doortest.Device, c *door.Ceremony, _ *party.Actor) {
			other, err := s.d.BeginAdding(ctx, s.saul)
			must(s.t, err)
			c.ID, d.Challenge = other.ID, doortest.Challenge(other.Options)
		},
		"no ceremony":  func(_ *crew, _ *doortest.Device, c *door.Ceremony, _ *party.Actor) { c.ID = "" },
		"ana's device": func(s *crew, d *doortest.Device, _ *door.Ceremony, _ *party.Actor) { *d = *s.lost },
	} {
		s := newCrew(t)
		d, _ := s.enter(s.saul)
		r, err := s.d.Propose(ctx, s.boss, "ana")
		must(t, err)
		c, err := s.d.BeginConfirming(ctx, s.saul, "ana", r.ID)
		must(t, err)
		asked, by := c, s.saul
		spoil(s, d, &c, &by)
		if _, err = s.d.FinishConfirming(ctx, by, c.ID, s.show(d, asked)); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
		if !s.in(s.hers.Token) {
			t.Errorf("%s has ended a session", name)
		}
	}
}

// TestOneConfirms: of two at the same time one is given a link.
func TestOneConfirms(t *testing.T) {
	s := newCrew(t)
	r, err := s.d.Propose(ctx, s.boss, "ana")
	must(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for n := range errs {
		wg.Go(func() { _, errs[n] = s.d.Confirm(ctx, []party.Actor{s.saul, s.sol}[n%2], "ana", r.ID) })
	}
	wg.Wait()
	given := 0
	for _, err := range errs {
		if err == nil {
			given++
		} else if !fault.Is(err, fault.Stale) {
			t.Error(err)
		}
	}
	if given != 1 {
		t.Errorf("%d links", given)
	}
}

// TestNobodyComesInAgainByOne: who came in before is not let in again by one admin, nor
// after they were shut out; their own key always does.
func TestNobodyComesInAgainByOne(t *testing.T) {
	s := newStand(t)
	i, err := s.d.Invite(ctx, s.boss, "ana")
	must(t, err)
	_, err = s.came(i.Secret)
	must(t, err)
	_, err = s.d.Invite(ctx, s.boss, "ana")
	refused(t, fault.Denied, err)
	must(t, s.d.Shut(ctx, s.boss, "ana"))
	_, err = s.d.Invite(ctx, s.boss, "ana")
	refused(t, fault.Denied, err)
	_, err = s.came(s.invite(s.ana))
	must(t, err)

	aud := s.officer("aud", party.Auditor)
	i, err = s.d.Invite(ctx, s.boss, "aud")
	must(t, err)
	_, err = s.came(s.invite(aud)) // takes the place of the admin's
	must(t, err)
	_, err = s.came(i.Secret)
	refused(t, fault.Denied, err)

	// Two admins do, for who neither reads, sends nor guards, and while nobody guards.
	chief := s.officer("chief", party.Admin)
	for _, who := range []party.Handle{"aud", "ana"} {
		r, err := s.d.Propose(ctx, s.boss, who)
		must(t, err)
		i, err = s.d.Confirm(ctx, chief, who, r.ID)
		must(t, err)
		_, err = s.came(i.Secret)
		must(t, err)
	}
}

// TestSessionsOfAUnit: an admin sees and ends the sessions of the other officers of
// the unit, on record, and of nobody else; nothing that is shown lets anybody in.
func TestSessionsOfAUnit(t *testing.T) {
	s := newStand(t)
	_, mine := s.enter(s.boss)
	_, hers := s.enter(s.ana)
	aud := s.officer("aud", party.Auditor)
	_, his := s.enter(aud)
	list, err := s.d.OfUnit(ctx, s.boss)
	if must(t, err); len(list) != 2 || list[0].ID != hers.ID || list[1].ID != his.ID {
		t.Fatalf("the sessions are %+v", list)
	}
	if text := fmt.Sprintf("%+v", list); strings.Contains(text, hers.Token) || strings.Contains(text, his.Token) {
		t.Error("a token is shown")
	}
	away := s.boss
	away.Handle, away.Unit = "far", "us/dea/other"
	for name, by := range map[string]party.Actor{"an analyst": s.ana, "an auditor": aud, "nobody": {}} {
		_, err = s.d.OfUnit(ctx, by)
		if refused(t, fault.Denied, err); fault.Is(s.d.EndOfUnit(ctx, by, "boss", mine.ID), fault.Denied) == false {
			t.Errorf("%s ends a session", name)
		}
	}
	if list, err = s.d.OfUnit(ctx, away); err != nil || len(list) != 0 {
		t.Errorf("another unit's admin sees %+v, %v", list, err)
	}
	words := ""
	for _, c := range []struct {
		by     party.Actor
		handle party.Handle
		id     string
	}{{away, "ana", hers.ID}, {s.boss, "nobody", hers.ID}, {s.boss, "ana", his.ID}, {s.boss, "ana", ""}, {s.boss, "boss", mine.ID}, {s.boss, "ana", hers.Token}} {
		err := s.d.EndOfUnit(ctx, c.by, c.handle, c.id)
		refused(t, fault.Withheld, err)
		if words == "" {
			words = err.Error()
		}
		if err.Error() != words {
			t.Errorf("%v tells more than %q", err, words)
		}
	}
	codes, _ := s.codes()
	before := len(codes)
	must(t, s.d.EndOfUnit(ctx, s.boss, "ana", hers.ID))
	if s.in(hers.Token) || !s.in(his.Token) || !s.in(mine.Token) {
		t.Error("the wrong session has ended")
	}
	if codes, _ = s.codes(); len(codes) != before+1 || codes[before] != "session_ended" {
		t.Errorf("recorded %v", codes[before:])
	}
	s.pass(31 * time.Minute)
	if list, err = s.d.OfUnit(ctx, s.boss); err != nil || len(list) != 0 {
		t.Errorf("what is over is shown: %+v, %v", list, err)
	}
}
