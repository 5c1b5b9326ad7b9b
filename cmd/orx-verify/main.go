// Command orx-verify checks receipts offline: that a node signed a record of a
// disclosure and that its ledger held the record when it signed the
// checkpoint. It links bands 1 to 3 only - no network, no database - so that
// an auditor can read all of it in a day.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/seal"
)

const usage = `Usage: orx-verify --card CARD RECEIPT...
       orx-verify --node NAME --key KEY RECEIPT...

Checks receipts offline against the card (or the key) of the node that gave
them. Compare the words of the card with the node's officers (comity card
--words) before you rely on one that came by wire.

  --card FILE   the giver's card, as it was introduced
  --node NAME   the giver's name, e.g. mx/semar
  --key KEY     the giver's verification key, ed25519:...
  --json        one line of JSON for each receipt

Exit codes: 0 every receipt holds; 1 one does not; 2 wrong use, or a file that
cannot be read.
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// giver is whose receipts are believed, and the words by which its officers
// can say that this is their card, or their key.
type giver struct {
	node  party.Name
	key   seal.VerifyKey
	words string
}

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("orx-verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	card, node, key := flags.String("card", "", ""), flags.String("node", "", ""), flags.String("key", "", "")
	asJSON := flags.Bool("json", false, "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(out, usage)
			return 0
		}
		fmt.Fprintf(errs, "orx-verify: %v\n\n%s", err, usage)
		return 2
	}
	if flags.NArg() == 0 || (*card == "") == (*node == "" || *key == "") {
		fmt.Fprintf(errs, "orx-verify: name the receipts, and either a card or a node with its key\n\n%s", usage)
		return 2
	}
	g, err := whose(*card, *node, *key)
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	if !*asJSON {
		fmt.Fprintf(out, "Receipts of %s. %s\n", g.node, g.words)
	}
	code := 0
	for _, file := range flags.Args() {
		code = max(code, check(file, g, *asJSON, out, errs))
	}
	return code
}

func whose(card, node, key string) (giver, error) {
	if card != "" {
		b, err := read(card)
		if err != nil {
			return giver{}, err
		}
		return readCard(card, b)
	}
	n, err := party.ParseName(node)
	if err != nil {
		return giver{}, err
	}
	k, err := seal.ParseVerifyKey(key)
	if err != nil {
		return giver{}, err
	}
	return giver{n, k, "Its key reads: " + strings.Join(seal.Words(k.Fingerprint()), " ")}, nil
}

// maxFile is far more than any card or receipt has.
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
	Entry int64          `json:"entry"` // in the giver's ledger, from 0
	Size  int64          `json:"size"`  // of the ledger then; 0: it does not hold
	Facts *record.Record `json:"record,omitempty"`
}

func check(file string, g giver, asJSON bool, out, errs io.Writer) int {
	b, err := read(file)
	if err != nil {
		fmt.Fprintf(errs, "orx-verify: %s\n", shown(err.Error()))
		return 2
	}
	v := judge(g, bytes.TrimSuffix(b, []byte("\n")))
	v.File = file
	show(v, asJSON, out)
	if !v.OK {
		return 1
	}
	return 0
}

func judge(g giver, b []byte) verdict {
	r, err := record.ParseReceipt(b)
	if err != nil {
		return verdict{Why: fault.Safe(err).Error()}
	}
	rec, cp, err := r.Check(g.node, g.key)
	if err == nil {
		return verdict{OK: true, Entry: r.Evidence.Index, Size: cp.Size, Facts: &rec}
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
		fmt.Fprintf(out, "holds   %s: %s\n        entry %d of a ledger of %d, checkpoint signed, not cosigned\n", shown(v.File), sentence(*v.Facts), v.Entry, v.Size)
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
