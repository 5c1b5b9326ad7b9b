package intel

import (
	"strings"

	"comity/fault"
	"comity/ref"
)

// Exhibit is a file of a portion, named by its hash. Its bytes are kept, and
// travel, in parts beside the item (see [PartSize]).
type Exhibit struct {
	Content ref.Hash `json:"content"`
	Size    int64    `json:"size"` // bytes, at least 1
	Media   string   `json:"media"`
	Caption string   `json:"caption,omitzero"`
	Credit  string   `json:"credit,omitzero"`
}

// Limits of exhibits, in bytes.
const (
	// PartSize is how long each part of an exhibit is, but for the last one: what
	// a slow line gets across in some seconds, so that nothing waits long behind it.
	PartSize = 128 << 10
	// MaxExhibit is the most that one exhibit has.
	MaxExhibit = 128 << 20
	// MaxAllExhibits is the most that those of an item have together, each file
	// counted once.
	MaxAllExhibits = 256 << 20
	// MaxFiles is how many files an item has.
	MaxFiles = 256
)

// Parts tells how many parts the exhibit has.
func (x Exhibit) Parts() int { return int((x.Size + PartSize - 1) / PartSize) }

// PartLength tells how many bytes a part has, counted from 1; 0: there is no
// such part.
func (x Exhibit) PartLength(part int) int {
	switch {
	case part < 1 || part > x.Parts():
		return 0
	case part < x.Parts():
		return PartSize
	}
	return int(x.Size - int64(part-1)*PartSize)
}

// Files gives each file among the exhibits of some portions once. It refuses
// one file with two sizes, and more bytes than an item may have.
func Files(portions ...[]Exhibit) ([]Exhibit, error) {
	var list []Exhibit
	at, total := map[ref.Hash]int{}, int64(0)
	for n, exhibits := range portions {
		for _, x := range exhibits {
			if before, ok := at[x.Content]; !ok {
				at[x.Content] = len(list)
				list, total = append(list, x), total+x.Size
			} else if list[before].Size != x.Size {
				return nil, bad("an exhibit has another size than in another portion").At("portion %d", n+1)
			}
		}
	}
	if len(list) > MaxFiles {
		return nil, large("it has more than %d files", MaxFiles).At("exhibits").Fix("put some into one archive")
	}
	if total > MaxAllExhibits {
		return nil, large("its exhibits have more than %d bytes together", MaxAllExhibits).At("exhibits").Fix("share them with two items")
	}
	return list, nil
}

// Files gives each file among the item's exhibits once (see [Files]).
func (i Item) Files() ([]Exhibit, error) {
	portions := make([][]Exhibit, len(i.Portions))
	for n, p := range i.Portions {
		portions[n] = p.Exhibits
	}
	return Files(portions...)
}

// Searched gives what a portion says, to be searched: its text, a line for what is
// said of each exhibit, and one for each statement.
func Searched(text string, exhibits []Exhibit, statements []Statement) string {
	for _, x := range exhibits {
		if said := strings.TrimSpace(x.Caption + " " + x.Credit); said != "" {
			text += "\n" + said
		}
	}
	for _, s := range statements {
		text += "\n" + s.Entity + " " + s.Property + ": " + s.Value
	}
	return text
}

func validateExhibits(all []Exhibit) error {
	if len(all) > MaxExhibits {
		return large("it has %d exhibits; at most %d are taken", len(all), MaxExhibits).At("exhibits")
	}
	seen := make(map[ref.Hash]bool)
	for n, x := range all {
		if err := x.validate(); err != nil {
			return err.At("exhibit %d", n+1)
		}
		if seen[x.Content] {
			return bad("the exhibit stands there twice").At("exhibit %d", n+1)
		}
		seen[x.Content] = true
	}
	return nil
}

// Validate refuses an exhibit that is no file, or too large, or described in what
// does not fit on a line.
func (x Exhibit) Validate() error {
	if err := x.validate(); err != nil {
		return err
	}
	return nil
}

func (x Exhibit) validate() *fault.Error {
	kind, sub, _ := strings.Cut(x.Media, "/")
	const token = "abcdefghijklmnopqrstuvwxyz0123456789.+-"
	switch {
	case x.Content.IsZero():
		return bad("the exhibit has no hash")
	case x.Size < 1:
		return bad("the exhibit is empty")
	case x.Size > MaxExhibit:
		return large("the exhibit has %d bytes; at most %d are taken", x.Size, MaxExhibit)
	case !of(kind, token, 40) || !of(sub, token, 80):
		return bad("the exhibit has no media type").Fix("write it like image/png, in lower case")
	}
	if err := checkLine("caption", x.Caption, MaxCaption); err != nil {
		return err
	}
	return checkLine("credit", x.Credit, MaxCaption)
}
