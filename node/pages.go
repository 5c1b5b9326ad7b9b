package node

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"comity/door"
	"comity/fault"
	"comity/web"
)

// origin is what a browser calls the pages.
func (c Config) origin() string {
	if c.PagesOrigin != "" {
		return c.PagesOrigin
	}
	_, port, _ := net.SplitHostPort(c.Pages)
	return "http://localhost:" + port
}

// checkPages holds the settings of the pages together: what other machines reach
// has TLS.
func (c Config) checkPages() error {
	if c.Pages == "" {
		if c.PagesOrigin+c.PagesCert+c.PagesKey != "" || len(c.PagesProxies) > 0 {
			return fault.New(fault.Invalid, "it is not said where the pages are").At("pages").Fix("write HOST:PORT, such as 127.0.0.1:8080")
		}
		return nil
	}
	host, port, err := net.SplitHostPort(c.Pages)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return fault.New(fault.Invalid, "%q is no address to show pages at", c.Pages).At("pages").Fix("write HOST:PORT, such as 127.0.0.1:8080")
	}
	if (c.PagesCert == "") != (c.PagesKey == "") {
		return fault.New(fault.Invalid, "TLS wants a certificate and its key").At("pages_cert").Fix("name both files, pages_cert and pages_key, or neither")
	}
	ip := net.ParseIP(host)
	if c.PagesCert == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return openPages()
	}
	if c.PagesCert != "" && !strings.HasPrefix(c.PagesOrigin, "https://") {
		return fault.New(fault.Invalid, "pages with TLS want their origin").At("pages_origin").Fix("write https:// and the name in the certificate")
	}
	if _, err := door.CheckOrigin(c.origin()); err != nil {
		return fault.Safe(err).At("pages_origin")
	}
	if _, err := door.ParseProxies(c.PagesProxies); err != nil {
		return fault.Safe(err).At("pages_proxies")
	}
	return nil
}

func openPages() error {
	return fault.New(fault.Invalid, "other machines reach the pages, without TLS").At("pages").
		Fix("write 127.0.0.1:PORT, or name the files pages_cert and pages_key")
}

// openDoor makes the way into the pages, if there are any.
func (n *Node) openDoor(c door.Config) (*door.Door, error) {
	if n.config.Pages == "" {
		return nil, nil
	}
	c.Store, c.Node, c.Origin = n.db.Door(), n.config.Name, n.config.origin()
	c.Now, c.Random, c.Log = n.opts.Now, n.opts.Random, n.opts.Log
	return door.New(c)
}

// Pages is what a browser calls the node's pages; empty: it has none.
func (n *Node) Pages() string {
	if n.config.Pages == "" {
		return ""
	}
	return n.config.origin()
}

// pages serves officers' browsers.
func (n *Node) pages(l net.Listener) part {
	proxies, _ := door.ParseProxies(n.config.PagesProxies) // they were checked with the settings
	h := web.New(web.Config{
		Proxies: proxies, Reader: n.opts.Reader,
		Door: n.desk.Door, Desk: n.desk, Now: n.opts.Now, Log: n.opts.Log, Origin: n.Pages(), Secure: strings.HasPrefix(n.Pages(), "https://"),
	})
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: grace, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(n.opts.Log.Handler(), slog.LevelDebug),
	}
	return part{"pages", func(ctx context.Context) error { return serveUntil(ctx, s, l) }}
}

// listenForPages opens the port, with TLS if there are files for it.
func (n *Node) listenForPages() (net.Listener, error) {
	var keys *tls.Config
	if n.config.PagesCert != "" {
		pair, err := tls.LoadX509KeyPair(n.config.PagesCert, n.config.PagesKey)
		if err != nil {
			return nil, fault.New(fault.Invalid, "the files for TLS cannot be used").At("pages_cert").
				Fix("they are a certificate and its key, in PEM, which the node may read").Because(err)
		}
		keys = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}
	}
	l, err := net.Listen("tcp", n.config.Pages)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the node cannot show pages at %s", n.config.Pages).At("pages").
			Fix("is the port taken? Change pages in config.toml").Because(err)
	}
	if keys != nil {
		return tls.NewListener(l, keys), nil
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // what localhost is called elsewhere
		_ = l.Close()
		return nil, openPages()
	}
	return l, nil
}
