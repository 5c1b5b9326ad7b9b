package browser

import (
	"fmt"
	"strings"
)

// find gives JavaScript for the first element of a kind that shows, and that holds
// all of the words, if there are any.
func find(css string, words []string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find(e => e.checkVisibility() && %s.split("\n").every(w => e.innerText.includes(w) || (e.value ?? "").includes(w)))`,
		quoted(css), quoted(strings.Join(words, "\n")))
}

// place is the middle of an element, in the window, and whether it lies on top
// there.
type place struct {
	X, Y float64
	Free bool
}

// at scrolls to an element and tells where it is.
func (t *Tab) at(css string, words []string) (place, error) {
	if err := t.Await(find(css, words)); err != nil {
		return place{}, err
	}
	var p place
	err := t.Eval(`(() => {
		const e = `+find(css, words)+`;
		e.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
		const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2;
		const top = document.elementFromPoint(x, y);
		return { X: x, Y: y, Free: !!top && (e.contains(top) || top.contains(e) || !!top.closest("label")?.contains(e)) };
	})()`, &p)
	if err == nil && !p.Free {
		err = fmt.Errorf("%s %q is covered by something else", css, words)
	}
	return p, err
}

// Press presses the first element of a kind that shows and holds the words.
func (t *Tab) Press(css string, words ...string) error {
	p, err := t.at(css, words)
	if err != nil {
		return err
	}
	if err := t.ask("Page.bringToFront", nil, nil); err != nil { // one behind another answers the hand late
		return err
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		said := map[string]any{"type": kind, "x": p.X, "y": p.Y, "button": "left", "clickCount": 1}
		if kind == "mouseMoved" {
			said["button"], said["clickCount"] = "none", 0
		}
		if err := t.ask("Input.dispatchMouseEvent", said, nil); err != nil {
			return err
		}
	}
	return nil
}

// Turn presses what leads to another page.
func (t *Tab) Turn(css string, words ...string) error {
	return t.Turns(func() error { return t.Press(css, words...) })
}

// Fill puts a text into a field, in the place of what stands there.
func (t *Tab) Fill(css, text string) error {
	if err := t.Press(css); err != nil {
		return err
	}
	if err := t.Eval(find(css, nil)+".select()", nil); err != nil {
		return err
	}
	return t.Type(text)
}

// Choose takes an entry of a list.
func (t *Tab) Choose(css, value string) error {
	if _, err := t.at(css, nil); err != nil {
		return err
	}
	var has string
	err := t.Eval(`(() => { const e = `+find(css, nil)+`; if (![...e.options].some(o => o.value === `+quoted(value)+`)) return "";
		e.value = `+quoted(value)+`; for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, { bubbles: true })); return e.value; })()`, &has)
	if err == nil && has != value {
		err = fmt.Errorf("%s has no entry %q", css, value)
	}
	return err
}

// Drop lets files of this machine fall onto an element, as from a folder beside the
// browser.
func (t *Tab) Drop(css string, files ...string) error {
	p, err := t.at(css, nil)
	if err != nil {
		return err
	}
	for _, kind := range []string{"dragEnter", "dragOver", "drop"} {
		said := map[string]any{"type": kind, "x": p.X, "y": p.Y, "data": map[string]any{"items": []any{}, "files": files, "dragOperationsMask": 1}}
		if err := t.ask("Input.dispatchDragEvent", said, nil); err != nil {
			return err
		}
	}
	return nil
}

// Attach chooses files of this machine for a field.
func (t *Tab) Attach(css string, files ...string) error {
	if err := t.Await(find(css, nil)); err != nil {
		return err
	}
	var field struct{ Result struct{ ObjectID string } }
	if err := t.ask("Runtime.evaluate", map[string]any{"expression": find(css, nil)}, &field); err != nil {
		return err
	}
	return t.ask("DOM.setFileInputFiles", map[string]any{"objectId": field.Result.ObjectID, "files": files}, nil)
}

// Type types a text where the focus is.
func (t *Tab) Type(text string) error {
	return t.ask("Input.insertText", map[string]any{"text": text}, nil)
}

// keys are those that have a name and no letter, with the code that browsers know
// them by.
var keys = map[string]struct {
	code int
	text string
}{"Tab": {9, ""}, "Enter": {13, "\r"}, "Space": {32, " "}, "Escape": {27, ""}, "ArrowUp": {38, ""}, "ArrowDown": {40, ""}, "Home": {36, ""}, "End": {35, ""}}

// Key presses a key: Tab, Shift+Tab, Enter, Space, Escape, an arrow, Control+a, or a
// letter.
func (t *Tab) Key(name string) error {
	held := 0
	for {
		if rest, ok := strings.CutPrefix(name, "Shift+"); ok {
			name, held = rest, held|8
		} else if rest, ok := strings.CutPrefix(name, "Control+"); ok {
			name, held = rest, held|2
		} else if rest, ok := strings.CutPrefix(name, "Alt+"); ok {
			name, held = rest, held|1
		} else {
			break
		}
	}
	said := map[string]any{"type": "keyDown", "key": name, "code": name, "modifiers": held}
	if k, named := keys[name]; named {
		said["windowsVirtualKeyCode"] = k.code
		if k.text != "" {
			said["text"], said["key"] = k.text, map[bool]string{true: " ", false: name}[name == "Space"]
		}
	} else {
		upper := strings.ToUpper(name)
		said["code"], said["windowsVirtualKeyCode"] = "Key"+upper, int(upper[0])
		if held&^8 == 0 {
			said["text"] = name
		}
	}
	if err := t.ask("Input.dispatchKeyEvent", said, nil); err != nil {
		return err
	}
	said["type"] = "keyUp"
	delete(said, "text")
	return t.ask("Input.dispatchKeyEvent", said, nil)
}

// Reach goes on with Tab until the focus is at an element of a kind that holds the
// words: as far as a reader without a mouse would.
func (t *Tab) Reach(css string, words ...string) error {
	for range 400 {
		var there bool
		if err := t.Eval(fmt.Sprintf(`(() => { const e = document.activeElement; return e.matches(%s) && %s.split("\n").every(w => e.innerText.includes(w)); })()`,
			quoted(css), quoted(strings.Join(words, "\n"))), &there); err != nil || there {
			return err
		}
		if err := t.Key("Tab"); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s %q cannot be reached by Tab", css, words)
}

// Passkeys gives the tab a device that makes passkeys and uses them unasked.
func (t *Tab) Passkeys() error {
	if err := t.ask("WebAuthn.enable", nil, nil); err != nil {
		return err
	}
	return t.ask("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
		"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
	}}, nil)
}
