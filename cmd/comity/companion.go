package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"comity/fault"
	"comity/intake"
	"comity/intake/reader"
	"comity/intel"
)

// Browsers save the pictures of a page in a folder beside it, under a name of the
// page's own.
var companionEndings = []string{"_files", "_archivos", "-files", "_fichiers", "_Dateien"}

var pageEndings = []string{".html", ".htm", ".xhtml"}

// companions reads the pictures that were saved with a page.
func companions(file string) []intake.File {
	ending := filepath.Ext(file)
	if !slices.Contains(pageEndings, strings.ToLower(ending)) {
		return nil
	}
	var list []intake.File
	total := 0
	for _, end := range companionEndings {
		dir := strings.TrimSuffix(file, ending) + end
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() { // a link may lead anywhere
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if len(list) == intel.MaxFiles || total >= reader.MostBeside {
				return list
			}
			if b := pictureAt(filepath.Join(dir, e.Name())); b != nil {
				total += len(b)
				list = append(list, intake.File{Name: filepath.Base(dir) + "/" + e.Name(), Content: b})
			}
		}
	}
	return list
}

// mostPicture is how large a picture of a page may be.
const mostPicture = 16 << 20

// pictureAt reads a file if it is a picture of no great size, and no link.
func pictureAt(path string) []byte {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > mostPicture {
		return nil
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	if !strings.HasPrefix(http.DetectContentType(head[:n]), "image/") {
		return nil
	}
	rest, err := io.ReadAll(io.LimitReader(f, mostPicture))
	if err != nil {
		return nil
	}
	return append(head[:n], rest...)
}

// isCompanion tells the folder of a page that stands beside it.
func isCompanion(dir string) bool {
	for _, end := range companionEndings {
		base, found := strings.CutSuffix(dir, end)
		if !found {
			continue
		}
		for _, ending := range pageEndings {
			if info, err := os.Stat(base + ending); err == nil && info.Mode().IsRegular() {
				return true
			}
		}
	}
	return false
}

// within says in which file a fault lies.
func within(err error, file string) error {
	e := fault.Safe(err)
	if e.Where == "" {
		return e.At("%s", clean(file))
	}
	return e.At("%s: %s", clean(file), e.Where)
}
