// Package web is the desk: the pages on which officers read, plan and release. It
// renders them at the server, and they work without script but for passkeys.
//
// Whatever a page shows was asked of the console by a command, for the officer
// whom the door let in with this very request: nothing else reads anything here.
// Every route stands in one table, and whoever is not signed in sees none but the
// way in. Texts are escaped by html/template; no page has inline script or style.
//
// Band 5. It may import console, door, the intake of documents, and bands 1-4.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"comity/console"
	"comity/door"
)

// Config is what the pages are made of.
type Config struct {
	Door   *door.Door
	Desk   *console.Desk
	Now    func() time.Time
	Log    *slog.Logger // nil: nothing is logged
	Secure bool         // the browser reaches the pages by https alone
	Origin string       // of the pages, as a browser says it
	Reader Reader       // of documents; nil: none is taken in

	Proxies door.Proxies // whose word for where a request comes from is believed
}

// New makes the pages of a node.
func New(c Config) http.Handler { return newSite(c, c.Door) }

// site is the pages with what is ready for them.
type site struct {
	Config
	door    entrance
	pages   pages
	assets  assets
	tongues []*tongue
	shown   *memory
	uploads chan struct{} // those that are held in memory
	reading chan struct{} // documents that are read
}

func newSite(c Config, d entrance) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &site{Config: c, door: d, tongues: tongues(), assets: readAssets(), shown: newMemory(),
		uploads: make(chan struct{}, mostUploads), reading: make(chan struct{}, mostReading)}
	s.pages = readPages(s)
	return s.guarded(s.router())
}
