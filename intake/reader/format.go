package reader

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"strings"

	"comity/fault"
	"comity/intake"
	"comity/intake/clip"
	"comity/intake/mail"
	"comity/intake/page"
	"comity/intake/pdf"
	"comity/intake/word"
)

// read reads a document in this process, by what its first bytes are; where those
// say too little, by the ending of its name.
func read(ctx context.Context, in Input, programs string) (Reading, error) {
	b := in.Content
	switch ending := strings.ToLower(path.Ext(in.Name)); {
	case isPDF(b) && !isMail(b):
		o := pdf.Options{Recognise: recogniser(ctx), Programs: programs}
		d, err := pdf.Read(ctx, b, o)
		if fault.Is(err, fault.Internal) && programs != "" {
			o.Programs = "" // what is compiled is another build's, or damaged
			d, err = pdf.Read(ctx, b, o)
		}
		return Reading{Document: d}, err
	case begins(b, "PK\x03\x04", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		d, err := word.Read(b)
		return Reading{Document: d}, err
	case begins(b, `{\rtf`):
		return Reading{}, fault.New(fault.Unsupported, "this is RTF, which is not read").Fix("save it as DOCX, HTML or text")
	case isPicture(b):
		return Reading{}, fault.New(fault.Unsupported, "this is a picture and no text").Fix("comity attach makes it an exhibit of a portion")
	case isArchive(b, ending):
		d, err := readArchive(b)
		return Reading{Document: d}, err
	case ending == ".eml" || isMail(b):
		d, attached, err := mail.Read(b, mail.Options{HTML: func(b []byte) (intake.Document, error) { return page.Read(b, nil) }})
		r := Reading{Document: d}
		for _, a := range attached {
			r.Attached = append(r.Attached, intake.File{Name: a.Name, Media: a.Media, Content: a.Content})
		}
		return r, err
	case isHTML(b, ending):
		d, err := page.Read(b, beside(in.Beside))
		return Reading{Document: d}, err
	}
	if err := noText(b); err != nil {
		return Reading{}, err
	}
	d, err := clip.Read(b)
	return Reading{Document: d}, err
}

// noText refuses bytes that no text holds: NUL stands in none but in UTF-16, and
// other control characters in none that somebody wrote.
func noText(b []byte) error {
	if begins(b, "\xff\xfe", "\xfe\xff") {
		return nil
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return fault.New(fault.Unsupported, "this is no text, and no document of a format that is read").
			Fix("text, Markdown, HTML, PDF, DOCX and mail (EML) are read; comity attach makes any file an exhibit")
	}
	at := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' })
	if at < 0 || at == len(b)-1 && b[at] == 0x1a { // as old systems end a file
		return nil
	}
	return fault.New(fault.Invalid, "the line holds a control character (%U)", b[at]).At("line %d", 1+bytes.Count(b[:at], []byte("\n"))).
		Fix("take it out: what it does on a screen nobody sees")
}

func isPDF(b []byte) bool { return bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) }

func begins(b []byte, marks ...string) bool {
	for _, m := range marks {
		if bytes.HasPrefix(b, []byte(m)) {
			return true
		}
	}
	return false
}

func isPicture(b []byte) bool {
	return begins(b, "\x89PNG\r\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM", "II*\x00", "MM\x00*") && !begins(b, "BM ") || begins(b, "RIFF") && bytes.HasPrefix(b[min(len(b), 8):], []byte("WEBP"))
}

var mailHead = regexp.MustCompile(`(?i)\A(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*(?:received|return-path|mime-version|message-id):`)

// isMail tells a mail by a header that only mails have.
func isMail(b []byte) bool { return mailHead.Match(b[:min(len(b), 4096)]) }

// isArchive tells a page that a browser saved as one file: a mail of its parts.
func isArchive(b []byte, ending string) bool {
	if ending == ".mht" || ending == ".mhtml" {
		return !markup.Match(b[:min(len(b), 4096)])
	}
	return isMail(b) && mail.IsArchive(b) || archiveHead.Match(b[:min(len(b), 4096)])
}

// archiveHead matches the first lines that Chrome and those after it write.
var archiveHead = regexp.MustCompile(`(?i)\A(?:from: <saved by |snapshot-content-location:)`)

// readArchive reads such a page; its source is where it was saved from, whatever it
// says of itself.
func readArchive(b []byte) (intake.Document, error) {
	a, err := mail.ReadArchive(b)
	if err != nil {
		return intake.Document{}, err
	}
	d, err := page.Read(a.Page, a.File)
	if a.Source != "" {
		d.Source = a.Source
	}
	d.Notes = append(d.Notes, a.Notes...)
	return d, err
}

var markup = regexp.MustCompile(`(?i)\A[\s\x{feff}]*(?:<\?xml|<!--|<!doctype|<html|<head|<body|<meta|<title|<article|<div|<table|<p[ >])`)

func isHTML(b []byte, ending string) bool {
	switch ending {
	case ".html", ".htm", ".xhtml", ".xml":
		return true
	case ".md", ".rst":
		return false
	}
	return begins(b, "\xff\xfe<", "\xfe\xff\x00<") || markup.Match(b[:min(len(b), 4096)])
}

// beside finds a file that was saved with a page, by the name that the page has for
// it or by what is left of that behind its folders.
func beside(files []intake.File) func(name string) ([]byte, bool) {
	return func(name string) ([]byte, bool) {
		for _, f := range files {
			if f.Name == name {
				return f.Content, true
			}
		}
		if strings.Contains(name, "://") {
			return nil, false // it was not saved with the page
		}
		base := path.Base(name)
		for _, f := range files {
			if path.Base(f.Name) == base && base != "." && base != "/" {
				return f.Content, true
			}
		}
		return nil, false
	}
}
