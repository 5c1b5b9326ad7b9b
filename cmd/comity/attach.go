package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
	"comity/words"
)

type attachCmd struct {
	Item    string `arg:"" help:"The item."`
	File    string `arg:"" help:"The file." type:"path"`
	Portion int    `help:"The portion that it belongs to; an exhibit is seen by whom its portion is seen." required:"" placeholder:"N"`
	Caption string `help:"What it shows." placeholder:"TEXT"`
	Credit  string `help:"Whose it is." placeholder:"TEXT"`
	Media   string `help:"The type, like image/png; the default is what the file looks like." placeholder:"TYPE"`
}

// Help is shown below the usage.
func (attachCmd) Help() string {
	return `An exhibit goes along with a copy of its portion, as it is, and with nothing less. A file
may have 128 MiB, all files of an item 256 MiB. Its
name is its hash: the file's own name is not kept. Edit caption and credit, move it to
another portion or take it out with comity edit.

    comity attach 3f2a ship.jpg --portion 2 --caption "The ship at anchor" --credit "Harbour master"`
}

// Run hands the file over and attaches it.
func (c *attachCmd) Run(s *session) error {
	f, err := openFile(c.File, fixFile)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	x, content, err := c.describe(f)
	if err != nil {
		return err
	}
	from := 1
	for piece := range slices.Chunk(content, uploadParts*intel.PartSize) {
		if _, err := do(s, console.UploadParts{Item: c.Item, Exhibit: x, From: from, Bytes: piece}); err != nil {
			return err
		}
		from += uploadParts
	}
	return ask(s, console.AttachExhibits{Item: c.Item, Exhibits: []holdings.Placed{{Portion: c.Portion, Exhibit: x}}}, func(p *printer, r console.ItemView) {
		p.line(0, "Attached to portion %d of %s, which is version %d now:", c.Portion, r.View.Item.ID.Short(), r.View.Item.Version)
		printExhibit(p, 2, x)
		for _, t := range traces(content) {
			p.styled(yellow, 0, "%s", t)
		}
	})
}

// uploadParts is how many parts are handed over at a time.
const uploadParts = 32

// describe reads the file and tells what it is.
func (c *attachCmd) describe(f *os.File) (intel.Exhibit, []byte, error) {
	x := intel.Exhibit{Caption: c.Caption, Credit: c.Credit, Media: c.Media}
	info, err := f.Stat()
	if err != nil {
		return x, nil, unreadable(c.File, err)
	}
	if info.Size() > intel.MaxExhibit {
		return x, nil, fault.New(fault.TooLarge, "%s has %s; at most %s are taken", c.File, words.Bytes(info.Size()), words.Bytes(intel.MaxExhibit))
	}
	content, err := io.ReadAll(io.LimitReader(f, intel.MaxExhibit+1)) // it may be growing
	if err != nil {
		return x, nil, unreadable(c.File, err)
	}
	x.Content, x.Size = ref.Content(content), int64(len(content))
	if x.Media == "" {
		x.Media, _, _ = strings.Cut(http.DetectContentType(content), ";")
	}
	return x, content, nil
}

// traces says what a file tells beside what it shows. It goes along as it is.
func traces(content []byte) []string {
	var list []string
	for _, one := range []struct {
		marks []string
		says  string
	}{
		{[]string{"Exif\x00\x00", "eXIf"}, "The picture says by which camera, when and perhaps where it was taken (Exif); whoever gets it can read that."},
		{[]string{"http://ns.adobe.com/xap/"}, "The file says by which program, and perhaps by whom and when, it was made (XMP); whoever gets it can read that."},
		{[]string{"/Author"}, "The document may name its author; whoever gets it can read that."},
	} {
		if slices.ContainsFunc(one.marks, func(m string) bool { return bytes.Contains(content, []byte(m)) }) {
			list = append(list, one.says)
		}
	}
	return list
}

// printExhibit describes an exhibit and says how to have it.
func printExhibit(p *printer, indent int, x intel.Exhibit) {
	text := fmt.Sprintf("exhibit %s  %s, %s", x.Content.Short(), x.Media, words.Bytes(x.Size))
	if x.Caption != "" {
		text += ": " + x.Caption
	}
	if x.Credit != "" {
		text += " (" + x.Credit + ")"
	}
	p.line(indent, "%s", text)
}
