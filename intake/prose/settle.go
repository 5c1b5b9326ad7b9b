package prose

import (
	"strings"
	"unicode/utf8"

	"comity/fault"
	"comity/intake"
	"comity/intel"
)

// Settle puts blocks into the form in which they are handed on: those without text
// and pictures go, lists that follow one another are one (a reader of Markdown could
// not part them), and a paragraph longer than a portion may be is parted between two
// of its words. More than [intake.MaxBlocks] are refused.
func Settle(blocks []intake.Block) ([]intake.Block, error) {
	var out []intake.Block
	for _, b := range blocks {
		if b.Text == "" && len(b.Pictures) == 0 {
			continue
		}
		if before := listBefore(out, b); before != nil {
			before.Text += "\n" + b.Text
			before.Pictures = append(before.Pictures, b.Pictures...)
			continue
		}
		out = append(out, parted(b)...)
		if len(out) > intake.MaxBlocks {
			return nil, fault.New(fault.TooLarge, "the document has more than %d paragraphs", intake.MaxBlocks).
				Fix("split it into several files")
		}
	}
	return out, nil
}

// listBefore finds the list that a list continues: the last block that is no aside,
// or for an aside the very block before it, so that it stays where it stood.
func listBefore(out []intake.Block, b intake.Block) *intake.Block {
	if b.Kind != intake.List || b.Text == "" {
		return nil
	}
	for i := len(out) - 1; i >= 0; i-- {
		if b.Aside != "" && out[i].Aside != b.Aside {
			return nil
		}
		if out[i].Aside != b.Aside || out[i].Text == "" {
			continue
		}
		if out[i].Kind == intake.List && len(out[i].Text)+len(b.Text) < intel.MaxText {
			return &out[i]
		}
		return nil
	}
	return nil
}

// parted parts a paragraph that is longer than a portion may be.
func parted(b intake.Block) []intake.Block {
	const most = intel.MaxText - utf8.UTFMax
	if len(b.Text) <= intel.MaxText || b.Kind != intake.Paragraph {
		return []intake.Block{b}
	}
	var out []intake.Block
	for rest := b.Text; rest != ""; {
		end := len(rest)
		if end > most {
			end = cut(rest[:most])
		}
		piece := b
		piece.Text = Paragraph(rest[:end])
		out = append(out, piece)
		b.Pictures = nil
		rest = strings.TrimLeft(rest[end:], " \n")
	}
	return out
}

// cut finds where a text is best parted: behind its last sentence, else its last
// word, else its last letter.
func cut(s string) int {
	for _, mark := range []string{". ", "\n", " "} {
		if i := strings.LastIndex(s, mark); i > len(s)/2 {
			return i + 1
		}
	}
	end := len(s) - 1
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return end
}
