// Package demo plays the story that founded the project between two real
// nodes on this machine: real processes, real keys, real links on 127.0.0.1,
// and the same commands that an officer types. It believes nothing: every
// step checks what the program printed, and the play stops at the first that
// did not do what its sentence says.
//
// When it is over the nodes can stay, with pages and people to sign in as.
//
// Band 6. It runs the programs and reads their results; of Comity it imports
// only the types of those results and what can read a text.
package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"comity/fault"
	"comity/intel"
)

//go:embed data/report.md
var report []byte

// Options say how the story is played.
type Options struct {
	Comity  string    // the program; its neighbour orx-verify checks the receipts
	Report  string    // a text or Markdown file to play it with; empty: the story's own
	Picture string    // file that the picture is kept in; empty: it goes with the nodes
	Keep    string    // folder that the nodes are left in; empty: they are removed
	JSON    bool      // one line of JSON for each step instead of sentences
	Stay    bool      // leave the nodes running afterwards, with pages and people to be, until ctx ends
	Screens string    // folder for pictures of every page, taken when the story is over
	Out     io.Writer // where the story is told
}

// Play plays the story. Its error says which step did not do what it says.
func Play(ctx context.Context, o Options) error {
	if o.Screens != "" {
		if err := screensFolder(o.Screens); err != nil {
			return err
		}
	}
	s, err := newStage(ctx, o)
	if err != nil {
		return err
	}
	defer s.end(nil)
	err = s.play(acts())
	played := err == nil
	if played && o.Screens != "" {
		err = s.shoot()
	} else if played && o.Stay {
		err = s.stay()
	}
	stopped := s.ctx.Err() != nil
	if stopErr := s.strike(err != nil && !stopped); err == nil {
		err = stopErr
	}
	if why := context.Cause(s.ctx); ctx.Err() == nil && why != nil {
		return fault.New(fault.Internal, "the play ended early: %v", why).Because(why)
	}
	if stopped && played {
		if err == nil && !o.JSON {
			s.farewell()
		}
		return err
	}
	if stopped {
		return fault.New(fault.Internal, "the play was interrupted").Fix("what it made was removed, unless you asked to keep it")
	}
	if err == nil && !o.JSON && !o.Stay {
		s.epilogue()
	}
	return err
}

// shown reports whether somebody looks at the nodes' pages when the story is over.
func (s *stage) shown() bool { return s.opts.Stay || s.opts.Screens != "" }

// act is one step: what it is called, and what is done and checked.
type act struct {
	title string
	do    func(*stage) error
}

// line is a step as --json prints it.
type line struct {
	Step  int      `json:"step"`
	Title string   `json:"title"`
	OK    bool     `json:"ok"`
	Said  []string `json:"said"`
	Why   string   `json:"why,omitempty"` // of a step that failed
}

func (s *stage) play(acts []act) error {
	for i, a := range acts {
		s.said = nil
		if !s.opts.JSON {
			fmt.Fprintf(s.opts.Out, "\n%2d. %s\n\n", i+1, a.title)
		}
		err := a.do(s)
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if s.opts.JSON {
			l := line{Step: i + 1, Title: a.title, OK: err == nil, Said: s.said}
			if err != nil {
				l.Why = err.Error()
			}
			if encodeErr := json.NewEncoder(s.opts.Out).Encode(l); encodeErr != nil {
				return encodeErr
			}
		}
		if err != nil {
			return fault.New(fault.Internal, "step %d (%s) did not do what it says: %v", i+1, a.title, err).
				Fix("the nodes and their logs are in %s", s.dir).Because(err)
		}
	}
	return nil
}

// script is the report that is played, and what becomes of each portion.
type script struct {
	text  []byte
	title string       // empty: the text's own
	texts []string     // of the portions
	forms []intel.Form // that the navy unit gets
}

// newScript reads the report. The story's own has five portions; of another
// the first is general, the last tells the source, and those between name
// names.
func newScript(file string) (script, error) {
	s := script{text: report}
	if file != "" {
		var err error
		if s.text, err = os.ReadFile(file); err != nil {
			return s, fault.New(fault.Invalid, "the report cannot be read").At("%s", file).Fix("name a text or Markdown file").Because(err)
		}
	}
	title, texts, err := intel.FromText(s.text)
	if err != nil {
		e := fault.Safe(err)
		if e.Where != "" {
			return s, e.At("%s: %s", filepath.Base(file), e.Where)
		}
		return s, e.At("%s", filepath.Base(file))
	}
	if title == "" {
		s.title = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	general := 1
	if file == "" {
		general = 2
	}
	s.texts, s.forms = texts, make([]intel.Form, len(texts))
	for i := range texts {
		switch {
		case i < general:
			s.forms[i] = intel.Copy
		case i == len(texts)-1:
			s.forms[i] = intel.Withheld
		default:
			s.forms[i] = intel.Pointer
		}
	}
	return s, nil
}

// numbers gives the numbers of the portions that go in a form.
func (s script) numbers(f intel.Form) []int {
	var list []int
	for i, have := range s.forms {
		if have == f {
			list = append(list, i+1)
		}
	}
	return list
}

// inWords says what becomes of which portions: "portions 1, 2 as a copy".
func (s script) inWords() string {
	var parts []string
	for _, f := range []struct {
		form intel.Form
		as   string
	}{{intel.Copy, "as a copy"}, {intel.Pointer, "as a pointer"}, {intel.Withheld, "withheld"}} {
		numbers := s.numbers(f.form)
		if len(numbers) == 0 {
			continue
		}
		noun := "portion"
		if len(numbers) > 1 {
			noun = "portions"
		}
		list := strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
		parts = append(parts, noun+" "+list+" "+f.as)
	}
	return strings.Join(parts, ", ")
}
