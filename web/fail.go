package web

import (
	"errors"
	"net/http"
	"strings"

	"comity/fault"
	"comity/saying"
)

// statuses are how kinds of failure are told to browsers.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusBadRequest, fault.Withheld: http.StatusNotFound,
	fault.Denied: http.StatusForbidden, fault.Blocked: http.StatusConflict, fault.Unapproved: http.StatusConflict,
	fault.Stale: http.StatusConflict, fault.Locked: http.StatusServiceUnavailable, fault.Forged: http.StatusBadRequest,
	fault.Unreachable: http.StatusBadGateway, fault.Frozen: http.StatusConflict, fault.Unsupported: http.StatusBadRequest,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Expired: http.StatusGone, fault.Unread: http.StatusConflict,
}

// failure is an error as a page tells it, and the language that the node says it in.
type failure struct {
	Kind, Text, Where, Hint string
	Lang                    string
}

// failureOf gives the safe parts of an error, in English where the language has no
// words for it. What is withheld is told in one way, whatever it is.
func (t *tongue) failureOf(err error) failure {
	kind := fault.KindOf(err)
	if kind == fault.Internal || kind == fault.Withheld {
		return failure{Kind: kind.String()}
	}
	e := fault.Safe(err)
	text, hint, ok := saying.In(t.code).Fault(e)
	if !ok {
		return failure{kind.String(), e.Text, e.Where, e.Hint, "en"}
	}
	return failure{kind.String(), text, saying.In(t.code).Word(e.Where), hint, t.code}
}

// fail answers with the page of an error.
func (v *visit) fail(err error) {
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		v.Log.ErrorContext(v.r.Context(), "a page failed", "err", err, "cause", errors.Unwrap(err))
	}
	v.renderStatus(statuses[kind], "error", "", v.tongue.failureOf(err))
}

// foreign answers a form that another site had the browser send.
func (s *site) foreign(w http.ResponseWriter, r *http.Request) {
	v := &visit{site: s, w: w, r: r, tongue: s.speaks(r)}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		v.refuse(http.StatusForbidden, "foreign")
		return
	}
	v.renderStatus(http.StatusForbidden, "error", "", failure{Kind: "foreign"})
}
