package page

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"path"
	"strconv"
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// maxEmbedded is the most bytes of one picture.
const maxEmbedded = 32 << 20

// picture keeps a picture that stands in the text.
func (f *flow) picture(n *node) {
	p, ok := f.r.pictureOf(n, f.ignores(), false)
	if !ok {
		return
	}
	f.shown = n.up
	p.Caption = f.r.fit(altOf(n))
	f.out = append(f.out, &block{pictures: []intake.Picture{p}, aside: f.aside, zone: f.zone, from: n})
}

// ignores reports whether pictures here stand in furniture.
func (f *flow) ignores() bool { return f.aside != "" || f.zone != inside && f.r.strong }

// pictureOf reads a picture and its bytes, if they came along. What is there to
// track readers, to decorate the page, or has been met before is none; a picture met
// before counts again where now a caption stands under it.
func (r *reader) pictureOf(n *node, ignored, captioned bool) (intake.Picture, bool) {
	if ignored || tiny(n) || isIcon(n) || inTeaser(n) {
		return intake.Picture{}, false
	}
	names := sources(n)
	if len(names) == 0 {
		return intake.Picture{}, false
	}
	p := intake.Picture{Name: shortName(names[0])}
	if _, met := r.named[p.Name]; met && !captioned {
		return intake.Picture{}, false
	}
	if r.pictures++; r.pictures > maxPictures {
		return intake.Picture{}, false
	}
	for _, name := range names {
		content, ok := r.load(name)
		if !ok {
			continue
		}
		media := mediaOf(content)
		if media == "" || dot(content) {
			r.pictures--
			return intake.Picture{}, false
		}
		p.Name = shortName(name)
		p.File = r.keep(p.Name, media, content)
		break
	}
	if strings.HasPrefix(p.Name, "data:") {
		if p.File == 0 {
			r.pictures--
			return intake.Picture{}, false
		}
		p.Name = r.doc.Files[p.File-1].Name
	}
	r.named[p.Name] = p.File
	r.named[shortName(names[0])] = p.File
	return p, true
}

// keep puts a file with the document once and gives its place, from 1; 0 if the
// document has as many as it may.
func (r *reader) keep(name, media string, content []byte) int {
	for i, f := range r.doc.Files {
		if bytes.Equal(f.Content, content) {
			return i + 1
		}
	}
	if len(r.doc.Files) == intel.MaxFiles || r.bytes+len(content) > intake.MaxFile {
		return 0
	}
	r.bytes += len(content)
	r.doc.Files = append(r.doc.Files, intake.File{Name: fileName(name, media, len(r.doc.Files)+1), Media: media, Content: content})
	return len(r.doc.Files)
}

// load gives the bytes of a picture: those in the name itself, or those that were
// saved beside the page. Names that lead out of the page's folder are not asked for.
func (r *reader) load(name string) ([]byte, bool) {
	if strings.HasPrefix(name, "data:") {
		return embedded(name)
	}
	if r.files == nil || !askable(name) {
		return nil, false
	}
	if b, ok := r.files(name); ok && len(b) <= maxEmbedded {
		return b, true
	}
	plain, _, _ := strings.Cut(name, "?")
	plain, err := url.PathUnescape(plain)
	if err != nil || plain == name || !askable(plain) {
		return nil, false
	}
	b, ok := r.files(plain)
	return b, ok && len(b) <= maxEmbedded
}

