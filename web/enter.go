package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"comity/door"
	"comity/fault"
	"comity/party"
)

// maxCeremony is how large what a browser says of a passkey may be.
const maxCeremony = 64 << 10

// signIn is the first page: of who has no session, and has a passkey.
func (v *visit) signIn() error {
	if v.actor.Handle != "" {
		return v.away("/home")
	}
	return v.render("signin", "", nil)
}

// enter is the page of a one-time link. Its secret stands in the fragment, which
// the browser keeps to itself until the script hands it in.
func (v *visit) enter() error { return v.render("enter", "", nil) }

// home leads to the page that an officer begins with.
func (v *visit) home() error {
	if v.actor.May(party.ActRead) == nil {
		return v.away("/inbox")
	}
	return v.away("/status")
}

type begun struct {
	ID      string         `json:"id"`
	Options jsontext.Value `json:"options"`
}

type answered struct {
	ID       string         `json:"id"`
	Response jsontext.Value `json:"response"`
}

func (v *visit) beginKey() error {
	var in struct {
		Secret string `json:"secret"`
	}
	if !v.hear(&in) {
		return nil
	}
	c, err := v.door.BeginKey(v.r.Context(), in.Secret)
	return v.began(c, err)
}

func (v *visit) beginSignIn() error {
	if !v.hear(&struct{}{}) {
		return nil
	}
	c, err := v.door.BeginSignIn(v.r.Context())
	return v.began(c, err)
}

func (v *visit) finishKey() error { return v.finish(v.door.FinishKey) }

func (v *visit) finishSignIn() error { return v.finish(v.door.FinishSignIn) }

func (v *visit) began(c door.Ceremony, err error) error {
	if err != nil {
		v.refuseFor(err)
		return nil
	}
	v.tell(http.StatusOK, begun{c.ID, c.Options})
	return nil
}

func (v *visit) finish(by func(ctx context.Context, id string, response []byte, from door.Place) (door.Session, error)) error {
	var in answered
	if !v.hear(&in) {
		return nil
	}
	session, err := by(v.r.Context(), in.ID, in.Response, v.place())
	if err != nil {
		v.refuseFor(err)
		return nil
	}
	v.keep(session.Token)
	v.tell(http.StatusOK, struct{}{})
	return nil
}

// hear reads what the script of a page says. Only JSON is taken, which no form of
// another site can send.
func (v *visit) hear(into any) bool {
	if v.r.Header.Get("Content-Type") != "application/json" {
		v.refuse(http.StatusUnsupportedMediaType, "failed")
		return false
	}
	b, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, maxCeremony))
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		v.refuse(http.StatusBadRequest, "failed")
		return false
	}
	return true
}

// refuseFor tells the script of a page that the door stays shut: the same for all
// reasons but that it has to wait.
func (v *visit) refuseFor(err error) {
	var wait door.Wait
	switch {
	case errors.As(err, &wait):
		v.w.Header().Set("Retry-After", strconv.Itoa(int(wait.For.Seconds())+1))
		v.refuse(http.StatusTooManyRequests, "wait")
	case fault.KindOf(err) == fault.Internal:
		v.Log.ErrorContext(v.r.Context(), "the door failed", "err", err, "cause", errors.Unwrap(err))
		v.refuse(http.StatusInternalServerError, "failed")
	default:
		v.refuse(http.StatusForbidden, "refused")
	}
}

// refuse names the message of the page that tells of it.
func (v *visit) refuse(status int, text string) {
	v.tell(status, struct {
		Text string `json:"text"`
	}{text})
}

func (v *visit) tell(status int, what any) {
	b, err := json.Marshal(what)
	if err != nil {
		v.Log.ErrorContext(v.r.Context(), "an answer cannot be written", "err", err)
		status, b = http.StatusInternalServerError, []byte("{}")
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b)
}
