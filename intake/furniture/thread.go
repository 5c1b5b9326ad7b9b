package furniture

import (
	"regexp"
	"strings"
)

// A comment shows by who says it and when, or by what one can do with it.
var (
	speaks = regexp.MustCompile(`^[\p{Lu}\p{N}@][\p{L}\p{N}_.'’-]{0,30}(?: [\p{Lu}\p{N}][\p{L}\p{N}_.'’-]{0,30}){0,3} (?:says|said|wrote|commented|dice|dijo|escribió|comentó)(?::| on .{4,40}| el .{4,40})?$`)
	ago    = regexp.MustCompile(`(?i)^(?:.{1,40}\s)?(?:\d+ ?(?:s|m|h|d|sec|secs|seconds?|min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?) ago|hace (?:\d+|un|una) (?:segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?))(?:\s.{0,20})?$`)
	acts   = map[string]bool{"reply": true, "responder": true, "report": true, "reportar": true, "denunciar": true, "permalink": true, "log in to reply": true, "inicia sesión para responder": true, "like reply": true, "reply share": true, "reply report": true, "me gusta responder": true, "responder reportar": true}
)

// inThread tells a line that shows that a comment is by it.
func inThread(s string) bool {
	if len(s) > 120 {
		return false
	}
	return acts[fold(s)] || speaks.MatchString(strings.TrimSpace(s)) || ago.MatchString(strings.TrimSpace(s))
}

// Thread tells how far readers' comments go that begin with the block at; each
// block is given as its lines. They go on as long as one in so many blocks shows a
// comment. The result is the place behind the last of them.
func Thread(blocks []string, at int) int {
	const apart = 4
	end, since := at+1, 0
	opened := false // a writer was named, and what was written follows
	for i := at + 1; i < len(blocks) && since < apart; i++ {
		shows := false
		for line := range strings.SplitSeq(blocks[i], "\n") {
			if inThread(line) {
				shows, opened = true, speaks.MatchString(strings.TrimSpace(line)) || ago.MatchString(strings.TrimSpace(line))
			}
		}
		switch {
		case shows:
			end, since = i+1, 0
		case opened && strings.TrimSpace(blocks[i]) != "":
			end, since, opened = i+1, since+1, false
		default:
			since++
		}
	}
	return end
}
