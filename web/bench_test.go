package web_test

import (
	"fmt"
	"net/url"
	"testing"
)

// BenchmarkPages renders what officers open most, over a real node with 500 items,
// beside a page that asks the node for nothing.
func BenchmarkPages(b *testing.B) {
	p := newPair(b)
	for n := range 500 {
		p.us.write(fmt.Sprintf("Report %d", n), "Fast boats again.", "Nothing else.")
	}
	plan := url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}
	for _, page := range []struct {
		name string
		side *side
		path string
		form url.Values
	}{
		{"signin", p.us, "/", nil}, {"items", p.us, "/items", nil}, {"item", p.us, "/items/" + p.plain, nil}, {"inbox", p.mx, "/inbox", nil},
		{"search", p.us, "/search", url.Values{"words": {"boats"}}}, {"plan", p.us, "/items/" + p.plain + "/plan", plan},
	} {
		b.Run(page.name, func(b *testing.B) {
			who, method := "ana", "GET"
			if page.name == "signin" {
				who = ""
			}
			if page.form != nil {
				method = "POST"
			}
			size := 0
			for b.Loop() {
				w := page.side.ask(who, method, page.path, page.form)
				if w.Code != 200 {
					b.Fatal(w.Code)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
