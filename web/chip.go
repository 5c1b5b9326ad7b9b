package web

import (
	"strconv"
	"strings"

	"comity/party"
)

// chip is one element of a marking.
type chip struct{ Text, Class string }

// chips parts a banner into its elements.
func chips(banner string) []chip {
	var list []chip
	for _, e := range elements(banner) {
		c := chip{Text: e}
		switch tlp, is := strings.CutPrefix(e, "TLP:"); {
		case is && strings.HasPrefix(tlp, "AMBER"):
			c.Class = "tlp tlp-amber"
		case is && (tlp == "RED" || tlp == "GREEN" || tlp == "CLEAR"):
			c.Class = "tlp tlp-" + strings.ToLower(tlp)
		case e == "REL:"+string(party.Nobody):
			c.Class = "nobody"
		}
		list = append(list, c)
	}
	return list
}

// elements splits a banner where its elements end, and not within quotes, which
// open right after an element's colon only: a condition in a partner's words must
// not pass for a traffic light.
func elements(banner string) []string {
	const separator = " // "
	var list []string
	for banner != "" {
		end := strings.Index(banner, separator)
		if end < 0 {
			end = len(banner)
		}
		if colon := strings.IndexByte(banner[:end], ':'); colon >= 0 && strings.HasPrefix(banner[colon+1:], `"`) {
			quoted, err := strconv.QuotedPrefix(banner[colon+1:])
			if err != nil {
				return append(list, banner) // as it is, in one piece
			}
			end = colon + 1 + len(quoted)
			if next := strings.Index(banner[end:], separator); next >= 0 {
				end += next
			} else {
				end = len(banner)
			}
		}
		list = append(list, banner[:end])
		banner = strings.TrimPrefix(banner[end:], separator)
	}
	return list
}
