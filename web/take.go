package web

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/ref"
)

// endings are those that a file is given which is taken out, by what it is: the few
// that are plain, and bin for all others.
var endings = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf", "text/plain": "txt",
	"video/mp4": "mp4", "audio/mpeg": "mp3", "application/zip": "zip",
}

// fileOf names a file that is taken out by its hash, and by nothing that anybody
// wrote.
func fileOf(x intel.Exhibit) string {
	ending, ok := endings[x.Media]
	if !ok {
		ending = "bin"
	}
	return "exhibit-" + x.Content.Short() + "." + ending
}

// takeExhibit gives a file of an item. That it was taken is recorded, so that it is
// asked for by a form.
func (v *visit) takeExhibit() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	return v.take(console.TakeExhibit{Item: id})
}

// takeReceived gives a file of what came. Its sender gets a receipt.
func (v *visit) takeReceived() error {
	var id ref.CutID
	if err := id.UnmarshalText([]byte(v.r.PathValue("cut"))); err != nil || id.IsZero() {
		return absent()
	}
	return v.take(console.TakeExhibit{Cut: id.String()})
}

// take hands a file over as bytes, piece by piece. If one is missing the browser is
// left with fewer than it was told of, and says so.
func (v *visit) take(c console.TakeExhibit) error {
	var hash ref.Hash
	if err := hash.UnmarshalText([]byte(v.r.PathValue("exhibit"))); err != nil || hash.IsZero() {
		return absent()
	}
	c.Hash, c.From = hash.String(), 1
	piece, err := ask(v, c)
	if err != nil {
		return err
	}
	v.attachment(fileOf(piece.Exhibit))
	v.w.Header().Set("Content-Length", strconv.FormatInt(piece.Exhibit.Size, 10))
	for {
		if _, err := v.w.Write(piece.Bytes); err != nil {
			return gone(err)
		}
		if piece.Next == 0 {
			return nil
		}
		c.From = piece.Next
		if piece, err = ask(v, c); err != nil {
			v.Log.ErrorContext(v.r.Context(), "a file breaks off", "err", err)
			return nil
		}
	}
}

// attachment says that what follows is a file to be kept, whatever is in it.
func (v *visit) attachment(name string) {
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
}

// receipts gives the receipts of an item's trail, and the cards of those who gave
// them, as one file.
func (v *visit) receipts() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	t, err := ask(v, console.ReadTrail{Item: id, Receipts: true})
	if err != nil {
		return err
	}
	files := append(t.Receipts, t.Approvals...)
	if len(files) == 0 {
		return absent()
	}
	b, err := packed(append(files, append(t.Cards, console.File{Name: "README.txt", Content: []byte(v.tongue.say("receipts.how") + "\n\n" + checking(t.Cards) + "\n")})...))
	if err != nil {
		return err
	}
	v.attachment("receipts-" + t.Trail.Item.Short() + ".zip")
	_, err = v.w.Write(b)
	return gone(err)
}

// checking is the command that checks the receipts offline.
func checking(cards []console.File) string {
	var b strings.Builder
	b.WriteString("orx-verify")
	for _, c := range cards {
		b.WriteString(" --card " + c.Name)
	}
	b.WriteString(" *.receipt.json")
	return b.String()
}

// packed puts files into one archive; their names are the node's own.
func packed(files []console.File) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(f.Content)
		}
		if err != nil {
			return nil, fault.New(fault.Internal, "the receipts cannot be packed").Because(err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fault.New(fault.Internal, "the receipts cannot be packed").Because(err)
	}
	return b.Bytes(), nil
}
