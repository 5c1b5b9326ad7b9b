package page

import (
	"slices"
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
)

// A long paragraph is text by its length alone.
const long = 25 // words

// classify says which blocks are furniture, of those that no element's name has set
// aside: by where they stand, by their words, and by what stands around them.
func (r *reader) classify(list []*block) []*block {
	r.settleNames(list)
	r.underPictures(list)
	list = r.lineTitle(list)
	for _, b := range list {
		if b.aside == "" && b.text != "" {
			b.aside = r.byPlace(b)
		}
	}
	besides(list)
	r.bylines(list)
	r.teasers(list)
	r.threads(list)
	return list
}

// settleNames takes back what a name has set aside and what is not what the name
// says: times in a page that runs on are its text.
func (r *reader) settleNames(list []*block) {
	live := r.isLive()
	texts := 0
	for _, b := range list {
		switch {
		case b.aside == "" && b.kind == intake.Paragraph && len(strings.Fields(b.plain)) >= long, live && b.aside == "" && b.kind == intake.Heading && b.from != r.title && b.zone == inside:
			texts++
		case b.aside == intake.Byline && b.zone == inside && (live && (texts > 0 || r.inPost(b)) || r.title == nil && r.meta.date == "" && r.meta.byline == ""):
			b.aside = ""
		}
	}
}

// isLive tells a page of many short articles inside the one.
func (r *reader) isLive() bool {
	n := 0
	r.main.each(func(k *node) {
		if k != r.main && (k.tag == "article" || k.get("itemprop") == "liveBlogUpdate") && k.aside == "" {
			n++
		}
	})
	return n >= 3
}

// inPost reports whether a block stands in an article that is not the one with the
// title.
func (r *reader) inPost(b *block) bool {
	for n := b.from; n != nil && n != r.main; n = n.up {
		if n.tag == "article" && (r.title == nil || !r.title.within(n)) {
			return true
		}
	}
	return false
}

// byPlace tells what a block is by its words, the share of links in it, and where it
// stands.
func (r *reader) byPlace(b *block) intake.Aside {
	if r.title != nil && b.from == r.title {
		b.title = true
		return intake.Byline
	}
	if r.tree.xml {
		return ""
	}
	if why := byWords(b); why != "" {
		return why
	}
	if why := r.byLinks(b); why != "" {
		return why
	}
	if b.zone == inside {
		return ""
	}
	return r.outside(b)
}

// byWords tells a block of whose lines each is furniture. A heading is only if it
// heads furniture.
func byWords(b *block) intake.Aside {
	var why intake.Aside
	strong := false
	if b.kind == intake.Quote || b.kind == intake.Code || b.kind == intake.Table || len(b.plain) > 1500 {
		return ""
	}
	for line := range strings.SplitSeq(b.plain, "\n") {
		is := furniture.Line(line)
		switch {
		case is == "" && furniture.Weak(line) == "":
			return ""
		case is == "":
			is = furniture.Weak(line)
		default:
			strong = true
		}
		if why == "" {
			why = is
		}
	}
	if !strong && (b.links*10 < b.size()*9 || b.kind == intake.Heading) {
		return ""
	}
	if b.kind == intake.Heading && (why == intake.Navigation || why == intake.Controls) {
		return ""
	}
	return why
}

// besides sets aside what is furniture only beside buttons, right below them.
func besides(list []*block) {
	hours := 0
	for _, b := range list {
		if b.aside == "" && furniture.Clock(b.plain) {
			hours++
		}
	}
	for i, b := range list {
		if i == 0 || b.aside != "" || b.kind != intake.Paragraph {
			continue
		}
		if hours > 2 && furniture.Clock(b.plain) {
			continue
		}
		if before := list[i-1].aside; before == intake.Controls || before == intake.Sharing {
			b.aside = furniture.Weak(b.plain)
		}
	}
}

// size is the bytes of a block's words.
func (b *block) size() int {
	n := 0
	for w := range strings.FieldsSeq(b.plain) {
		n += len(w)
	}
	return max(n, 1)
}

