package telemetry

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/party"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var now = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// told is a node that says what it is told to.
type told struct {
	r   Readings
	err error
}

func (t told) Readings(context.Context) (Readings, error) { return t.r, t.err }

func sample() Readings {
	var t Timing
	t.Took(time.Millisecond)
	t.Took(3 * time.Millisecond)
	t.Took(time.Minute)
	return Readings{
		Links: []Link{
			{Partner: "mx/semar", State: "active", Queued: 3, Parts: 2, Failing: now.Add(-90 * time.Second)},
			{Partner: "ca/rcmp", State: "active", Queued: 1},
			{Partner: "co/pnc", State: "frozen", Behind: now.Add(-time.Hour), Failing: now.Add(-time.Minute)},
		},
		Ledger:   Ledger{Records: 4711, Head: now.Add(-30 * time.Second)},
		Messages: Messages{Delivered: 10, Received: 20, Refused: 1},
		Acts:     55, Duties: Duties{Due: 4, Overdue: 1}, Store: Store{Bytes: 1 << 20, Free: 10 << 30}, Commits: t.Timings(),
	}
}

func get(h http.Handler, method, target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, "http://localhost:9464"+target, nil)
	for _, c := range change {
		c(req)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// metricsOf reads the answer as a scraper does: name with labels, and value.
func metricsOf(t testing.TB, body string) map[string]string {
	t.Helper()
	all := map[string]string{}
	s := bufio.NewScanner(strings.NewReader(body))
	for s.Scan() {
		if l := s.Text(); !strings.HasPrefix(l, "#") {
			i := strings.LastIndexByte(l, ' ')
			if i < 0 {
				t.Fatalf("no metric: %q", l)
			}
			all[l[:i]] = l[i+1:]
		}
	}
	return all
}

func options() Options { return Options{Version: "1.2", Now: func() time.Time { return now }} }

func TestMetricsTellHowTheNodeIs(t *testing.T) {
	w := get(Handler(told{r: sample()}, options()), "GET", "/metrics")
	all := metricsOf(t, w.Body.String())
	for name, want := range map[string]string{
		"comity_up":                                         "1",
		`comity_links{state="active"}`:                      "2",
		`comity_links{state="suspended"}`:                   "0",
		`comity_links{state="frozen"}`:                      "1",
		`comity_links{state="other"}`:                       "0",
		"comity_links_failing":                              "2",
		"comity_links_behind":                               "1",
		"comity_link_failing_seconds":                       "90",
		"comity_link_behind_seconds":                        "3600",
		"comity_queued_messages":                            "4",
		"comity_queued_parts":                               "2",
		"comity_ledger_records":                             "4711",
		"comity_ledger_head_age_seconds":                    "30",
		"comity_ledger_stopped":                             "0",
		"comity_acts_committed_total":                       "55",
		"comity_messages_delivered_total":                   "10",
		"comity_messages_received_total":                    "20",
		"comity_messages_refused_total":                     "1",
		"comity_duties_due":                                 "4",
		"comity_duties_overdue":                             "1",
		"comity_store_bytes":                                "1.048576e+06",
		"comity_store_free_bytes":                           "1.073741824e+10",
		"comity_commit_duration_seconds_sum":                "60.004",
		`comity_commit_duration_seconds_bucket{le="0.001"}`: "1",
		`comity_commit_duration_seconds_bucket{le="0.004"}`: "2",
		`comity_commit_duration_seconds_bucket{le="8"}`:     "2",
		`comity_commit_duration_seconds_bucket{le="+Inf"}`:  "3",
		"comity_commit_duration_seconds_count":              "3",
	} {
		if all[name] != want {
			t.Errorf("%s is %q, not %s", name, all[name], want)
		}
	}
	for _, name := range []string{"go_goroutines", "process_cpu_seconds_total"} {
		if all[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `version="1.2"`) {
		t.Error(w.Code)
	}
	for _, p := range []string{"semar", "rcmp", "pnc", "partner"} {
		for l := range strings.Lines(w.Body.String()) {
			if strings.Contains(l, p) && !strings.HasPrefix(l, "# HELP") {
				t.Errorf("a partner is told of: %s", l)
			}
		}
	}
}

func TestPartnersAreNamedIfTheOwnerWantsIt(t *testing.T) {
	o := options()
	o.Partners = true
	r := sample()
	r.Links = append(r.Links, Link{Partner: "not a name", Queued: 9}, Link{Partner: "mx/semar", Queued: 9}, Link{Partner: "a/b\"} 1\ncomity_up 0", State: "x"})
	all := metricsOf(t, get(Handler(told{r: r}, o), "GET", "/metrics").Body.String())
	named := 0
	for name := range all {
		if strings.Contains(name, "partner=") {
			named++
		}
	}
	if named != 15 || all[`comity_partner_queued_messages{partner="mx/semar"}`] != "3" || all[`comity_partner_failing_seconds{partner="mx/semar"}`] != "90" ||
		all[`comity_partner_link{partner="co/pnc",state="frozen"}`] != "1" || all[`comity_partner_behind_seconds{partner="ca/rcmp"}`] != "0" || all["comity_up"] != "1" {
		t.Error(named, all)
	}
	r.Links = nil
	for i := range 3000 {
		r.Links = append(r.Links, Link{Partner: party.Name(fmt.Sprintf("us/a%d", i)), State: "active"})
	}
	body := get(Handler(told{r: r}, o), "GET", "/metrics").Body.String()
	if n := strings.Count(body, "comity_partner_link{"); n != maxPartners || metricsOf(t, body)[`comity_links{state="active"}`] != "3000" {
		t.Error(n)
	}
}

func TestHealth(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*told)
		status int
		body   string
	}{
		"well":           {func(*told) {}, 200, "ok\n"},
		"failed":         {func(n *told) { n.err = errors.New("disk /dev/sda1 of ana@semar.mx") }, 503, "database\n"},
		"stopped":        {func(n *told) { n.r.Ledger.Stopped = true }, 503, "stopped\n"},
		"full":           {func(n *told) { n.r.Store.Free = 1 << 20 }, 503, "disk\n"},
		"no room at all": {func(n *told) { n.r.Store.Free = 0 }, 503, "disk\n"},
		"unknown room":   {func(n *told) { n.r.Store.Free = -1 }, 200, "ok\n"},
		"all at once":    {func(n *told) { n.r.Ledger.Stopped, n.r.Store.Free = true, 1 }, 503, "stopped\ndisk\n"},
		"a link failing": {func(n *told) { n.r.Links[0].State = "frozen" }, 200, "ok\n"},
	} {
		n := told{r: sample()}
		c.change(&n)
		h := Handler(n, options())
		if w := get(h, "GET", "/health/ready"); w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s: %d %q", name, w.Code, w.Body)
		}
		if w := get(h, "GET", "/health/live"); w.Code != 200 || w.Body.String() != "ok\n" {
			t.Errorf("%s: it does not live: %d %q", name, w.Code, w.Body)
		}
	}
}

