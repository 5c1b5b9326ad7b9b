package web_test

import (
	"net"
	"testing"

	"comity/console"
)

// An officer comes in by a one-time link, with a browser and a passkey, through the
// door of a real node.
func TestPasskeyInBrowser(t *testing.T) {
	modules, chromium := driver(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	pages := l.Addr().String()
	must(t, l.Close())
	s := newSideWith(t, "us/dea", "us/dea/desk", pages)
	s.serve()
	invited := tell(s, "ana", console.InviteOfficer{Handle: "ana"})
	browse(t, "testdata/passkey.mjs", map[string]any{"modules": modules, "browser": chromium, "link": invited.Link, "origin": s.node.Pages(), "handle": "ana"})
}
