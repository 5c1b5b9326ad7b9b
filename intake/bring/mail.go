package bring

import (
	"comity/fault"
	"comity/intake"
)

// Companion is what became of a document that came with a mail.
type Companion struct {
	Document
	Err error
}

// Bounds of what comes with a mail.
const (
	mostNested   = 3 // mails inside one another
	mostAttached = 100
)

// Companions makes items of the documents that came with a mail, and with mails in it,
// as far as they can be read: read does that, and keep what becomes of each; nil: nothing.
func Companions(mail Document, read func(intake.File) (Document, error), keep func(*Document) error) []Companion {
	var list []Companion
	companions(mail, mostNested, read, keep, &list)
	return list
}

func companions(mail Document, depth int, read func(intake.File) (Document, error), keep func(*Document) error, list *[]Companion) {
	for _, f := range mail.Attached {
		if !IsDocument(f) {
			continue
		}
		var c Companion
		switch {
		case depth == 0 || len(*list) == mostAttached:
			c.Err = fault.New(fault.TooLarge, "it is too deep in mails inside one another, or one of too many").Fix("save it as a file, and import that")
		case len(f.Content) == 0:
			c.Err = fault.New(fault.Invalid, "it is empty").Fix("ask the sender for it")
		default:
			if c.Document, c.Err = read(f); c.Err == nil && keep != nil {
				c.Err = keep(&c.Document)
			}
		}
		c.File = f.Name
		*list = append(*list, c)
		companions(c.Document, depth-1, read, keep, list)
	}
}
