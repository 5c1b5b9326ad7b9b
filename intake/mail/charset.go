package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// charsetReader reads an encoded word in a set of characters that MIME's own decoder
// does not know.
func charsetReader(name string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(r), nil
}

// decodeText gives a text in UTF-8. If the message does not say in which characters
// it is, or names some that are not known, it is UTF-8 if it can be, and else what
// most old programs wrote.
func decodeText(b []byte, charset string) string {
	var e encoding.Encoding
	if charset != "" {
		e, _ = htmlindex.Get(charset)
	}
	if low := strings.ToLower(charset); (e == nil || low == "utf-8" || low == "us-ascii" || low == "ascii") && utf8.Valid(b) {
		return strings.TrimPrefix(string(b), "\ufeff")
	}
	if e == nil {
		e = charmap.Windows1252
	}
	s, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return strings.TrimPrefix(string(s), "\ufeff")
}

// known tells a set of characters that is read.
func known(charset string) bool {
	_, err := htmlindex.Get(charset)
	return err == nil
}

// unpack undoes how a body was packed for its way. What comes before the first error
// is taken, as mail programs do.
func unpack(b []byte, how string) []byte {
	switch strings.ToLower(strings.TrimSpace(how)) {
	case "quoted-printable":
		out, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b)))
		return out
	case "base64":
		return fromBase64(b)
	}
	return b
}

// fromBase64 reads base 64 among whatever else stands there: RFC 2045, 6.8 says that
// other characters are to be ignored.
func fromBase64(b []byte) []byte {
	kept := make([]byte, 0, len(b))
	for _, c := range b {
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			kept = append(kept, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawStdEncoding.Decode(out, kept)
	return out[:n]
}
