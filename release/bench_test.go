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

// ringOf makes a world of n agencies with three duties each, around a ring:
// everybody is reached, circles included.
func ringOf(n int) (release.World, [][]int) {
	p := law.Pack{ID: "bench", Version: 1, Title: "t", Status: law.InForce, From: now.Add(-time.Hour), Confidence: law.WordingRead, Covers: []party.Pattern{"**"}}
	edges := make([][]int, n)
	for i := range n {
		for k := 1; k <= 3; k++ {
			to := (i*3 + k) % n
			edges[i] = append(edges[i], to)
			p.Rules = append(p.Rules, duty(fmt.Sprintf("R%d-%d", i, k), i, to))
		}
	}
	return release.World{Packs: []law.Pack{p}}, edges
}

// areasOf makes a world of n agencies of which each passes on what is about
// its areas only: about a hundred are reached by a question about one.
func areasOf(n int) (release.World, [][]int) {
	w, _ := ringOf(n)
	edges := make([][]int, n)
	areas := max(1, n/100)
	for i := range w.Packs[0].Rules {
		from, k := i/3, i%3+1
		area := from % areas
		// The ring of an area: every areas-th agency.
		size := (n - area + areas - 1) / areas
		to := area + areas*((from/areas*3+k)%size)
		r := &w.Packs[0].Rules[i]
		r.Recipients, r.Areas = []party.Name{agency(to)}, []intel.Area{intel.Area(fmt.Sprint("area-", area))}
		if area == 0 {
			edges[from] = append(edges[from], to)
		}
	}
	return w, edges
}

func duty(id string, from, to int) law.Rule {
	return law.Rule{ID: id, DutyHolder: law.Who{Party: party.Pattern(agency(from))}, Kinds: []law.Trigger{law.Receive},
		Recipients: []party.Name{agency(to)}, Scope: intel.Scope{Content: intel.Full, Contact: true}, Force: law.Must,
		Deadline: law.Deadline{Amount: 1, Unit: law.Hour}, Status: law.InForce, Confidence: law.WordingRead}
}

func agency(i int) party.Name { return party.Name(fmt.Sprintf("xx/a%d", i)) }

// BenchmarkDecide measures who will see it with reasons, beside a plain
// breadth-first search over the same edges in the same run, which is the
// limit: it tells who is reached and nothing else.
func BenchmarkDecide(b *testing.B) {
	for _, kind := range []struct {
		name  string
		world func(int) (release.World, [][]int)
	}{{"all areas", ringOf}, {"by area", areasOf}} {
		for _, n := range []int{50, 500, 5000} {
			b.Run(fmt.Sprint(kind.name, ", ", n, " parties"), func(b *testing.B) {
				w, edges := kind.world(n)
				rules := release.Prepare(w)
				q := ask(item(b, "TLP:CLEAR"), agency(0), intel.Copy)
				q.Item.Areas = []intel.Area{"area-0"}
				start := time.Now()
				reached := 0
				for range b.N {
					reached = search(edges)
				}
				plain := time.Since(start)
				b.ResetTimer()
				for range b.N {
					if p, err := rules.Decide(q); err != nil || len(p.Rows) != reached {
						b.Fatal(len(p.Rows), reached, err)
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(plain), "x-plain-search")
				b.ReportMetric(float64(reached), "reached")
			})
		}
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

// BenchmarkBest measures the planner over 20 recipients, 50 portions and 5,000
// parties, beside one question of the same world in the same run.
func BenchmarkBest(b *testing.B) {
	for _, kind := range []struct {
		name  string
		world func(int) (release.World, [][]int)
	}{{"all areas", ringOf}, {"by area", areasOf}} {
		b.Run(kind.name, func(b *testing.B) {
			w, _ := kind.world(5000)
			rules := release.Prepare(w)
			marks := []string{"TLP:CLEAR", "TLP:CLEAR // NOT:xx/a77", "TLP:AMBER // CLIENTS:xx/*", "TLP:GREEN // COMMUNITY:xx/**", "REL:xx/** // NOFWD"}
			banners := make([]string, 50)
			for n := range banners {
				banners[n] = marks[n%len(marks)]
			}
			q := release.Question{Item: item(b, banners...), Sender: "us/dea/desk", At: now}
			q.Item.Areas = []intel.Area{"area-0"}
			for i := range 20 {
				r := release.Recipient{Party: agency(i * 50)}
				for range banners {
					r.Forms = append(r.Forms, intel.Copy)
				}
				q.Recipients = append(q.Recipients, r)
			}
			one := q
			one.Recipients = q.Recipients[:1]
			start := time.Now()
			for range b.N {
				if _, err := rules.Decide(one); err != nil {
					b.Fatal(err)
				}
			}
			single := time.Since(start)
			b.ResetTimer()
			var best release.Best
			for range b.N {
				var err error
				if best, err = rules.Best(q); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(single), "x-one-plan")
			b.ReportMetric(float64(len(best.Held)), "held")
		})
	}
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
