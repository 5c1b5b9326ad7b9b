package peer

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// guarded is a listener that closes at once what goes over the limits, before
// any handshake is paid for.
type guarded struct {
	net.Listener
	limits   Limits
	arrivals *buckets[netip.Addr]

	mu   sync.Mutex
	open int
	from map[netip.Addr]int
}

func guard(l net.Listener, limits Limits, now func() time.Time) *guarded {
	return &guarded{
		Listener: l,
		limits:   limits,
		arrivals: newBuckets[netip.Addr](limits.Arrivals, 4*limits.Arrivals, now),
		from:     map[netip.Addr]int{},
	}
}

// Accept gives the next connection that is within the limits.
func (g *guarded) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr := network(c.RemoteAddr())
		if !g.enter(addr) {
			_ = c.Close()
			continue
		}
		return &counted{Conn: c, leave: sync.OnceFunc(func() { g.exit(addr) })}, nil
	}
}

func (g *guarded) enter(addr netip.Addr) bool {
	if !g.arrivals.take(addr, 1) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open >= g.limits.Connections || g.from[addr] >= g.limits.PerAddress {
		return false
	}
	g.open++
	g.from[addr]++
	return true
}

func (g *guarded) exit(addr netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open--
	g.from[addr]--
	if g.from[addr] == 0 {
		delete(g.from, addr)
	}
}

// network gives what is counted as one address: an IPv4 address, or the /64
// that an IPv6 host can choose its address from.
func network(a net.Addr) netip.Addr {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	addr := ap.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return addr
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return p.Addr()
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
