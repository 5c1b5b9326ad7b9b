package peer

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"comity/ref"
)

// guarded is a listener that bounds what strangers can take up, apart from
// what partners do. A connection is a stranger's until its first request came
// through TLS. When strangers take all their places, the oldest of them loses
// its own, so that whoever finishes quickly, as a partner does, gets in.
type guarded struct {
	net.Listener
	limits   Limits
	arrivals *buckets[netip.Prefix]

	mu       sync.Mutex
	strange  []*counted           // the oldest first
	from     map[netip.Prefix]int // of the strangers
	partners map[ref.Hash]int     // connections by the pin of the key
	known    int                  // connections of all partners
}

// widely is how much more a whole site may take up than one host's network.
const widely = 4

func guard(l net.Listener, limits Limits, now func() time.Time) *guarded {
	return &guarded{
		Listener: l,
		limits:   limits,
		arrivals: newBuckets[netip.Prefix](limits.Arrivals, 4*limits.Arrivals, now),
		from:     map[netip.Prefix]int{},
		partners: map[ref.Hash]int{},
	}
}

// Accept gives the next connection that is within the limits.
func (g *guarded) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		near := networks(c.RemoteAddr())
		if !g.arrives(near) {
			_ = c.Close()
			continue
		}
		mine := &counted{Conn: c, guard: g, near: near}
		for _, dropped := range g.enter(mine) {
			_ = dropped.Conn.Close()
		}
		return mine, nil
	}
}

// arrives charges a new connection to every network that it comes from; what a
// wider one may spend is counted in smaller coins.
func (g *guarded) arrives(near []netip.Prefix) bool {
	for i, n := range near {
		price := 1.0
		if i > 0 {
			price = 1.0 / widely
		}
		if !g.arrivals.take(n, price) {
			return false
		}
	}
	return true
}

// enter gives a stranger a place, and the strangers that lose theirs for it.
func (g *guarded) enter(c *counted) []*counted {
	g.mu.Lock()
	defer g.mu.Unlock()
	var dropped []*counted
	drop := func(which func(*counted) bool) {
		if i := slices.IndexFunc(g.strange, which); i >= 0 {
			dropped = append(dropped, g.strange[i])
			g.forget(g.strange[i])
		}
	}
	for i, n := range c.near {
		most := g.limits.PerAddress
		if i > 0 {
			most *= widely
		}
		if g.from[n] >= most {
			drop(func(o *counted) bool { return slices.Contains(o.near, n) })
		}
	}
	if len(g.strange) >= g.limits.Strangers {
		drop(func(*counted) bool { return true })
	}
	c.stands = stranger
	g.strange = append(g.strange, c)
	for _, n := range c.near {
		g.from[n]++
	}
	return dropped
}

// forget takes a connection off the counts.
func (g *guarded) forget(c *counted) {
	switch c.stands {
	case stranger:
		g.strange = slices.DeleteFunc(g.strange, func(o *counted) bool { return o == c })
		for _, n := range c.near {
			if g.from[n]--; g.from[n] == 0 {
				delete(g.from, n)
			}
		}
	case partner:
		g.known--
		if g.partners[c.pin]--; g.partners[c.pin] == 0 {
			delete(g.partners, c.pin)
		}
	}
	c.stands = gone
}

// admit moves a connection over to the partners. It is false if the partner
// has too many already, or the place was lost meanwhile.
func (g *guarded) admit(c *counted, pin ref.Hash) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.stands != stranger {
		return c.stands == partner
	}
	g.forget(c)
	if g.known >= g.limits.Connections || g.partners[pin] >= g.limits.PerKey {
		return false
	}
	c.stands, c.pin = partner, pin
	g.known++
	g.partners[pin]++
	return true
}

// watch is told by the server when a connection's state changes. Active means
// that a request came through TLS: the key was proved by then.
func watch(c net.Conn, state http.ConnState) {
	secure, ok := c.(*tls.Conn)
	if !ok || state != http.StateActive {
		return
	}
	mine, ok := secure.NetConn().(*counted)
	if !ok {
		return
	}
	s := secure.ConnectionState()
	if pin, found := pinOf(&s); !found || !mine.guard.admit(mine, pin) {
		_ = mine.Conn.Close()
	}
}

// networks gives what a connection is counted under: an IPv4 address; of IPv6
// the /64 that a host can choose its address from, and the /48 that a site
// can choose those from.
func networks(a net.Addr) []netip.Prefix {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return []netip.Prefix{{}}
	}
	addr := ap.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return []netip.Prefix{netip.PrefixFrom(addr, 32)}
	}
	return []netip.Prefix{netip.PrefixFrom(addr, 64).Masked(), netip.PrefixFrom(addr, 48).Masked()}
}

// standing is where a connection is counted.
type standing int

const (
	gone standing = iota
	stranger
	partner
)

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	guard  *guarded
	near   []netip.Prefix
	stands standing // under the guard's lock, like pin
	pin    ref.Hash
}

// Close closes the connection.
func (c *counted) Close() error {
	c.guard.mu.Lock()
	c.guard.forget(c)
	c.guard.mu.Unlock()
	return c.Conn.Close()
}
