package prose

import (
	"regexp"
	"slices"
	"strings"
)

// handling matches the marks by which papers say who may see them: those of the
// police (LES), of the United States (CUI, FOUO, the levels of secrecy), the Traffic
// Light Protocol, and those of Mexico's law on access to information.
var handling = regexp.MustCompile(`(?:^|[^\p{L}\p{N}])(?:` +
	`(?i:law enforcement sensitive|official use only|for official use|controlled unclassified information|sensitive but unclassified|do not (?:forward|distribute|disseminate|copy|release|share)|not for (?:release|distribution|publication)|tlp ?: ?\p{L}+|attorney[- ]client privileged?|originator controlled|(?:informaci[oó]n|documento|uso) (?:reservad[oa]|confidencial|restringid[oa]|oficial|interno)|no (?:distribuir|difundir|reenviar|reproducir)|prohibida su (?:difusi[oó]n|distribuci[oó]n|reproducci[oó]n))` +
	`|FOUO|CUI|NOFORN|ORCON|RELIDO|REL TO|SBU|TOP SECRET|UNCLASSIFIED|CLASSIFIED|CONFIDENTIAL|CONFIDENCIAL|RESTRICTED|RESTRINGIDO|RESERVAD[OA]|SECRETO|SECRET(?:$|[^\p{L}\p{N} ]| +[^ S]| +S[^E])` +
	`)(?:$|[^\p{L}\p{N}])`)

// short matches a mark that is a word, too, where it stands alone or between strokes.
var short = regexp.MustCompile(`^(?:(?i:confidential|confidencial|reservad[oa]|secret|secreto|restricted)\W*|(?:.*[/(\[|–—-])?\s*LES\s*(?:[/)\]|–—-].*)?)$`)

// maxHandling is the most bytes of what is said of the marks.
const maxHandling = 200

// Handling says which of these lines, which stood above or below the pages of a
// document, are marks of how it is to be handled: "The header says: ...", or nothing
// if none is.
func Handling(lines []string) string {
	var found []string
	for _, l := range lines {
		if l = Line(l); len(strings.Fields(l)) <= 30 && !slices.Contains(found, l) && (handling.MatchString(l) || short.MatchString(l)) {
			found = append(found, l)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return Clip("The header says: "+strings.Join(found, "; "), maxHandling)
}
