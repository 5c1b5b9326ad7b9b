package node

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/peer"
	"comity/ref"
	"comity/telemetry"
)

// grace is how long requests under way may take once the node stops.
const grace = 10 * time.Second

// GCPercent is what a process that serves a node sets its collector to: what a
// node holds is little, and what passes through it is much.
const GCPercent = 300

// Serve listens for partners and officers and delivers what waits, until ctx
// ends or a part of it fails. ready, if not nil, is called once everything
// listens, with the address for partners ("" if there is none).
func (n *Node) Serve(ctx context.Context, ready func(addr string)) error {
	if err := n.hook.there(); err != nil {
		return err
	}
	socket, err := console.Listen(n.home.Socket())
	if err != nil {
		return err
	}
	parts := []part{n.officers(socket), {name: "links", run: n.x.Run}, {name: "on_arrival", run: n.hook.run}}
	addr, more, err := n.listen()
	if err != nil {
		_ = socket.Close()
		return err
	}
	parts = append(parts, more...)
	if ready != nil {
		ready(addr)
	}
	return n.runAll(ctx, parts)
}

// listen opens what the configuration names: the port for partners, whose address it
// gives, the one for officers' browsers, and the one for the machine's own watch.
func (n *Node) listen() (addr string, parts []part, err error) {
	var opened []net.Listener
	defer func() {
		for _, l := range opened {
			if err != nil {
				_ = l.Close()
			}
		}
	}()
	if n.config.Listen != "" {
		l, err := net.Listen("tcp", n.config.Listen)
		if err != nil {
			return "", nil, fault.New(fault.Invalid, "the node cannot listen on %s", n.config.Listen).
				Fix("is the port taken? Change listen in config.toml, and the endpoints with it").Because(err)
		}
		addr = l.Addr().String()
		opened, parts = append(opened, l), append(parts, n.partners(l))
	}
	if n.config.Pages != "" {
		l, err := n.listenForPages()
		if err != nil {
			return "", nil, err
		}
		opened, parts = append(opened, l), append(parts, n.pages(l))
	}
	if n.config.Metrics != "" {
		var l net.Listener
		if l, err = telemetry.Listen(n.config.Metrics); err != nil {
			return "", nil, fault.Safe(err).At("metrics")
		}
		h := telemetry.Handler(n, telemetry.Options{Version: n.opts.Version, Partners: n.config.Partners})
		parts = append(parts, part{"metrics", func(ctx context.Context) error { return telemetry.Serve(ctx, l, h) }})
	}
	return addr, parts, nil
}

// part is one of the things that run while a node is served.
type part struct {
	name string
	run  func(context.Context) error
}

// runAll runs the parts until ctx ends or one of them does, then stops all.
func (n *Node) runAll(ctx context.Context, parts []part) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, len(parts))
	for _, p := range parts {
		go func() {
			err := p.run(ctx)
			if err != nil {
				n.opts.Log.Error("a part of the node stopped", "part", p.name, "err", err)
			}
			ended <- err
		}()
	}
	var errs []error
	for range parts {
		errs = append(errs, <-ended)
		stop()
	}
	return errors.Join(errs...)
}

// partners serves the other nodes.
func (n *Node) partners(l net.Listener) part {
	s := peer.NewServer(n.cert, peer.Node{Receive: n.x.ReceiveRun, Compare: n.witness.Answer, Who: n.who}, peer.ServerOptions{Log: n.opts.Log})
	return part{"partners", func(ctx context.Context) error { return s.Serve(ctx, l, grace) }}
}

// who finds the partner whose card pins a key.
func (n *Node) who(pin ref.Hash) (party.Name, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	name, err := n.x.PartnerOf(ctx, pin)
	if err != nil && !fault.Is(err, fault.Withheld) {
		n.opts.Log.Error("the partners cannot be read", "err", err)
	}
	return name, err == nil
}

// officers serves the socket.
func (n *Node) officers(l net.Listener) part {
	s := &http.Server{Handler: console.SocketHandler(n.desk), ReadHeaderTimeout: grace, IdleTimeout: time.Minute}
	return part{"officers", func(ctx context.Context) error { return serveUntil(ctx, s, l) }}
}

// serveUntil serves until ctx ends, and then lets requests under way finish.
func serveUntil(ctx context.Context, s *http.Server, l net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	select {
	case err := <-done:
		return err
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
