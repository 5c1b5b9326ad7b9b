package demo

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// front is where a browser finds the pages of one side. Browsers keep cookies by
// host, whatever the port, and both sides are localhost on this machine: behind its
// front each side's cookies have names of their own, so that whoever is signed in on
// one side stays so while they sign in on the other.
type front struct {
	origin string // what a browser calls it
	server *http.Server
	log    io.Closer
}

// newFront opens a port for the pages that a node shows at an address, or will. What
// goes wrong between them it writes down.
func newFront(side, pages string, wrong io.Writer) (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, number, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	own := side + "."
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: pages})
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Cookie")
			for _, c := range r.In.Cookies() {
				if name, ours := strings.CutPrefix(c.Name, own); ours {
					c.Name = name
					r.Out.AddCookie(c)
				}
			}
		},
		ModifyResponse: func(r *http.Response) error {
			for i, line := range r.Header["Set-Cookie"] {
				r.Header["Set-Cookie"][i] = own + line
			}
			return nil
		},
		ErrorLog: log.New(wrong, "front: ", log.LstdFlags),
	}
	f := &front{origin: "http://localhost:" + number, server: &http.Server{Handler: proxy, ReadHeaderTimeout: patience, ErrorLog: proxy.ErrorLog}}
	go func() { _ = f.server.Serve(l) }() // ends when it is closed
	return f, nil
}

func (f *front) close() error { return errors.Join(f.server.Close(), f.log.Close()) }
