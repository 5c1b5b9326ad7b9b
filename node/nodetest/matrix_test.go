package nodetest

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"comity/console"
	"comity/courier"
	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/node"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

const (
	dea   = party.Name("us/dea")
	semar = party.Name("mx/semar")
	pnc   = party.Name("co/pnc")
)

var (
	bg  = context.Background()
	ana = party.Actor{Handle: "ana", Unit: "us/dea/desk", Roles: []party.Role{party.Analyst, party.Release}}
	lin = party.Actor{Handle: "lince", Unit: "mx/semar/uin", Roles: []party.Role{party.Analyst, party.Release}}
	run = party.Actor{Handle: "admin", Unit: "us/dea/desk", Roles: []party.Role{party.Admin}}
)

// report is an item and whom it goes to, as a stage has prepared it.
type report struct {
	label    string
	from, at party.Name
	to       party.Name // a unit of at
}

// stage is a world that was prepared once. Each run begins with a copy of it.
type stage struct {
	w       *World
	wired   bool               // there is a network
	reports []report           // that are there at the end
	ordered [][]string         // labels that arrive in that order
	liar    party.Name         // it has two histories
	play    func(*run1)        // in which one step goes wrong
	between func(*run1)        // what others do meanwhile
	rest    func(*run1)        // until nothing moves
	also    func(*run1, badly) // what else holds in the end
	least   map[way]int        // steps that there are at least
	must    map[way][]string   // steps that have to be among them
	files   map[string][]byte  // of the world, by their paths
}

// run1 is one run of a stage.
type run1 struct {
	*trouble
	t     *testing.T
	s     *stage
	w     *World
	names []party.Name
	raw   map[party.Name]rawPorts

	held   sync.Mutex
	cosign map[string]bool  // heads that a node keeps, or has kept, as the one it holds
	most   map[string]int64 // records in the head that it held last
}

// rawPorts are a node's ports without trouble.
type rawPorts struct {
	exchange.Ports
	heads witness.Store
	book  witness.Book
}

// prepare plays the steps of a scenario and puts its files aside.
func (s *stage) prepare(t *testing.T, steps ...string) *stage {
	t.Helper()
	s.w = NewWorld(t)
	for _, step := range steps {
		if err := s.w.Step(step); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	for _, m := range s.w.nodes {
		must(t, m.node.Close())
		m.node = nil
	}
	s.files = map[string][]byte{}
	must(t, filepath.WalkDir(s.w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.w.dir, path)
		if err == nil {
			s.files[rel], err = os.ReadFile(path)
		}
		return err
	}))
	return s
}

// whole has every step go wrong. Without it one of each name does, another one
// each time: the nodes are real ones, and all of it takes minutes.
var whole = flag.Bool("whole", false, "the matrices let every step go wrong, not one of each name")

// few steps all go wrong.
const few = 16

// chosen gives the numbers of the steps that go wrong.
func chosen(steps []string) (list []int) {
	last := map[string]bool{}
	for _, i := range rand.Perm(len(steps)) {
		if *whole || len(steps) <= few || !last[steps[i]] {
			list, last[steps[i]] = append(list, i+1), true
		}
	}
	return list
}

// matrix plays a stage again and again, each time another step goes wrong in
// each way.
func (s *stage) matrix(t *testing.T) {
	t.Helper()
	for y, least := range s.least {
		t.Run(string(y), func(t *testing.T) {
			t.Parallel()
			dry := s.once(t, y, 0) // nothing goes wrong: how many steps are there?
			for _, name := range s.must[y] {
				if !slices.Contains(dry.steps, name) {
					t.Errorf("%s is no step any more; these are: %v", name, dry.steps)
				}
			}
			if dry.calls < least {
				t.Errorf("only %d steps can go wrong, not %d", dry.calls, least)
			}
			runs, list := 0, chosen(dry.steps)
			for _, at := range list {
				if r := s.once(t, y, at); r.name != "" {
					runs++
				}
				if t.Failed() {
					return
				}
			}
			t.Logf("%d steps, %d went wrong", dry.calls, runs)
			if runs < len(list)*9/10 { // how many there are hangs on who is first, a little
				t.Errorf("only %d of %d steps went wrong", runs, len(list))
			}
		})
	}
}

