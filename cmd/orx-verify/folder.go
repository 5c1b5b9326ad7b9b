package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"comity/fault"
)

// Why evidence was kept, as its files are named.
const (
	whyFork         = "fork"
	whyEquivocation = "equivocation"
)

// What the pieces of evidence are, as their files are named.
const (
	head1         = "head-1.checkpoint"
	head2         = "head-2.checkpoint"
	headsAsked    = "heads-asked.json"
	headsSaid     = "heads-said.json"
	envelopeTaken = "envelope-taken.json"
	envelopeOther = "envelope-other.json"
	cardThen      = "card.json" // the node's card as it was then: for --card, not evidence by itself
	cardBefore    = "card-"     // and those before it, by serial: card-1.json
)

// kept lists the pieces that an incident may have, by why they were kept; it
// begins with the first.
var kept = map[string][]string{
	whyFork:         {head1, head2, headsAsked, headsSaid, cardThen},
	whyEquivocation: {envelopeTaken, envelopeOther, cardThen},
}

// piece is one file of evidence: 03-fork-heads-said.json.
type piece struct {
	file   string
	number int
	why    string
	name   string
}

// incident is the pieces that were kept together, in their order.
type incident []piece

// pieceOf reads a file's name. Other files in the folder, such as the card,
// are none of the evidence.
func pieceOf(file string) (piece, bool) {
	number, rest, _ := strings.Cut(file, "-")
	why, name, _ := strings.Cut(rest, "-")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || fmt.Sprintf("%02d", n) != number {
		return piece{}, false
	}
	if name == "" || strings.Trim(why, "abcdefghijklmnopqrstuvwxyz") != "" || why == "" {
		return piece{}, false
	}
	return piece{file, n, why, name}, true
}

// isCard reports whether the piece is named as a card of the node.
func (p piece) isCard() bool {
	if p.name == cardThen {
		return true
	}
	serial, ok := strings.CutSuffix(strings.TrimPrefix(p.name, cardBefore), ".json")
	n, err := strconv.ParseInt(serial, 10, 64)
	return ok && err == nil && n > 0 && p.name == fmt.Sprintf("%s%d.json", cardBefore, n)
}

// takes reports whether a piece belongs to the incident. One that cannot
// stands for an incident of its own: it is then said what is wrong with that,
// and what came before is judged without it.
func (i incident) takes(p piece) bool {
	later := slices.Index(kept[p.why], p.name) > 0 || kept[p.why] != nil && p.isCard()
	return p.why == i[0].why && later &&
		!slices.ContainsFunc(i, func(q piece) bool { return q.name == p.name })
}

// known checks that all pieces are of the kinds that are judged here.
func (i incident) known() error {
	for _, p := range i {
		if !slices.Contains(kept[p.why], p.name) && (kept[p.why] == nil || !p.isCard()) {
			return fault.New(fault.Unsupported, "this program does not know what a file named like this shows").At("%s", p.file).
				Fix("use the orx-verify that belongs to the comity which saved it")
		}
	}
	return nil
}

// files lists the names of the incident's files.
func (i incident) files() []string {
	var list []string
	for _, p := range i {
		list = append(list, p.file)
	}
	return list
}

// gather puts the pieces of a folder in the order of their numbers, and those
// of one incident together.
func gather(files []string) ([]incident, error) {
	var pieces []piece
	for _, f := range files {
		if p, ok := pieceOf(f); ok {
			pieces = append(pieces, p)
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return a.number - b.number })
	var list []incident
	for i, p := range pieces {
		if i > 0 && pieces[i-1].number == p.number {
			return nil, fault.New(fault.Invalid, "two files have the number %d: %q and %q", p.number, pieces[i-1].file, p.file).
				Fix("save the evidence against each node to an empty folder of its own")
		}
		if n := len(list); n > 0 && list[n-1].takes(p) {
			list[n-1] = append(list[n-1], p)
			continue
		}
		list = append(list, incident{p})
	}
	return list, nil
}

// incidents lists what a folder holds evidence of, at least one incident.
func incidents(dir string) ([]incident, error) {
	files, err := listed(dir)
	if err != nil {
		return nil, err
	}
	list, err := gather(files)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Invalid, "there is no evidence in the folder").At("%s", dir).
			Fix("its files are named like 01-fork-head-1.checkpoint, as comity partner evidence saves them")
	}
	return list, err
}

// maxListed bounds what is looked at of a folder, whoever packed it.
const maxListed = 4096

// listed gives the names of a folder's files.
func listed(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the folder cannot be read: %v", errors.Unwrap(err)).At("%s", dir)
	}
	defer f.Close()
	entries, err := f.ReadDir(maxListed + 1)
	if err != nil && err != io.EOF {
		return nil, fault.New(fault.Invalid, "this is not a folder that can be read").At("%s", dir).
			Fix("name the folder that comity partner evidence saved to")
	}
	if len(entries) > maxListed {
		return nil, fault.New(fault.TooLarge, "the folder has more than %d files", maxListed).At("%s", dir)
	}
	return plainFiles(dir, entries)
}

// plainFiles refuses evidence that is not a file by itself: a pipe or a device
// would keep the program waiting, and a link leads out of the folder.
func plainFiles(dir string, entries []fs.DirEntry) ([]string, error) {
	var files []string
	for _, e := range entries {
		if _, ok := pieceOf(e.Name()); ok && !e.Type().IsRegular() {
			return nil, fault.New(fault.Invalid, "this is not a plain file").At("%s", filepath.Join(dir, e.Name())).
				Fix("put the file itself into the folder")
		}
		files = append(files, e.Name())
	}
	return files, nil
}

// load reads the pieces of an incident, by what they are.
func (i incident) load(dir string) (map[string][]byte, error) {
	bodies := map[string][]byte{}
	for _, p := range i {
		b, err := read(filepath.Join(dir, p.file))
		if err != nil {
			return nil, err
		}
		bodies[p.name] = b
	}
	return bodies, nil
}
