// Command orx-verify checks offline what nodes have signed: receipts, that a
// node signed a record of a disclosure and that its ledger held the record
// when it signed the checkpoint; and evidence that a node signed two histories.
// It links bands 1 to 3 only - no network, no database - so that an auditor
// can read all of it in a day.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/seal"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// giver is whose signatures are believed, and the words by which its officers
// can say that this is their card, or their key.
type giver struct {
	node  party.Name
	key   seal.VerifyKey // the newest
	words string
	cards []card // oldest first, each the next of the one before; none: only the key was given
}

func run(args []string, out, errs io.Writer) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		return 0
	}
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %v\n\n%s", err, usage)
		return 2
	}
	g, err := whose(o.cards, o.node, o.key)
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	if o.fork != "" {
		return checkFolder(o, g, out, errs)
	}
	return checkReceipts(o, g, out, errs)
}

func checkReceipts(o options, g giver, out, errs io.Writer) int {
	w, err := witnessOf(o.witness)
	own := func(t term) bool { return t.key == w.key }
	if err == nil && w != nil && (w.node == g.node || slices.ContainsFunc(g.terms(), own)) {
		err = fault.New(fault.Invalid, "the card that you gave for the witness is of %s, with the key %s: nobody is the witness of its own ledger", w.node, w.key).At("%s", o.witness)
	}
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	if !o.asJSON {
		fmt.Fprintf(out, "Receipts of %s. %s\n", g.node, g.words)
		introduceWitness(w, out)
	}
	code := 0
	for _, file := range o.receipts {
		code = max(code, check(file, g, w, o.asJSON, out, errs))
	}
	return code
}

// maxFile is far more than any card or receipt has, and the most that signed
// heads may have.
const maxFile = 1 << 20

func read(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file cannot be read: %v", errors.Unwrap(err)).At("%s", file)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(b) > maxFile {
		return nil, fault.New(fault.TooLarge, "the file is larger than %d bytes", maxFile).At("%s", file)
	}
	return b, nil
}

// verdict is what is printed of one receipt.
type verdict struct {
	File  string         `json:"file"`
	OK    bool           `json:"ok"`
	Why   string         `json:"why,omitempty"`
	Entry int64          `json:"entry"`          // in the giver's ledger, from 0
	Size  int64          `json:"size"`           // of the ledger then; 0: it does not hold
	Card  int64          `json:"card,omitempty"` // the number of the card that it was checked with; none if only a key was given
	Key   string         `json:"key,omitempty"`  // that has signed it
	Facts *record.Record `json:"record,omitempty"`

	Approval *answered `json:"approval,omitempty"` // what the record is of, in the file of an approval

	Cosigned *beside `json:"cosigned,omitempty"` // nil: nothing stands beside it

	under ledger.Checkpoint
	among int // how many cards were tried
}

func check(file string, g giver, w *giver, asJSON bool, out, errs io.Writer) int {
	b, err := read(file)
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	v := judge(g, bytes.TrimSuffix(b, []byte("\n")))
	v.File = file
	if v.OK {
		v.lookBeside(g, w)
	}
	show(v, asJSON, out)
	if !v.OK {
		return 1
	}
	return 0
}

func judge(g giver, b []byte) verdict {
	r, err := record.ParseReceipt(b)
	if err != nil {
		if p, bad := record.ParseProvenApproval(b); bad == nil {
			return judgeApproval(g, p)
		}
		return verdict{Why: fault.Safe(err).Error()}
	}
	return judgeReceipt(g, r)
}

func judgeReceipt(g giver, r record.Receipt) verdict {
	rec, cp, t, err := g.check(r)
	if err == nil {
		return verdict{OK: true, Entry: r.Evidence.Index, Size: cp.Size, Card: t.serial, Key: t.key.String(), Facts: &rec, under: cp, among: len(g.cards)}
	}
	// Most often it is the wrong card. What the receipt claims is not proved,
	// and is said as a claim.
	if claim, parseErr := record.Parse(r.Record.Payload); parseErr == nil && claim.Node != g.node {
		return verdict{Entry: r.Evidence.Index, Why: fmt.Sprintf("it claims to be from %s, and you gave the card or key of %s", claim.Node, g.node)}
	}
	return verdict{Entry: r.Evidence.Index, Why: fault.Safe(err).Error()}
}

func show(v verdict, asJSON bool, out io.Writer) {
	switch {
	case asJSON:
		b, err := json.Marshal(v)
		if err != nil {
			b = []byte(`{"ok":false,"why":"the verdict cannot be printed"}`)
		}
		fmt.Fprintf(out, "%s\n", b)
	case v.OK:
		fmt.Fprintf(out, "holds   %s: %s\n        entry %d of a ledger of %d, %s, %s\n", shown(v.File), v.says(), v.Entry, v.Size, v.head(), v.Cosigned)
	default:
		fmt.Fprintf(out, "BROKEN  %s: %s\n", shown(v.File), shown(v.Why))
	}
}

// shown gives a text as it stands if it shows as what it is, and quoted if
// not: names of files come from whoever packed them, and could write a verdict
// of their own on the screen.
func shown(s string) string {
	if intel.Plain(s, false) {
		return s
	}
	return strconv.Quote(s)
}

// says tells what the file shows.
func (v verdict) says() string {
	if v.Approval != nil {
		return v.Approval.sentence(*v.Facts)
	}
	return sentence(*v.Facts)
}

// sentence says what a record states.
func sentence(r record.Record) string {
	who := string(r.Node)
	if r.Unit != "" {
		who = string(r.Unit)
	}
	if r.Officer != "" {
		who += "#" + string(r.Officer)
	}
	cut := "cut " + r.Cut.String()
	switch r.Kind {
	case record.Deliver:
		return fmt.Sprintf("%s was delivered to %s on %s", cut, who, r.At)
	case record.ReadBy:
		if r.Exhibit > 0 {
			return fmt.Sprintf("exhibit %d of %s was taken by %s on %s", r.Exhibit, cut, who, r.At)
		}
		return fmt.Sprintf("%s was read by %s on %s", cut, who, r.At)
	case record.Onward:
		return fmt.Sprintf("%s was passed on by %s to %s (%s) under %q on %s", cut, who, r.Other, r.Scope, r.Rule, r.At)
	case record.Authorise:
		until := "without an end"
		if !r.Due.IsZero() {
			until = "until " + r.Due.String()
		}
		return fmt.Sprintf("what %s asks for was AUTHORISED by %s on %s, %s", cut, who, r.At, until)
	case record.Unauthorised:
		return fmt.Sprintf("what %s asks for was REFUSED by %s on %s: %s", cut, who, r.At, r.Code)
	case record.Destroy:
		return fmt.Sprintf("the content of %s was destroyed by %s on %s: %s", cut, who, r.At, r.Code)
	case record.Discharged:
		late := "in time"
		if !r.Due.IsZero() && r.At.After(r.Due) {
			late = "LATE"
		}
		return fmt.Sprintf("%s filed what %q demands with %s (%s) on %s, due %s: %s", who, r.Rule, r.Other, r.Scope, r.At, r.Due, late)
	default:
		return fmt.Sprintf("%q: %s, on %s", r.Kind, who, r.At)
	}
}
