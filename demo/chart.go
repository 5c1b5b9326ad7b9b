package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// chart draws the picture that goes with the report: eleven tracks off a coast at
// night, on a grainy sea, so that it is as large as a photograph is.
func chart() ([]byte, error) {
	const w, h = 1000, 640
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	grain := uint32(2026)
	for y := range h {
		for x := range w {
			grain = grain*1664525 + 1013904223 // numbers that look like chance, the same every time
			g := uint8(grain >> 28)
			sea := color.RGBA{12 + g, 24 + g, 58 + 2*g, 255}
			if coast := 760 - y/3 + int(6*wave(y)); x > coast {
				sea = color.RGBA{54 + g, 58 + g, 46 + g, 255}
			}
			m.SetRGBA(x, y, sea)
		}
	}
	for n := range 11 {
		for y := range h {
			x := 90 + 48*n - y/4 + int(9*wave(y+61*n))
			for d := range 3 {
				if x+d >= 0 && x+d < w && y%(17+n) > 4 {
					m.SetRGBA(x+d, y, color.RGBA{250, 214, 96, 255})
				}
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

// wave swings between -1 and 1 every 100 steps, in straight lines.
func wave(at int) float64 {
	if at %= 100; at < 50 {
		return float64(at)/25 - 1
	}
	return 3 - float64(at)/25
}