// askable tells names that may be asked for: addresses of the web and of parts of a
// mail, and names below the page's own folder.
func askable(name string) bool {
	if len(name) > maxAddress || !intel.Plain(name, false) || strings.Contains(name, `\`) {
		return false
	}
	if scheme, _, found := strings.Cut(name, ":"); found && !strings.ContainsAny(scheme, "/?#") {
		switch strings.ToLower(scheme) {
		case "http", "https", "cid":
			return true
		}
		return false
	}
	if strings.HasPrefix(name, "//") {
		return true
	}
	clean := path.Clean(name)
	return !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../")
}

// embedded reads a data: address (RFC 2397) that holds a picture.
func embedded(name string) ([]byte, bool) {
	head, body, found := strings.Cut(strings.TrimPrefix(name, "data:"), ",")
	if !found || !strings.HasPrefix(strings.ToLower(head), "image/") || len(body) > maxEmbedded*2 {
		return nil, false
	}
	if !strings.HasSuffix(strings.ToLower(strings.ReplaceAll(head, " ", "")), ";base64") {
		s, err := url.PathUnescape(body)
		return []byte(s), err == nil && len(s) <= maxEmbedded
	}
	if strings.Contains(body, "%") {
		s, err := url.PathUnescape(body)
		if err != nil {
			return nil, false
		}
		body = s
	}
	body = strings.TrimRight(strings.Join(strings.Fields(body), ""), "=")
	b, err := base64.RawStdEncoding.DecodeString(body)
	return b, err == nil && len(b) <= maxEmbedded
}

// lazy are the attributes in which pages keep the address of a picture that is
// loaded when a reader comes near.
var lazy = []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-hi-res-src", "data-full-src", "data-image", "data-url", "data-delayed-url", "data-img-url"}

// sources gives the names of a picture, that which shows first: what the page has as
// its source unless that only keeps the place, then what it loads later, then the
// largest of each set.
func sources(n *node) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && !holdsPlace(s) && len(out) < 12 && (askable(s) || strings.HasPrefix(s, "data:")) {
			out = append(out, s)
		}
	}
	add(n.get("src"))
	for _, key := range lazy {
		add(n.get(key))
	}
	for _, key := range []string{"srcset", "data-srcset", "data-lazy-srcset"} {
		for _, s := range largest(n.get(key)) {
			add(s)
		}
	}
	if n.up != nil && n.up.tag == "picture" {
		for _, k := range n.up.kids {
			if k.tag == "source" {
				for _, s := range largest(first(k.get("srcset"), k.get("data-srcset"))) {
					add(s)
				}
			}
		}
	}
	return out
}

// holdsPlace tells an address that only keeps the place of a picture.
func holdsPlace(s string) bool {
	if strings.HasPrefix(s, "data:") {
		return len(s) < 400 || strings.HasPrefix(s, "data:image/svg")
	}
	if strings.HasPrefix(s, "blob:") || strings.HasPrefix(s, "about:") || strings.HasPrefix(s, "javascript:") || s == "#" || len(s) > maxAddress {
		return true
	}
	base := strings.ToLower(path.Base(strings.SplitN(s, "?", 2)[0]))
	for _, w := range []string{"placeholder", "blank.", "spacer", "pixel", "transparent", "lazyload", "loading.", "1x1", "clear.gif", "trans.gif", "grey.gif", "gray.gif"} {
		if strings.Contains(base, w) {
			return true
		}
	}
	return false
}

// largest gives the addresses of a srcset, the largest first, at most three.
func largest(set string) []string {
	type candidate struct {
		address string
		size    float64
	}
	var list []candidate
	fields := strings.Fields(set)
	for i := 0; i < len(fields) && len(list) < 50; i++ {
		c := candidate{address: strings.TrimRight(fields[i], ","), size: 1}
		if !strings.HasSuffix(fields[i], ",") && i+1 < len(fields) {
			i++
			size, _ := strconv.ParseFloat(strings.TrimRight(fields[i], "wxh,"), 64)
			c.size = size
		}
		list = append(list, c)
	}
	var out []string
	for range min(len(list), 3) {
		best := -1
		for i, c := range list {
			if c.address != "" && (best < 0 || c.size > list[best].size) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out = append(out, list[best].address)
		list[best].address = ""
	}
	return out
}

// tiny tells pictures that are there to be counted, not seen, and icons, by the size
// that the page gives them.
func tiny(n *node) bool {
	w, h := pixels(n.get("width")), pixels(n.get("height"))
	return w >= 0 && w <= 2 || h >= 0 && h <= 2 || w >= 0 && w <= 48 && h >= 0 && h <= 48
}

// inTeaser tells a picture in a link that has words, too: it belongs to what the
// link leads to.
func inTeaser(n *node) bool {
	for range 6 {
		if n = n.up; n == nil || n.tag == "figure" {
			return false
		}
		if n.tag == "a" && n.has("href") {
			return n.size.text > 0
		}
	}
	return false
}

// pixels reads a size in pixels; -1 if there is none.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(s, "px"))
	if err != nil {
		return -1
	}
	return n
}

// isIcon tells pictures that belong to the page, by their names.
func isIcon(n *node) bool {
	names := words(strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(n.attr["class"] + " " + n.attr["id"])))
	for _, w := range []string{"icon", "logo", "avatar", "emoji", "gravatar", "pixel", "tracking", "beacon", "spacer", "sprite", "favicon"} {
		if names[w] {
			return true
		}
	}
	src := strings.ToLower(n.get("src"))
	for _, w := range []string{"gravatar.com/", "doubleclick.net/", "scorecardresearch.", "google-analytics.", "facebook.com/tr", "/pixel", "/beacon", "/emoji/", ".svg", ".ico", "favicon"} {
		if strings.Contains(src, w) && !strings.HasPrefix(src, "data:") {
			return true
		}
	}
	return furniture.Name(n.names()) == intake.Advertising
}

// mediaOf tells the media type of a picture by its first bytes, or "" if it is none
// that shows without running anything.
func mediaOf(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("GIF87a")), bytes.HasPrefix(b, []byte("GIF89a")):
		return "image/gif"
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return "image/webp"
	case len(b) > 12 && string(b[4:8]) == "ftyp" && (string(b[8:12]) == "avif" || string(b[8:12]) == "heic"):
		return "image/" + string(b[8:12])
	case bytes.HasPrefix(b, []byte("BM")) && len(b) > 54:
		return "image/bmp"
	case bytes.HasPrefix(b, []byte("II*\x00")), bytes.HasPrefix(b, []byte("MM\x00*")):
		return "image/tiff"
	}
	return ""
}

// dot tells a picture of a few points, of which only the head is read.
func dot(b []byte) bool {
	var w, h uint32
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG")) && len(b) >= 24:
		w, h = binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:])
	case bytes.HasPrefix(b, []byte("GIF8")) && len(b) >= 10:
		w, h = uint32(binary.LittleEndian.Uint16(b[6:])), uint32(binary.LittleEndian.Uint16(b[8:]))
	default:
		return false
	}
	return w <= 2 || h <= 2 || w <= 32 && h <= 32
}

// shortName gives a picture's name as the document has it: one plain line.
func shortName(s string) string {
	if strings.HasPrefix(s, "data:") {
		return "data:" + strconv.Itoa(len(s)) + s[len(s)-min(len(s), 24):]
	}
	return prose.Clip(s, maxAddress)
}

// fileName gives a name without folders for a picture.
func fileName(name, media string, at int) string {
	_, kind, _ := strings.Cut(media, "/")
	plain, _, _ := strings.Cut(name, "?")
	plain, _, _ = strings.Cut(plain, "#")
	if s, err := url.PathUnescape(plain); err == nil {
		plain = s
	}
	base := path.Base(strings.ReplaceAll(plain, `\`, "/"))
	base = prose.Line(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:*?"<>|`+"\x00", r) {
			return '_'
		}
		return r
	}, base))
	if strings.HasPrefix(name, "data:") || base == "" || base == "." || base == ".." || base == "/" || len(base) > 120 {
		return "picture-" + strconv.Itoa(at) + "." + kind
	}
	return base
}
