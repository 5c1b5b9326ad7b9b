package listed_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"comity/mention/listed"
)

// register writes a list of n invented persons as CSV, and a text of about 10 KB
// that names every 50th word-place one of them.
func register(n int) (list, text string, placed []string) {
	dice := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ra mon gar cia lo pez her nan dez mar ti nez ro dri guez per ez san chez ra mi rez tor res flo res ri ve ra go mez di az")
	word := func() string {
		var b strings.Builder
		for range 2 + dice.IntN(2) {
			b.WriteString(syllables[dice.IntN(len(syllables))])
		}
		return strings.ToUpper(b.String()[:1]) + b.String()[1:]
	}
	var csv strings.Builder
	csv.WriteString("id,schema,name\n")
	var names []string
	for i := range n {
		last := word() + " " + word()
		first := word()
		fmt.Fprintf(&csv, "e%d,Person,\"%s, %s\"\n", i, last, first)
		if i%(n/40) == 0 {
			names = append(names, first+" "+last)
		}
	}
	var t strings.Builder
	for i := 0; t.Len() < 10_000; i++ {
		if i%40 == 39 && len(placed) < len(names) {
			placed = append(placed, names[len(placed)])
			t.WriteString("; " + placed[len(placed)-1] + "; ")
		}
		t.WriteString(strings.ToLower(word()) + " ")
	}
	return csv.String(), t.String(), placed
}

// BenchmarkFind finds a million names in 10 KB, beside a Go map of the folded
// names that is asked for each run of one to six words.
func BenchmarkFind(b *testing.B) {
	csv, text, placed := register(1_000_000)
	began := time.Now()
	before := heap()
	l := must(b, csv, listed.CSV)
	built := time.Since(began)
	list := heap() - before
	table := map[string][]uint32{}
	before = heap()
	for n, line := range strings.Split(csv, "\n")[1:] {
		if cells := strings.Split(line, "\""); len(cells) == 3 {
			last, first, _ := strings.Cut(cells[1], ", ")
			for _, name := range []string{last + " " + first, first + " " + last} {
				key := listed.Fold(name)
				table[key] = append(table[key], uint32(n))
			}
		}
	}
	mapped := heap() - before
	var form bytes.Buffer
	_, _ = l.WriteTo(&form)
	began = time.Now()
	if _, err := listed.Load(bytes.NewReader(form.Bytes())); err != nil {
		b.Fatal(err)
	}
	loaded := time.Since(began)
	found := map[string]bool{}
	for _, h := range l.Find(text) {
		found[text[h.Start:h.End]] = true
	}
	for _, name := range placed {
		if !found[name] {
			b.Fatalf("%s is not found", name)
		}
	}
	ours := func() time.Duration {
		t := time.Now()
		l.Find(text)
		return time.Since(t)
	}
	theirs := func() time.Duration {
		t := time.Now()
		words := strings.Fields(listed.Fold(text))
		hits := 0
		for i := range words {
			for n := 1; n <= 6 && i+n <= len(words); n++ {
				if table[strings.Trim(strings.Join(words[i:i+n], " "), ";")] != nil {
					hits++
				}
			}
		}
		return time.Since(t)
	}
	var a, m time.Duration
	for b.Loop() {
		a, m = a+ours(), m+theirs()
	}
	b.ReportMetric(float64(m)/float64(a), "map/list-time")
	b.ReportMetric(float64(a.Microseconds())/float64(b.N)/1000, "ms/find")
	b.ReportMetric(float64(list)/float64(l.Names()), "B/name")
	b.ReportMetric(float64(l.Bytes())/float64(l.Names()), "B/name-counted")
	b.ReportMetric(float64(mapped)/float64(l.Names()), "B/name-map")
	b.ReportMetric(built.Seconds(), "s/build")
	b.ReportMetric(loaded.Seconds(), "s/load")
	b.ReportMetric(float64(form.Len())/float64(l.Names()), "B/name-file")
	runtime.KeepAlive(table)
	runtime.KeepAlive(l)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
