package pdf

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium/requests"

	"comity/intake"
	"comity/intake/prose"
)

// describe takes title, author, date and language from the file's own description,
// where they are plausible.
func (f *file) describe(d *intake.Document) {
	x := readXMP(f.bytes)
	d.Title = firstOf(prose.Title, f.meta("Title"), x.title)
	d.Byline = firstOf(prose.Name, f.meta("Author"), x.creator)
	d.Date = firstOf(instant, f.meta("CreationDate"), x.created)
	if l, err := f.engine.FPDFCatalog_GetLanguage(&requests.FPDFCatalog_GetLanguage{Document: f.doc}); err == nil && languageTag.MatchString(l.Language) {
		d.Language = l.Language
	}
	f.leftOut(d)
}

var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$`)

func (f *file) meta(tag string) string {
	m, err := f.engine.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: f.doc, Tag: tag})
	if err != nil {
		return ""
	}
	return m.Value
}

func firstOf(plausible func(string) string, list ...string) string {
	for _, s := range list {
		if s = plausible(prose.Line(s)); s != "" {
			return s
		}
	}
	return ""
}

// instant reads a date as PDF writes it (D:20190502175059+02'00', ISO 32000-1,
// 7.9.4) or as XMP does, and gives it with the offset that stands there, or the day
// alone; a date of before there was PDF is none.
func instant(s string) string {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "D:"), "'", "")
	for _, form := range []string{"20060102150405Z0700", time.RFC3339, "20060102150405", "2006-01-02T15:04:05", "20060102", "2006-01-02"} {
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		if t.Year() < 1990 || t.Year() > 2200 {
			return ""
		}
		if !strings.Contains(form, "Z07") {
			return t.Format(time.DateOnly)
		}
		return t.Format(time.RFC3339)
	}
	if digits := strings.TrimRight(s, "Zz0+-"); len(s) > 14 && len(digits) <= 14 {
		return instant(s[:14] + "Z") // Z00'00'
	}
	return ""
}

// xmp is what of a file's XMP packet is read.
type xmp struct{ title, creator, created string }

// readXMP finds the packet where it lies open in the file, which is what it is for.
func readXMP(b []byte) (x xmp) {
	start := bytes.Index(b, []byte("<x:xmpmeta"))
	if start < 0 {
		return x
	}
	end := bytes.Index(b[start:], []byte("</x:xmpmeta>"))
	if end < 0 || end > 1<<20 {
		return x
	}
	dec := xml.NewDecoder(bytes.NewReader(b[start : start+end]))
	var in []string
	for {
		tok, err := dec.Token()
		if err != nil || len(in) > intake.MaxDepth {
			return x
		}
		switch t := tok.(type) {
		case xml.StartElement:
			in = append(in, t.Name.Local)
		case xml.EndElement:
			in = in[:max(0, len(in)-1)]
		case xml.CharData:
			x.take(strings.Join(in, "/"), strings.TrimSpace(string(t)))
		}
	}
}

func (x *xmp) take(path, s string) {
	for suffix, field := range map[string]*string{"title/Alt/li": &x.title, "creator/Seq/li": &x.creator, "Description/CreateDate": &x.created} {
		if *field == "" && strings.HasSuffix(path, suffix) {
			*field = s
		}
	}
}

// leftOut says what the file holds that is not read.
func (f *file) leftOut(d *intake.Document) {
	if n, err := f.engine.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: f.doc}); err == nil && n.AttachmentCount > 0 {
		d.Notes = append(d.Notes, "Files are attached to the document and were left in it: "+f.attachments(n.AttachmentCount)+".")
	}
	if t, err := f.engine.FPDF_GetFormType(&requests.FPDF_GetFormType{Document: f.doc}); err == nil && t.FormType != 0 {
		d.Notes = append(d.Notes, "The document is a form; what was filled into it is not read.")
	}
}

func (f *file) attachments(n int) string {
	var names []string
	for i := range min(n, 10) {
		name := "one without a name"
		if a, err := f.engine.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: f.doc, Index: i}); err == nil {
			if got, err := f.engine.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: a.Attachment}); err == nil && prose.Line(got.Name) != "" {
				name = prose.Clip(got.Name, 80)
			}
		}
		names = append(names, name)
	}
	if n > len(names) {
		names = append(names, itoa(n-len(names))+" more")
	}
	return strings.Join(names, ", ")
}