// once is one run.
func (s *stage) once(t *testing.T, y way, at int) *run1 {
	r := s.begin(t, &trouble{way: y, at: at})
	defer r.end()
	s.play(r)
	r.over()
	s.rest(r)
	r.check(fmt.Sprintf("step %d (%s) %s", at, r.name, y))
	return r
}

func (s *stage) begin(t *testing.T, tr *trouble) *run1 {
	t.Helper()
	dir, err := os.MkdirTemp("", "comity-matrix-")
	must(t, err)
	w := &World{t: t, dir: dir, now: s.w.clock(), nodes: map[party.Name]*member{}, items: s.w.items, officers: map[string]console.Signer{}, lines: map[string]*line{}}
	r := &run1{trouble: tr, t: t, s: s, w: w, raw: map[party.Name]rawPorts{}, cosign: map[string]bool{}, most: map[string]int64{}}
	tr.meanwhile = func() { s.between(r) }
	for path, b := range s.files {
		to := filepath.Join(dir, path)
		must(t, os.MkdirAll(filepath.Dir(to), 0o700))
		must(t, os.WriteFile(to, b, 0o600))
	}
	for name, old := range s.w.nodes {
		m := &member{name: name, lock: old.lock, off: old.off, dir: filepath.Join(dir, filepath.Base(old.dir))}
		m.opened = node.Options{Now: func() time.Time { return w.clockOf(m) }, Random: crand.Reader, Dial: func(p exchange.Partner) exchange.Peer { return r.dial(name, p.Name) }}
		w.nodes[name] = m
		must(t, m.open())
		r.attach(m)
	}
	for who, o := range s.w.officers {
		o.Now = w.clock
		w.officers[who] = o
	}
	r.names = slices.Sorted(maps.Keys(w.nodes))
	for _, n := range r.names {
		r.keeps(n)
	}
	return r
}

func (r *run1) end() {
	for _, n := range r.names {
		must(r.t, r.w.nodes[n].node.Close())
	}
	must(r.t, os.RemoveAll(r.w.dir))
}

// attach makes the calls of a node's ports steps.
func (r *run1) attach(m *member) {
	x, v, tr := m.node.Exchange(), m.node.Witness(), r.trouble
	r.raw[m.name] = rawPorts{x.Ports, v.Store, v.Ledger}
	p := &x.Ports
	p.Releases, p.Trails, p.Links = troubledReleases{p.Releases, tr}, troubledTrails{p.Trails, tr}, troubledLinks{p.Links, tr}
	p.Outbox, p.Inbox = troubledOutbox{p.Outbox, tr}, troubledInbox{p.Inbox, tr}
	v.Store, v.Ledger = troubledHeads{v.Store, tr, func() { r.keeps(m.name) }}, troubledBook{v.Ledger, tr}
	v.Partners, v.Links, v.Inbox = p.Links, troubledExchange{x, tr}, p.Inbox
}

func (r *run1) dial(from, to party.Name) exchange.Peer {
	if !r.s.wired {
		return nil
	}
	return troubledPeer{straight{r, from, to}, r.trouble, r.look, func(m message.Message) { r.keptFirst(from, to, m) }}
}

// keptFirst makes sure that what leaves a node is kept there, as it leaves.
func (r *run1) keptFirst(from, to party.Name, m message.Message) {
	var e message.Envelope
	err := wire.Decode(m.Envelope.Payload, &e, wire.Limits{Bytes: message.MaxEnvelope, Depth: 4})
	if err != nil {
		r.t.Error(err)
	}
	left, err := m.Frame()
	if err != nil {
		r.t.Error(err)
	}
	if kept, err := r.raw[from].Outbox.Sealed(bg, to, e.Sequence); err != nil || !bytes.Equal(kept, left) {
		r.t.Errorf("step %d (%s) %s: message %d of %s to %s left before it was kept (%v)", r.at, r.name, r.way, e.Sequence, from, to, err)
	}
}

// straight is a line that frames and parses as the real one does.
type straight struct {
	r        *run1
	from, to party.Name
}

