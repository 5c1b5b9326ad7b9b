package listed_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/mention/listed"
)

const small = `id,schema,name,alias,passportNumber,phone
p1,Person,"GUZMÁN LOERA, Joaquín","EL CHAPO;EL RAPIDO",G01234567,+52 667 712 3456
p2,Person,"DE LA CRUZ, María José",,,
o1,Company,"COMERCIALIZADORA DEL NORTE, S.A. DE C.V.",,,
o2,Organization,LA FAMILIA MICHOACANA,LOS CABALLEROS,,
p3,Person,"ZAMBADA GARCIA, Ismael",EL MAYO,,
p4,Person,Joaquin Guzman,,,
o3,Organization,MARKET,,,
o4,Organization,ZETAS,,,
`

func must(t testing.TB, s string, f listed.Format) *listed.List {
	t.Helper()
	l, err := listed.Read("test", strings.NewReader(s), f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFind(t *testing.T) {
	l := must(t, small, listed.CSV)
	for _, c := range []struct {
		text string
		want string // text=id ...
	}{
		{"Joaquin GUZMAN Loera was seen", "Joaquin GUZMAN Loera=p1"},
		{"GUZMÁN LOERA, JOAQUÍN", "GUZMÁN LOERA, JOAQUÍN=p1"},
		{"guzman loera joaquin, y otros", "guzman loera joaquin=p1"},
		{"Joaqui\u0301n Guzma\u0301n Loera", "Joaqui\u0301n Guzma\u0301n Loera=p1"},
		{"with Joaquín\nGuzmán-Loera.", "Joaquín\nGuzmán-Loera=p1"},
		{"Joaquin Guzman. Loera is a river.", "Joaquin Guzman=p4"},
		{"Joaquin Guzman\n\nLoera", "Joaquin Guzman=p4"},
		{"María José de la Cruz", "María José de la Cruz=p2"},
		{"Maria Jose Cruz", "Maria Jose Cruz=p2"},
		{"DE LA CRUZ MARIA JOSE", "DE LA CRUZ MARIA JOSE=p2"},
		{"Comercializadora del Norte SA de CV", "Comercializadora del Norte SA de CV=o1"},
		{"Comercializadora del Norte, S. A. de C. V., en", "Comercializadora del Norte, S. A. de C. V=o1"},
		{"“El Chapo” and EL MAYO", "El Chapo=p1|EL MAYO=p3"},
		{"el mayo pasado; el chapo", ""},
		{"in el Mayo", ""},
		{"La Familia Michoacana's men", "La Familia Michoacana=o2"},
		{"the market; Market; MARKET", ""},
		{"los Zetas, zetas", "Zetas=o4"},
		{"passport G-0123 4567 and 667 712 3456", "G-0123 4567=p1"},
		{"call +52 667-712-3456 now", "+52 667-712-3456=p1"},
		{"Joaquin and Guzman Loera", ""},
		{"", ""},
		{"\U0010FFFF ﷽ İ", ""},
	} {
		var got []string
		for _, h := range l.Find(c.text) {
			for _, e := range h.Entries {
				got = append(got, c.text[h.Start:h.End]+"="+e.ID)
			}
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%q: got %q, want %q", c.text, g, c.want)
		}
	}
}

func TestEveryEntryOfANameIsTold(t *testing.T) {
	var s strings.Builder
	s.WriteString("id,schema,name\n")
	for i := range 50 {
		fmt.Fprintf(&s, "%d,Person,Juan Perez Perez\n", i)
	}
	h := must(t, s.String(), listed.CSV).Find("by Juan Perez Perez")
	if len(h) != 1 || len(h[0].Entries) != listed.MaxTold || h[0].More != 50-listed.MaxTold {
		t.Errorf("got %+v", h)
	}
}

// TestAllNamesOfAnEntryTellItsMainOne asks for an entry by each thing that it is
// listed with.
func TestAllNamesOfAnEntryTellItsMainOne(t *testing.T) {
	l := must(t, `id,schema,alias,name,previousName,passportNumber
o1,Organization,Cartel de Sinaloa,,,
o1,,,SINALOA CARTEL,Federation of Sinaloa,
o1,,,Sinaloa Drug Cartel,,
p1,Person,EL CHAPO GUZMAN,,,G01234567
p2,Person,,,,X7654321
`, listed.CSV)
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	back, err := listed.Load(&b)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Cártel de Sinaloa": "SINALOA CARTEL", "Sinaloa Cartel": "SINALOA CARTEL", "Sinaloa Drug Cartel": "SINALOA CARTEL", "Federation of Sinaloa": "SINALOA CARTEL",
		"El Chapo Guzmán": "EL CHAPO GUZMAN", "passport G0123-4567": "EL CHAPO GUZMAN", "passport X7654321": "",
	} {
		for _, l := range []*listed.List{l, back} {
			if h := l.Find(text); len(h) != 1 || h[0].Entries[0].Main != want {
				t.Errorf("%q: %+v, want the main name %q", text, h, want)
			}
		}
	}
}

func TestIdentifier(t *testing.T) {
	l := must(t, small, listed.CSV)
	if e := l.Identifier("+526677123456"); len(e) != 1 || e[0].ID != "p1" || e[0].Property != "phone" {
		t.Errorf("got %v", e)
	}
	for _, s := range []string{"", "G01234568", "Joaquin Guzman", "-"} {
		if e := l.Identifier(s); e != nil {
			t.Errorf("%q gave %v", s, e)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		f    listed.Format
		text string
		want string // part of the error
		kind fault.Kind
	}{
		{listed.CSV, "", "empty", fault.Invalid},
		{listed.CSV, "a,b\n1,2\n", "no column", fault.Invalid},
		{listed.CSV, "name,name\n1,2\n", "line 1", fault.Invalid},
		{listed.CSV, "name\n\"open\n", "line 2", fault.Invalid},
		{listed.CSV, "name\nok\na\"b\n", "line 3", fault.Invalid},
		{listed.CSV, "name\nok\nx,y\n", "line 3", fault.Invalid},
		{listed.CSV, "name\n...\n", "line 2", fault.Invalid},
		{listed.CSV, "name\n\xff\n", "line 2", fault.Invalid},
		{listed.CSV, "name\n", "nobody", fault.Invalid},
		{listed.CSV, "name,schema\nJuan Perez,Per son\n", "line 2", fault.Invalid},
		{listed.CSV, "name\n" + strings.Repeat("a", listed.MaxName+1) + "\n", "line 2", fault.Invalid},
		{listed.CSV, "name\n" + strings.Repeat("a ", listed.MaxWords+1) + "\n", "line 2", fault.Invalid},
		{listed.CSV, "name\n" + strings.Repeat("a", listed.MaxLine+1), "line 2", fault.TooLarge},
		{listed.CSV, "name\n" + strings.Repeat("\"a\n", listed.MaxLine), "", fault.Invalid},
		{listed.OFAC, "", "empty", fault.Invalid},
		{listed.OFAC, "\x1a\r\n", "empty", fault.Invalid},
		{listed.OFAC, "1,NAME\n", "line 1", fault.Invalid},
		{listed.OFAC, "x,NAME,-0- ,P,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", "line 1", fault.Invalid},
		{listed.OFACAlt, "36,12,aka\n", "line 1", fault.Invalid},
		{listed.FollowTheMoney, "", "nobody", fault.Invalid},
		{listed.FollowTheMoney, "{}\n", "line 1", fault.Invalid},
		{listed.FollowTheMoney, "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"]}}\n[", "line 2", fault.Invalid},
		{listed.FollowTheMoney, strings.Repeat("[", 100000), "line 1", fault.Invalid},
		{listed.FollowTheMoney, "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":\"A B\"}}", "line 1", fault.Invalid},
		{"xml", "x", "format", fault.Unsupported},
	} {
		l, err := listed.Read("test", strings.NewReader(c.text), c.f)
		if err == nil || l != nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %.40q: got %v, want %v with %q", c.f, c.text, err, c.kind, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "Juan") {
			t.Errorf("%.40q: the error quotes the list: %v", c.text, err)
		}
	}
}

