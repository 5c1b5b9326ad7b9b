package reader_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"comity/fault"
	"comity/intake"
	"comity/intake/reader"
)

// The test's own program is the process that reads, and the hostile ones.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if act := acts[os.Args[1]]; act != nil {
			act()
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

var acts = map[string]func(){
	"read": func() {
		if err := reader.Child(context.Background(), os.Stdin, os.Stdout, ""); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	},
	"read with": func() {
		if err := reader.Child(context.Background(), os.Stdin, os.Stdout, os.Args[2]); err != nil {
			os.Exit(1)
		}
	},
	"panic": func() { panic("a hostile document") },
	"hang":  func() { time.Sleep(time.Hour) },
	"spawn": func() {
		c := exec.Command("sleep", "3611")
		_ = c.Start()
		_ = os.WriteFile(os.Getenv("PID"), []byte(fmt.Sprint(c.Process.Pid)), 0o600)
		time.Sleep(time.Hour)
	},
	"silent":  func() {},
	"garbage": func() { _, _ = os.Stdout.Write([]byte("\x00\x00\x00\x05hello and more")) },
	"long": func() {
		for b := make([]byte, 1<<20); ; {
			if _, err := os.Stdout.Write(b); err != nil {
				os.Exit(1)
			}
		}
	},
	"cut short": func() {
		tell(`{"document":{"format":"text","blocks":[{"kind":"paragraph","text":"x"}]},"files":[{"name":"a.png","size":1000}]}`)
	},
	"a picture of no file": func() {
		tell(`{"document":{"format":"text","blocks":[{"kind":"paragraph","text":"x","pictures":[{"file":7}]}]}}`)
	},
	"an escape sequence": func() {
		tell(`{"document":{"format":"text","title":"\u001b[2J","blocks":[{"kind":"paragraph","text":"x"}]}}`)
	},
	"a turned text": func() {
		tell(`{"document":{"format":"text","blocks":[{"kind":"paragraph","text":"\u202egro"}]}}`)
	},
	"an unknown aside": func() {
		tell(`{"document":{"format":"text","blocks":[{"kind":"paragraph","text":"x","aside":"<b>"}]}}`)
	},
	"confined": confined,
}

func tell(head string) {
	_, _ = os.Stdout.Write(append([]byte{0, 0, byte(len(head) >> 8), byte(len(head))}, head...))
}

// confined tries what no reader may do, once it reads.
func confined() {
	said := ""
	try := func(what string, err error) {
		if err == nil {
			said += what + " "
		}
	}
	done := make(chan struct{})
	in, feed, _ := os.Pipe()
	go func() {
		_ = reader.Child(context.Background(), in, &bytes.Buffer{}, "")
		close(done)
	}()
	time.Sleep(300 * time.Millisecond) // it is confined before it reads
	there := os.Getenv("THERE")
	try("chmod", os.Chmod(there, 0o666))
	try("truncate", os.Truncate(there, 0))
	try("label", unix.Setxattr(there, "user.x", []byte("x"), 0))
	try("link", os.Symlink("/etc/passwd", there+".link"))
	try("remove", os.Remove(there))
	try("rename", os.Rename(there, there+".moved"))
	try("kill", unix.Kill(os.Getppid(), 0))
	if c, err := net.Dial("unix", os.Getenv("SOCKET")); err == nil {
		_ = c.Close()
		try("speak", nil)
	}
	if landlock() {
		_, err := os.ReadFile(there)
		try("read", err)
		f, err := os.OpenFile(there, os.O_RDWR, 0)
		try("open", err)
		_ = f.Close()
	}
	try("write", os.WriteFile(filepath.Join(os.TempDir(), fmt.Sprint("comity-reader-", os.Getpid())), []byte("x"), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		c, err := net.DialTimeout("tcp", l.Addr().String(), time.Second)
		if err == nil {
			_ = c.Close()
			try("dial", nil)
		}
	}
	_ = feed.Close()
	<-done
	if os.Getenv("SECRET") != "" {
		said += "environment "
	}
	tell(fmt.Sprintf(`{"document":{"format":"text","title":%q,"blocks":[{"kind":"paragraph","text":"x"}]}}`, strings.TrimSpace(said)))
}

// landlock tells whether the system knows it, and this program can have it for all
// its threads: one with C in it cannot.
func landlock() bool {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "CGO_ENABLED", Value: "1"}) {
		return false
	}
	_, _, failed := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return failed == 0
}

func of(t *testing.T, act string) reader.Reader {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return reader.Reader{Path: path, Args: []string{path, act}}
}

func read(t *testing.T, name, content string) (reader.Reading, error) {
	t.Helper()
	return of(t, "read").Read(t.Context(), reader.Input{Name: name, Content: []byte(content)})
}