func (l straight) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	framed, err := message.FrameRun(messages)
	if err != nil {
		return nil, err
	}
	if messages, err = message.ReadRun(bytes.NewReader(framed)); err != nil {
		return nil, err
	}
	return l.r.w.nodes[l.to].node.Exchange().ReceiveRun(ctx, l.from, messages...)
}

func (l straight) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	return l.r.w.nodes[l.to].node.Witness().Answer(ctx, l.from, heads)
}

// keeps remembers the heads that a node's database holds now. What it holds of an
// honest partner never goes back.
func (r *run1) keeps(n party.Name) {
	r.held.Lock()
	defer r.held.Unlock()
	list, err := r.raw[n].heads.Theirs(bg)
	if err != nil {
		r.t.Error(err)
	}
	for _, h := range list {
		r.cosign[fmt.Sprint(n, h.Head.Origin, h.Head.Size, h.Head.Root)] = true
		of := fmt.Sprint(n, h.Partner)
		if h.Head.Size < r.most[of] && h.Partner != r.s.liar {
			r.t.Errorf("step %d (%s) %s: %s held %d records of %s, and then %d", r.at, r.name, r.way, n, r.most[of], h.Partner, h.Head.Size)
		}
		r.most[of] = h.Head.Size
	}
}

// look makes sure that whoever cosigns a head has kept it before.
func (r *run1) look(signed seal.Envelope) {
	var h witness.Heads
	if err := wire.Decode(signed.Payload, &h, wire.Limits{Bytes: witness.MaxHeads, Depth: 5}); err != nil {
		r.t.Error(err)
	}
	r.keeps(h.From)
	r.held.Lock()
	defer r.held.Unlock()
	for _, n := range append([]string{h.Holds}, h.Others...) {
		if n == "" {
			continue
		}
		origin, size, root, err := ledger.Peek([]byte(n))
		if err != nil || !r.cosign[fmt.Sprint(h.From, origin, size, root)] {
			r.t.Errorf("step %d (%s) %s: %s has cosigned a head of %s with %d records that it does not keep (%v)", r.at, r.name, r.way, h.From, origin, size, err)
		}
	}
}

// flush has every node send and compare what is due.
func (r *run1) flush() {
	for _, n := range r.names {
		_ = r.w.nodes[n].node.Exchange().Flush(bg) // what fails is tried again
	}
}

// compareAll has every node compare with every partner.
func (r *run1) compareAll() {
	for _, n := range r.names {
		for _, p := range r.names {
			if p != n {
				r.w.nodes[n].node.Exchange().Want(p)
			}
		}
		_ = r.w.nodes[n].node.Exchange().Flush(bg)
	}
}

// settle lets the nodes work until they have nothing to do.
func settle(r *run1) {
	for range 2 {
		r.flush()
		r.readAll()
	}
	r.w.advance(2 * time.Hour) // what is tried again once an hour
	for range 2 {
		r.compareAll()
	}
}

// crowd is what the others do meanwhile: ledgers grow, and everybody compares
// with everybody at once.
func crowd(r *run1) {
	var all sync.WaitGroup
	for _, n := range r.names {
		x := r.w.nodes[n].node.Exchange()
		all.Go(func() {
			others := slices.DeleteFunc(slices.Clone(r.names), func(p party.Name) bool { return p == n })
			if len(others) > 1 && n != r.s.liar {
				_ = r.w.nodes[n].node.Witness().Acquaint(bg, run, others[0], others[1], true)
			}
			for _, p := range others {
				x.Want(p)
			}
			_ = x.Flush(bg)
		})
	}
	all.Wait()
}

// send releases a report, and once more if the officer is told that it failed
// and sees that it did.
func (r *run1) send(who party.Actor, label string) {
	i := slices.IndexFunc(r.s.reports, func(p report) bool { return p.label == label })
	p := r.s.reports[i]
	ask := exchange.Ask{Item: r.w.items[label], To: []exchange.To{{Party: p.to, Form: intel.Copy}}}
	for range 3 {
		_, err := r.w.nodes[p.from].node.Exchange().Release(bg, who, ask, "")
		if err == nil || len(r.cuts(p)) > 0 {
			return
		}
	}
	r.t.Errorf("%s cannot be sent", label)
}

