package web

import (
	"comity/console"
	"comity/door"
	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/staff"
)

// usersPage lists the officers of the node, who is let in again, and, for an admin,
// who is in.
type usersPage struct {
	Officers     []user
	Gone         []user
	Unguarded    bool
	Readmissions []door.Readmission
	Sessions     []door.Session
	MayRun       bool
	MayReadmit   bool
	Me           party.Handle
	Note         string // key of a message
}

// user is an officer, with the words by which the key is compared.
type user struct {
	staff.Officer
	Words []string
}

// mayReadmit tells who proposes and confirms that an officer is let in again.
func mayReadmit(a party.Actor) bool { return a.Has(party.Admin) || a.Has(party.Security) }

func (v *visit) users() error { return v.usersNoted("") }

func (v *visit) usersNoted(note string) error {
	list, err := ask(v, console.ListOfficers{})
	if err != nil {
		return err
	}
	page := usersPage{Unguarded: list.Unguarded, MayRun: v.actor.May(party.ActRun) == nil, MayReadmit: mayReadmit(v.actor), Me: v.actor.Handle, Note: note}
	for _, o := range list.Officers {
		one := user{o, seal.Words(o.Key.Fingerprint())}
		if o.Removed.IsZero() {
			page.Officers = append(page.Officers, one)
		} else {
			page.Gone = append(page.Gone, one)
		}
	}
	if page.MayReadmit {
		waiting, err := ask(v, console.ListReadmissions{})
		if err != nil && !fault.Is(err, fault.Unsupported) {
			return err
		}
		page.Readmissions = waiting.Readmissions
	}
	if page.MayRun {
		if page.Sessions, err = v.door.OfUnit(v.r.Context(), v.actor); err != nil {
			return err
		}
	}
	return v.render("users", "users", page)
}

// handle reads which officer a path names.
func (v *visit) handle() (party.Handle, error) {
	h, err := party.ParseHandle(v.r.PathValue("handle"))
	if err != nil {
		return "", absent()
	}
	return h, nil
}

// shut takes every way into the pages from an officer.
func (v *visit) shut() error {
	h, err := v.handle()
	if err != nil {
		return err
	}
	if h != v.actor.Handle && !mayReadmit(v.actor) {
		return fault.New(fault.Denied, "an admin or a security officer shuts others out of the pages")
	}
	if v.r.PostFormValue("sure") != "yes" {
		return fault.New(fault.Invalid, "it is not ticked that you mean it").Fix("tick it, and press again")
	}
	if _, err := ask(v, console.ShutOfficer{Handle: h}); err != nil {
		return err
	}
	if h == v.actor.Handle {
		v.forget()
		return v.away("/")
	}
	return v.away("/users")
}

// endOther ends a session of another officer of an admin's unit.
func (v *visit) endOther() error {
	h, err := v.handle()
	if err != nil {
		return err
	}
	if err := v.door.EndOfUnit(v.r.Context(), v.actor, h, v.r.PostFormValue("id")); err != nil {
		return err
	}
	return v.away("/users")
}

// readmit proposes to let an officer in again who has lost every passkey.
func (v *visit) readmit() error {
	if !mayReadmit(v.actor) {
		return fault.New(fault.Denied, "admins and security officers propose that an officer is let in again")
	}
	h, err := v.handle()
	if err != nil {
		return err
	}
	if _, err := ask(v, console.ProposeReadmission{Handle: h}); err != nil {
		return err
	}
	return v.away("/users")
}

// refuseReadmission turns such a proposal down.
func (v *visit) refuseReadmission() error {
	if !mayReadmit(v.actor) {
		return fault.New(fault.Denied, "admins and security officers refuse that an officer is let in again")
	}
	h, err := v.handle()
	if err != nil {
		return err
	}
	if _, err := ask(v, console.RefuseReadmission{Handle: h, ID: v.r.PostFormValue("id")}); err != nil {
		return err
	}
	return v.away("/users")
}
