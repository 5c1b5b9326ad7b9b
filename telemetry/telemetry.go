// Package telemetry tells the machine's own watch how a node is: whether it
// lives and is ready, and numbers in the form that Prometheus reads, on an
// address that only this machine reaches.
//
// Numbers are all that it tells. Who talks with whom, and how much, is worth as
// much to an adversary as what is said: so links are counted, and named only if
// the node's owner wants it. No label ever holds a title, an officer or anything
// of an item. The node says how it is with [Readings] and knows nothing of how
// that is published; nothing but this package imports Prometheus.
package telemetry

import (
	"context"
	"time"

	"comity/party"
)

// Source is the node, as it is read. Readings must be safe for concurrent use,
// and return soon after ctx ends; it is asked for one at a time.
type Source interface {
	Readings(ctx context.Context) (Readings, error)
}

// Readings is how a node stands. Counts of what happened are since the process
// began; a zero time says that it is not so.
type Readings struct {
	Links    []Link
	Ledger   Ledger
	Messages Messages
	Acts     uint64 // committed: each is one transaction with its records
	Duties   Duties
	Store    Store
	Commits  Timings
}

// Link is how a link with a partner stands.
type Link struct {
	Partner party.Name
	State   string    // active, suspended or frozen
	Queued  int       // what waits to be sent
	Parts   int       // of that, parts of exhibits
	Failing time.Time // since when what waits cannot be delivered
	Behind  time.Time // since when the partner says that its ledger is behind
}

// Ledger is the node's own.
type Ledger struct {
	Records int64
	Head    time.Time // when its newest head was signed
	Stopped bool      // nothing is signed, until the loss is explained
}

// Messages counts what crossed the links.
type Messages struct {
	Delivered uint64 // a partner took it
	Received  uint64 // from a partner, and taken
	Refused   uint64 // from a partner, and not taken
}

// Duties are those that are open.
type Duties struct {
	Due     int // also those that are overdue
	Overdue int
}

// Store is where the node keeps what it holds.
type Store struct {
	Bytes int64 // of its database
	Free  int64 // left on the disk; less than 0: not known
}

// Options say what is told.
type Options struct {
	Version  string           // of the program
	Partners bool             // name the partners: whoever reads the metrics then knows who talks with whom
	Limit    time.Duration    // how long the node may take to say how it is; 0: [DefaultLimit]
	MinFree  int64            // bytes left on the disk below which the node is not ready; 0: [DefaultMinFree]
	Now      func() time.Time // nil: time.Now
}

// The defaults of [Options].
const (
	DefaultLimit   = 5 * time.Second
	DefaultMinFree = 256 << 20
)

func (o *Options) defaults() {
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.MinFree <= 0 {
		o.MinFree = DefaultMinFree
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}
