// Command tessera measures durable appends to Comity's ledger beside Tessera
// on the same disk. README.md says what is compared with what.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

func main() {
	dir := flag.String("dir", os.TempDir(), "a folder on the disk to measure")
	budget := flag.Duration("for", time.Second, "how long each appends in a round")
	rounds := flag.Int("rounds", 5, "rounds, of which the medians stand")
	flag.Parse()
	if err := run(*dir, *budget, max(1, *rounds)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A log is one that a contender has opened in an empty folder.
type log interface {
	// add returns once the entry is as safe as the contender says.
	add(ctx context.Context, entry []byte) error
	// close fails unless the log's newest head is signed and holds that many.
	close(ctx context.Context, entries int64) error
}

// contender is one way to append, by so many callers at once who each wait for
// an append before they make the next.
type contender struct {
	what    string
	callers int
	open    func(ctx context.Context, dir string) (log, error)
}

const (
	ours   = "Comity's store: committed, under a signed checkpoint"
	asNode = "Comity's store as a node has it: also its head in a second file"
)

func contenders() []contender {
	each := batching{1, time.Second}
	fast, usual, short := batching{64, 10 * time.Millisecond}, batching{256, 250 * time.Millisecond}, batching{256, 100 * time.Millisecond}
	list := []contender{
		{"nothing but a write and a sync", 1, openDisk},
		{ours, 1, openComity},
		{asNode, 1, openNode},
		{"Tessera, batches of 1: integrated", 1, each.integrated},
	}
	for _, callers := range []int{1, 64, 512} {
		if callers > 1 {
			list = append(list, contender{ours, callers, openComity}, contender{asNode, callers, openNode})
		}
		list = append(list,
			contender{"Tessera, " + fast.String() + ": integrated", callers, fast.integrated},
			contender{"Tessera, " + short.String() + ": integrated", callers, short.integrated},
			contender{"Tessera, " + usual.String() + " (default): integrated", callers, usual.integrated},
			contender{"Tessera, " + fast.String() + ": under a signed checkpoint", callers, fast.published},
		)
	}
	return list
}

func run(dir string, budget time.Duration, rounds int) error {
	fmt.Printf("Tessera %s, %s, %s/%s, %d cores; entries of %d bytes, medians of %d rounds\n\n",
		version("github.com/transparency-dev/tessera"), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), entrySize, rounds)
	list := contenders()
	results := make([][]result, len(list))
	for range rounds { // in turns, so that what else the machine does falls on all
		for i, c := range list {
			r, err := measure(c, dir, budget)
			if err != nil {
				return fmt.Errorf("%s, %d callers: %w", c.what, c.callers, err)
			}
			results[i] = append(results[i], r)
		}
	}
	print(list, results)
	return nil
}

func print(list []contender, results [][]result) {
	us := map[int][]result{} // by callers
	for i, c := range list {
		if c.what == ours {
			us[c.callers] = results[i]
		}
	}
	fmt.Println("| what each append waits for | callers | appends a second | ms (p50) | Comity / this |")
	fmt.Println("| --- | --: | --: | --: | --: |")
	for i, c := range list {
		var rates, p50s, ratios []float64
		for round, r := range results[i] {
			rates = append(rates, r.rate)
			p50s = append(p50s, float64(r.p50)/float64(time.Millisecond))
			ratios = append(ratios, us[c.callers][round].rate/r.rate)
		}
		fmt.Printf("| %s | %d | %.0f | %.3g | %s |\n", c.what, c.callers, median(rates), median(p50s), times(median(ratios)))
	}
}

func times(ratio float64) string {
	if ratio < 10 {
		return fmt.Sprintf("%.1f", ratio)
	}
	return fmt.Sprintf("%.0f", ratio)
}

// measure opens a log in a folder of its own and appends until the budget is
// spent. Each starts with the garbage of the one before cleared.
func measure(c contender, dir string, budget time.Duration) (result, error) {
	dir, err := os.MkdirTemp(dir, "bench")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	l, err := c.open(ctx, dir)
	if err != nil {
		return result{}, err
	}
	runtime.GC()
	took, elapsed, err := appendAll(ctx, l, c.callers, budget)
	if err = errors.Join(err, l.close(ctx, int64(len(took)))); err != nil {
		return result{}, err
	}
	slices.Sort(took)
	return result{rate: float64(len(took)) / elapsed.Seconds(), p50: took[len(took)/2]}, nil
}

// result is what a round gave: appends a second, and how long half of them took
// at most.
type result struct {
	rate float64
	p50  time.Duration
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return "of unknown version"
}