// byLinks tells blocks that lead elsewhere: menus, lists of tags, teasers.
func (r *reader) byLinks(b *block) intake.Aside {
	if b.links*10 < b.size()*8 || b.kind == intake.Quote {
		return ""
	}
	words := len(strings.Fields(b.plain))
	switch {
	case b.count >= 3 && b.kind != intake.Heading:
		if words <= 4*b.count {
			return intake.Navigation
		}
		if r.strong || r.title != nil {
			return intake.Related
		}
	case b.kind == intake.Heading && r.title != nil && !r.isLive() && b.links*10 >= b.size()*9 && !b.headsText():
		return intake.Related
	case r.strong && b.zone == inside && b.kind == intake.Paragraph && b.links*20 >= b.size()*19 && words >= 5 && words <= long && !ends(b.plain):
		return intake.Related
	}
	return ""
}

// headsText reports whether a heading that is a link heads text of the document: that
// follows in the same element, which is more than a card.
func (b *block) headsText() bool {
	n := b.from
	if n == nil || n.up == nil || n.up.size.text <= 600 {
		return false
	}
	at := slices.Index(n.up.kids, n)
	for _, k := range n.up.kids[at+1:] {
		if k.size.text == 0 {
			continue
		}
		return k.size.text >= least && k.size.links*2 < k.size.text
	}
	return false
}

// ends reports whether a text ends as a sentence does.
func ends(s string) bool {
	s = strings.TrimRight(s, `"”’»)] `)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "…")
}

// outside says why a block beside the text is set aside. Where the page does not say
// what its text is, a long paragraph may belong to it, and so may what leads nowhere.
func (r *reader) outside(b *block) intake.Aside {
	words := len(strings.Fields(b.plain))
	why := intake.Navigation
	if b.zone == after {
		why = intake.Related
	}
	if r.strong {
		if words >= long && b.links*4 < b.size() && b.zone == before && r.title == nil {
			return ""
		}
		return why
	}
	switch {
	case words >= long && b.links*4 < b.size():
		return ""
	case b.links*2 >= b.size(), furniture.Weak(b.plain) != "", r.amongLinks(b):
		return why
	}
	return ""
}

// amongLinks reports whether a block stands in an element that is mostly links.
func (r *reader) amongLinks(b *block) bool {
	n := b.from
	for range 3 {
		if n == nil || n == r.root || n.tag == "body" {
			return false
		}
		if n.size.count >= 3 && n.size.links*2 > n.size.text {
			return true
		}
		n = n.up
	}
	return false
}

// bylines finds the lines between the title and the text that say who wrote it and
// when.
func (r *reader) bylines(list []*block) {
	at := slices.IndexFunc(list, func(b *block) bool { return b.title })
	if at < 0 {
		return
	}
	for _, b := range list[:at] {
		if b.aside == "" && len(strings.Fields(b.plain)) <= 6 && (b.links*10 >= b.size()*9 || r.meta.names(b.plain)) {
			b.aside = intake.Navigation
		}
	}
	seen := 0
	for _, b := range list[at+1:] {
		if b.aside != "" || b.text == "" {
			continue
		}
		words := len(strings.Fields(b.plain))
		if seen++; seen > 6 || words >= long && b.kind == intake.Paragraph {
			return
		}
		if b.kind == intake.Paragraph && r.isByline(b.plain) {
			b.aside = intake.Byline
		}
	}
}

// isByline tells names and dates from a short sentence: each line of it is one.
func (r *reader) isByline(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		words := len(strings.Fields(line))
		_, dated := furniture.Date(line)
		switch {
		case r.meta.byline != "" && strings.EqualFold(cleanByline(line), r.meta.byline):
		case dated && words <= 14 && (!ends(line) || words <= 5):
		case written.MatchString(line) && words <= 12 && !ends(line) && named(line):
		case strings.HasPrefix(strings.ToLower(line), "updated") && words <= 8:
		case isSigned(line) || furniture.Office(line):
		default:
			return false
		}
	}
	return true
}

func isSigned(line string) bool {
	_, ok := furniture.Signed(line)
	return ok
}

// named reports whether the words behind "By" are names: each long one begins with a
// capital letter.
func named(line string) bool {
	m := written.FindStringSubmatch(line)
	for w := range strings.FieldsSeq(m[1]) {
		if strings.ToLower(w) == w && len(w) > 3 && isLetter(rune(w[0])) {
			return false
		}
	}
	return true
}

