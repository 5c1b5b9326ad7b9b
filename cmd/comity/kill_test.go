package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/ref"
	"comity/seal"
)

// TestKilledNodesLoseNothing has two real processes exchange messages while
// one or the other is killed with SIGKILL, again and again. What an officer was
// told is sent arrives once and in order; nothing arrives twice; both ledgers
// verify and hold one history in their partner's eyes. COMITY_KILLS says how
// often; make soak kills two thousand times.
func TestKilledNodesLoseNothing(t *testing.T) {
	kills := 50
	if n, err := strconv.Atoi(os.Getenv("COMITY_KILLS")); err == nil {
		kills = n
	}
	t.Parallel()
	us, mx := killable(t, "", "us/dea", "us/dea/desk", "ana"), killable(t, "", "mx/semar", "mx/semar/uin", "lince")
	us.files = true
	sent := underTrouble(t, us, mx, func() {
		for range kills {
			time.Sleep(upTo(200 * time.Millisecond))
			victim := []*process{us, mx}[number(2)]
			victim.kill(t)
			victim.serve(t)
		}
	})
	if sent < kills {
		t.Fatalf("only %d messages were sent while %d processes were killed", sent, kills)
	}
}

// underTrouble has two nodes exchange messages while there is trouble, and then
// until they come to rest; it checks that nothing was lost by it, and gives how
// many messages were acknowledged.
func underTrouble(t *testing.T, us, mx *process, trouble func()) int {
	t.Helper()
	us.knows(t, mx)
	mx.knows(t, us)
	us.serve(t)
	mx.serve(t)
	stop := make(chan struct{})
	var sent []string
	var work sync.WaitGroup
	var once sync.Once
	ends := func() { once.Do(func() { close(stop) }); work.Wait() }
	t.Cleanup(ends)
	work.Go(func() { sent = us.send(stop) })
	work.Go(func() { mx.read(stop) })
	trouble()
	ends()
	us.rest(t)
	mx.rest(t)
	arrived := mx.arrived(t)
	seen, acknowledged := map[string]bool{}, map[string]bool{}
	for _, title := range arrived {
		if seen[title] {
			t.Errorf("%s arrived twice", title)
		}
		seen[title] = true
	}
	for _, title := range sent {
		acknowledged[title] = true
	}
	kept := slices.DeleteFunc(slices.Clone(arrived), func(title string) bool { return !acknowledged[title] })
	if !slices.Equal(kept, sent) {
		t.Errorf("%d messages were sent and %d of them arrived, or in another order", len(sent), len(kept))
	}
	if us.files {
		n := mx.exhibits(t)
		if n < len(sent)/10 {
			t.Errorf("only %d exhibits came with %d messages", n, len(sent))
		}
		t.Logf("%d exhibits are whole", n)
		us.rest(t)
		mx.rest(t)
	}
	for _, p := range []*process{us, mx} {
		p.stop(t)
		p.holds(t)
	}
	t.Logf("%d messages acknowledged, %d arrived", len(sent), len(arrived))
	return len(sent)
}

// process is a node in a process of its own, and its officers.
type process struct {
	name    party.Name
	unit    party.Name
	home    node.Home
	key     string // file that unlocks the node
	admin   console.Signer
	officer console.Signer
	cmd     *exec.Cmd
	card    []byte
	addr    string
	within  []string // a command that runs the node: with limits, or elsewhere
	files   bool     // every fifth item has an exhibit
}

// killable makes a node at a place in the file system; empty: the usual one.
func killable(t *testing.T, at string, name, unit party.Name, handle party.Handle) *process {
	t.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return listening(t, at, addr, name, unit, handle)
}

