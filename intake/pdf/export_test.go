package pdf

import (
	"time"

	"github.com/klippa-app/go-pdfium/requests"
)

// Plain reads what the library calls the text of each page, and nothing more: the
// least that a parse costs. It gives the bytes of it.
func (r *Reader) Plain(b []byte) (n int, err error) {
	engine, err := r.pool.GetInstance(time.Minute)
	if err != nil {
		return 0, err
	}
	defer func() { _ = engine.Close() }()
	doc, err := engine.OpenDocument(&requests.OpenDocument{File: &b})
	if err != nil {
		return 0, err
	}
	pages, err := engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	for i := 0; err == nil && i < pages.PageCount; i++ {
		text, failed := engine.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: i}}})
		if err = failed; err == nil {
			n += len(text.Text)
		}
	}
	return n, err
}
