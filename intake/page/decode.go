package page

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decode gives a page in UTF-8. Its character set is what its byte order mark says,
// else what it says of itself, else UTF-8 where its bytes are that, else Windows-1252
// (the order of the HTML standard, "determining the character encoding").
func decode(b []byte) (text string, notes []string) {
	enc, name := encodingOf(b)
	if name == "utf-8" || enc == nil {
		b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		if !utf8.Valid(b) {
			notes = append(notes, "Some bytes of the page are not in the character set that it names; they show as \uFFFD.")
		}
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD"))), notes
	}
	out, _, err := transform.Bytes(enc.NewDecoder(), b)
	if err != nil {
		notes = append(notes, "Some bytes of the page are not in the character set that it names.")
		out = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return string(bytes.ToValidUTF8(out, []byte("\uFFFD"))), notes
}

func encodingOf(b []byte) (encoding.Encoding, string) {
	switch {
	case bytes.HasPrefix(b, []byte{'<', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16le"
	case bytes.HasPrefix(b, []byte{0, '<'}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16be"
	}
	enc, name, certain := charset.DetermineEncoding(b, "")
	if !certain && utf8.Valid(b) && (name == "windows-1252" || !ascii(b)) {
		return nil, "utf-8" // so is hardly anything else, and what saves pages often leaves the old name in them
	}
	return enc, name
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
