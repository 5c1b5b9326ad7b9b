package intel

// Shell gives what is left of an item once its content is destroyed: whose it
// was, when, in how many portions under which markings, what it was made of,
// and nothing that it said. It does not validate, and its hash is not the
// item's.
func (i Item) Shell() Item {
	s := Item{ID: i.ID, Kind: i.Kind, Version: i.Version, Prev: i.Prev, Originator: i.Originator, Author: i.Author, Created: i.Created,
		Derived: i.Derived, Notice: i.Notice, Authorisation: i.Authorisation, Portions: make([]Portion, len(i.Portions))}
	for n, p := range i.Portions {
		s.Portions[n] = Portion{ID: p.ID, Kind: p.Kind, Marking: p.Marking, DerivedFrom: p.DerivedFrom, Origins: p.Origins}
	}
	return s
}
