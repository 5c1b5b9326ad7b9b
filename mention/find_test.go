package mention_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/mention"
	"comity/mention/listed"
	"comity/mention/ofac"
)

// everything is a report as an analyst may write one, with much in it.
const everything = `El 14 de marzo de 2023, elementos de la Policía Federal Ministerial detuvieron en Culiacán, Sinaloa, a Néstor Isidro Pérez Salas, alias "El Nini", lugarteniente de Iván Archivaldo Guzmán Salazar. Viajaba en una camioneta con placas VLK-12-34. Su teléfono es (667) 712 34 56.

El comandante José Luis García Rodríguez, (a) "El Comandante", pagó desde la CLABE 032180000118359719 a Comercializadora Pacífico del Norte, S.A. de C.V., con RFC CPN980417S51. Joaquín “El Chapo” Guzmán Loera y Rubén Oseguera Cervantes (a) El Mencho, líder del Cártel de Jalisco Nueva Generación (CJNG). Ubicación: 24.8091, -107.3940. Pasaporte G12345678. Correo: x@example.com, www.example.com. BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa. The ship (IMO 9074729) and the aircraft XB-ABC.`

// allForms gives the texts of [TestForms] in one.
func allForms() string {
	return strings.Join([]string{"IBAN DE89370400440532013000; routing 021000021; SWIFT: BCMRMXMM; Visa 4111 1111 1111 1111", "SSN 219-09-9999; DPI 2401 63752 0101; NIT 890115794-3; MMSI 366123456",
		"VIN 1M8GDM9AXKP042788; tail number N123AB", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "on APR 18, 03/04/2024 in Woodside, California, in Hudspeth County, at Fort Bliss, in Mexico", "MSKU6011672; IMEI 490154203237518; serial no. AB123456"}, ".\n\n")
}