// listening makes a node with an address.
func listening(t *testing.T, at, addr string, name, unit party.Name, handle party.Handle) *process {
	t.Helper()
	dir, err := os.MkdirTemp(at, "k") // short: the path of a socket is bounded
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &process{name: name, unit: unit, home: node.Home(filepath.Join(dir, "h")), key: filepath.Join(dir, "key"), addr: addr}
	file := must(seal.NewKeyFile())(t)
	if err := os.WriteFile(p.key, file, 0o600); err != nil {
		t.Fatal(err)
	}
	config := node.Config{Name: name, Units: []party.Name{unit}, Listen: addr, Endpoints: []string{"https://" + addr}, LogLevel: "error"}
	if _, _, err := node.Init(string(p.home), node.InitOptions{Config: config, Lock: must(seal.KeyFile(file))(t)}); err != nil {
		t.Fatal(err)
	}
	p.open(t, func(ctx context.Context, n *node.Node) {
		p.admin, p.officer = p.signer(t, "chief"), p.signer(t, handle)
		asked(t, n, p.admin, console.AddOfficer{Handle: "chief", Unit: unit, Roles: []party.Role{party.Admin}, Key: p.admin.Key.Public()})
		asked(t, n, p.admin, console.AddOfficer{Handle: handle, Unit: unit, Roles: []party.Role{party.Analyst, party.Release}, Key: p.officer.Key.Public()})
		pack, _ := packs.File("mx-guidelines-2021")
		asked(t, n, p.admin, console.AddPack{File: "mx-guidelines-2021.yaml", Source: pack})
		p.card = n.SignedCard()
	})
	t.Cleanup(func() {
		if p.cmd != nil && p.cmd.Process != nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	})
	return p
}

func (p *process) signer(t *testing.T, handle party.Handle) console.Signer {
	return console.Signer{Handle: handle, Node: p.name, Key: must(seal.NewSigningKey(rand.Reader))(t), Now: time.Now, Random: rand.Reader}
}

// open opens the node in this process, while no other serves it.
func (p *process) open(t *testing.T, do func(context.Context, *node.Node)) {
	t.Helper()
	file := must(os.ReadFile(p.key))(t)
	n := must(node.Open(t.Context(), string(p.home), must(seal.KeyFile(file))(t), node.Options{}))(t)
	do(t.Context(), n)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}

func (p *process) knows(t *testing.T, other *process) {
	p.open(t, func(_ context.Context, n *node.Node) {
		asked(t, n, p.admin, console.AddPartner{Card: other.card, Confirmed: true})
	})
}

// serve starts the process and waits until it answers.
func (p *process) serve(t *testing.T) {
	t.Helper()
	args := append(slices.Clone(p.within), "comity", "--home", string(p.home), "--unlock", p.key, "serve")
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if _, ok := console.Dial(p.home.Socket()); ok {
			return
		}
	}
	t.Fatal("the node does not answer")
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // killed, as it should be
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%s did not stop as it should: %v", p.name, err)
	}
}

// try gives a command to the node that is served, if one is.
func try[R any](p *process, by console.Signer, c console.Asking[R]) (R, error) {
	s, ok := console.Dial(p.home.Socket())
	if !ok {
		var none R
		time.Sleep(2 * time.Millisecond)
		return none, errors.New("not served")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return console.Call(ctx, s, by, c)
}

// send releases one item after the other and gives the titles of those of
// which the node said that they are sent.
func (p *process) send(stop chan struct{}) (sent []string) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return sent
		default:
		}
		title := fmt.Sprint("message ", n)
		v, err := try(p, p.officer, console.ImportItem{File: "x", Text: []byte("# " + title + "\n\nThree boats.\n"), Topic: "boats", Purpose: "a joint case"})
		if err != nil {
			continue
		}
		item := v.View.Item.ID.String()
		if p.files && n%5 == 0 && p.attach(item, title) != nil {
			continue
		}
		if _, err := try(p, p.officer, console.MarkItem{Item: item, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}}); err != nil {
			continue
		}
		ask := console.Ask{Item: item, To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}
		if _, err := try(p, p.officer, console.SendItem{Ask: ask}); err == nil {
			sent = append(sent, title)
		}
	}
}

