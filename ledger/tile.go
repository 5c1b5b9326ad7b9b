package ledger

import (
	"encoding/binary"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"comity/fault"
	"comity/ref"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxPath    = 64
	maxLevel   = 63
	bundle     = -1 // the level of a tile of entries
)

// Tile gives the bytes of the tile at a C2SP tlog-tiles path:
//
//	tile/<L>/<N>[.p/<W>]        hashes of level 8*L, 32 bytes each
//	tile/entries/<N>[.p/<W>]    commitments, each after its length 0x0020
//
// A path that is not in its one form is Invalid; a tile that the log has not
// filled to the asked width yet is Withheld.
func Tile(l Leaves, path string) ([]byte, error) {
	t, err := parseTile(path)
	if err != nil {
		return nil, err
	}
	size, err := l.Size()
	if err != nil {
		return nil, err
	}
	level := max(t.L, 0)
	if t.N<<tileHeight+int64(t.W) > size>>(tileHeight*level) {
		return nil, fault.New(fault.Withheld, "the log has no such tile")
	}
	if t.L == bundle {
		return entryBundle(l, t.N<<tileHeight, t.W)
	}
	return tlog.ReadTileData(t, l)
}

// TilePaths lists the paths of all tiles of a log of that size: what an
// export holds, besides the checkpoint.
func TilePaths(size int64) []string {
	var paths []string
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		paths = append(paths, tilePath(t))
		if t.L == 0 {
			t.L = bundle
			paths = append(paths, tilePath(t))
		}
	}
	return paths
}

func entryBundle(l Leaves, from int64, width int) ([]byte, error) {
	leaves, err := l.Commitments(from, from+int64(width))
	if err != nil {
		return nil, err
	}
	if len(leaves) != width {
		return nil, fault.New(fault.Internal, "the store gave %d leaves where %d were asked for", len(leaves), width)
	}
	out := make([]byte, 0, width*(2+len(ref.Hash{})))
	for _, leaf := range leaves {
		out = binary.BigEndian.AppendUint16(out, uint16(len(leaf)))
		out = append(out, leaf[:]...)
	}
	return out, nil
}

// The library's paths name the height after "tile/", and entries "data"; the
// rest of the form is the same, and its parser takes only what it prints.
const (
	libraryTiles   = "tile/8/"
	libraryEntries = "tile/8/data/"
	ourTiles       = "tile/"
	ourEntries     = "tile/entries/"
)

func parseTile(path string) (tlog.Tile, error) {
	bad := fault.New(fault.Invalid, "this is not the path of a tile").
		Fix("a tile's path looks like tile/0/x001/x234/067 or tile/entries/000.p/12")
	if len(path) > maxPath {
		return tlog.Tile{}, bad
	}
	var asked string
	if n, found := strings.CutPrefix(path, ourEntries); found {
		asked = libraryEntries + n
	} else if n, found := strings.CutPrefix(path, ourTiles); found {
		asked = libraryTiles + n
	}
	t, err := tlog.ParseTilePath(asked)
	if err != nil || tilePath(t) != path || t.L > maxLevel || t.N > maxSize>>tileHeight {
		return tlog.Tile{}, bad
	}
	return t, nil
}

func tilePath(t tlog.Tile) string {
	if n, found := strings.CutPrefix(t.Path(), libraryEntries); found {
		return ourEntries + n
	}
	return ourTiles + strings.TrimPrefix(t.Path(), libraryTiles)
}
