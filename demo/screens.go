package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"comity/fault"
	"comity/web/browser"
)

// Screen is one page of the pages, and how somebody comes to it.
type Screen struct {
	Name string
	who  officer // nobody: a stranger at the sender's side
	path string
	do   []step

	// Route is what the browser asked for last, as the pages' own table has it: what no
	// screen shows is found by that.
	Route string
}

// step is something that somebody does at a page. No step goes by words of the
// pages, which are in two languages.
type step func(*browser.Tab) error

func press(css string, words ...string) step {
	return func(t *browser.Tab) error { return t.Turn(css, words...) }
}

func choose(css string) step { return func(t *browser.Tab) error { return t.Press(css) } }

func fill(css, text string) step { return func(t *browser.Tab) error { return t.Fill(css, text) } }

// unfold opens whatever is folded.
func unfold(t *browser.Tab) error {
	return t.Eval(`document.querySelectorAll("main details").forEach(d => { d.open = true })`, nil)
}

// What several screens begin with.
var (
	toPlan    = []step{press("main a", papers[0].title), press(`main a[href$="/plan"]`)}
	planned   = join(toPlan, choose(`input[value="`+uin+`"]`), press(`button[value="plan"]`))
	otherPlan = []step{press("main a", papers[1].title), press(`main a[href$="/plan"]`), choose(`input[value="` + uin + `"]`), press(`button[value="plan"]`)}
	opened    = []step{press("main li button")}
)

func join(first []step, more ...step) []step { return append(append([]step{}, first...), more...) }

// Screens are all pages that there are.
func Screens() []Screen { return append(showing(), acting()...) }

// acting are the pages that come of an act, after which others show more: they are
// taken when those are done with.
func acting() []Screen {
	return []Screen{
		{"filed", lince, "/duties?all=yes", []step{press(`main form[action$="/file"] button`)}, "POST /duties/{duty}/file"},
		{"placed", ana, "/items", join(planned, fill("main textarea", "Lives are at stake."), press(`button[formaction$="/release"]`)), "POST /items/{item}/release"},
		{"sent", ana, "/items", join(otherPlan, press(`button[formaction$="/release"]`)), "POST /items/{item}/release"},
	}
}

