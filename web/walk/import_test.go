package walk_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comity/console"
	"comity/holdings"
	"comity/intake"
	"comity/intake/reader"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// child has this program be the process that reads a document.
const child = "COMITY_WALK_READS"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		if err := reader.Child(context.Background(), os.Stdin, os.Stdout, ""); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// files are documents of each format with a text as it is, as their writer would write
// it, and in every place that a format has beside the words.
func files(text string) map[string][]byte {
	as := html.EscapeString(text)
	page := func(body string) string {
		return `<!doctype html><html lang="en"><head><title>` + as + `</title><meta name="author" content="` + as + `"><meta property="og:url" content="https://example.org/` + as + `"></head><body><article><h1>` + as +
			`</h1><p>A sentence of the document that is long enough to be one of its own, and says nothing.</p>` + body + `<p>Another sentence of the document that is long enough to be one of its own.</p></article></body></html>`
	}
	mail := func(kind, body string) []byte {
		line := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '?'
			}
			return r
		}, text)
		encoded := base64.StdEncoding.EncodeToString([]byte(body))
		return []byte("From: \"" + strings.ReplaceAll(line, `"`, "") + "\" <a@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(text)) + "?=\r\nDate: Fri, 20 Nov 2026 15:00:00 +0000\r\n" +
			"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded +
			"\r\n--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"" + strings.ReplaceAll(line, `"`, `'`) + "\"\r\n\r\nbytes\r\n--x--\r\n")
	}
	return map[string][]byte{
		"as it is.html":    []byte(page("<p>" + text + "</p>")),
		"escaped.html":     []byte(page("<p>" + as + "</p><figure><img src=x.png alt=\"" + as + "\"><figcaption>" + as + "</figcaption></figure><table><tr><td>" + as + "</td></tr></table>")),
		"in a comment.htm": []byte(page("<!-- " + text + " --><p title=\"" + as + "\" " + text + ">words</p>")),
		"plain.txt":        []byte("A title\n\n" + text + "\n\nThe end of it, in words.\n"),
		"marked.md":        []byte("---\ntitle: " + text + "\n---\n\n# " + text + "\n\n" + text + "\n\n> " + text + "\n"),
		"mail.eml":         mail("text/plain", "Words.\n\n"+text+"\n"),
		"mail of html.eml": mail("text/html", page("<p>"+text+"</p><p>"+as+"</p>")),
		"saved.mhtml": []byte("From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x; type=\"text/html\"\r\n\r\n--x\r\nContent-Type: text/html\r\n" +
			"Content-Location: https://example.org/\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(page("<p>"+text+"</p><p>"+as+"</p>"))) + "\r\n--x--\r\n"),
		"word.docx": docx(as),
	}
}

func docx(text string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	for name, s := range map[string]string{
		"[Content_Types].xml": `<Types/>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + kind + `officeDocument" Target="word/document.xml"/></Relationships>`,
		"docProps/core.xml":   `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>` + text + `</dc:title><dc:creator>` + text + `</dc:creator></cp:coreProperties>`,
		"word/document.xml": `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text +
			`</w:t></w:r></w:p><w:p><w:r><w:t>More words.</w:t></w:r></w:p><w:sectPr/></w:body></w:document>`,
	} {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(s))
	}
	_ = z.Close()
	return b.Bytes()
}

// TestHostileDocuments: documents of every format, read in a process of their own as
// the program reads them, make pages that have nothing but texts in them.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.us
	r := reader.Reader{Path: got(os.Executable())(t), Args: []string{"reader"}, Env: []string{child + "=1"}}
	plain, odd, bad := corpus(t)
	var list []payload
	for n, p := range append(append(plain, odd...), bad...) {
		if n%14 == 4 && len(p.text) < 4000 || n >= len(plain) {
			list = append(list, p)
		}
	}
	taken, refused := map[string]int{}, map[string]int{}
	for n, p := range list {
		for name, content := range files(p.text) {
			if n%3 != len(name)%3 { // each format gets a third of them
				continue
			}
			read, err := r.Read(context.Background(), reader.Input{Name: name, Content: content})
			if err != nil {
				refused[name]++
				continue
			}
			id, err := bring(s, "xana", p.text+filepath.Ext(name), content, read)
			if err != nil {
				t.Errorf("%s with %.60q was read and not taken: %v", name, p.text, err)
				continue
			}
			taken[name]++
			for _, a := range []call{{who: "xana", method: "GET", path: "/items/" + id}, {who: "xana", method: "POST", path: "/items/" + id + "/plan", form: form("to", "mx/semar/uin", "act", "plan")}} {
				page := s.ask(a)
				if page.Code != 200 {
					t.Errorf("%s with %.60q gave %d", name, p.text, page.Code)
				}
				armoured(t, name, page)
				inert(t, name, page.Body.String())
			}
		}
	}
	for _, path := range []string{"/items", "/search"} {
		a := s.ask(call{who: "xana", method: map[bool]string{true: "POST", false: "GET"}[path == "/search"], path: path, form: form("words", "words")})
		armoured(t, path, a)
		inert(t, path, a.Body.String())
	}
	t.Logf("taken %v, refused %v", taken, refused)
	for name := range files("x") {
		if taken[name] < 3 {
			t.Errorf("only %d of %s were taken", taken[name], name)
		}
	}
}

// bring makes an item of what was read, as an officer's program does.
func bring(s *side, who party.Handle, file string, content []byte, r reader.Reading) (string, error) {
	d, err := r.Document.Draft()
	if err != nil {
		return "", err
	}
	c := console.ImportDocument{Title: d.Title, Again: true, Source: holdings.Source{Format: string(r.Document.Format), Byline: r.Document.Byline, Date: r.Document.Date, Address: r.Document.Source,
		Language: r.Document.Language, Notes: r.Document.Notes, Content: ref.Content(content)}}
	if c.Title == "" {
		c.Title = "Without a title"
	}
	if base := filepath.Base(file); intel.Plain(base, false) && len(base) < 200 {
		c.Source.File = base
	}
	for _, p := range d.Portions {
		c.Texts = append(c.Texts, p.Text)
	}
	for _, a := range d.Aside {
		c.Aside = append(c.Aside, holdings.AsideText{Text: a.Text, Why: string(a.Why), After: a.After})
	}
	v, err := console.Call(context.Background(), s.node, s.officers[who].signer, c)
	if err != nil {
		return "", err
	}
	id := v.View.Item.ID.String()
	for n, f := range append(append([]intake.File{}, r.Document.Files...), r.Attached...) {
		x := intel.Exhibit{Content: ref.Content(f.Content), Size: int64(len(f.Content)), Media: "application/octet-stream"}
		if intel.Plain(f.Name, false) && len(f.Name) < intel.MaxCaption {
			x.Caption = f.Name
		}
		if _, err := console.Call(context.Background(), s.node, s.officers[who].signer, console.UploadParts{Item: id, Exhibit: x, From: 1, Bytes: f.Content}); err != nil {
			return "", fmt.Errorf("file %d: %w", n, err)
		}
		if _, err := console.Call(context.Background(), s.node, s.officers[who].signer, console.AttachExhibits{Item: id, Exhibits: []holdings.Placed{{Portion: 1, Exhibit: x}}}); err != nil {
			return "", fmt.Errorf("file %d: %w", n, err)
		}
	}
	return id, nil
}
