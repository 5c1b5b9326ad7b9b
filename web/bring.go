package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"comity/console"
	"comity/fault"
	"comity/intake"
	"comity/intake/bring"
	"comity/intake/reader"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// Reader reads documents that are handed in by the pages.
type Reader interface {
	Read(ctx context.Context, in reader.Input) (reader.Reading, error)
}

// Bounds of what is handed in. A document and the pictures beside it come in one form;
// what an item takes is looked at by whoever keeps it.
const (
	maxUpload   = 200 << 20
	slowUpload  = 10 * time.Minute // that sending it may take
	mostReading = 2                // documents that are read at a time
	mostUploads = 4                // forms with files that are held in memory at a time
	mostBeside  = 256
)

// importPage asks for a document.
type importPage struct {
	About   bring.About
	Kinds   []intel.Kind
	Failure *failure
	Known   bool // the same document was imported before
}

// importedPage is what became of it.
type importedPage struct {
	bring.Document
	ID     ref.ItemID
	Others []bring.Companion
}

func (v *visit) importing() error {
	if err := v.actor.May(party.ActWrite); err != nil {
		return err
	}
	return v.render("import", "items", importPage{Kinds: writePage{}.Kinds()})
}

// upload is what a form with files brings.
type upload struct {
	fields map[string]string
	areas  []string
	first  reader.Input
}

// bringIn takes a document in, as the command line does.
func (v *visit) bringIn() error {
	if err := v.actor.May(party.ActWrite); err != nil {
		return err
	}
	done, err := v.turn(v.uploads)
	if err != nil {
		return err
	}
	defer done()
	in, err := v.uploaded(intake.MaxFile, reader.MostBeside)
	if err != nil {
		return v.importFailed(importPage{}, err)
	}
	page := importPage{}
	if page.About, err = in.about(); err != nil {
		return v.importFailed(page, err)
	}
	d, err := v.read(in.first, page.About)
	if err != nil {
		return v.importFailed(page, err)
	}
	if err := v.desk().Bring(&d, page.About); err != nil {
		page.Known = fault.Is(err, fault.Stale)
		return v.importFailed(page, err)
	}
	others := bring.Companions(d, func(f intake.File) (bring.Document, error) {
		return v.read(reader.Input{Name: f.Name, Content: f.Content}, page.About.Untitled())
	}, func(other *bring.Document) error { return v.desk().Bring(other, page.About.Untitled()) })
	return v.render("imported", "items", importedPage{d, d.View.View.Item.ID, others})
}

// about reads what is said of the document.
func (u upload) about() (bring.About, error) {
	areas, err := intel.ParseAreas(strings.Join(u.areas, ","))
	f := func(name string) string { return strings.TrimSpace(plain(u.fields[name])) }
	a := bring.About{Title: f("title"), Kind: intel.Kind(f("kind")), Topic: f("topic"), Areas: areas, Purpose: f("purpose"), Basis: f("basis"), Again: f("again") == "yes"}
	return a, err
}

// read reads a document, when it is its turn.
func (v *visit) read(in reader.Input, a bring.About) (bring.Document, error) {
	if v.Reader == nil {
		return bring.Document{}, fault.New(fault.Unsupported, "this node reads no documents").Fix("import it at the command line: comity import FILE")
	}
	done, err := v.turn(v.reading)
	if err != nil {
		return bring.Document{}, err
	}
	defer done()
	r, err := v.Reader.Read(v.r.Context(), in)
	if err != nil {
		return bring.Document{}, err
	}
	return bring.Of(in.Name, in.Content, r, a)
}

// turn waits until one of few may begin; done lets the next one.
func (v *visit) turn(of chan struct{}) (done func(), err error) {
	select {
	case of <- struct{}{}:
		return func() { <-of }, nil
	case <-v.r.Context().Done():
		return nil, fault.New(fault.Unreachable, "the browser has left")
	}
}

// desk has the commands of an import done for the officer of the visit.
func (v *visit) desk() bring.Desk {
	return bring.Desk{
		Import: func(c console.ImportDocument) (console.ImportedView, error) { return ask(v, c) },
		Upload: func(c console.UploadParts) (console.Uploaded, error) { return ask(v, c) },
		Attach: func(c console.AttachExhibits) (console.ItemView, error) { return ask(v, c) },
	}
}

