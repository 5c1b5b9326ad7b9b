package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"comity/console"
	"comity/fault"
	"comity/manual"
)

// The exit codes. They are printed by comity help exit-codes and never change
// their meaning.
const (
	exitDone        = 0
	exitInternal    = 1
	exitInvalid     = 2
	exitBlocked     = 3
	exitUnapproved  = 4
	exitDenied      = 5
	exitForged      = 6
	exitLocked      = 7
	exitUnreachable = 8
	exitStale       = 9
	exitUnread      = 10
	exitStopped     = 130
)

// exits say what each means.
var exits = []manual.Exit{
	{Code: exitDone, Name: "done", Meaning: "done"},
	{Code: exitInternal, Name: "internal", Meaning: "the node or the machine failed; nothing you did"},
	{Code: exitInvalid, Name: "invalid", Meaning: "the command, a file or a value does not make sense, or is too large, or is of a version that is not spoken"},
	{Code: exitBlocked, Name: "blocked", Meaning: "blocked: a promise of the markings would be broken (the plan says which), or an authorisation is wanting"},
	{Code: exitUnapproved, Name: "unapproved", Meaning: "not approved: a second officer has to approve first, or a question was not answered with yes"},
	{Code: exitDenied, Name: "denied", Meaning: "denied, or withheld: absent and hidden answer alike"},
	{Code: exitForged, Name: "forged", Meaning: "forged: a signature, hash, proof or stored plan does not hold"},
	{Code: exitLocked, Name: "locked", Meaning: "locked: the node is in use by another process, or its keys are locked"},
	{Code: exitUnreachable, Name: "unreachable", Meaning: "a partner's node does not answer, or the link is suspended or frozen"},
	{Code: exitStale, Name: "stale", Meaning: "stale or too late: somebody else changed it meanwhile, or its time is up"},
	{Code: exitUnread, Name: "unread", Meaning: "conditions must be acknowledged before reading (--acknowledge); also if the question for them was answered with no"},
	{Code: exitStopped, Name: "stopped", Meaning: "stopped by Ctrl-C or SIGTERM at a question; nothing was done"},
}

// exitCodes says it in words.
func exitCodes() string {
	text := "Exit codes of comity:\n\n"
	for _, e := range exits {
		for i, l := range wrap(e.Meaning, 66) {
			code := ""
			if i == 0 {
				code = strconv.Itoa(e.Code)
			}
			text += fmt.Sprintf("%4s  %s\n", code, l)
		}
	}
	return text
}

var exitOf = map[fault.Kind]int{
	fault.Internal:    exitInternal,
	fault.Invalid:     exitInvalid,
	fault.Unsupported: exitInvalid,
	fault.TooLarge:    exitInvalid,
	fault.Withheld:    exitDenied,
	fault.Denied:      exitDenied,
	fault.Blocked:     exitBlocked,
	fault.Unapproved:  exitUnapproved,
	fault.Stale:       exitStale,
	fault.Expired:     exitStale,
	fault.Locked:      exitLocked,
	fault.Forged:      exitForged,
	fault.Unreachable: exitUnreachable,
	fault.Frozen:      exitUnreachable,
	fault.Unread:      exitUnread,
}

// report tells what went wrong, in two lines, and gives the exit code.
func report(t *terminal, asJSON bool, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, blocked{}) {
		return exitBlocked
	}
	if errors.Is(err, differs{}) {
		return exitForged
	}
	if errors.Is(err, stopped{}) {
		t.errors().line(0, "comity: stopped, and nothing was done")
		return exitStopped
	}
	var f *console.Failure
	if !errors.As(err, &f) {
		f = console.Failed(err)
	}
	p := t.errors()
	if f.Plan != nil && !asJSON {
		printPlan(t.printer(), *f.Plan)
	}
	if asJSON {
		b, encodeErr := json.Marshal(map[string]*console.Failure{"error": f})
		if encodeErr == nil {
			t.json(b)
		}
	}
	printFailure(p, f)
	code, known := exitOf[fault.KindNamed(f.Kind)]
	if !known {
		return exitInternal
	}
	return code
}

// printFailure says what and where in one line, and what to do in another. A
// file with many mistakes has a line for each.
func printFailure(p *printer, f *console.Failure) {
	text := f.Text
	if f.Where != "" {
		text = f.Where + ": " + text
	}
	for i, l := range splitLines(text) {
		if i == 0 {
			l = "comity: " + l
		}
		p.raw(0, l)
	}
	for _, c := range f.Conditions {
		p.raw(4, "- "+c)
	}
	if f.Hint != "" {
		p.raw(2, f.Hint)
	}
}
