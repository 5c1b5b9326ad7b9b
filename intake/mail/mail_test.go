package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intake"
	"comity/intake/mail"
	"comity/intake/prose"
	"comity/intake/prose/prosetest"
)

// html stands for the reader of pages: words between marks are paragraphs.
func html(b []byte) (intake.Document, error) {
	s, marked := strings.CutPrefix(string(b), "\ufeff")
	if !marked {
		return intake.Document{}, errors.New("no mark of byte order")
	}
	if strings.Contains(s, "broken") {
		return intake.Document{}, fault.New(fault.Invalid, "broken")
	}
	var d intake.Document
	for p := range strings.SplitSeq(s, "<p>") {
		b := intake.Block{Kind: intake.Paragraph}
		if src, rest, ok := strings.Cut(p, ">"); ok && strings.HasPrefix(src, "<img src=") {
			b.Pictures, p = []intake.Picture{{Name: strings.TrimPrefix(src, "<img src=")}}, rest
		}
		if b.Text = prose.Paragraph(p); b.Text != "" || len(b.Pictures) > 0 {
			d.Blocks = append(d.Blocks, b)
		}
	}
	return d, nil
}

func read(t *testing.T, lines ...string) (intake.Document, []mail.Attachment) {
	t.Helper()
	d, files, err := mail.Read([]byte(strings.Join(lines, "\r\n")), mail.Options{HTML: html})
	if err != nil {
		t.Fatal(err)
	}
	sound(t, d, files)
	return d, files
}

