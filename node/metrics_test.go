package node_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"comity/node"
)

// While a node is served this machine may ask how it is, and nobody else.
func TestMetricsAreServed(t *testing.T) {
	c := config
	c.Metrics = filepath.Join(t.TempDir(), "m")
	dir, lock := made(t, c)
	n := open(t, dir, lock, node.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- n.Serve(ctx, func(string) { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", c.Metrics)
	}}}
	for path, want := range map[string]string{"/metrics": "comity_ledger_records", "/health/ready": "ok", "/health/live": "ok"} {
		r, err := client.Get("http://localhost" + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil || r.StatusCode != http.StatusOK || !strings.Contains(string(b), want) {
			t.Errorf("%s: %d, %v: %.300s", path, r.StatusCode, err, b)
		}
	}
	client.CloseIdleConnections()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}
