package peer

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// An IPv6 stranger has a network of addresses, and counts as that; a site with
// many networks counts as one too.
func TestNetworks(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.7:1":                "[192.0.2.7/32]",
		"[::ffff:192.0.2.7]:1":       "[192.0.2.7/32]",
		"[2001:db8:1:2:3:4:5:6]:1":   "[2001:db8:1:2::/64 2001:db8:1::/48]",
		"[2001:db8:1:3:3:4:5:6%x]:1": "[2001:db8:1:3::/64 2001:db8:1::/48]",
	} {
		if got := fmt.Sprint(networks(named(addr))); got != want {
			t.Errorf("networks(%s) = %s, want %s", addr, got, want)
		}
	}
}

// A site that takes a new /64 for every few connections loses its own places,
// not another's.
func TestSite(t *testing.T) {
	g := guard(nil, Limits{Arrivals: 1, PerAddress: 2, Strangers: 100}, time.Now)
	other := &counted{guard: g, near: networks(named("[2001:db8:2::1]:1"))}
	g.enter(other)
	dropped, arrived := 0, 0
	for i := range 40 {
		near := networks(named(fmt.Sprintf("[2001:db8:1:%x::1]:1", i)))
		if g.arrives(near) {
			arrived++
		}
		dropped += len(g.enter(&counted{guard: g, near: near}))
	}
	if dropped != 40-2*widely || arrived != 4*widely || other.stands != stranger {
		t.Errorf("%d of 40 were dropped and %d let in; the other stands as %d", dropped, arrived, other.stands)
	}
	if len(g.strange) != 2*widely+1 {
		t.Errorf("%d strangers are counted", len(g.strange))
	}
}

type named string

func (named) Network() string  { return "tcp" }
func (n named) String() string { return string(n) }

var _ net.Addr = named("")
