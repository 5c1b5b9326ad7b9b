package message_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"comity/fault"
	"comity/message"
	"comity/seal"
)

func framed(t testing.TB) []byte {
	key := must(seal.NewSigningKey(bytes.NewReader(make([]byte, 32))))(t)
	e := must(seal.Sign(message.EnvelopeType, []byte(`{"a":1}`), key))(t)
	return must(message.Message{Envelope: e, Sealed: []byte("sealed")}.Frame())(t)
}

func TestFrame(t *testing.T) {
	b := framed(t)
	m, err := message.Parse(b)
	if err != nil || string(m.Sealed) != "sealed" {
		t.Fatal(err)
	}
	if again := must(m.Frame())(t); !bytes.Equal(again, b) {
		t.Fatal("another frame")
	}
	at := len("orx/1 message\n")
	length := func(n uint32) []byte {
		c := bytes.Clone(b)
		binary.BigEndian.PutUint32(c[at:], n)
		return c
	}
	for name, c := range map[string][]byte{
		"nothing":         nil,
		"magic alone":     b[:at],
		"half a length":   b[:at+2],
		"no envelope":     b[:at+4],
		"half":            b[:at+40],
		"another magic":   append([]byte("orx/2"), b[5:]...),
		"DOS line":        append([]byte("orx/1 message\r"), b[at:]...),
		"space first":     append([]byte(" "), b...),
		"length zero":     length(0),
		"length too long": length(message.MaxEnvelope + 1),
		"length huge":     length(1<<32 - 1),
		"length short":    length(10),
		"not canonical":   append(append(bytes.Clone(b[:at+4]), ' '), b[at+4:]...),
		"too much":        append(bytes.Clone(b), make([]byte, message.MaxMessage)...),
	} {
		if _, err := message.Parse(c); err == nil {
			t.Errorf("%s was parsed", name)
		}
	}
}

// A stream that never ends is read no further than a sealed part may be long.
func TestReadStops(t *testing.T) {
	endless := &counting{head: framed(t)}
	m, err := message.Read(endless)
	if err != nil || len(m.Sealed) != message.MaxSealed+1 || endless.read > message.MaxSealed+message.MaxEnvelope+1<<20 {
		t.Fatalf("read %d, kept %d, %v", endless.read, len(m.Sealed), err)
	}
}

type counting struct {
	head []byte
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n := copy(p, c.head)
	c.head = c.head[n:]
	if n == 0 {
		n = len(p)
	}
	c.read += n
	return n, nil
}

func FuzzParse(f *testing.F) {
	f.Add(framed(f))
	f.Add([]byte("orx/1 message\n\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := message.Parse(b)
		if err != nil {
			return
		}
		if again, err := m.Frame(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("one message, two frames: %v", err)
		}
	})
}

// messages makes n messages that differ in their sealed part.
func messages(t *testing.T, n int) []message.Message {
	t.Helper()
	m := must(message.Parse(framed(t)))(t)
	list := make([]message.Message, n)
	for i := range list {
		list[i] = message.Message{Envelope: m.Envelope, Sealed: fmt.Appendf(nil, "the sealed part of message %d", i)}
	}
	return list
}

func TestFrameRun(t *testing.T) {
	list := messages(t, 3)
	b := must(message.FrameRun(list))(t)
	again := must(message.ReadRun(bytes.NewReader(b)))(t)
	if len(again) != 3 || !bytes.Equal(again[2].Sealed, list[2].Sealed) {
		t.Fatal(len(again))
	}
	one := must(message.FrameRun(list[:1]))(t)
	longer := bytes.Clone(one)
	binary.BigEndian.PutUint32(longer[15:], uint32(len(one)))
	crowd := make([]message.Message, message.MaxRun+1)
	for i := range crowd {
		crowd[i] = list[0]
	}
	for name, c := range map[string]struct {
		b    []byte
		want fault.Kind
	}{
		"nothing":            {nil, fault.Invalid},
		"no message":         {one[:15], fault.Invalid},
		"another magic":      {append([]byte("orx/1 message\n"), one...), fault.Invalid},
		"half a length":      {one[:17], fault.Invalid},
		"half a message":     {one[:len(one)-9], fault.Unreachable},
		"a length too large": {longer, fault.Unreachable},
		"too many":           {must(message.FrameRun(crowd))(t), fault.TooLarge},
		"bytes behind":       {append(bytes.Clone(one), 1, 2, 3), fault.Invalid},
	} {
		if _, err := message.ReadRun(bytes.NewReader(c.b)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message over the limit is cut and ends the run: what follows it was not
// looked at, and comes again.
func TestReadRunOversized(t *testing.T) {
	list := messages(t, 2)
	list[0].Sealed = make([]byte, message.MaxSealed+1000)
	got := must(message.ReadRun(bytes.NewReader(must(message.FrameRun(list))(t))))(t)
	if len(got) != 1 || len(got[0].Sealed) != message.MaxSealed+1 {
		t.Fatal(len(got), len(got[0].Sealed))
	}
}