func (r *run1) cuts(p report) (list []ref.CutID) {
	sent, err := r.raw[p.from].Trails.Sent(bg, r.w.items[p.label])
	if err != nil {
		r.t.Error(err)
	}
	for _, c := range sent {
		list = append(list, c.Cut.ID)
	}
	return list
}

// readAll has officers read what came and is not read yet.
func (r *run1) readAll() {
	for n, who := range map[party.Name]party.Actor{dea: ana, semar: lin} {
		for _, c := range r.received(n) {
			for range 2 {
				if c.FirstRead.IsZero() {
					if _, err := r.w.nodes[n].node.Exchange().Read(bg, who, c.Cut.ID.String(), true); err == nil {
						break
					}
				}
			}
		}
	}
}

// received lists what came to the units of a node, each one's oldest first.
func (r *run1) received(n party.Name) []exchange.ReceivedCut {
	if r.w.nodes[n] == nil {
		return nil
	}
	var all []exchange.ReceivedCut
	for _, u := range r.w.nodes[n].node.Config().Units {
		list, err := r.raw[n].Inbox.Received(bg, exchange.Reader{Unit: u}, ref.CutID{}, 100)
		if err != nil {
			r.t.Error(err)
		}
		slices.Reverse(list)
		all = append(all, list...)
	}
	return all
}

// badly says what does not hold.
type badly func(text string, args ...any)

// check looks at what has to hold in the end, whatever went wrong.
func (r *run1) check(name string) {
	r.t.Helper()
	bad := func(text string, args ...any) {
		r.t.Helper()
		r.t.Errorf("%s: "+text, append([]any{name}, args...)...)
	}
	r.checkReports(bad)
	if r.s.also != nil {
		r.s.also(r, bad)
	}
	for _, n := range r.names {
		if r.raw[n].heads.Stopped() != nil && n != r.s.liar {
			bad("%s believes that its ledger is behind", n)
		}
		if _, err := console.Call(bg, r.w.nodes[n].node, r.w.officers["admin@"+string(n)], console.VerifyLedger{}); err != nil {
			bad("the ledger of %s: %v", n, err)
		}
		partners, err := r.raw[n].Links.Partners(bg)
		if err != nil {
			bad("%v", err)
		}
		for _, p := range partners {
			switch forked := p.Name == r.s.liar; {
			case forked:
				r.checkFork(n, p, bad)
			case n != r.s.liar && (p.State != exchange.Active || p.Queued > 0 || !p.Behind.IsZero()):
				bad("the link of %s to %s is %s (%s), %d wait, behind since %s", n, p.Name, p.State, p.Why, p.Queued, p.Behind)
			}
		}
		if n != r.s.liar {
			r.checkHeads(n, bad)
		}
	}
}

func (r *run1) checkReports(bad badly) {
	r.t.Helper()
	arrived := map[ref.CutID]int{}
	for _, n := range []party.Name{dea, semar, pnc} {
		for i, c := range r.received(n) {
			if _, twice := arrived[c.Cut.ID]; twice {
				bad("%s came twice", c.Cut.Title)
			}
			arrived[c.Cut.ID] = i
		}
	}
	place := map[string]int{}
	for _, p := range r.s.reports {
		cuts := r.cuts(p)
		if len(cuts) != 1 {
			bad("%s was sent %d times", p.label, len(cuts))
			continue
		}
		i, here := arrived[cuts[0]]
		if !here {
			bad("%s was lost", p.label)
		}
		place[p.label] = i
		delete(arrived, cuts[0])
		list, err := r.raw[p.from].Trails.Receipts(bg, cuts[0], 0, 10)
		count := map[record.Kind]int{}
		for _, x := range list {
			count[x.Kind]++
		}
		if err != nil || count[record.ReadBy] == 0 || count[record.Deliver] != 1 {
			bad("%s has the receipts %v (%v)", p.label, count, err)
		}
	}
	if len(arrived) > 0 && r.s.liar == "" { // it has forgotten what it sent
		bad("%d came that nobody sent", len(arrived))
	}
	for _, group := range r.s.ordered {
		if !slices.IsSortedFunc(group, func(a, b string) int { return place[a] - place[b] }) {
			bad("%v came in the order %v", group, place)
		}
	}
}