// A node that cannot say how it is has no numbers, and nobody is told why.
func TestNoAnswerTellsAnError(t *testing.T) {
	for name, s := range map[string]Source{
		"an error":                    told{r: sample(), err: fault.New(fault.Internal, "leaked").Because(errors.New("leaked"))},
		"a panic":                     panics{},
		"a node that does not answer": hangs{make(chan struct{})},
	} {
		o := options()
		o.Limit = 20 * time.Millisecond
		h := Handler(s, o)
		for _, path := range []string{"/metrics", "/health/ready", "/health/live"} {
			w := get(h, "GET", path)
			if strings.Contains(w.Body.String(), "leaked") {
				t.Errorf("%s: %s: %s", name, path, w.Body)
			}
			if path != "/metrics" {
				continue
			}
			if all := metricsOf(t, w.Body.String()); all["comity_up"] != "0" || all["comity_ledger_records"] != "" || all["go_goroutines"] == "" {
				t.Errorf("%s: %v", name, all)
			}
		}
		if s, ok := s.(hangs); ok {
			close(s.until)
		}
	}
	b := &bland{ResponseWriter: httptest.NewRecorder()}
	http.Error(b, "leaked", http.StatusInternalServerError)
	if w := b.ResponseWriter.(*httptest.ResponseRecorder); w.Code != 500 || strings.Contains(w.Body.String(), "leaked") {
		t.Error(w.Body)
	}
}

type panics struct{}

func (panics) Readings(context.Context) (Readings, error) { panic("leaked") }

// hangs does not look at the context.
type hangs struct{ until chan struct{} }

func (h hangs) Readings(context.Context) (Readings, error) { <-h.until; return Readings{}, nil }

// However many ask, the node is asked once at a time.
func TestOneReadingAtATime(t *testing.T) {
	c := &counts{proceed: make(chan struct{}), asked: make(chan struct{}, 100)}
	r := &reader{source: c, limit: time.Minute}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := r.read(t.Context()); err != nil || got.Acts != 7 {
				t.Error(got, err)
			}
		})
	}
	<-c.asked
	for waiting := false; !waiting; { // all have joined, or will find it running
		r.mu.Lock()
		waiting = r.current != nil
		r.mu.Unlock()
	}
	close(c.proceed)
	all.Wait()
	if c.most.Load() != 1 {
		t.Errorf("%d readings at a time", c.most.Load())
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.read(gone); !fault.Is(err, fault.Internal) && err != nil {
		t.Error(err)
	}
}

