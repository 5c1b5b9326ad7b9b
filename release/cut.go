package release

import (
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Cut is exactly what one recipient gets of an item version: its own id and
// numbering, no trace of the item's id, its version hash, or how many
// portions were withheld.
type Cut struct {
	ID         ref.CutID    `json:"id"`
	Series     ref.SeriesID `json:"series"`
	Version    int          `json:"version"`       // of the series, from 1
	Prev       ref.Hash     `json:"prev,omitzero"` // hash of the cut before
	Kind       intel.Kind   `json:"kind"`
	Originator party.Name   `json:"originator"`
	Audience   []party.Name `json:"audience"` // the units it is for
	Title      string       `json:"title"`
	Topic      string       `json:"topic,omitzero"`
	Areas      []intel.Area `json:"areas,omitempty"` // fields of crime; none: read as any
	Purpose    string       `json:"purpose,omitzero"`
	Created    wire.Time    `json:"created"`
	Portions   []CutPortion `json:"portions"`
	Notice     *CutNotice   `json:"notice,omitempty"`
	Filing     *Filing      `json:"filing,omitempty"`

	Authorisation *intel.Authorisation `json:"authorisation,omitempty"` // that the cut asks for
}

// CutPortion is a portion in the form that the recipient gets.
type CutPortion struct {
	Form       intel.Form        `json:"form"`
	Kind       intel.PortionKind `json:"kind,omitzero"`
	Text       string            `json:"text"`
	Marking    intel.Marking     `json:"marking"`
	Grading    intel.Grading     `json:"grading,omitzero"`
	Statements []intel.Statement `json:"statements,omitempty"`
	Exhibits   []intel.Exhibit   `json:"exhibits,omitempty"` // of a copy; their bytes follow in parts
	Origins    []CutOrigin       `json:"origins,omitempty"`  // of a request: whence its text
}

// CutOrigin names to its originator a portion of a cut that it sent.
type CutOrigin struct {
	Cut     ref.CutID `json:"cut"`
	Portion int       `json:"portion"`
}

// CutNotice tells the recipient which series a notice takes back or corrects.
type CutNotice struct {
	Kind  intel.NoticeKind `json:"kind"`
	About ref.SeriesID     `json:"about"`
}

// Filing says that the item discharges a duty.
type Filing struct {
	Rule  string      `json:"rule"`
	Scope intel.Scope `json:"scope"`
}

// Hash names the cut: what receipts speak of.
func (c Cut) Hash() (ref.Hash, error) { return wire.Sum("cut", c) }

// Files gives each file among the cut's exhibits once (see [intel.Files]).
func (c Cut) Files() ([]intel.Exhibit, error) {
	portions := make([][]intel.Exhibit, len(c.Portions))
	for n, p := range c.Portions {
		portions[n] = p.Exhibits
	}
	return intel.Files(portions...)
}

// Chain is where a recipient's series stands.
type Chain struct {
	Series  ref.SeriesID
	Version int      // of the last cut; 0: none yet
	Prev    ref.Hash // its hash
}
