package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// progress shows on a terminal, in one line that goes away, how far something is.
// Where nobody looks it writes nothing.
type progress struct {
	w     io.Writer // nil: nobody looks
	width int
	total int
	done  int
}

func newProgress(t *terminal, total int) *progress {
	p := &progress{width: t.width, total: total}
	if t.screen && term.IsTerminal(int(os.Stderr.Fd())) {
		p.w = t.err
	}
	return p
}

// step says what comes next.
func (p *progress) step(what string) {
	p.done++
	if p.w == nil {
		return
	}
	text := fmt.Sprintf("%d of %d  %s", p.done, p.total, clean(what))
	if runes := []rune(text); len(runes) > p.width-1 {
		text = string(runes[:p.width-1])
	}
	_, _ = fmt.Fprintf(p.w, "\r%s\r%s", strings.Repeat(" ", p.width-1), text)
}

// end takes the line away.
func (p *progress) end() {
	if p.w != nil {
		_, _ = fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width-1))
	}
}
