package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"comity/console"
	"comity/door"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
)

// What an officer who is in shows a passkey for once more. A session alone, which may
// be stolen, approves nothing and changes no way in. Each is begun and ended by the
// script of the page.

// proof is what the script of a page says: what it is about, and what the device
// answered.
type proof struct {
	Plan    string `json:"plan"`
	Answer  string `json:"answer"`
	Words   string `json:"words"`
	Handle  string `json:"handle"`
	ID      string `json:"id"`      // of a readmission, or of a passkey
	Name    string `json:"name"`    // of a passkey
	Last    string `json:"last"`    // yes: it may be the last passkey
	Contact string `json:"contact"` // that a plan is of

	Ceremony string         `json:"ceremony"`
	Response jsontext.Value `json:"response"`
}

// proven answers the script of a page. Where leads on; Link is shown once.
type proven struct {
	Where string `json:"where,omitempty"`
	Link  string `json:"link,omitempty"`
}

// prove has one step done, and answers with what the device is asked next, or with
// where to go.
func (v *visit) prove(do func(p proof) (*begun, *proven, error)) error {
	var p proof
	if !v.hear(&p) {
		return nil
	}
	next, done, err := do(p)
	switch {
	case err != nil:
		v.refuseWords(err)
	case next != nil:
		v.tell(http.StatusOK, next)
	default:
		v.tell(http.StatusOK, done)
	}
	return nil
}

func asking(c door.Ceremony, err error) (*begun, *proven, error) {
	return &begun{c.ID, c.Options}, nil, err
}

func leading(where string, err error) (*begun, *proven, error) {
	return nil, &proven{Where: where}, err
}

// refuseWords tells the script of a page, and by it the officer who is in, why not.
func (v *visit) refuseWords(err error) {
	kind := fault.KindOf(err)
	f := v.tongue.failureOf(err)
	words := v.tongue.word("error", f.Kind)
	if f.Text != "" {
		words += ". " + f.Text
	}
	if f.Hint != "" {
		words += ". " + f.Hint
	}
	var wait door.Wait
	status := statuses[kind]
	if errors.As(err, &wait) {
		v.w.Header().Set("Retry-After", strconv.Itoa(int(wait.For.Seconds())+1))
		status = http.StatusTooManyRequests
	}
	if kind == fault.Internal {
		v.Log.ErrorContext(v.r.Context(), "the door failed", "err", err, "cause", errors.Unwrap(err))
	}
	v.tell(status, struct {
		Words string `json:"words"`
	}{words})
}

func (v *visit) beginAnswer() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		plan, err := planNamed(p.Plan)
		if err != nil {
			return nil, nil, err
		}
		c, err := ask(v, console.BeginApproval{Plan: plan, Answer: record.Answer(p.Answer), Words: p.Words})
		return &begun{c.ID, c.Options}, nil, err
	})
}

func (v *visit) finishAnswer() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		plan, err := planNamed(p.Plan)
		if err != nil {
			return nil, nil, err
		}
		_, err = ask(v, console.FinishApproval{Plan: plan, Answer: record.Answer(p.Answer), Words: p.Words, Ceremony: p.Ceremony, Response: p.Response})
		return leading("/waiting/"+plan.String(), err)
	})
}

func planNamed(s string) (ref.Hash, error) {
	var plan ref.Hash
	if err := plan.UnmarshalText([]byte(s)); err != nil || plan.IsZero() {
		return plan, absent()
	}
	return plan, nil
}

func (v *visit) beginReadmission() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		h, err := party.ParseHandle(p.Handle)
		if err != nil {
			return nil, nil, err
		}
		c, err := ask(v, console.BeginReadmission{Handle: h, ID: p.ID})
		return &begun{c.ID, c.Options}, nil, err
	})
}

// finishReadmission gives the link, once: it is for the officer's own eyes.
func (v *visit) finishReadmission() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		i, err := ask(v, console.FinishReadmission{Ceremony: p.Ceremony, Response: p.Response})
		return nil, &proven{Link: i.Link}, err
	})
}

func (v *visit) beginAdding() error {
	return v.prove(func(proof) (*begun, *proven, error) { return asking(v.door.BeginAdding(v.r.Context(), v.actor)) })
}

func (v *visit) continueAdding() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		return asking(v.door.ContinueAdding(v.r.Context(), v.actor, p.Ceremony, p.Response))
	})
}

func (v *visit) finishAdding() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		_, err := v.door.FinishAdding(v.r.Context(), v.actor, p.Ceremony, p.Response, p.Name, v.place())
		return leading("/settings", err)
	})
}

func (v *visit) beginDropping() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		return asking(v.door.BeginDropping(v.r.Context(), v.actor, p.ID, p.Last == "yes"))
	})
}

func (v *visit) finishDropping() error {
	return v.prove(func(p proof) (*begun, *proven, error) {
		return leading("/settings", v.door.FinishDropping(v.r.Context(), v.actor, p.Ceremony, p.Response))
	})
}
