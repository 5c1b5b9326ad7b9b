// Package party names everything that can come to see something - states,
// agencies, units, groups - and the officers who act for a unit, and says
// which acts each role allows.
//
// Pure values: no I/O, no clock. It may import fault, ref, wire and seal.
package party

import (
	"strings"

	"comity/fault"
)

// Name is a party's path, from state to unit: mx, mx/semar, mx/semar/uin.
// One to six segments of [a-z0-9-], no hyphen first or last in a segment, 96
// bytes at most. Groups are named the same way: mx/ganseg. The word nobody is
// never a name, so that the pattern [Nobody] stands for no party at all.
type Name string

const (
	maxName     = 96
	maxSegments = 6
)

// ParseName checks a party's path.
func ParseName(s string) (Name, error) {
	if err := checkPath(s, false); err != nil {
		return "", err
	}
	return Name(s), nil
}

// UnmarshalText takes a valid name only, so that no other can be decoded.
func (n *Name) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*n = ""
		return nil
	}
	p, err := ParseName(string(b))
	*n = p
	return err
}

// State gives the first segment: mx.
func (n Name) State() Name { return n.upTo(1) }

// Agency gives the first two segments, the organisation that answers for its
// units: mx/semar. A state is its own agency.
func (n Name) Agency() Name { return n.upTo(2) }

// Parent gives the path without its last segment; "" for a state.
func (n Name) Parent() Name {
	i := strings.LastIndexByte(string(n), '/')
	if i < 0 {
		return ""
	}
	return n[:i]
}

// Within reports whether n is other or lies below it. A name that was never
// set lies within nothing, not even within another unset one.
func (n Name) Within(other Name) bool {
	return other != "" && (n == other || strings.HasPrefix(string(n), string(other)+"/"))
}

func (n Name) upTo(segments int) Name {
	at := 0
	for range segments {
		i := strings.IndexByte(string(n[at:]), '/')
		if i < 0 {
			return n
		}
		at += i + 1
	}
	return n[:at-1]
}

func checkPath(s string, pattern bool) error {
	bad := func(why string) error {
		return fault.New(fault.Invalid, "%q is not the name of a party: %s", clip(s), why).
			Fix("names look like mx/semar/uin: lower-case letters, digits and hyphens, parted by /")
	}
	if s == "" || len(s) > maxName {
		return bad("it is empty or longer than 96 bytes")
	}
	segments := strings.Split(s, "/")
	if len(segments) > maxSegments {
		return bad("it has more than six segments")
	}
	if segments[0] == string(Nobody) {
		return bad("nobody is a word of the markings")
	}
	for i, seg := range segments {
		last := i == len(segments)-1
		if pattern && last && i > 0 && (seg == "*" || seg == "**") {
			return nil
		}
		if why := checkSegment(seg); why != "" {
			return bad(why)
		}
	}
	return nil
}

func checkSegment(seg string) string {
	if seg == "" {
		return "a segment is empty"
	}
	for _, c := range []byte(seg) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return "only a-z, 0-9 and - may stand in a segment"
		}
	}
	if seg[0] == '-' || seg[len(seg)-1] == '-' {
		return "a segment begins or ends with a hyphen"
	}
	return ""
}

func clip(s string) string {
	if len(s) > 48 {
		return s[:48] + "..."
	}
	return s
}
