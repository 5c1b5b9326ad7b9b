package web

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/language"
)

//go:embed tongue/*.txt
var tongueFiles embed.FS

// tongue is a language of the pages: the file tongue/CODE.txt, one message a line,
// key = text. A text may hold %s and %d for what the page puts in. Messages
// that count have two keys, .one and .many.
type tongue struct {
	code string
	says map[string]string
}

// tongueCodes are the languages, the first where a browser asks for none of them.
var tongueCodes = []string{"en", "es"}

const tongueCookie = "comity-tongue"

func tongues() []*tongue {
	var list []*tongue
	for _, code := range tongueCodes {
		b, _ := tongueFiles.ReadFile("tongue/" + code + ".txt")
		list = append(list, &tongue{code, parseTongue(string(b))})
	}
	return list
}

func parseTongue(text string) map[string]string {
	says := map[string]string{}
	for line := range strings.Lines(text) {
		key, said, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if ok && !strings.HasPrefix(key, "#") {
			says[key] = said
		}
	}
	return says
}

// say gives a message; one that is missing gives its key, which a test finds.
func (t *tongue) say(key string, with ...any) string {
	said, ok := t.says[key]
	if !ok {
		return key
	}
	if len(with) == 0 {
		return said
	}
	return fmt.Sprintf(said, with...)
}

// count gives a message that counts.
func (t *tongue) count(key string, n int) string {
	if n == 1 {
		return t.say(key+".one", n)
	}
	return t.say(key+".many", n)
}

// speaks tells in which language to answer: as was chosen, or as the browser
// asks.
func (s *site) speaks(r *http.Request) *tongue {
	if c, err := r.Cookie(tongueCookie); err == nil {
		for _, t := range s.tongues {
			if t.code == c.Value {
				return t
			}
		}
	}
	tags := make([]language.Tag, len(s.tongues))
	for i, t := range s.tongues {
		tags[i] = language.Make(t.code)
	}
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	_, i, _ := language.NewMatcher(tags).Match(wanted...)
	return s.tongues[i]
}

// setTongue keeps the choice of a language, and goes back.
func (v *visit) setTongue() error {
	code := v.r.PostFormValue("tongue")
	for _, t := range v.tongues {
		if t.code == code {
			http.SetCookie(v.w, &http.Cookie{Name: tongueCookie, Value: code, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: v.Secure, SameSite: http.SameSiteLaxMode})
		}
	}
	return v.away(ours(v.r.PostFormValue("back")))
}

// ours gives a path that leads to a page of this node and nowhere else.
func ours(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' }) {
		return "/"
	}
	return path
}
