package web_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"comity/console"
)

// browsed is a page as the browser is led to it.
type browsed struct {
	Name  string              `json:"name"`
	Side  string              `json:"side"`
	Who   string              `json:"who"`
	Path  string              `json:"path"`
	Steps []map[string]string `json:"steps,omitempty"`
	Holds string              `json:"holds,omitempty"`
}

// driver finds a browser, and the folder of node_modules that COMITY_PLAYWRIGHT
// names.
func driver(t *testing.T) (modules, chromium string) {
	t.Helper()
	modules = os.Getenv("COMITY_PLAYWRIGHT")
	chromium, err := exec.LookPath("chromium")
	if modules == "" || err != nil {
		t.Skip("no browser: install chromium, npm install playwright-core@1.65.1, and name the folder in COMITY_PLAYWRIGHT")
	}
	return modules, chromium
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func browse(t *testing.T, script string, job map[string]any) {
	t.Helper()
	b, err := json.Marshal(job)
	must(t, err)
	file := filepath.Join(t.TempDir(), "job.json")
	must(t, os.WriteFile(file, b, 0o600))
	cmd := exec.CommandContext(t.Context(), "node", script, file)
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, told.String())
	}
	for s := bufio.NewScanner(&out); s.Scan(); {
		t.Error(s.Text())
	}
}

// The pages in a real browser: nothing that it complains of, no dialog from hostile
// strings, nothing wider than the window; in both languages, light and dark, and
// narrow. COMITY_SCREENS names a folder for the pictures.
func TestInBrowser(t *testing.T) {
	modules, chromium := driver(t)
	p := newPair(t)
	us, mx := httptest.NewServer(p.us.pages), httptest.NewServer(p.mx.pages)
	defer us.Close()
	defer mx.Close()
	fresh := p.us.write("A boat without a name", "One boat.")
	tell(p.us, "ana", console.MarkItem{Item: fresh, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}})
	plan := []map[string]string{{"check": `input[value="mx/semar/uin"]`}, {"press": `button[value="plan"]`}}
	pages := []browsed{
		{"signin", "us", "", "/", nil, ""}, {"enter", "us", "", "/enter", nil, ""},
		{"items", "us", "ana", "/items", nil, "Fast boats"}, {"item", "us", "ana", "/items/" + p.plain, nil, ""},
		{"nasty", "us", "ana", "/items/" + p.nasty, []map[string]string{{"open": "details:not([open]) > summary"}}, ""},
		{"planning", "us", "ana", "/items/" + p.plain + "/plan", nil, ""},
		{"plan", "us", "ana", "/items/" + p.plain + "/plan", plan, "NOT:mx/sre"},
		{"best", "us", "ana", "/items/" + p.plain + "/plan", []map[string]string{plan[0], {"press": `button[value="best"]`}}, ""},
		{"mended", "us", "ana", "/items/" + p.plain + "/plan", append(plan, map[string]string{"press": `button[value^="remedy tear"]`}), ""},
		{"nastyplan", "us", "ana", "/items/" + p.nasty + "/plan", plan, ""},
		{"trail", "us", "ana", "/items/" + p.sent + "/trail", nil, ""},
		{"inbox", "mx", "ana", "/inbox", nil, ""},
		{"opened", "mx", "ana", "/inbox", []map[string]string{{"press": `form[action="/inbox/` + p.came + `"] button`}}, "Container 77"},
		{"conditions", "mx", "nina", "/inbox", []map[string]string{{"press": `form[action="/inbox/` + p.warning + `"] button`}}, ""},
		{"duties", "mx", "ana", "/duties", nil, ""},
		{"trails", "us", "rev", "/trails", nil, ""}, {"filed", "mx", "ana", "/duties?all=yes", []map[string]string{{"press": `form[action$="/file"] button`}}, "Contact report"},
		{"search", "us", "ana", "/search", []map[string]string{{"fill": "input[name=words]", "with": "engines"}, {"press": "main button"}}, "four engines"},
		{"waiting", "us", "ana", "/waiting", nil, ""}, {"partners", "us", "chief", "/partners", nil, ""},
		{"packs", "us", "rev", "/packs", nil, ""}, {"pack", "us", "ana", "/packs/mx-guidelines-2021/1", nil, ""},
		{"status", "us", "chief", "/status", nil, ""}, {"sessions", "us", "ana", "/sessions", nil, ""},
		{"sent", "us", "ana", "/items/" + fresh + "/plan", []map[string]string{plan[0], plan[1], {"press": `button[formaction$="/release"]`}}, ""},
		{"placed", "us", "ana", "/items/" + p.plain + "/plan", []map[string]string{plan[0], plan[1], {"fill": "textarea", "with": "lives at stake"}, {"press": `button[formaction$="/release"]`}}, ""},
		{"waits", "us", "ana", "/waiting", nil, ""},
		{"absent", "us", "ana", "/nothing", nil, ""},
	}
	job := map[string]any{"modules": modules, "browser": chromium, "pages": pages, "script": true, "shots": os.Getenv("COMITY_SCREENS"),
		"sides": map[string]string{"us": us.URL, "mx": mx.URL}, "schemes": []string{"light", "dark"}, "widths": []int{1280, 390}, "languages": []string{"en", "es"}}
	if testing.Short() {
		job["languages"], job["widths"] = []string{"en"}, []int{1280}
	}
	if axe := filepath.Join(modules, "node_modules", "axe-core", "axe.min.js"); exists(axe) {
		job["axe"] = axe // WCAG 2.2 AA on every page, where axe-core is installed beside it
	}
	browse(t, "testdata/screens.mjs", job)
	job["shots"], job["script"], job["schemes"], job["widths"], job["languages"] = "", false, []string{"light"}, []int{1280}, []string{"en"}
	browse(t, "testdata/screens.mjs", job) // all but the way in works without script
}