// teasers sets aside what follows a line that announces other documents, as far as
// it is links, and the short text of cards whose heading leads elsewhere.
func (r *reader) teasers(list []*block) {
	running, more, topics := false, false, false
	for i, b := range list {
		if b.text == "" || b.aside != "" && b.aside != intake.Related {
			continue
		}
		if yes, many := furniture.Teases(b.plain); yes || b.aside == "" && furniture.Weak(b.plain) == intake.Related && leadsElsewhere(list[i+1:]) {
			b.aside, running, more, topics = intake.Related, true, many, furniture.Topics(b.plain)
			continue
		}
		leads := b.links*10 >= b.size()*6
		switch {
		case b.aside == intake.Related:
		case running && leads, running && more && b.isHeadlines(3, 20), running && topics && b.kind == intake.List && b.isHeadlines(1, 4):
			b.aside = intake.Related
		case !leads && b.kind == intake.Paragraph && r.inCard(list[:i], b):
			b.aside = intake.Related
		default:
			running = false
		}
	}
}

// leadsElsewhere reports whether what comes next is a headline that is a link.
func leadsElsewhere(list []*block) bool {
	for _, b := range list {
		if b.text != "" && b.aside == "" {
			return b.links*10 >= b.size()*6 && b.isHeadlines(3, 20)
		}
		if b.text != "" {
			return b.aside == intake.Related
		}
	}
	return false
}

// isHeadlines tells lines of so many words that end no sentence.
func (b *block) isHeadlines(least, most int) bool {
	if b.kind != intake.List && b.kind != intake.Paragraph {
		return false
	}
	for line := range strings.SplitSeq(b.plain, "\n") {
		if n := len(strings.Fields(line)); n < least || n > most || ends(line) {
			return false
		}
	}
	return true
}

// inCard reports whether a paragraph stands in one small element with a heading that
// was set aside as a teaser.
func (r *reader) inCard(above []*block, b *block) bool {
	if len(above) == 0 {
		return false
	}
	last := above[len(above)-1]
	if last.text == "" && len(above) > 1 {
		last = above[len(above)-2]
	}
	if last.kind != intake.Heading || last.aside != intake.Related || last.links == 0 || b.from == nil {
		return false
	}
	card := last.from.up
	for range 3 {
		if card == nil || card.size.text > 600 || card == r.main {
			return false
		}
		if b.from.within(card) {
			return true
		}
		card = card.up
	}
	return false
}

// threads sets aside readers' comments that no name tells: from a line that counts
// them to the last thing that shows one.
func (r *reader) threads(list []*block) {
	var lines []string
	for _, b := range list {
		lines = append(lines, b.plain)
	}
	texts := 0
	for i, b := range list {
		if b.aside == "" && len(strings.Fields(b.plain)) >= long {
			texts++
		}
		if b.aside != intake.Comments || texts == 0 {
			continue
		}
		for _, c := range list[i:furniture.Thread(lines, i)] {
			if c.aside == "" || c.aside == intake.Related || c.aside == intake.Byline {
				c.aside = intake.Comments
			}
		}
	}
}

// underPictures takes the paragraph below a picture as its caption where it shows
// that it is one: it has a credit, or says what the picture's alternative text does.
func (r *reader) underPictures(list []*block) {
	for i, b := range list {
		if i == 0 {
			continue
		}
		last := list[i-1]
		if last.text != "" || len(last.pictures) == 0 || last.aside != "" || b.kind != intake.Paragraph || b.aside != "" || len(strings.Fields(b.plain)) > 60 {
			continue
		}
		p := &last.pictures[len(last.pictures)-1]
		if p.Credit != "" {
			continue
		}
		caption, credit := furniture.Credit(prose.Line(b.plain))
		if credit == "" && (p.Caption == "" || !strings.HasPrefix(prose.Line(b.plain), strings.TrimRight(p.Caption, "."))) {
			continue
		}
		p.Caption, p.Credit = first(r.fit(caption), p.Caption), r.fit(credit)
		b.aside, b.under = intake.Caption, last
	}
}

