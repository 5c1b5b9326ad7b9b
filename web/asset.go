package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"

	"comity/ref"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file that pages load, with the name of what it holds.
type asset struct {
	content []byte
	media   string
	mark    string
}

type assets map[string]asset

var medias = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

func readAssets() assets {
	list := assets{}
	_ = fs.WalkDir(assetFiles, "assets", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := assetFiles.ReadFile(p)
		list[path.Base(p)] = asset{b, medias[path.Ext(p)], ref.Content(b).Short()}
		return err
	})
	return list
}

// address is where a page finds an asset: another one after each change, so that
// a browser may keep what it has.
func (a assets) address(name string) string { return "/assets/" + name + "?v=" + a[name].mark }

func (v *visit) asset() error {
	a, ok := v.assets[v.r.PathValue("file")]
	if !ok {
		http.Error(v.w, "there is no such file", http.StatusNotFound)
		return nil
	}
	v.w.Header().Set("Content-Type", a.media)
	if v.r.URL.Query().Get("v") == a.mark {
		v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, err := v.w.Write(a.content)
	return gone(err)
}

// gone drops the error of a browser that has left.
func gone(error) error { return nil }
