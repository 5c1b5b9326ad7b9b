package release

import (
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// MakeCut cuts exactly what one recipient gets of an item version. Withheld
// portions are left out and the rest numbered anew, so that nothing tells how
// many there were; a substitute or a pointer carries nothing of the text. The
// title goes along only if some portion is given as more than a pointer. The
// chain must hold the recipient's series; about is the recipient's series of
// the item that a notice speaks of.
func MakeCut(i intel.Item, r Recipient, id ref.CutID, chain Chain, about *ref.SeriesID, at wire.Time) (Cut, error) {
	c := Cut{ID: id, Series: chain.Series, Version: chain.Version + 1, Prev: chain.Prev, Kind: i.Kind, Originator: i.Originator,
		Audience: []party.Name{r.Party}, Topic: i.Topic, Areas: i.Areas, Purpose: i.Purpose, Created: at}
	if highest(r.Forms) > intel.Pointer {
		c.Title = i.Title
	}
	if i.Notice != nil {
		if about == nil {
			return Cut{}, fault.New(fault.Invalid, "%s never got what the notice speaks of", r.Party).Fix("leave it out")
		}
		c.Notice = &CutNotice{Kind: i.Notice.Kind, About: *about}
	}
	if i.Authorisation != nil {
		asks := *i.Authorisation
		asks.Of = ref.ItemID{}
		c.Authorisation = &asks
	}
	lineage := i.Lineage()
	bound := i.Bound(func(int) []party.Name { return []party.Name{r.Party} })
	for n, p := range bound.Portions {
		p.Marking = narrow(p.Marking, r.Party)
		if cp, ok := cutPortion(p, r.Forms[n]); ok {
			if c.Authorisation != nil {
				cp.Origins = originsOf(lineage[n], r.Party)
			}
			c.Portions = append(c.Portions, cp)
		}
	}
	return c, c.Validate()
}

// originsOf names to an originator the portions of its own cuts that a text
// comes from, and nobody else's: to a unit those of that unit, or if it has
// taken the place of another those of its agency.
func originsOf(all []intel.Origin, to party.Name) []CutOrigin {
	var list []CutOrigin
	own := slices.ContainsFunc(all, func(o intel.Origin) bool { return o.From == to })
	for _, o := range all {
		if to == o.From || !own && to.Within(o.From.Agency()) {
			list = append(list, CutOrigin{o.Cut, o.Portion})
		}
	}
	return list
}

func cutPortion(p intel.Portion, form intel.Form) (CutPortion, bool) {
	// A bar names whom the sender distrusts, and the recipient must obey it:
	// it travels. What must not travel is said with --never.
	cp := CutPortion{Form: form, Marking: p.Marking}
	switch form {
	case intel.Copy:
		cp.Kind, cp.Text, cp.Grading, cp.Statements, cp.Exhibits = p.Kind, p.Text, p.Grading, p.Statements, p.Exhibits
	case intel.Substitute:
		cp.Kind, cp.Text, cp.Grading = p.Kind, p.Substitute, p.Grading
	case intel.Pointer:
		cp.Text = p.Hint
	default:
		return CutPortion{}, false
	}
	return cp, true
}

// Limits of a cut as it is read from a partner.
const (
	maxCutPortions = intel.MaxPortions
	maxCutText     = intel.MaxText
	maxCutOrigins  = 64   // of a portion
	maxAllOrigins  = 500  // of a cut
	maxAsked       = 5000 // portions times parties of a request
)

// ParseCut reads a cut from canonical bytes and checks it.
func ParseCut(b []byte) (Cut, error) {
	var c Cut
	if err := wire.Decode(b, &c, wire.Default); err != nil {
		return Cut{}, err
	}
	return c, c.Validate()
}

// Validate checks a cut as a stranger's would be: it came from a partner, and
// every text in it is hostile until proved dull.
func (c Cut) Validate() error {
	bad := func(field, format string, args ...any) error {
		return fault.New(fault.Invalid, format, args...).At("cut: %s", field)
	}
	switch {
	case c.ID.IsZero() || c.Series.IsZero():
		return bad("id", "the cut or its series has no id")
	case c.Version < 1 || (c.Version == 1) != c.Prev.IsZero():
		return bad("version", "version %d does not fit the chain", c.Version)
	case !known(c.Kind):
		return bad("kind", "there is no such kind of item")
	case c.Authorisation != nil && !c.Authorisation.Of.IsZero():
		return bad("authorisation", "it names an item, which never crosses")
	case c.Originator == "" || len(c.Audience) != 1 || c.Audience[0] == "":
		return bad("audience", "a cut has one originator and one unit it is for")
	case c.Created.IsZero():
		return bad("created", "the time is missing")
	case len(c.Portions) < 1 || len(c.Portions) > maxCutPortions:
		return bad("portions", "a cut has 1 to %d portions", maxCutPortions)
	case (c.Kind == intel.NoticeItem) != (c.Notice != nil):
		return bad("notice", "a notice, and nothing else, says what it takes back")
	case c.Filing != nil && c.Kind != intel.ContactReport:
		return bad("filing", "only a contact report discharges a duty")
	case c.Authorisation != nil && c.Kind != intel.Request:
		return bad("authorisation", "only a request asks for one")
	}
	if c.Authorisation != nil {
		if n := len(c.Portions) * len(c.Authorisation.Allow); n > maxAsked {
			return fault.New(fault.TooLarge, "a request asks for %d portions to parties; at most %d", n, maxAsked).At("cut: authorisation")
		}
		if err := c.Authorisation.Validate(); err != nil {
			return bad("authorisation", "%s", fault.Safe(err).Text)
		}
	}
	if c.Notice != nil && (c.Notice.About.IsZero() || c.Notice.Kind != intel.Correction && c.Notice.Kind != intel.Recall) {
		return bad("notice", "it is neither a correction nor a recall of a series")
	}
	for _, f := range [][2]string{{"title", c.Title}, {"topic", c.Topic}, {"purpose", c.Purpose}} {
		field, s := f[0], f[1]
		if len(s) > intel.MaxTitle || !intel.Plain(s, false) {
			return bad(field, "it is too long, or holds characters that do not show")
		}
	}
	if err := intel.ValidateAreas(c.Areas); err != nil {
		return bad("areas", "it names an area that there is not, or one twice")
	}
	return c.validatePortions()
}

func (c Cut) validatePortions() error {
	top, origins := intel.Withheld, 0
	for n, p := range c.Portions {
		where := func(format string, args ...any) error {
			return fault.New(fault.Invalid, format, args...).At("cut: portion %d", n+1)
		}
		top = max(top, p.Form)
		switch {
		case p.Form != intel.Copy && p.Form != intel.Substitute && p.Form != intel.Pointer:
			return where("a cut carries copies, substitutes and pointers only")
		case p.Form != intel.Copy && len(p.Exhibits) > 0:
			return where("exhibits go with a copy only")
		case p.Text == "" && p.Form != intel.Pointer && len(p.Exhibits)+len(p.Statements) == 0:
			return where("the text is empty")
		case len(p.Text) > maxCutText:
			return where("the text is too long")
		case p.Form == intel.Pointer && (p.Kind != "" || p.Grading != (intel.Grading{}) || len(p.Statements) > 0):
			return where("a pointer carries nothing of the portion")
		}
		if len(p.Origins) > 0 && c.Authorisation == nil || len(p.Origins) > maxCutOrigins {
			return where("only a request for an authorisation names what its text comes from, and at most %d of it", maxCutOrigins)
		}
		origins += len(p.Origins)
		for m, o := range p.Origins {
			if slices.Contains(p.Origins[:m], o) {
				return where("it names a portion twice as what its text comes from")
			}
			if o.Cut.IsZero() || o.Portion < 1 || o.Portion > maxCutPortions {
				return where("it names no portion of a cut as what its text comes from")
			}
		}
		for _, s := range p.Statements {
			for _, v := range []string{s.Entity, s.Schema, s.Property, s.Value} {
				if v == "" || len(v) > 1000 || !intel.Plain(v, false) {
					return where("a statement is empty, too long, or holds characters that do not show")
				}
			}
		}
		for _, x := range p.Exhibits {
			if !intel.Plain(x.Caption, false) || !intel.Plain(x.Credit, false) {
				return where("the caption or credit of an exhibit holds characters that do not show")
			}
		}
		if r, found := intel.FirstHidden(p.Text, true); found {
			return fault.New(fault.Invalid, "the text holds a character that does not show (%U)", r).At("cut: portion %d", n+1).
				Fix("a reader must see what was signed: take it out with comity edit")
		}
		// Grading, statements and exhibits obey the same rules as at home. The marking's
		// form does too; contradictions in it may come of combining two.
		home := intel.Portion{ID: ref.PortionID{1}, Kind: intel.Fact, Text: "-", Grading: p.Grading, Statements: p.Statements, Exhibits: p.Exhibits}
		if err := home.Validate(n + 1); err != nil {
			return err
		}
		if err := p.Marking.Validate(); err != nil {
			return where("the marking does not hold: %s", fault.Safe(err).Text)
		}
	}
	if origins > maxAllOrigins {
		return fault.New(fault.TooLarge, "a request names at most %d portions as what its texts come from", maxAllOrigins).At("cut: portions")
	}
	if _, err := c.Files(); err != nil {
		return err
	}
	if (top > intel.Pointer) != (c.Title != "") {
		return fault.New(fault.Invalid, "a title goes with more than pointers, and only then").At("cut: title")
	}
	return nil
}

func known(k intel.Kind) bool {
	for _, have := range intel.Kinds {
		if have == k {
			return true
		}
	}
	return false
}
