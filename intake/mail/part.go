package mail

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-message/textproto"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// part is a part of a message, or the message itself.
type part struct {
	head  textproto.Header
	body  []byte
	depth int
}

// media gives what a part says that it is, and what it says of that.
func (p part) media() (string, map[string]string) {
	return said(p.head.Get("Content-Type"), "text/plain")
}

// said reads a value with parameters, leniently: what is broken in them is left out.
func said(s, otherwise string) (string, map[string]string) {
	value, params, err := mime.ParseMediaType(s)
	if err != nil || value == "" {
		value, rest, _ := strings.Cut(s, ";")
		value = strings.ToLower(strings.TrimSpace(value))
		if value == "" || strings.ContainsAny(value, " \t\"") {
			value = otherwise
		}
		params = map[string]string{}
		for p := range strings.SplitSeq(rest, ";") {
			if name, v, ok := strings.Cut(p, "="); ok {
				params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(v), `"`)
			}
		}
		return value, params
	}
	return value, params
}

func (p part) content() []byte { return unpack(p.body, p.head.Get("Content-Transfer-Encoding")) }

// isAttached tells a part that its sender attached rather than wrote.
func (p part) isAttached() bool {
	how, params := said(p.head.Get("Content-Disposition"), "")
	return how == "attachment" || params["filename"] != "" && how != "inline"
}

// part takes a part: text into the blocks, pictures into the files, the rest to the
// attachments.
func (r *reader) part(p part) error {
	if r.parts++; r.parts > maxParts {
		return fault.New(fault.TooLarge, "the mail has more than %d parts", maxParts).Fix("save its attachments, and import them one by one")
	}
	if p.depth > maxDepth {
		return fault.New(fault.TooLarge, "parts of the mail lie more than %d deep in one another", maxDepth).Fix("save it as text or as PDF")
	}
	media, params := p.media()
	switch {
	case strings.HasPrefix(media, "multipart/"):
		return r.multipart(p, media, params)
	case p.isAttached() || media == "message/rfc822" || media == "message/global":
		r.attach(p, media, params)
	case media == "text/plain" || media == "text":
		blocks := r.plain(p, params)
		r.text = append(r.text, blocks...)
	case media == "text/html":
		blocks, err := r.html(p, params)
		r.text = append(r.text, blocks...)
		return err
	case isSecret(media, params):
		r.locked = true
		r.attach(p, media, params)
	case isSignature(media):
		r.note("The mail is signed; the signature was not checked.")
	case strings.HasPrefix(media, "image/") && prose.Raster(p.content()) != "":
		r.picture(p, params)
	default:
		r.attach(p, media, params)
	}
	return nil
}

func isSecret(media string, params map[string]string) bool {
	return media == "application/pkcs7-mime" || media == "application/x-pkcs7-mime" || media == "application/pgp-encrypted"
}

func isSignature(media string) bool {
	return media == "application/pgp-signature" || media == "application/pkcs7-signature" || media == "application/x-pkcs7-signature"
}

// multipart takes the parts of a part.
func (r *reader) multipart(p part, media string, params map[string]string) error {
	parts, err := r.children(p, params["boundary"])
	if err != nil {
		return err
	}
	switch media {
	case "multipart/alternative":
		return r.alternative(parts)
	case "multipart/encrypted":
		r.locked = true
	case "multipart/related":
		return r.related(parts)
	}
	for _, c := range parts {
		if err := r.part(c); err != nil {
			return err
		}
	}
	return nil
}

// children parts a body at its boundary. A body without a boundary, or that ends
// early, gives what is there.
func (r *reader) children(p part, boundary string) ([]part, error) {
	if boundary == "" {
		head := textproto.Header{}
		return []part{{head, p.body, p.depth + 1}}, nil
	}
	var out []part
	m := textproto.NewMultipartReader(bytes.NewReader(p.body), boundary)
	for {
		c, err := m.NextPart()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.note("A part of the mail is damaged, and was not read.")
			}
			return out, nil
		}
		body, err := io.ReadAll(c)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			r.note("A part of the mail is damaged, and was not read to its end.")
		}
		if out = append(out, part{c.Header, body, p.depth + 1}); len(out) > maxParts {
			return nil, fault.New(fault.TooLarge, "the mail has more than %d parts", maxParts).Fix("save its attachments, and import them one by one")
		}
	}
}

// related takes the pictures first, so that the page that shows them finds them.
func (r *reader) related(parts []part) error {
	var rest []part
	for _, c := range parts {
		if media, params := c.media(); strings.HasPrefix(media, "image/") && c.head.Get("Content-Id") != "" && prose.Raster(c.content()) != "" {
			if r.parts++; r.parts > maxParts {
				return fault.New(fault.TooLarge, "the mail has more than %d parts", maxParts).Fix("save its attachments, and import them one by one")
			}
			r.picture(c, params)
			continue
		}
		rest = append(rest, c)
	}
	for _, c := range rest {
		if err := r.part(c); err != nil {
			return err
		}
	}
	return nil
}

