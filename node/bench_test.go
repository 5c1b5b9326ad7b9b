package node_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"comity/console"
	"comity/intel"
	"comity/node"
	"comity/packs"
	"comity/party"
	"comity/seal"
)

// side is a node that is served in this process, over real TLS on 127.0.0.1,
// with one officer.
type side struct {
	node    *node.Node
	admin   console.Signer
	officer console.Signer
	stop    context.CancelFunc
	done    chan error
}

func newSide(b *testing.B, name, unit party.Name) *side {
	return newSideAt(b, name, unit, func(addr string) string { return addr })
}

// newSideAt makes one that partners reach at another address than it listens on.
func newSideAt(b *testing.B, name, unit party.Name, reached func(addr string) string) *side {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	dir, err := os.MkdirTemp("", "b")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	file, err := seal.NewKeyFile()
	if err != nil {
		b.Fatal(err)
	}
	lock, err := seal.KeyFile(file)
	if err != nil {
		b.Fatal(err)
	}
	home := dir + "/h"
	config := node.Config{Name: name, Units: []party.Name{unit}, Listen: addr, Endpoints: []string{"https://" + reached(addr)}, LogLevel: "error"}
	if _, _, err := node.Init(home, node.InitOptions{Config: config, Lock: lock}); err != nil {
		b.Fatal(err)
	}
	s := &side{done: make(chan error, 1)}
	if s.node, err = node.Open(context.Background(), home, lock, node.Options{}); err != nil {
		b.Fatal(err)
	}
	sign := func(handle party.Handle) console.Signer {
		key, err := seal.NewSigningKey(rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		return console.Signer{Handle: handle, Node: name, Key: key, Now: time.Now, Random: rand.Reader}
	}
	s.admin, s.officer = sign("chief"), sign("ana")
	told(b, s, s.admin, console.AddOfficer{Handle: "chief", Unit: unit, Roles: []party.Role{party.Admin}, Key: s.admin.Key.Public()})
	told(b, s, s.admin, console.AddOfficer{Handle: "ana", Unit: unit, Roles: []party.Role{party.Analyst, party.Release}, Key: s.officer.Key.Public()})
	pack, _ := packs.File("mx-guidelines-2021")
	told(b, s, s.admin, console.AddPack{File: "mx-guidelines-2021.yaml", Source: pack})
	return s
}

func (s *side) serve(b *testing.B) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	ready := make(chan struct{})
	go func() { s.done <- s.node.Serve(ctx, func(string) { close(ready) }) }()
	<-ready
	b.Cleanup(func() {
		stop()
		if err := <-s.done; err != nil {
			b.Error(err)
		}
		if err := s.node.Close(); err != nil {
			b.Error(err)
		}
	})
}

func told[R any](b *testing.B, s *side, by console.Signer, c console.Asking[R]) R {
	b.Helper()
	r, err := console.Call(context.Background(), s.node, by, c)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// pair is two nodes that know each other, and items ready to be sent.
func pair(b *testing.B, items int) (us, mx *side, ids []string) {
	debug.SetGCPercent(node.GCPercent) // as comity serve does
	us, mx = newSide(b, "us/dea", "us/dea/desk"), newSide(b, "mx/semar", "mx/semar/uin")
	return us, mx, introduced(b, us, mx, items)
}

// introduced has two nodes know each other, serves them, and makes items ready to
// be sent.
func introduced(b *testing.B, us, mx *side, items int) []string {
	told(b, us, us.admin, console.AddPartner{Card: mx.node.SignedCard(), Confirmed: true})
	told(b, mx, mx.admin, console.AddPartner{Card: us.node.SignedCard(), Confirmed: true})
	us.serve(b)
	mx.serve(b)
	ids := make([]string, items)
	each(items, 32, func(n int) {
		text := fmt.Sprintf("# report %d\n\n%s\n", n, strings.Repeat("Three fast boats. ", 4096/18))
		v := told(b, us, us.officer, console.ImportItem{File: "x", Text: []byte(text), Topic: "boats", Purpose: "a joint case"})
		ids[n] = v.View.Item.ID.String()
		told(b, us, us.officer, console.MarkItem{Item: ids[n], Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}})
	})
	return ids
}

