// Package nodetest puts many nodes into one process and plays scenarios that
// are written as text: who sends what to whom, which link is down, what each
// side then sees. Every node is a real one, with a home, SQLite and signed
// commands; only the wire between them is replaced, so that a scenario can
// lose, repeat and change messages.
//
// Band 6, for tests only.
package nodetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/node"
	"comity/party"
	"comity/ref"
	"comity/seal"
)

// World is the nodes of one scenario, their officers, and the clock that all
// of them read.
type World struct {
	t        testing.TB
	dir      string
	now      time.Time
	mu       sync.Mutex
	nodes    map[party.Name]*member
	officers map[string]console.Signer // handle@node
	items    map[string]ref.ItemID     // label at its originator
	lines    map[string]*line          // from>to
	waits    string                    // the hash of the plan that waits for approval
	asked    string                    // the id of the last request for an authorisation
	wish     string                    // the id of the last request that a partner made
	contact  string                    // the id of the newest contact
	carried  int                       // bundles that were made
	said     string                    // what the last command that shows a text showed
}

// member is one node of the world.
type member struct {
	name   party.Name
	dir    string
	lock   seal.Lock
	node   *node.Node
	opened node.Options
	off    time.Duration // by how much its clock is
}

// NewWorld makes a world without nodes; it ends with the test.
func NewWorld(t testing.TB) *World {
	t.Helper()
	w := &World{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC), nodes: map[party.Name]*member{},
		officers: map[string]console.Signer{}, items: map[string]ref.ItemID{}, lines: map[string]*line{}}
	t.Cleanup(func() {
		for _, m := range w.nodes {
			if m.node != nil {
				if err := m.node.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	return w
}

func (w *World) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// clockOf tells the time at a node.
func (w *World) clockOf(m *member) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now.Add(m.off)
}

// setOff has the clock of a node go wrong.
func (w *World) setOff(m *member, by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m.off = by
}

func (w *World) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// addNode makes a home and opens it.
func (w *World) addNode(name party.Name, units []party.Name) error {
	file, err := seal.NewKeyFile()
	if err != nil {
		return err
	}
	lock, err := seal.KeyFile(file)
	if err != nil {
		return err
	}
	m := &member{name: name, lock: lock, dir: filepath.Join(w.dir, strings.ReplaceAll(string(name), "/", "-"))}
	m.opened = node.Options{Now: func() time.Time { return w.clockOf(m) }, Random: rand.Reader, Dial: func(p exchange.Partner) exchange.Peer { return w.line(name, p.Name) }}
	config := node.Config{Name: name, Units: units, Endpoints: []string{"https://127.0.0.1:9"}, Listen: "127.0.0.1:9", Onward: true}
	if _, _, err := node.Init(m.dir, node.InitOptions{Config: config, Lock: lock, Now: w.clock}); err != nil {
		return err
	}
	w.nodes[name] = m
	return m.open()
}

func (m *member) open() (err error) {
	m.node, err = node.Open(context.Background(), m.dir, m.lock, m.opened)
	return err
}

// closeUnit takes a unit out of a node's settings; all who were introduced to
// the node pin the card that it makes of that.
func (w *World) closeUnit(m *member, unit string) error {
	file := filepath.Join(m.dir, "config.toml")
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// The unit is not the first of the list.
	text := strings.Replace(string(b), ", '"+unit+"'", "", 1)
	if text == string(b) {
		return fmt.Errorf("the node has no such unit, or it is its first")
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	if err := m.node.Close(); err != nil {
		return err
	}
	if err := m.open(); err != nil {
		return err
	}
	for key := range w.lines {
		from, to, _ := strings.Cut(key, ">")
		if party.Name(to) != m.name {
			continue
		}
		c := console.AddPartner{Card: m.node.SignedCard(), Confirmed: true}
		if _, err := console.Call(context.Background(), w.nodes[party.Name(from)].node, w.officers["admin@"+from], c); err != nil {
			return err
		}
	}
	return nil
}

// addOfficer makes a key and enters the officer; the node's first officer is
// made an administrator beforehand, as on a real node.
func (w *World) addOfficer(who string, unit party.Name, roles []party.Role) error {
	handle, at, _ := strings.Cut(who, "@")
	m := w.nodes[party.Name(at)]
	admin, ok := w.officers["admin@"+at]
	if !ok {
		var err error
		if admin, err = w.signer("admin", m); err != nil {
			return err
		}
		w.officers["admin@"+at] = admin
		if err := w.enter(m, admin, console.AddOfficer{Handle: "admin", Unit: unit, Roles: []party.Role{party.Admin}, Key: admin.Key.Public()}); err != nil {
			return err
		}
	}
	s, err := w.signer(party.Handle(handle), m)
	if err != nil {
		return err
	}
	w.officers[who] = s
	return w.enter(m, admin, console.AddOfficer{Handle: party.Handle(handle), Unit: unit, Roles: roles, Key: s.Key.Public()})
}

func (w *World) signer(handle party.Handle, m *member) (console.Signer, error) {
	key, err := seal.NewSigningKey(rand.Reader)
	return console.Signer{Handle: handle, Node: m.name, Key: key, Now: func() time.Time { return w.clockOf(m) }, Random: rand.Reader}, err
}

func (w *World) enter(m *member, by console.Signer, c console.AddOfficer) error {
	_, err := console.Call(context.Background(), m.node, by, c)
	return err
}

// introduce has two nodes pin each other's cards, and makes the lines.
func (w *World) introduce(a, b party.Name) error {
	for _, pair := range [][2]party.Name{{a, b}, {b, a}} {
		us, them := w.nodes[pair[0]], w.nodes[pair[1]]
		w.line(us.name, them.name)
		c := console.AddPartner{Card: them.node.SignedCard(), Confirmed: true}
		if _, err := console.Call(context.Background(), us.node, w.officers["admin@"+string(us.name)], c); err != nil {
			return err
		}
	}
	return nil
}
