package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"comity/fault"
	"comity/ref"
)

// inquiry is who is said to have signed two histories, and who says so: nil
// if the witness's card was not given.
type inquiry struct {
	accused giver
	witness *giver
	chain   []card         // of the accused's: those that the given card is linked to
	used    map[int64]bool // serials of those under whose keys something was signed
}

// ground is what proves an incident.
type ground struct {
	by       string // a word of the closed list below
	says     string
	question string // whether the question that it rests on was checked; empty: it rests on none
}

// What proves an incident.
const (
	byRoots        = "two_roots"        // two heads of one size
	byNothing      = "root_of_nothing"  // a head of no records that has another root than nothing has
	byProof        = "false_proof"      // a signed proof that does not hold
	bySilence      = "no_proof"         // an answer without the proof that was asked for
	byRetreat      = "went_back"        // an answer with less than it was shown to have signed
	byPosition     = "two_messages"     // at one position of a link
	byPredecessors = "two_predecessors" // of one message
)

// Whether a question's signature was checked.
const (
	checked   = "checked"
	unchecked = "unchecked"
)

// finding is what is printed of an incident.
type finding struct {
	Files    []string   `json:"files"`
	Incident string     `json:"incident"` // fork or equivocation
	Proved   bool       `json:"proved"`
	By       string     `json:"by,omitempty"`
	Question string     `json:"question,omitempty"` // of a proof that rests on one: checked or unchecked
	Heads    []head     `json:"heads,omitempty"`    // of a fork, the smaller first
	Messages []position `json:"messages,omitempty"` // of an equivocation
	Cards    []int64    `json:"cards,omitempty"`    // serials of those, other than the newest given one, under whose keys some of it is signed
	Why      string     `json:"why"`
}

type head struct {
	Size int64    `json:"size"`
	Root ref.Hash `json:"root"`
}

type position struct {
	Sequence int64    `json:"sequence"`
	Hash     ref.Hash `json:"hash"`
}

// checkFolder judges each incident of a folder by itself.
func checkFolder(o options, g giver, out, errs io.Writer) int {
	failed := func(err error) int {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	q, err := inquiryOf(g, o.witness)
	if err != nil {
		return failed(err)
	}
	list, err := incidents(o.fork)
	if err != nil {
		return failed(err)
	}
	if q.chain, err = chain(g, o.fork, list); err != nil {
		return failed(err)
	}
	if !o.asJSON {
		q.introduce(out)
	}
	code := 0
	for _, i := range list {
		bodies, err := i.load(o.fork)
		if err != nil {
			code = failed(err)
			continue
		}
		f := q.judge(i, bodies)
		f.show(o.asJSON, out)
		if !f.Proved {
			code = max(code, 1)
		}
	}
	return code
}

func inquiryOf(g giver, witness string) (inquiry, error) {
	w, err := witnessOf(witness)
	return inquiry{accused: g, witness: w}, err
}

// witnessOf reads the witness's card; nil if none was given.
func witnessOf(file string) (*giver, error) {
	if file == "" {
		return nil, nil
	}
	b, err := read(file)
	if err != nil {
		return nil, err
	}
	c, err := readCard(file, b)
	if err != nil {
		return nil, err
	}
	w := holder([]card{c})
	return &w, nil
}

// introduce says whose cards are relied on, and the words to compare.
func (q inquiry) introduce(out io.Writer) {
	fmt.Fprintf(out, "Evidence against %s. %s\n", q.accused.node, q.accused.words)
	introduceWitness(q.witness, out)
}

func introduceWitness(w *giver, out io.Writer) {
	if w != nil {
		fmt.Fprintf(out, "The witness is %s. %s\n", w.node, w.words)
	}
}

// judge says what the pieces of an incident prove.
func (q inquiry) judge(i incident, bodies map[string][]byte) finding {
	f := finding{Files: i.files(), Incident: i[0].why}
	q.used = map[int64]bool{}
	g, err := ground{}, i.known()
	switch {
	case err != nil:
	case f.Incident == whyFork:
		g, err = q.fork(bodies, &f)
	default:
		g, err = q.equivocation(bodies, &f)
	}
	f.Cards = slices.Sorted(maps.Keys(q.used))
	if err != nil {
		f.Why = fault.Safe(err).Error()
		return f
	}
	f.Proved, f.By, f.Question, f.Why = true, g.by, g.question, g.says
	return f
}

func (f finding) show(asJSON bool, out io.Writer) {
	if asJSON {
		b, err := json.Marshal(f)
		if err != nil {
			b = []byte(`{"proved":false,"why":"the finding cannot be printed"}`)
		}
		fmt.Fprintf(out, "%s\n", b)
		return
	}
	word := "NOT PROVED"
	if f.Proved {
		word = "proved    "
	}
	var files []string
	for _, file := range f.Files {
		files = append(files, shown(file))
	}
	fmt.Fprintf(out, "%s  %s\n            %s\n", word, strings.Join(files, ", "), shown(f.Why))
	if len(f.Cards) > 0 {
		fmt.Fprintf(out, "            Some of it is signed under %s, not under the newest that you gave; they are linked by succession.\n", serials(f.Cards))
	}
}

// serials names cards by their numbers: card 1, or cards 1, 2.
func serials(list []int64) string {
	text := "card"
	if len(list) > 1 {
		text = "cards"
	}
	for i, n := range list {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %d", n)
	}
	return text
}

// missing says that a piece is not there, and what follows from that.
func missing(name, so string) *fault.Error {
	return fault.New(fault.Invalid, "the piece %s is missing, %s", name, so)
}

// within says in which piece something is wrong.
func within(name string, err error) error {
	e := fault.Safe(err)
	if e.Where != "" {
		name += ": " + e.Where
	}
	return e.At("%s", name)
}
