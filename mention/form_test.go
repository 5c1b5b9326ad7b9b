package mention_test

import (
	"strings"
	"testing"

	"comity/mention"
)

// in tells what of some kinds is found in a text, as "text=value" parted by bars.
func in(t testing.TB, text string, o mention.Options, kinds ...mention.Kind) string {
	t.Helper()
	found, err := mention.Find(text, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := sound(text, found); err != nil {
		t.Errorf("%q: %v", text, err)
	}
	var out []string
	for _, m := range found {
		for _, k := range kinds {
			if m.Kind == k {
				sure := ""
				if m.Sure {
					sure = "!"
				}
				out = append(out, sure+m.Text+"="+m.Value)
			}
		}
	}
	return strings.Join(out, "|")
}

// TestPhonesOfTwoCountries has numbers that the region, the words around and the
// area code place; a question mark is for those that may be of either.
func TestPhonesOfTwoCountries(t *testing.T) {
	for _, c := range []struct{ region, text, want string }{
		{"MX", "celular 669 123 4567", "+526691234567"},
		{"MX", "tel. 664-188-2233", "+526641882233"},
		{"MX", "cel 6691234567", "+526691234567"},
		{"MX", "WhatsApp: 669-123-45-67", "+526691234567"},
		{"US", "celular 669 123 4567", "+526691234567"},
		{"US", "tel. 664-188-2233", "+526641882233"},
		{"US", "cel 6691234567", "+526691234567"},
		{"US", "WhatsApp: 669-123-45-67", "+526691234567"},
		{"US", "lo vieron en la plaza con el 664 188 2233", "+526641882233"},
		{"US", "seen at the plaza by 664 188 2233", ""},
		{"US", "su celular 656 234 5678 en la ciudad", "?+526562345678"},
		{"US", "call 656 234 5678 at noon", "?+16562345678"},
		{"", "su celular 656 234 5678 en la ciudad", "?+526562345678"},
		{"MX", "su celular 656 234 56 78 en la ciudad", "+526562345678"},
		{"MX", "call 656 234 5678", "?+526562345678"},
		{"MX", "tel. 619-557-5000", "+16195575000"},
		{"MX", "y el 619-557-5000", ""},
		{"GT", "celular 669 123 4567", "+526691234567"},
		{"US", "call 619-557-5000", "+16195575000"},
	} {
		found, err := mention.Find(c.text, mention.Options{Region: c.region})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, m := range found {
			if m.Kind == mention.Phone && m.Ambiguous {
				got += "?"
			}
			if m.Kind == mention.Phone {
				got += m.Value
			}
		}
		if got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.region, c.text, got, c.want)
		}
	}
}

