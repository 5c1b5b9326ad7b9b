package web

import (
	"net/http"
	"strings"

	"comity/fault"
)

// route is one way to ask for something. What is open is for strangers too; all
// else is for officers, whose rights the console checks command by command.
type route struct {
	method, path string
	open         bool
	do           func(*visit) error
}

// routes are all that there is.
func routes() []route {
	return []route{
		{"GET", "/{$}", true, (*visit).signIn},
		{"GET", "/enter", true, (*visit).enter},
		{"POST", "/enter/begin", true, (*visit).beginKey},
		{"POST", "/enter/finish", true, (*visit).finishKey},
		{"POST", "/signin/begin", true, (*visit).beginSignIn},
		{"POST", "/signin/finish", true, (*visit).finishSignIn},
		{"POST", "/tongue", true, (*visit).setTongue},
		{"GET", "/assets/{file}", true, (*visit).asset},

		{"GET", "/home", false, (*visit).home},
		{"POST", "/leave", false, (*visit).leave},
		{"GET", "/sessions", false, (*visit).sessions},
		{"POST", "/sessions/end", false, (*visit).endSession},

		{"GET", "/inbox", false, (*visit).inbox},
		{"POST", "/inbox/{cut}", false, (*visit).open},
		{"GET", "/items", false, (*visit).items},
		{"GET", "/items/{item}", false, (*visit).item},
		{"GET", "/items/{item}/trail", false, (*visit).trail},
		{"GET", "/items/{item}/plan", false, (*visit).planning},
		{"POST", "/items/{item}/plan", false, (*visit).plan},
		{"POST", "/items/{item}/release", false, (*visit).release},
		{"GET", "/search", false, (*visit).search},
		{"POST", "/search", false, (*visit).search},
		{"GET", "/waiting", false, (*visit).waiting},
		{"POST", "/waiting/{plan}/send", false, (*visit).sendWaiting},
		{"GET", "/duties", false, (*visit).duties},
		{"POST", "/duties/{duty}/file", false, (*visit).file},
		{"GET", "/trails", false, (*visit).trails},
		{"GET", "/partners", false, (*visit).partners},
		{"GET", "/packs", false, (*visit).packs},
		{"GET", "/packs/{pack}/{version}", false, (*visit).pack},
		{"GET", "/status", false, (*visit).status},
	}
}

// router leads requests to their routes. A stranger is led to the way in whatever
// was asked, so that nobody learns from outside what there is; to an officer what
// is not there answers like what is withheld.
func (s *site) router() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.method+" "+r.path, s.serve(r.open, r.do))
	}
	mux.Handle("/", s.serve(false, func(*visit) error { return absent() }))
	return mux
}

// serve makes the handler of a route: who asks is found out anew each time.
func (s *site) serve(open bool, do func(*visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{site: s, w: w, r: r, tongue: s.speaks(r)}
		err := v.recognise()
		if err == nil && !open && v.actor.Handle == "" {
			v.forget()
			_ = v.away("/")
			return
		}
		if err == nil {
			err = do(v)
		}
		if err != nil {
			v.fail(err)
		}
	})
}

// recognise finds the officer whose session the request brings. A session that
// does not hold makes a stranger; only a door that is broken is an error.
func (v *visit) recognise() error {
	token := v.token()
	if token == "" || strings.HasPrefix(v.r.URL.Path, "/assets/") {
		return nil
	}
	actor, session, err := v.door.Actor(v.r.Context(), token, v.place())
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Withheld) || fault.Is(err, fault.Expired) {
		return nil
	}
	if err != nil {
		return err
	}
	v.actor, v.session = actor, session
	return nil
}

// absent is the answer about what is not there, or not for who asks.
func absent() error { return fault.New(fault.Withheld, "there is no such thing here for you") }
