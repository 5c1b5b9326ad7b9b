package peer

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Receive takes in messages from a partner, in order, and gives the signed
// answers to as many of the first as it received; an error says why the next
// one was not.
type Receive func(ctx context.Context, from party.Name, messages ...message.Message) ([]seal.Envelope, error)

// Compare takes the heads of a partner and gives this node's; an error means
// not received.
type Compare func(ctx context.Context, from party.Name, heads seal.Envelope) (seal.Envelope, error)

// Node is what a server hands requests to.
type Node struct {
	Receive Receive
	Compare Compare // nil: heads are not taken
	Who     Who
}

// Who tells which partner holds the key of a pin; false: none that this node
// introduced. It is asked for every connection and again for every request.
type Who func(pin ref.Hash) (party.Name, bool)

// missPrice is what a message that is not received costs of a partner's rate:
// one that keeps sending what nobody can take is soon told to wait.
const missPrice = 50

// handler serves the two paths and nothing else.
type handler struct {
	node   Node
	limits Limits
	rate   *buckets[party.Name]
	log    *slog.Logger

	mu   sync.Mutex
	busy map[party.Name]int
}

// Handler gives the receiving side as an http.Handler with the default
// limits. It must be served over TLS as [Server] does: a request without a
// client certificate is not answered.
func Handler(n Node) http.Handler {
	return newHandler(n, DefaultLimits, time.Now, slog.New(slog.DiscardHandler))
}

func newHandler(n Node, limits Limits, now func() time.Time, log *slog.Logger) *handler {
	return &handler{
		node: n, limits: limits, log: log,
		rate: newBuckets[party.Name](limits.Rate, 2*limits.Rate, now),
		busy: map[party.Name]int{},
	}
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	from, known := h.partner(r)
	if !known {
		panic(http.ErrAbortHandler) // closes the connection, says nothing
	}
	if !h.rate.take(from, 1) || !h.begin(from) {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusTooManyRequests)
		return
	}
	defer h.end(from)
	if status := h.acceptable(r); status != 0 {
		refuse(w, status)
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.limits.Body))
	if r.URL.Path == HeadsPath {
		h.heads(w, r, from)
		return
	}
	h.messages(w, r, from)
}

func (h *handler) partner(r *http.Request) (party.Name, bool) {
	pin, found := pinOf(r.TLS)
	if !found {
		return "", false
	}
	return h.node.Who(pin)
}

func (h *handler) begin(from party.Name) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[from] >= h.limits.PerPartner {
		return false
	}
	h.busy[from]++
	return true
}

func (h *handler) end(from party.Name) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy[from]--
	if h.busy[from] == 0 {
		delete(h.busy, from)
	}
}

// acceptable gives the status to refuse a request with, 0 for none.
func (h *handler) acceptable(r *http.Request) int {
	want, ok := map[string]string{Path: MessageType, HeadsPath: headsType}[r.URL.Path]
	switch {
	case !ok || r.URL.RawQuery != "" || r.URL.Path == HeadsPath && h.node.Compare == nil:
		return http.StatusNotFound
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case r.Header.Get("Content-Type") != want || r.Header.Get("Content-Encoding") != "":
		return http.StatusUnsupportedMediaType
	}
	return 0
}

// messages takes messages in, read within the limits of size and time. Each
// counts in the partner's rate.
func (h *handler) messages(w http.ResponseWriter, r *http.Request, from party.Name) {
	list, err := message.ReadRun(r.Body)
	if err != nil && !fault.Is(err, fault.Unreachable) {
		err = &message.NotReceived{Why: message.WhyFrame}
	}
	if err != nil {
		h.missed(w, r, from, err)
		return
	}
	h.rate.charge(from, float64(len(list)-1))
	answers, err := h.node.Receive(r.Context(), from, list...)
	if err != nil && len(answers) == 0 {
		h.missed(w, r, from, err)
		return
	}
	a := answered{Answers: answers}
	if err != nil {
		h.rate.charge(from, missPrice)
		h.log.WarnContext(r.Context(), "a message was not received", "partner", string(from), "kind", fault.KindOf(err).String(), "err", err)
		a.Missed = whyOf(err)
	}
	h.answer(w, answerType, a)
}

// headsPrice is what heads cost of a partner's rate: they may ask for many
// proofs.
const headsPrice = 20

// heads takes heads in.
func (h *handler) heads(w http.ResponseWriter, r *http.Request, from party.Name) {
	h.rate.charge(from, headsPrice-1)
	e, err := readHeads(r.Body)
	if err == nil {
		e, err = h.node.Compare(r.Context(), from, e)
	}
	if err != nil {
		h.missed(w, r, from, err)
		return
	}
	h.answer(w, headsType, e)
}

func readHeads(r io.Reader) (seal.Envelope, error) {
	missed := &message.NotReceived{Why: message.WhyFrame}
	body, err := bounded(r, maxHeads)
	if err != nil {
		return seal.Envelope{}, missed
	}
	e, err := seal.ParseEnvelope(body, wire.Limits{Bytes: maxHeads, Depth: wire.Default.Depth})
	if err != nil {
		return seal.Envelope{}, missed
	}
	return e, nil
}

// missed answers what was not received: a problem if exchange says why, and
// otherwise nothing but a status. The cause stays in this node's log.
func (h *handler) missed(w http.ResponseWriter, r *http.Request, from party.Name, err error) {
	h.rate.charge(from, missPrice)
	h.log.WarnContext(r.Context(), "a message was not received", "partner", string(from), "kind", fault.KindOf(err).String(), "err", err)
	var missed *message.NotReceived
	if !errors.As(err, &missed) {
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	body, err := wire.Encode(problemOf(missed))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Connection", "close")
	write(w, http.StatusConflict, problemType, body)
}

func (h *handler) answer(w http.ResponseWriter, kind string, answer any) {
	body, err := wire.Encode(answer)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	write(w, http.StatusOK, kind, body)
}

// refuse answers with a status and an empty body, and ends the connection, so
// that the rest of a body nobody wants is not read.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Connection", "close")
	write(w, status, "", nil)
}

func write(w http.ResponseWriter, status int, mediaType string, body []byte) {
	w.Header()["Date"] = nil // a clock is nobody's business
	if mediaType != "" {
		w.Header().Set("Content-Type", mediaType)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
