package main

import (
	"errors"
	"fmt"

	"comity/console"
	"comity/courier"
	"comity/party"
	"comity/words"
)

type courierCmd struct {
	Out courierOutCmd `cmd:"" help:"Write what waits for a partner, and the answers to what came from it, to a file."`
	In  courierInCmd  `cmd:"" help:"Take in a file that a courier brought."`
}

type courierOutCmd struct {
	Partner string `arg:"" help:"The partner's node."`
	File    string `arg:"" help:"A new file to write it to." type:"path"`
}

// Help is shown below the usage.
func (courierOutCmd) Help() string {
	return `The file holds sealed messages: whoever carries it sees from, to, sizes and numbers, and
can lose it, no more. Carry one back as well: what is not answered goes out again.

    comity courier out mx/semar /media/stick/to-semar`
}

// Run packs a bundle.
func (c *courierOutCmd) Run(s *session) error {
	n, err := party.ParseName(c.Partner)
	if err != nil {
		return err
	}
	return ask(s, console.PackBundle{Partner: n, Path: c.File}, func(p *printer, r courier.Packed) {
		p.line(0, "%s holds %s for %s and %s to what came from it.", c.File,
			words.Count(r.Messages, "message", "messages"), n, words.Count(r.Answers, "answer", "answers"))
		p.line(0, "Over there: comity courier in FILE, then comity courier out, and bring that back.")
	})
}

type courierInCmd struct {
	File string `arg:"" help:"The file." type:"path"`
}

// Help is shown below the usage.
func (courierInCmd) Help() string {
	return `A file that comes twice does no harm: what had come before is answered again and has no
other effect. Carry the answers back. Of a file that is damaged, or that lacks a message,
what stands before stays taken in and the rest is left: that is said, and the exit code is
not 0 (6 if a hash, signature or length does not hold).

    comity courier in /media/stick/to-semar`
}

// Run unpacks a bundle.
func (c *courierInCmd) Run(s *session) error {
	r, err := do(s, console.UnpackBundle{Path: c.File})
	var f *console.Failure
	if errors.As(err, &f) && f.Brought != nil && !s.JSON {
		before := *f.Brought
		before.Wrong = f
		printUnpacked(s.term.printer(), before)
	}
	if err != nil {
		return err
	}
	if err := show(s, r, printUnpacked); err != nil || r.Wrong == nil {
		return err
	}
	return r.Wrong
}

func printUnpacked(p *printer, r console.Unpacked) {
	brought := broughtWords(r)
	if r.Wrong != nil {
		brought += "; the rest was left"
	}
	p.line(0, "From %s: %s.", r.From, brought)
	p.line(0, "It answers %s of ours.", words.Count(r.Settled, "message", "messages"))
	p.line(0, "The answers go back with comity courier out %s FILE.", r.From)
}

// broughtWords says how many messages a bundle brought, and how many of them
// were there already: a bundle that comes twice does nothing twice.
func broughtWords(r console.Unpacked) string {
	all := r.Accepted + r.Refused
	text := "no message"
	switch old := all - r.Fresh; {
	case all == 0:
	case old == 0:
		text = words.Count(r.Fresh, "new message", "new messages")
	case r.Fresh == 0:
		text = "no new message; " + words.Count(old, "had come before and is answered again", "had come before and are answered again")
	default:
		text = words.Count(r.Fresh, "new message", "new messages") + "; " + words.Count(old, "had come before and is answered again", "had come before and are answered again")
	}
	if r.Refused > 0 {
		text += fmt.Sprintf("; %d of them refused", r.Refused)
	}
	return text
}
