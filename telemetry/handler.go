package telemetry

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// The paths that are served.
const (
	metricsPath = "/metrics"
	livePath    = "/health/live"
	readyPath   = "/health/ready"
)

// Reasons for which a node is not ready, as /health/ready lists them.
const (
	reasonDatabase = "database" // the node cannot say how it is
	reasonStopped  = "stopped"  // its ledger is behind: it signs nothing
	reasonDisk     = "disk"     // hardly any room is left
)

// Handler serves GET /metrics, /health/live and /health/ready. A request that
// does not name this machine as the host is refused, unless it came over a unix
// socket: a page in a browser here could have its own name point to this address
// and read the answers (DNS rebinding). No answer tells what an error said.
func Handler(s Source, o Options) http.Handler {
	o.defaults()
	r := &reader{source: s, limit: o.Limit}
	metrics := promhttp.HandlerFor(registry(r, o), promhttp.HandlerOpts{MaxRequestsInFlight: 4, DisableCompression: true})
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		switch {
		case !local(req):
			answer(w, http.StatusMisdirectedRequest, "this host is not served")
		case req.URL.Path != metricsPath && req.URL.Path != livePath && req.URL.Path != readyPath:
			answer(w, http.StatusNotFound, "not found")
		case req.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			answer(w, http.StatusMethodNotAllowed, "only GET")
		case req.URL.Path == metricsPath:
			metrics.ServeHTTP(&bland{ResponseWriter: w}, req)
		case req.URL.Path == livePath:
			answer(w, http.StatusOK, "ok")
		default:
			ready(w, req, r, o)
		}
	})
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// ready tells whether the node does its work, or what keeps it.
func ready(w http.ResponseWriter, req *http.Request, r *reader, o Options) {
	readings, err := r.read(req.Context())
	if why := reasons(readings, err, o.MinFree); len(why) > 0 {
		answer(w, http.StatusServiceUnavailable, strings.Join(why, "\n"))
		return
	}
	answer(w, http.StatusOK, "ok")
}

func reasons(r Readings, err error, minFree int64) []string {
	if err != nil {
		return []string{reasonDatabase}
	}
	var why []string
	if r.Ledger.Stopped {
		why = append(why, reasonStopped)
	}
	if r.Store.Free >= 0 && r.Store.Free < minFree {
		why = append(why, reasonDisk)
	}
	return why
}

// local tells whether a request was made to this machine by its own name.
func local(req *http.Request) bool {
	if addr, ok := req.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && addr.Network() == "unix" {
		return true
	}
	host := req.Host
	if h, port, err := net.SplitHostPort(host); err == nil {
		if strings.Trim(port, "0123456789") != "" {
			return false
		}
		host = h
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	return loopback(host)
}

// loopback tells a host that is this machine, seen from itself.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback()
}

// bland leaves out of an answer that something failed what it says of it:
// Prometheus answers with the error's text.
type bland struct {
	http.ResponseWriter
	failed bool
}

// WriteHeader notes that the answer is a failure.
func (b *bland) WriteHeader(status int) {
	if b.failed = status >= http.StatusBadRequest; !b.failed {
		b.ResponseWriter.WriteHeader(status)
		return
	}
	answer(b.ResponseWriter, status, "the metrics cannot be read")
}

// Write writes, unless it is a failure.
func (b *bland) Write(p []byte) (int, error) {
	if b.failed {
		return len(p), nil
	}
	return b.ResponseWriter.Write(p)
}
