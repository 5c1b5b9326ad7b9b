package listed

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameProperties and identifierProperties are those of FollowTheMoney that a list
// is read for; others are passed over.
var (
	nameProperties       = set("name alias weakAlias previousName")
	identifierProperties = set("registrationNumber passportNumber idNumber taxNumber socialSecurityNumber phone email number " +
		"imoNumber mmsi callSign iban accountNumber swiftBic publicKey serialNumber vatCode leiCode")
)

func isIdentifier(property string) bool { return identifierProperties[property] }

// mostJoined is how many words one identifier is written in.
const mostJoined = 5

// piece is a run of a text without spaces, as an identifier may be.
type piece struct {
	start, end int
	plain      string
	digits     int
}

// findIdentifiers gives the listed identifiers with a digit, which may be written
// in a few words that have digits each. Others, such as e-mail addresses, are for
// who knows their form to ask for by [List.Identifier].
func (l *List) findIdentifiers(text string) []Hit {
	pieces := piecesOf(text)
	var hits []Hit
	for i := 0; i < len(pieces); i++ {
		joined, digits, n := "", 0, 0
		var best Hit
		for j := i; j < len(pieces) && j < i+mostJoined && len(joined) < 64; j++ {
			if j > i && pieces[j].start-pieces[j-1].end > 3 {
				break
			}
			joined += pieces[j].plain
			digits += pieces[j].digits
			if !telling(joined, digits) {
				continue
			}
			if told := l.Identifier(joined); told != nil {
				best, n = Hit{Start: pieces[i].start, End: pieces[j].end, Entries: told}, j-i
			}
		}
		if best.End > 0 {
			hits = append(hits, best)
			i += n
		}
	}
	return hits
}

// telling refuses what is too short to name one party.
func telling(plain string, digits int) bool {
	return digits >= 3 && len(plain) >= 6 && (digits < len(plain) || digits >= 8)
}

func piecesOf(text string) (all []piece) {
	for i := 0; i < len(text); {
		for i < len(text) && isSpaceAt(text, i) > 0 {
			i += isSpaceAt(text, i)
		}
		start := i
		for i < len(text) && isSpaceAt(text, i) == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
		}
		s := text[start:i]
		if !strings.ContainsAny(s, "0123456789") {
			continue
		}
		left := strings.TrimLeftFunc(s, func(r rune) bool { return !isWordRune(r) && r != '+' })
		start += len(s) - len(left)
		s = strings.TrimRightFunc(left, func(r rune) bool { return !isWordRune(r) })
		if p := plain(s); p != "" && len(p) <= 64 {
			digits := 0
			for _, r := range p {
				if unicode.IsDigit(r) {
					digits++
				}
			}
			all = append(all, piece{start, start + len(s), p, digits})
		}
	}
	return all
}

// isSpaceAt gives the length of the space at i, or nothing.
func isSpaceAt(text string, i int) int {
	r, size := utf8.DecodeRuneInString(text[i:])
	if unicode.IsSpace(r) {
		return size
	}
	return 0
}
