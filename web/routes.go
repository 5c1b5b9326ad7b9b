package web

// Patterns lists all that the pages answer to, as METHOD /path: a walk from outside
// this package asks for each, and fails where it has no word on one.
func Patterns() []string {
	var list []string
	for _, r := range routes() {
		list = append(list, r.method+" "+r.path)
	}
	return list
}
