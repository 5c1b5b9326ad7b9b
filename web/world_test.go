package web_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/door"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/web"
	"comity/wire"
)

// side is a node that is served in this process, with its pages. Its door lets in
// whoever brings a handle for a token.
type side struct {
	t        testing.TB
	node     *node.Node
	unit     party.Name
	admin    console.Signer
	officers map[party.Handle]officer
	pages    http.Handler
	stop     context.CancelFunc
	ended    []string
}

type officer struct {
	signer console.Signer
	actor  party.Actor
}

func newSide(t testing.TB, name, unit party.Name) *side { return newSideWith(t, name, unit, "") }

// newSideWith makes one that shows its pages itself, too, behind its own door.
func newSideWith(t testing.TB, name, unit party.Name, pages string) *side {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	dir, err := os.MkdirTemp("", "w")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	file, err := seal.NewKeyFile()
	must(t, err)
	lock, err := seal.KeyFile(file)
	must(t, err)
	config := node.Config{Name: name, Units: []party.Name{unit}, Listen: addr, Endpoints: []string{"https://" + addr}, LogLevel: "error", Pages: pages}
	_, _, err = node.Init(dir+"/h", node.InitOptions{Config: config, Lock: lock})
	must(t, err)
	s := &side{t: t, unit: unit, officers: map[party.Handle]officer{}}
	s.node, err = node.Open(context.Background(), dir+"/h", lock, node.Options{})
	must(t, err)
	s.admin = s.enter(name, "chief", party.Admin)
	s.enter(name, "ana", party.Analyst, party.Release)
	s.enter(name, "nina", party.Analyst)
	s.enter(name, "rev", party.Auditor)
	for _, id := range []string{"mx-guidelines-2021", "us-law"} {
		if b, ok := packs.File(id); ok {
			tell(s, "chief", console.AddPack{File: id + ".yaml", Source: b})
		}
	}
	s.pages = web.NewWith(web.Config{Desk: s.node.Desk(), Now: time.Now, Reader: inProcess{}}, s)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *side) enter(name party.Name, handle party.Handle, roles ...party.Role) console.Signer {
	s.t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	must(s.t, err)
	o := officer{console.Signer{Handle: handle, Node: name, Key: key, Now: time.Now, Random: rand.Reader}, party.Actor{Handle: handle, Unit: s.unit, Roles: roles}}
	by := s.admin
	if handle == "chief" {
		by = o.signer
	}
	s.officers[handle] = o
	_, err = console.Call(context.Background(), s.node, by, console.AddOfficer{Handle: handle, Unit: s.unit, Roles: roles, Key: key.Public()})
	must(s.t, err)
	return o.signer
}

func tell[R any](s *side, who party.Handle, c console.Asking[R]) R {
	s.t.Helper()
	r, err := console.Call(context.Background(), s.node, s.officers[who].signer, c)
	must(s.t, err)
	return r
}

func (s *side) serve() {
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- s.node.Serve(ctx, func(string) { close(ready) }) }()
	<-ready
	s.t.Cleanup(func() {
		stop()
		must(s.t, <-done)
		must(s.t, s.node.Close())
	})
}

// pair is two nodes that know each other, with things to read on both sides.
type pair struct {
	us, mx        *side
	plain, nasty  string // items of ana's
	sent          string // that was released to the other side
	came, warning string // cuts at the other side; the second has a condition
}

func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{us: newSide(t, "us/dea", "us/dea/desk"), mx: newSide(t, "mx/semar", "mx/semar/uin")}
	tell(p.us, "chief", console.AddPartner{Card: p.mx.node.SignedCard(), Confirmed: true})
	tell(p.mx, "chief", console.AddPartner{Card: p.us.node.SignedCard(), Confirmed: true})
	p.us.serve()
	p.mx.serve()
	p.plain = p.us.write("Fast boats off Salina Cruz", "Three boats with four engines each left the bay at night.", "A source close to the crew names the buyer.", "We think that they will try again within the week.")
	tell(p.us, "ana", console.MarkItem{Item: p.plain, Portions: []int{1, 3}, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}})
	tell(p.us, "ana", console.MarkItem{Item: p.plain, Portions: []int{2}, Elements: []string{"TLP:RED", "REL:mx/semar/uin", "NOFWD", "NOT:mx/sre:contact", "NOT:mx/sspc", "admiralty:B2"}})
	p.nasty = p.us.nasty()
	p.sent = p.us.write("A container from Manzanillo", "Container 77 is not what its papers say.")
	tell(p.us, "ana", console.MarkItem{Item: p.sent, Elements: []string{"TLP:GREEN", "COMMUNITY:us/**,mx/**"}})
	p.us.send(p.sent)
	p.us.send(p.nasty)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		letters := tell(p.mx, "ana", console.ListInbox{}).Letters
		if len(letters) >= 2 {
			for _, l := range letters {
				if strings.HasPrefix(l.Title, "A container") {
					p.came = l.Cut.String()
				} else {
					p.warning = l.Cut.String()
				}
			}
			return p
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing came")
		}
	}
}