type counts struct {
	now, most atomic.Int32
	proceed   chan struct{}
	asked     chan struct{}
}

func (c *counts) Readings(context.Context) (Readings, error) {
	c.most.Store(max(c.most.Load(), c.now.Add(1)))
	defer c.now.Add(-1)
	c.asked <- struct{}{}
	<-c.proceed
	return Readings{Acts: 7}, nil
}

func TestOnlyWhatIsServedAndOnlyToThisMachine(t *testing.T) {
	h := Handler(told{r: sample()}, options())
	for _, path := range []string{"/", "/metrics/", "/Metrics", "//metrics", "/health", "/debug/pprof/", "/metrics/../x"} {
		if w := get(h, "GET", path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, method := range []string{"POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"} {
		if w := get(h, method, "/metrics"); w.Code != 405 || w.Header().Get("Allow") != "GET" {
			t.Errorf("%s: %d", method, w.Code)
		}
		if w := get(h, method, "/x"); w.Code != 404 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	for host, served := range map[string]bool{
		"localhost": true, "LocalHost:9464": true, "127.0.0.1:9464": true, "127.8.9.1": true, "[::1]:9464": true, "[::1]": true, "[::ffff:127.0.0.1]:1": true,
		"evil.example": false, "evil.example:9464": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "": false, "10.0.0.7": false,
		"[::]:9464": false, "0.0.0.0:9464": false, "localhost:evil": false, "evil@localhost": false, "localhost:9464@evil": false, "::1%lo": false, "2130706433": false, "127.1": false,
		"localhost.": false, "0x7f.0.0.1": false,
	} {
		for _, path := range []string{"/metrics", "/health/live", "/health/ready", "/x"} {
			w := get(h, "GET", path, func(r *http.Request) { r.Host = host })
			if served != (w.Code != http.StatusMisdirectedRequest) || !served && strings.Contains(w.Body.String(), "comity") {
				t.Errorf("%q %s: %d", host, path, w.Code)
			}
		}
	}
	overSocket := func(r *http.Request) {
		r.Host = "anything"
		*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.UnixAddr{Name: "/x", Net: "unix"})))
	}
	if w := get(h, "GET", "/health/live", overSocket); w.Code != 200 {
		t.Error(w.Code)
	}
}

// Whatever a node says of its links, no word of it that is not a partner's name or
// a known state is told, and the form of the answer holds.
func TestNoWordOfTheNodeIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"Shipment of 3 May", "lince\n", "a\"b", "x y", "ana@mx/semar", "\x00secret", "TITLE", "../../secret", strings.Repeat("q", 5000)})
		r := sample()
		secret := word.Draw(t, "word")
		r.Links[0].State, r.Links[1].Partner = secret, party.Name(secret)
		r.Links[2].Queued = rapid.Int().Draw(t, "queued")
		r.Duties.Due = rapid.Int().Draw(t, "due")
		o := options()
		o.Partners = rapid.Bool().Draw(t, "partners")
		o.Version = secret
		w := get(Handler(told{r: r}, o), "GET", "/metrics")
		for l := range strings.Lines(w.Body.String()) {
			if strings.Contains(l, strings.TrimSpace(secret)) && !strings.Contains(l, "comity_build_info") {
				t.Fatal(l)
			}
			if !strings.HasPrefix(l, "#") && len(l) > 300 {
				t.Fatal(l)
			}
		}
		if w.Code != 200 {
			t.Fatal(w.Code)
		}
	})
}

func TestCheckAddress(t *testing.T) {
	for address, good := range map[string]bool{
		"127.0.0.1:9464": true, "127.9.9.9:1": true, "[::1]:9464": true, "localhost:9464": true, "/run/comity/metrics": true,
		"": false, ":9464": false, "0.0.0.0:9464": false, "[::]:9464": false, "10.0.0.7:9464": false, "example.org:9464": false, "127.0.0.1": false, "127.0.0.1:": false,
		"127.0.0.1:0": false, "127.0.0.1:65536": false, "127.0.0.1:http": false, "[::1%lo]:1": false, "localhost.example:1": false, "run/metrics": false, "unix:/run/x": false,
		"/run/../etc/x": false, "/run/comity/": false, "/" + strings.Repeat("x", 101): false, "/a\x00b": false, "127.1:80": false,
	} {
		err := CheckAddress(address)
		if (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
		if f := fault.Safe(err); err != nil && (!fault.Is(err, fault.Invalid) || f.Hint == "") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func FuzzCheckAddress(f *testing.F) {
	for _, s := range []string{"127.0.0.1:9464", "[::1]:9464", "localhost:1", "/run/x", ":1", "[", "0:0", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if CheckAddress(s) != nil || isSocket(s) {
			return
		}
		host, _, err := net.SplitHostPort(s)
		if ip := net.ParseIP(host); err != nil || !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			t.Fatalf("%q is taken", s)
		}
	})
}

func serve(t *testing.T, l net.Listener, h http.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, l, h) }()
	return func() error { cancel(); return <-ended }
}