// checkHeads makes sure that what a node holds of its partners' ledgers, and they
// of its own, is of the one history that there is, and is the newest.
func (r *run1) checkHeads(n party.Name, bad badly) {
	r.t.Helper()
	theirs, err := r.raw[n].heads.Theirs(bg)
	if err != nil {
		bad("%v", err)
	}
	for _, h := range theirs {
		if h.Partner == r.s.liar {
			continue
		}
		book := r.raw[h.Partner].book
		root, err := ledger.RootAt(book, h.Head.Size)
		if err != nil || root != h.Head.Root {
			bad("%s holds a head of %s that is not of its ledger (%v)", n, h.Partner, err)
		}
		if size, _ := book.Size(); size != h.Head.Size || h.Open > 0 {
			bad("%s holds %d records of %d of %s, and %d heads are open", n, h.Head.Size, size, h.Partner, h.Open)
		}
	}
	ours, err := r.raw[n].heads.Ours(bg)
	if err != nil {
		bad("%v", err)
	}
	for _, h := range ours {
		root, err := ledger.RootAt(r.raw[n].book, h.Head.Size)
		if err != nil || root != h.Head.Root {
			bad("%s believes that %s holds a head that is not of its ledger (%v)", n, h.Partner, err)
		}
	}
	others := len(r.names) - 1
	if r.s.liar != "" {
		others--
	}
	if len(theirs) < others || len(ours) < others {
		bad("%s holds heads of %d partners, and %d hold its own", n, len(theirs), len(ours))
	}
}

// checkFork makes sure that a node has caught the one with two histories.
func (r *run1) checkFork(n party.Name, p exchange.Partner, bad badly) {
	r.t.Helper()
	if p.State != exchange.Frozen || p.Why != exchange.FrozenFork {
		bad("the link of %s to %s, which has two histories, is %s (%s)", n, p.Name, p.State, p.Why)
		return
	}
	kept, err := r.raw[n].Links.Evidence(bg, p.Name)
	var heads []ledger.Checkpoint
	for _, e := range kept {
		if e.Name == "head-1.checkpoint" || e.Name == "head-2.checkpoint" {
			cp, err := ledger.OpenCheckpoint(e.Body, ledger.Origin(string(p.Name)), p.Card.Signing)
			if err != nil {
				bad("evidence of %s: %v", n, err)
			}
			heads = append(heads, cp)
		}
	}
	if err != nil || len(heads) < 2 || heads[0].Root == heads[1].Root {
		bad("%s has kept %d heads as evidence (%v)", n, len(heads), err)
	}
}

// least says how many steps a stage has: all, those that change something, and
// those that go over a line.
func least(all, changing, carried int) map[way]int {
	return map[way]int{fails: all, meanwhile: all, unsaid: changing, repeats: changing, late: carried, last: carried}
}

// trio is three nodes that know each other.
var trio = []string{
	"node us/dea us/dea/desk", "node mx/semar mx/semar/uin", "node co/pnc co/pnc/dipol",
	"officer ana@us/dea us/dea/desk analyst release", "officer lince@mx/semar mx/semar/uin analyst release security",
	"officer oso@co/pnc co/pnc/dipol analyst release",
	"introduce us/dea mx/semar", "introduce us/dea co/pnc", "introduce mx/semar co/pnc",
	"pack us/dea mx-guidelines-2021", "pack mx/semar isac-tlp",
	"admin@us/dea acquaint mx/semar co/pnc", "admin@co/pnc acquaint mx/semar us/dea",
}

func drafted(who, label, to string) []string {
	return []string{who + " import " + label + " text of " + label, who + " mark " + label + " all TLP:AMBER+STRICT // REL:" + to}
}

// TestEveryStepOfComparingMayGoWrong has three nodes compare, cosign and pass on
// heads.
func TestEveryStepOfComparingMayGoWrong(t *testing.T) {
	t.Parallel()
	steps := append(slices.Clone(trio), "deliver")
	steps = append(steps, drafted("lince@mx/semar", "F1", "us/dea/desk")...)
	s := &stage{wired: true, reports: []report{{"F1", semar, dea, "us/dea/desk"}}, rest: settle, between: crowd}
	s.play = func(r *run1) {
		r.send(lin, "F1")
		r.flush()
		r.compareAll()
	}
	s.least = least(380, 110, 10)
	s.must = map[way][]string{fails: {"heads.Advance", "heads.See", "heads.Cosigned", "heads.Others", "heads.View", "book.Checkpoint", "book.ReadHashes", "peer.Compare", "peer.Deliver"}}
	s.prepare(t, steps...).matrix(t)
}

