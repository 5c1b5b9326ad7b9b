package nodetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
)

// fileOf is a file that repeats a word, with a number behind each, up to a
// length in bytes.
func fileOf(word string, size int) []byte {
	var b bytes.Buffer
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "%s %d\n", word, n)
	}
	return b.Bytes()[:size]
}

// attach attaches a file: attach R1 PORTION WORD SIZE.
func (d *desk) attach(rest string) error {
	words := strings.Fields(rest)
	b := fileOf(words[2], number(words[3]))
	x := intel.Exhibit{Content: ref.Content(b), Size: int64(len(b)), Media: "text/plain", Caption: "a file of " + words[2]}
	from := 1
	for piece := range slices.Chunk(b, 8*intel.PartSize) {
		if _, err := ask(d, console.UploadParts{Item: d.id(words[0]), Exhibit: x, From: from, Bytes: piece}); err != nil {
			return err
		}
		from += 8
	}
	_, err := ask(d, console.AttachExhibits{Item: d.id(words[0]), Exhibits: []holdings.Placed{{Portion: number(words[1]), Exhibit: x}}})
	return err
}

// exhibit takes a file out, of what came last under a title or of an item of the
// node's own, and sees whether it is the one: exhibit [own] R1 WORD SIZE.
func (d *desk) exhibit(rest string) error {
	words, q := strings.Fields(rest), console.TakeExhibit{}
	var err error
	if words[0] == "own" {
		words = words[1:]
		q.Item = d.id(words[0])
	} else if q.Cut, err = d.came(words[0]); err != nil {
		return err
	}
	want := fileOf(words[1], number(words[2]))
	q.Hash = ref.Content(want).String()
	var got []byte
	for q.From = 1; q.From > 0; {
		p, err := ask[holdings.Piece](d, q)
		if err != nil {
			return err
		}
		got, q.From = append(got, p.Bytes...), p.Next
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%d other bytes came back", len(got))
	}
	return nil
}

// came gives the cut that came last under a title.
func (d *desk) came(title string) (string, error) {
	letters, err := d.letters()
	id := title
	for _, l := range letters {
		if strings.ReplaceAll(l.Title, " ", "_") == title || l.Title == "" && title == "-" {
			id = l.Cut.String()
		}
	}
	return id, err
}

// parts tells how many parts of what was sent last of an item are delivered:
// parts R1 TAKEN ALL [under way|delivered].
func (d *desk) parts(rest string) error {
	words := strings.Fields(rest)
	t, err := ask(d, console.ReadTrail{Item: d.id(words[0])})
	if err != nil {
		return err
	}
	var l exchange.Line
	for _, one := range t.Trail.Lines {
		if one.Notice == "" {
			l = one
		}
	}
	if how := strings.Join(words[3:], " "); how != "" && l.Following != how {
		return fmt.Errorf("the exhibits are %q", l.Following)
	}
	if l.Taken != number(words[1]) || l.Parts != number(words[2]) {
		return fmt.Errorf("%d of %d parts are delivered", l.Taken, l.Parts)
	}
	return nil
}