func TestAReport(t *testing.T) {
	want := map[mention.Kind]string{
		mention.Person:       "Néstor Isidro Pérez Salas|Iván Archivaldo Guzmán Salazar|José Luis García Rodríguez|Joaquín Guzmán Loera|Rubén Oseguera Cervantes",
		mention.Alias:        "El Nini < Néstor Isidro Pérez Salas|El Comandante < José Luis García Rodríguez|El Chapo < Joaquín Guzmán Loera|El Mencho < Rubén Oseguera Cervantes",
		mention.Organization: "Policía Federal Ministerial|Comercializadora Pacífico del Norte, S.A. de C.V.|Cártel de Jalisco Nueva Generación|CJNG",
		mention.Place:        "Culiacán|Sinaloa",
	}
	found, err := mention.Find(everything, mention.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[mention.Kind]string{}
	for _, m := range found {
		s := m.Value
		if m.Of >= 0 {
			s += " < " + found[m.Of].Value
		}
		got[m.Kind] = strings.TrimPrefix(got[m.Kind]+"|"+s, "|")
	}
	for kind, w := range want {
		if got[kind] != w {
			t.Errorf("%s:\n got %s\nwant %s", kind, got[kind], w)
		}
	}
}

func TestNamesByForm(t *testing.T) {
	for _, c := range []struct {
		kind       mention.Kind
		text, want string
	}{
		{mention.Person, "met Attorney General Merrick B. Garland today", "Merrick B. Garland"},
		{mention.Person, "Gen. Luis Cresencio Sandoval said", "Luis Cresencio Sandoval"},
		{mention.Person, "el Lic. Juan de la Cruz Pérez dijo", "Juan de la Cruz Pérez"},
		{mention.Person, "with Sr. Oropeza", "Oropeza"},
		{mention.Person, "Osama bin Laden, and Ludwig van Dam", ""},
		{mention.Person, "Presidente Andrés Manuel López Obrador de México", "Andrés Manuel López Obrador"},
		{mention.Person, "Today Ruben Oseguera-Gonzalez led. Later Oseguera-Gonzalez fled.", "Ruben Oseguera-Gonzalez|Oseguera-Gonzalez"},
		{mention.Person, "Joseph R. Biden, Jr. met", "Joseph R. Biden, Jr"},
		{mention.Organization, "the U.S. Department of State and the Department of Justice", "U.S. Department of State|Department of Justice"},
		{mention.Organization, "Bureau of Alcohol, Tobacco, Firearms and Explosives (ATF). ATF said", "Bureau of Alcohol, Tobacco, Firearms and Explosives|ATF|ATF"},
		{mention.Organization, "Secretaría de Seguridad y Protección Ciudadana de México", "Secretaría de Seguridad y Protección Ciudadana de México"},
		{mention.Organization, "paid Acme Imports, Inc. and Flores y Hierbas del Pacífico, S.A. de C.V. on", "Acme Imports, Inc|Flores y Hierbas del Pacífico, S.A. de C.V."},
		{mention.Organization, "el cártel de Sinaloa; Banco Azteca; Fiscalía General de la República", "cártel de Sinaloa|Banco Azteca|Fiscalía General de la República"},
		{mention.Organization, "moved from the Department of War to the Department of Justice", "Department of War|Department of Justice"},
		{mention.Organization, "the Department of State and Treasury; Department of Health and Human Services", "Department of State|Department of Health and Human Services"},
		{mention.Organization, "the Department of Justice of Ovidio Guzman Lopez", "Department of Justice"},
		{mention.Organization, "Mr. Li Wei and Zhang Wei of Wuhan Amarvel Biotech Co., Ltd", "Wuhan Amarvel Biotech Co., Ltd"},
		{mention.Organization, "Juan Pérez y Comercializadora del Norte, S.A. de C.V.", "Comercializadora del Norte, S.A. de C.V."},
		{mention.Organization, "Bank of China Ltd and Acme and Sons Inc", "Bank of China Ltd|Acme and Sons Inc"},
		{mention.Organization, "the Jalisco Cartel New Generation; the notorious Gulf Cartel; Violent Sinaloa Cartel", "Jalisco Cartel New Generation|Gulf Cartel|Sinaloa Cartel"},
		{mention.Organization, "La Nueva Familia Michoacana", "La Nueva Familia Michoacana"},
		{mention.Person, "Mr. Li Wei and Zhang Wei of Wuhan Amarvel Biotech Co., Ltd", "Li Wei|Zhang Wei"},
		{mention.Person, "Jared Smith and Mikaela Weber met Tom Jones and Foreign Policy", "Jared Smith|Mikaela Weber|Tom Jones"},
		{mention.Person, "R. Daniel Prentiss\nAdam M. Ramos\nRaymond A. Marcaccio", "R. Daniel Prentiss|Adam M. Ramos|Raymond A. Marcaccio"},
		{mention.Person, "R. Daniel Prentiss Adam M. Ramos Raymond", "R. Daniel Prentiss|Adam M. Ramos"},
		{mention.Person, "R. Daniel Prentiss                                \nMikaela B. Weber", "R. Daniel Prentiss|Mikaela B. Weber"},
		{mention.Person, "Jared Smith      Tom Jones", "Jared Smith|Tom Jones"},
		{mention.Person, "José Luis Hernández García y María Guadalupe Ruiz", "José Luis Hernández García|María Guadalupe Ruiz"},
		{mention.Organization, "MS-13 and Los Zetas", "MS-13|Los Zetas"},
		{mention.Place, "in Aguililla, Michoacán; en Ciudad Juárez; Webb County; Fort Bliss", "Aguililla|Michoacán|Ciudad Juárez|Webb County|Fort Bliss"},
		{mention.Place, "in Pittsburg, Hughes and Atoka counties", "Pittsburg|Hughes|Atoka"},
		{mention.Place, "los municipios de Aguililla, Buenavista Tomatlán y Santa María del Oro", "Aguililla|Buenavista Tomatlán|Santa María del Oro"},
		{mention.Place, "Sheriff Juan Pérez and other counties, and Webb counties", ""},
		{mention.Place, "El Paso County, Texas and El Salvador", "El Paso County|Texas|El Salvador"},
		{mention.Alias, "Ismael Zambada Garcia (AKA “El Mayo”)", "El Mayo"},
		{mention.Alias, "Nemesio Oseguera, also known as El Mencho, and others", "El Mencho"},
		{mention.Alias, `Juan Perez, a.k.a. "Tony", "El Gordo" and "El Flaco"`, "Tony|El Gordo|El Flaco"},
		{mention.Alias, "Juan Pérez, conocido como El Tigre", "El Tigre"},
	} {
		found, err := mention.Find(c.text, mention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range found {
			if m.Kind == c.kind {
				got = append(got, m.Text)
			}
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%s in %q: got %q, want %q", c.kind, c.text, g, c.want)
		}
	}
}

// TestVesselsByTheWordBeforeThem shows vessels, and that they are no persons.
func TestVesselsByTheWordBeforeThem(t *testing.T) {
	for text, want := range map[string]string{
		"the vessel Doña Lupe sailed":                  "Doña Lupe",
		"MV Ever Lucid (IMO 9604081). Ever Lucid left": "Ever Lucid|9604081|Ever Lucid",
		"the M/V Ever Lucid":                           "Ever Lucid",
		"el buque Doña Lupe zarpó":                     "Doña Lupe",
		`la lancha "La Bonita" de Juan Pérez`:          "La Bonita",
		"la embarcación Santa María II y otra":         "Santa María II",
		"el buque tanque José Luis Pérez":              "José Luis Pérez",
		"the fishing vessel Juan Carlos with 3 men":    "Juan Carlos",
		"F/V María Elena":                              "María Elena",
		"el barco pesquero Don Pancho":                 "Don Pancho",
		"embarcación de nombre Virgen del Carmen":      "Virgen del Carmen",
		"una lancha tipo Panga con motor Yamaha":       "",
		"lancha Yamaha; vessel Traffic Service":        "",
		"the vessel Captain said; ship to Juan Pérez":  "",
		"vessels Ever Given, Doña Lupe and Ever Lucid": "Ever Given|Doña Lupe|Ever Lucid",
		"Vessel: Doña Lupe":                            "Doña Lupe",
		`el barco atunero "Nair II"`:                   "Nair II",
		"they ship Juan Perez to Texas":                "",
		"the vessel, Juan Perez said":                  "",
		"el buque de la Armada de México":              "",
	} {
		found, err := mention.Find(text, mention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range found {
			if m.Kind == mention.Vessel {
				got = append(got, m.Value)
			} else if isPart := strings.Contains(want, m.Value); isPart && m.Kind != mention.Identity {
				t.Errorf("%q: %q is a %s, too", text, m.Value, m.Kind)
			}
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("%q: got %q, want %q", text, g, want)
		}
	}
}

// TestACountryTellsItsCode has the code, which the value is not, on the screen. The
// property is not country, which takes codes alone.
func TestACountryTellsItsCode(t *testing.T) {
	found, err := mention.Find("desde Alemania", mention.Options{})
	if err != nil || len(found) != 1 || found[0].Value != "Germany" || found[0].Property != "full" || !strings.Contains(found[0].Why, "DE") {
		t.Errorf("got %+v, %v", found, err)
	}
}

// TestAListedVesselKeepsItsSpelling has a vessel of a list in a text.
func TestAListedVesselKeepsItsSpelling(t *testing.T) {
	l, err := listed.Read("ours", strings.NewReader("id,schema,name,imoNumber\nv,Vessel,EVER LUCID,9604081\n"), listed.CSV)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"the Ever Lucid left":        "!Ever Lucid=Ever Lucid",
		"the vessel EVER\nLUCID":     "!EVER\nLUCID=EVER LUCID",
		"MV Ever Lucid, IMO 9604081": "!Ever Lucid=Ever Lucid|!9604081=9604081",
	} {
		if got := in(t, text, mention.Options{Lists: []*listed.List{l}}, mention.Vessel); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestAnAliasBelongsToItsPerson shows each alias with the person that it is of.
func TestAnAliasBelongsToItsPerson(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`Detuvieron a Juan Pérez Ruiz, "El Cholo" y con "La Güera" Lucía Ramos.`: "El Cholo < Juan Pérez Ruiz|La Güera < Lucía Ramos",
		`Juan Pérez, "La Güera" Lucía Ramos y otros`:                             "La Güera < Lucía Ramos",
		`Juan Pérez fue visto con "El Cholo"`:                                    "El Cholo",
		`Juan Pérez y "La Güera" Lucía`:                                          "La Güera",
		`Juan Pérez "El Cholo" y "El Flaco"`:                                     "El Cholo < Juan Pérez|El Flaco < Juan Pérez",
		`Juan Pérez (El Cholo) leyó (El Universal)`:                              "El Cholo < Juan Pérez",
		`Ismael “El Mayo” Zambada`:                                               "El Mayo < Ismael Zambada",
		`Ismael "El Mayo" Zambada García`:                                        "El Mayo < Ismael Zambada García",
		`Ismael «El Mayo» Zambada`:                                               "El Mayo < Ismael Zambada",
		`Joaquín Archivaldo “El Chapo” Guzmán Loera`:                             "El Chapo < Joaquín Archivaldo Guzmán Loera",
		`Valdovinos Mendoza, "El Señor de los Caballos", huyó`:                   "El Señor de los Caballos < Valdovinos Mendoza",
		`la localidad de El Rodeo, la ranchería "El Rodeo"`:                      "",
		`la comunidad conocida como El Rodeo; viven en El Palomar`:               "",
		"El-alias":                           "",
		`el rancho "La Palma" de Juan Pérez`: "",
	} {
		for _, o := range []mention.Options{{}, {Lists: []*listed.List{l}}} {
			found, err := mention.Find(text, o)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range found {
				if m.Kind == mention.Alias && m.Of >= 0 {
					got = append(got, m.Value+" < "+found[m.Of].Value)
				} else if m.Kind == mention.Alias {
					got = append(got, m.Value)
				}
			}
			if g := strings.Join(got, "|"); g != want {
				t.Errorf("%q (%d lists): got %q, want %q", text, len(o.Lists), g, want)
			}
		}
	}
}

func TestAListedNameWithMarksInsideIsThePersons(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`caught Ismael “El Mayo” Zambada`: `!Ismael “El Mayo” Zambada=Ismael Zambada`,
		`caught “El Mayo” Zambada today`:  `!“El Mayo” Zambada=El Mayo Zambada`,
		`caught the 'Chapo' Guzmán`:       `!Chapo' Guzmán=Chapo Guzmán`,
	} {
		if got := in(t, text, mention.Options{Lists: []*listed.List{l}}, mention.Person); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAllListsThatNameItAreTold(t *testing.T) {
	a, err := listed.Read("ours", strings.NewReader("id,schema,name,phone\nx,Person,Joaquin Guzman Loera,+526677123456\n"), listed.CSV)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	found, err := mention.Find("Joaquín Guzmán Loera, tel. 667 712 3456", mention.Options{Lists: []*listed.List{a, b}})
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	p, n := found[0], found[1]
	if p.Kind != mention.Person || !p.Sure || len(p.Listed) < 2 || !strings.Contains(p.Why, "ours x (name)") || !strings.Contains(p.Why, ofac.Name+" 6861") {
		t.Errorf("person: %+v", p)
	}
	if n.Kind != mention.Phone || !n.Sure || len(n.Listed) != 1 || n.Listed[0].ID != "x" {
		t.Errorf("phone: %+v", n)
	}
}

func TestTextsThatAreNotRead(t *testing.T) {
	if _, err := mention.Find(strings.Repeat("a", mention.MaxText+1), mention.Options{}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := mention.Find("\xff", mention.Options{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("not UTF-8: %v", err)
	}
}

// TestHostileTexts has texts that would be slow or break something if they could.
func TestHostileTexts(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	const n = 64 << 10
	for _, s := range []string{"1 ", "+52 ", "667 712 3456 ", "(", "A", "A ", "A. ", "Juan ", "Juan de la ", "Department of ", "alias ", "alias “El ", "“", "\n", "a.k.a. Juan, ", "Juan Perez alias El Mayo, ", "GB82 ", "https://a.", "x@y.",
		"25°48'33\"N ", "<", "P<", "12/12/", "Inc. ", "S.A. de C.V. ", "de ", "\u0301", "é", "﷽", "Bureau of A, B, C, ", "El Mayo ", "Guzmán Loera ", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ", "0", "f", "\u202e", "Juan “El X” Perez "} {
		text := strings.Repeat(s, n/len(s))
		found, err := mention.Find(text, mention.Options{Lists: []*listed.List{l}})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if err := sound(text, found); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestFindIsDeterministic(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Fields(everything + " " + allForms())
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 60).Draw(t, "words"), rapid.SampledFrom([]string{" ", "\n", ", "}).Draw(t, "gap"))
		o := mention.Options{Lists: []*listed.List{l}, Region: rapid.SampledFrom([]string{"", "MX", "US", "GT"}).Draw(t, "region")}
		a, err1 := mention.Find(text, o)
		b, err2 := mention.Find(text, o)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%v %v: %v and %v", err1, err2, a, b)
		}
		if err := sound(text, a); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzFind(f *testing.F) {
	l, err := ofac.List()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", everything, allForms(), "Juan “El X” Perez", "a.k.a. \"", "S.A. de", "+", "(a)", "1st Marine", "Sheriff's ", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"} {
		f.Add(s, "MX", "es")
	}
	f.Fuzz(func(t *testing.T, text, region, language string) {
		found, err := mention.Find(text, mention.Options{Lists: []*listed.List{l}, Region: region, Language: language})
		if err != nil {
			return
		}
		if err := sound(text, found); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkFind reads a report of 10 KB.
func BenchmarkFind(b *testing.B) {
	l, err := ofac.List()
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat(everything+"\n\n", 10_000/len(everything))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := mention.Find(text, mention.Options{Lists: []*listed.List{l}}); err != nil {
			b.Fatal(err)
		}
	}
}
