package release_test

import (
	"fmt"
	"testing"
	"time"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
)

// chainOf makes a world of n agencies with three duties each, to the next
// three in a ring: everybody is reached, circles included.
func chainOf(n int) (law.Pack, [][]int) {
	p := law.Pack{ID: "bench", Version: 1, Title: "t", Status: law.InForce, From: now.Add(-time.Hour), Confidence: law.WordingRead, Covers: []party.Pattern{"**"}}
	edges := make([][]int, n)
	for i := range n {
		for k := 1; k <= 3; k++ {
			to := (i*3 + k) % n
			edges[i] = append(edges[i], to)
			p.Rules = append(p.Rules, law.Rule{ID: fmt.Sprintf("R%d-%d", i, k), DutyHolder: law.Who{Party: party.Pattern(agency(i))}, Kinds: []law.Trigger{law.Receive},
				Recipients: []party.Name{agency(to)}, Scope: intel.Scope{Content: intel.Full, Contact: true}, Force: law.Must,
				Deadline: law.Deadline{Amount: 1, Unit: law.Hour}, Status: law.InForce, Confidence: law.WordingRead})
		}
	}
	return p, edges
}

func agency(i int) party.Name { return party.Name(fmt.Sprintf("xx/a%d", i)) }

// BenchmarkDecide measures who will see it with reasons, beside a plain
// breadth-first search over the same edges in the same run, which is the
// limit: it tells who is reached and nothing else.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{5, 50, 500} {
		b.Run(fmt.Sprint(n, " parties"), func(b *testing.B) {
			pack, edges := chainOf(n)
			w := release.World{Packs: []law.Pack{pack}}
			q := ask(item(b, "TLP:CLEAR"), agency(0), intel.Copy)
			start := time.Now()
			for range b.N {
				search(edges)
			}
			plain := time.Since(start)
			b.ResetTimer()
			for range b.N {
				if p, err := release.Decide(w, q); err != nil || len(p.Rows) != n {
					b.Fatal(len(p.Rows), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(plain), "x-plain-search")
		})
	}
}

// BenchmarkLongItem measures a plan of the longest item, every portion of
// which breaks its promises, beside the same item cut to a tenth: it should
// cost about ten times as much.
func BenchmarkLongItem(b *testing.B) {
	w := shipped(b, "mx-statute-2020")
	plan := func(n int) release.Question {
		banners := make([]string, n)
		for i := range banners {
			banners[i] = "TLP:AMBER+STRICT // REL:mx/semar/uin // NOT:mx/sedena:contact // NOFWD // ORCON"
		}
		forms := make([]intel.Form, n)
		for i := range forms {
			forms[i] = intel.Copy
		}
		return ask(item(b, banners...), uin, forms...)
	}
	short, long := plan(intel.MaxPortions/10), plan(intel.MaxPortions)
	start := time.Now()
	for range b.N {
		decide(b, w, short)
	}
	tenth := time.Since(start)
	b.ResetTimer()
	for range b.N {
		decide(b, w, long)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(tenth), "x-a-tenth")
}

func search(edges [][]int) int {
	seen, queue := make([]bool, len(edges)), []int{0}
	seen[0] = true
	for at := 0; at < len(queue); at++ {
		for _, to := range edges[queue[at]] {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return len(queue)
}
