package furniture_test

import (
	"strings"
	"testing"
	"time"

	"comity/intake"
	"comity/intake/furniture"
)

func TestDate(t *testing.T) {
	for in, want := range map[string]string{
		"2024-05-14":                          "2024-05-14",
		"2024-05-14T09:30:00-05:00":           "2024-05-14T09:30:00-05:00",
		"2024-05-14T23:30:00.123-0500":        "2024-05-14T23:30:00-05:00",
		"2024-05-14T09:30Z":                   "2024-05-14T09:30:00Z",
		"2024-05-14T00:00:00+00:00":           "2024-05-14",
		"2024-05-14 09:30:00":                 "2024-05-14",
		"2024-05-14T00:00:00-06:00":           "2024-05-14T00:00:00-06:00",
		"2024-05-13T18:00:00-06:00":           "2024-05-13T18:00:00-06:00",
		"20240514":                            "2024-05-14",
		"20240514T093000Z":                    "2024-05-14",
		"2024/05/14":                          "2024-05-14",
		"May 14, 2024":                        "2024-05-14",
		"Published: Sept. 3, 1997 at 4:05 PM": "1997-09-03",
		"14 May 2024":                         "2024-05-14",
		"the 3rd of May, 2024":                "2024-05-03",
		"Thu, 01 Oct 2020 06:00:00 GMT":       "2020-10-01",
		"3 de mayo de 2024":                   "2024-05-03",
		"Viernes 3 de mayo del 2024, 18:40 h": "2024-05-03",
		"21 marzo, 2024":                      "2024-03-21",
		"mayo 3, 2024":                        "2024-05-03",
		"1º de setiembre de 2019":             "2019-09-01",
		"February 5, 20245:00 AM ET":          "2024-02-05",
		"13/05/2024":                          "2024-05-13",
		"05/13/2024":                          "2024-05-13",
		"5.3.2024":                            "2024-03-05",
		"5/3/2024":                            "", // read in two ways
		"30 de febrero de 2024":               "",
		"2024-13-01":                          "",
		"2024-02-30":                          "",
		"12 Monkeys 2024":                     "",
		"Highway 2024-05-145":                 "",
		"":                                    "",
	} {
		if got, ok := furniture.Date(in); got != want || ok != (want != "") {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
}

func TestCredit(t *testing.T) {
	for in, want := range map[string][2]string{
		"The port. (AP Photo/Ana Ruiz)":                                 {"The port.", "AP Photo/Ana Ruiz"},
		"The port (Photo: Luis Paz)":                                    {"The port", "Luis Paz"},
		"The port. Photo by Luis Paz":                                   {"The port.", "Luis Paz"},
		"The port. Photograph: Ellen Gray/The Observer":                 {"The port.", "Ellen Gray/The Observer"},
		"El puerto. Foto: Cuartoscuro":                                  {"El puerto.", "Cuartoscuro"},
		"El puerto | Foto: Especial":                                    {"El puerto", "Especial"},
		"El puerto (EFE/Luis Torres).":                                  {"El puerto", "EFE/Luis Torres"},
		"Crédito: Archivo":                                              {"", "Archivo"},
		"The port. Jane Rosen/Reuters":                                  {"The port.", "Jane Rosen/Reuters"},
		"Carlos Moreno/NurPhoto via Getty Images":                       {"", "Carlos Moreno/NurPhoto via Getty Images"},
		"The inspector. (Herald photo by Ana Pena)":                     {"The inspector.", "Ana Pena"},
		"Agents of the Drug Enforcement Administration (DEA)":           {"Agents of the Drug Enforcement Administration (DEA)", ""},
		"Elementos de la Secretaría de la Defensa (SEDENA)":             {"Elementos de la Secretaría de la Defensa (SEDENA)", ""},
		"The port. (AP Photo/Ana Ruiz) (Read More)":                     {"The port.", "AP Photo/Ana Ruiz"},
		"The port. (AP Photo/Ana Ruiz)Read More":                        {"The port.", "AP Photo/Ana Ruiz"},
		"The port. (Read More)":                                         {"The port. (Read More)", ""},
		"A photo of the port":                                           {"A photo of the port", ""},
		"The two met near a bar/restaurant":                             {"The two met near a bar/restaurant", ""},
		"He said of the photo: it was taken by a man who had died. Yes": {"He said of the photo: it was taken by a man who had died. Yes", ""},
		"": {"", ""},
	} {
		if caption, credit := furniture.Credit(in); caption != want[0] || credit != want[1] {
			t.Errorf("%q: %q and %q", in, caption, credit)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]intake.Aside{
		"Escuchar nota": intake.Controls, "0:00": intake.Controls, "0:00 / 2:14": intake.Controls, "72°": intake.Navigation, "22 °C": intake.Navigation,
		"Copy Link copied": intake.Sharing, "Copy Link copied / Email / Facebook / X / Reddit": intake.Sharing,
		"Get weekly news and analysis on ports, delivered. Sign up here.": intake.Site, "Recibe cada mañana las noticias del puerto. Suscríbete aquí.": intake.Site,
		"Our Standards: The Wire Trust Principles.": intake.Site, "Subscribe to continue reading": intake.Site, "Unsubscribe": intake.Site, "Suggested Topics:": intake.Related,
		"También puedes leer: Cae operador financiero en Guadalajara": intake.Related, "Suscríbete | Iniciar sesión | Portada | Hemeroteca": intake.Site, "Home | World | Sign in": intake.Navigation,

		"Reporting by Ana Ruiz; Editing by Luis Paz": intake.Byline, "Additional reporting by Ana Ruiz in Tampico": intake.Byline,

		// These are text.
		"Posted by Ana at 9:14 PM": intake.Byline, "Publicado por Vigía del Puerto en 20:15": intake.Byline,
		"Posted by the door at nine, he saw them.": "", "Published by the port in 1990": "",
		"Reporting by the agency was late.": "", "Reporting by Ana Ruiz showed that nine were held.": "",
		"Our standards: nobody leaves before noon.": "",
		"Our standards fell, he said.":              "",
		"Our standards: nobody leaves before the count is done, and so it was for forty years in that port.": "",
		"They were told to get out. Sign up here, said the man.":                                             "",
		"Get the boat out of the port before the night. He would sign up here.":                              "",
		"Get weekly news of the port from the watchman, who can read.":                                       "",
		"He had to subscribe to continue reading the letters.":                                               "",
		"She asked them to unsubscribe her brother.":                                                         "",
		"También puedes leer: lo dijo el fiscal antes de salir de la sala.":                                  "",
		"At 0:00 the light went out.":                                                                        "",
		"It was 72° in the hold.":                                                                            "",
		"72":                                                                                                 "",
		"2:14":                                                                                               "",
		"Ana Ruiz | Luis Paz | Jorge Soto":                                                                   "",
		"Suscríbete | Ana Ruiz | Luis Paz | Jorge Soto":                                                      "",
		"Escuchar nota tras nota cansó al testigo.":                                                          "",
	} {
		if got := furniture.Line(in); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
	for in, want := range map[string]intake.Aside{"2:14": intake.Controls, "1:02:14": intake.Controls, "Reddit": intake.Sharing, "He left at 2:14": "", "12:14 PM": "", "RM": ""} {
		if got := furniture.Weak(in); got != want {
			t.Errorf("beside others %q is %q, not %q", in, got, want)
		}
	}
}

func TestByline(t *testing.T) {
	for in, want := range map[string]string{
		"Juan Pérez / Corresponsal": "Juan Pérez", "Ana de la Cruz y Luis Paz, Enviados": "Ana de la Cruz y Luis Paz", "Ana M. Ruiz | Staff Writer": "Ana M. Ruiz", "Juan Pérez/Corresponsales": "Juan Pérez",
		"Juan Pérez / Tampico": "", "El corresponsal": "", "the man / Corresponsal": "",
	} {
		if got, ok := furniture.Signed(in); got != want || ok != (want != "") {
			t.Errorf("%q is signed by %q", in, got)
		}
	}
	for in, want := range map[string]bool{"Ana Ruiz Beltrán": true, "Juan de la Cruz": true, "Mary O'Neil-Paz": true, "Ana M. Ruiz": true, "Ana": false, "Mexico City": false, "Nine held": false, "Breaking News": false, "Ana Ruiz said": false, "ANA RUIZ": true} {
		if got := furniture.Person(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
	for in, want := range map[string]bool{"RM": true, "rdmd/cr": true, "jcm": true, "AR/LP": true, "FBI agent": false, "ok.": false, "a": false, "DEA-FBI": false, "seven": false} {
		if got := furniture.Initials(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
	for in, want := range map[string]bool{"Corresponsal": true, "De la Redacción": true, "Periódico La Jornada": true, "Staff Writer": true, "The staff left": false, "Editor of the paper": false, "Diario hablaba con él": false} {
		if got := furniture.Office(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestName(t *testing.T) {
	for in, want := range map[string]intake.Aside{
		"share-tools": intake.Sharing, "SocialShareButtons": intake.Sharing, "post-comments": intake.Comments, "comment-count": intake.Comments, "commentCount": intake.Comments,
		"adSlot-3": intake.Advertising, "ad": intake.Advertising, "header": "", "download": "", "shadow": "", "leading": "", "readable": "",
		"related-stories": intake.Related, "site-nav": intake.Navigation, "newsletter-signup": intake.Site, "nota-fecha": intake.Byline,
		"has-sidebar": "", "content-with-ads": "", "no-comments": "", "css-1x8k2q": "", "sc-bdVaJa": "", "social-embed": "", "article__body": "",
		"author-bio": intake.Site, "byline__name": intake.Byline, "site-footer": intake.Site, "entry-footer": intake.Navigation, "paywall": "",
	} {
		if got := furniture.Name(in); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
}

func TestThread(t *testing.T) {
	blocks := []string{"Text.", "2 comments", "Ana says:", "I saw it.", "Reply", "Juan hace 2 horas", "Yo también.", "The end of the page is here.", "And more.", "And more.", "And more."}
	if end := furniture.Thread(blocks, 1); end != 7 {
		t.Errorf("the thread ends before block %d", end)
	}
	if end := furniture.Thread([]string{"Comments", "The mayor said no.", "He left."}, 0); end != 1 {
		t.Errorf("a sentence is taken for a comment: %d", end)
	}
}

// FuzzLine asks everything of a line: nothing panics, a date is one, and a caption
// and its credit are words of the line.
func FuzzLine(f *testing.F) {
	for _, s := range []string{"Photo: Ana Ruiz", "3 de mayo de 2024", "(AP Photo/X)", "1.2K shares", "Read more: a", "Ana says:", "© 2024", "\xff\u202e", "El puerto. Foto: X/Y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		furniture.Line(s)
		furniture.Weak(s)
		furniture.Teases(s)
		furniture.Name(s)
		furniture.Captions(s)
		furniture.Thread(strings.Split(s, "\n"), 0)
		if date, ok := furniture.Date(s); ok {
			_, day := time.Parse(time.DateOnly, date)
			if _, full := time.Parse(time.RFC3339, date); day != nil && full != nil {
				t.Fatalf("%q is no date", date)
			}
		}
		caption, credit := furniture.Credit(s)
		if len(caption)+len(credit) > 3*len(s) {
			t.Fatalf("%q became %q and %q", s, caption, credit)
		}
	})
}