// TestForms shows each form as it is found, with its value; an exclamation mark is
// for what is sure.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		kind mention.Kind
		text string
		want string
	}{
		{mention.Phone, "call (667) 712 34 56.", "(667) 712 34 56=+526677123456"},
		{mention.Phone, "cel. 55-1234-5678", "55-1234-5678=+525512345678"},
		{mention.Phone, "044 667 145 2233", "044 667 145 2233=+526671452233"},
		{mention.Phone, "045 6671452233", "045 6671452233=+526671452233"},
		{mention.Phone, "01 667 712 3456", "01 667 712 3456=+526677123456"},
		{mention.Phone, "+52 1 667 145 2233", "+52 1 667 145 2233=+526671452233"},
		{mention.Phone, "tel:+1-202-555-0143, or", "+1-202-555-0143=+12025550143"},
		{mention.Phone, "tel: 619-557-5000", "619-557-5000=+16195575000"},
		{mention.Phone, "+1 (619) 557-5000", "+1 (619) 557-5000=+16195575000"},
		{mention.Phone, "1-619-557-5000", "1-619-557-5000=+16195575000"},
		{mention.Phone, "+502 2245 6789", "+502 2245 6789=+50222456789"},
		{mention.Phone, "(+57) 321 123 4567", "(+57) 321 123 4567=+573211234567"},
		{mention.Phone, "tels. 667 712 3456, 667 712 3457 y 667 712 3458", "667 712 3456=+526677123456|667 712 3457=+526677123457|667 712 3458=+526677123458"},
		{mention.Phone, "667 712 34 56 / 667 712 34 57", "667 712 34 56=+526677123456|667 712 34 57=+526677123457"},
		{mention.Phone, "número 6677123456", "6677123456=+526677123456"},
		{mention.Email, "a <Juan.Perez+x@Example.COM>, b@c.mx.", "Juan.Perez+x@Example.COM=Juan.Perez+x@example.com|b@c.mx=b@c.mx"},
		{mention.Web, "see [x](https://Example.org/a_(b)) and www.gob.mx/fgr.", "https://Example.org/a_(b)=https://example.org/a_(b)|www.gob.mx/fgr=www.gob.mx/fgr"},
		{mention.Account, "IBAN GB82 WEST 1234 5698 7654 32 AND MORE", "!GB82 WEST 1234 5698 7654 32=GB82WEST12345698765432"},
		{mention.Account, "DE89370400440532013000", "!DE89370400440532013000=DE89370400440532013000"},
		{mention.Account, "GT82TRAJ01020000001210029690", "!GT82TRAJ01020000001210029690=GT82TRAJ01020000001210029690"},
		{mention.Account, "CLABE: 032 180 00011835971 9", "!032 180 00011835971 9=032180000118359719"},
		{mention.Account, "routing 021000021, account no. 1234567890", "!021000021=021000021|1234567890=1234567890"},
		{mention.Account, "Visa 4111 1111 1111 1111", "!4111 1111 1111 1111=4111111111111111"},
		{mention.Account, "tarjeta 5555555555554444", "!5555555555554444=5555555555554444"},
		{mention.Account, "cuenta bancaria número 0123456789", "0123456789=0123456789"},
		{mention.Account, "SWIFT: BCMRMXMM", "BCMRMXMM=BCMRMXMM"},
		{mention.Wallet, "to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "!1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa=1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
		{mention.Wallet, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "!3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy=3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"},
		{mention.Wallet, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "!bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4=bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"},
		{mention.Wallet, "BC1P0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQZK5JJ0", "!BC1P0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQZK5JJ0=bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"},
		{mention.Wallet, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "!0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
		{mention.Wallet, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed=0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"},
		{mention.Wallet, "USDT TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "!TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t=TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
		{mention.Wallet, "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A", "!44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A=44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"},
		{mention.Vehicle, "placas VLK-123-A", "VLK-123-A=VLK123A"},
		{mention.Vehicle, "with plates VSA-12-34 seen", "VSA-12-34=VSA1234"},
		{mention.Vehicle, "Texas license plate BX4 2719", "BX4 2719=BX42719"},
		{mention.Vehicle, "VIN 1M8GDM9AXKP042788", "!1M8GDM9AXKP042788=1M8GDM9AXKP042788"},
		{mention.Vehicle, "número de serie 3VWFE21C04M000002", "3VWFE21C04M000002=3VWFE21C04M000002"},
		{mention.Vessel, "the ship (IMO 9074729; MMSI 366123456)", "!9074729=9074729|366123456=366123456"},
		{mention.Aircraft, "tail number N123AB and XB-ABC", "N123AB=N123AB|XB-ABC=XBABC"},
		{mention.Aircraft, "a Cessna 210, N614AF, landed; N614AF", "N614AF=N614AF|N614AF=N614AF"},
		{mention.Aircraft, "una avioneta King Air con matrícula N614AF", "N614AF=N614AF"},
		{mention.Container, "contenedor MSKU6011672, CSQU 305438-3", "!MSKU6011672=MSKU6011672|!CSQU 305438-3=CSQU3054383"},
		{mention.Device, "IMEI 490154203237518; IMEI: 49-015420-323751-8", "!490154203237518=490154203237518|!49-015420-323751-8=490154203237518"},
		{mention.Serial, "serial no. AB123456, núm. de serie DFG-4432", "AB123456=AB123456|DFG-4432=DFG-4432"},
		{mention.Serial, "una Glock, número de serie BKX123; fusil matrícula 4412345", "BKX123=BKX123|4412345=4412345"},
		{mention.Serial, "a rifle with serial number 1234567", "1234567=1234567"},
		{mention.Vehicle, "matrícula VTX-44-21", "VTX-44-21=VTX4421"},
		{mention.Passport, "Pasaporte No. G12345678", "G12345678=G12345678"},
		{mention.Passport, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "!L898902C36UTO7408122F1204159ZE184226B<<<<<10=L898902C3"},
		{mention.Person, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<=ANNA MARIA ERIKSSON"},
		{mention.Identity, "CURP HEGG560427MVZRRL04", "!HEGG560427MVZRRL04=HEGG560427MVZRRL04"},
		{mention.Identity, "RFC GODE561231GR8", "!GODE561231GR8=GODE561231GR8"},
		{mention.Identity, "R.F.C. AUAM-530929", "AUAM-530929=AUAM530929"},
		{mention.Identity, "clave de elector GMVLMR80070501M100", "GMVLMR80070501M100=GMVLMR80070501M100"},
		{mention.Identity, "cédula No. 6.067.015, NIT 890115794-3", "6.067.015=6067015|!890115794-3=8901157943"},
		{mention.Identity, "SSN 219-09-9999; DPI 2401 63752 0101", "219-09-9999=219099999|2401 63752 0101=2401637520101"},
		{mention.Identity, "EIN 12-3456789", "12-3456789=123456789"},
		{mention.Position, "at 24.8091, -107.3940.", "24.8091, -107.3940=24.80910,-107.39400"},
		{mention.Position, "24,8091 N, 107,3940 O", "24,8091 N, 107,3940 O=24.80910,-107.39400"},
		{mention.Position, "25°48'33\"N 107°23'38\"W", "25°48'33\"N 107°23'38\"W=25.80917,-107.39389"},
		{mention.Position, "UTM 31 N 448251 5411932", "UTM 31 N 448251 5411932=48.85819,2.29449"},
		{mention.Position, "grid 31UDQ4825111932", "31UDQ4825111932=48.85819,2.29449"},
		{mention.Date, "On July 26, 2024 and 3 Jan 2020", "July 26, 2024=2024-07-26|3 Jan 2020=2020-01-03"},
		{mention.Date, "el 1o de mayo de 2023; 14 de marzo del 2022", "1o de mayo de 2023=2023-05-01|14 de marzo del 2022=2022-03-14"},
		{mention.Date, "in July 2024, en julio de 2024", "July 2024=2024-07|julio de 2024=2024-07"},
		{mention.Date, "2024-02-29, 31/12/2024, 12/31/2024, 05.05.2024", "2024-02-29=2024-02-29|31/12/2024=2024-12-31|12/31/2024=2024-12-31|05.05.2024=2024-05-05"},
		{mention.Date, "03/04/2024 and 3/4/24", "03/04/2024=|3/4/24="},
		{mention.Date, "APR 18", "APR 18="},
		{mention.Place, "lives at 1600 North Main Street, Apt. 4, in town", "1600 North Main Street, Apt. 4=1600 North Main Street, Apt. 4"},
		{mention.Place, "Calle Benito Juárez No. 123, Colonia Centro, Navolato", "Calle Benito Juárez No. 123, Colonia Centro=Calle Benito Juárez No. 123, Colonia Centro|Navolato=Navolato"},
		{mention.Place, "in Mexico and en Estados Unidos", "Mexico=Mexico|Estados Unidos=United States"},
		{mention.Place, "en México y EE.UU., England; Nueva Zelanda", "México=Mexico|EE.UU.=United States|England=England|Nueva Zelanda=New Zealand"},
		{mention.Place, "Nueva Morelia, Chiapas; en Nueva Culiacán", "Nueva Morelia=Nueva Morelia|Chiapas=Chiapas|Nueva Culiacán=Nueva Culiacán"},
		{mention.Place, "la calle Durango. El hombre; en avenida Sinaloa, colonia Centro", "calle Durango=calle Durango|avenida Sinaloa, colonia Centro=avenida Sinaloa, colonia Centro"},
		{mention.Place, "calle 5 de Mayo 12; carretera federal México 15; Sinaloa Street", "calle 5 de Mayo 12=calle 5 de Mayo 12|carretera federal México 15=carretera federal México 15|Sinaloa Street=Sinaloa Street"},
		{mention.Date, "calle 5 de Mayo", ""},
	} {
		if got := in(t, c.text, mention.Options{}, c.kind); got != c.want {
			t.Errorf("%s in %q:\n got %q\nwant %q", c.kind, c.text, got, c.want)
		}
	}
}

func TestDatesTakeTheOrderOfTheLanguage(t *testing.T) {
	for lang, want := range map[string]string{"en": "03/04/2024=2024-03-04", "es": "03/04/2024=2024-04-03", "": "03/04/2024="} {
		if got := in(t, "03/04/2024", mention.Options{Language: lang}, mention.Date); got != want {
			t.Errorf("%q: got %q, want %q", lang, got, want)
		}
	}
}

// TestRefusals has what looks like something and is not.
func TestRefusals(t *testing.T) {
	for kind, texts := range map[mention.Kind][]string{
		mention.Phone: {"21 U.S.C. 841", "28 U.S.C. §§ 1331-1367", "40 U.S.C. ss 270a-270f (1994)", "No. 96-7169", "case 1:23-cr-00123-ABC", "(No. 94cv00385)", "2007-2010", "in 1997, 1998 and 1999",
			"page 1234567890", "Public Law 117-263", "$1,500,000,000", "1,125 firearms, over 680,000 rounds", "09:11:38-04:00", "2024-07-26 09:11:38", "192.168.100.200", "expediente 6677123456/2023",
			"account 6677123456", "cuenta 667 712 3456", "folio 5512345678", "ISBN 978-3-16-148410-0", "CURP GULJ570404HSLZRQ08", "4111 1111 1111 1111", "032180000118359719", "24.8091, -107.3940",
			"Oficio 5512345678", "Fed. Reg. 12345678", "12/31/2024 10:22", "0000000000", "1234567890", "1111111111", "serie 6677123456", "section 1234567890", "$ 6677123456", "66 77 12", "667-712-3456-7890-12",
			"v1.2.3.4567890", "6677123456kg", "x6677123456", "3.14159265358979", "00000000-0000-4000-8000-000000000000", "art. 16, 21 y 76", "DOF 18-12-2020", "§ 1956(a)(1)(B)(i)", "badge 5551234567"},
		mention.Account: {"GB82 WEST 1234 5698 7654 33", "XX82WEST12345698765432", "CLABE 032180000118359718", "032180000118359718", "routing 021000022", "Visa 4111 1111 1111 1112", "4111 1111 1111 1112",
			"on account of 3 men", "account 12", "accounts for 1997", "la cuenta 3", "MX12", "card 1111111111111111", "000000000000000000", "SWIFT response", "swift justicel"},
		mention.Wallet: {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x1234", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
			"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3B", "0x0000000000000000000000000000000000000000", "1111111111111111111111111111", "3333333333333333333333333333333", "bc1q"},
		mention.Container: {"MSKU6011673", "MSKA6011672", "MSKU601167"},
		mention.Device:    {"IMEI 490154203237519", "490154203237518", "IMEI 000000000000000"},
		mention.Serial:    {"serial killer", "serie 2024", "matrícula 2024", "la matrícula de 1200 alumnos", "serie A", "número de serie borrado"},
		mention.Vehicle:   {"placa de la calle", "license to kill", "plates of food", "placas de metal", "VIN 123", "11111111111111111", "tag him", "1M8GDM9AXKP042789", "license 2024", "plate 12"},
		mention.Vessel:    {"IMO 9074728", "in my opinion imo 123", "MMSI 12345", "imo 12345678"},
		mention.Aircraft:  {"N614AF", "wore N95 masks on the plane", "aircraft\nseen\nN614AF", "plane N0123", "tail of the dog", "the aircraft landed in N. Carolina", "registration of voters", "X-ABC", "XD-ABC"},
		mention.Passport:  {"passport control", "pasaporte mexicano", "passports 2024 edition", "passport no. 12", "P<UTOERIKSSON<<ANNA", "L898902C46UTO7408122F1204159ZE184226B<<<<<10"},
		mention.Identity:  {"AAAA999999AAA", "SSN 000-12-3456", "SSN 666-12-3456", "SSN 219-00-9999", "219-09-9999", "HEGG561327MVZRRL04", "NIT picking", "DPI 12", "the CC of the mail", "INE 12", "tax id none"},
		mention.Position:  {"1.5, 2.5", "95.12345, 10.12345", "24.8091, -190.1234", "12.345", "25°N", "61UDQ4825111932", "31IDQ4825111932", "99N 448251 5411932", "$24.809, 107.394 pesos", "section 10.123, 10.124.5"},
		mention.Date:      {"30 February 2024", "February 30, 2024", "2024-13-01", "31 de abril de 2023", "99/99/2024", "may 5 people come", "in 2007", "1.2.3.4567", "march on 12", "13/13/2024", "0 de mayo"},
		mention.Email:     {"a@b", "@home", "a@b..com", "x@", "one @ two.com", "a@-b.com"},
		mention.Web:       {"e.g. this", "U.S.A", "3.5", "end.Of sentence", "i.e.", "file.txt", "No.mx", "see pic.twitter.com/AbCdEf and"},
		mention.Person: {"The President of the United States", "Attorney General", "Secretary of State", "Monday Morning", "Madam Speaker", "News Release", "FOR IMMEDIATE RELEASE", "Border War With Drug Cartels",
			"Homeland Security", "High Intensity Drug Trafficking", "Title VII", "I. Analizar la política", "Artículo 6.- Agentes Extranjeros", "In March", "Mexican Government", "General Provisions", "los Jefes de Estado",
			"Secretario de Hacienda", "Drug Enforcement Administration", "Good Morning", "The United States", "New Mexico", "San Antonio", "Ciudad Juárez", "Operation Without a Trace", "Senate Bill", "First Amendment",
			"Ley Federal del Derecho de Autor", "El Presidente", "Estados Unidos Mexicanos", "Grupo de Alto Nivel", "Director of National Intelligence", "Deputy Assistant to the President"},
		mention.Organization: {"the police", "my company", "Administration", "the office", "In Court", "Third Party", "Special Unit", "A Department", "el grupo", "la policía", "Party", "The Office", "Task", "Union", "good service", "SENIOR ADMINISTRATION OFFICIAL:  Thanks", "a Senior Administration Official", "two Senior Administration Officials", "Notorious Mexican Cartel", "Countering Cartel Activity"},
		mention.Place:        {"may", "Centro", "the union", "La Reforma", "Progreso", "us", "US", "in Spanish", "Mexican", "General Bravo", "Benito Juárez was president", "turkey", "china plates", "chile con carne"},
		mention.Alias:        {"“We must act,” he said", "the so-called 'war'", "known as a danger", "El Paso", "El Salvador", "“The seizures continue,”", "El Presidente", "alias", "a.k.a.", "“Mexican cartels” and"},
	} {
		for _, text := range texts {
			if got := in(t, text, mention.Options{}, kind); got != "" {
				t.Errorf("%s in %q: %q", kind, text, got)
			}
		}
	}
}
