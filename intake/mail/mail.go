// Package mail reads messages as mail programs save them (EML): who wrote to whom and
// when, the text, the pictures inside it, and the files that are attached, for
// whoever reads those.
//
// A page that a browser saved as one file has the same form: [ReadArchive] parts it
// from its pictures.
//
// The forms are those of RFC 5322 (messages), 2045 to 2047 and 2231 (MIME) and 3676
// (flowed text). No address is looked up, nothing that a message refers to is
// fetched, and no signature is checked.
//
// Band 5, pure values: it may import intake, intake/prose, intel and fault.
package mail

import (
	"bytes"
	"fmt"

	"github.com/emersion/go-message/textproto"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// Limits of a message. One that is over them is refused.
const (
	maxHead  = 256 << 10 // bytes of the head of a message or a part
	maxParts = 1000      // of a message, those inside parts too
	maxDepth = 20        // of parts inside one another; mail programs make four
)

// Options say how a message is read.
type Options struct {
	// HTML reads a page in UTF-8 with a mark of byte order before it. Nil: messages
	// that are only such a page are refused.
	HTML func(b []byte) (intake.Document, error)
}

// Attachment is a file that is attached to a message.
type Attachment struct {
	Name    string // without folders, plain, each once
	Media   string // as the message says: nothing depends on it
	Content []byte
}

// Read reads one message. What is no message, is encrypted, has no text that can be
// read, or is over a limit is refused with what to do. Messages inside the message
// are attachments.
func Read(b []byte, o Options) (intake.Document, []Attachment, error) {
	switch {
	case len(b) == 0:
		return intake.Document{}, nil, fault.New(fault.Invalid, "the mail is empty").Fix("save it anew from the mail program")
	case len(b) > intake.MaxFile:
		return intake.Document{}, nil, fault.New(fault.TooLarge, "the mail has %d bytes; at most %d are taken", len(b), intake.MaxFile).Fix("save its attachments, and import them one by one")
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")):
		return intake.Document{}, nil, fault.New(fault.Unsupported, "the mail is in the form of Outlook's own (MSG), which is not read").Fix("save it as EML, or as PDF")
	}
	r := &reader{options: o, doc: intake.Document{Format: intake.Mail}, names: map[string]bool{}, pictures: map[string]int{}}
	head, body, err := r.split(b)
	if err != nil {
		return intake.Document{}, nil, err
	}
	if !isMessage(head) {
		return intake.Document{}, nil, fault.New(fault.Invalid, "the file is no mail: it names neither sender nor subject nor date").Fix("look what it is, and name it so")
	}
	r.heads(head)
	if err := r.part(part{head, body, 0}); err != nil {
		return intake.Document{}, nil, err
	}
	if err := r.finish(); err != nil {
		return intake.Document{}, nil, err
	}
	return r.doc, r.attached, nil
}

// reader is a message that is being read.
type reader struct {
	options  Options
	doc      intake.Document
	attached []Attachment
	names    map[string]bool // of files that were taken
	parts    int
	text     []intake.Block // of the body
	pictures map[string]int // places in doc.Files by content id
	shown    map[int]bool   // pictures that stand in the text
	locked   bool           // a part is encrypted
	unread   bool           // a page could not be read
	noted    map[string]bool
}

// split parts a message or a part into its head and its body.
func (r *reader) split(b []byte) (textproto.Header, []byte, error) {
	if bytes.HasPrefix(b, []byte("From ")) { // as it lies in a mailbox
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			b = b[i+1:]
		}
	}
	end := headEnd(b)
	if end > maxHead {
		return textproto.Header{}, nil, fault.New(fault.TooLarge, "the head of the mail has more than %d bytes", maxHead).Fix("save it anew from the mail program, or as PDF")
	}
	return readHead(b[:end]), b[end:], nil
}

// note says something once.
func (r *reader) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if r.noted == nil {
		r.noted = map[string]bool{}
	}
	if !r.noted[s] && len(r.noted) < 20 {
		r.noted[s] = true
		r.doc.Notes = append(r.doc.Notes, s)
	}
}

// finish puts the text below the head, and the pictures that stand nowhere at the
// end.
func (r *reader) finish() error {
	setAside(r.text)
	text := false
	for _, b := range r.text {
		text = text || b.Aside == "" && b.Text != ""
	}
	switch {
	case !text && r.locked:
		return fault.New(fault.Unsupported, "the mail is encrypted").Fix("open it in the mail program, and save its text")
	case !text && r.unread:
		return fault.New(fault.Unsupported, "the mail is a web page that could not be read").Fix("save it as text or as PDF")
	case !text && len(r.attached) == 0 && len(r.doc.Files) == 0:
		return fault.New(fault.Invalid, "there is no text in the mail").Fix("open it in the mail program to see what it holds")
	}
	r.doc.Blocks = append(r.doc.Blocks, r.text...)
	var rest []intake.Picture
	for i, f := range r.doc.Files {
		if !r.shown[i+1] {
			rest = append(rest, intake.Picture{Name: f.Name, File: i + 1})
		}
	}
	if len(rest) > 0 {
		r.doc.Blocks = append(r.doc.Blocks, intake.Block{Kind: intake.Paragraph, Pictures: rest})
	}
	blocks, err := prose.Settle(r.doc.Blocks)
	r.doc.Blocks = blocks
	return err
}