// TestEveryStepOfCatchingAForkMayGoWrong has a node that shows two partners two
// histories; they are acquainted, and compare.
func TestEveryStepOfCatchingAForkMayGoWrong(t *testing.T) {
	t.Parallel()
	steps := append(slices.Clone(trio), "deliver", "snapshot mx/semar before", "down mx/semar co/pnc", "down co/pnc mx/semar")
	steps = append(append(steps, drafted("lince@mx/semar", "F1", "us/dea/desk")...), "lince@mx/semar release F1 us/dea/desk c", "deliver",
		"back mx/semar before bare", "down mx/semar us/dea", "down us/dea mx/semar", "down us/dea co/pnc", "down co/pnc us/dea", "up mx/semar co/pnc", "up co/pnc mx/semar",
		"lince@mx/semar override-ledger nobody needs to know")
	steps = append(append(steps, drafted("lince@mx/semar", "F2", "co/pnc/dipol")...), "lince@mx/semar release F2 co/pnc/dipol c", "deliver")
	s := &stage{wired: true, liar: semar, rest: settle, between: crowd}
	s.play = func(r *run1) {
		for range 2 {
			for _, pair := range [][2]party.Name{{dea, pnc}, {pnc, dea}, {pnc, semar}, {dea, semar}} {
				x := r.w.nodes[pair[0]].node.Exchange()
				x.Want(pair[1])
				_ = x.Flush(bg)
			}
		}
	}
	s.least = least(280, 70, 6)
	s.must = map[way][]string{fails: {"heads.See", "heads.View", "exchange.Freeze", "links.SetState", "links.Cards", "peer.Compare"}}
	s.prepare(t, steps...).matrix(t)
}

// duo is two nodes that know each other.
var duo = []string{
	"node us/dea us/dea/desk", "node mx/semar mx/semar/uin",
	"officer ana@us/dea us/dea/desk analyst release", "officer lince@mx/semar mx/semar/uin analyst release",
	"introduce us/dea mx/semar", "pack us/dea mx-guidelines-2021", "pack mx/semar isac-tlp",
}

// TestEveryStepOfACardsChangeMayGoWrong has a node lose its sealing key, and
// replace its signing key, while two messages to it that were sealed before are
// under way, a third waits, and one of its own that the old key has signed has not
// arrived.
func TestEveryStepOfACardsChangeMayGoWrong(t *testing.T) {
	t.Parallel()
	for name, refusedFirst := range map[string]bool{"pinned, then refused": false, "refused, then pinned": true} {
		t.Run(name, func(t *testing.T) { cardsChange(t, refusedFirst) })
	}
}

func cardsChange(t *testing.T, refusedFirst bool) {
	t.Parallel()
	steps := append(slices.Clone(duo), "deliver")
	for _, label := range []string{"R1", "R2", "R3"} {
		steps = append(steps, drafted("ana@us/dea", label, "mx/semar/uin")...)
	}
	steps = append(append(steps, drafted("lince@mx/semar", "F1", "us/dea/desk")...),
		"ana@us/dea release R1 mx/semar/uin c", "ana@us/dea release R2 mx/semar/uin c", "lince@mx/semar release F1 us/dea/desk c",
		"fault us/dea mx/semar message", "fault mx/semar us/dea message", "deliver")
	s := &stage{wired: true, rest: settle, between: crowd, ordered: [][]string{{"R1", "R2"}},
		reports: []report{{"R1", dea, semar, "mx/semar/uin"}, {"R2", dea, semar, "mx/semar/uin"}, {"R3", dea, semar, "mx/semar/uin"}, {"F1", semar, dea, "us/dea/desk"}}}
	s.play = func(r *run1) {
		if refusedFirst {
			r.flush()
		}
		r.send(ana, "R3")
		for range 2 {
			r.flush()
			r.readAll()
		}
		r.flush()
	}
	s.least = least(300, 80, 10)
	s.must = map[way][]string{fails: {"links.Pin", "links.Earlier", "exchange.Follow", "outbox.Seal", "outbox.Answered", "inbox.Arrive", "inbox.Open", "releases.Release"}}
	s.also = func(r *run1, bad badly) {
		p, err := r.raw[semar].Links.Partner(bg, dea)
		refused := 0
		for n := int64(1); n <= p.In.Sequence && err == nil; n++ {
			var taken exchange.Taken
			if taken, err = r.raw[semar].Inbox.Consumed(bg, dea, n); err == nil && outcome(taken) == message.Refused {
				refused++
			}
		}
		if refused < 2 || err != nil {
			bad("%d messages were refused (%v): the lost key opens them", refused, err)
		}
	}
	s.prepare(t, append(steps, "rotate mx/semar signing lost:mx/semar/uin")...).matrix(t)
}

