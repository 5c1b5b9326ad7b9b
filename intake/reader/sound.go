package reader

import (
	"slices"

	"comity/fault"
	"comity/intake"
	"comity/intel"
)

// formats and kinds are those that there are.
var (
	formats = []intake.Format{intake.Text, intake.Markdown, intake.HTML, intake.PDF, intake.Word, intake.Mail}
	kinds   = []intake.Kind{intake.Heading, intake.Paragraph, intake.List, intake.Quote, intake.Table, intake.Code}
)

// mostFilesOf is how many files a document brings, or a mail has attached.
const mostFilesOf = 2000

// sound refuses a reading that does not hold together: a process that a hostile
// document has taken over may say anything.
func sound(d intake.Document) error {
	bad := fault.New(fault.Invalid, "what was read of the document does not hold together").Fix("it may be hostile: look at it elsewhere, and type what matters")
	if len(d.Blocks) > intake.MaxBlocks || len(d.Notes) > 50 || len(d.Files) > mostFilesOf || !slices.Contains(formats, d.Format) {
		return bad
	}
	pictures := 0
	for _, line := range append([]string{d.Title, d.Byline, d.Date, d.Source, d.Language, string(d.Format)}, d.Notes...) {
		if !intel.Plain(line, false) || len(line) > intel.MaxBasis {
			return bad
		}
	}
	for _, b := range d.Blocks {
		if !intel.Plain(b.Text, true) || b.Page < 0 || b.Aside != "" && !slices.Contains(intake.Asides, b.Aside) {
			return bad
		}
		if pictures += len(b.Pictures); pictures > intake.MaxBlocks || !slices.Contains(kinds, b.Kind) {
			return bad
		}
		for _, p := range b.Pictures {
			if p.File < 0 || p.File > len(d.Files) || !intel.Plain(p.Name+p.Caption+p.Credit, false) || len(p.Caption) > intel.MaxCaption || len(p.Credit) > intel.MaxCaption {
				return bad
			}
		}
	}
	for _, f := range d.Files {
		if !intel.Plain(f.Name+f.Media, false) || len(f.Content) == 0 {
			return bad
		}
	}
	return nil
}