func showing() []Screen {
	nobody := officer{}
	return []Screen{
		{"signin", nobody, "/", nil, "GET /{$}"},
		{"enter", nobody, "/enter", nil, "GET /enter"},
		{"inbox", lince, "/inbox", nil, "GET /inbox"},
		{"inbox-empty", garza, "/inbox?after=01a00000-0000-7000-8000-000000000000", nil, "GET /inbox"},
		{"conditions", garza, "/inbox", opened, "POST /inbox/{cut}"},
		{"opened", lince, "/inbox", []step{press("main li button"), press("main form button.main")}, "POST /inbox/{cut}"},
		{"items", ana, "/items", nil, "GET /items"},
		{"item", ana, "/items", []step{press("main a", papers[0].title), unfold}, "GET /items/{item}"},
		{"item-exhibit", ana, "/items", []step{press("main a", "Fast boats off Michoacan"), unfold}, "GET /items/{item}"},
		{"write", ana, "/items/new", nil, "GET /items/new"},
		{"edit", ana, "/items", []step{press("main a", "Fast boats off Michoacan"), press(`main a[href$="/edit"]`), unfold}, "GET /items/{item}/edit"},
		{"versions", ana, "/items", []step{press("main a", "Fast boats off Michoacan"), press(`main a[href$="/versions"]`)}, "GET /items/{item}/versions"},
		{"import", ana, "/import", nil, "GET /import"},
		{"offers", ana, "/items", []step{press("main a", "Fast boats off Michoacan"), press(`main a[href$="/entities"]`)}, "GET /items/{item}/entities"},
		{"entities", ana, "/entities", nil, "GET /entities"},
		{"entity", ana, "/entities", []step{fill("main input[name=name]", "Lazaro"), press("main button.main")}, "POST /entities"},
		{"trail", ana, "/items", []step{press("main a", "Fast boats off Michoacan"), press(`main a[href$="/trail"]`)}, "GET /items/{item}/trail"},
		{"planning", ana, "/items", toPlan, "GET /items/{item}/plan"},
		{"plan-refused", ana, "/items", planned, "POST /items/{item}/plan"},
		{"plan-mended", ana, "/items", join(planned, press(`button[value^="remedy tear"]`), press(`button[value^="remedy tear"]`)), "POST /items/{item}/plan"},
		{"plan-most", ana, "/items", join(toPlan, choose(`input[value="`+uin+`"]`), press(`button[value="best"]`)), "POST /items/{item}/plan"},
		{"plan-unfolded", ana, "/items", join(otherPlan, unfold), "POST /items/{item}/plan"},
		{"search", ana, "/search", nil, "GET /search"},
		{"found", ana, "/search", []step{fill("main input[name=words]", "fuel"), press("main button")}, "POST /search"},
		{"waiting", bea, "/waiting", nil, "GET /waiting"},
		{"duties", lince, "/duties", nil, "GET /duties"},
		{"duties-all", lince, "/duties?all=yes", []step{unfold}, "GET /duties"},
		{"trails", otto, "/trails", nil, "GET /trails"},
		{"partners", ana, "/partners", nil, "GET /partners"},
		{"packs", saul, "/packs", nil, "GET /packs"},
		{"pack", saul, "/packs", []step{press(`main a[href^="/packs/mx-guidelines-2021"]`)}, "GET /packs/{pack}/{version}"},
		{"ledger", otto, "/ledger", nil, "GET /ledger"},
		{"verified", otto, "/ledger", []step{press("main form button.main"), unfold}, "POST /ledger/verify"},
		{"records", otto, "/ledger/records", nil, "GET /ledger/records"},
		{"users", chief, "/users", []step{unfold}, "GET /users"},
		{"settings", ana, "/settings", []step{unfold}, "GET /settings"},
		{"status", chief, "/status", nil, "GET /status"},
		{"status-officer", lince, "/status", nil, "GET /status"},
		{"sessions", ana, "/sessions", nil, "GET /sessions"},
		{"absent", ana, "/nothing", nil, "/"},
		{"await", bea, "/waiting", []step{press(`main a[href^="/waiting/"]`), unfold}, "GET /waiting/{plan}"},
	}
}

// Pageless are the routes that show no page of their own, and why.
var Pageless = map[string]string{
	"POST /enter/begin":                     "the script of the way in asks it",
	"POST /enter/finish":                    "the script of the way in asks it",
	"POST /signin/begin":                    "the script of the way in asks it",
	"POST /signin/finish":                   "the script of the way in asks it",
	"POST /tongue":                          "leads back to where it was asked",
	"GET /assets/{file}":                    "no page",
	"GET /home":                             "leads to another page",
	"POST /leave":                           "leads to the way in",
	"POST /sessions/end":                    "leads to the sessions",
	"POST /items/new":                       "shows what is shown before it, or leads to the item",
	"POST /items/{item}/edit":               "shows what is shown before it, or leads to the item",
	"POST /items/{item}/attach":             "leads to the item",
	"POST /items/{item}/aside":              "leads to the item",
	"POST /items/{item}/entities":           "leads to the item",
	"GET /items/{item}/aside":               "the demonstration imports nothing that leaves anything aside",
	"POST /items/{item}/remarks":            "leads to the remark, which is an item",
	"POST /inbox/{cut}/remarks":             "leads to the remark, which is an item",
	"POST /items/{item}/receipts":           "gives a file",
	"POST /items/{item}/exhibits/{exhibit}": "gives a file",
	"POST /inbox/{cut}/exhibits/{exhibit}":  "gives a file",
	"POST /import":                          "wants a file of the reader's machine",
	"POST /unsaved/{item}/drop":             "leads to the items",
	"POST /waiting/answer/begin":            "the script of the page asks it",
	"POST /waiting/answer/finish":           "the script of the page asks it",
	"POST /readmissions/begin":              "the script of the page asks it",
	"POST /readmissions/finish":             "the script of the page asks it",
	"POST /passkeys/add/begin":              "the script of the page asks it",
	"POST /passkeys/add/continue":           "the script of the page asks it",
	"POST /passkeys/add/finish":             "the script of the page asks it",
	"POST /passkeys/drop/begin":             "the script of the page asks it",
	"POST /passkeys/drop/finish":            "the script of the page asks it",
	"POST /passkeys/name":                   "leads to the settings",
	"POST /users/{handle}/shut":             "leads to the officers",
	"POST /users/{handle}/end":              "leads to the officers",
	"POST /users/{handle}/readmit":          "leads to the officers",
	"POST /users/{handle}/readmit/refuse":   "leads to the officers",
	"POST /waiting/{plan}/send":             "shows what a release shows",
}

