package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
)

// vector is a PDF file made by hand: one content stream for each page.
type vector struct {
	pages   []string
	media   string // "0 0 612 792" if empty
	rotate  int
	info    string            // entries of the information dictionary
	catalog string            // further entries of the catalog
	trailer string            // further entries of the trailer
	kids    string            // in place of the pages' references
	objects map[int]string    // further objects, from 100
	streams map[int][2]string // further streams, from 200: dictionary and content
}

// bytes writes the file with its table of references.
func (v vector) bytes() []byte {
	var b bytes.Buffer
	at := map[int]int{}
	object := func(n int, s string) {
		at[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, s)
	}
	stream := func(n int, dict, s string) {
		object(n, fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(s), s))
	}
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	media, kids := v.media, v.kids
	if media == "" {
		media = "0 0 612 792"
	}
	for i, content := range v.pages {
		if v.kids == "" {
			kids += fmt.Sprintf("%d 0 R ", 10+2*i)
		}
		object(10+2*i, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Rotate %d /Contents %d 0 R /Resources << /Font << /F 3 0 R /B 4 0 R >> /XObject << /P 200 0 R >> >> >>",
			media, v.rotate, 11+2*i))
		stream(11+2*i, "", content)
	}
	object(1, "<< /Type /Catalog /Pages 2 0 R "+v.catalog+" >>")
	object(2, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(v.pages)))
	object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	object(4, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
	object(5, "<< "+v.info+" >>")
	for n, s := range v.objects {
		object(n, s)
	}
	if _, ok := v.streams[200]; !ok {
		stream(200, "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray", "\x80\x90\xa0\xb0")
	}
	for n, s := range v.streams {
		stream(n, s[0], s[1])
	}
	start, most := b.Len(), 0
	for n := range at {
		most = max(most, n)
	}
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", most+1)
	for n := 1; n <= most; n++ {
		if o, ok := at[n]; ok {
			fmt.Fprintf(&b, "%010d 00000 n \n", o)
		} else {
			b.WriteString("0000000000 00000 f \n")
		}
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", most+1, v.trailer, start)
	return b.Bytes()
}

// say sets lines in a font (F or B) of a size, the first at x, y, each below the one
// before.
func say(font string, size, x, y float64, lines ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT /%s %g Tf %g TL %g %g Td\n", font, size, size*1.2, x, y)
	for _, l := range lines {
		l = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "é", `\351`, "ñ", `\361`, "ú", `\372`, "•", `\225`).Replace(l)
		fmt.Fprintf(&b, "(%s) Tj T*\n", l)
	}
	b.WriteString("ET\n")
	return b.String()
}

// wrap parts a text into lines of at most so many letters.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && len(line)+1+len(w) > width {
			out, line = append(out, line), ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return append(out, line)
}

const picture = "q 612 0 0 792 0 0 cm /P Do Q\n"