func (v *visit) importFailed(page importPage, err error) error {
	kind := fault.KindOf(err)
	if kind == fault.Internal || kind == fault.Withheld || kind == fault.Denied {
		return err
	}
	f := v.tongue.failureOf(err)
	page.Kinds, page.Failure = writePage{}.Kinds(), &f
	v.renderStatus(statuses[kind], "import", "items", page)
	return nil
}

// uploaded reads a form with a file, and with files beside it, part by part: nothing
// is written anywhere. Names come without their folders.
func (v *visit) uploaded(most, beside int64) (upload, error) {
	u := upload{fields: map[string]string{}}
	// The server's own bound is for forms; a document over a slow line takes longer.
	c := http.NewResponseController(v.w)
	_, _ = c.SetReadDeadline(v.Now().Add(slowUpload)), c.SetWriteDeadline(v.Now().Add(2*slowUpload))
	parts, err := v.r.MultipartReader()
	if err != nil {
		return u, fault.New(fault.Invalid, "the form is not one of this page").Fix("open the page anew")
	}
	for range 1000 {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return u, u.complete()
		}
		if err != nil {
			return u, broken(err)
		}
		if err := u.take(p, most, &beside); err != nil {
			return u, err
		}
	}
	return u, fault.New(fault.TooLarge, "the form has too many fields")
}

func (u upload) complete() error {
	switch {
	case u.first.Name == "" && len(u.first.Content) == 0:
		return fault.New(fault.Invalid, "no file was chosen").Fix("choose one, or drop it on the page")
	case len(u.first.Content) == 0:
		return fault.New(fault.Invalid, "the file is empty")
	}
	return nil
}

// take takes one part of a form.
func (u *upload) take(p *multipart.Part, most int64, beside *int64) error {
	if p.FormName() != "file" && p.FormName() != "beside" {
		b, err := io.ReadAll(io.LimitReader(p, 64<<10))
		if err != nil {
			return broken(err)
		}
		if p.FormName() == "area" {
			u.areas = append(u.areas, string(b))
			return nil
		}
		u.fields[p.FormName()] = string(b)
		return nil
	}
	first := p.FormName() == "file"
	limit := *beside
	if first {
		limit = most
	}
	b, err := io.ReadAll(io.LimitReader(p, limit+1))
	if err != nil {
		return broken(err)
	}
	if int64(len(b)) > limit {
		return fault.New(fault.TooLarge, "the file has more than %d bytes", limit).Fix("split it")
	}
	name := fileName(p.FileName())
	switch {
	case first && name != "":
		u.first.Name, u.first.Content = name, b
	case !first && len(b) > 0 && len(u.first.Beside) < mostBeside:
		*beside -= int64(len(b))
		u.first.Beside = append(u.first.Beside, intake.File{Name: name, Content: b})
	}
	return nil
}

// fileName is the name of a file as a browser gives it, without folders.
func fileName(s string) string {
	s = plain(s)
	if s = path.Base(strings.ReplaceAll(s, `\`, "/")); s == "." || s == "/" {
		return ""
	}
	return s
}

// broken is a form that did not come whole.
func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "the form has more than %d bytes", large.Limit).Fix("send less at once")
	}
	return fault.New(fault.Invalid, "the form did not come whole").Fix("send it again")
}

// attach makes a file an exhibit of a portion. Its own name is not kept.
func (v *visit) attach() error {
	item, _, err := v.editable()
	if err != nil {
		return err
	}
	id := item.String()
	done, err := v.turn(v.uploads)
	if err != nil {
		return err
	}
	defer done()
	u, err := v.uploaded(intel.MaxExhibit, 0)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(u.fields["portion"])
	if err != nil {
		return fault.New(fault.Invalid, "it is not said to which portion the file belongs").Fix("choose one")
	}
	f := func(name string) string { return strings.TrimSpace(plain(u.fields[name])) }
	x := bring.Exhibit(u.first.Content, f("caption"), f("credit"))
	if _, err := v.desk().Place(id, n, x, u.first.Content); err != nil {
		return err
	}
	return v.away("/items/" + id)
}
