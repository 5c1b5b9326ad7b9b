package walk_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"comity/console"
	"comity/door"
	"comity/door/doortest"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/seal"
	"comity/web"
)

// agent is what every browser of these tests calls itself: sessions are bound to it.
const agent = "walk/1"

// side is a node that is served in this process, with its pages behind its own door.
type side struct {
	t        testing.TB
	node     *node.Node
	desk     party.Name // the unit that most of it is about
	other    party.Name // another unit of the same node
	officers map[party.Handle]*officer
	order    []party.Handle
	pages    http.Handler
	ahead    *atomic.Int64 // seconds by which the clock is
}

// officer is somebody with a key and a session in the pages.
type officer struct {
	party.Actor
	signer  console.Signer
	token   string
	session string // its id
	out     bool   // was let in once, and is not any more
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[R any](r R, err error) func(testing.TB) R {
	return func(t testing.TB) R {
		t.Helper()
		must(t, err)
		return r
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// staffing is who works at a node: every role, in two units, and two who are out.
type staffing struct {
	handle party.Handle
	other  bool // of the other unit
	roles  []party.Role
}

// people are the officers of a side. Those of the partner's have another letter in
// front, so that a page which names one of them is known to.
func people(letter string) []staffing {
	h := func(s string) party.Handle { return party.Handle(letter + s) }
	return []staffing{
		{h("chief"), false, []party.Role{party.Admin}},
		{h("ana"), false, []party.Role{party.Analyst, party.Release}}, // writes it all
		{h("nina"), false, []party.Role{party.Analyst}},               // a second officer of the unit
		{h("rob"), false, []party.Role{party.Release}},                // who may approve and send
		{h("duty"), false, []party.Role{party.Analyst}},               // the duty desk
		{h("sid"), true, []party.Role{party.Analyst, party.Release}},  // of the other unit
		{h("rev"), false, []party.Role{party.Auditor}},
		{h("gone"), false, []party.Role{party.Analyst, party.Release}}, // removed from office
		{h("shut"), false, []party.Role{party.Analyst, party.Release}}, // shut out of the pages
		{h("sec"), false, []party.Role{party.Security}},                // from here on the node is guarded
		{h("eve"), true, []party.Role{party.Analyst, party.Security}},  // reads, and follows everybody's trails
	}
}

func newSide(t testing.TB, name, desk, other party.Name, letter string) *side {
	t.Helper()
	addr := freeAddress(t)
	dir, err := os.MkdirTemp("", "w")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	lock := got(seal.KeyFile(got(seal.NewKeyFile())(t)))(t)
	config := node.Config{Name: name, Units: []party.Name{desk, other}, Listen: addr, Endpoints: []string{"https://" + addr}, LogLevel: "error",
		Desk: party.Handle(letter + "duty"), Pages: freeAddress(t)}
	s := &side{t: t, desk: desk, other: other, officers: map[party.Handle]*officer{}, ahead: new(atomic.Int64)}
	_, _, err = node.Init(dir+"/h", node.InitOptions{Config: config, Lock: lock})
	must(t, err)
	s.node, err = node.Open(context.Background(), dir+"/h", lock, node.Options{Now: s.now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	for _, p := range people(letter) {
		s.enlist(p)
	}
	for _, id := range []string{"mx-guidelines-2021", "us-law"} {
		if b, ok := packs.File(id); ok {
			tell(s, s.order[0], console.AddPack{File: id + ".yaml", Source: b})
		}
	}
	s.pages = web.New(web.Config{Door: s.node.Desk().Door, Desk: s.node.Desk(), Now: s.now, Origin: s.node.Pages()})
	return s
}

// now is the clock of the node, which tests put forward.
func (s *side) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load()) * time.Second) }

func (s *side) enlist(p staffing) {
	s.t.Helper()
	key := got(seal.NewSigningKey(rand.Reader))(s.t)
	unit := s.desk
	if p.other {
		unit = s.other
	}
	o := &officer{Actor: party.Actor{Handle: p.handle, Unit: unit, Roles: p.roles}}
	o.signer = console.Signer{Handle: p.handle, Node: s.node.Config().Name, Key: key, Now: s.now, Random: rand.Reader}
	s.officers[p.handle] = o
	s.order = append(s.order, p.handle)
	added := tell(s, s.order[0], console.AddOfficer{Handle: p.handle, Unit: unit, Roles: p.roles, Key: key.Public()}).Officers[0]
	if added.Waiting {
		tell(s, s.order[len(s.order)-2], console.ConfirmOfficer{Handle: p.handle, Unit: unit, Roles: added.Roles, Key: key.Public()})
	}
}

func tell[R any](s *side, who party.Handle, c console.Asking[R]) R {
	s.t.Helper()
	r, err := console.Call(context.Background(), s.node, s.officers[who].signer, c)
	must(s.t, err)
	return r
}

// serve serves the node until the test ends.
func (s *side) serve() {
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- s.node.Serve(ctx, func(string) { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		stop()
		must(s.t, <-done)
		must(s.t, s.node.Close())
	})
}

// letIn gives everybody a session, through the door and with a passkey, and then
// takes two of them out again.
func (s *side) letIn() {
	s.t.Helper()
	for _, h := range s.order {
		o := s.officers[h]
		in := s.enter(h)
		o.token, o.session = in.Token, in.ID
		o.out = strings.HasSuffix(string(h), "gone") || strings.HasSuffix(string(h), "shut")
		switch {
		case strings.HasSuffix(string(h), "gone"):
			tell(s, s.order[0], console.RemoveOfficer{Handle: h})
		case strings.HasSuffix(string(h), "shut"):
			tell(s, s.order[0], console.ShutOfficer{Handle: h})
		}
	}
}

func (s *side) enter(h party.Handle) door.Session {
	s.t.Helper()
	ctx, d := context.Background(), s.node.Desk().Door
	_, secret, _ := strings.Cut(tell(s, h, console.InviteOfficer{Handle: h}).Link, "#")
	begun := got(d.BeginKey(ctx, secret))(s.t)
	answer := got(newDevice(s).Make(begun.Options))(s.t)
	return got(d.FinishKey(ctx, begun.ID, answer, door.Place{Address: "192.0.2.1", Agent: agent}))(s.t)
}

// newDevice is one that keeps a passkey for the pages of a side.
func newDevice(s *side) *doortest.Device { return doortest.New(s.node.Pages()) }

// call is a request of somebody; of a stranger, if nobody is named.
type call struct {
	who    party.Handle
	method string
	path   string // with its query
	form   url.Values
	header http.Header // more of them, or others in their place
	body   string      // in the place of the form
	open   bool        // strangers may, too
}

func (s *side) ask(c call) *httptest.ResponseRecorder {
	s.t.Helper()
	body := c.form.Encode()
	if c.body != "" {
		body = c.body
	}
	u, err := url.Parse(c.path)
	must(s.t, err)
	r := httptest.NewRequest(c.method, "/", strings.NewReader(body))
	r.URL, r.Host, r.RequestURI, r.RemoteAddr = u, strings.TrimPrefix(s.node.Pages(), "http://"), c.path, "192.0.2.1:1"
	r.Header.Set("User-Agent", agent)
	r.Header.Set("Accept-Language", "en")
	if c.method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", s.node.Pages())
	}
	if o := s.officers[c.who]; o != nil {
		r.AddCookie(&http.Cookie{Name: web.CookieName(s.node.Pages(), false), Value: o.token})
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w
}

func (s *side) get(who party.Handle, path string) *httptest.ResponseRecorder {
	return s.ask(call{who: who, method: "GET", path: path})
}

func (s *side) post(who party.Handle, path string, form url.Values) *httptest.ResponseRecorder {
	return s.ask(call{who: who, method: "POST", path: path, form: form})
}
