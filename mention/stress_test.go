package mention_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"comity/mention"
)

// TestExpressionsAreTriedWhereTheyMayMatch compares what is found with what is found
// where each expression is tried in all of the text.
func TestExpressionsAreTriedWhereTheyMayMatch(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, name, text string) {
		found, err := mention.Find(text, mention.Options{})
		if all := mention.FindInAll(text, mention.Options{}); err != nil || !reflect.DeepEqual(found, all) {
			for i := range min(len(found), len(all)) {
				if !reflect.DeepEqual(found[i], all[i]) {
					t.Fatalf("%s: mention %d is %+v, and %+v in all of it", name, i, found[i], all[i])
				}
			}
			t.Fatalf("%s: %d mentions, and %d in all of it (%v)", name, len(found), len(all), err)
		}
	}
	forms := strings.Fields(everything + " " + allForms() + " " + labels)
	same(t, "report", everything+"\n\n"+allForms()+labels)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(forms), 0, 60).Draw(t, "parts")
		same(t, "parts", strings.Join(parts, rapid.SampledFrom([]string{" ", "\n", ", ", "-", ""}).Draw(t, "gap")))
	})
	files, _ := filepath.Glob(shared + "narratives/*/*")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && len(b) < 20_000 && utf8.Valid(b) {
			same(t, file, string(b))
		}
	}
}

// labels are words that lead up to numbers, with some of them.
const labels = ` clabe tarjeta de crédito no. 4111111111111111 VISA matrícula serie s/n núm. de placas Texas plate number tail C.U.R.P. R.F.C. AUAM-530929 N.I.T. C.C. cédula de ciudadanía
I.N.E. clave de elector passport number pasaporte mexicano con número G12345678 acct # 0123456789 cuenta bancaria número swift/bic code XB-ABC HK-1234 EE. UU. calle Durango 123 Blvd. Av. Gral. Anaya No. 5, Col. Centro
1200 N. Main Street, Apt 4 art. 16 § 1956(a)(1) 18 U.S.C. § 924 carpeta de investigación 123/2020 case no. 1:20-cr-00123 2019–2020 $1,234.50 12.5 kilogramos 10:30 25°48'33"N 107°23'38"W UTM 31 N 448251 5411932 31UDQ4825111932
24,8091 N, 107,3940 O a.k.a. (a) conocido como “El Señor de los Cielos” 'La Güera' (El Cholo) M/V F/V Ever Lucid https://a.b/c?d=(e) www.x.org foo.com.mx a.b@c.co 1 de enero del año 2020 3-ene-2021 Sept. 4 posición en el mapa UTM: zona 31 N 448251 5411932 según la carpeta de investigación 6677123457. 00 52 667 712 3456 192.168.1.1`

// TestAnyTextIsRead puts pieces of forms together without sense.
func TestAnyTextIsRead(t *testing.T) {
	pieces := []string{"“", "”", "\"", "'s", "’s", "(", ")", ",", ".", "\n", "\n\n", " ", "-", "/", "+", "0", "1", "52", "667", "712 3456", "A", "B.", "U.S.", "S.A.", "de", "C.V.", "Inc.", "El", "Mayo", "alias", "a.k.a.", "(a)", "Juan", "Pérez", "Guzmán",
		"Mr.", "Presidente", "Department", "of", "the", "and", "y", "Cártel", "County", "Fort", "Mexico", "Texas", "1st", "18", "MS-13", "P<", "<", "@", "x.com", "https://", "°", "N", "é", "\u0301", "\u202e", "﷽", "İ", "May", "2024", "de mayo", "IMO", "No."}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 80).Draw(t, "pieces") {
			text += p
			if rapid.Bool().Draw(t, "space") {
				text += " "
			}
		}
		found, err := mention.Find(text, mention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := sound(text, found); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