func TestEntitiesThatAreNestedArePassedOver(t *testing.T) {
	l := must(t, `{"id":"a","schema":"Person","properties":{"name":["Juan Perez",{"id":"b"},7,"..."],"addressEntity":[{"id":"c"}],"weakAlias":["EL PEZ"]}}`, listed.FollowTheMoney)
	if l.Names() != 2 || l.Entries() != 1 {
		t.Errorf("%d names of %d entries", l.Names(), l.Entries())
	}
}

func TestBinaryForm(t *testing.T) {
	l := must(t, small, listed.CSV)
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatal(n, b.Len(), err)
	}
	back, err := listed.Load(bytes.NewReader(b.Bytes()))
	if err != nil || !reflect.DeepEqual(l, back) {
		t.Fatalf("read again: %v", err)
	}
	good := b.Bytes()
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x41
		if _, err := listed.Load(bytes.NewReader(bad)); err == nil {
			t.Fatalf("byte %d changed, and nobody noticed", i)
		}
		if _, err := listed.Load(bytes.NewReader(good[:i])); err == nil {
			t.Fatalf("cut at %d, and nobody noticed", i)
		}
	}
	if _, err := listed.Load(bytes.NewReader(append(good, 0))); err == nil {
		t.Error("something behind the end was not noticed")
	}
}

