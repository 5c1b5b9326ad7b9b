package demo_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"comity/demo"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// Every page holds WCAG 2.2 AA, in both languages, light and dark, fits into the
// window of a desk and of a telephone, and gives a browser nothing to complain of.
// COMITY_LOOKS=all looks at each in all eight ways, and not in two.
func TestEveryPageIsAccessible(t *testing.T) {
	browsertest.Need(t)
	axe := browsertest.Axe(t)
	looks := []browser.Look{{Language: "en", Theme: "light", Width: browser.Desktop}, {Language: "es", Theme: "dark", Width: browser.Phone}}
	if os.Getenv("COMITY_LOOKS") == "all" {
		looks = browser.Looks()
	}
	seen := 0
	err := demo.Tour(t.Context(), demo.Options{Comity: programs(t), Out: io.Discard}, looks, func(name string, tab *browser.Tab) error {
		seen++
		faults, err := tab.Axe(axe)
		for _, f := range append(faults, tab.Trouble()...) {
			t.Errorf("%s: %s", name, f)
		}
		over, wide := tab.TooWide()
		if over > 1 {
			t.Errorf("%s is %d pixels too wide", name, over)
		}
		var title, lang string
		told := errors.Join(tab.Eval("document.title", &title), tab.Eval("document.documentElement.lang", &lang))
		if !strings.HasSuffix(title, " · Comity") || !strings.Contains(name, "-"+lang+"-") {
			t.Errorf("%s has the title %q and the language %q", name, title, lang)
		}
		return errors.Join(err, wide, told)
	})
	if want := len(looks) * len(demo.Screens()); err != nil || seen != want {
		t.Errorf("%d pages of %d: %v", seen, want, err)
	}
}

// What takes no pictures says so before it plays anything.
func TestScreensWantABrowser(t *testing.T) {
	comity := programs(t)
	cmd := exec.CommandContext(t.Context(), comity, "demo", "--screens", filepath.Join(t.TempDir(), "x"))
	cmd.Env = append(os.Environ(), "COMITY_CHROMIUM=/nonexistent/chromium")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err == nil || out.Len() > 0 || !strings.Contains(errs.String(), "apt-get install chromium") {
		t.Errorf("%v %s %s", err, out.String(), errs.String())
	}
}
