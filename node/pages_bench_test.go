package node_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
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

// BenchmarkPages measures the pages that officers open most, over a pair of nodes with
// 100,000 items behind each (COMITY_PAGES_ITEMS says another number; making those up
// takes some minutes and does not count), as many requests at once as there are cores,
// through the real door. Beside each page, in turn with it, a handler answers that
// writes as many bytes and asks nobody: the difference is ours.
func BenchmarkPages(b *testing.B) {
	n := 100_000
	if text := os.Getenv("COMITY_PAGES_ITEMS"); text != "" {
		n = must(strconv.Atoi(text))(b)
	}
	start := time.Now()
	us, mx := loadedWide(b, n)
	load := time.Since(start)
	ours, theirs, apart := desked(b, us, "ana"), desked(b, mx, "ana"), desked(b, mx, "sid")
	bare, blind := desked(b, us, "sid"), desked(b, mx, "leo")
	chief, auditor := desked(b, us, "chief"), desked(b, us, "aud")
	id := told(b, us, us.officer, console.SearchItems{Words: rare(n / 2)}).Hits[0].Item.String()
	letters := told(b, mx, mx.officer, console.ListInbox{Limit: 100}).Letters
	pages := []*timed{
		{name: "inbox", desk: theirs, path: "/inbox"},
		{name: "inbox, page 2", desk: theirs, path: "/inbox?after=" + letters[49].Cut.String()},
		{name: "inbox, empty, of another unit", desk: apart, path: "/inbox"},
		{name: "inbox, all for other eyes", desk: blind, path: "/inbox"},
		{name: "a cut opened", desk: theirs, path: "/inbox/" + letters[7].Cut.String(), form: url.Values{}},
		{name: "items", desk: ours, path: "/items"},
		{name: "item", desk: ours, path: "/items/" + id},
		{name: "plan", desk: ours, path: "/items/" + id + "/plan", form: url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}},
		{name: "the most", desk: ours, path: "/items/" + id + "/plan", form: url.Values{"to": {"mx/semar/uin"}, "act": {"best"}}},
		{name: "search, 5 hits", desk: ours, path: "/search", form: url.Values{"words": {rare(n / 3)}}},
		{name: "search, no hit", desk: ours, path: "/search", form: url.Values{"words": {"nosuchword"}}},
		{name: "search, every item", desk: ours, path: "/search", form: url.Values{"words": {"reference"}}},
		{name: "search, two common words", desk: ours, path: "/search", form: url.Values{"words": {"launches cannery"}}},
		{name: "search, what others have", desk: bare, path: "/search", form: url.Values{"words": {"reference"}}},
		{name: "entities", desk: ours, path: "/entities"},
		{name: "entity, a word of every item", desk: ours, path: "/entities", form: url.Values{"name": {"reference"}}},
		{name: "item, to edit", desk: ours, path: "/items/" + id + "/edit"},
		{name: "item, versions", desk: ours, path: "/items/" + id + "/versions"},
		{name: "sessions", desk: ours, path: "/sessions"},
		{name: "settings", desk: ours, path: "/settings"},
		{name: "packs", desk: theirs, path: "/packs"},
		{name: "users", desk: chief, path: "/users"},
		{name: "ledger", desk: auditor, path: "/ledger"},
		{name: "ledger, records", desk: auditor, path: "/ledger/records"},
		{name: "trail", desk: ours, path: "/items/" + id + "/trail"},
		{name: "duties", desk: theirs, path: "/duties"},
		{name: "duties, all", desk: theirs, path: "/duties?all=yes"},
		{name: "duties, far on", desk: theirs, path: fmt.Sprintf("/duties?from=%d", n-100)},
		{name: "duties, page 2", desk: theirs, path: "/duties?from=50"},
		{name: "waiting", desk: ours, path: "/waiting"},
		{name: "partners", desk: ours, path: "/partners"},
		{name: "status", desk: theirs, path: "/status"},
	}
	runtime.GC()
	b.ResetTimer()
	for _, p := range pages {
		p.measure(b)
	}
	b.StopTimer()
	var out bytes.Buffer
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "page\tbytes\ta second\tprocessor ms\tp50 ms\tp99 ms\tworst ms\twriting alone, a second\t\n")
	for _, p := range pages {
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t\n", p.name, p.size, p.rate, ms(p.cpu), ms(p.at(50)), ms(p.at(99)), ms(p.took[len(p.took)-1]), p.bare)
		name := strings.NewReplacer(",", "", " ", "-").Replace(p.name)
		b.ReportMetric(ms(p.at(99)), name+"-p99-ms")
	}
	check(b, w.Flush())
	runtime.GC()
	fmt.Printf("\n%d items, loaded in %.0f s; both nodes in one process: %s\n%s", n, load.Seconds(), resident(b), out.String())
}

// loadedWide is loaded, with a second unit at each node, which has nothing; what came is
// for the eyes of one officer, and each cut made a duty due.
func loadedWide(b *testing.B, n int) (us, mx *side) {
	debug.SetGCPercent(node.GCPercent)
	us, mx = newWide(b, "us/dea", "us/dea/desk", "us/dea/other"), newWide(b, "mx/semar", "mx/semar/uin", "mx/semar/pol")
	introduced(b, us, mx, 0)
	id := more(b, us, 1, textOf(n))[0]
	us.send(b, id)
	us.rest(b)
	p := newPast(b, us, mx, id, n)
	p.wide = true
	p.load(b)
	return us, mx
}

