package mention

import "strings"

var netForms = []form{
	{exprIn((*finder).ats, `(?i)\b[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}\b`),
		Email, "LegalEntity", "email", "an e-mail address", func(s string) (string, bool, bool) {
			name, domain, _ := strings.Cut(s, "@")
			return name + "@" + strings.ToLower(domain), false, !strings.Contains(name, "..")
		}},
	{expr(`(?i)\bhttps?://[^\s\p{Z}<>"'\]\x60{}|\\^]{3,1000}`), Web, "LegalEntity", "website", "an address of the web", readURL},
	{expr(`(?i)\bwww\.(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}(?:/[^\s\p{Z}<>"'\]\x60]{0,500})?`), Web, "LegalEntity", "website", "an address of the web", readURL},
	{exprIn((*finder).innerDots, `(?i)\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}(?:com|org|net|info|biz|onion|gov|mil|edu|gob\.mx|com\.mx|org\.mx|mx|gt|co|ru|cn|io|xyz|su)\b(?:/[^\s\p{Z}<>"'\]\x60)]{1,500})?`),
		Web, "LegalEntity", "website", "a domain of the web", readURL},
}

func (f *finder) ats() [][2]int { return f.cued(0, 0, "@") }

// innerDots are the stretches of words with a dot inside them.
func (f *finder) innerDots() [][2]int {
	var at [][2]int
	for i := 1; i+1 < len(f.text); i++ {
		if f.text[i] == '.' && isPlain(f.text[i-1]) && isPlain(f.text[i+1]) {
			at = append(at, [2]int{i, i + 1})
		}
	}
	return f.widened(at, 0, 0)
}

// urlEnd takes off what ends a sentence or closes a bracket around an address.
func urlEnd(s string) string {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				s = s[:i]
				return strings.TrimRight(s, ".,;:!?*_")
			}
		}
	}
	return strings.TrimRight(s, ".,;:!?*_")
}

func readURL(s string) (string, bool, bool) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	} else {
		scheme = strings.ToLower(scheme) + "://"
	}
	host, path, slash := strings.Cut(rest, "/")
	if slash {
		path = "/" + path
	}
	if host = strings.ToLower(host); host == "pic.twitter.com" || host == "pic.x.com" {
		return "", false, false // a picture in a post, whose copy has the words alone
	}
	labels := strings.Split(host, ".")
	if len(labels) < 2 || len(labels[0]) < 3 && len(labels) == 2 && scheme == "" && labels[1] != "com" {
		return "", false, false
	}
	return scheme + strings.ToLower(host) + path, false, len(s) <= 900
}
