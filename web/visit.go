package web

import (
	"context"
	"net/http"
	"net/url"

	"comity/console"
	"comity/door"
	"comity/party"
)

// entrance is what the pages need of a door.
type entrance interface {
	BeginKey(ctx context.Context, secret string) (door.Ceremony, error)
	FinishKey(ctx context.Context, id string, response []byte, from door.Place) (door.Session, error)
	BeginSignIn(ctx context.Context) (door.Ceremony, error)
	FinishSignIn(ctx context.Context, id string, response []byte, from door.Place) (door.Session, error)
	Actor(ctx context.Context, token string, from door.Place) (party.Actor, door.Session, error)
	Sessions(ctx context.Context, actor party.Actor) ([]door.Session, error)
	End(ctx context.Context, actor party.Actor, id string) error
	Leave(ctx context.Context, token string) error

	Passkeys(ctx context.Context, actor party.Actor) ([]door.Mine, error)
	BeginAdding(ctx context.Context, actor party.Actor) (door.Ceremony, error)
	ContinueAdding(ctx context.Context, actor party.Actor, id string, response []byte) (door.Ceremony, error)
	FinishAdding(ctx context.Context, actor party.Actor, id string, response []byte, name string, from door.Place) (door.Mine, error)
	BeginDropping(ctx context.Context, actor party.Actor, id string, last bool) (door.Ceremony, error)
	FinishDropping(ctx context.Context, actor party.Actor, id string, response []byte) error
	NamePasskey(ctx context.Context, actor party.Actor, id, name string) error

	OfUnit(ctx context.Context, by party.Actor) ([]door.Session, error)
	EndOfUnit(ctx context.Context, by party.Actor, handle party.Handle, id string) error
}

// visit is one request: of an officer, or of a stranger, whose actor is empty.
type visit struct {
	*site
	w       http.ResponseWriter
	r       *http.Request
	actor   party.Actor
	session door.Session
	tongue  *tongue
}

// ask has a command done for the officer of a visit.
func ask[R any](v *visit, c console.Asking[R]) (R, error) {
	return console.Act(v.r.Context(), v.Desk, v.actor, c)
}

// place tells where a request comes from.
func (v *visit) place() door.Place { return v.Proxies.Place(v.r.RemoteAddr, v.r.Header) }

// CookieName names the cookie of a session for pages at an origin. The prefix has
// browsers keep the cookie to this very host, by https. By port they do not tell
// cookies apart, so the name does: two nodes on one host leave each other's alone.
func CookieName(origin string, secure bool) string {
	name := "comity"
	if secure {
		name = "__Host-comity"
	}
	if u, err := url.Parse(origin); err == nil && u.Port() != "" {
		name += "-" + u.Port()
	}
	return name
}

func (s *site) cookieName() string { return CookieName(s.Origin, s.Secure) }

// keep lets the browser hold the token of a session until it is closed.
func (v *visit) keep(token string) {
	http.SetCookie(v.w, &http.Cookie{Name: v.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: v.Secure, SameSite: http.SameSiteStrictMode})
}

func (v *visit) forget() {
	http.SetCookie(v.w, &http.Cookie{Name: v.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: v.Secure, SameSite: http.SameSiteStrictMode})
}

func (v *visit) token() string {
	c, err := v.r.Cookie(v.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// away sends the browser to another page of ours.
func (v *visit) away(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}