// each does n things with so many workers.
func each(n, workers int, do func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

func (s *side) send(b *testing.B, id string) {
	ask := console.Ask{Item: id, To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}
	told(b, s, s.officer, console.SendItem{Ask: ask})
}

func (s *side) queued(b *testing.B) int {
	n := 0
	for _, l := range told(b, s, s.admin, console.ListPartners{}).Links {
		n += l.Queued
	}
	return n
}

func (s *side) rest(b *testing.B) {
	for s.queued(b) > 0 {
		time.Sleep(500 * time.Microsecond)
	}
}

// BenchmarkRelease sends 4 KB reports to one recipient, from the officer's
// signed command to the receipt that is kept: planned, recorded, sealed,
// delivered, stored, receipted, durable on both sides, and cosigned with each
// run of messages.
func BenchmarkRelease(b *testing.B) {
	us, _, ids := pair(b, b.N)
	alone := cryptographyAlone(b)
	var took, committed, cpu, crypto time.Duration
	b.ResetTimer()
	for ids := range slices.Chunk(ids, 2000) {
		b.StopTimer()
		crypto += alone(len(ids)) // in turns: the machine may be shared, and is not always as fast
		spent, start := processor(b), time.Now()
		b.StartTimer()
		each(len(ids), 32, func(n int) { us.send(b, ids[n]) })
		committed += time.Since(start)
		for us.queued(b) > 0 {
			time.Sleep(2 * time.Millisecond)
		}
		took += time.Since(start)
		cpu += processor(b) - spent
	}
	b.StopTimer()
	n := float64(b.N)
	b.ReportMetric(float64(cpu)/1e6/n, "processor-ms/release")
	b.ReportMetric(n/took.Seconds(), "releases/s")
	b.ReportMetric(100*float64(crypto)/float64(took), "%-of-cryptography")
	b.ReportMetric(n/committed.Seconds(), "committed/s")
}

// processor tells how much of the processors' time this process has taken.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSingleRelease is one at a time, until its receipt is there.
func BenchmarkSingleRelease(b *testing.B) {
	us, _, ids := pair(b, b.N)
	var took []time.Duration
	b.ResetTimer()
	for n := range b.N {
		start := time.Now()
		us.send(b, ids[n])
		us.rest(b)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2])/1e6, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100])/1e6, "p95-ms")
}

// cryptographyAlone gives what tells how long all cores would take for some releases if
// there were nothing but their signatures and their sealing: the command, the
// statement, the envelope, the record of either side, its checkpoint and the
// answer are signed and checked, and 4 KB are sealed and opened.
func cryptographyAlone(b *testing.B) func(releases int) time.Duration {
	sign, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	key, err := seal.NewSealingKey()
	if err != nil {
		b.Fatal(err)
	}
	body, small := []byte(strings.Repeat("x", 6<<10)), []byte(strings.Repeat("x", 600))
	once := func() {
		for _, payload := range [][]byte{body, body, small, small, small} { // command, statement, envelope, record, answer
			e, err := seal.Sign("t", payload, sign)
			if err == nil {
				_, err = e.Verify("t", sign.Public())
			}
			if err != nil {
				b.Error(err)
			}
		}
		for range 2 { // the checkpoints of both sides; the receiver's is checked
			if _, err := seal.Sign("t", small[:200], sign); err != nil {
				b.Error(err)
			}
		}
		e, err := seal.Sign("t", small[:200], sign)
		if err == nil {
			_, err = e.Verify("t", sign.Public())
		}
		if err != nil {
			b.Error(err)
		}
		sealed, err := seal.Seal(body, key.Public())
		if err == nil {
			_, err = seal.Open(sealed, 1<<20, key)
		}
		if err != nil {
			b.Error(err)
		}
	}
	return func(releases int) time.Duration {
		start := time.Now()
		each(releases, runtime.GOMAXPROCS(0), func(int) { once() })
		return time.Since(start)
	}
}
