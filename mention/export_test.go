package mention

// FindInAll finds mentions as [Find] does, with each expression tried in all of the
// text.
func FindInAll(text string, o Options) []Mention { return find(&finder{text: text, o: o, whole: true}) }
