package browser

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Tab is one page as a reader has it before them.
type Tab struct {
	window          *Window
	wire            *wire
	target, session string

	mu      sync.Mutex
	changed chan struct{} // closed, and another one made, with whatever is noted
	frame   string
	loader  string // of the page that is shown
	loaded  string // of the newest page that is there with all that it loads
	trouble []string
	asked   []Request
	bytes   int
}

// Request is something that a page had loaded.
type Request struct {
	URL     string
	Headers map[string]string
}

// note takes down what the browser tells of the tab.
func (t *Tab) note(e event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e.name {
	case "Page.lifecycleEvent":
		var told struct{ FrameID, LoaderID, Name string }
		if e.read(&told); told.FrameID == t.frame && told.Name == "load" {
			t.loaded = told.LoaderID
		}
	case "Page.frameNavigated":
		var told struct{ Frame struct{ ID, LoaderID string } }
		if e.read(&told); told.Frame.ID == t.frame {
			t.loader = told.Frame.LoaderID
		}
	case "Network.requestWillBeSent":
		var told struct{ Request Request }
		e.read(&told)
		t.asked = append(t.asked, told.Request)
	case "Network.loadingFinished":
		var told struct{ EncodedDataLength float64 }
		e.read(&told)
		t.bytes += int(told.EncodedDataLength)
	case "Page.javascriptDialogOpening":
		var told struct{ Message string }
		e.read(&told)
		t.trouble = append(t.trouble, "a dialog: "+told.Message)
		_, _ = t.wire.send(t.session, "Page.handleJavaScriptDialog", map[string]any{"accept": false})
	default:
		if said := complaint(e); said != "" {
			t.trouble = append(t.trouble, said)
		}
	}
	close(t.changed)
	t.changed = make(chan struct{})
}

// complaint gives what the browser finds wrong with a page; a page that is refused
// to a reader is none.
func complaint(e event) string {
	switch e.name {
	case "Runtime.exceptionThrown":
		var told struct {
			ExceptionDetails struct {
				Text      string
				Exception struct{ Description string }
			}
		}
		e.read(&told)
		return told.ExceptionDetails.Text + " " + told.ExceptionDetails.Exception.Description
	case "Runtime.consoleAPICalled":
		var told struct {
			Type string
			Args json.RawMessage
		}
		if e.read(&told); told.Type == "error" {
			return string(told.Args)
		}
	case "Log.entryAdded":
		var told struct {
			Entry struct{ Level, Text, URL string }
		}
		if e.read(&told); told.Entry.Level == "error" && !strings.Contains(told.Entry.Text, "status of 4") {
			return told.Entry.Text + " " + told.Entry.URL
		}
	}
	return ""
}

// Trouble takes what the browser has complained of since it was last asked.
func (t *Tab) Trouble() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.trouble
	t.trouble = nil
	return list
}

// Asked takes what pages have loaded since it was last asked, and how many bytes
// came.
func (t *Tab) Asked() ([]Request, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list, n := t.asked, t.bytes
	t.asked, t.bytes = nil, 0
	return list, n
}

// until waits for something that is noted.
func (t *Tab) until(what string, done func() bool) error {
	for end := time.After(patience); ; {
		t.mu.Lock()
		ok, changed := done(), t.changed
		t.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-t.wire.ended:
			return errEnded
		case <-end:
			return fmt.Errorf("waited %s for %s; the page shows: %s", patience, what, t.short())
		}
	}
}

// short tells what the page shows, for an error.
func (t *Tab) short() string {
	text, err := t.Text("body")
	if err != nil {
		return "nothing"
	}
	return text[:min(len(text), 400)]
}

// Go opens an address and waits until all of its page is there.
func (t *Tab) Go(address string) error {
	var gone struct{ LoaderID, ErrorText string }
	if err := t.ask("Page.navigate", map[string]any{"url": address}, &gone); err != nil {
		return err
	}
	if gone.ErrorText != "" {
		return fmt.Errorf("%s: %s", address, gone.ErrorText)
	}
	if gone.LoaderID == "" {
		return nil // only what stands behind the # is another
	}
	return t.until(address, func() bool { return t.loaded == gone.LoaderID })
}

// Turns does something that leads to another page, and waits until all of that is
// there.
func (t *Tab) Turns(do func() error) error {
	t.mu.Lock()
	before := t.loader
	t.mu.Unlock()
	if err := do(); err != nil {
		return err
	}
	return t.until("another page", func() bool { return t.loader != before && t.loaded == t.loader })
}

// Eval gives what an expression of JavaScript, or its promise, gives.
func (t *Tab) Eval(expression string, into any) error {
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := t.ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	switch {
	case err != nil:
		return err
	case got.ExceptionDetails != nil:
		return fmt.Errorf("%s %s", got.ExceptionDetails.Text, got.ExceptionDetails.Exception.Description)
	case into == nil || got.Result.Value == nil:
		return nil
	}
	return json.Unmarshal(got.Result.Value, into)
}

// Await waits until an expression of JavaScript is true. A page that goes away
// meanwhile is looked at again when the next one is there.
func (t *Tab) Await(expression string) error {
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(15 * time.Millisecond) {
		var ok bool
		if err = t.Eval("!!("+expression+")", &ok); ok && err == nil {
			return nil
		}
	}
	return fmt.Errorf("waited %s for %s (%v); the page shows: %s", patience, expression, err, t.short())
}

// Text gives the words that the first element of a kind shows.
func (t *Tab) Text(css string) (string, error) {
	var text string
	err := t.Eval("(document.querySelector("+quoted(css)+")?.innerText ?? '')", &text)
	return strings.Join(strings.Fields(text), " "), err
}

// Has reports whether the page has an element of a kind.
func (t *Tab) Has(css string) (bool, error) {
	var has bool
	err := t.Eval("document.querySelector("+quoted(css)+") !== null", &has)
	return has, err
}

// Path is where the page is, without its host.
func (t *Tab) Path() (string, error) {
	var address string
	if err := t.Eval("location.href", &address); err != nil {
		return "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(address, u.Scheme+"://"+u.Host), nil
}

// TooWide is how many pixels of the page do not fit into the window.
func (t *Tab) TooWide() (int, error) {
	var over int
	err := t.Eval("document.documentElement.scrollWidth - document.documentElement.clientWidth", &over)
	return over, err
}

// Shot gives a picture of the whole page, as PNG. The window is made as high as the
// page for it: what stays at its edge would else stand across the middle.
func (t *Tab) Shot() ([]byte, error) {
	var size struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	if err := t.ask("Page.getLayoutMetrics", nil, &size); err != nil {
		return nil, err
	}
	const method = "Emulation.setDeviceMetricsOverride"
	if err := t.ask(method, t.window.look.size(max(int(size.CSSContentSize.Height), 600)), nil); err != nil {
		return nil, err
	}
	if err := t.ask("Page.getLayoutMetrics", nil, &size); err != nil {
		return nil, err
	}
	clip := map[string]any{"x": 0, "y": 0, "width": size.CSSContentSize.Width, "height": size.CSSContentSize.Height, "scale": 1}
	var shot struct{ Data string }
	if err := t.ask("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": clip}, &shot); err != nil {
		return nil, err
	}
	if err := t.ask(method, t.window.look.size(0), nil); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(shot.Data)
}
