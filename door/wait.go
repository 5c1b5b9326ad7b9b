package door

import (
	"net/netip"
	"sync"
	"time"

	"comity/fault"
)

// Wrong tries are free up to a number; after that each costs a wait that doubles,
// up to the longest. An hour after the last, all is forgotten. An address has more
// of them than a handle: a whole office may stand behind one.
const (
	freeByHandle  = 5
	freeByAddress = 20
	longestWait   = 15 * time.Minute
	forgiveness   = time.Hour
	maxTriers     = 1 << 13
)

// Wait is the cause of a refusal of who has tried wrongly too often: how long
// they must wait. It is found with errors.As.
type Wait struct{ For time.Duration }

// Error tells the time.
func (w Wait) Error() string { return "wait " + w.For.String() }

// tries counts wrong tries by who makes them.
type tries struct {
	free int
	mu   sync.Mutex
	of   map[string]tried
}

type tried struct {
	wrong int
	last  time.Time
}

// delay is how long the next try must wait after the last.
func (t tried) delay(free int) time.Duration {
	if t.wrong < free {
		return 0
	}
	return min(longestWait, time.Second<<min(t.wrong-free, 20))
}

// begin counts a try as wrong until it is forgiven, so that tries at the same time
// are no cheaper than one after the other. Who must wait is refused, and that is
// not counted.
func (t *tries) begin(now time.Time, who string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	have := t.of[who]
	if now.Sub(have.last) >= forgiveness {
		have = tried{}
	}
	if left := have.delay(t.free) - now.Sub(have.last); left > 0 {
		return mustWait(left)
	}
	if t.of == nil {
		t.of = map[string]tried{}
	}
	if _, known := t.of[who]; !known && len(t.of) >= maxTriers {
		t.makeRoom(now)
	}
	t.of[who] = tried{have.wrong + 1, now}
	return nil
}

// makeRoom drops who is forgiven, or else whoever has waited longest.
func (t *tries) makeRoom(now time.Time) {
	oldest, when := "", now
	for who, have := range t.of {
		if now.Sub(have.last) >= forgiveness {
			delete(t.of, who)
		} else if oldest == "" || have.last.Before(when) {
			oldest, when = who, have.last
		}
	}
	if len(t.of) >= maxTriers {
		delete(t.of, oldest)
	}
}

// forgive takes one try back that was not wrong; all of them, if clean.
func (t *tries) forgive(who string, clean bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	have := t.of[who]
	if have.wrong <= 1 || clean {
		delete(t.of, who)
		return
	}
	have.wrong--
	t.of[who] = have
}

func mustWait(left time.Duration) error {
	left = max(left.Round(time.Second), time.Second)
	return fault.New(fault.Denied, "there were too many wrong tries").Fix("wait %s, then try again", left).Because(Wait{left})
}

// neighbourhood is what tries are counted by: an address, or the /64 that one
// customer of a provider has of IPv6.
func neighbourhood(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "nowhere"
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, _ := a.Prefix(64) // an IPv6 address has one
	return p.String()
}
