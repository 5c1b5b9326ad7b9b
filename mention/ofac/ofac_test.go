package ofac_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"comity/mention/ofac"
)

var update = flag.Bool("update", false, "make the extract again")

const source = "../../../shared/data/ofac-sdn/"

func TestList(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	if l.Entries() != 635 || l.Names() < 1000 {
		t.Errorf("%d names of %d entries", l.Names(), l.Entries())
	}
	for text, id := range map[string]string{
		"Joaquín Guzmán Loera fled":       "6861",
		"CARO QUINTERO, Rafael":           "6707",
		"a house of Rafael Caro Quintero": "6707",
	} {
		hits := l.Find(text)
		if len(hits) != 1 || hits[0].Entries[0].ID != id {
			t.Errorf("%q: %v", text, hits)
		}
	}
}

func TestBothNamesOfTheCartelAreOneEntry(t *testing.T) {
	l, err := ofac.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Sinaloa Cartel", "Cártel de Sinaloa"} {
		hits := l.Find("men of the " + text)
		if len(hits) != 1 || hits[0].Entries[0].ID != "11440" || hits[0].Entries[0].Main != "SINALOA CARTEL" {
			t.Errorf("%q: %+v", text, hits)
		}
	}
}

func TestTheExtractIsSmall(t *testing.T) {
	i, err := os.Stat("drug-mexico.csv.gz")
	if err != nil || i.Size() > 200<<10 {
		t.Errorf("%v: %v", i, err)
	}
}

// TestTheExtractIsThatOfTheSource makes the extract anew and compares; with -update
// it writes it.
func TestTheExtractIsThatOfTheSource(t *testing.T) {
	made := extract(t)
	if *update {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		_, _ = z.Write(made)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("drug-mexico.csv.gz", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open("drug-mexico.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if have, err := io.ReadAll(z); err != nil || !bytes.Equal(have, made) {
		t.Errorf("the extract is not what the source gives (%v): run the test with -update", err)
	}
}

func extract(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"id", "schema", "name", "alias", "previousName"})
	in := map[string]bool{}
	for _, r := range rows(t, "drug-mexico-2022-12.csv")[1:] {
		in[r[0]] = true
		schema := "Organization"
		if r[2] == "individual" {
			schema = "Person"
		}
		_ = w.Write([]string{r[0], schema, strings.TrimSpace(r[1]), "", ""})
	}
	for _, r := range rows(t, "2022-01-trio/alt.csv.gz") {
		if len(r) != 5 || !in[r[0]] {
			continue
		}
		row := []string{r[0], "", "", r[3], ""}
		if r[2] == "fka" {
			row[3], row[4] = "", r[3]
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

func rows(t *testing.T, name string) [][]string {
	t.Helper()
	b, err := os.ReadFile(source + name)
	if err != nil {
		t.Skip("OFAC's lists are not there: put them at ../shared/data/ofac-sdn beside the repository")
	}
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
