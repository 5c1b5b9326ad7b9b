package browser_test

import (
	"testing"

	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// maxLoad is how much a browser that holds nothing yet may have to load for a page, as
// it comes over the wire.
const maxLoad = 150 << 10

// The first load is small, for the way in and for the heaviest page, and comes from
// the node alone.
func TestFirstLoad(t *testing.T) {
	b := browsertest.Open(t)
	us, _, report := pair(t)
	signin := browsertest.Sit(t, browsertest.Window(t, b, browser.Look{}))
	signin.Go(us.url("/"))
	weigh(t, "the way in", us, signin)

	// Another window, with the session and nothing else.
	in := browsertest.Window(t, b, browser.Look{})
	browsertest.Enter(t, in, us.link("ana"))
	cookies, err := in.Cookies()
	must(t, err)
	fresh := browsertest.Window(t, b, browser.Look{})
	must(t, fresh.Keep(cookies...))
	ana := browsertest.Sit(t, fresh)
	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Press(toUnit)
	ana.Turn(`button[value="plan"]`)
	ana.Shows("Blocked")
	weigh(t, "the plan, with what leads to it", us, ana)
}

// weigh sums what a page had loaded.
func weigh(t *testing.T, name string, s *side, r *browsertest.Reader) {
	t.Helper()
	asked, bytes := r.Tab.Asked()
	for _, a := range asked {
		if !from(s, a.URL) {
			t.Errorf("%s loads %s", name, a.URL)
		}
	}
	if bytes < 1000 || bytes > maxLoad {
		t.Errorf("%s: %d bytes", name, bytes)
	}
	t.Logf("%s: %d requests, %.1f KB", name, len(asked), float64(bytes)/1024)
}