// Each format is told by its content, and where that says too little by its name.
func TestFormats(t *testing.T) {
	const html = "<!doctype html><title>Boats</title><article><h1>Boats</h1><p>Three fast boats left the port at night, and nobody has seen them since that day.</p></article>"
	const letter = "From: ana@example.org\r\nTo: bo@example.org\r\nSubject: Boats\r\nDate: Fri, 26 Jul 2024 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain\r\n\r\nThree fast boats left the port.\r\n"
	for name, c := range map[string]struct {
		file, content string
		format        intake.Format
	}{
		"text":                  {"a", "Three fast boats left the port.", intake.Text},
		"markdown":              {"a.md", "# Boats\n\nThree fast boats left the port.", intake.Markdown},
		"page":                  {"a.html", html, intake.HTML},
		"page without a name":   {"-", html, intake.HTML},
		"page under a lie":      {"a.txt", html, intake.HTML},
		"mail":                  {"a.eml", letter, intake.Mail},
		"mail without a name":   {"-", letter, intake.Mail},
		"document":              {"a.docx", docx(t, "Three fast boats left the port."), intake.Word},
		"document under a lie":  {"a.pdf", docx(t, "Three fast boats left the port."), intake.Word},
		"text that says header": {"a.txt", "Note: this is no mail\n\nThree fast boats.", intake.Text},
	} {
		r, err := read(t, c.file, c.content)
		if err != nil || r.Document.Format != c.format {
			t.Errorf("%s: %q, %v", name, r.Document.Format, err)
			continue
		}
		text := ""
		for _, b := range r.Document.Blocks {
			if b.Aside == "" {
				text += b.Text
			}
		}
		if !strings.Contains(text, "hree fast boats") {
			t.Errorf("%s: the text is %q", name, text)
		}
	}
}

// archive is a page as Chrome saves it in one file: one part HTML, one a frame inside
// it, two pictures.
const archive = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://daily.example/boats\r\nSubject: =?utf-8?Q?Boats?=\r\nDate: Fri, 26 Jul 2024 10:00:00 -0600\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----MultipartBoundary--x----\"\r\n\r\n\r\n" +
	"------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://daily.example/boats\r\n\r\n" +
	"<!DOCTYPE html><html><head><meta charset=3D\"utf-8\"><link rel=3D\"canonical\" href=3D\"https://other.example/\"></head><body><article><h1>Boats of N=C3=BA=C3=B1ez</h1><p>Three fast boats left the port at night, and nobody=\r\n has seen them since that day.</p><img src=3D\"https://daily.example/p/a.gif?w=3D3\"><p>They came back in the morning, and this is the end of it all.</p><img src=3D\"cid:B@x\"><img src=3D\"p/a.gif?w=3D4\"></article></body></html>\r\n" +
	"------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-Location: cid:frame-2@mhtml.blink\r\n\r\n<p>A frame of somebody who advertises.\r\n" +
	"------MultipartBoundary--x----\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://daily.example/p/a.gif?w=3\r\n\r\nR0lGODlhQABAAAAA\r\n" +
	"------MultipartBoundary--x----\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <b@x>\r\n\r\nR0lGODlhQABAAAAB\r\n" +
	"------MultipartBoundary--x----\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://daily.example/p/a.gif?w=4\r\n\r\nR0lGODlhQABAAAAC\r\n" +
	"------MultipartBoundary--x------\r\n"

// A page in one file is a page with its pictures, under every name that it may have.
func TestPageInOneFile(t *testing.T) {
	for _, name := range []string{"a.mhtml", "a.mht", "-", "a.eml", "a.html"} {
		r, err := read(t, name, archive)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		d := r.Document
		if d.Format != intake.HTML || d.Title != "Boats of Núñez" || d.Source != "https://daily.example/boats" || len(d.Files) != 3 || len(r.Attached) != 0 {
			t.Errorf("%s: %q, %q from %q with %d files", name, d.Format, d.Title, d.Source, len(d.Files))
		}
		for _, b := range d.Blocks {
			if strings.Contains(b.Text, "advertises") {
				t.Errorf("%s: a frame is text: %q", name, b.Text)
			}
		}
	}
	for name, content := range map[string]string{
		"no page":     "From: <Saved by Blink>\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: image/gif\r\n\r\na\r\n--x--\r\n",
		"no boundary": "From: <Saved by Blink>\r\nContent-Type: multipart/related\r\n\r\nnothing",
		"no text":     "From: <Saved by Blink>\r\nContent-Type: text/html\r\n\r\n<p>",
	} {
		if _, err := read(t, "a.mhtml", content); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r, err := read(t, "a.mht", "<html><title>Boats</title><p>Three fast boats.</p></html>"); err != nil || r.Document.Format != intake.HTML {
		t.Errorf("HTML under that name: %q, %v", r.Document.Format, err)
	}
	if _, err := read(t, "letter.eml", "From: ana@example.org\r\nTo: bo@example.org\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Three fast boats.\r\n--x--\r\n"); err != nil {
		t.Error(err)
	}
}

// docx makes the least that is a document.
func docx(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:body></w:document>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is no document of a known format says what to do.
func TestNotRead(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		kind          fault.Kind
	}{
		"nothing":          {"a.txt", "", fault.Invalid},
		"too much":         {"a.txt", strings.Repeat("x", intake.MaxFile+1), fault.TooLarge},
		"a picture":        {"a.jpg", "\xff\xd8\xff\xe0 JFIF", fault.Unsupported},
		"rich text":        {"a.rtf", `{\rtf1 boats}`, fault.Unsupported},
		"an archive":       {"a.zip", "PK\x03\x04 and nothing more", fault.Invalid},
		"an old document":  {"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing more", fault.Unsupported},
		"a broken PDF":     {"a.pdf", "%PDF-1.7\nnothing more", fault.Invalid},
		"bytes of no text": {"a.txt", "a\x00b\x00", fault.Unsupported},
	} {
		_, err := read(t, c.file, c.content)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", name, err, c.kind)
		} else if e := fault.Safe(err); e.Hint == "" && c.content != "" {
			t.Errorf("%s: %v does not say what to do", name, err)
		}
	}
}

