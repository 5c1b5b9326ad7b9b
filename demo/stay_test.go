package demo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"comity/demo"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// left is a demonstration that stays, in a process of its own.
type left struct {
	People []demo.Person
	Try    []string
	cmd    *exec.Cmd
	temp   string
}

// stayed plays the story and gives what it leaves.
func stayed(t *testing.T) *left {
	t.Helper()
	l := &left{temp: t.TempDir()}
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(stop)
	l.cmd = exec.CommandContext(ctx, programs(t), "--json", "demo", "--stay")
	l.cmd.Env = append(os.Environ(), "TMPDIR="+l.temp)
	l.cmd.Stderr = os.Stderr
	l.cmd.Cancel = func() error { return l.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := l.cmd.StdoutPipe()
	must(t, err)
	must(t, l.cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Buffer(nil, 1<<20); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), `{"people"`) {
			must(t, json.Unmarshal(lines.Bytes(), l))
			return l
		}
	}
	t.Fatalf("nobody was invited: %v", l.cmd.Wait())
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (l *left) link(t *testing.T, handle string) string {
	t.Helper()
	for _, p := range l.People {
		if p.Handle == handle {
			return p.Link
		}
	}
	t.Fatalf("there is no %s", handle)
	return ""
}

// logs shows what both nodes wrote down, if something went wrong.
func (l *left) logs(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(l.temp, "*", "*.log"))
	for _, f := range files {
		if b, err := os.ReadFile(f); t.Failed() && err == nil {
			t.Logf("%s:\n%s", filepath.Base(f), b)
		}
	}
}

// origins are where both sides are.
func (l *left) origins(t *testing.T) (us, mx string) {
	t.Helper()
	for handle, into := range map[string]*string{"ana": &us, "lince": &mx} {
		u, err := url.Parse(l.link(t, handle))
		must(t, err)
		*into = u.Scheme + "://" + u.Host
	}
	return us, mx
}

// The nodes stay with people to be, and a stranger who reads nothing else shares the
// report the right way and sees why the wrong way is refused. By Ctrl-C all of it
// ends, and nothing is left.
func TestStay(t *testing.T) {
	l := stayed(t)
	us, mx := l.origins(t)
	if len(l.People) != 10 || len(l.Try) < 4 || us == mx {
		t.Errorf("%d people, %d things to try, at %s and %s", len(l.People), len(l.Try), us, mx)
	}
	t.Run("links", func(t *testing.T) {
		_, secret, _ := strings.Cut(l.link(t, "ana"), "#")
		for given, want := range map[string]int{secret: 200, "wrong": 403, strings.Repeat("A", len(secret)): 403, "": 403} {
			body := fmt.Sprintf(`{"secret":%q}`, given)
			r, err := http.NewRequest("POST", us+"/enter/begin", strings.NewReader(body))
			must(t, err)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Origin", us)
			got, err := http.DefaultClient.Do(r)
			must(t, err)
			_ = got.Body.Close()
			if got.StatusCode != want {
				t.Errorf("the secret %q gives %d", given, got.StatusCode)
			}
		}
	})
	t.Run("a stranger", func(t *testing.T) { stranger(t, l) })
	t.Run("an import", func(t *testing.T) { imports(t, l) })
	l.logs(t) // they are removed with the nodes

	must(t, l.cmd.Process.Signal(syscall.SIGINT))
	if err := l.cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	for _, origin := range []string{us, mx} {
		if c, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://")); err == nil {
			_ = c.Close()
			t.Errorf("%s still answers", origin)
		}
	}
	if files, err := os.ReadDir(l.temp); err != nil || len(files) > 0 {
		t.Errorf("left is %v (%v)", files, err)
	}
}

// When nobody listens to the story any more it ends, and takes its nodes along.
func TestNobodyListens(t *testing.T) {
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), programs(t), "demo")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "The node of") { // a node is served by then
	}
	must(t, out.Close())
	if err := cmd.Wait(); err == nil {
		t.Error("it went on to nobody")
	}
	if files, err := os.ReadDir(temp); err != nil || len(files) > 0 {
		t.Errorf("left is %v (%v)", files, err)
	}
}

// stranger sits on both sides in one browser.
func stranger(t *testing.T, l *left) {
	w := browsertest.Window(t, browsertest.Open(t), browser.Look{})
	ana, lince := browsertest.Enter(t, w, l.link(t, "ana")), browsertest.Enter(t, w, l.link(t, "lince"))

	ana.Turn("nav a", "Items")
	ana.Turn("main a", "Who pays for fuel")
	ana.Turn("main a", "Plan")
	ana.Press(`input[value="mx/semar/uin"]`)
	ana.Turn("button", "Who will see it")
	ana.Shows("Blocked", "NOT:mx/sspc", "REL:us/dea/desk")
	ana.Turn(`button[value^="remedy tear 2"]`)
	ana.Shows("Blocked")
	ana.Turn(`button[value^="remedy tear 3"]`)
	ana.Shows("Not stopped")
	ana.Turn(`button[formaction$="/release"]`)
	ana.Shows("Released")

	for end := time.Now().Add(30 * time.Second); ; { // until it has crossed
		lince.Turn("nav a", "Inbox")
		if strings.Contains(lince.Text(), "Who pays for fuel") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nothing came: " + lince.Text())
		}
	}
	lince.Turn("main li:first-child button")
	lince.Shows("It must not be passed on")
	lince.Turn("main button", "I accept")
	lince.Shows("four times the fuel")
	lince.Hides("R-2214", "Mariela")
}
