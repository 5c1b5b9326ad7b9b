package pdf

import (
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// backdrop is what lies on a page besides its letters, so far as it is looked at.
type backdrop struct {
	pictures []rect
	fills    []rect
}

// maxObjects is how many objects of a page are looked at for pictures and fills.
const maxObjects = 2000

// backdropOf looks at the objects of a page. It is asked only where letters are white
// or not drawn, or few.
func (f *file) backdropOf(index int, box rect, turns int) *backdrop {
	b := &backdrop{}
	count, err := f.engine.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: f.at(index)})
	if err != nil {
		return b
	}
	for i := range min(count.Count, maxObjects) {
		o, err := f.engine.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: f.at(index), Index: i})
		if err != nil {
			continue
		}
		area, ok := f.bounds(o.PageObject)
		if !ok {
			continue
		}
		area = area.turned(box, turns)
		switch f.kind(o.PageObject, 0) {
		case enums.FPDF_PAGEOBJ_IMAGE:
			b.pictures = append(b.pictures, area)
		case enums.FPDF_PAGEOBJ_PATH, enums.FPDF_PAGEOBJ_SHADING, enums.FPDF_PAGEOBJ_FORM:
			if !f.pale(o.PageObject) {
				b.fills = append(b.fills, area)
			}
		}
	}
	return b
}

func (f *file) bounds(o references.FPDF_PAGEOBJECT) (rect, bool) {
	b, err := f.engine.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if err != nil {
		return rect{}, false
	}
	return rect{float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top)}, true
}

// kind tells what an object is; a form that holds a picture counts as one.
func (f *file) kind(o references.FPDF_PAGEOBJECT, depth int) enums.FPDF_PAGEOBJ {
	t, err := f.engine.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil || t.Type != enums.FPDF_PAGEOBJ_FORM || depth == 3 {
		if err != nil {
			return enums.FPDF_PAGEOBJ_UNKNOWN
		}
		return t.Type
	}
	count, err := f.engine.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
	if err != nil {
		return t.Type
	}
	for i := range min(count.Count, 20) {
		inner, err := f.engine.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
		if err == nil && f.kind(inner.PageObject, depth+1) == enums.FPDF_PAGEOBJ_IMAGE {
			return enums.FPDF_PAGEOBJ_IMAGE
		}
	}
	return t.Type
}

// pale tells a path that is not filled, or filled with white.
func (f *file) pale(o references.FPDF_PAGEOBJECT) bool {
	m, err := f.engine.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: o})
	if err != nil {
		return false
	}
	if m.FillMode == enums.FPDF_FILLMODE_NONE {
		return true
	}
	c, err := f.engine.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o})
	return err == nil && c.FillColor.R > 247 && c.FillColor.G > 247 && c.FillColor.B > 247
}

// under gives what lies on the page of a reader of words, looked at once.
func (r *wordReader) under() *backdrop {
	if r.backdrop == nil {
		r.backdrop = r.f.backdropOf(r.p.index, r.box, r.turns)
	}
	return r.backdrop
}

func (r *wordReader) pictureUnder(a rect) bool { return anyHolds(r.under().pictures, a) }

func (r *wordReader) somethingUnder(a rect) bool {
	return r.pictureUnder(a) || anyHolds(r.under().fills, a)
}

func anyHolds(list []rect, a rect) bool {
	x, y := a.middle()
	for _, r := range list {
		if r.holds(x, y) {
			return true
		}
	}
	return false
}
