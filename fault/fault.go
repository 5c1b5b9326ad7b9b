// Package fault is the small closed vocabulary of failure. An [Error] says
// what was wrong, where, and what to do about it, in words that are safe to
// show; the cause stays inside for the log of the node's operator.
//
// It imports nothing of Comity and does no I/O.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is. Kinds are only ever appended:
// exit codes and refusals on the wire are derived from them.
type Kind uint8

// The kinds of failure.
const (
	Internal    Kind = iota // a defect or a broken machine; nothing the caller did
	Invalid                 // the input is malformed or does not make sense
	Withheld                // absent, withheld and silent answer alike: never say which
	Denied                  // the officer lacks the role for this act
	Blocked                 // a promise of the markings would be broken
	Unapproved              // a second officer has to approve first
	Stale                   // somebody else changed it meanwhile
	Locked                  // the home is in use, or its keys are locked
	Forged                  // a signature, hash or proof does not hold
	Unreachable             // the partner's node does not answer
	Frozen                  // the link or node is suspended
	Unsupported             // a version or kind that this node does not speak
	TooLarge                // over a limit of size, depth or count
	Expired                 // too late
	Unread                  // conditions must be acknowledged before reading
)

var kindNames = [...]string{"internal", "invalid", "withheld", "denied", "blocked", "unapproved", "stale",
	"locked", "forged", "unreachable", "frozen", "unsupported", "too_large", "expired", "unread"}

// String gives the stable name of the kind, as printed in JSON output.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// KindNamed is the inverse of [Kind.String]; an unknown name is Internal.
func KindNamed(name string) Kind {
	for i, n := range kindNames {
		if n == name {
			return Kind(i)
		}
	}
	return Internal
}

// Error is a failure with its parts kept apart. Text, Where and Hint never
// hold secrets or the content of an item; Cause may hold anything and is
// never shown to an officer or a partner.
type Error struct {
	Kind  Kind
	Text  string // what was wrong
	Where string // file:line:column, field, or portion; may be empty
	Hint  string // what to do; may be empty
	Cause error  // for the operator's log; may be nil

	text, hint Said // how Text and Hint were made
}

// Said is a text with its parts kept apart: what it takes to say it again in
// another language.
type Said struct {
	Format string
	Args   []any
}

// String says it as it was made.
func (s Said) String() string { return fmt.Sprintf(s.Format, s.Args...) }

// Said gives how Text and Hint were made. What was changed since, or written
// without a format, comes as it stands.
func (e *Error) Said() (text, hint Said) {
	return e.text.unless(e.Text), e.hint.unless(e.Hint)
}

// unless gives what was said only if it still is what the error says.
func (s Said) unless(now string) Said {
	if s.String() == now {
		return s
	}
	return Said{Format: "%s", Args: []any{now}}
}

// New makes an error of a kind; format and args must be safe to show.
func New(kind Kind, format string, args ...any) *Error {
	said := Said{format, args}
	return &Error{Kind: kind, Text: said.String(), text: said}
}

// At says where the fault lies: a file position, a field, a portion.
func (e *Error) At(format string, args ...any) *Error {
	e.Where = fmt.Sprintf(format, args...)
	return e
}

// Fix says what the reader of the error can do about it.
func (e *Error) Fix(format string, args ...any) *Error {
	e.hint = Said{format, args}
	e.Hint = e.hint.String()
	return e
}

// Because keeps the cause, for logs and errors.Is.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// Error gives the safe text: where, what, and what to do; never the cause.
func (e *Error) Error() string {
	s := e.Text
	if e.Where != "" {
		s = e.Where + ": " + s
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf tells the kind of the outermost fault in err's chain; an error that
// is none of ours is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of the given kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// Safe gives the fault in err's chain, or a bland internal one that tells
// nothing of the cause: what may cross a socket or a border.
func Safe(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return &Error{Kind: e.Kind, Text: e.Text, Where: e.Where, Hint: e.Hint, text: e.text, hint: e.hint}
	}
	return New(Internal, "the node failed").Fix("see the node's log")
}
