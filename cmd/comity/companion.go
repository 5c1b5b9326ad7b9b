package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"comity/fault"
	"comity/intake"
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
	for _, end := range companionEndings {
		dir := strings.TrimSuffix(file, ending) + end
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if b := pictureAt(filepath.Join(dir, e.Name()), e); b != nil {
				list = append(list, intake.File{Name: filepath.Base(dir) + "/" + e.Name(), Content: b})
			}
		}
	}
	return list
}

// mostPicture is how large a picture of a page may be.
const mostPicture = 16 << 20

// pictureAt reads a file if it is a picture of no great size.
func pictureAt(path string, e os.DirEntry) []byte {
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > mostPicture {
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(http.DetectContentType(b), "image/") {
		return nil
	}
	return b
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