// lineTitle finds the title of a page without headings: the line near its start that
// is most of a title for machines. Lines of the same paragraph below it stand by
// themselves.
func (r *reader) lineTitle(list []*block) []*block {
	if r.title != nil || r.tree.xml {
		return list
	}
	for i, b := range list[:min(len(list), 25)] {
		line, rest, more := strings.Cut(b.plain, "\n")
		if b.aside != "" || b.kind == intake.Table || b.kind == intake.Code || !r.meta.isTitle(line) {
			continue
		}
		r.shown = prose.Line(line)
		title := &block{kind: intake.Heading, text: prose.Heading(line), plain: line, aside: intake.Byline, title: true, from: b.from, zone: b.zone}
		out := append(slices.Clone(list[:i]), title)
		if more {
			below := *b
			below.text, below.plain = prose.Paragraph(rest), rest
			out = append(out, &below)
		}
		return append(out, list[i+1:]...)
	}
	return list
}

// place puts each picture on the block that it follows, or on the first, and ends
// paragraphs in lists of one kind. Pictures of what is set aside are dropped.
func (r *reader) place(list []*block) []*block {
	var out []*block
	var early []intake.Picture
	var last *block
	for i, b := range list {
		if at := pictureOf(list, i); at >= 0 && list[at].tells() && r.kept(list, at) {
			b.told = true
		}
		if b.text == "" {
			switch {
			case b.ofTeaser(list[i+1:]) || b.aside != "" || r.strong && b.zone != inside:
			case last == nil:
				early = append(early, b.pictures...)
			default:
				last.pictures = append(last.pictures, b.pictures...)
			}
			continue
		}
		if b.aside == "" {
			if last == nil {
				b.pictures, early = early, nil
			}
			last = b
		}
		out = append(out, b)
	}
	if last == nil && len(early) > 0 {
		return r.onlyPictures(out, early)
	}
	return withoutTold(out)
}

func withoutTold(list []*block) []*block {
	return slices.DeleteFunc(list, func(b *block) bool { return b.told })
}

// untell takes a caption that becomes text off its picture, which does not say it
// any more.
func (b *block) untell(list []intake.Picture) {
	for i, p := range list {
		if b.told && p.File == 0 && p.Caption+p.Credit != "" && strings.HasPrefix(prose.Line(b.plain), p.Caption) {
			list[i].Caption, list[i].Credit, b.told = "", "", false
		}
	}
}

// kept reports whether the pictures of a block come to stand in the text.
func (r *reader) kept(list []*block, i int) bool {
	b := list[i]
	return b.aside == "" && !(r.strong && b.zone != inside) && !b.ofTeaser(list[i+1:])
}

// pictureOf gives the place of the picture that a block is the caption of, the first
// of several in one figure; -1 if it is none.
func pictureOf(list []*block, i int) int {
	b, at := list[i], -1
	if b.aside != intake.Caption || b.from == nil {
		return -1
	}
	for j := i - 1; j >= 0 && list[j].text == "" && len(list[j].pictures) > 0 && (list[j].from == b.from || list[j] == b.under); j-- {
		at = j
	}
	return at
}

// tells reports whether a picture did not come along and has all of its caption.
func (b *block) tells() bool {
	p := b.pictures[0]
	return p.File == 0 && p.Caption+p.Credit != "" && !strings.HasSuffix(p.Caption, "…") && !strings.HasSuffix(p.Credit, "…")
}

// ofTeaser reports whether a picture stands in one small element with a teaser that
// follows.
func (b *block) ofTeaser(below []*block) bool {
	if len(below) == 0 || below[0].aside != intake.Related || below[0].from == nil {
		return false
	}
	card := b.from
	for range 5 {
		if card = card.up; card == nil || card.size.text > 600 {
			return false
		}
		if below[0].from.within(card) {
			return true
		}
	}
	return false
}

// onlyPictures makes a document of a page that shows pictures and no text: what
// stands under the first is what it says.
func (r *reader) onlyPictures(out []*block, list []intake.Picture) []*block {
	for _, b := range out {
		if b.aside == intake.Caption {
			b.untell(list)
			b.aside, b.pictures = "", list
			return withoutTold(out)
		}
	}
	text := prose.Paragraph(first(list[0].Caption, list[0].Name))
	return append(out, &block{kind: intake.Paragraph, text: text, plain: text, pictures: list})
}