func TestServedOverTCPAndASocket(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "metrics")
	for range 2 { // the second time in the place of the first
		l, err := Listen(socket)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o660 {
			t.Error(info.Mode(), err)
		}
		if _, err := Listen(socket); !fault.Is(err, fault.Locked) {
			t.Error(err)
		}
		stop := serve(t, l, Handler(told{r: sample()}, options()))
		over := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}}
		if body := fetch(t, over, "http://node/metrics"); !strings.Contains(body, "comity_ledger_records 4711") {
			t.Error(body)
		}
		over.CloseIdleConnections()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if err := os.WriteFile(socket+"x", nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Listen(socket + "x"); !fault.Is(err, fault.Invalid) {
		t.Error("a file is taken for a socket")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := serve(t, l, Handler(told{r: sample()}, options()))
	over := &http.Transport{}
	if body := fetch(t, over, "http://"+l.Addr().String()+"/health/ready"); body != "ok\n" {
		t.Error(body)
	}
	over.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("it is served on")
	}
}

func fetch(t *testing.T, over *http.Transport, url string) string {
	t.Helper()
	resp, err := (&http.Client{Transport: over}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAListenerThatOthersReachIsRefused(t *testing.T) {
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Skip(err)
	}
	if err := Serve(t.Context(), l, http.NotFoundHandler()); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Error("the listener is open still")
	}
}

// A request under way is finished, and many connections do not stop the end.
func TestServingEndsWell(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, proceed := make(chan struct{}), make(chan struct{})
	stop := serve(t, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-proceed
		_, _ = io.WriteString(w, "whole")
	}))
	over := &http.Transport{}
	answer := make(chan string, 1)
	go func() { answer <- fetch(t, over, "http://"+l.Addr().String()+"/") }()
	<-begun
	var idle []net.Conn
	for range maxConnections + 5 { // more than are taken
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	close(proceed)
	if got := <-answer; got != "whole" {
		t.Error(got)
	}
	over.CloseIdleConnections()
	for _, c := range idle {
		_ = c.Close()
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := newFew(inner, 1)
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	first, err := f.Accept()
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan net.Conn, 1)
	go func() {
		c, _ := f.Accept()
		second <- c
	}()
	select {
	case <-second:
		t.Fatal("a second connection is taken while the first is open")
	default:
	}
	_ = first.Close()
	_ = first.Close() // gives its place once
	c := <-second
	last := make(chan error, 1)
	go func() { _, err := f.Accept(); last <- err }()
	_ = f.Close()
	if err := <-last; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	_ = c.Close()
	if len(f.free) != 0 {
		t.Error("a place is lost")
	}
}

func TestTiming(t *testing.T) {
	var all Timing
	rapid.Check(t, func(t *rapid.T) {
		all = Timing{}
		var sum time.Duration
		ds := rapid.SliceOfN(rapid.Int64Range(-5, int64(20*time.Second)), 0, 50).Draw(t, "durations")
		for _, d := range ds {
			all.Took(time.Duration(d))
			sum += max(time.Duration(d), 0)
		}
		got := all.Timings()
		if got.Count() != uint64(len(ds)) || got.Sum != sum {
			t.Fatal(got)
		}
		for i, n := range got.Counts {
			var want uint64
			for _, d := range ds {
				d := max(time.Duration(d), 0)
				if (i == len(bounds) || d <= bounds[i]) && (i == 0 || d > bounds[i-1]) {
					want++
				}
			}
			if n != want {
				t.Fatalf("bound %d: %d, not %d", i, n, want)
			}
		}
	})
}

// BenchmarkScrape scrapes a node with 100 partners, beside one with none.
func BenchmarkScrape(b *testing.B) {
	o := options()
	o.Partners = true
	r := sample()
	r.Links = nil
	one := func(n int) time.Duration {
		h := Handler(told{r: r}, o)
		start := time.Now()
		for range n {
			get(h, "GET", "/metrics")
		}
		return time.Since(start)
	}
	without := one(b.N)
	for i := range 100 {
		r.Links = append(r.Links, Link{Partner: party.Name(fmt.Sprintf("us/a%d", i)), State: "active"})
	}
	b.ReportMetric(float64(one(b.N))/float64(without), "x-of-none")
}
