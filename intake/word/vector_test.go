package word_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strings"
)

// vector is a DOCX made by hand.
type vector struct {
	body  string            // what stands in w:body
	parts map[string]string // further parts, or others in place of those made here
}

const (
	spaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="wp" xmlns:a="a" xmlns:pic="pic" xmlns:mc="mc" xmlns:v="v" xmlns:wps="wps"`
	head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	rels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

func (v vector) bytes() []byte {
	parts := map[string]string{
		"[Content_Types].xml": head + `<Types/>`,
		"_rels/.rels":         rels + `<Relationship Id="r1" Type="` + kind + `officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   head + `<w:document ` + spaces + `><w:body>` + v.body + `<w:sectPr/></w:body></w:document>`,
		"word/_rels/document.xml.rels": rels +
			relation("s", "styles", "styles.xml") + relation("n", "numbering", "numbering.xml") + relation("f", "footnotes", "footnotes.xml") +
			relation("e", "endnotes", "endnotes.xml") + relation("c", "comments", "comments.xml") + relation("h", "header", "header1.xml") +
			relation("p1", "image", "media/image1.png") + relation("p2", "image", "media/image2.emf") +
			`<Relationship Id="x1" Type="` + kind + `image" Target="http://example.org/track.png" TargetMode="External"/></Relationships>`,
		"word/styles.xml": head + `<w:styles ` + spaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="es-MX"/></w:rPr></w:rPrDefault></w:docDefaults>` +
			named("Title", "Title") + named("H1", "heading 1") + named("H2", "Heading 2") + `<w:style w:styleId="Own"><w:name w:val="Chapter"/><w:basedOn w:val="H2"/></w:style>` +
			named("Q", "Quote") + named("Cap", "caption") + named("T1", "toc 1") + `<w:style w:styleId="Loop"><w:name w:val="x"/><w:basedOn w:val="Loop"/></w:style>` +
			`<w:style w:styleId="Hide"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`,
		"word/numbering.xml": head + `<w:numbering ` + spaces + `>` +
			`<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="*"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>` +
			`<w:num w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>`,
	}
	for name, s := range v.parts {
		parts[name] = s
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, _ := z.Create(name)
		w.Write([]byte(parts[name]))
	}
	z.Close()
	return b.Bytes()
}

func relation(id, what, target string) string {
	return `<Relationship Id="` + id + `" Type="` + kind + what + `" Target="` + target + `"/>`
}

func named(id, name string) string {
	return `<w:style w:styleId="` + id + `"><w:name w:val="` + name + `"/></w:style>`
}

// p is a paragraph in a style with a text.
func p(style, text string) string { return para(`<w:pStyle w:val="`+style+`"/>`, r(text)) }

func para(properties, content string) string {
	return `<w:p><w:pPr>` + properties + `</w:pPr>` + content + `</w:p>`
}

func r(text string) string {
	return `<w:r><w:t xml:space="preserve">` + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text) + `</w:t></w:r>`
}

func listed(list, level, text string) string {
	return para(`<w:numPr><w:ilvl w:val="`+level+`"/><w:numId w:val="`+list+`"/></w:numPr>`, r(text))
}

func drawn(id, alt string) string {
	return `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="` + alt + `"/><a:graphic><pic:pic><pic:blipFill><a:blip r:embed="` + id + `"/></pic:blipFill></pic:pic></a:graphic></wp:inline></w:drawing></w:r>`
}

const pngBytes = "\x89PNG\r\n\x1a\nand so on"
