package bring

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intake"
	"comity/intel"
	"comity/ref"
	"comity/words"
)

// uploadParts is how many parts of a file are handed over at a time.
const uploadParts = 32

// enclosure is a file that goes with a document, and the portion that it belongs to.
type enclosure struct {
	portion         int // from 1
	file            intake.File
	caption, credit string
}

// files attaches the pictures of a document to their portions, and to the last portion
// what came with a mail and is no document.
func (desk Desk) files(d *Document) error {
	item := d.View.View.Item.ID.String()
	list, left := d.enclosures()
	if left > 0 {
		d.Read.Notes = append(d.Read.Notes, words.Count(left, "file is", "files are")+" left out: they are empty, too large, or more than an item takes.")
	}
	var placed []holdings.Placed
	for _, e := range list {
		x := Exhibit(e.file.Content, e.caption, e.credit)
		if err := desk.hand(item, x, e.file.Content, placed); err != nil {
			return halfway(err, *d)
		}
		placed = append(placed, holdings.Placed{Portion: e.portion, Exhibit: x})
	}
	if d.Files = len(placed); d.Files == 0 {
		return nil
	}
	r, err := desk.Attach(console.AttachExhibits{Item: item, Exhibits: placed})
	if err != nil {
		return halfway(err, *d)
	}
	d.View.View, d.View.Banner = r.View, r.Banner
	return nil
}

// Exhibit describes a file by what it is, whatever its name says.
func Exhibit(content []byte, caption, credit string) intel.Exhibit {
	media, _, _ := strings.Cut(http.DetectContentType(content), ";")
	return intel.Exhibit{Content: ref.Content(content), Size: int64(len(content)), Media: media, Caption: caption, Credit: credit}
}

// hand hands a file over, unless it was a moment ago.
func (desk Desk) hand(item string, x intel.Exhibit, content []byte, before []holdings.Placed) error {
	if slices.ContainsFunc(before, func(p holdings.Placed) bool { return p.Exhibit.Content == x.Content }) {
		return nil
	}
	from := 1
	for piece := range slices.Chunk(content, uploadParts*intel.PartSize) {
		if _, err := desk.Upload(console.UploadParts{Item: item, Exhibit: x, From: from, Bytes: piece}); err != nil {
			return err
		}
		from += uploadParts
	}
	return nil
}

// Place attaches one file to a portion of an item.
func (desk Desk) Place(item string, portion int, x intel.Exhibit, content []byte) (console.ItemView, error) {
	if err := desk.hand(item, x, content, nil); err != nil {
		return console.ItemView{}, err
	}
	return desk.Attach(console.AttachExhibits{Item: item, Exhibits: []holdings.Placed{{Portion: portion, Exhibit: x}}})
}

// enclosures lists what is attached, each file once in a portion, and counts what an
// item cannot take.
func (d Document) enclosures() (list []enclosure, left int) {
	type at struct {
		portion int
		content ref.Hash
	}
	seen, files, total := map[at]bool{}, map[ref.Hash]bool{}, 0
	inPortion := map[int]int{}
	add := func(portion int, f intake.File, caption, credit string) {
		k := at{portion, ref.Content(f.Content)}
		size := len(f.Content)
		if files[k.content] {
			size = 0
		}
		switch {
		case seen[k]:
			return
		case len(f.Content) == 0 || len(f.Content) > intel.MaxExhibit || inPortion[portion] == intel.MaxExhibits || total+size > intel.MaxAllExhibits ||
			!files[k.content] && len(files) == intel.MaxFiles:
			left++
			return
		}
		seen[k], files[k.content] = true, true
		inPortion[portion]++
		total += size
		list = append(list, enclosure{portion, f, caption, credit})
	}
	for n, p := range d.Draft.Portions {
		for _, picture := range p.Pictures {
			add(n+1, d.Read.Files[picture.File-1], picture.Caption, picture.Credit)
		}
	}
	for _, f := range d.Attached {
		if !IsDocument(f) {
			add(len(d.Draft.Portions), f, attachmentName(f), "")
		}
	}
	return list, left
}

// halfway says of a failure that the item is there all the same.
func halfway(err error, d Document) error {
	e := fault.Safe(err)
	id := d.View.View.Item.ID.Short()
	return fault.New(e.Kind, "%s", e.Text).At("the document, which is the item %s now, without its files", id).
		Fix("attach them by hand: comity attach %s FILE --portion N", id)
}

// documentEndings are the endings of what is imported as an item of its own when it
// came with a mail.
var documentEndings = []string{".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".eml"}

// IsDocument tells what came with a mail and is a document of its own.
func IsDocument(f intake.File) bool {
	return slices.Contains(documentEndings, strings.ToLower(filepath.Ext(f.Name)))
}

func attachmentName(f intake.File) string {
	if len(f.Name) > intel.MaxCaption || !intel.Plain(f.Name, false) {
		return ""
	}
	return f.Name
}
