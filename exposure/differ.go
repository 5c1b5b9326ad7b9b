package exposure

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"comity/release"
	"comity/wire"
)

// maxDiffers is how many differences of one plan are shown.
const maxDiffers = 20

// differ notes a difference.
func (r *Replayed) differ(part Part, format string, args ...any) {
	r.Holds = false
	if len(r.Differs) == maxDiffers {
		r.Left++
		return
	}
	r.Differs = append(r.Differs, Difference{part, fmt.Sprintf(format, args...)})
}

// compare notes what two plans have, one and not the other.
func (r *Replayed) compare(stored, now release.Plan) error {
	return errors.Join(
		apart(r, RowPart, stored.Rows, now.Rows, rowText),
		apart(r, UnknownPart, stored.Unknown, now.Unknown, func(u release.Unknown) string { return string(u.Party) + " " + u.Why }),
		apart(r, ConflictPart, bare(stored.Conflicts), bare(now.Conflicts), conflictText),
		apart(r, RemedyPart, mended(stored.Conflicts), mended(now.Conflicts), func(s string) string { return s }),
		apart(r, DutyPart, stored.Duties, now.Duties, func(d release.SenderDuty) string { return d.Rule + " to " + string(d.To) }),
	)
}

// apart notes what stands in one of two lists alone.
func apart[T any](r *Replayed, part Part, stored, now []T, text func(T) string) error {
	a, err := encoded(stored)
	if err != nil {
		return err
	}
	b, err := encoded(now)
	if err != nil {
		return err
	}
	for i := range a {
		if !has(b, a[i]) {
			r.differ(part, "stored, and does not come out: %s", text(stored[i]))
		}
	}
	for i := range b {
		if !has(a, b[i]) {
			r.differ(part, "comes out, and is not stored: %s", text(now[i]))
		}
	}
	return nil
}

func encoded[T any](list []T) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, v := range list {
		// A string alone is no JSON document of ours.
		b, err := wire.Encode([]T{v})
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

func has(list [][]byte, b []byte) bool {
	for _, one := range list {
		if bytes.Equal(one, b) {
			return true
		}
	}
	return false
}

func rowText(r release.Row) string {
	text := fmt.Sprintf("%s sees %s (%s) from %s", r.Party, r.Scope, r.Reach, r.Earliest)
	for _, d := range r.Latest {
		text += ", by " + d.At.String()
	}
	for _, s := range r.Path {
		text += ", " + s.Rule
	}
	return text
}

func conflictText(c release.Conflict) string {
	return fmt.Sprintf("portion %d, %s, %s", c.Portion, c.Promise, c.Party)
}

// bare gives conflicts without what would mend them.
func bare(list []release.Conflict) []release.Conflict {
	out := make([]release.Conflict, len(list))
	for i, c := range list {
		c.Remedies = nil
		out[i] = c
	}
	return out
}

// mended gives what would mend each conflict.
func mended(list []release.Conflict) []string {
	out := make([]string, len(list))
	for i, c := range list {
		var kinds []string
		for _, m := range c.Remedies {
			kinds = append(kinds, m.Text)
		}
		out[i] = conflictText(c) + ": " + strings.Join(kinds, "; ")
	}
	return out
}
