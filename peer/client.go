package peer

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"

	"comity/exchange"
	"comity/fault"
	"comity/message"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Client speaks to one partner. It satisfies exchange.Peer.
type Client struct {
	endpoints []string
	http      *http.Client
	transport *http.Transport
}

var _ exchange.Peer = (*Client)(nil)

// NewClient makes the client for the partner whose card has these endpoints
// and this pin; self is the certificate of this node. It connects to nothing
// else, and not before it is used.
func NewClient(self tls.Certificate, endpoints []string, pin ref.Hash, limits Limits) (*Client, error) {
	if limits == (Limits{}) {
		limits = DefaultLimits
	}
	for _, e := range endpoints {
		if err := CheckEndpoint(e); err != nil {
			return nil, err
		}
	}
	var one http.Protocols
	one.SetHTTP1(true)
	t := &http.Transport{
		Proxy:                  nil, // never one from the environment
		DialContext:            (&net.Dialer{Timeout: limits.Handshake}).DialContext,
		TLSClientConfig:        clientTLS(self, pin),
		TLSHandshakeTimeout:    limits.Handshake,
		Protocols:              &one,
		DisableCompression:     true,
		MaxConnsPerHost:        1,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        limits.Idle / 2,
		ResponseHeaderTimeout:  limits.Body,
		MaxResponseHeaderBytes: maxHeader,
	}
	return &Client{endpoints: endpoints, transport: t, http: &http.Client{
		Transport:     t,
		Timeout:       limits.Handshake + 2*limits.Body,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// CheckEndpoint accepts https://host:port and nothing more.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	bad := err != nil || u.Scheme != "https" || u.Hostname() == "" || u.Port() == "" || u.User != nil
	if bad || endpoint != "https://"+u.Host {
		return fault.New(fault.Invalid, "%q is not an endpoint", endpoint).Fix("write https://HOST:PORT and nothing behind it")
	}
	return nil
}

// Close ends the idle connection.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Deliver hands over messages, at the first endpoint where the partner
// answers. One where somebody else answers, with another key, does not keep
// the others from being tried; it is told only if none of them is the partner.
func (c *Client) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	body, err := message.FrameRun(messages)
	if err != nil {
		return nil, err
	}
	var a answered
	if err := c.ask(ctx, request{Path, MessageType, answerType, maxAnswers, &a}, body); err != nil {
		return nil, err
	}
	switch {
	case len(a.Answers) > len(messages):
		return nil, unspoken(c.endpoints[0], "more answers than messages")
	case a.Missed != nil:
		return a.Answers, a.Missed.missed()
	case len(a.Answers) < len(messages):
		return a.Answers, unspoken(c.endpoints[0], "fewer answers than messages")
	}
	return a.Answers, nil
}

// Compare hands over heads and gives the partner's.
func (c *Client) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	body, err := wire.Encode(heads)
	if err != nil {
		return seal.Envelope{}, err
	}
	var answer seal.Envelope
	return answer, c.ask(ctx, request{HeadsPath, headsType, headsType, maxHeads, &answer}, body)
}

// request is one of the two that a node answers.
type request struct {
	path, kind string // of what is sent
	answer     string // the media type of the answer
	most       int64  // bytes of the answer
	into       any    // what the answer is decoded into
}

func (c *Client) ask(ctx context.Context, q request, body []byte) error {
	last := error(fault.New(fault.Unreachable, "the partner has no endpoint").Fix("carry its messages by courier"))
	for _, e := range c.endpoints {
		err := c.post(ctx, e, q, body)
		switch {
		case fault.Is(err, fault.Forged):
			last = err
		case !fault.Is(err, fault.Unreachable): // done, or said by the partner itself
			return err
		case !fault.Is(last, fault.Forged):
			last = err
		}
	}
	return last
}

func (c *Client) post(ctx context.Context, endpoint string, q request, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+q.path, bytes.NewReader(body))
	if err != nil {
		return fault.New(fault.Internal, "the message cannot be put into a request").Because(err)
	}
	req.Header.Set("Content-Type", q.kind)
	req.Header.Set("Accept", q.answer+", "+problemType)
	req.Header["User-Agent"] = nil
	req.Header["Idempotency-Key"] = []string{} // delivering twice has one effect: a lost connection may be retried
	resp, err := c.http.Do(req)
	if err != nil {
		return undelivered(err, endpoint)
	}
	defer func() { _ = resp.Body.Close() }()
	return read(resp, endpoint, q)
}

// undelivered tells a partner that is down from one that is not the partner.
func undelivered(err error, endpoint string) error {
	if errors.Is(err, errStranger) {
		return fault.New(fault.Forged, "the node at %s does not hold the key of the partner's card", endpoint).
			Fix("ask the partner, by another way, whether it changed its keys; it must send a new card").Because(err)
	}
	return fault.New(fault.Unreachable, "the partner's node does not answer at %s", endpoint).
		Fix("nothing is lost: the message is sent again until it is answered").Because(err)
}

// read takes the signed answer, or the reason why there is none.
func read(resp *http.Response, endpoint string, q request) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusOK && kind == q.answer:
		return readAnswer(resp.Body, endpoint, q)
	case resp.StatusCode == http.StatusConflict && kind == problemType:
		return readProblem(resp.Body, endpoint)
	case resp.StatusCode == http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "the partner takes no message of this size")
	default:
		return unspoken(endpoint, http.StatusText(resp.StatusCode))
	}
}

func readAnswer(r io.Reader, endpoint string, q request) error {
	body, err := bounded(r, q.most)
	if err != nil {
		return unspoken(endpoint, "an answer cut short or too long").Because(err)
	}
	if err := wire.Decode(body, q.into, wire.Limits{Bytes: int(q.most), Depth: wire.Default.Depth}); err != nil {
		return unspoken(endpoint, "an answer that is not one").Because(err)
	}
	return nil
}

func readProblem(r io.Reader, endpoint string) error {
	body, err := bounded(r, maxProblem)
	if err != nil {
		return unspoken(endpoint, "a problem cut short or too long").Because(err)
	}
	var p problem
	if err := wire.Decode(body, &p, wire.Limits{Bytes: maxProblem, Depth: 4}); err != nil {
		return unspoken(endpoint, "a problem that is not one").Because(err)
	}
	return p.missed()
}

func bounded(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(body)) > most {
		err = io.ErrShortBuffer
	}
	return body, err
}

// unspoken is a partner that answers, but not as the protocol says. It counts
// as not reached: the message stays in the outbox.
func unspoken(endpoint, what string) *fault.Error {
	return fault.New(fault.Unreachable, "the partner's node at %s gave no signed answer: %s", endpoint, what).
		Fix("nothing is lost: the message is sent again until it is answered")
}
