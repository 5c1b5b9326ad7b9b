package web

import "comity/door"

// sessionsPage lists where an officer is signed in.
type sessionsPage struct {
	Sessions []door.Session
	This     string
}

func (v *visit) sessions() error {
	list, err := v.door.Sessions(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	return v.render("sessions", "", sessionsPage{list, v.session.ID})
}

func (v *visit) endSession() error {
	id := v.r.PostFormValue("id")
	if err := v.door.End(v.r.Context(), v.actor, id); err != nil {
		return err
	}
	if id == v.session.ID {
		v.forget()
		return v.away("/")
	}
	return v.away("/sessions")
}

func (v *visit) leave() error {
	if err := v.door.Leave(v.r.Context(), v.token()); err != nil {
		return err
	}
	v.forget()
	return v.away("/")
}
