package node_test

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"comity/console"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
	"comity/seal"
)

// attach makes random bytes an exhibit of an item's first portion.
func (s *side) attach(b *testing.B, id string, size int) {
	b.Helper()
	content := make([]byte, size)
	if _, err := rand.Read(content); err != nil {
		b.Fatal(err)
	}
	x := intel.Exhibit{Content: ref.Content(content), Size: int64(size), Media: "application/octet-stream"}
	from := 1
	for piece := range slices.Chunk(content, 32*intel.PartSize) {
		told(b, s, s.officer, console.UploadParts{Item: id, Exhibit: x, From: from, Bytes: piece})
		from += 32
	}
	told(b, s, s.officer, console.AttachExhibits{Item: id, Exhibits: []holdings.Placed{{Portion: 1, Exhibit: x}}})
}

// delivered waits until what was sent of an item is there; with its exhibits, if
// whole.
func (s *side) delivered(b *testing.B, id string, whole bool) {
	for {
		t := told(b, s, s.officer, console.ReadTrail{Item: id})
		if l := t.Trail.Lines[len(t.Trail.Lines)-1]; len(l.Receipts) > 0 && (!whole || l.Taken == l.Parts) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// BenchmarkExhibit sends a file of 32 MiB, until all of it is durable at the other
// side, beside sealing and opening its parts alone on all cores.
func BenchmarkExhibit(b *testing.B) {
	const size = 32 << 20
	us, _, ids := pair(b, b.N)
	for _, id := range ids {
		us.attach(b, id, size)
	}
	b.SetBytes(size)
	b.ResetTimer()
	for _, id := range ids {
		us.send(b, id)
		us.delivered(b, id, true)
	}
	rate := float64(b.N) * size / b.Elapsed().Seconds()
	b.StopTimer()
	b.ReportMetric(100*rate/sealingAlone(b), "%-of-sealing")
}

// sealingAlone tells how many bytes a second all cores seal and open in parts of an
// exhibit.
func sealingAlone(b *testing.B) float64 {
	key, err := seal.NewSealingKey()
	if err != nil {
		b.Fatal(err)
	}
	part := make([]byte, intel.PartSize)
	const rounds = 500
	start := time.Now()
	each(rounds, runtime.GOMAXPROCS(0), func(int) {
		sealed, err := seal.Seal(part, key.Public())
		if err == nil {
			_, err = seal.Open(sealed, 1<<20, key)
		}
		if err != nil {
			b.Error(err)
		}
	})
	return rounds * intel.PartSize / time.Since(start).Seconds()
}

// BenchmarkBesideExhibit releases reports over a line of 2 Mbit/s, alone and while
// a file of 4 MiB crosses it: how long one takes until its receipt is there.
func BenchmarkBesideExhibit(b *testing.B) {
	var line *slowLine
	us := newSide(b, "us/dea", "us/dea/desk")
	mx := newSideAt(b, "mx/semar", "mx/semar/uin", func(addr string) string {
		line = newSlowLine(b, addr, 2_000_000/8)
		return line.Addr().String()
	})
	const few = 7
	ids := introduced(b, us, mx, 2*few+1)
	large := ids[2*few]
	us.attach(b, large, 4<<20)
	one := func(id string) time.Duration {
		start := time.Now()
		us.send(b, id)
		us.delivered(b, id, false)
		return time.Since(start)
	}
	var alone, beside []time.Duration
	for _, id := range ids[:few] {
		alone = append(alone, one(id))
	}
	start := time.Now()
	us.send(b, large)
	for _, id := range ids[few : 2*few] {
		time.Sleep(time.Second)
		beside = append(beside, one(id))
	}
	us.delivered(b, large, true)
	took := time.Since(start)
	slices.Sort(alone)
	slices.Sort(beside)
	b.ReportMetric(float64(alone[few/2])/1e6, "alone-p50-ms")
	b.ReportMetric(float64(beside[few/2])/1e6, "beside-p50-ms")
	b.ReportMetric(float64(beside[few-1])/1e6, "beside-worst-ms")
	b.ReportMetric(100*(4<<20)/took.Seconds()/(2_000_000/8), "%-of-the-line")
	b.ReportMetric(0, "ns/op")
}

// slowLine is a TCP proxy that lets so many bytes a second through each way.
type slowLine struct {
	net.Listener
	rate float64
}

func newSlowLine(b *testing.B, to string, rate float64) *slowLine {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &slowLine{l, rate}
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			context.AfterFunc(ctx, func() { _, _ = near.Close(), far.Close() })
			all.Go(func() { s.pump(far, near) })
			all.Go(func() { s.pump(near, far) })
		}
	})
	b.Cleanup(func() { stop(); _ = l.Close(); all.Wait() })
	return s
}

// pump copies at the line's rate, in pieces of some milliseconds.
func (s *slowLine) pump(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	for _, c := range []net.Conn{to, from} {
		if c, ok := c.(*net.TCPConn); ok { // a buffer is no line
			_, _ = c.SetWriteBuffer(64<<10), c.SetReadBuffer(64<<10)
		}
	}
	buf := make([]byte, 4<<10)
	var free time.Time // when the line is
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(float64(n) / s.rate * float64(time.Second)))
			time.Sleep(time.Until(free))
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}
