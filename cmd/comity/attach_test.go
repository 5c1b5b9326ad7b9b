package main

import (
	"bytes"
	"strings"
	"testing"
)

// What a file tells beside what it shows is noticed wherever in the file it stands,
// once.
func TestTraces(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 1<<20)
	for says, content := range map[string][]byte{
		"(Exif)":     append(bytes.Clone(long), "Exif\x00\x00 and eXIf"...),
		"(XMP)":      append(bytes.Clone(long), "<x xmlns='http://ns.adobe.com/xap/1.0/'>"...),
		"its author": append(bytes.Clone(long), "/Author (Ana)"...),
	} {
		if got := traces(content); len(got) != 1 || !strings.Contains(got[0], says) {
			t.Errorf("%s: %q", says, got)
		}
	}
	if got := traces(long); len(got) != 0 {
		t.Errorf("nothing in it tells anything: %q", got)
	}
}
