package pdf

import (
	"bytes"
	"context"
	"errors"
	"math"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"comity/fault"
	"comity/intake"
)

// file is a PDF file that is being read.
type file struct {
	engine pdfium.Pdfium
	bytes  []byte
	doc    references.FPDF_DOCUMENT
	pages  int
}

// check refuses what is no PDF file before any of it is taken apart.
func check(b []byte) error {
	switch {
	case len(b) == 0:
		return fault.New(fault.Invalid, "the PDF file is empty").Fix("fetch it again")
	case len(b) > intake.MaxFile:
		return fault.New(fault.TooLarge, "the PDF file has %d bytes; at most %d are taken", len(b), intake.MaxFile).Fix("split it")
	case !bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")):
		return fault.New(fault.Invalid, "the file is no PDF file: it does not begin with %%PDF").Fix("look what it is, and name it so")
	}
	return nil
}

func damaged() *fault.Error {
	return fault.New(fault.Invalid, "the PDF file is damaged").
		Fix("fetch it again; if it opens in a viewer, print it from there to a new PDF file")
}

// open opens the document, and refuses it if it is locked, damaged, or over a limit.
func (f *file) open() error {
	opened, err := f.engine.OpenDocument(&requests.OpenDocument{File: &f.bytes})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword):
		return fault.New(fault.Unsupported, "the PDF file is locked with a password").
			Fix("open it in a viewer with the password, and print it to a new PDF file")
	case errors.Is(err, pdfiumerrors.ErrSecurity):
		return fault.New(fault.Unsupported, "the PDF file is encrypted in a way that is not read").
			Fix("open it in a viewer, and print it to a new PDF file")
	case err != nil:
		return damaged().Because(err)
	}
	f.doc = opened.Document
	count, err := f.engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.doc})
	switch {
	case err != nil:
		return damaged().Because(err)
	case count.PageCount < 1:
		return fault.New(fault.Invalid, "the PDF file has no pages").Fix("fetch it again")
	case count.PageCount > MaxPages:
		return fault.New(fault.TooLarge, "the PDF file has %d pages; at most %d are read", count.PageCount, MaxPages).Fix("split it")
	}
	f.pages = count.PageCount
	return nil
}

// read reads all pages and makes a document of them.
func (f *file) read(ctx context.Context, o Options) (intake.Document, error) {
	var pages []*page
	letters := 0
	for i := range f.pages {
		if ctx.Err() != nil {
			return intake.Document{}, ctx.Err()
		}
		p, err := f.page(i)
		if err != nil {
			return intake.Document{}, err
		}
		if letters += p.letters; letters > MaxLetters {
			return intake.Document{}, fault.New(fault.TooLarge, "the PDF file has more than %d letters", MaxLetters).
				At("page %d", i+1).Fix("split it")
		}
		pages = append(pages, p)
	}
	d := intake.Document{Format: intake.PDF}
	if err := f.recognise(ctx, pages, o, &d); err != nil {
		return intake.Document{}, err
	}
	f.describe(&d)
	return compose(pages, d)
}

// at names a page of the file to the engine.
func (f *file) at(index int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: f.doc, Index: index}}
}

// box gives the part of a page that is shown, in its own coordinates, and by how
// many quarters it is turned clockwise.
func (f *file) box(index int) (box rect, turns int, err error) {
	size, err := f.engine.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: f.doc, Index: index})
	if err != nil {
		return rect{}, 0, damaged().At("page %d", index+1).Because(err)
	}
	if !(size.Width > 0 && size.Height > 0) {
		return rect{}, 0, damaged().At("page %d", index+1)
	}
	if math.Max(size.Width, size.Height) > MaxSide {
		return rect{}, 0, fault.New(fault.TooLarge, "the page is larger than %d inches", MaxSide/72).
			At("page %d", index+1).Fix("print it to a PDF file with pages of paper's size")
	}
	if r, err := f.engine.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: f.at(index)}); err == nil {
		turns = int(r.PageRotation) & 3
	} else {
		return rect{}, 0, damaged().At("page %d", index+1).Because(err)
	}
	w, h := size.Width, size.Height
	if turns%2 == 1 {
		w, h = h, w
	}
	x, y := f.corner(index)
	return rect{x, y, x + w, y + h}, turns, nil
}

// corner gives the lower left corner of what is shown of a page.
func (f *file) corner(index int) (x, y float64) {
	media, err := f.engine.FPDFPage_GetMediaBox(&requests.FPDFPage_GetMediaBox{Page: f.at(index)})
	if err == nil {
		x, y = float64(min(media.Left, media.Right)), float64(min(media.Bottom, media.Top))
	}
	crop, err := f.engine.FPDFPage_GetCropBox(&requests.FPDFPage_GetCropBox{Page: f.at(index)})
	if err == nil {
		x, y = max(x, float64(min(crop.Left, crop.Right))), max(y, float64(min(crop.Bottom, crop.Top)))
	}
	return x, y
}

// rect is an area of a page in points; y grows upwards.
type rect struct{ x0, y0, x1, y1 float64 }

func (r rect) width() float64  { return r.x1 - r.x0 }
func (r rect) height() float64 { return r.y1 - r.y0 }
func (r rect) area() float64   { return max(0, r.width()) * max(0, r.height()) }
func (r rect) middle() (x, y float64) {
	return (r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2
}

func (r rect) holds(x, y float64) bool { return x >= r.x0 && x <= r.x1 && y >= r.y0 && y <= r.y1 }

func (r rect) meets(o rect) rect {
	return rect{max(r.x0, o.x0), max(r.y0, o.y0), min(r.x1, o.x1), min(r.y1, o.y1)}
}

func (r rect) with(o rect) rect {
	return rect{min(r.x0, o.x0), min(r.y0, o.y0), max(r.x1, o.x1), max(r.y1, o.y1)}
}

// turned gives the area as it lies on a page that is shown turned clockwise by
// quarters, with the lower left corner of what is shown at the origin.
func (r rect) turned(box rect, turns int) rect {
	r = rect{r.x0 - box.x0, r.y0 - box.y0, r.x1 - box.x0, r.y1 - box.y0}
	w, h := box.width(), box.height()
	switch turns {
	case 1:
		return rect{r.y0, w - r.x1, r.y1, w - r.x0}
	case 2:
		return rect{w - r.x1, h - r.y1, w - r.x0, h - r.y0}
	case 3:
		return rect{h - r.y1, r.x0, h - r.y0, r.x1}
	}
	return r
}
