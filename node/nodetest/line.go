package nodetest

import (
	"bytes"
	"context"
	"strings"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/seal"
)

// line is the wire from one node to another: it frames and parses every
// message as the real one does, and fails as the scenario says.
type line struct {
	w         *World
	from, to  party.Name
	down      bool
	lose      string // what is lost or changed once: see fault
	loseHeads string // what is lost of heads: question, answer or nothing
	compared  int
	kept      []message.Message
	count     int // messages that arrived
}

func (w *World) line(from, to party.Name) *line {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := string(from) + ">" + string(to)
	if w.lines[key] == nil {
		w.lines[key] = &line{w: w, from: from, to: to}
	}
	return w.lines[key]
}

// Deliver carries messages, one by one: what befalls one befalls no other.
func (l *line) Deliver(ctx context.Context, messages ...message.Message) (answers []seal.Envelope, err error) {
	for _, m := range messages {
		a, err := l.carry(ctx, m)
		if err != nil {
			return answers, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

func (l *line) carry(ctx context.Context, m message.Message) (seal.Envelope, error) {
	lost := fault.New(fault.Unreachable, "%s does not answer", l.to)
	them := l.w.nodes[l.to]
	if l.down || them == nil || them.node == nil {
		return seal.Envelope{}, lost
	}
	how := l.lose
	l.lose = ""
	b, err := m.Frame()
	if err != nil {
		return seal.Envelope{}, err
	}
	if how == "message" {
		return seal.Envelope{}, lost
	}
	if m, err = message.Parse(damage(how, b)); err != nil {
		return seal.Envelope{}, err
	}
	l.kept = append(l.kept, m)
	answer, err := them.node.Exchange().Receive(ctx, l.from, m)
	if err != nil {
		return seal.Envelope{}, err
	}
	l.count++
	if how == "repeat" {
		again, err := them.node.Exchange().Receive(ctx, l.from, m)
		if err != nil || !bytes.Equal(again.Payload, answer.Payload) {
			l.w.t.Errorf("a repeated message got another answer (%v)", err)
		}
	}
	if how == "answer" {
		return seal.Envelope{}, lost
	}
	return answer, nil
}

// Compare carries heads, and keeps them: a scenario may have a thief replay
// or a forger change them.
func (l *line) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	lost := fault.New(fault.Unreachable, "%s does not answer", l.to)
	them := l.w.nodes[l.to]
	if l.down || them == nil || them.node == nil {
		return seal.Envelope{}, lost
	}
	how := l.loseHeads
	if how == "question" {
		return seal.Envelope{}, lost
	}
	answer, err := them.node.Witness().Answer(ctx, l.from, heads)
	if err == nil {
		l.compared++
	}
	if how == "answer" {
		return seal.Envelope{}, lost
	}
	return answer, err
}

// damage changes a framed message on its way.
func damage(how string, b []byte) []byte {
	b = bytes.Clone(b)
	switch how {
	case "sealed": // one bit of the sealed part
		b[len(b)-1] ^= 1
	case "longer":
		b = append(b, 0)
	case "shorter":
		b = b[:len(b)-1]
	case "envelope": // one character of the signed envelope
		i := bytes.Index(b, []byte(`"payload":"`)) + len(`"payload":"`) + 20
		b[i] = 'A' + (b[i]-'A'+1)%26
	}
	return b
}

// replay hands an old message over once more, as a thief of the wire could.
func (l *line) replay(ctx context.Context, n int) error {
	_, err := l.w.nodes[l.to].node.Exchange().Receive(ctx, l.from, l.kept[n-1])
	return err
}

// misdeliver hands a message over to a node that it is not for.
func (l *line) misdeliver(ctx context.Context, n int, to party.Name) error {
	_, err := l.w.nodes[to].node.Exchange().Receive(ctx, l.from, l.kept[n-1])
	return err
}

// faults lists what a line can do to the next message.
var faults = strings.Fields("message answer repeat sealed longer shorter envelope")
