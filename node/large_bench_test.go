package node_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"comity/console"
	"comity/seal"
)

// How much is measured at each size. The sizes take turns, so that whatever
// else the machine does meanwhile weighs on all of them.
const (
	rounds  = 10
	singles = 100 // releases one by one, in each round
	crowd   = 320 // releases by 32 officers at once, likewise
	looks   = 40  // of each question, likewise in all rounds
)

// BenchmarkLarge measures what a release costs between nodes with few items
// behind them and with many, in one run: COMITY_ITEMS says how many, such as
// "1000 1000000". The sender has so many items, each of which was sent once; the
// partner got as many cuts. make bench-large runs it.
func BenchmarkLarge(b *testing.B) {
	var list []*large
	for _, n := range sizes(b) {
		start := time.Now()
		l := &large{items: n, took: map[string][]time.Duration{}}
		l.us, l.mx = loaded(b, n)
		l.load = time.Since(start)
		l.check(b)
		l.ids = more(b, l.us, rounds*(singles+crowd), strings.Repeat("Three fast boats. ", 4096/18))
		list = append(list, l)
	}
	runtime.GC()
	b.ResetTimer()
	for range rounds {
		for _, l := range list {
			l.oneByOne(b)
		}
		for _, l := range list {
			l.atOnce(b)
		}
	}
	for range looks {
		for _, l := range list {
			l.look(b)
		}
	}
	b.StopTimer()
	report(b, list)
}

// sizes reads COMITY_ITEMS. Without it nothing is measured: a million items need
// many minutes and 45 GB.
func sizes(b *testing.B) (list []int) {
	text := os.Getenv("COMITY_ITEMS")
	if text == "" {
		b.Skip("make bench-large runs it")
	}
	for s := range strings.FieldsSeq(text) {
		list = append(list, must(strconv.Atoi(s))(b))
	}
	return list
}

// large is a pair of nodes and what was measured on it.
type large struct {
	us, mx *side
	items  int
	ids    []string // ready to be sent
	load   time.Duration
	verify time.Duration
	took   map[string][]time.Duration
}

func (l *large) next() string {
	id := l.ids[0]
	l.ids = l.ids[1:]
	return id
}

func (l *large) note(what string, start time.Time) {
	l.took[what] = append(l.took[what], time.Since(start))
}

// check verifies the ledgers of both.
func (l *large) check(b *testing.B) {
	start := time.Now()
	for _, s := range []*side{l.us, l.mx} {
		told(b, s, s.admin, console.VerifyLedger{})
	}
	l.verify = time.Since(start)
}

// What is measured, in the order of the report.
const (
	whatSingle  = "a release, until its receipt is there"
	whatCommand = "the command alone"
	whatCrowd   = "a release, 32 at once"
	whatCPU     = "processor time of a release, 32 at once, both nodes"
	whatInbox   = "the inbox, newest 100"
	whatList    = "the items, newest 50"
	whatFew     = "a search, 5 items have the word"
	whatOpen    = "an item opened"
	whatRead    = "a cut opened"
	whatTrail   = "the trail of an item"
	whatStatus  = "status"
)

var whats = []string{whatSingle, whatCommand, whatCrowd, whatCPU, whatInbox, whatList, whatFew, whatOpen, whatRead, whatTrail, whatStatus}

func (l *large) oneByOne(b *testing.B) {
	for range singles {
		start := time.Now()
		l.us.send(b, l.next())
		l.note(whatCommand, start)
		l.us.rest(b)
		l.note(whatSingle, start)
	}
}

func (l *large) atOnce(b *testing.B) {
	ids := make([]string, crowd)
	for i := range ids {
		ids[i] = l.next()
	}
	start, used := time.Now(), processorTime(b)
	each(crowd, 32, func(n int) { l.us.send(b, ids[n]) })
	l.us.rest(b)
	l.took[whatCrowd] = append(l.took[whatCrowd], time.Since(start)/crowd)
	l.took[whatCPU] = append(l.took[whatCPU], (processorTime(b)-used)/crowd)
}

// processorTime is what this process, with both nodes in it, has used.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// look asks what officers ask, each time about other things.
func (l *large) look(b *testing.B) {
	turn := len(l.took[whatInbox])
	start := time.Now()
	letters := told(b, l.mx, l.mx.officer, console.ListInbox{}).Letters
	l.note(whatInbox, start)
	start = time.Now()
	told(b, l.us, l.us.officer, console.ListItems{Limit: 50})
	l.note(whatList, start)
	start = time.Now()
	hits := told(b, l.us, l.us.officer, console.SearchItems{Words: rare(turn * l.items / looks)}).Hits
	l.note(whatFew, start)
	if len(hits) != 5 {
		b.Fatalf("%d items were found", len(hits))
	}
	id := hits[0].Item.String()
	start = time.Now()
	told(b, l.us, l.us.officer, console.ShowItem{Item: id})
	l.note(whatOpen, start)
	start = time.Now()
	told(b, l.us, l.us.officer, console.ReadTrail{Item: id})
	l.note(whatTrail, start)
	start = time.Now()
	told(b, l.mx, l.mx.officer, console.ReadCut{Cut: letters[turn].Cut.String()})
	l.note(whatRead, start)
	start = time.Now()
	told(b, l.us, l.us.admin, console.NodeStatus{})
	l.note(whatStatus, start)
}