func (s *side) write(title string, texts ...string) string {
	s.t.Helper()
	text := "# " + title + "\n\n" + strings.Join(texts, "\n\n") + "\n"
	v := tell(s, "ana", console.ImportItem{File: "x", Text: []byte(text), Topic: "boats", Purpose: "a joint case"})
	return v.View.Item.ID.String()
}

func (s *side) send(id string) {
	s.t.Helper()
	tell(s, "ana", console.SendItem{Ask: console.Ask{Item: id, To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}})
}

// hostile strings, which partners and documents bring. Each names itself, so that a
// test sees that it came through as text.
var hostile = []string{
	`<script>alert("h1")</script>`,
	`"><img src=x onerror=alert("h2")>`,
	`' onmouseover='alert("h3")' x='`,
	`javascript:alert("h4")`,
	`</title></textarea></style><svg onload=alert("h5")>`,
	`{{.Actor}}<b>h6</b>`,
	`&lt;script&gt;h7&#x3c;/script&#62;`,
	`<a href="javascript:alert(1)">h8</a><iframe src=//evil.example>`,
	`<!--<p title="--><script>h9</script>">`,
}

// nasty makes an item with hostile strings wherever one can stand.
func (s *side) nasty() string {
	s.t.Helper()
	v := tell(s, "ana", console.ImportDocument{
		Title: "T " + hostile[0] + hostile[1], Texts: hostile, Topic: "topic " + hostile[2], Purpose: "purpose " + hostile[3], Basis: "basis " + hostile[4],
		Source: holdings.Source{File: "f" + strings.ReplaceAll(hostile[1], "/", ""), Format: "html", Byline: "byline " + hostile[2], Date: hostile[4], Address: hostile[3], Language: "en", Notes: []string{hostile[0]}},
		Aside:  []holdings.AsideText{{Text: "aside " + hostile[7], Why: "navigation"}},
	})
	id := v.View.Item.ID.String()
	tell(s, "ana", console.MarkItem{Item: id, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin", `COND:"<script>alert('hc')</script> // TLP:CLEAR // x"`}})
	var said []holdings.Said
	for n, h := range hostile {
		said = append(said, holdings.Said{Portion: n + 1, Statement: intel.Statement{Entity: "e" + fmt.Sprint(n), Schema: "Person", Property: "name", Value: h}})
	}
	tell(s, "ana", console.SayOfEntities{Item: id, Said: said})
	x := intel.Exhibit{Content: hashOf("picture"), Size: 7, Media: "image/png", Caption: "caption " + hostile[1], Credit: "credit " + hostile[0]}
	tell(s, "ana", console.UploadParts{Item: id, Exhibit: x, From: 1, Bytes: []byte("picture")})
	tell(s, "ana", console.AttachExhibits{Item: id, Exhibits: []holdings.Placed{{Portion: 1, Exhibit: x}}})
	return id
}

// turned changes the direction of what follows it. Items, cuts and documents with
// such characters are refused; browsers' names are not.
const turned = "h10 \u202erev\u2066sed <b>"

// The door of a side, for tests.
func (s *side) BeginKey(context.Context, string) (door.Ceremony, error) {
	return door.Ceremony{}, fault.New(fault.Denied, "no")
}
func (s *side) FinishKey(context.Context, string, []byte, door.Place) (door.Session, error) {
	return door.Session{}, fault.New(fault.Denied, "no")
}
func (s *side) BeginSignIn(context.Context) (door.Ceremony, error) {
	return door.Ceremony{ID: "c1", Options: []byte(`{"publicKey":{"challenge":"AAAA"}}`)}, nil
}
func (s *side) FinishSignIn(_ context.Context, id string, _ []byte, _ door.Place) (door.Session, error) {
	if id != "c1" {
		return door.Session{}, fault.New(fault.Denied, "no")
	}
	return door.Session{Token: "ana", ID: "s-ana", Handle: "ana"}, nil
}
func (s *side) Actor(_ context.Context, token string, _ door.Place) (party.Actor, door.Session, error) {
	o, ok := s.officers[party.Handle(token)]
	if !ok {
		return party.Actor{}, door.Session{}, fault.New(fault.Denied, "no session")
	}
	return o.actor, door.Session{ID: "s-" + token, Handle: o.actor.Handle}, nil
}
func (s *side) Sessions(_ context.Context, a party.Actor) ([]door.Session, error) {
	now := wire.At(time.Now())
	return []door.Session{{ID: "s-" + string(a.Handle), Handle: a.Handle, Began: now, Seen: now, Agent: hostile[0] + turned}, {ID: "s2", Handle: a.Handle, Began: now, Seen: now, Agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/150"}}, nil
}
func (s *side) End(_ context.Context, _ party.Actor, id string) error {
	s.ended = append(s.ended, id)
	return nil
}
func (s *side) Leave(_ context.Context, token string) error {
	s.ended = append(s.ended, token)
	return nil
}

// get asks for a page as somebody; "" is a stranger.
func (s *side) get(who, path string) *httptest.ResponseRecorder { return s.ask(who, "GET", path, nil) }

func (s *side) post(who, path string, form url.Values) *httptest.ResponseRecorder {
	if form == nil {
		form = url.Values{}
	}
	return s.ask(who, "POST", path, form)
}

func (s *side) ask(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", "en")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if method == "POST" {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "comity", Value: who})
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w
}

func hashOf(s string) ref.Hash { return ref.Content([]byte(s)) }

func (s *side) Passkeys(_ context.Context, a party.Actor) ([]door.Mine, error) {
	now := wire.At(time.Now())
	return []door.Mine{{ID: hashOf("k1").String(), Name: hostile[0], Agent: hostile[1], Added: now, Used: now, Synced: true}, {ID: hashOf("k2").String(), Agent: "Firefox", Added: now}}, nil
}
func (s *side) BeginAdding(_ context.Context, a party.Actor) (door.Ceremony, error) {
	return s.BeginSignIn(context.Background())
}
func (s *side) ContinueAdding(_ context.Context, _ party.Actor, id string, _ []byte) (door.Ceremony, error) {
	if id != "c1" {
		return door.Ceremony{}, fault.New(fault.Denied, "no")
	}
	return s.BeginSignIn(context.Background())
}
func (s *side) FinishAdding(_ context.Context, a party.Actor, id string, _ []byte, name string, _ door.Place) (door.Mine, error) {
	s.ended = append(s.ended, "added "+name)
	return door.Mine{Name: name}, nil
}
func (s *side) BeginDropping(_ context.Context, _ party.Actor, id string, last bool) (door.Ceremony, error) {
	if !last {
		return door.Ceremony{}, fault.New(fault.Stale, "this is your last passkey").Fix("add another one first")
	}
	return s.BeginSignIn(context.Background())
}
func (s *side) FinishDropping(_ context.Context, _ party.Actor, id string, _ []byte) error {
	s.ended = append(s.ended, "dropped")
	return nil
}
func (s *side) NamePasskey(_ context.Context, _ party.Actor, id, name string) error {
	s.ended = append(s.ended, "named "+name)
	return nil
}
func (s *side) OfUnit(_ context.Context, by party.Actor) ([]door.Session, error) {
	now := wire.At(time.Now())
	return []door.Session{{ID: "s9", Handle: "ana", Began: now, Seen: now, Agent: hostile[0] + turned}}, by.May(party.ActRun)
}
func (s *side) EndOfUnit(_ context.Context, by party.Actor, handle party.Handle, id string) error {
	s.ended = append(s.ended, "other "+string(handle)+" "+id)
	return by.May(party.ActRun)
}
