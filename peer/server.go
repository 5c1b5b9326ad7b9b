package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"comity/fault"
	"comity/ref"
)

// Server is the receiving side of a node.
type Server struct {
	http   *http.Server
	limits Limits
}

// ServerOptions are what a server may be told; zero values are the defaults.
type ServerOptions struct {
	Limits Limits
	Log    *slog.Logger
}

// NewServer makes a server that shows the certificate self and hands requests
// to the node.
func NewServer(self tls.Certificate, n Node, o ServerOptions) *Server {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var one http.Protocols
	one.SetHTTP1(true)
	return &Server{limits: o.Limits, http: &http.Server{
		Handler:                      newHandler(n, o.Limits, time.Now, o.Log),
		TLSConfig:                    serverTLS(self, func(pin ref.Hash) bool { _, known := n.Who(pin); return known }),
		Protocols:                    &one,
		ReadHeaderTimeout:            o.Limits.Handshake,
		ReadTimeout:                  o.Limits.Handshake + o.Limits.Body,
		WriteTimeout:                 o.Limits.Handshake + 2*o.Limits.Body,
		IdleTimeout:                  o.Limits.Idle,
		MaxHeaderBytes:               maxHeader,
		ErrorLog:                     slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		ConnState:                    watch,
		DisableGeneralOptionsHandler: true,
	}}
}

// Serve takes connections until ctx ends; then it lets the requests under way
// finish, for at most grace, and closes the rest.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	done := make(chan error, 1)
	go func() { done <- s.http.ServeTLS(guard(l, s.limits, time.Now), "", "") }()
	select {
	case err := <-done:
		return fault.New(fault.Internal, "the node no longer listens on %s", l.Addr()).Because(err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		_ = s.http.Close()
	}
	if err := <-done; err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
