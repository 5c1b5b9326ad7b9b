package browser_test

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/seal"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// side is a node in this process, with its pages behind its own door.
type side struct {
	t        *testing.T
	name     party.Name
	unit     party.Name
	node     *node.Node
	officers map[party.Handle]console.Signer
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

func newSide(t *testing.T, name, unit party.Name, officers ...party.Handle) *side {
	t.Helper()
	dir, err := os.MkdirTemp("", "w") // a socket's path is bounded
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	file, err := seal.NewKeyFile()
	must(t, err)
	lock, err := seal.KeyFile(file)
	must(t, err)
	addr := free(t)
	config := node.Config{Name: name, Units: []party.Name{unit}, Listen: addr, Endpoints: []string{"https://" + addr}, LogLevel: "error", Pages: free(t), Onward: true}
	_, _, err = node.Init(dir+"/h", node.InitOptions{Config: config, Lock: lock})
	must(t, err)
	s := &side{t: t, name: name, unit: unit, officers: map[party.Handle]console.Signer{}}
	s.node, err = node.Open(context.Background(), dir+"/h", lock, node.Options{})
	must(t, err)
	s.employ("chief", party.Admin)
	for _, handle := range officers {
		s.employ(handle, party.Analyst, party.Release)
	}
	source, ok := packs.File("mx-guidelines-2021")
	if !ok {
		t.Fatal("there is no such pack")
	}
	tell(s, "chief", console.AddPack{File: "mx-guidelines-2021.yaml", Source: source})
	return s
}

func (s *side) employ(handle party.Handle, roles ...party.Role) {
	s.t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	must(s.t, err)
	s.officers[handle] = console.Signer{Handle: handle, Node: s.name, Key: key, Now: time.Now, Random: rand.Reader}
	tell(s, "chief", console.AddOfficer{Handle: handle, Unit: s.unit, Roles: roles, Key: key.Public()})
}

func tell[R any](s *side, who party.Handle, c console.Asking[R]) R {
	s.t.Helper()
	r, err := console.Call(context.Background(), s.node, s.officers[who], c)
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
		if err := <-done; err != nil {
			s.t.Error(err)
		}
		if err := s.node.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

// url is the address of a page.
func (s *side) url(path string) string { return s.node.Pages() + path }

// link is the one-time link of an officer.
func (s *side) link(who party.Handle) string {
	s.t.Helper()
	return tell(s, who, console.InviteOfficer{Handle: who}).Link
}

// enter has an officer come in, in a window of their own.
func (s *side) enter(b *browser.Browser, who party.Handle, look browser.Look) *browsertest.Reader {
	s.t.Helper()
	return browsertest.Enter(s.t, browsertest.Window(s.t, b, look), s.link(who))
}

// pair gives both sides of the story: ana and bea write in Washington, lince reads in
// Mexico. There is a report whose names must not be known to the ministry, and whose
// source is for nobody.
func pair(t *testing.T) (us, mx *side, report string) {
	t.Helper()
	us, mx = newSide(t, "us/dea", "us/dea/desk", "ana", "bea"), newSide(t, "mx/semar", "mx/semar/uin", "lince")
	tell(us, "chief", console.AddPartner{Card: mx.node.SignedCard(), Confirmed: true})
	tell(mx, "chief", console.AddPartner{Card: us.node.SignedCard(), Confirmed: true})
	us.serve()
	mx.serve()
	const text = "# Fast boats off Salina Cruz\n\nThree boats with four engines each left the bay at night.\n\nA man called Tovar pays the crews.\n\nSource R-2214 heard it on the pier.\n"
	report = tell(us, "ana", console.ImportItem{File: "x", Text: []byte(text), Topic: "boats", Purpose: "a joint case"}).View.Item.ID.String()
	tell(us, "ana", console.MarkItem{Item: report, Portions: []int{1}, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin", "NOFWD", "admiralty:B2"}})
	tell(us, "ana", console.MarkItem{Item: report, Portions: []int{2}, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin", "NOFWD", "NOT:mx/sspc", "admiralty:B2"}})
	tell(us, "ana", console.MarkItem{Item: report, Portions: []int{3}, Elements: []string{"TLP:RED", "REL:us/dea/desk", "ORCON", "admiralty:B3"}})
	return us, mx, report
}

func handle(s string) party.Handle { return party.Handle(s) }

// from reports whether an address is one of a side's.
func from(s *side, address string) bool { return strings.HasPrefix(address, s.node.Pages()+"/") }
