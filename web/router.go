package web

import (
	"errors"
	"mime"
	"net/http"

	"comity/fault"
)

// route is one way to ask for something. What is open is for strangers too; all
// else is for officers, whose rights the console checks command by command.
type route struct {
	method, path string
	open         bool
	do           func(*visit) error
	most         int64 // bytes of a request's body; 0: as of most forms
}

// assetPath leads to what pages are made of.
const assetPath = "/assets/{file}"

// routes are all that there is.
func routes() []route {
	return []route{
		{"GET", "/{$}", true, (*visit).signIn, 0},
		{"GET", "/enter", true, (*visit).enter, 0},
		{"POST", "/enter/begin", true, (*visit).beginKey, 0},
		{"POST", "/enter/finish", true, (*visit).finishKey, 0},
		{"POST", "/signin/begin", true, (*visit).beginSignIn, 0},
		{"POST", "/signin/finish", true, (*visit).finishSignIn, 0},
		{"POST", "/tongue", true, (*visit).setTongue, 0},
		{"GET", assetPath, true, (*visit).asset, 0},

		{"GET", "/home", false, (*visit).home, 0},
		{"POST", "/leave", false, (*visit).leave, 0},
		{"GET", "/sessions", false, (*visit).sessions, 0},
		{"POST", "/sessions/end", false, (*visit).endSession, 0},

		{"GET", "/inbox", false, (*visit).inbox, 0},
		{"POST", "/inbox/{cut}", false, (*visit).open, 0},
		{"GET", "/items", false, (*visit).items, 0},
		{"GET", "/items/new", false, (*visit).begin, 0},
		{"POST", "/items/new", false, (*visit).write, maxWriting},
		{"GET", "/items/{item}/edit", false, (*visit).edit, 0},
		{"POST", "/items/{item}/edit", false, (*visit).rewrite, maxWriting},
		{"GET", "/items/{item}/versions", false, (*visit).versions, 0},
		{"POST", "/items/{item}/attach", false, (*visit).attach, maxUpload},
		{"POST", "/items/{item}/exhibits/{exhibit}", false, (*visit).takeExhibit, 0},
		{"POST", "/items/{item}/remarks", false, (*visit).remark, 0},
		{"POST", "/items/{item}/receipts", false, (*visit).receipts, 0},
		{"POST", "/inbox/{cut}/exhibits/{exhibit}", false, (*visit).takeReceived, 0},
		{"POST", "/inbox/{cut}/remarks", false, (*visit).remarkReceived, 0},
		{"GET", "/items/{item}/aside", false, (*visit).aside, 0},
		{"POST", "/items/{item}/aside", false, (*visit).takeBack, 0},
		{"GET", "/import", false, (*visit).importing, 0},
		{"POST", "/import", false, (*visit).bringIn, maxUpload},
		{"POST", "/unsaved/{item}/drop", false, (*visit).dropUnsaved, 0},
		{"GET", "/items/{item}", false, (*visit).item, 0},
		{"GET", "/items/{item}/trail", false, (*visit).trail, 0},
		{"GET", "/items/{item}/plan", false, (*visit).planning, 0},
		{"POST", "/items/{item}/plan", false, (*visit).plan, 0},
		{"POST", "/items/{item}/release", false, (*visit).release, 0},
		{"GET", "/items/{item}/entities", false, (*visit).offers, 0},
		{"POST", "/items/{item}/entities", false, (*visit).confirm, 0},
		{"GET", "/entities", false, (*visit).entities, 0},
		{"POST", "/entities", false, (*visit).entity, 0},
		{"GET", "/search", false, (*visit).search, 0},
		{"POST", "/search", false, (*visit).search, 0},
		{"GET", "/waiting", false, (*visit).waiting, 0},
		{"GET", "/waiting/{plan}", false, (*visit).await, 0},
		{"POST", "/waiting/answer/begin", false, (*visit).beginAnswer, 0},
		{"POST", "/waiting/answer/finish", false, (*visit).finishAnswer, 0},
		{"POST", "/waiting/{plan}/send", false, (*visit).sendWaiting, 0},
		{"GET", "/duties", false, (*visit).duties, 0},
		{"POST", "/duties/{duty}/file", false, (*visit).file, 0},
		{"GET", "/trails", false, (*visit).trails, 0},
		{"GET", "/partners", false, (*visit).partners, 0},
		{"GET", "/packs", false, (*visit).packs, 0},
		{"GET", "/packs/{pack}/{version}", false, (*visit).pack, 0},
		{"GET", "/ledger", false, (*visit).ledger, 0},
		{"POST", "/ledger/verify", false, (*visit).verify, 0},
		{"GET", "/ledger/records", false, (*visit).records, 0},
		{"GET", "/users", false, (*visit).users, 0},
		{"POST", "/users/{handle}/shut", false, (*visit).shut, 0},
		{"POST", "/users/{handle}/end", false, (*visit).endOther, 0},
		{"POST", "/users/{handle}/readmit", false, (*visit).readmit, 0},
		{"POST", "/users/{handle}/readmit/refuse", false, (*visit).refuseReadmission, 0},
		{"POST", "/readmissions/begin", false, (*visit).beginReadmission, 0},
		{"POST", "/readmissions/finish", false, (*visit).finishReadmission, 0},
		{"GET", "/settings", false, (*visit).settings, 0},
		{"POST", "/passkeys/name", false, (*visit).namePasskey, 0},
		{"POST", "/passkeys/add/begin", false, (*visit).beginAdding, 0},
		{"POST", "/passkeys/add/continue", false, (*visit).continueAdding, 0},
		{"POST", "/passkeys/add/finish", false, (*visit).finishAdding, 0},
		{"POST", "/passkeys/drop/begin", false, (*visit).beginDropping, 0},
		{"POST", "/passkeys/drop/finish", false, (*visit).finishDropping, 0},
		{"GET", "/status", false, (*visit).status, 0},
	}
}