// A process that a document has taken over gets nowhere: whatever it answers or
// does is a refusal, and in time.
func TestHostileProcess(t *testing.T) {
	for act, kind := range map[string]fault.Kind{"panic": fault.Invalid, "hang": fault.TooLarge, "silent": fault.Invalid, "garbage": fault.Invalid, "long": fault.Invalid,
		"cut short": fault.Invalid, "a picture of no file": fault.Invalid, "an escape sequence": fault.Invalid, "a turned text": fault.Invalid, "an unknown aside": fault.Invalid} {
		r := of(t, act)
		if act == "hang" {
			r.Most = time.Second
		}
		if _, err := r.Read(t.Context(), reader.Input{Name: "a.txt", Content: []byte("x")}); !fault.Is(err, kind) {
			t.Errorf("%s: %v", act, err)
		}
	}
}

// What a process has started ends with it.
func TestNothingIsLeftBehind(t *testing.T) {
	r := of(t, "spawn")
	r.Most = 2 * time.Second
	pid := filepath.Join(t.TempDir(), "pid")
	r.Env = []string{"PID=" + pid}
	if _, err := r.Read(t.Context(), reader.Input{Name: "a.txt", Content: []byte("x")}); !fault.Is(err, fault.TooLarge) {
		t.Fatal(err)
	}
	b, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscan(string(b), &n); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n))
		if err != nil || bytes.Contains(state, []byte(") Z ")) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %d lives on", n)
		}
	}
}

// A folder of what was compiled that is stale or damaged does not stop the reading.
func TestStaleFolder(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "narratives", "legal", "ofac-compliance-framework-2019.pdf"))
	if err != nil {
		t.Skip("the narratives are not there")
	}
	stale := t.TempDir()
	if err := os.MkdirAll(filepath.Join(stale, "wazero-v0.0.1-amd64-linux"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := of(t, "read with")
	r.Args = append(r.Args, stale)
	if _, err := r.Read(t.Context(), reader.Input{Name: "a.pdf", Content: b}); err != nil {
		t.Error(err)
	}
}

// The process changes no file and reads none but the system's, reaches neither a
// network nor a socket nor another process, and does not see the environment.
func TestConfined(t *testing.T) {
	t.Setenv("SECRET", "hunter2")
	there := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	hostile := of(t, "confined")
	hostile.Env = []string{"THERE=" + there, "SOCKET=" + socket}
	r, err := hostile.Read(t.Context(), reader.Input{Name: "a.txt", Content: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	did := r.Document.Title
	if did != "" {
		t.Errorf("the process could %s", did)
	}
}

// Without a program there is no reading, and it says so.
func TestNoProgram(t *testing.T) {
	r := reader.Reader{Path: filepath.Join(t.TempDir(), "nothing"), Args: []string{"nothing"}}
	if _, err := r.Read(t.Context(), reader.Input{Name: "a", Content: []byte("x")}); !fault.Is(err, fault.Internal) {
		t.Error(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := of(t, "read").Read(ctx, reader.Input{Name: "a", Content: []byte("x")}); err == nil {
		t.Error("it was read after the end")
	}
}

// Every narrative is read, or says why not: one is a picture of a page, one a Word file
// from before 2007.
func TestNarratives(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "data", "narratives")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the narratives are not there: ", root)
	}
	n, refused := 0, map[string]fault.Kind{}
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "README.md" || strings.HasSuffix(path, ".gz") {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		r, err := of(t, "read").Read(t.Context(), reader.Input{Name: e.Name(), Content: b})
		if err != nil {
			refused[e.Name()] = fault.KindOf(err)
			return nil
		}
		if d, err := r.Document.Draft(); err != nil || len(d.Portions) == 0 {
			t.Errorf("%s: %d portions, %v", e.Name(), len(d.Portions), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(refused, "opinion_pdf_image_based.pdf") // a machine that has tesseract reads it
	if want := map[string]fault.Kind{"opinion_doc.doc": fault.Unsupported}; n != 86 || !maps.Equal(refused, want) {
		t.Errorf("of %d these were refused: %v", n, refused)
	}
}
