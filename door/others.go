package door

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/staff"
	"comity/wire"
)

const codeEnded = "session_ended"

// OfUnit lists the sessions of the other officers of an admin's unit, and of the units
// in it, by handle and the newest first. It tells who is in, since when and at which
// browser, and nothing that lets anybody in.
func (d *Door) OfUnit(ctx context.Context, by party.Actor) ([]Session, error) {
	if err := by.May(party.ActRun); err != nil {
		return nil, err
	}
	officers, err := d.Staff.Officers(ctx, by)
	if err != nil {
		return nil, err
	}
	list := []Session{}
	for _, o := range officers {
		if !below(by, o) {
			continue
		}
		sessions, err := d.Sessions(ctx, o.Actor())
		if err != nil {
			return nil, err
		}
		list = append(list, sessions...)
	}
	return list, nil
}

// below tells whether an officer is another one of an admin's unit, or of one in it.
func below(by party.Actor, o staff.Officer) bool {
	return o.Handle != by.Handle && o.Unit.Within(by.Unit)
}

// EndOfUnit ends one of those sessions, on record: fault.Withheld if there is no such.
func (d *Door) EndOfUnit(ctx context.Context, by party.Actor, handle party.Handle, id string) error {
	if err := by.May(party.ActRun); err != nil {
		return err
	}
	o, err := d.Staff.Officer(ctx, handle)
	if fault.Is(err, fault.Withheld) || err == nil && !below(by, o) {
		return noSession()
	}
	if err != nil {
		return err
	}
	visits, err := d.Store.Visits(ctx, handle)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if v.ID != id {
			continue
		}
		e, err := d.record(by, wire.At(d.Now()), ref.Sum("door.session", []byte(handle)), codeEnded)
		if err != nil {
			return err
		}
		d.Log.InfoContext(ctx, "an admin ended a session", "officer", string(handle), "by", string(by.Handle))
		return d.Store.End(ctx, []ref.Hash{v.Token}, e)
	}
	return noSession()
}

func noSession() error {
	return fault.New(fault.Withheld, "there is no such session in your unit").Fix("look at the list again")
}