// newWide makes a side with two units: in the first one ana, leo, who admins and an
// auditor, and sid in the other.
func newWide(b *testing.B, name, unit, other party.Name) *side {
	b.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))(b)
	addr := l.Addr().String()
	_ = l.Close()
	dir := must(os.MkdirTemp("", "b"))(b)
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	lock := must(seal.KeyFile(must(seal.NewKeyFile())(b)))(b)
	config := node.Config{Name: name, Units: []party.Name{unit, other}, Listen: addr, Endpoints: []string{"https://" + addr}, LogLevel: "error"}
	_, _, err := node.Init(dir+"/h", node.InitOptions{Config: config, Lock: lock})
	check(b, err)
	s := &side{done: make(chan error, 1)}
	s.node = must(node.Open(context.Background(), dir+"/h", lock, node.Options{}))(b)
	s.admin, s.officer = signer(b, name, "chief"), signer(b, name, "ana")
	told(b, s, s.admin, console.AddOfficer{Handle: "chief", Unit: unit, Roles: []party.Role{party.Admin}, Key: s.admin.Key.Public()})
	told(b, s, s.admin, console.AddOfficer{Handle: "ana", Unit: unit, Roles: []party.Role{party.Analyst, party.Release}, Key: s.officer.Key.Public()})
	told(b, s, s.admin, console.AddOfficer{Handle: "sid", Unit: other, Roles: []party.Role{party.Analyst}, Key: signer(b, name, "sid").Key.Public()})
	told(b, s, s.admin, console.AddOfficer{Handle: "leo", Unit: unit, Roles: []party.Role{party.Analyst}, Key: signer(b, name, "leo").Key.Public()})
	told(b, s, s.admin, console.AddOfficer{Handle: "aud", Unit: unit, Roles: []party.Role{party.Auditor}, Key: signer(b, name, "aud").Key.Public()})
	pack, _ := packs.File("mx-guidelines-2021")
	told(b, s, s.admin, console.AddPack{File: "mx-guidelines-2021.yaml", Source: pack})
	return s
}

func signer(b *testing.B, name party.Name, handle party.Handle) console.Signer {
	key := must(seal.NewSigningKey(rand.Reader))(b)
	return console.Signer{Handle: handle, Node: name, Key: key, Now: time.Now, Random: rand.Reader}
}

// desk is the pages of a node, with a session of its officer.
type desk struct {
	pages  http.Handler
	cookie *http.Cookie
}

func desked(b *testing.B, s *side, who party.Handle) desk {
	b.Helper()
	const origin = "http://localhost:8080"
	d := must(door.New(door.Config{Store: s.node.Store().Door(), Staff: s.node.Desk().Staff, Node: s.node.Config().Name, Origin: origin, Now: time.Now, Random: s.node.Desk().Random}))(b)
	actor := must(s.node.Desk().Staff.Officer(b.Context(), who))(b).Actor()
	invited := must(d.Invite(b.Context(), actor, who))(b)
	begun := must(d.BeginKey(b.Context(), invited.Secret))(b)
	answer := must(doortest.New(origin).Make(begun.Options))(b)
	in := must(d.FinishKey(b.Context(), begun.ID, answer, door.Place{Address: "192.0.2.1", Agent: "bench"}))(b)
	return desk{web.New(web.Config{Door: d, Desk: s.node.Desk(), Now: time.Now, Origin: origin}), &http.Cookie{Name: web.CookieName(origin, false), Value: in.Token}}
}

// timed is a page and what was measured of it.
type timed struct {
	name, path string
	desk       desk
	form       url.Values
	size       int
	rate, bare float64
	cpu        time.Duration   // of the processors, for each
	took       []time.Duration // in order of length
}

const (
	pageFor   = 2 * time.Second // that each page is asked for
	pageLeast = 12              // requests, however long they take
)

func (p *timed) at(percent int) time.Duration {
	return p.took[min(len(p.took)-1, len(p.took)*percent/100)]
}

func (p *timed) measure(b *testing.B) {
	first := p.ask(p.desk.pages)
	if first.Code != http.StatusOK {
		b.Fatalf("%s: %d", p.path, first.Code)
	}
	p.size = first.Body.Len()
	body := first.Body.Bytes()
	alone := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})
	p.bare, _ = p.run(b, alone, pageFor/8)
	used := processorTime(b)
	p.rate, p.took = p.run(b, p.desk.pages, pageFor)
	p.cpu = (processorTime(b) - used) / time.Duration(len(p.took))
}

// run asks with as many workers as there are cores.
func (p *timed) run(b *testing.B, h http.Handler, most time.Duration) (rate float64, took []time.Duration) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var asked atomic.Int64
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var mine []time.Duration
			for asked.Add(1) <= pageLeast || time.Since(start) < most {
				began := time.Now()
				if w := p.ask(h); w.Code != http.StatusOK {
					b.Errorf("%s: %d", p.path, w.Code)
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
		})
	}
	wg.Wait()
	rate = float64(len(took)) / time.Since(start).Seconds()
	slices.Sort(took)
	return rate, took
}

func (p *timed) ask(h http.Handler) *httptest.ResponseRecorder {
	method := "GET"
	if p.form != nil {
		method = "POST"
	}
	r := httptest.NewRequest(method, p.path, strings.NewReader(p.form.Encode()))
	r.Header.Set("User-Agent", "bench")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(p.desk.cookie)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// resident reads what the system says of the memory of this process.
func resident(b *testing.B) string {
	var list []string
	for line := range strings.Lines(string(must(os.ReadFile("/proc/self/status"))(b))) {
		name, value, _ := strings.Cut(line, ":")
		if slices.Contains([]string{"VmRSS", "RssAnon", "RssFile"}, name) {
			list = append(list, name+" "+strings.TrimSpace(value))
		}
	}
	return strings.Join(list, ", ")
}