// tour leads windows with each look past every screen, signed in as whoever is to see
// it, and has each looked at.
func (s *stage) tour(people []Person, looks []browser.Look, look func(name string, t *browser.Tab) error) error {
	b, err := browser.Open(s.ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	in, err := enter(b, people)
	if err != nil {
		return err
	}
	for _, list := range [][]Screen{showing(), acting()} {
		for _, l := range looks {
			if err := s.past(b, l, list, in, look); err != nil {
				return err
			}
		}
	}
	return nil
}

// past leads one window past screens.
func (s *stage) past(b *browser.Browser, l browser.Look, list []Screen, in map[officer][]browser.Cookie, look func(name string, t *browser.Tab) error) error {
	w, err := b.Window(l)
	if err != nil {
		return err
	}
	for _, p := range list {
		name := fmt.Sprintf("%s-%s-%s-%d", p.Name, l.Language, l.Theme, l.Width)
		if err := s.screen(w, p, in[p.who], func(t *browser.Tab) error { return look(name, t) }); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return w.Close()
}

// enter signs everybody in, once, and gives the cookies of each.
func enter(b *browser.Browser, people []Person) (map[officer][]browser.Cookie, error) {
	in := map[officer][]browser.Cookie{}
	for _, p := range people {
		w, err := b.Window(browser.Look{})
		if err != nil {
			return nil, err
		}
		t, err := w.Tab()
		if err != nil {
			return nil, err
		}
		for _, do := range []func() error{t.Passkeys, func() error { return t.Go(p.Link) }, func() error { return t.Turn("main button") }} {
			if err := do(); err != nil {
				return nil, fmt.Errorf("%s does not come in: %w", p.Handle, err)
			}
		}
		if in[officer{p.Node, p.Handle}], err = w.Cookies(); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// screen leads a window to a page.
func (s *stage) screen(w *browser.Window, p Screen, cookies []browser.Cookie, look func(*browser.Tab) error) error {
	if err := w.Forget(); err != nil {
		return err
	}
	if len(cookies) > 0 {
		if err := w.Keep(cookies...); err != nil {
			return err
		}
	}
	t, err := w.Tab()
	if err != nil {
		return err
	}
	side := s.origins[0]
	if p.who.node == nodes[1] {
		side = s.origins[1]
	}
	if err := t.Go(side + p.path); err != nil {
		return err
	}
	for i, do := range p.do {
		if err := do(t); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if err := look(t); err != nil {
		return err
	}
	return t.Close()
}

// shoot takes a picture of each page with each look.
func (s *stage) shoot() error {
	dir := s.opts.Screens
	people, err := s.open()
	if err != nil {
		return err
	}
	n, wrong := 0, []string{}
	err = s.tour(people, browser.Looks(), func(name string, t *browser.Tab) error {
		shot, err := t.Shot()
		if err != nil {
			return err
		}
		n++
		for _, c := range t.Trouble() {
			wrong = append(wrong, name+": "+c)
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o600)
	})
	if s.ctx.Err() != nil {
		return nil
	}
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("the browser complains: %s", strings.Join(wrong, "; "))
	}
	if err != nil {
		return fault.New(fault.Internal, "not every page could be taken: %v", err).Fix("%d pictures are in %s; the nodes and their logs are in %s", n, dir, s.dir).Because(err)
	}
	s.say("%d pictures of the pages are in %s: %d pages, in both languages, light and dark, %d and %d pixels wide.", n, dir, len(Screens()), browser.Desktop, browser.Phone)
	return nil
}

// screensFolder refuses what cannot hold pictures, or take them, before anything is
// played.
func screensFolder(dir string) error {
	if _, err := browser.Found(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "the folder for the pictures cannot be made").At("%s", dir).Because(err)
	}
	return nil
}
