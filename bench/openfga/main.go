// Command openfga measures "who will see it" beside OpenFGA in the same
// process and a plain search over the same graph. README.md says what is
// compared with what.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"comity/release"
)

func main() {
	budget := flag.Duration("for", time.Second, "how long to repeat each question")
	flag.Parse()
	if err := run(*budget); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(budget time.Duration) error {
	fmt.Printf("OpenFGA %s, %s, %s/%s, %d cores; milliseconds per question, medians\n\n",
		version("github.com/openfga/openfga"), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Println("| rules | parties | reached | plain search | OpenFGA, its memory store | OpenFGA, indexed | Comity, all reasons | store / Comity | indexed / Comity | Comity / search | made ready |")
	fmt.Println("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
	for _, topics := range []bool{true, false} {
		for _, s := range shapes {
			for _, n := range []int{50, 500, 5000} {
				line, err := compare(newWorld(n, s, topics), budget)
				if err != nil {
					return err
				}
				fmt.Println(line)
			}
		}
	}
	if err := broken(budget); err != nil {
		return err
	}
	return most(budget)
}

// compare asks all contenders about one world.
func compare(w world, budget time.Duration) (string, error) {
	g := newGraph(w)
	want := map[string]bool{}
	for _, i := range g.reach() {
		want[w.name(i)] = true
	}
	search, err := median(budget, func() error { g.reach(); return nil })
	if err != nil {
		return "", err
	}
	ours, ready, err := comity(w, want, budget)
	if err != nil {
		return "", err
	}
	stored, err := openFGA(w, false, want, budget)
	if err != nil {
		return "", err
	}
	indexed, err := openFGA(w, true, want, budget)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("| %s | %d | %d | %s | %s | %s | %s | %s | %s | %.0f | %s |", w.title(), w.parties, len(want), ms(search), stored, indexed,
		ms(ours), stored.times(ours), indexed.times(ours), float64(ours)/float64(search), ms(ready)), nil
}

// comity measures a question, once the rules are ready, and how long it took
// to make them ready and answer the first.
func comity(w world, want map[string]bool, budget time.Duration) (took, ready time.Duration, err error) {
	q, err := toFirst(w)
	if err != nil {
		return 0, 0, err
	}
	world := rulesOf(w)
	start := time.Now()
	rules := release.Prepare(world)
	p, err := rules.Decide(q)
	ready = time.Since(start)
	if err != nil {
		return 0, 0, err
	}
	got := map[string]bool{}
	for _, r := range p.Rows {
		got[string(r.Party)] = true
		if len(r.Path) == 0 && string(r.Party) != w.name(0) {
			return 0, 0, fmt.Errorf("%s stands there without a reason", r.Party)
		}
	}
	if !same(got, want) || len(p.Rows) != len(want) {
		return 0, 0, fmt.Errorf("%s, %d parties: %d rows for %d parties, and the search reaches %d", w.title(), w.parties, len(p.Rows), len(got), len(want))
	}
	took, err = median(budget, func() error {
		p, err := rules.Decide(q)
		if err == nil && len(p.Rows) != len(want) {
			err = errors.New("the second answer differs from the first")
		}
		return err
	})
	return took, ready, err
}

// listed is how OpenFGA did: how long it took, or why that does not count.
type listed struct {
	took time.Duration
	why  string
}

func (l listed) String() string {
	if l.why != "" {
		return l.why
	}
	return ms(l.took)
}

// times gives the ratio to our time; there is none where the list is not full.
func (l listed) times(ours time.Duration) string {
	if l.why != "" {
		return "none"
	}
	return fmt.Sprintf("%.0f", float64(l.took)/float64(ours))
}

func openFGA(w world, withIndex bool, want map[string]bool, budget time.Duration) (listed, error) {
	f, err := newFGA(w, withIndex)
	if err != nil {
		return listed{}, err
	}
	defer f.close()
	short := listed{}
	took, err := median(budget, func() error {
		users, err := f.list()
		switch {
		case err != nil:
			short.why = "refused: too deep"
			if !tooDeep(err) {
				short.why = "refused: " + err.Error()
			}
			return errShort
		case !same(f.names(users), want):
			short.why = fmt.Sprintf("not the full list: %d", len(users))
			return errShort
		}
		return nil
	})
	if errors.Is(err, errShort) {
		return short, nil
	}
	return listed{took: took}, err
}

var errShort = errors.New("not the full list")

// median repeats a question at least five times and until the budget is
// spent. What is short is asked many times per reading, since a clock cannot
// see it. Each contender starts with the garbage of the one before cleared.
func median(budget time.Duration, ask func() error) (time.Duration, error) {
	runtime.GC()
	start := time.Now()
	if err := ask(); err != nil {
		return 0, err
	}
	per := max(1, int(time.Millisecond/(time.Since(start)+1)))
	var readings []time.Duration
	for begun := time.Now(); len(readings) < 5 || time.Since(begun) < budget; {
		start := time.Now()
		for range per {
			if err := ask(); err != nil {
				return 0, err
			}
		}
		readings = append(readings, time.Since(start)/time.Duration(per))
	}
	slices.Sort(readings)
	return readings[len(readings)/2], nil
}

func same(a, b map[string]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if !b[n] {
			return false
		}
	}
	return true
}

func ms(d time.Duration) string { return fmt.Sprintf("%.3g", float64(d)/float64(time.Millisecond)) }

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return "of unknown version"
}
