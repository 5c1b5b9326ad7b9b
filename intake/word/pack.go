package word

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"comity/fault"
	"comity/intake"
)

// Limits of the archive that a file is.
const (
	maxParts    = 5000
	maxUnpacked = 256 << 20 // bytes of all parts
	maxPart     = 64 << 20  // bytes of one
	maxRatio    = 250       // how much smaller packed text may be; Word's is below 40
	freeRatio   = 1 << 20   // bytes below which the ratio does not matter
	maxNodes    = 2_000_000 // elements of one child of the body
)

// pack is the archive, by the names of its parts.
type pack struct {
	parts map[string]*zip.File
}

// open lists the parts, and refuses what packs too much, twice the same, or names
// that lead out of the archive: nothing is written by them here, but no word
// processor makes such a file.
func open(b []byte) (*pack, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, damaged().Because(err)
	}
	if len(z.File) > maxParts {
		return nil, fault.New(fault.TooLarge, "the Word file has %d parts; at most %d are taken", len(z.File), maxParts).Fix("save it anew in a word processor")
	}
	p, total := &pack{parts: map[string]*zip.File{}}, uint64(0)
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		name := strings.ToLower(f.Name)
		if path.Clean("/"+name) != "/"+name || strings.ContainsAny(name, "\\\x00:") {
			return nil, fault.New(fault.Invalid, "a part of the Word file has a name that leads out of it").Fix("do not open it; ask its sender for it as PDF")
		}
		if p.parts[name] != nil {
			return nil, fault.New(fault.Invalid, "the Word file has two parts of one name").Fix("save it anew in a word processor")
		}
		p.parts[name] = f
		total += min(f.UncompressedSize64, maxUnpacked+1)
		if total > maxUnpacked {
			return nil, tooMuch()
		}
	}
	return p, nil
}

func tooMuch() *fault.Error {
	return fault.New(fault.TooLarge, "the Word file unpacks to more than is taken").Fix("save it anew in a word processor, or without its pictures")
}

func (p *pack) has(name string) bool { return p.parts[strings.ToLower(name)] != nil }

// part unpacks a part; one that is not there is empty.
func (p *pack) part(name string) ([]byte, error) {
	f := p.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > maxPart || f.UncompressedSize64 > freeRatio && f.UncompressedSize64 > maxRatio*max(f.CompressedSize64, 1) {
		return nil, tooMuch()
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged().Because(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err != nil || uint64(len(b)) != f.UncompressedSize64 {
		return nil, damaged().Because(err)
	}
	return b, nil
}

// relation is what a part refers to by an id.
type relation struct {
	kind    string // the last word of its type
	target  string // the name of a part, or an address if it lies outside
	outside bool
}

// relationsOf gives the relations of a part by their ids; those of the file itself
// for "".
func (p *pack) relationsOf(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	out := map[string]relation{}
	err := p.children(dir+"_rels/"+base+".rels", "Relationships", func(n node) error {
		kind := n.attr("Type")
		r := relation{kind: kind[strings.LastIndexByte(kind, '/')+1:], target: n.attr("Target"), outside: n.attr("TargetMode") == "External"}
		if !r.outside {
			if !strings.HasPrefix(r.target, "/") {
				r.target = "/" + dir + r.target
			}
			r.target = strings.TrimPrefix(path.Clean(r.target), "/")
		}
		out[n.attr("Id")] = r
		return nil
	})
	return out, err
}

// mainPart gives the name of the part that holds the text.
func (p *pack) mainPart() (string, error) {
	all, err := p.relationsOf("")
	if err != nil {
		return "", err
	}
	name := "word/document.xml"
	for _, r := range all {
		if r.kind == "officeDocument" && !r.outside {
			name = r.target
		}
	}
	if p.has(name) && (strings.HasPrefix(strings.ToLower(name), "word/") || p.looksLikeText(name)) {
		return name, nil
	}
	if p.has("[Content_Types].xml") && p.has(name) || p.has("xl/workbook.xml") || p.has("ppt/presentation.xml") {
		return "", fault.New(fault.Unsupported, "the file is of another program of Office, not of Word").Fix("save it as PDF")
	}
	if p.has("mimetype") && p.has("content.xml") {
		return "", fault.New(fault.Unsupported, "the file is an OpenDocument file, which is not read").Fix("save it as DOCX or PDF")
	}
	return "", fault.New(fault.Invalid, "the file is an archive, and no Word file").Fix("unpack it, and import what is in it")
}

func (p *pack) looksLikeText(name string) bool {
	found := false
	_ = p.children(name, "body", func(node) error {
		found = true
		return io.EOF
	})
	return found
}

// node is an element with what it holds.
type node struct {
	name  string // without its name space
	attrs []xml.Attr
	text  string // of a leaf
	nodes []node
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// val gives the attribute that most elements have, or what a switch without it means.
func (n *node) val() string { return n.attr("val") }

// on tells whether a switch is on: it is if it stands there and does not say no.
func (n *node) on() bool {
	switch strings.ToLower(n.val()) {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// child gives the first child of a name, nil if there is none.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for i := range n.nodes {
		if n.nodes[i].name == name {
			return &n.nodes[i]
		}
	}
	return nil
}

// at follows names down from child to child.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		n = n.child(name)
	}
	return n
}

// valAt gives the value of an element further down, "" if there is none.
func (n *node) valAt(names ...string) string {
	if c := n.at(names...); c != nil {
		return c.val()
	}
	return ""
}

// onAt tells whether a switch further down is on; it is off if it is not there.
func (n *node) onAt(names ...string) bool {
	c := n.at(names...)
	return c != nil && c.on()
}

// children reads a part, and hands on each child of the element of a name, one after
// the other, so that the whole never lies in memory. A part that is not there has
// none.
func (p *pack) children(part, of string, each func(node) error) error {
	b, err := p.part(part)
	if err != nil || b == nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	depth, inside := 0, -1
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged().Because(err)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return fault.New(fault.Invalid, "the Word file declares entities").Fix("do not open it; ask its sender for it as PDF")
		case xml.StartElement:
			if inside >= 0 && depth == inside+1 {
				count := 0
				n, err := element(d, t, depth, &count)
				if err != nil {
					return err
				}
				if err := each(n); err != nil {
					return err
				}
				continue
			}
			if t.Name.Local == of && inside < 0 {
				inside = depth
			}
			depth++
		case xml.EndElement:
			depth--
			if depth == inside {
				return nil
			}
		}
	}
}

// element reads an element up to its end.
func element(d *xml.Decoder, start xml.StartElement, depth int, count *int) (node, error) {
	if depth > intake.MaxDepth {
		return node{}, fault.New(fault.TooLarge, "parts of the Word file lie more than %d deep in one another", intake.MaxDepth).Fix("save it as PDF")
	}
	if *count++; *count > maxNodes {
		return node{}, tooMuch()
	}
	n := node{name: start.Name.Local, attrs: start.Copy().Attr}
	var text strings.Builder
	for {
		tok, err := d.RawToken()
		if err != nil {
			return node{}, damaged().Because(err)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return node{}, fault.New(fault.Invalid, "the Word file declares entities").Fix("do not open it; ask its sender for it as PDF")
		case xml.StartElement:
			c, err := element(d, t, depth+1, count)
			if err != nil {
				return node{}, err
			}
			n.nodes = append(n.nodes, c)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if t.Name.Local != start.Name.Local {
				return node{}, damaged()
			}
			if len(n.nodes) == 0 {
				n.text = text.String()
			}
			return n, nil
		}
	}
}