func median(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// report prints medians, and the last size beside the first.
func report(b *testing.B, list []*large) {
	var out bytes.Buffer
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(what string, values ...string) { fmt.Fprintf(w, "%s\t%s\t\n", what, strings.Join(values, "\t")) }
	over := func(value func(*large) string) (s []string) {
		for _, l := range list {
			s = append(s, value(l))
		}
		return s
	}
	row("items", over(func(l *large) string { return strconv.Itoa(l.items) })...)
	row("loaded in, s", over(func(l *large) string { return fmt.Sprintf("%.1f", l.load.Seconds()) })...)
	row("both ledgers verified in, s", over(func(l *large) string { return fmt.Sprintf("%.1f", l.verify.Seconds()) })...)
	row("database of the sender, MB", over(func(l *large) string { return megabytes(b, l.us) })...)
	row("database of the partner, MB", over(func(l *large) string { return megabytes(b, l.mx) })...)
	first, last := list[0], list[len(list)-1]
	for _, what := range whats {
		ratio := float64(median(last.took[what])) / float64(median(first.took[what]))
		row(what+", ms", append(over(func(l *large) string { return fmt.Sprintf("%.2f", float64(median(l.took[what]))/1e6) }), fmt.Sprintf("x %.2f", ratio))...)
		if what == whatSingle || what == whatCrowd || what == whatCPU {
			name := map[string]string{whatSingle: "single", whatCrowd: "crowd", whatCPU: "cpu"}[what]
			b.ReportMetric(ratio, name+"-ratio")
		}
	}
	check(b, w.Flush())
	fmt.Print("\n", out.String())
}

func megabytes(b *testing.B, s *side) string {
	info := must(os.Stat(s.node.Home().Database()))(b)
	return strconv.FormatInt(info.Size()>>20, 10)
}

// BenchmarkIdle starts the real program on a node with few and with 100,000
// items, and tells how long it takes until it is ready and until it has answered
// a question, and how much memory it has when it was left alone for three
// seconds. make bench-large runs it.
func BenchmarkIdle(b *testing.B) {
	sizes(b) // or skip
	program := filepath.Join(b.TempDir(), "comity")
	build := exec.Command("go", "build", "-o", program, "comity/cmd/comity")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, n := range []int{block, 100_000} {
		us, key := resting(b, n)
		var ready, answered []time.Duration
		var memory string
		for range 9 {
			p := start(b, program, us, key)
			ready, answered = append(ready, p.ready), append(answered, p.answered)
			if memory == "" {
				time.Sleep(3 * time.Second)
				memory = p.memory(b)
			}
			p.stop(b)
		}
		fmt.Printf("\n%d items: ready after %.0f ms (median of %d; slowest %.0f), answered after %.0f ms; idle: %s\n", n,
			ms(median(ready)), len(ready), ms(slices.Max(ready)), ms(median(answered)), memory)
		b.ReportMetric(ms(median(ready)), fmt.Sprintf("ready-ms/%d", n))
	}
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// resting is a sender with so much behind it that is closed, and the key file
// that unlocks it. The partner is served in this process.
func resting(b *testing.B, n int) (us *side, key string) {
	us, mx := newSide(b, "us/dea", "us/dea/desk"), newSide(b, "mx/semar", "mx/semar/uin")
	told(b, us, us.admin, console.AddPartner{Card: mx.node.SignedCard(), Confirmed: true})
	told(b, mx, mx.admin, console.AddPartner{Card: us.node.SignedCard(), Confirmed: true})
	mx.serve(b)
	id := more(b, us, 1, textOf(n))[0]
	us.send(b, id)
	check(b, us.node.Exchange().Flush(b.Context()))
	newPast(b, us, mx, id, n).load(b)
	file := must(seal.NewKeyFile())(b)
	key = filepath.Join(b.TempDir(), "key")
	check(b, os.WriteFile(key, file, 0o600))
	check(b, us.node.Relock(must(seal.KeyFile(file))(b)))
	check(b, us.node.Close())
	return us, key
}

// served is a node in a process of its own.
type served struct {
	cmd             *exec.Cmd
	ready, answered time.Duration
}

func start(b *testing.B, program string, s *side, key string) *served {
	p := &served{cmd: exec.Command(program, "--home", string(s.node.Home()), "--unlock", key, "serve")}
	p.cmd.Stderr = os.Stderr
	out := must(p.cmd.StdoutPipe())(b)
	begin := time.Now()
	check(b, p.cmd.Start())
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	p.ready = time.Since(begin)
	socket, ok := console.Dial(s.node.Home().Socket())
	if !ok {
		b.Fatal("it is ready and takes no commands")
	}
	if _, err := console.Call(context.Background(), socket, s.admin, console.NodeStatus{}); err != nil {
		b.Fatal(err)
	}
	p.answered = time.Since(begin)
	return p
}

// memory reads what the system says of the process.
func (p *served) memory(b *testing.B) string {
	var list []string
	for line := range strings.Lines(string(must(os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)))(b))) {
		name, value, _ := strings.Cut(line, ":")
		if slices.Contains([]string{"VmRSS", "VmHWM", "RssAnon", "RssFile"}, name) {
			list = append(list, name+" "+strings.TrimSpace(value))
		}
	}
	return strings.Join(list, ", ")
}

func (p *served) stop(b *testing.B) {
	check(b, p.cmd.Process.Signal(syscall.SIGTERM))
	check(b, p.cmd.Wait())
}
