package page

import (
	"strings"

	"comity/intake/prose"
	"comity/intel"
)

// pickTitle finds the heading that is the page's title: what readers see is trusted
// before what is written for machines, and the two together before either. So it is
// the h1 that one of the titles for machines agrees with; else another heading that
// says what those say; else the first h1 inside an article, or the only one of a page
// that has no title for machines.
func (r *reader) pickTitle() *node {
	var ones, others []*node
	r.root.each(func(n *node) {
		switch {
		case n.tag == "h1" || n.get("itemprop") == "headline" && blocky[n.tag]:
			ones = append(ones, n)
		case n.tag == "h2" || n.tag == "h3":
			others = append(others, n)
		}
	})
	ones, others = showing(ones), showing(others)
	for _, n := range ones {
		if r.meta.agrees(n.said()) {
			return n
		}
	}
	for _, n := range others[:min(len(others), 50)] {
		if r.meta.says(n.said()) || r.meta.isTitle(n.said()) {
			return n
		}
	}
	for _, n := range ones {
		if n.inside("article", "main") && !r.isSite(n.said()) {
			return n
		}
	}
	if len(ones) == 1 && len(r.meta.titles) == 0 && len(strings.Fields(ones[0].said())) > 1 {
		return ones[0]
	}
	return nil
}

func showing(list []*node) []*node {
	var out []*node
	for _, n := range list[:min(len(list), 200)] {
		if n.size.text > 0 && n.size.text <= 2000 && !n.unseen() && n.said() != "" {
			out = append(out, n)
		}
	}
	return out
}

// unseen reports whether an element, or one that it lies in, is hidden.
func (n *node) unseen() bool {
	for ; n != nil; n = n.up {
		if n.hidden || silent[n.tag] {
			return true
		}
	}
	return false
}

func (n *node) inside(tags ...string) bool {
	for n = n.up; n != nil; n = n.up {
		for _, t := range tags {
			if n.tag == t {
				return true
			}
		}
	}
	return false
}

// isSite tells the name of the site, which many pages have as a heading.
func (r *reader) isSite(s string) bool {
	return r.meta.site != "" && strings.EqualFold(s, r.meta.site)
}

// agrees reports whether a heading has most words of one of the titles, or a title
// most of the heading's.
func (m meta) agrees(s string) bool {
	if m.site != "" && strings.EqualFold(s, m.site) {
		return false
	}
	mine := wordSet(s)
	for _, t := range m.titles {
		theirs := wordSet(t)
		both := 0
		for w := range mine {
			if theirs[w] {
				both++
			}
		}
		if both*10 >= min(len(mine), len(theirs))*7 && (both > 2 || both == len(theirs)) && len(mine)*3 >= len(theirs) {
			return true
		}
	}
	return false
}

// says reports whether a heading is one of the titles, perhaps without a suffix.
func (m meta) says(s string) bool {
	for _, t := range m.titles {
		if len(strings.Fields(s)) > 2 && strings.HasPrefix(strings.ToLower(t), strings.ToLower(s)) {
			return true
		}
	}
	return false
}

// isTitle reports whether a line is most of one of the titles.
func (m meta) isTitle(line string) bool {
	line = strings.ToLower(prose.Line(line))
	named := 0
	for w := range strings.FieldsSeq(line) {
		if isLetter(rune(w[0])) {
			named++
		}
	}
	for _, t := range m.titles {
		if named >= 3 && len(line)*2 >= len(t) && strings.Contains(strings.ToLower(t), line) {
			return true
		}
	}
	return false
}

// names tells the name of the site: a part of a title at its start or end.
func (m meta) names(s string) bool {
	s = strings.ToLower(prose.Line(s))
	for _, t := range m.titles {
		t = strings.ToLower(t)
		if strings.HasPrefix(t, s) || strings.HasSuffix(t, s) {
			return true
		}
	}
	return m.site != "" && strings.EqualFold(s, m.site)
}

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !isLetter(r) && (r < '0' || r > '9') }) {
		out[w] = true
	}
	return out
}

// bestTitle gives the title that is trusted most, without the name of the site.
func (m meta) bestTitle() string {
	if len(m.titles) == 0 {
		return ""
	}
	return m.withoutSite(m.titles[0])
}

// withoutSite takes the name of the site off a title: what stands behind the last
// bar or dash, where it is the site's name or a few words behind many.
func (m meta) withoutSite(s string) string {
	for _, mark := range []string{" | ", " - ", " – ", " — ", " :: ", " » ", " · "} {
		at := strings.LastIndex(s, mark)
		if at <= 0 {
			continue
		}
		head, tail := s[:at], s[at+len(mark):]
		named := m.site != "" && strings.EqualFold(tail, m.site)
		if named || len(strings.Fields(tail)) <= 4 && len(strings.Fields(head)) >= 4 {
			return strings.TrimSpace(head)
		}
	}
	return s
}

// titleLine gives a title as one may be: one plain line, ended early if it is long.
func titleLine(s string) string { return prose.Clip(s, intel.MaxTitle) }
