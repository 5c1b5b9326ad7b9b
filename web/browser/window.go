package browser

import (
	"cmp"
	"encoding/json"
)

// Look is how a reader sees the pages.
type Look struct {
	Language string // en, es: what the browser asks for; empty: en
	Theme    string // light, dark; empty: light
	Width    int    // of the window; 0: 1280. Up to 600 it is a telephone
	NoScript bool   // scripts of pages do not run
}

// Desktop and Phone are the widths that pages are looked at with.
const (
	Desktop = 1280
	Phone   = 390
)

// Looks are all that the pages are made for, with script.
func Looks() []Look {
	var list []Look
	for _, language := range []string{"en", "es"} {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int{Desktop, Phone} {
				list = append(list, Look{Language: language, Theme: theme, Width: width})
			}
		}
	}
	return list
}

func (l Look) phone() bool { return l.Width != 0 && l.Width <= 600 }

// size is that of the window, or as high as it is to be.
func (l Look) size(height int) map[string]any {
	if height == 0 {
		if height = 900; l.phone() {
			height = 844
		}
	}
	return map[string]any{"width": l.Width, "height": height, "deviceScaleFactor": 1, "mobile": l.phone()}
}

// Window has cookies of its own; its tabs share them.
type Window struct {
	browser *Browser
	id      string
	look    Look
}

// Cookie is what a window knows of a site.
type Cookie struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Domain   string `json:"domain"`
	Path     string `json:"path"`
	HTTPOnly bool   `json:"httpOnly"`
	Secure   bool   `json:"secure"`
	SameSite string `json:"sameSite,omitempty"`
}

// Window opens one that knows nothing yet.
func (b *Browser) Window(look Look) (*Window, error) {
	look.Language, look.Theme, look.Width = cmp.Or(look.Language, "en"), cmp.Or(look.Theme, "light"), cmp.Or(look.Width, Desktop)
	var made struct {
		BrowserContextID string `json:"browserContextId"`
	}
	err := b.wire.ask("", "Target.createBrowserContext", map[string]any{"disposeOnDetach": true}, &made)
	return &Window{b, made.BrowserContextID, look}, err
}

// Close closes the window with all its tabs.
func (w *Window) Close() error {
	return w.browser.wire.ask("", "Target.disposeBrowserContext", w.named(nil), nil)
}

func (w *Window) named(more map[string]any) map[string]any {
	said := map[string]any{"browserContextId": w.id}
	for k, v := range more {
		said[k] = v
	}
	return said
}

// Cookies are those of the window.
func (w *Window) Cookies() ([]Cookie, error) {
	var got struct{ Cookies []Cookie }
	err := w.browser.wire.ask("", "Storage.getCookies", w.named(nil), &got)
	return got.Cookies, err
}

// Forget drops the cookies.
func (w *Window) Forget() error {
	return w.browser.wire.ask("", "Storage.clearCookies", w.named(nil), nil)
}

// Keep gives the window cookies, as if a site had set them.
func (w *Window) Keep(list ...Cookie) error {
	return w.browser.wire.ask("", "Storage.setCookies", w.named(map[string]any{"cookies": list}), nil)
}

// Tab opens a tab.
func (w *Window) Tab() (*Tab, error) {
	wire := w.browser.wire
	var target struct{ TargetID string }
	if err := wire.ask("", "Target.createTarget", w.named(map[string]any{"url": "about:blank"}), &target); err != nil {
		return nil, err
	}
	var session struct{ SessionID string }
	if err := wire.ask("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return nil, err
	}
	t := &Tab{window: w, wire: wire, target: target.TargetID, session: session.SessionID, changed: make(chan struct{})}
	wire.hear(t.session, t.note)
	return t, t.ready()
}

// ready has the tab tell what happens, and look as it should.
func (t *Tab) ready() error {
	look := t.window.look
	for _, c := range []struct {
		method string
		params any
	}{
		{"Page.enable", nil}, {"Runtime.enable", nil}, {"Log.enable", nil}, {"Network.enable", nil},
		{"Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}}, // several tabs are used in turn
		{"Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}},
		{"Emulation.setDeviceMetricsOverride", look.size(0)},
		{"Emulation.setTouchEmulationEnabled", map[string]any{"enabled": look.phone()}},
		{"Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": look.Theme}, {"name": "prefers-reduced-motion", "value": "reduce"}}}},
		{"Emulation.setLocaleOverride", map[string]any{"locale": look.Language}},
		{"Emulation.setTimezoneOverride", map[string]any{"timezoneId": "America/Mexico_City"}},
		{"Emulation.setUserAgentOverride", map[string]any{"userAgent": t.window.browser.agent, "acceptLanguage": look.Language}},
		{"Emulation.setScriptExecutionDisabled", map[string]any{"value": look.NoScript}},
	} {
		if err := t.ask(c.method, c.params, nil); err != nil {
			return err
		}
	}
	var tree struct {
		FrameTree struct {
			Frame struct{ ID, LoaderID string }
		}
	}
	err := t.ask("Page.getFrameTree", nil, &tree)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.frame, t.loader = tree.FrameTree.Frame.ID, tree.FrameTree.Frame.LoaderID
	return err
}

func (t *Tab) ask(method string, params, into any) error {
	return t.wire.ask(t.session, method, params, into)
}

// Close closes the tab.
func (t *Tab) Close() error {
	t.wire.hear(t.session, nil)
	return t.wire.ask("", "Target.closeTarget", map[string]any{"targetId": t.target}, nil)
}

// quoted writes a text as JavaScript reads it.
func quoted(text string) string {
	b, _ := json.Marshal(text) // a string has a form
	return string(b)
}