// TestEveryStepOfCarryingMayGoWrong has a courier go both ways between two nodes
// without a network.
func TestEveryStepOfCarryingMayGoWrong(t *testing.T) {
	t.Parallel()
	steps := slices.Clone(duo)
	for _, label := range []string{"R1", "R2"} {
		steps = append(steps, drafted("ana@us/dea", label, "mx/semar/uin")...)
	}
	s := &stage{ordered: [][]string{{"R1", "R2"}}, reports: []report{{"R1", dea, semar, "mx/semar/uin"}, {"R2", dea, semar, "mx/semar/uin"}}}
	s.play = func(r *run1) {
		r.send(ana, "R1")
		r.courier(dea, semar)
		r.send(ana, "R2")
		r.courier(dea, semar)
		r.readAll()
		r.courier(semar, dea)
		r.courier(dea, semar)
	}
	s.between = func(r *run1) {
		r.readAll()
		for _, pair := range [][2]party.Name{{semar, dea}, {dea, semar}} {
			_ = r.bring(bg, pair[1], r.pack(pair[0], pair[1]))
		}
	}
	s.rest = func(r *run1) {
		for range 4 {
			r.readAll()
			r.courier(dea, semar)
			r.courier(semar, dea)
		}
	}
	s.least = least(190, 48, 4)
	s.must = map[way][]string{fails: {"exchange.Carry", "exchange.Settle", "exchange.Receive", "ledgers.Say", "ledgers.Hear", "heads.Asks", "file.Write", "file.Read", "courier"}}
	s.prepare(t, steps...).matrix(t)
}

// courier takes a bundle from one node to another; whoever is told that it failed
// tries again. What the courier holds back arrives later, or last of all.
func (r *run1) courier(from, to party.Name) {
	for range 3 {
		b := r.pack(from, to)
		if r.step(bg, "courier", carries, func(ctx context.Context) error { return r.bring(ctx, to, b) }) == nil {
			return
		}
	}
}

// pack makes a bundle. One that was cut short is given, too: somebody may take it
// for a whole one.
func (r *run1) pack(from, to party.Name) []byte {
	var b bytes.Buffer
	_, _ = r.courierAt(from).Pack(bg, run, to, troubledFile{&b, r.trouble})
	return b.Bytes()
}

func (r *run1) bring(ctx context.Context, to party.Name, bundle []byte) error {
	u, err := r.courierAt(to).Unpack(ctx, run, troubledFile{bytes.NewBuffer(bundle), r.trouble})
	if err == nil && u.Missed != "" {
		err = fault.New(fault.Stale, "not received: %s", u.Missed)
	}
	return err
}

func (r *run1) courierAt(n party.Name) *courier.Courier {
	m := r.w.nodes[n].node
	return &courier.Courier{Node: n, Links: troubledExchange{m.Exchange(), r.trouble}, Ledgers: troubledLedgers{m.Witness(), r.trouble, r.look}}
}

func outcome(taken exchange.Taken) message.Outcome {
	e, err := seal.ParseEnvelope(taken.Answer, message.AnswerLimits)
	if err != nil {
		return ""
	}
	o, _ := message.OutcomeOf(e) // none: neither outcome
	return o
}
