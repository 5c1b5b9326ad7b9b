package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
	"comity/words"
)

// batchQuestion is one line of a batch.
type batchQuestion struct {
	Item  string    `json:"item"`
	To    []batchTo `json:"to"`
	Never []string  `json:"never"`
	Packs []string  `json:"packs"`
	At    string    `json:"at"`
	Best  bool      `json:"best"`
}

type batchTo struct {
	Party    string            `json:"party"`
	Form     string            `json:"form"`
	Portions map[string]string `json:"portions"` // by number, those that differ
}

// batchAnswer is one line of the answer: a plan, or what was wrong.
type batchAnswer struct {
	Line  int              `json:"line"`
	Plan  *json.RawMessage `json:"plan,omitempty"`
	Error *batchError      `json:"error,omitempty"`
}

type batchError struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Where string `json:"where,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

// maxBatchLine bounds one question: the longest release has 500 portions.
const maxBatchLine = 1 << 20

// planBatch answers one question a line. A line that makes no sense is
// answered with what is wrong, and the next one is read. It ends badly if a
// line was not answered.
func planBatch(s *session, file string) error {
	in := s.term.in
	if file != "-" {
		f, err := openFile(file, fixInput)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxBatchLine)
	out := json.NewEncoder(s.term.out)
	out.SetEscapeHTML(false)
	wrong := 0
	n := 1
	for ; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		a := answerLine(s, n, lines.Bytes())
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if a.Error != nil {
			wrong++
		}
		if err := out.Encode(a); err != nil {
			return fault.New(fault.Internal, "the answer cannot be written").Because(err)
		}
	}
	if err := lines.Err(); err != nil {
		return fault.New(fault.TooLarge, "the line is longer than %d bytes, or cannot be read", maxBatchLine).At("line %d", n).Because(err)
	}
	if wrong > 0 {
		return fault.New(fault.Invalid, "%s not answered", words.Count(wrong, "question was", "questions were")).Fix("each has an answer with what was wrong and where")
	}
	return nil
}

func answerLine(s *session, n int, line []byte) batchAnswer {
	a := batchAnswer{Line: n}
	fail := func(err error) batchAnswer {
		e := fault.Safe(err)
		a.Error = &batchError{Kind: e.Kind.String(), Text: clean(e.Text), Where: clean(e.Where), Hint: clean(e.Hint)}
		return a
	}
	q, err := parseQuestion(line)
	if err != nil {
		return fail(err)
	}
	plans, err := do(s, q)
	if err != nil {
		return fail(err)
	}
	b, err := wire.Encode(plans.Plans[0])
	if err != nil {
		return fail(err)
	}
	raw := json.RawMessage(b)
	a.Plan = &raw
	return a
}

// parseQuestion reads a line: ordinary JSON, without members that nobody
// knows, and nothing behind it.
func parseQuestion(line []byte) (console.PlanItem, error) {
	var q batchQuestion
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return console.PlanItem{}, notQuestion(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return console.PlanItem{}, fault.New(fault.Invalid, "something follows the question").Fix("put one question on a line")
	}
	p := console.PlanItem{Ask: console.Ask{Item: q.Item, Best: q.Best}}
	if q.Item == "" {
		return p, fault.New(fault.Invalid, "no item is named").At("item")
	}
	var err error
	for i, t := range q.To {
		r, err := t.recipient(q.Best)
		if err != nil {
			return p, fault.Safe(err).At("to[%d]", i)
		}
		p.Ask.To = append(p.Ask.To, r)
	}
	if p.Ask.Never, err = release.Bars(q.Never); err != nil {
		return p, fault.Safe(err).At("never")
	}
	if q.At != "" {
		if p.At, err = wire.ParseTime(q.At); err != nil {
			return p, fault.Safe(err).At("at")
		}
	}
	if len(q.Packs) > 0 {
		p.Packs = [][]string{q.Packs}
	}
	return p, nil
}

// notQuestion says what of a line is no question, in its own terms.
func notQuestion(err error) error {
	f := fault.New(fault.Invalid, "this is not a question in JSON").Fix("comity plan --help shows one")
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return f.At("%s", clean(kind.Field))
	case errors.As(err, &syntax):
		return f.At("character %d", syntax.Offset)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.New(fault.Invalid, "a question has no member %s", clean(name)).Fix("comity plan --help shows one")
	}
	return f
}

func (t batchTo) recipient(best bool) (console.Recipient, error) {
	var r console.Recipient
	var err error
	if r.Party, err = party.ParseName(t.Party); err != nil {
		return r, err
	}
	switch {
	case t.Form != "":
		if r.Form, err = intel.ParseForm(t.Form); err != nil {
			return r, err
		}
	case best:
		r.Form = intel.Copy
	default:
		return r, fault.New(fault.Invalid, "it is not said in which form %s gets the portions", r.Party).Fix(`add "form":"copy"`)
	}
	for number, form := range t.Portions {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return r, fault.New(fault.Invalid, "%q is not the number of a portion", clean(number))
		}
		f, err := intel.ParseForm(form)
		if err != nil {
			return r, err
		}
		r.Except = append(r.Except, console.Except{Portion: n, Form: f})
	}
	slices.SortFunc(r.Except, func(a, b console.Except) int { return a.Portion - b.Portion })
	return r, nil
}
