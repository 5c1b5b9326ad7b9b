package journal

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secretWords are what secrets and content are called.
var secretWords = []string{
	"key", "secret", "password", "token", "passphrase", "body", "text", "title", "payload", "caption",
	"keys", "secrets", "passwords", "tokens", "passphrases", "bodies", "texts", "titles", "payloads", "captions",
}

// secretive tells the name of a value that is not told whatever it is: key,
// officerKey, APIKey, api_token, KEY2.
func secretive(name string) bool {
	r := []rune(name)
	start := 0
	secret := func(end int) bool { return slices.Contains(secretWords, strings.ToLower(string(r[start:end]))) }
	for i, c := range r {
		switch {
		case !unicode.IsLetter(c):
			if secret(i) {
				return true
			}
			start = i + 1
		case i > start && unicode.IsUpper(c) && (unicode.IsLower(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])):
			if secret(i) {
				return true
			}
			start = i
		}
	}
	return secret(len(r))
}

// key is the name of a value, as it may be written.
func key(name string) string { return cut(scrub(name), maxKey) }

// text is a value as it may be written. A long one is content.
func text(s string) string {
	if len(s) > maxText {
		return Redacted
	}
	return scrub(s)
}

// cut ends a text that is too long, at a whole letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for s != "" && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "... (cut)"
}

// shortest is how long a run of signs is before it could be a secret.
const shortest = 24

var (
	// age's secret keys, whole or broken off, in either case (Bech32 has both).
	identity = regexp.MustCompile(`(?i)AGE-SECRET-KEY-[A-Z0-9-]*`)
	// somebody@somewhere, also in brackets of an address and in a URL.
	mail = regexp.MustCompile(`[^\s@<>"'(),;:/]+(:[^\s@<>"'(),;/]*)?@[^\s@<>"'(),;:/]+`)
	// what could be base64, base32 or hex, in any alphabet, with the padding.
	run = regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}={0,2}`)
)

// scrub takes out of a text what looks like a secret or names a person, and
// puts signs that could move a line, a cursor or the direction of letters as
// themselves.
func scrub(s string) string {
	s = strings.Map(harmless, strings.ToValidUTF8(s, "\uFFFD"))
	if strings.IndexByte(s, '@') >= 0 {
		s = mail.ReplaceAllString(s, Redacted)
	}
	if strings.Count(s, "-") >= 3 {
		s = identity.ReplaceAllString(s, Redacted)
	}
	if !long(s) { // most texts, and a pattern costs more
		return s
	}
	return run.ReplaceAllStringFunc(s, func(m string) string {
		if blob(m) {
			return Redacted
		}
		return m
	})
}

// long tells whether a text has as many signs in a row as run wants.
func long(s string) bool {
	n := 0
	for i := range len(s) {
		if n++; class(s[i]) == 0 && strings.IndexByte("+/_-", s[i]) < 0 {
			n = 0
		}
		if n == shortest {
			return true
		}
	}
	return false
}

// harmless replaces a sign that does more than stand there.
func harmless(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
		return '\uFFFD'
	}
	return r
}

var (
	id  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	hex = regexp.MustCompile(`(?i)[0-9a-f]{32,}`)
	// letters and digits without anything between, as no word of a language is.
	solid = regexp.MustCompile(`[A-Za-z0-9]{24,}`)
)

func isID(s string) bool { return id.MatchString(s) }

// blob tells encoded bytes from a path or a name with hyphens. Those change
// rarely between small letters, capitals and digits; in base64 two signs out of
// three differ in that from the one before.
func blob(s string) bool {
	if isID(s) {
		return false
	}
	if hex.MatchString(s) {
		return true
	}
	for _, m := range solid.FindAllString(s, -1) {
		if len(m) >= 32 || strings.ContainsAny(m, "0123456789") {
			return true
		}
	}
	changes := 0
	for i := 1; i < len(s); i++ {
		if a, b := class(s[i-1]), class(s[i]); a != b && a != 0 && b != 0 {
			changes++
		}
	}
	return len(s) >= 32 && changes*4 >= len(s)
}

// class is what sort of sign it is; 0: neither letter nor digit.
func class(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return 1
	case c >= 'A' && c <= 'Z':
		return 2
	case c >= '0' && c <= '9':
		return 3
	}
	return 0
}
