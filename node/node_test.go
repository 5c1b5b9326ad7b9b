package node_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/node"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var config = node.Config{Name: "us/dea", Units: []party.Name{"us/dea/sod"}, LogLevel: "info"}

func keyFile(t *testing.T) seal.Lock {
	t.Helper()
	b, err := seal.NewKeyFile()
	if err != nil {
		t.Fatal(err)
	}
	l, err := seal.KeyFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func made(t *testing.T, c node.Config) (string, seal.Lock) {
	t.Helper()
	short, err := os.MkdirTemp("", "n")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	dir, lock := filepath.Join(short, "home"), keyFile(t)
	if _, _, err := node.Init(dir, node.InitOptions{Config: c, Lock: lock}); err != nil {
		t.Fatal(err)
	}
	return dir, lock
}

func open(t *testing.T, dir string, lock seal.Lock, o node.Options) *node.Node {
	t.Helper()
	n, err := node.Open(context.Background(), dir, lock, o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Init leaves nothing behind when it fails, and takes nobody's folder.
func TestInitRefusals(t *testing.T) {
	parent := t.TempDir()
	full := filepath.Join(parent, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	bad := config
	bad.Units = nil
	for name, o := range map[string]struct {
		dir string
		o   node.InitOptions
	}{
		"not empty": {full, node.InitOptions{Config: config, Lock: keyFile(t)}},
		"no unit":   {filepath.Join(parent, "a"), node.InitOptions{Config: bad, Lock: keyFile(t)}},
		"no lock":   {filepath.Join(parent, "b"), node.InitOptions{Config: config}},
		"no random": {filepath.Join(parent, "c"), node.InitOptions{Config: config, Lock: keyFile(t), Random: strings.NewReader("")}},
	} {
		if _, _, err := node.Init(o.dir, o.o); err == nil {
			t.Errorf("%s: a home was made", name)
		}
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) != 1 {
		t.Errorf("something was left behind: %v, %v", left, err)
	}
}

// One process at a time has a home, and a closed one gives it back.
func TestLock(t *testing.T) {
	dir, lock := made(t, config)
	n := open(t, dir, lock, node.Options{})
	if _, err := node.Open(context.Background(), dir, lock, node.Options{}); !fault.Is(err, fault.Locked) {
		t.Errorf("a second Open gave %v, want Locked", err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(context.Background(), dir, keyFile(t), node.Options{}); !fault.Is(err, fault.Locked) {
		t.Errorf("another key file gave %v, want Locked", err)
	}
	if err := open(t, dir, lock, node.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
}

// A change of the configuration makes the next card, signed by the same key,
// and no change makes none.
func TestCardFollowsConfiguration(t *testing.T) {
	dir, lock := made(t, config)
	n := open(t, dir, lock, node.Options{})
	first := n.Card()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	path := node.Home(dir).Config()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.Replace(string(text), "['us/dea/sod']", "['us/dea/sod', 'us/dea/new']", 1))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		n = open(t, dir, lock, node.Options{})
		next := n.Card()
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		before, err := first.Hash()
		if err != nil {
			t.Fatal(err)
		}
		if next.Serial != 2 || next.Prev != before || len(next.Units) != 2 || next.Signing != first.Signing {
			t.Errorf("the next card is %d of %v", next.Serial, next.Units)
		}
		if next.Units[0] != first.Units[0] {
			t.Error("the key of a unit changed")
		}
	}
	if _, err := os.Stat(node.Home(dir).CardOf(1)); err != nil {
		t.Error("the first card is gone:", err)
	}
}

// Every mistake in the configuration is named with its place.
func TestConfigMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"name = 'us/dea'\nunits = ['us/dea/sod']\ncolour = 1\n":                   ":3:1: there is no setting \"colour\"",
		"name = 'us/dea'\nunits = 'us/dea/sod'\n":                                 ":2:",
		"name = 'us/dea'\nunits = [\n":                                            ":2:",
		"name = 'us'\nunits = ['us/dea']\n":                                       "name: the node's name",
		"name = 'us/dea'\nunits = []\n":                                           "units: the node has no unit",
		"name = 'us/dea'\nunits = ['us/dea']\n":                                   "is not a unit",
		"name = 'us/dea'\nunits = ['us/dea/a', 'us/dea/a']\n":                     "twice",
		"name = 'us/dea'\nunits = ['us/dea/a']\nlisten = '7443'\n":                "no address to listen on",
		"name = 'us/dea'\nunits = ['us/dea/a']\nlisten = 'x:0'\n":                 "no address to listen on",
		"name = 'us/dea'\nunits = ['us/dea/a']\nendpoints = ['https://x:1/a']\n":  "endpoint",
		"name = 'us/dea'\nunits = ['us/dea/a']\nlog_level = 'loud'\n":             "no log level",
		"name = 'US'\nunits = ['us/dea/a']\n":                                     "name: \"US\" is not the name of a party",
		"name = 'us/dea'\nunits = ['us/dea/Bad Unit']\n":                          "units: ",
		"name = 'us/dea'\nunits = ['us/dea/a']\ndesk = 'A B'\n":                   "desk: ",
		"name = 'us/dea'\nunits = ['us/dea/a']\non_arrival = ['notify']\n":        "not the whole path",
		"name = 'us/dea'\nunits = ['us/dea/a']\nmetrics = '0.0.0.0:9464'\n":       "metrics: ",
		"name = 'us'\nunits = []\ndesk = 'A B'\nlisten = 'x'\nlog_level = 'loud'": "5 settings are wrong: name: ",
		"colour = 1\nshape = 2\n":                                                 "\"colour\", nor \"shape\"",
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := node.ReadConfig(path); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v, want %q", text, err, want)
		}
	}
}

// clock is a fixed time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func officer(t *testing.T, c *clock, handle party.Handle) console.Signer {
	t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return console.Signer{Handle: handle, Node: "us/dea", Key: key, Now: c.now, Random: rand.Reader}
}

func add(by console.Signer, roles ...party.Role) console.AddOfficer {
	return console.AddOfficer{Handle: by.Handle, Unit: "us/dea/sod", Roles: roles, Key: by.Key.Public()}
}

// The desk does what an officer signed, once, and nothing else.
func TestDesk(t *testing.T) {
	ctx := context.Background()
	c := &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	dir, lock := made(t, config)
	n := open(t, dir, lock, node.Options{Now: c.now})
	defer func() { _ = n.Close() }()
	chief, ana, eve := officer(t, c, "chief"), officer(t, c, "ana"), officer(t, c, "eve")

	refused := func(name string, kind fault.Kind, err error) {
		t.Helper()
		if !fault.Is(err, kind) {
			t.Errorf("%s gave %v, want %s", name, err, kind)
		}
	}
	_, err := console.Call(ctx, n, eve, console.ListOfficers{})
	refused("a command before there is an officer", fault.Forged, err)
	_, err = console.Call(ctx, n, eve, add(chief, party.Admin))
	refused("a first officer added under another key", fault.Forged, err)
	posed := chief
	posed.Handle = "other"
	_, err = console.Call(ctx, n, posed, add(chief, party.Admin))
	refused("a first officer who signs as another", fault.Forged, err)
	if _, err := console.Call(ctx, n, chief, add(chief, party.Admin)); err != nil {
		t.Fatal(err)
	}
	_, err = console.Call(ctx, n, eve, add(eve, party.Admin))
	refused("a second first officer", fault.Forged, err)
	if _, err := console.Call(ctx, n, chief, add(ana, party.Analyst)); err != nil {
		t.Fatal(err)
	}
	_, err = console.Call(ctx, n, ana, add(eve, party.Admin))
	refused("an analyst who adds an admin", fault.Denied, err)
	_, err = console.Call(ctx, n, chief, console.ListItems{})
	refused("an admin who reads", fault.Denied, err)

	again, err := ana.Sign(console.ListItems{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Do(ctx, again); err != nil {
		t.Fatal(err)
	}
	_, err = n.Do(ctx, again)
	refused("a command played again", fault.Forged, err)

	posing := chief
	posing.Key = ana.Key
	_, err = console.Call(ctx, n, posing, console.ListOfficers{})
	refused("another's handle", fault.Forged, err)
	elsewhere := ana
	elsewhere.Node = "mx/semar"
	_, err = console.Call(ctx, n, elsewhere, console.ListItems{})
	refused("a command for another node", fault.Forged, err)
	late := ana
	late.Now = func() time.Time { return c.now().Add(-6 * time.Minute) }
	_, err = console.Call(ctx, n, late, console.ListItems{})
	refused("an old command", fault.Expired, err)

	tampered, err := ana.Sign(console.ListItems{})
	if err != nil {
		t.Fatal(err)
	}
	tampered.Payload = []byte(strings.Replace(string(tampered.Payload), `"item.list"`, `"card.show"`, 1))
	_, err = n.Do(ctx, tampered)
	refused("a changed command", fault.Forged, err)
	twice, err := seal.Sign(console.CommandType, again.Payload, ana.Key, eve.Key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = n.Do(ctx, twice)
	refused("a command with two signatures", fault.Forged, err)
	unknown, err := wire.Encode(map[string]any{"at": wire.At(c.now()), "body": map[string]any{}, "command": "item.shred", "node": "us/dea",
		"nonce": strings.Repeat("n", 22), "officer": "ana"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := seal.Sign(console.CommandType, unknown, ana.Key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = n.Do(ctx, e)
	refused("an unknown command", fault.Unsupported, err)
}

// The node is served until it is told to stop, answers through its socket as
// it does directly, and leaves no socket behind.
func TestServe(t *testing.T) {
	c := config
	dir, lock := made(t, c)
	n := open(t, dir, lock, node.Options{})
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string), make(chan error, 1)
	go func() { done <- n.Serve(ctx, func(addr string) { ready <- addr }) }()
	if addr := <-ready; addr != "" {
		t.Errorf("it listens at %s", addr)
	}
	socket, served := console.Dial(node.Home(dir).Socket())
	if !served {
		t.Fatal("nobody answers")
	}
	chief := officer(t, &clock{t: time.Now()}, "chief")
	chief.Now = time.Now
	if _, err := console.Call(context.Background(), socket, chief, add(chief, party.Admin)); err != nil {
		t.Error(err)
	}
	if _, err := console.Call(context.Background(), socket, chief, console.NodeStatus{}); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, served := console.Dial(node.Home(dir).Socket()); served {
		t.Error("the socket still answers")
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

// A partner that is unknown has no way to it, and Dial is asked first.
func TestDialIsHandedIn(t *testing.T) {
	dir, lock := made(t, config)
	asked := false
	n := open(t, dir, lock, node.Options{Dial: func(exchange.Partner) exchange.Peer { asked = true; return nil }})
	defer func() { _ = n.Close() }()
	if n.Exchange().Dial(exchange.Partner{Name: "mx/semar"}) != nil || !asked {
		t.Error("the way to partners was not the one handed in")
	}
}
