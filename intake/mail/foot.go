package mail

import (
	"regexp"
	"strings"

	"comity/intake"
)

// leaves matches a line by which lists of mail say how one leaves them.
var leaves = regexp.MustCompile(`(?i)^\W*(?:(?:click here to )?unsubscribe(?: here| from this (?:list|newsletter|group))?|to unsubscribe from (?:this|these) .{3,200}|(?:manage|update|email) (?:your )?(?:preferences|subscriptions?)|view (?:this email )?in (?:your )?browser|if you no longer (?:wish|want) to receive .{3,200}|you(?:'re| are) receiving this (?:email|message) because .{3,200}|darse de baja|darme de baja|cancelar (?:la |mi )?suscripci[oó]n|ver (?:este correo )?en (?:el|tu) navegador|para dejar de recibir est(?:os|e) correos?.{0,200}|si ya no deseas? recibir .{3,200})\W*$`)

// address matches what a program writes behind the words of a link.
var address = regexp.MustCompile(`[<\[(]?https?://[^\s>\])]*[>\])]?`)

// setAside sets the paragraphs aside that say no more than how one leaves the list.
func setAside(blocks []intake.Block) {
	for i, b := range blocks {
		if b.Aside == "" && b.Kind == intake.Paragraph && len(b.Pictures) == 0 && isFoot(b.Text) {
			blocks[i].Aside = intake.Site
		}
	}
}

func isFoot(text string) bool {
	some := false
	for line := range strings.SplitSeq(text, "\n") {
		for part := range strings.FieldsFuncSeq(address.ReplaceAllString(line, ""), func(r rune) bool { return r == '|' || r == '·' || r == '•' }) {
			if part = strings.TrimSpace(part); strings.Trim(part, " .-_<>") == "" {
				continue
			}
			if !leaves.MatchString(part) {
				return false
			}
			some = true
		}
	}
	return some
}