func sound(t prosetest.TB, d intake.Document, files []mail.Attachment) {
	t.Helper()
	prosetest.Sound(t, d)
	names := map[string]bool{}
	for _, f := range files {
		if f.Name == "" || f.Name == "." || f.Name == ".." || strings.ContainsAny(f.Name, `/\`) || f.Name != prose.Line(f.Name) || names[f.Name] || f.Media != prose.Line(f.Media) {
			t.Errorf("an attachment is named %q (%q)", f.Name, f.Media)
		}
		names[f.Name] = true
	}
}

// told gives the blocks below the head.
func told(d intake.Document) []string {
	var out []string
	for _, b := range d.Blocks[1:] {
		s := string(b.Kind)
		for _, p := range b.Pictures {
			s += fmt.Sprintf(" [%d]", p.File)
		}
		out = append(out, s+": "+b.Text)
	}
	return out
}

func expect(t *testing.T, d intake.Document, want ...string) {
	t.Helper()
	if got := told(d); strings.Join(got, "\n\n") != strings.Join(want, "\n\n") {
		t.Errorf("the blocks are\n%s\nnot\n%s", strings.Join(got, "\n\n"), strings.Join(want, "\n\n"))
	}
}

const head = "From: Ana Ruiz <ana@example.org>\r\nSubject: Ships\r\nDate: Fri, 3 May 2019 10:00:00 -0600"

func TestHeads(t *testing.T) {
	d, files := read(t, "From ana@example.org Fri May  3 10:00:00 2019", "From: =?utf-8?q?Ana_Ru=C3=ADz?= <ana@example.org>", "To: \"Luis, Jefe\" <luis@example.org>,", " =?iso-8859-1?B?Sm9z6Q==?= <jose@example.org>",
		"Cc: third@example.org", "Subject: =?utf-8?b?QmFyY29z?= de =?windows-1252?q?Tampico=97dos?=", "Date: Fri, 3 May 2019 10:00:00 -0600", "this is no line of a head", "X-Spam: yes", "", "Text.")
	if d.Title != "Barcos de Tampico—dos" || d.Byline != "Ana Ruíz" || d.Date != "2019-05-03T10:00:00-06:00" || d.Format != intake.Mail || len(files) > 0 || len(d.Notes) > 0 {
		t.Errorf("%q %q %q %q %v %q", d.Title, d.Byline, d.Date, d.Format, files, d.Notes)
	}
	want := "- From: Ana Ruíz <ana@example.org>\n- To: Luis, Jefe <luis@example.org>, José <jose@example.org>\n- Cc: third@example.org\n- Date: Fri, 3 May 2019 10:00:00 -0600\n- Subject: Barcos de Tampico—dos"
	if d.Blocks[0].Kind != intake.List || d.Blocks[0].Text != want {
		t.Errorf("the head is\n%s", d.Blocks[0].Text)
	}
	expect(t, d, "paragraph: Text.")
}

func TestHostileHeads(t *testing.T) {
	d, _ := read(t, "From: =?utf-8?q?Ana=E2=80=AE=00?= <a@x>, <b@x>", "From: c@x", "Subject: a\u202egpj.exe\x00\x1b[2J =?utf-8?q?=0D=0ABcc:_x?=", "Date: never", "To: undisclosed recipients", "", "Text.")
	if d.Title != "agpj.exe[2J Bcc: x" || d.Byline != "Ana" || d.Date != "" || len(d.Notes) != 2 {
		t.Errorf("%q %q %q %q", d.Title, d.Byline, d.Date, d.Notes)
	}
	var many []string
	for i := range 3000 {
		many = append(many, fmt.Sprintf("a%d@example.org", i))
	}
	d, _ = read(t, head, "To: "+strings.Join(many, ", "), "", "Text.")
	if !strings.Contains(d.Blocks[0].Text, "and 2950 more") {
		t.Errorf("the head has %d bytes", len(d.Blocks[0].Text))
	}
}

func TestPlainText(t *testing.T) {
	wide := "The first ship sailed from the port of Tampico on the night of the\r\nthird of May with a cargo of scrap metal, and it was seen by two of\r\nthe fishermen."
	d, _ := read(t, head, "Content-Type: text/plain; charset=utf-8", "", wide, "", "Short lines", "stay as they are.", "", "What was seen:", "- one ship,", "  at night", "- no lights", "", "1. first", "2. second", "",
		"# no heading", "", "1. alone is a paragraph", "", "-- ", "Ana Ruiz", "Harbour Police")
	expect(t, d, "paragraph: "+strings.ReplaceAll(wide, "\r\n", " "), "paragraph: Short lines\nstay as they are.", "paragraph: What was seen:", "list: - one ship, at night\n- no lights\n1. first\n2. second",
		"paragraph: #\u00a0no heading", "paragraph: 1.\u00a0alone is a paragraph", "paragraph: Ana Ruiz\nHarbour Police")
}

func TestQuotations(t *testing.T) {
	d, _ := read(t, head, "", "I agree.", "", "On Thu, 2 May 2019 at 09:00, Luis Jefe", "<luis@example.org> wrote:", "> One.", ">", "> > Two.", "> - three", "", "And:", "", "El jue, 2 de mayo de 2019 a las 9:00, Luis escribió:", "", "> Cuatro.", "",
		"He wrote:", "not quoted.", "", "-----Mensaje original-----", "De: Luis", "Para: Ana", "", "Cinco.")
	expect(t, d, "paragraph: I agree.", "quote: > On Thu, 2 May 2019 at 09:00, Luis Jefe <luis@example.org> wrote:\n> One.\n>\n> > Two.\n> - three", "paragraph: And:",
		"quote: > El jue, 2 de mayo de 2019 a las 9:00, Luis escribió:\n>\n> Cuatro.", "paragraph: He wrote:\nnot quoted.", "quote: > Mensaje original\n> De: Luis\n> Para: Ana", "quote: > Cinco.")
}

func TestFlowedText(t *testing.T) {
	d, _ := read(t, head, "Content-Type: text/plain; format=flowed; delsp=no", "", "One line that ", "goes on.", " From here.", "", ">> deep and ", ">> on", "> less", "", "Last ", "-- ", "Ana")
	expect(t, d, "paragraph: One line that goes on.\nFrom here.", "quote: > > deep and on\n> less", "paragraph: Last\nAna")
	d, _ = read(t, head, "Content-Type: text/plain; format=flowed; delsp=yes", "", "A long wo ", "rd.")
	expect(t, d, "paragraph: A long word.")
}

func TestCharactersAndPacking(t *testing.T) {
	for name, c := range map[string]struct{ head, body string }{
		"quoted-printable": {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", "Cami=C3=B3n de Jos=\r\n=C3=A9"},
		"base64":           {"Content-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: BASE64", "Q2FtacOzbiBk\r\nZSBKb3PDqQ==\r\n"},
		"base64, broken":   {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "Q2Ft acOz!bi BkZSBKb3PDqQ"},
		"latin-1":          {"Content-Type: text/plain; charset=iso-8859-1", "Cami\xf3n de Jos\xe9"},
		"not said":         {"", "Cami\xf3n de Jos\xe9"},
		"not said, UTF-8":  {"Content-Type: text/plain", "Camión de José"},
		"a wrong name":     {"Content-Type: text/plain; charset=us-ascii", "Camión de José"},
		"UTF-16":           {"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte("C\x00a\x00m\x00i\x00\xf3\x00n\x00 \x00d\x00e\x00 \x00J\x00o\x00s\x00\xe9\x00"))},
		"broken type":      {"Content-Type: text/plain; charset=utf-8; =;;", "Camión de José"},
	} {
		lines := []string{head, c.head, "", c.body}
		if c.head == "" {
			lines = []string{head, "", c.body}
		}
		d, _ := read(t, lines...)
		if got := strings.Join(told(d), "|"); got != "paragraph: Camión de José" || len(d.Notes) > 0 {
			t.Errorf("%s: %q %q", name, got, d.Notes)
		}
	}
	d, _ := read(t, head, "Content-Type: text/plain; charset=x-unheard", "", "Cami\xf3n")
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "characters that are not known") {
		t.Errorf("notes %q", d.Notes)
	}
}

// mixed makes the body of a part with parts.
func mixed(kind string, parts ...string) string {
	b := fmt.Sprintf("=_%d", len(strings.Join(parts, "")))
	var s strings.Builder
	s.WriteString("Content-Type: multipart/" + kind + "; boundary=\"" + b + "\"\r\n\r\nThis is a message in several parts.\r\n")
	for _, p := range parts {
		s.WriteString("--" + b + "\r\n" + p + "\r\n")
	}
	return s.String() + "--" + b + "--\r\n"
}

const (
	plain   = "Content-Type: text/plain\r\n\r\nThe plain words of the mail."
	page    = "Content-Type: text/html\r\n\r\n<p>The plain words of the mail.<p><img src=cid:Pic@1>"
	picture = "Content-Type: image/png; name=ship.png\r\nContent-ID: <pic@1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAA=="
)

func TestPartsThatAreAlike(t *testing.T) {
	d, _ := read(t, head, mixed("alternative", plain, page))
	expect(t, d, "paragraph: The plain words of the mail.")

	// A sender who shows people one thing and files another is found out.
	d, _ = read(t, head, mixed("alternative", "Content-Type: text/plain\r\n\r\nThe boats leave on Monday.", "Content-Type: text/html\r\n\r\n<p>The boats leave on Friday."))
	var taken, set string
	for _, b := range d.Blocks {
		if b.Aside == "" {
			taken += b.Text
		} else if b.Aside == intake.Other {
			set += b.Text
		}
	}
	if !strings.Contains(taken, "Friday") || strings.Contains(taken, "Monday") || !strings.Contains(set, "Monday") || len(d.Notes) == 0 {
		t.Errorf("taken %q, set aside %q, %q", taken, set, d.Notes)
	}
	d, _ = read(t, head, mixed("alternative", "Content-Type: text/plain\r\n\r\nThe boats leave - on Friday. https://example.org/x", "Content-Type: text/html\r\n\r\n<p>The boats leave on Friday."))
	if len(d.Notes) != 0 {
		t.Errorf("the same in two forms: %q", d.Notes)
	}
	d, _ = read(t, head, mixed("alternative", "Content-Type: text/plain\r\n\r\nGet a better program.", "Content-Type: text/html\r\n\r\n<p>"+strings.Repeat("What is said. ", 10)))
	expect(t, d, "paragraph: "+strings.TrimSpace(strings.Repeat("What is said. ", 10)))

	d, _ = read(t, head, mixed("alternative", mixed("related", page, picture)))
	expect(t, d, "paragraph: The plain words of the mail.", "paragraph [1]: ")
	if len(d.Files) != 1 || d.Files[0].Name != "ship.png" || d.Files[0].Media != "image/png" || !bytes.HasPrefix(d.Files[0].Content, []byte("\x89PNG")) || d.Blocks[2].Pictures[0].Name != "ship.png" {
		t.Errorf("files %v, %v", d.Files, d.Blocks[2].Pictures)
	}

	d, _ = read(t, head, mixed("alternative", plain, mixed("related", page, picture)))
	expect(t, d, "paragraph: The plain words of the mail.", "paragraph [1]: ")

	d, _ = read(t, head, mixed("alternative", plain, "Content-Type: text/html\r\n\r\nbroken"))
	expect(t, d, "paragraph: The plain words of the mail.")
}

func TestAttachments(t *testing.T) {
	inner := "From: Luis <luis@example.org>\r\nSubject: =?utf-8?q?M=C3=A1s/barcos?=\r\n\r\nInner."
	d, files := read(t, head, mixed("mixed", plain,
		"Content-Type: application/pdf; name=\"../../x.pdf\"\r\nContent-Disposition: attachment; filename=\"C:\\\\temp\\\\list.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=",
		"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"list.pdf\"\r\n\r\nx",
		"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''informe%20de%20Jos%C3%A9.txt\r\n\r\nattached text",
		"Content-Type: application/octet-stream; name=\"=?utf-8?q?evil=E2=80=AEfdp.exe?=\"\r\n\r\nx",
		"Content-Type: application/zip\r\n\r\nPK",
		"Content-Type: message/rfc822\r\n\r\n"+inner,
		"Content-Type: image/svg+xml\r\nContent-ID: <s>\r\n\r\n<svg/>",
		"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"))
	expect(t, d, "paragraph: The plain words of the mail.")
	var got []string
	for _, f := range files {
		got = append(got, f.Name+" "+f.Media+" "+fmt.Sprint(len(f.Content)))
	}
	want := []string{"list.pdf application/pdf 5", "list-2.pdf application/pdf 1", "informe de José.txt text/plain 13", "evilfdp.exe application/octet-stream 1", "attachment application/zip 2",
		"Más barcos.eml message/rfc822 " + fmt.Sprint(len(inner)), "attachment-2 image/svg+xml 6", "attachment-3 text/calendar 15"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the attachments are\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, _, err := mail.Read(files[5].Content, mail.Options{}); err != nil {
		t.Errorf("the inner message: %v", err)
	}
}

func TestSignedAndEncrypted(t *testing.T) {
	d, files := read(t, head, mixed("signed", plain, "Content-Type: application/pgp-signature\r\n\r\nx"))
	expect(t, d, "paragraph: The plain words of the mail.")
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "signature was not checked") || len(files) > 0 {
		t.Errorf("%q %v", d.Notes, files)
	}
	for _, b := range []string{mixed("encrypted", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", "Content-Type: application/octet-stream\r\n\r\nx"), "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx"} {
		if _, _, err := mail.Read([]byte(head+"\r\n"+b), mail.Options{HTML: html}); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "encrypted") {
			t.Errorf("gave %v", err)
		}
	}
}

func TestRefuses(t *testing.T) {
	deep := plain
	for range 40 {
		deep = mixed("mixed", deep)
	}
	many := make([]string, 1100)
	for i := range many {
		many[i] = plain
	}
	nested := make([]string, 40)
	for i := range nested {
		nested[i] = mixed("related", many[:30]...)
	}
	for name, c := range map[string]struct {
		text string
		kind fault.Kind
		says string
	}{
		"empty":           {"", fault.Invalid, "empty"},
		"no mail":         {"This is a letter.\n\nText.", fault.Invalid, "no mail"},
		"Outlook's":       {"\xD0\xCF\x11\xE0x", fault.Unsupported, "MSG"},
		"too large":       {head + "\r\n\r\n" + strings.Repeat("x", intake.MaxFile), fault.TooLarge, "bytes"},
		"no text":         {head + "\r\n\r\n \r\n", fault.Invalid, "no text"},
		"a huge head":     {head + "\r\nX: " + strings.Repeat("x", 300<<10) + "\r\n\r\nText.", fault.TooLarge, "head"},
		"a long head":     {head + strings.Repeat("\r\nX: y", 100_000) + "\r\n\r\nText.", fault.TooLarge, "head"},
		"deep":            {head + "\r\n" + deep, fault.TooLarge, "deep"},
		"many parts":      {head + "\r\n" + mixed("mixed", many...), fault.TooLarge, "parts"},
		"many inside":     {head + "\r\n" + mixed("mixed", nested...), fault.TooLarge, "parts"},
		"many paragraphs": {head + "\r\n\r\n" + strings.Repeat("x\r\n\r\n", intake.MaxBlocks+1), fault.TooLarge, "paragraphs"},
		"broken page":     {head + "\r\nContent-Type: text/html\r\n\r\nbroken", fault.Unsupported, "web page"},
	} {
		_, _, err := mail.Read([]byte(c.text), mail.Options{HTML: html})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(err.Error(), c.says) || f.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := mail.Read([]byte(head+"\r\n"+page), mail.Options{}); !fault.Is(err, fault.Unsupported) {
		t.Errorf("a page without a reader of pages: %v", err)
	}
	over := fault.New(fault.TooLarge, "too much")
	if _, _, err := mail.Read([]byte(head+"\r\n"+page), mail.Options{HTML: func([]byte) (intake.Document, error) { return intake.Document{}, over }}); !errors.Is(err, over) {
		t.Errorf("a page over a limit: %v", err)
	}
}

func TestDamagedParts(t *testing.T) {
	d, _ := read(t, head, "Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "What is there is read,", "and no end comes")
	expect(t, d, "paragraph: What is there is read,\nand no end comes")
	d, _ = read(t, head, "Content-Type: multipart/mixed", "", "No boundary is said.")
	expect(t, d, "paragraph: No boundary is said.")
}

// Whatever lines a text has, its blocks are read as they were made.
func TestAnyText(t *testing.T) {
	lines := rapid.SampledFrom([]string{"", "a", "> b", ">> c", "- d", "1. e", "  2) f", "# g", "```", "---", "-- ", "On 1 May 2019, X wrote:", "wrote:", "-----Original Message-----", "\u202e", "=\r==", strings.Repeat("long ", 14), "x ", " y", "\x00"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(lines, 1, 15).Draw(t, "lines"), "\r\n")
		kind := rapid.SampledFrom([]string{"text/plain", "text/plain; format=flowed", "text/plain; format=flowed; delsp=yes"}).Draw(t, "kind")
		d, files, err := mail.Read([]byte(head+"\r\nContent-Type: "+kind+"\r\n\r\n"+text), mail.Options{})
		if err == nil {
			sound(t, d, files)
		} else if !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		head + "\r\n\r\nText.\n> quoted\n", head + "\r\n" + mixed("alternative", plain, mixed("related", page, picture)), head + "\r\n" + mixed("mixed", plain, "Content-Type: message/rfc822\r\n\r\n"+head+"\r\n\r\nInner."),
		"From: =?utf-8?q?a?= <a@x>\nContent-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: base64\n\nAAAA", "Subject: x\nContent-Type: multipart/mixed; boundary=\"\n\n--\n", "Subject: x\n\nOn 1 x\nwrote:\n>",
		head + "\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\n>> a \r\n> b\r\n-- \r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, files, err := mail.Read(b, mail.Options{HTML: html})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("gave %v", err)
			}
			return
		}
		sound(t, d, files)
	})
}

