package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// wire is the way to the browser: messages in JSON, each ended by a zero byte.
type wire struct {
	out     io.WriteCloser
	in      io.ReadCloser
	mu      sync.Mutex
	last    int
	waiting map[int]chan letter
	tabs    map[string]func(event)
	ended   chan struct{}
}

// letter is a message of either side.
type letter struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *refusal        `json:"error,omitempty"`
}

// refusal is what the browser says of a command that it does not do.
type refusal struct {
	Message string `json:"message"`
}

// Error gives the browser's words.
func (r *refusal) Error() string { return r.Message }

// event is what the browser says by itself.
type event struct {
	name   string
	params json.RawMessage
}

// read takes an event's words apart; what has others is left empty.
func (e event) read(into any) { _ = json.Unmarshal(e.params, into) }

var errEnded = errors.New("the browser has ended")

func newWire(out io.WriteCloser, in io.ReadCloser) *wire {
	w := &wire{out: out, in: in, waiting: map[int]chan letter{}, tabs: map[string]func(event){}, ended: make(chan struct{})}
	go w.listen()
	return w
}

func (w *wire) close() {
	_ = w.out.Close() // nothing is lost by either
	_ = w.in.Close()
	<-w.ended
}

func (w *wire) listen() {
	defer close(w.ended)
	for r := bufio.NewReaderSize(w.in, 1<<16); ; {
		b, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var l letter
		if json.Unmarshal(bytes.TrimSuffix(b, []byte{0}), &l) != nil {
			continue
		}
		w.mu.Lock()
		answer, tab := w.waiting[l.ID], w.tabs[l.Session]
		delete(w.waiting, l.ID)
		w.mu.Unlock()
		switch {
		case l.Method == "" && answer != nil:
			answer <- l
		case l.Method != "" && tab != nil:
			tab(event{l.Method, l.Params})
		}
	}
}

// hear has a session's events told; none: no more.
func (w *wire) hear(session string, tell func(event)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tabs[session] = tell; tell == nil {
		delete(w.tabs, session)
	}
}

// send gives a command, and tells where its answer comes.
func (w *wire) send(session, method string, params any) (chan letter, error) {
	if params == nil {
		params = struct{}{}
	}
	said, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last++
	b, err := json.Marshal(letter{ID: w.last, Session: session, Method: method, Params: said})
	if err != nil {
		return nil, err
	}
	answer := make(chan letter, 1)
	w.waiting[w.last] = answer
	_, err = w.out.Write(append(b, 0))
	return answer, err
}

// ask gives a command and waits for what it gives.
func (w *wire) ask(session, method string, params, into any) error {
	answer, err := w.send(session, method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case l := <-answer:
		if l.Error != nil {
			return fmt.Errorf("%s: %w", method, l.Error)
		}
		if into != nil {
			return json.Unmarshal(l.Result, into)
		}
		return nil
	case <-w.ended:
		return fmt.Errorf("%s: %w", method, errEnded)
	case <-time.After(patience):
		return fmt.Errorf("%s: the browser does not answer", method)
	}
}
