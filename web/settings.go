package web

import "comity/door"

// settingsPage is what an officer sets for themselves: the language, the passkeys, and
// where they are signed in.
type settingsPage struct {
	Passkeys []door.Mine
	Tongues  []spoken
	sessionsPage
}

// spoken is a language that the pages speak.
type spoken struct {
	Code, Name string
	Here       bool
}

// Only tells whether there is but one passkey.
func (p settingsPage) Only() bool { return len(p.Passkeys) == 1 }

func (v *visit) settings() error {
	var page settingsPage
	var err error
	if page.Passkeys, err = v.door.Passkeys(v.r.Context(), v.actor); err != nil {
		return err
	}
	if page.Sessions, err = v.door.Sessions(v.r.Context(), v.actor); err != nil {
		return err
	}
	page.This = v.session.ID
	for _, t := range v.tongues {
		page.Tongues = append(page.Tongues, spoken{t.code, t.say("tongue.name"), t == v.tongue})
	}
	return v.render("settings", "", page)
}

func (v *visit) namePasskey() error {
	if err := v.door.NamePasskey(v.r.Context(), v.actor, v.r.PostFormValue("id"), line(v.r.PostForm, "name")); err != nil {
		return err
	}
	return v.away("/settings")
}
