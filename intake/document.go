// Package intake holds what is read of a document before anybody has decided what
// of it becomes an item: its blocks in reading order, what of them is furniture of
// the page that it stood on, and its pictures with their captions. The packages
// below it read one format each.
//
// Band 5, pure values: it may import intel and what intel imports.
package intake

// Format says what a document was.
type Format string

// The formats that are read.
const (
	Text     Format = "text"
	Markdown Format = "markdown"
	HTML     Format = "html"
	PDF      Format = "pdf"
	Word     Format = "docx"
	Mail     Format = "mail"
)

// Document is what was read of a file. Nothing of it is trusted: it may come from
// anybody.
type Document struct {
	Format   Format   `json:"format"`
	Title    string   `json:"title,omitzero"`    // one line of plain text
	Byline   string   `json:"byline,omitzero"`   // who wrote it, as it says
	Date     string   `json:"date,omitzero"`     // YYYY-MM-DD, or RFC 3339 with its offset, as it says of itself: never in another zone, where it could be another day
	Source   string   `json:"source,omitzero"`   // the address that it gives for itself
	Language string   `json:"language,omitzero"` // a BCP 47 tag, as it says of itself
	Blocks   []Block  `json:"blocks"`
	Files    []File   `json:"files,omitempty"`  // pictures and attachments whose bytes came along
	Machine  bool     `json:"machine,omitzero"` // a machine has recognised the text in pictures of pages
	Notes    []string `json:"notes,omitempty"`  // what could not be read, for the analyst: whole sentences
}

// Kind says what a block is.
type Kind string

// The kinds of block.
const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	List      Kind = "list"
	Quote     Kind = "quote"
	Table     Kind = "table"
	Code      Kind = "code"
)

// Block is a run of text that stays whole. Its text is in the Markdown of portions,
// as [comity/intel.FromText] reads it: "## " before a heading, "- " or "1. " before
// entries of a list, "> " before the lines of a quotation; links are reduced to their
// words; rows of a table are lines with " | " between the cells.
type Block struct {
	Kind     Kind      `json:"kind"`
	Text     string    `json:"text"`
	Aside    Aside     `json:"aside,omitzero"` // why it is set aside; empty: it is of the document
	Pictures []Picture `json:"pictures,omitempty"`
	Page     int       `json:"page,omitzero"` // of a document with pages, from 1
}

// Aside says what a block is that is no part of what the document says, but stood
// around it. The analyst can take each back.
type Aside string

// What is set aside.
const (
	Navigation  Aside = "navigation"  // menus, breadcrumbs, "skip to content", previous and next
	Sharing     Aside = "sharing"     // share and print buttons, counts of shares
	Reactions   Aside = "reactions"   // likes, votes, counts of them
	Comments    Aside = "comments"    // readers' comments and the form for them
	Advertising Aside = "advertising" // advertisements, sponsored links
	Related     Aside = "related"     // teasers of other documents
	Site        Aside = "site"        // notices of cookies, subscriptions, copyright, terms, about the site
	Controls    Aside = "controls"    // "Hide caption", "Toggle caption", "Enlarge", players and other buttons
	Byline      Aside = "byline"      // title, byline and date where they were taken as such
	Caption     Aside = "caption"     // captions and credits that were taken as such
	Running     Aside = "running"     // heads and feet that stand on every page
	Other       Aside = "other_form"  // the same mail in another form, where the two do not say the same
	Hidden      Aside = "hidden"      // what the page does not show: a label, or words that somebody hides
)

// Asides lists them.
var Asides = []Aside{Navigation, Sharing, Reactions, Comments, Advertising, Related, Site, Controls, Byline, Caption, Running, Other, Hidden}

// Picture is a picture in the document.
type Picture struct {
	Name    string `json:"name,omitzero"` // the file's name or address, as the document has it
	File    int    `json:"file,omitzero"` // its place in Files, from 1; 0: its bytes did not come along
	Caption string `json:"caption,omitzero"`
	Credit  string `json:"credit,omitzero"`
}

// File is a file that came with the document.
type File struct {
	Name    string `json:"name"`  // without folders
	Media   string `json:"media"` // as the document says: nothing depends on it
	Content []byte `json:"content"`
}

// Limits of what is read. A document over one of them is refused, never cut short.
const (
	MaxFile   = 64 << 20 // bytes of a document
	MaxBlocks = 5000
	MaxDepth  = 256 // of elements, parts or archives inside one another
)
