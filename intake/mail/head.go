package mail

import (
	"bufio"
	"bytes"
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message/textproto"

	"comity/intake"
	"comity/intake/prose"
	"comity/intel"
)

// headEnd finds where the head ends: behind the first empty line.
func headEnd(b []byte) int {
	for i := 0; i < len(b); {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return len(b)
		}
		if len(bytes.TrimSpace(b[i:i+n])) == 0 {
			return i + n + 1
		}
		i += n + 1
	}
	return len(b)
}

// readHead reads the lines of a head. Lines that are none are left out, and so is
// what goes on with them; a message that was made by hand may have some.
func readHead(b []byte) textproto.Header {
	var kept bytes.Buffer
	good := false
	for line := range bytes.Lines(b) {
		line = bytes.TrimRight(line, "\r\n")
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			good = isField(line)
		}
		if good {
			kept.Write(bytes.ReplaceAll(bytes.ReplaceAll(line, []byte{0}, nil), []byte{'\r'}, []byte{' '}))
			kept.WriteString("\r\n")
		}
	}
	kept.WriteString("\r\n")
	h, err := textproto.ReadHeader(bufio.NewReader(&kept))
	if err != nil {
		return textproto.Header{}
	}
	return h
}

// isField tells a line that begins with a name and a colon.
func isField(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte{':'})
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return found && len(name) > 0
}

func isMessage(h textproto.Header) bool {
	for _, name := range []string{"From", "Subject", "Date", "To", "Message-Id", "Received"} {
		if h.Has(name) {
			return true
		}
	}
	return false
}

var words = mime.WordDecoder{CharsetReader: charsetReader}

// field gives a line of the head as plain words.
func field(h textproto.Header, name string) string {
	s := h.Get(name)
	if !strings.Contains(s, "=?") {
		return prose.Line(decodeText([]byte(s), ""))
	}
	if decoded, err := words.DecodeHeader(s); err == nil {
		return prose.Line(decoded)
	}
	return prose.Line(s)
}

const (
	maxAddresses = 50 // that are shown of one line
	maxField     = 2000
)

// heads takes sender, subject and date, and shows them and to whom the message went
// as the first block.
func (r *reader) heads(h textproto.Header) {
	subject := field(h, "Subject")
	r.doc.Title = prose.Clip(subject, intel.MaxTitle)
	from, count := addresses(h, "From")
	r.doc.Byline = prose.Clip(sender(h), intel.MaxTitle)
	if t, err := netmail.ParseDate(field(h, "Date")); err == nil && t.Year() > 1970 && t.Year() < 2200 {
		r.doc.Date = sentAt(t)
	}
	var entries []prose.Entry
	show := func(name, s string) {
		if s != "" {
			entries = append(entries, prose.Entry{Text: name + ": " + prose.Clip(s, maxField)})
		}
	}
	to, _ := addresses(h, "To")
	cc, _ := addresses(h, "Cc")
	bcc, _ := addresses(h, "Bcc")
	show("From", from)
	show("To", to)
	show("Cc", cc)
	show("Bcc", bcc)
	show("Date", field(h, "Date"))
	show("Subject", subject)
	r.doc.Blocks = append(r.doc.Blocks, intake.Block{Kind: intake.List, Text: prose.List(entries)})
	for _, name := range []string{"From", "Subject", "Date"} {
		if len(h.Values(name)) > 1 {
			r.note("The mail has more than one line %s; the first was taken.", name)
		}
	}
	if count > 1 {
		r.note("The mail names %d senders.", count)
	}
}

// sentAt gives a time with its offset as the sender wrote it; of a zone that is named
// and not known only the day is sure.
func sentAt(t time.Time) string {
	if name, ahead := t.Zone(); ahead == 0 && name != "" && name != "UTC" && name != "GMT" && name != "UT" {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// sender gives the name of who wrote the message, or the address without one.
func sender(h textproto.Header) string {
	list, err := (&netmail.AddressParser{WordDecoder: &words}).ParseList(h.Get("From"))
	if err != nil || len(list) == 0 {
		return field(h, "From")
	}
	if name := prose.Line(list[0].Name); name != "" {
		return name
	}
	return prose.Line(list[0].Address)
}

// addresses gives names and addresses of a line, and how many there are.
func addresses(h textproto.Header, name string) (string, int) {
	list, err := (&netmail.AddressParser{WordDecoder: &words}).ParseList(h.Get(name))
	if err != nil {
		s := field(h, name)
		return s, min(len(s), 1)
	}
	var out []string
	for i, a := range list {
		if i == maxAddresses {
			out = append(out, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		who, address := prose.Line(a.Name), prose.Line(a.Address)
		if who != "" && who != address {
			address = who + " <" + address + ">"
		}
		out = append(out, address)
	}
	return strings.Join(out, ", "), len(list)
}
