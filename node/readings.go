package node

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"comity/fault"
	"comity/telemetry"
)

// watched is what the node counts for its operator's watch.
type watched struct {
	acts    atomic.Uint64
	commits telemetry.Timing
}

func (w *watched) observe(acts int, took time.Duration) {
	w.acts.Add(uint64(acts))
	w.commits.Took(took)
}

// Readings tells how the node stands, in numbers.
func (n *Node) Readings(ctx context.Context) (telemetry.Readings, error) {
	r := telemetry.Readings{Acts: n.watched.acts.Load(), Commits: n.watched.commits.Timings()}
	c := n.x.Counts()
	r.Messages = telemetry.Messages{Delivered: c.Delivered, Received: c.Received, Refused: c.Refused}
	partners, err := n.x.Standing(ctx)
	if err != nil {
		return r, err
	}
	for _, p := range partners {
		r.Links = append(r.Links, telemetry.Link{Partner: p.Name, State: string(p.State), Queued: p.Queued, Parts: p.Parts,
			Failing: p.Failing.Time(), Behind: p.Behind.Time()})
	}
	if r.Ledger.Records, err = n.db.Ledger().Size(); err != nil {
		return r, err
	}
	if r.Ledger.Head, err = n.db.Ledger().Signed(ctx); err != nil && !fault.Is(err, fault.Withheld) {
		return r, err
	}
	r.Ledger.Stopped = n.db.Heads().Stopped() != nil
	if r.Duties.Due, r.Duties.Overdue, err = n.desk.Casework.Standing(ctx); err != nil {
		return r, err
	}
	r.Store = n.room()
	return r, nil
}

// room tells how much the database takes, and what is left on its disk.
func (n *Node) room() telemetry.Store {
	s := telemetry.Store{Free: -1}
	for _, ending := range []string{"", "-wal"} {
		if info, err := os.Stat(n.home.Database() + ending); err == nil {
			s.Bytes += info.Size()
		}
	}
	var disk unix.Statfs_t
	if unix.Statfs(string(n.home), &disk) == nil {
		s.Free = int64(disk.Bavail) * disk.Bsize
	}
	return s
}
