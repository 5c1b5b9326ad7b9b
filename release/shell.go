package release

// Shell gives what is left of a cut once its content is destroyed: who sent it
// to whom, when, in which forms under which markings, and nothing that it said.
// Its hash is not the cut's.
func (c Cut) Shell() Cut {
	s := Cut{ID: c.ID, Series: c.Series, Version: c.Version, Prev: c.Prev, Kind: c.Kind, Originator: c.Originator, Audience: c.Audience,
		Created: c.Created, Notice: c.Notice, Filing: c.Filing, Authorisation: c.Authorisation, Portions: make([]CutPortion, len(c.Portions))}
	for n, p := range c.Portions {
		s.Portions[n] = CutPortion{Form: p.Form, Kind: p.Kind, Marking: p.Marking, Origins: p.Origins}
	}
	return s
}

// Shell gives the lines of a draft without what they say.
func (d Draft) Shell() Draft {
	s := d
	s.Fields = make([]DraftField, len(d.Fields))
	for n, f := range d.Fields {
		s.Fields[n] = DraftField{Name: f.Name, Needs: f.Needs}
	}
	return s
}