// attach makes a file of two parts and a bit an exhibit of an item.
func (p *process) attach(item, title string) error {
	b := bytes.Repeat([]byte(title+" is pictured here. "), 300<<10/len(title))[:2*intel.PartSize+1000]
	x := intel.Exhibit{Content: ref.Content(b), Size: int64(len(b)), Media: "text/plain"}
	if _, err := try(p, p.officer, console.UploadParts{Item: item, Exhibit: x, From: 1, Bytes: b}); err != nil {
		return err
	}
	_, err := try(p, p.officer, console.AttachExhibits{Item: item, Exhibits: []holdings.Placed{{Portion: 1, Exhibit: x}}})
	return err
}

// exhibits takes out every exhibit that came: each is whole, or is not given. It
// gives how many there were.
func (p *process) exhibits(t *testing.T) (n int) {
	t.Helper()
	after := ref.CutID{}
	for {
		list := must(try(p, p.officer, console.ListInbox{After: after, Limit: 100}))(t)
		for _, l := range list.Letters {
			after = l.Cut
			opened := must(try(p, p.officer, console.ReadCut{Cut: l.Cut.String(), Acknowledge: true}))(t)
			for _, x := range opened.Opened.Cut.Portions[0].Exhibits {
				must(try(p, p.officer, console.TakeExhibit{Cut: l.Cut.String(), Hash: x.Content.String(), From: 1}))(t)
				n++
			}
		}
		if len(list.Letters) == 0 {
			return n
		}
	}
}

// read opens whatever comes, so that receipts go back.
func (p *process) read(stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(10 * time.Millisecond):
		}
		list, err := try(p, p.officer, console.ListInbox{Limit: 5})
		if err != nil {
			continue
		}
		for _, l := range list.Letters {
			if l.FirstRead.IsZero() {
				_, _ = try(p, p.officer, console.ReadCut{Cut: l.Cut.String(), Acknowledge: true})
			}
		}
	}
}

// rest waits until nothing waits for an answer any more.
func (p *process) rest(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		s, err := try(p, p.admin, console.NodeStatus{})
		if err == nil && !slices.ContainsFunc(s.Links, func(l console.Link) bool { return l.Queued > 0 }) {
			return
		}
	}
	t.Fatalf("%s does not come to rest", p.name)
}

// arrived lists the titles of the inbox, oldest first.
func (p *process) arrived(t *testing.T) (titles []string) {
	t.Helper()
	after := ref.CutID{}
	for {
		list := must(try(p, p.officer, console.ListInbox{After: after, Limit: 100}))(t)
		for _, l := range list.Letters {
			titles = append(titles, l.Title)
			after = l.Cut
		}
		if len(list.Letters) == 0 {
			slices.Reverse(titles)
			return titles
		}
	}
}

// holds checks the ledger, and that the partner sees one history of it.
func (p *process) holds(t *testing.T) {
	t.Helper()
	p.open(t, func(_ context.Context, n *node.Node) {
		asked(t, n, p.admin, console.VerifyLedger{})
		s := asked(t, n, p.admin, console.NodeStatus{})
		for _, l := range s.Links {
			if s.Stopped != nil || l.State != exchange.Active || l.Theirs == nil || l.Ours == nil {
				t.Errorf("%s: stopped %v, the link %s, %v, %v", p.name, s.Stopped, l.State, l.Theirs, l.Ours)
			}
		}
	})
}

func asked[R any](t *testing.T, n *node.Node, by console.Signer, c console.Asking[R]) R {
	t.Helper()
	return must(console.Call(t.Context(), n, by, c))(t)
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func number(below int64) int {
	n, err := rand.Int(rand.Reader, big.NewInt(below))
	if err != nil {
		panic(err)
	}
	return int(n.Int64())
}

func upTo(d time.Duration) time.Duration { return time.Duration(number(int64(d))) }