// alternative takes one of several forms of the same text: the plain one, unless the
// page says far more, as where the plain one only says that there is a page. Where
// they do not say the same it takes the page, which is what people are shown, and sets
// the other aside.
func (r *reader) alternative(parts []part) error {
	before, shown, unread := r.text, r.shown, r.unread
	var plain, page []intake.Block
	for _, c := range parts {
		media, _ := c.media()
		r.text = nil
		if err := r.part(c); err != nil {
			return err
		}
		if media == "text/plain" || media == "text" {
			plain = append(plain, r.text...)
		} else {
			page = append(page, r.text...)
		}
	}
	if wordsIn(plain) > 0 {
		r.unread = unread
	}
	if wordsIn(plain) == 0 || wordsIn(plain)*2 < wordsIn(page) {
		r.text = append(before, page...)
		return nil
	}
	if wordsIn(page) > 0 && differ(plain, page) {
		r.note("The mail has two forms that do not say the same: the one that is shown is taken, and the plain one set aside.")
		for _, b := range plain {
			if b.Aside == "" {
				b.Aside = intake.Other
			}
			page = append(page, b)
		}
		r.text = append(before, page...)
		return nil
	}
	r.text, r.shown = append(before, plain...), shown // pictures stand in the page that was not taken
	return nil
}

// differ tells whether either of two forms has a word that the other lacks: one is
// enough to say another thing. Addresses of links are no words.
func differ(a, b []intake.Block) bool {
	x, y := wordsOf(a), wordsOf(b)
	slices.Sort(x)
	slices.Sort(y)
	return !slices.Equal(x, y)
}

// wordsOf gives the words of what is of the document, without case and marks.
func wordsOf(blocks []intake.Block) (list []string) {
	for _, b := range blocks {
		if b.Aside != "" {
			continue
		}
		for _, f := range strings.Fields(strings.ToLower(b.Text)) {
			if strings.Contains(f, "://") || strings.Contains(f, "www.") {
				continue
			}
			list = append(list, strings.FieldsFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
		}
	}
	return list
}

func wordsIn(blocks []intake.Block) int {
	n := 0
	for _, b := range blocks {
		if b.Aside == "" {
			n += len(strings.Fields(b.Text))
		}
	}
	return n
}

// html has a page read, and gives the pictures in it that came along their bytes.
func (r *reader) html(p part, params map[string]string) ([]intake.Block, error) {
	if r.options.HTML == nil {
		r.unread = true
		return nil, nil
	}
	if !known(params["charset"]) {
		r.uncertain(params["charset"])
	}
	d, err := r.options.HTML([]byte("\ufeff" + decodeText(p.content(), params["charset"])))
	if err != nil {
		if fault.Is(err, fault.TooLarge) {
			return nil, err
		}
		r.unread = true
		r.note("A web page in the mail could not be read.")
		return nil, nil
	}
	r.doc.Notes = append(r.doc.Notes, d.Notes...)
	first := len(r.doc.Files)
	r.doc.Files = append(r.doc.Files, d.Files...)
	for i := range d.Blocks {
		for j := range d.Blocks[i].Pictures {
			pic := &d.Blocks[i].Pictures[j]
			if pic.File > 0 {
				pic.File += first
			} else if id, ok := strings.CutPrefix(strings.ToLower(pic.Name), "cid:"); ok {
				pic.File = r.pictures[id]
			}
			if pic.File > 0 {
				r.shown = with(r.shown, pic.File)
				pic.Name = r.doc.Files[pic.File-1].Name
			}
		}
	}
	return d.Blocks, nil
}

// with gives a set with one more; the set stays as it was.
func with(set map[int]bool, n int) map[int]bool {
	out := maps.Clone(set)
	if out == nil {
		out = map[int]bool{}
	}
	out[n] = true
	return out
}

func (r *reader) uncertain(charset string) {
	if charset != "" {
		r.note("The mail is written in characters that are not known; letters with accents may be wrong.")
	}
}

// picture takes the bytes of a picture along.
func (r *reader) picture(p part, params map[string]string) {
	b := p.content()
	r.doc.Files = append(r.doc.Files, intake.File{Name: r.nameOf(p, params, "picture"), Media: prose.Raster(b), Content: b})
	if id := strings.ToLower(strings.Trim(strings.TrimSpace(p.head.Get("Content-Id")), "<>")); id != "" {
		r.pictures[id] = len(r.doc.Files)
	}
}

// attach takes an attachment. A message is named by its subject.
func (r *reader) attach(p part, media string, params map[string]string) {
	b := p.content()
	otherwise := "attachment"
	if media == "message/rfc822" || media == "message/global" {
		if head, _, err := r.split(b); err == nil {
			otherwise = "message.eml"
			if s := field(head, "Subject"); s != "" {
				otherwise = prose.Clip(s, 100) + ".eml"
			}
		}
	}
	r.attached = append(r.attached, Attachment{Name: r.nameOf(p, params, otherwise), Media: prose.Clip(media, 100), Content: b})
}

// nameOf gives a name that no other file of the message has, without folders.
func (r *reader) nameOf(p part, params map[string]string, otherwise string) string {
	_, how := said(p.head.Get("Content-Disposition"), "")
	name := how["filename"]
	if name == "" {
		name = params["name"]
	}
	if decoded, err := words.DecodeHeader(name); err == nil {
		name = decoded
	}
	if name != "" {
		name = path.Base(strings.ReplaceAll(prose.Line(name), `\`, "/"))
	}
	if strings.Trim(name, "./ ") == "" {
		name = otherwise
	}
	name = strings.NewReplacer("/", " ", `\`, " ").Replace(name)
	ext := path.Ext(name)
	if len(ext) > 12 {
		ext = ""
	}
	stem := prose.Clip(strings.TrimSuffix(name, ext), 120)
	name = prose.Line(stem + ext)
	for i := 2; r.names[strings.ToLower(name)]; i++ {
		name = prose.Line(stem + "-" + itoa(i) + ext)
	}
	r.names[strings.ToLower(name)] = true
	return name
}
