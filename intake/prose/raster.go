package prose

import (
	"bytes"
)

// Raster gives the media type of a raster picture, told by how it begins, or nothing if
// it is none.
func Raster(b []byte) string {
	for _, s := range []struct{ begins, media string }{
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
		{"BM", "image/bmp"}, {"II*\x00", "image/tiff"}, {"MM\x00*", "image/tiff"},
	} {
		if bytes.HasPrefix(b, []byte(s.begins)) {
			return s.media
		}
	}
	if len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" {
		return "image/webp"
	}
	return ""
}
