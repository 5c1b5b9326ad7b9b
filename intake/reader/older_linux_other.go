//go:build linux && !amd64

package reader

var older []uint32
