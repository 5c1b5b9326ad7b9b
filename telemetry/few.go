package telemetry

import (
	"net"
	"sync"
)

// few is a listener that has no more than so many connections open: a watcher
// that has gone wrong takes nothing from the node.
type few struct {
	net.Listener
	free chan struct{} // has an entry for each that is open
	shut chan struct{} // closed with the listener
	once sync.Once
}

func newFew(l net.Listener, most int) *few {
	return &few{Listener: l, free: make(chan struct{}, most), shut: make(chan struct{})}
}

// Accept waits until a connection may be opened, and takes it.
func (f *few) Accept() (net.Conn, error) {
	select {
	case f.free <- struct{}{}:
	case <-f.shut:
		return nil, net.ErrClosed
	}
	c, err := f.Listener.Accept()
	if err != nil {
		<-f.free
		return nil, err
	}
	return &one{Conn: c, end: sync.OnceFunc(func() { <-f.free })}, nil
}

// Close closes the listener, also while it waits.
func (f *few) Close() error {
	f.once.Do(func() { close(f.shut) })
	return f.Listener.Close()
}

// one is one of the connections.
type one struct {
	net.Conn
	end func()
}

// Close gives its place to another.
func (o *one) Close() error {
	o.end()
	return o.Conn.Close()
}
