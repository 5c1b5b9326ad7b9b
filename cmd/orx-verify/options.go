package main

import (
	"errors"
	"flag"
	"io"
)

const usage = `Usage: orx-verify --card CARD [--card CARD]... [--witness-card CARD] RECEIPT...
       orx-verify --node NAME --key KEY [--witness-card CARD] RECEIPT...
       orx-verify --card CARD [--card CARD]... --fork DIR [--witness-card CARD]
       orx-verify --node NAME --key KEY --fork DIR [--witness-card CARD]

Checks offline what a node has signed, against its card (or its key): receipts
that it gave, what its officers answered to plans that broke a promise (saved by
comity approve --proof and comity trail --receipts as *.approval.json, named like
receipts), or the evidence that it signed two histories, as saved by comity
partner evidence. Compare the words of the card with the node's officers
(comity card --words) before you rely on one that came by wire, or that was
saved beside the evidence.

  --card FILE   the node's card, as it was introduced. A node whose signing key
                was replaced has several: give one --card for each, in any order.
                Each must follow the one before, and a receipt holds under the
                key that was in force when its record was made; the words to
                compare are those of the newest. Among evidence also the keys of
                the cards count that it is linked to by succession
  --node NAME   the node's name, e.g. mx/semar
  --key KEY     the node's verification key, ed25519:...
  --fork DIR    judge the evidence in this folder, each incident by itself
  --witness-card FILE
                the card of the node that kept the receipts or the evidence.
                Beside X.receipt.json, X.cosigned.json is then checked: that
                this node has cosigned a head which the giver's ledger cannot
                take the receipt back from. Where a proof rests on a question of
                this node, its signature is checked
  --json        one line of JSON for each receipt or incident

Exit codes: 0 every receipt holds, every incident is proved; 1 one does not, or
is not; 2 wrong use, or a file that cannot be read.
`

// options is what the command line asks for.
type options struct {
	cards         []string
	node, key     string
	fork, witness string
	asJSON        bool
	receipts      []string
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("orx-verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("card", "", func(file string) error {
		o.cards = append(o.cards, file)
		return nil
	})
	flags.StringVar(&o.node, "node", "", "")
	flags.StringVar(&o.key, "key", "", "")
	flags.StringVar(&o.fork, "fork", "", "")
	flags.StringVar(&o.witness, "witness-card", "", "")
	flags.BoolVar(&o.asJSON, "json", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.receipts = flags.Args()
	return o, o.check()
}

func (o options) check() error {
	switch {
	case len(o.cards) > 0 && o.node+o.key != "", len(o.cards) == 0 && (o.node == "" || o.key == ""):
		return errors.New("name the receipts or a folder of evidence, and either a card or a node with its key")
	case o.fork == "" && len(o.receipts) == 0:
		return errors.New("name the receipts, or a folder of evidence with --fork")
	case o.fork != "" && len(o.receipts) > 0:
		return errors.New("--fork takes one folder, and no receipts beside it")
	}
	return nil
}