// real opens a list of the Treasury beside the repository.
func real(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open("../../../shared/data/ofac-sdn/" + name)
	if err != nil {
		t.Skipf("the list %s is not there: put it at ../shared/data/ofac-sdn beside the repository", name)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func ofac(t testing.TB) *listed.List {
	t.Helper()
	b := listed.NewBuilder("OFAC SDN 2022-01")
	if err := b.Read(real(t, "2022-01-trio/sdn.csv.gz"), listed.OFAC); err != nil {
		t.Fatal(err)
	}
	if err := b.Read(real(t, "2022-01-trio/alt.csv.gz"), listed.OFACAlt); err != nil {
		t.Fatal(err)
	}
	l, err := b.List()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheTreasurysListsAreReadWhole(t *testing.T) {
	l := ofac(t)
	if l.Entries() != 9043 || l.Names() != 9043+12410 {
		t.Errorf("%d entries with %d names", l.Entries(), l.Names())
	}
	for _, name := range []string{"sdn-2021-08-18.csv.gz", "sdn-2022-12-28.csv.gz"} {
		l, err := listed.Read(name, real(t, name), listed.OFAC)
		if err != nil || l.Names() < 9000 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAListedNameIsFoundAnywhere puts names of a real list into neutral texts.
func TestAListedNameIsFoundAnywhere(t *testing.T) {
	l := ofac(t)
	names := l.Each()
	rapid.Check(t, func(t *rapid.T) {
		e := names[rapid.IntRange(0, len(names)-1).Draw(t, "name")]
		before := rapid.StringMatching(`([a-z]{4,9}[ ,;]?\n? ){0,6}`).Draw(t, "before")
		after := rapid.StringMatching(`(( |; |\.\n)zq[a-z]{4,9}){0,6}`).Draw(t, "after")
		text := before + "; " + e.Text + after
		if weak(e.Text) {
			t.Skip("one common word, or too short")
		}
		for _, h := range l.Find(text) {
			for _, g := range h.Entries {
				if g.Text == e.Text && h.Start <= len(before)+4 && h.End > len(before)+2 {
					return
				}
			}
			if h.More > 0 || h.Start == len(before)+2 && h.End-h.Start > len(e.Text) {
				return
			}
		}
		t.Errorf("%q is not found in %q: %v", e.Text, text, l.Find(text))
	})
}

var longDot = regexp.MustCompile(`\pL{5,}\.`)

// weak tells names that are not told by themselves on purpose.
func weak(name string) bool {
	if strings.ContainsAny(strings.TrimRight(name, ". "), ";!?") || longDot.MatchString(name) {
		return true // it reads like two sentences
	}
	words := strings.FieldsFunc(listed.Fold(name), func(r rune) bool { return r == ' ' || r == '-' || r == '.' || r == ',' || r == '(' || r == ')' })
	letters := 0
	heavy := 0
	for _, w := range words {
		letters += len(w)
		if !listed.Common(w) && len(w) > 2 {
			heavy++
		}
	}
	return heavy < 2 && (len(words) < 3 || letters < 12)
}

func FuzzRead(f *testing.F) {
	f.Add("ofac", "36,AEROCARIBBEAN AIRLINES,-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a")
	f.Add("ofac-alt", "36,12,aka,AERO-CARIBBEAN,-0- \r\n")
	f.Add("csv", small)
	f.Add("csv", "0,pAssportNumBer \n,0")
	f.Add("ftm", `{"id":"a","schema":"Person","properties":{"name":["Juan Perez"]}}`)
	f.Fuzz(func(t *testing.T, format, s string) {
		l, err := listed.Read("fuzz", strings.NewReader(s), listed.Format(format))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := l.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		back, err := listed.Load(&b)
		if err != nil || !reflect.DeepEqual(l, back) {
			t.Fatalf("what was read is not read again: %v", err)
		}
		sound(t, s, l)
	})
}

func FuzzLoad(f *testing.F) {
	var b bytes.Buffer
	_, _ = must(f, small, listed.CSV).WriteTo(&b)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := listed.Load(bytes.NewReader(listed.Resealed(b))); err == nil {
			sound(t, "Joaquin Guzman Loera and El Chapo of Zetas, G01234567", l)
		}
	})
}

// sound checks what holds for hits in any text.
func sound(t *testing.T, text string, l *listed.List) {
	t.Helper()
	end := 0
	for _, h := range l.Find(text) {
		if h.Start < end || h.End <= h.Start || h.End > len(text) || len(h.Entries) == 0 {
			t.Fatalf("hit %+v after %d", h, end)
		}
		end = h.End
	}
}
