package web

import "github.com/mileusna/useragent"

// browserOf says which browser calls itself so, in few words, for whoever looks for the
// session that is not theirs. What is not known is shown as it is: it is only the
// browser's own word.
func browserOf(agent string) string {
	u := useragent.Parse(agent)
	if u.OS == "" || !(u.Desktop || u.Mobile || u.Tablet) || u.VersionNo.Major == 0 {
		return agent
	}
	return u.Name + " " + u.VersionNoShort() + ", " + u.OS
}