// router leads requests to their routes. A stranger is led to the way in whatever
// was asked, so that nobody learns from outside what there is; to an officer what
// is not there answers like what is withheld.
func (s *site) router() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.method+" "+r.path, s.serve(r))
	}
	mux.Handle("/", s.serve(route{do: func(*visit) error { return absent() }}))
	return mux
}

// serve makes the handler of a route: who asks is found out anew each time.
func (s *site) serve(to route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := to.most
		if most == 0 {
			most = maxForm
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		v := &visit{site: s, w: w, r: r, tongue: s.speaks(r)}
		var err error
		if to.path != assetPath { // which are everybody's
			err = v.recognise()
		}
		if err == nil && !to.open && v.actor.Handle == "" {
			if v.token() != "" {
				v.forget() // and no more: by a link from elsewhere a browser brings no cookie, and keeps it
			}
			_ = v.away("/")
			return
		}
		if err == nil {
			err = v.parse()
		}
		if err == nil {
			err = to.do(v)
		}
		if err != nil {
			v.fail(err)
		}
	})
}

// parse reads the fields of a form before anything is done with them: of a form that is
// only half there no field counts.
func (v *visit) parse() error {
	media, _, _ := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	if v.r.Method != http.MethodPost || media != "application/x-www-form-urlencoded" {
		return nil
	}
	err := v.r.ParseForm()
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return fault.New(fault.TooLarge, "the form has more than %d bytes", over.Limit).Fix("split it into several items")
	case err != nil:
		return fault.New(fault.Invalid, "the form cannot be read").Fix("open the page anew")
	}
	return nil
}

// recognise finds the officer whose session the request brings. A session that
// does not hold makes a stranger; only a door that is broken is an error.
func (v *visit) recognise() error {
	token := v.token()
	if token == "" {
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
