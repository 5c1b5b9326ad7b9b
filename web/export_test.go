package web

import "net/http"

// For tests: the pages behind another door.
type Entrance = entrance

func NewWith(c Config, d Entrance) http.Handler { return newSite(c, d) }

// Route is a row of the table of routes.
type Route struct {
	Method, Path string
	Open         bool
}

func Routes() []Route {
	var list []Route
	for _, r := range routes() {
		list = append(list, Route{r.method, r.path, r.open})
	}
	return list
}

func Says(code string) map[string]string {
	for _, t := range tongues() {
		if t.code == code {
			return t.says
		}
	}
	return nil
}

// Piece is a run of words of a difference.
type Piece = piece

var (
	Difference = difference

	Elements = elements
	Harmless = harmless
	Ours     = ours
)