// FuzzArchive asks for every name of an archive, and for some that it has not.
func FuzzArchive(f *testing.F) {
	for _, s := range []string{
		"From: <Saved by Blink>\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=latin1\nContent-Location: https://x.org/a/\n\n<p>\xfa\n--x\nContent-Location: b.gif\nContent-Id: <c>\n\nGIF\n--x--",
		"Snapshot-Content-Location: javascript:x\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n", "", "\n",
	} {
		f.Add([]byte(s), "cid:c")
	}
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		mail.IsArchive(b)
		a, err := mail.ReadArchive(b)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("gave %v", err)
			}
			return
		}
		if strings.Contains(a.Source, " ") || a.Source != "" && !strings.HasPrefix(strings.ToLower(a.Source), "http") {
			t.Errorf("the source is %q", a.Source)
		}
		for _, name := range []string{name, "b.gif", "cid:C", "https://x.org/a/b.gif"} {
			got, _ := a.File(name)
			if again, _ := a.File(name); len(got) > len(b) || len(again) != len(got) {
				t.Errorf("%q gave %d bytes, then %d", name, len(got), len(again))
			}
		}
	})
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"Thu, 2 May 2019 23:30:00 -0600": "2019-05-02T23:30:00-06:00",
		"2 May 2019 23:30:00 GMT":        "2019-05-02T23:30:00Z",
		"2 May 2019 23:30:00 CDT":        "2019-05-02", // a zone that is named and not known
		"yesterday":                      "",
	} {
		if d, _ := read(t, "From: a@example.org", "Date: "+in, "", "Text."); d.Date != want {
			t.Errorf("%s: %q, not %q", in, d.Date, want)
		}
	}
}

// How one leaves a list is no text of the mail; a sentence that says so is.
func TestFeetOfLists(t *testing.T) {
	for in, aside := range map[string]bool{
		"Unsubscribe": true, "Unsubscribe <https://list.example/u?x=1>": true, "Manage preferences | Unsubscribe": true, "If you no longer wish to receive these mails,\nunsubscribe": true,
		"You are receiving this email because you signed up.": true, "To unsubscribe from this list, write to the harbour master.": true, "Darse de baja": true,
		"He asked to unsubscribe from the list.": false, "Unsubscribe, she said, and never write again.": false, "https://list.example/u": false, "Unsubscribe\nThe boats left.": false,
	} {
		d, _ := read(t, head, "", "Three fast boats left the port at night.", "", strings.ReplaceAll(in, "\n", "\r\n"))
		last := d.Blocks[len(d.Blocks)-1]
		if (last.Aside == intake.Site) != aside {
			t.Errorf("%q is set aside as %q", in, last.Aside)
		}
	}
}
