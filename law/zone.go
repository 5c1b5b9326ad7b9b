package law

import (
	"archive/zip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"comity/fault"
)

// The years that a zone's table is made for. Before and after, the nearest
// offset holds.
const (
	firstYear = 1970
	lastYear  = 2200
)

// zoneFiles is the IANA database that zone/README.md tells of. The machine's
// own copy is never asked: a closure must replay the same everywhere.
//
//go:embed zone/zoneinfo.zip
var zoneFiles string

// zoneIndex opens the database once.
var zoneIndex = sync.OnceValue(func() map[string]*zip.File {
	index := map[string]*zip.File{}
	r, err := zip.NewReader(strings.NewReader(zoneFiles), int64(len(zoneFiles)))
	if err != nil {
		return index // no zone is found, and every pack that names one is refused
	}
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			index[f.Name] = f
		}
	}
	return index
})

// zone is a time zone as a table: from each instant on, so many seconds east
// of UTC. It is asked for every step of every closure, and a table is cheap.
type zone struct {
	from   []int64
	offset []int64
}

// made keeps zones that were read once; they never change.
var made sync.Map // name -> *zone

// findZone gives a zone by its IANA name.
func findZone(name string) (*zone, error) {
	if z, ok := made.Load(name); ok {
		return z.(*zone), nil
	}
	f, ok := zoneIndex()[name]
	if !ok {
		return nil, fault.New(fault.Invalid, "there is no time zone %q", name).Fix("write its IANA name%s", likeZone(name))
	}
	loc, err := readZone(f)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the time zone %q cannot be read", name).Fix("write another IANA name, such as Europe/Berlin")
	}
	z := tabulate(loc)
	made.Store(name, z)
	return z, nil
}

// likeZone suggests what a mistyped zone most likely meant.
func likeZone(name string) string {
	city := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	city = strings.ReplaceAll(city, " ", "_")
	var like []string
	for n := range zoneIndex() {
		if city != "" && strings.HasSuffix("/"+strings.ToLower(n), "/"+city) {
			like = append(like, n)
		}
	}
	if len(like) == 0 {
		return ", such as America/Mexico_City"
	}
	return ": " + slices.Min(like)
}

func readZone(f *zip.File) (*time.Location, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(f.Name, b)
}

func tabulate(loc *time.Location) *zone {
	z := &zone{}
	for t := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).In(loc); t.Year() <= lastYear; {
		_, east := t.Zone()
		if n := len(z.offset); n == 0 || z.offset[n-1] != int64(east) {
			z.from, z.offset = append(z.from, t.Unix()), append(z.offset, int64(east))
		}
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		if !end.After(t) {
			end = t.Add(time.Hour) // package time stands still on the last day of a leap year
		}
		t = end
	}
	return z
}

// span gives the stretch of one offset that holds an instant. The nil zone is
// UTC.
func (z *zone) span(at int64) int {
	i, found := slices.BinarySearch(z.from, at)
	if !found {
		i--
	}
	return max(i, 0)
}

// wall reads the local clock at an instant, in seconds. Where clocks are about
// to be put back, it reads what they are put back to: the hour comes twice, and
// of two starts the later must never run out earlier.
func (z *zone) wall(at int64) int64 {
	if z == nil {
		return at
	}
	i := z.span(at)
	w := at + z.offset[i]
	if i+1 < len(z.from) {
		w = min(w, z.from[i+1]+z.offset[i+1])
	}
	return w
}

// reach gives the first instant at which the local clock shows a reading or
// more: the first of an hour that comes twice, and the moment of the change
// for one that is left out.
func (z *zone) reach(wall int64) int64 {
	if z == nil {
		return wall
	}
	for i := z.span(wall - 2*daySeconds); ; i++ {
		at := wall - z.offset[i]
		if i > 0 {
			at = max(at, z.from[i])
		}
		if i+1 == len(z.from) || at < z.from[i+1] {
			return at
		}
	}
}
