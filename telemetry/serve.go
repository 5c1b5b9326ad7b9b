package telemetry

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"comity/fault"
)

// grace is how long requests under way may take once serving ends.
const grace = 5 * time.Second

// maxSocket is the longest path of a socket that every system takes.
const maxSocket = 100

// maxConnections is how many may be open at a time; others wait.
const maxConnections = 16

// CheckAddress refuses an address to serve on that others than this machine
// reach: it must be HOST:PORT with a host that is this machine (127.0.0.0/8, ::1,
// localhost), or the whole path of a unix socket.
func CheckAddress(address string) error {
	if isSocket(address) {
		if len(address) > maxSocket || filepath.Clean(address) != address || strings.ContainsRune(address, 0) {
			return fault.New(fault.Invalid, "%q is no path of a socket", address).
				Fix("write the whole path, of at most %d bytes, such as /run/comity/metrics", maxSocket)
		}
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return badAddress(address, "is no address to serve metrics on")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return badAddress(address, "has no port")
	}
	if !loopback(host) {
		return badAddress(address, "is reached from other machines: metrics tell how a node works and when")
	}
	return nil
}

func badAddress(address, why string) error {
	return fault.New(fault.Invalid, "%q %s", address, why).
		Fix("write 127.0.0.1:9464, [::1]:9464 or the path of a unix socket; let a program on this machine carry the numbers on, over a way of its own that is locked")
}

func isSocket(address string) bool { return strings.HasPrefix(address, "/") }

// Listen opens an address that [CheckAddress] takes. A unix socket is for its
// owner and its group (0660), and takes the place of one that nobody serves.
func Listen(address string) (net.Listener, error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	if !isSocket(address) {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, fault.New(fault.Invalid, "the metrics cannot be served on %s", address).Fix("is the port taken? Name another one").Because(err)
		}
		return l, nil
	}
	if err := vacate(address); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the socket for metrics cannot be made").At("%s", address).Fix("is its folder there, and the node's to write?").Because(err)
	}
	if err := os.Chmod(address, 0o660); err != nil {
		_ = l.Close()
		return nil, fault.New(fault.Internal, "the socket for metrics cannot be closed to others").At("%s", address).Because(err)
	}
	return l, nil
}

// vacate removes a socket that a process which is gone has left behind.
func vacate(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || info.Mode().Type() != os.ModeSocket {
		return fault.New(fault.Invalid, "something that is no socket is in the place of the socket for metrics").At("%s", path).Fix("name another path")
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return fault.New(fault.Locked, "another process serves metrics there").At("%s", path).Fix("give each node a socket of its own")
	}
	if err := os.Remove(path); err != nil {
		return fault.New(fault.Internal, "the old socket for metrics cannot be removed").At("%s", path).Because(err)
	}
	return nil
}

// Serve answers on a listener until ctx ends, and then lets requests under way
// finish. It closes the listener, and refuses one that other machines reach.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	if tcp, ok := l.Addr().(*net.TCPAddr); l.Addr().Network() != "unix" && (!ok || !tcp.IP.IsLoopback()) {
		_ = l.Close()
		return badAddress(l.Addr().String(), "is reached from other machines: metrics tell how a node works and when")
	}
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 8 << 10, ErrorLog: log.New(io.Discard, "", 0),
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(newFew(l, maxConnections)) }()
	select {
	case err := <-done:
		return fault.New(fault.Internal, "the metrics are no longer served").Because(err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := s.Shutdown(stop); err != nil {
		_ = s.Close()
	}
	<-done
	return nil
}
