// Package journal is the node's log for its operator: one event a line, as JSON,
// at the time of UTC. The operator runs the machine and is no reader of what the
// node holds, so a line never holds a secret or words of a document, also if
// somebody hands one over by mistake: what a value is, what it is called and what
// it looks like are each enough to have "(redacted)" stand in its place. What is
// not known to be harmless is not written.
//
// It writes to the writer that it is given, and touches nothing else.
package journal

import (
	"context"
	"io"
	"log/slog"
	"slices"
)

// Redacted stands where something was taken out.
const Redacted = "(redacted)"

// Limits of one line.
const (
	maxAttrs   = 64   // in a line, and in each group
	maxDepth   = 6    // of groups and lists within one another
	maxList    = 32   // entries of a list
	maxText    = 200  // bytes of a text; a longer one is no message but content
	maxMessage = 400  // bytes of what an event is called, before it is cut
	maxFault   = 1000 // bytes of a fault's text, which is safe to show by its own promise
	maxKey     = 64
)

// New makes the handler that writes events of a level and above, one Write for
// each. It is safe for concurrent use.
func New(w io.Writer, level slog.Leveler) slog.Handler {
	return &handler{next: slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})}
}

// handler hands cleaned events on to the standard library's.
type handler struct {
	next    slog.Handler
	grouped bool // attributes stand in a group
	hidden  bool // that group is not to be told
}

var _ slog.Handler = (*handler)(nil)

// Enabled tells whether events of a level are written.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle writes an event.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time.UTC(), r.Level, cut(scrub(r.Message), maxMessage), 0)
	if r.Time.IsZero() {
		clean.Time = r.Time
	}
	n := 0
	r.Attrs(func(a slog.Attr) bool {
		if n++; n > maxAttrs {
			clean.AddAttrs(slog.Int("attributes_left_out", r.NumAttrs()-maxAttrs))
			return false
		}
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

// WithAttrs keeps attributes for every event.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	var clean []slog.Attr
	for _, a := range attrs[:min(len(attrs), maxAttrs)] {
		clean = append(clean, h.attr(a))
	}
	c := *h
	c.next = h.next.WithAttrs(clean)
	return &c
}

// WithGroup puts what comes into a group.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := *h
	c.next, c.grouped, c.hidden = h.next.WithGroup(key(name)), true, h.hidden || secretive(name)
	return &c
}

// attr cleans an attribute at the place where the handler stands.
func (h *handler) attr(a slog.Attr) slog.Attr {
	c := attr(a, 0, h.hidden)
	if !h.grouped && slices.Contains([]string{slog.TimeKey, slog.LevelKey, slog.MessageKey, slog.SourceKey}, c.Key) {
		c.Key += "_" // a line says each of these once
	}
	return c
}
