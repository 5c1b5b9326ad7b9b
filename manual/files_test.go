package manual

import (
	"path/filepath"
	"testing"

	"comity/fault"
)

func TestFilesHaveEverythingInItsPlace(t *testing.T) {
	all, err := Files(model(t), options(), known...)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"man1/gem.1", "man1/gem-import.1", "bash/gem", "zsh/_gem", "fish/gem.fish"} {
		if all[path] == "" {
			t.Errorf("%s is missing", path)
		}
	}
	for path := range all {
		if !filepath.IsLocal(path) {
			t.Errorf("%s lies elsewhere", path)
		}
	}
	if len(all) != 11 {
		t.Errorf("%d files", len(all))
	}
	again, err := Files(model(t), options(), known...)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range all {
		if again[path] != text {
			t.Errorf("%s is written differently a second time", path)
		}
	}
	if _, err := Files(model(t), Options{}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	app := model(t)
	app.Name = "gem/stone"
	if _, err := Files(app, options()); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}
