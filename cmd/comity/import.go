package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"comity/fault"
	"comity/intake"
	"comity/intake/bring"
	"comity/intake/reader"
	"comity/intel"
)

type importCmd struct {
	Paths   []string `arg:"" name:"file" help:"Text, Markdown, HTML, PDF, DOCX or mail (EML), or a folder of them; - reads text from the input."`
	Look    bool     `help:"Show what would be imported and what set aside, and import nothing."`
	Pages   string   `help:"Of a document with pages only these, such as 3-17." placeholder:"FROM-TO"`
	Again   bool     `help:"Also what was imported before."`
	Title   string   `help:"The title; the default is the document's, or its first heading." placeholder:"TEXT"`
	Kind    string   `help:"report, request, answer, note, ..." placeholder:"KIND"`
	Topic   string   `help:"The matter in a few words: contact reports quote it." placeholder:"TEXT"`
	Areas   string   `help:"Fields of crime, by which some duties are owed: drugs,firearms,money... None named is read as any." placeholder:"A,B"`
	Purpose string   `help:"What it may be used for." placeholder:"TEXT"`
	Basis   string   `help:"Why it may be held." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (importCmd) Help() string {
	return `Each paragraph becomes a portion. Of a saved page the furniture - menus, buttons, counts of
shares, comments - is set aside: comity aside shows it and takes it back. Pictures that were
saved with a page become exhibits with their captions and credits. A scanned PDF is read by
tesseract if the machine has it, and says so. Documents are read in a process of their own,
without a network. A new item has no marking, and what has no marking is for nobody outside
the node.

    comity import boats.md --topic "maritime interdiction" --purpose "joint patrol"
    comity import page.html --look
    comity import seized-papers/ --topic "front companies" --purpose "joint case"`
}

// Run imports what the paths name.
func (c *importCmd) Run(s *session) error {
	if c.Kind != "" && !slices.Contains(intel.Kinds, intel.Kind(c.Kind)) {
		return fault.New(fault.Invalid, "there is no kind of item %q", c.Kind).Fix("kinds are %s", listedWords(intel.Kinds))
	}
	areas, err := intel.ParseAreas(c.Areas)
	if err != nil {
		return err
	}
	pages, err := parsePages(c.Pages)
	if err != nil {
		return err
	}
	files, folder, err := documents(c.Paths)
	if err != nil {
		return err
	}
	i := importer{s: s, c: c, areas: areas, pages: pages}
	if len(files) == 1 && !folder {
		return i.one(files[0])
	}
	if c.Title != "" || c.Pages != "" {
		return fault.New(fault.Invalid, "--title and --pages are for one document").Fix("leave them out, or import the documents one by one")
	}
	return i.many(files)
}

// documents lists the files that paths name: of a folder all of them, but for
// hidden ones and the folders that browsers save beside a page.
func documents(paths []string) (files []string, folder bool, err error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case p == "-":
			files = append(files, p)
			continue
		case err != nil:
			return nil, false, unreadable(p, err)
		case !info.IsDir():
			files = append(files, p)
			continue
		}
		folder = true
		err = filepath.WalkDir(p, func(at string, e fs.DirEntry, err error) error {
			if err != nil {
				return unreadable(at, err)
			}
			hidden := at != p && strings.HasPrefix(e.Name(), ".")
			if e.IsDir() && (hidden || isCompanion(at)) {
				return filepath.SkipDir
			}
			if e.Type().IsRegular() && !hidden {
				files = append(files, at)
			}
			if len(files) > mostDocuments {
				return fault.New(fault.TooLarge, "%s holds more than %d files", p, mostDocuments).Fix("import the folders in it one by one")
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	if len(files) == 0 {
		return nil, false, fault.New(fault.Invalid, "there is no file to import")
	}
	return files, folder, nil
}

const mostDocuments = 10000

// parsePages reads a range of pages; the zero range is all.
func parsePages(s string) (p [2]int, err error) {
	if s == "" {
		return p, nil
	}
	from, to, both := strings.Cut(s, "-")
	if !both {
		to = from
	}
	var errFrom, errTo error
	p[0], errFrom = strconv.Atoi(from)
	p[1], errTo = strconv.Atoi(to)
	if errFrom != nil || errTo != nil || p[0] < 1 || p[1] < p[0] {
		return p, fault.New(fault.Invalid, "%q is no range of pages", s).Fix("write it like 3-17")
	}
	return p, nil
}

// importer imports documents with one set of words about them.
type importer struct {
	s     *session
	c     *importCmd
	areas []intel.Area
	pages [2]int
}

// readIn reads a document.
func (i importer) readIn(file string) (bring.Document, error) {
	content, err := readInput(i.s, file, intake.MaxFile)
	if err != nil {
		return bring.Document{}, err
	}
	return i.understood(file, content, companions(file))
}

func (i importer) understood(file string, content []byte, beside []intake.File) (bring.Document, error) {
	r, err := i.s.readers().Read(i.s.ctx, reader.Input{Name: filepath.Base(file), Content: content, Beside: beside})
	if err != nil {
		return bring.Document{}, within(err, file)
	}
	d, err := bring.Of(file, content, r, i.about())
	if err != nil {
		return bring.Document{}, within(err, file)
	}
	return d, nil
}

// build names this very program and the machine's kind.
func build(path string) string {
	at := runtime.GOARCH
	if info, err := os.Stat(path); err == nil {
		at += fmt.Sprintf("-%x-%x", info.Size(), info.ModTime().UnixNano())
	}
	return at
}

// readers reads documents in processes of this program. What they compile is kept in
// the home, for this very build.
func (s *session) readers() reader.Reader {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	keep := filepath.Join(string(s.home()), "reader-"+build(path))
	if _, err := os.Stat(keep); err != nil {
		older, _ := filepath.Glob(filepath.Join(string(s.home()), "reader-*"))
		for _, o := range older { // of programs that were here before this one
			_ = os.RemoveAll(o)
		}
	}
	return reader.Reader{Path: path, Args: []string{os.Args[0], readDocument, keep}, Warm: []string{os.Args[0], warmReader}, Keep: keep}
}
