package mail

import (
	"net/url"
	"strings"

	"github.com/emersion/go-message/textproto"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// Archive is a page that a browser saved in the form of a mail, with its pictures as
// parts beside it (MHTML, RFC 2557).
type Archive struct {
	Page   []byte // HTML; begins with a mark of byte order where it names its characters
	Source string // the address that it was saved from, http or https, or ""
	Notes  []string

	base  *url.URL        // of the page
	parts map[string]part // by address and by content id
	read  map[string][]byte
}

const maxSource = 2000 // bytes of an address

// IsArchive tells a page in the form of a mail from a mail: by what browsers write
// into the head, or by a head that is of no message and holds a page with parts.
func IsArchive(b []byte) bool {
	head := readHead(b[:min(headEnd(b), maxHead)])
	if head.Get("Snapshot-Content-Location") != "" || strings.HasPrefix(strings.ToLower(head.Get("From")), "<saved by ") {
		return true
	}
	media, _ := said(head.Get("Content-Type"), "")
	return media == "multipart/related" && !head.Has("To") && !head.Has("Received") && !head.Has("Message-Id")
}

// ReadArchive parts a page from its pictures. An archive without a page, or over a
// limit, is refused.
func ReadArchive(b []byte) (Archive, error) {
	if len(b) > intake.MaxFile {
		return Archive{}, fault.New(fault.TooLarge, "the saved page has %d bytes; at most %d are taken", len(b), intake.MaxFile).Fix("save only the text of the page")
	}
	r := &reader{doc: intake.Document{Format: intake.HTML}}
	head, body, err := r.split(b)
	if err != nil {
		return Archive{}, err
	}
	a := Archive{parts: map[string]part{}, read: map[string][]byte{}}
	a.Source = webAddress(field(head, "Snapshot-Content-Location"))
	page, err := a.gather(r, part{head, body, 0})
	if err != nil {
		return Archive{}, err
	}
	if page == nil {
		return Archive{}, fault.New(fault.Invalid, "the saved page has no part in HTML").Fix("save it anew, as a page or as PDF")
	}
	address := strings.TrimSpace(page.head.Get("Content-Location"))
	if a.Source == "" {
		a.Source = webAddress(prose.Line(address))
	}
	a.base, _ = url.Parse(address)
	_, params := page.media()
	a.Page = page.content()
	if known(params["charset"]) {
		a.Page = []byte("\ufeff" + decodeText(a.Page, params["charset"]))
	}
	a.Notes = r.doc.Notes
	return a, nil
}

// gather walks the parts, keeps where each is found, and gives the first page: those
// that come later are frames inside it.
func (a *Archive) gather(r *reader, p part) (page *part, err error) {
	if r.parts++; r.parts > maxParts || p.depth > maxDepth {
		return nil, fault.New(fault.TooLarge, "the saved page has too many parts: at most %d are read, %d deep", maxParts, maxDepth).Fix("save it as PDF")
	}
	media, params := p.media()
	if !strings.HasPrefix(media, "multipart/") {
		a.keep(p)
		if media == "text/html" || media == "application/xhtml+xml" {
			return &p, nil
		}
		return nil, nil
	}
	list, err := r.children(p, params["boundary"])
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		found, err := a.gather(r, c)
		if err != nil {
			return nil, err
		}
		if page == nil {
			page = found
		}
	}
	return page, nil
}

// keep notes where a part is found: the first of an address stays.
func (a *Archive) keep(p part) {
	names := []string{strings.TrimSpace(p.head.Get("Content-Location"))}
	if id := contentID(p.head); id != "" {
		names = append(names, "cid:"+id)
	}
	for _, name := range names {
		if _, there := a.parts[name]; !there && name != "" {
			a.parts[name] = p
		}
	}
}

func contentID(h textproto.Header) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(h.Get("Content-Id")), "<>"))
}

// File gives the bytes of a part by the name that the page has for it: an address,
// one that is relative to the page's, or a content id.
func (a Archive) File(name string) ([]byte, bool) {
	for _, key := range a.keys(name) {
		if b, there := a.read[key]; there {
			return b, true
		}
		if p, there := a.parts[key]; there {
			a.read[key] = p.content()
			return a.read[key], true
		}
	}
	return nil, false
}

func (a Archive) keys(name string) []string {
	out := []string{name}
	if len(name) > 4 && strings.EqualFold(name[:4], "cid:") {
		id := strings.ToLower(name[4:])
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
		return append(out, "cid:"+id)
	}
	if u, err := url.Parse(name); err == nil && a.base != nil {
		out = append(out, a.base.ResolveReference(u).String())
	}
	return out
}

// webAddress gives an address of the web as it is, or "".
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxSource || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(s, " <>\"") {
		return ""
	}
	return s
}
