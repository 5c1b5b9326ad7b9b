package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"comity/fault"
	"comity/seal"
	"comity/wire"
)

// The desk behind a socket is HTTP with one path and one method: a signed
// command in, its result or a *Failure out.
const (
	socketPath  = "/command"
	commandType = "application/json"
)

// maxSocket is the longest path of a socket that every system takes.
const maxSocket = 100

// SocketHandler serves a desk.
func SocketHandler(d Caller) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+socketPath, func(w http.ResponseWriter, r *http.Request) {
		result, err := serve(d, w, r)
		status := http.StatusOK
		if err != nil {
			status = http.StatusUnprocessableEntity
			if result, err = wire.Encode(Failed(err)); err != nil {
				status = http.StatusInternalServerError
			}
		}
		w.Header().Set("Content-Type", commandType)
		w.WriteHeader(status)
		_, _ = w.Write(result)
	})
	return mux
}

func serve(d Caller, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCommand))
	if err != nil {
		return nil, fault.New(fault.TooLarge, "the command cannot be read, or holds more than %d bytes", maxCommand).Because(err)
	}
	signed, err := seal.ParseEnvelope(body, wire.Limits{Bytes: maxCommand, Depth: 4})
	if err != nil {
		return nil, err
	}
	return d.Do(r.Context(), signed)
}

// Listen opens the socket of a home (0600). Whoever holds the home's lock may
// take the place of a socket that a dead process left behind.
func Listen(path string) (net.Listener, error) {
	if len(path) > maxSocket {
		return nil, fault.New(fault.Invalid, "the path of the socket is longer than %d bytes", maxSocket).At("%s", path).
			Fix("put the home into a folder with a shorter path")
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Internal, "the old socket cannot be removed").At("%s", path).Because(err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fault.New(fault.Internal, "the socket cannot be made").At("%s", path).Because(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, fault.New(fault.Internal, "the socket cannot be closed to others").At("%s", path).Because(err)
	}
	return l, nil
}

// Socket is the way to the desk of a node that is served.
type Socket struct {
	http *http.Client
	path string
}

var _ Caller = (*Socket)(nil)

// Dial finds out whether a node serves behind a socket.
func Dial(path string) (*Socket, bool) {
	if len(path) > maxSocket {
		return nil, false
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return nil, false
	}
	_ = c.Close()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	return &Socket{path: path, http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}, true
}

// Do sends a signed command and reads what comes back.
func (s *Socket) Do(ctx context.Context, signed seal.Envelope) ([]byte, error) {
	body, err := wire.Encode(signed)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://node"+socketPath, bytes.NewReader(body))
	if err != nil {
		return nil, fault.New(fault.Internal, "the command cannot be sent").Because(err)
	}
	req.Header.Set("Content-Type", commandType)
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, s.gone(err)
	}
	defer func() { _ = resp.Body.Close() }()
	result, err := io.ReadAll(io.LimitReader(resp.Body, maxResult+1))
	if err != nil {
		return nil, s.gone(err)
	}
	if resp.StatusCode == http.StatusOK {
		return result, nil
	}
	f := &Failure{}
	if err := wire.Decode(result, f, wire.Limits{Bytes: maxResult, Depth: 32}); err != nil {
		return nil, fault.New(fault.Unsupported, "the node's answer cannot be read").
			Fix("the command and the node that is served must be of one version: restart comity serve").Because(err)
	}
	return nil, f
}

func (s *Socket) gone(err error) error {
	return fault.New(fault.Unreachable, "the node that serves here stopped answering").At("%s", s.path).
		Fix("look at its log; whether the command was done, comity status and the lists tell").Because(err)
}
