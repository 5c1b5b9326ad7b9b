package mention

import (
	"math"
	"strconv"
	"strings"
)

const (
	degrees = `(\d{1,3})\s?°\s?(?:(\d{1,2})\s?['′’]\s?)?(?:(\d{1,2}(?:[.,]\d+)?)\s?(?:["″”]|''|’’)\s?)?`
	between = `\s?[,;/]?\s?(?:y|and|by|,)?\s?(?:(?:longitud|longitude|long|lon|lng)\.?:?\s?)?`
)

var (
	decimalPair = expr(`([-+]?\d{1,2}\.\d{3,12})\s?°?\s?([NSns])?` + between + `([-+]?\d{1,3}\.\d{3,12})\s?°?\s?([EWOewo]\b)?`)
	commaPair   = expr(`([-+]?\d{1,2},\d{3,12})\s?°?\s?([NSns])?\s?[;/ ,]\s?(?:y\s)?(?:(?:longitud|long|lon)\.?:?\s?)?([-+]?\d{1,3},\d{3,12})\s?°?\s?([EWOewo]\b)?`)
	sexagesimal = expr(degrees + `(?:de\s)?(?:latitud\s)?([NS])(?:orte|orth|ur|outh)?` + between + degrees + `(?:de\s)?(?:longitud\s)?([EWO])(?:ste|este|est|ast)?`)
	utm         = expr(`(?i)\b(?:UTM\s?:?\s?(?:zon[ea]\s?)?)?([1-6]?\d)\s?([C-HJ-NP-X])[ ,]\s?(?:E\s?)?(\d{6})(?:\.\d+)?\s?m?\s?E?[ ,]{1,2}(?:N\s?)?(\d{6,7})(?:\.\d+)?\s?m?\s?N?\b`)
	mgrs        = expr(`\b([1-6]?\d)([C-HJ-NP-X])\s?([A-HJ-NP-Z][A-HJ-NP-V])\s?(\d{2,5}\s\d{2,5}|(?:\d\d){2,5})\b`)
)

// findPositions reads positions: decimal degrees, degrees with minutes and seconds,
// UTM and MGRS.
func (f *finder) findPositions() {
	f.positions(decimalPair, "a position in degrees", readDecimal)
	f.positions(commaPair, "a position in degrees", readDecimal)
	f.positions(sexagesimal, "a position in degrees, minutes and seconds", readSexagesimal)
	f.positions(mgrs, "a position in the military grid (MGRS)", readMGRS)
	f.positions(utm, "a position in UTM", readUTM)
}

func (f *finder) positions(pattern *expression, why string, read func(part []string) (lat, lon float64, ok bool)) {
	for _, at := range f.search(pattern) {
		part := make([]string, len(at)/2)
		for g := range part {
			if at[2*g] >= 0 {
				part[g] = f.text[at[2*g]:at[2*g+1]]
			}
		}
		lat, lon, ok := read(part)
		if !ok || math.Abs(lat) > 90 || math.Abs(lon) > 180 || f.dateGoesOn(at[0], at[1]) || strings.ContainsAny(f.text[max(0, at[0]-1):at[0]], "$#%") {
			continue
		}
		value := strconv.FormatFloat(lat, 'f', 5, 64) + "," + strconv.FormatFloat(lon, 'f', 5, 64)
		end := at[0] + len(strings.TrimRight(f.text[at[0]:at[1]], " ,;\n"))
		f.take(form{kind: Position, schema: "Address", property: "full", why: why, read: func(string) (string, bool, bool) {
			return value, false, true
		}}, at[0], end)
	}
}

func readDecimal(p []string) (lat, lon float64, ok bool) {
	lat, err1 := strconv.ParseFloat(strings.ReplaceAll(p[1], ",", "."), 64)
	lon, err2 := strconv.ParseFloat(strings.ReplaceAll(p[3], ",", "."), 64)
	return half(lat, p[2]), half(lon, p[4]), err1 == nil && err2 == nil
}

// half puts a number on its half of the world; O is oeste, the west.
func half(n float64, letter string) float64 {
	switch strings.ToUpper(letter) {
	case "S", "W", "O":
		return -math.Abs(n)
	}
	return n
}

func readSexagesimal(p []string) (lat, lon float64, ok bool) {
	lat, ok1 := sixtieths(p[1], p[2], p[3])
	lon, ok2 := sixtieths(p[5], p[6], p[7])
	return half(lat, p[4]), half(lon, p[8]), ok1 && ok2 && p[2] != ""
}

func sixtieths(d, m, s string) (float64, bool) {
	seconds, _ := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64) // digits or nothing
	return float64(number(d)) + float64(number(m))/60 + seconds/3600, number(m) < 60 && seconds < 60
}

func readUTM(p []string) (lat, lon float64, ok bool) {
	zone := number(p[1])
	east, _ := strconv.ParseFloat(p[3], 64)  // digits
	north, _ := strconv.ParseFloat(p[4], 64) // digits
	if zone < 1 || zone > 60 || east < 160_000 || east > 834_000 {
		return 0, 0, false
	}
	letter := strings.ToUpper(p[2])
	lat, lon = fromUTM(zone, letter >= "N", east, north)
	if letter == "S" && !bandHolds('S', lat) { // the south, and no band
		lat, lon = fromUTM(zone, false, east, north)
		return lat, lon, lat < 0
	}
	return lat, lon, letter == "N" || bandHolds(letter[0], lat)
}

// bandHolds tells whether a latitude lies in its band of eight degrees, with some
// room at the edges.
func bandHolds(band byte, lat float64) bool {
	n := strings.IndexByte("CDEFGHJKLMNPQRSTUVWX", band)
	from := float64(n)*8 - 80
	return n >= 0 && lat > from-1 && lat < from+13
}

// readMGRS reads the military grid (DMA TM 8358.1): a zone, a band, two letters for
// the square of 100 km, and digits inside it. Of the squares with one letter the one
// in the band is meant.
func readMGRS(p []string) (lat, lon float64, ok bool) {
	zone, digits := number(p[1]), onlyDigits(p[4])
	if zone < 1 || zone > 60 || len(digits)%2 != 0 {
		return 0, 0, false
	}
	if a, b, parted := strings.Cut(p[4], " "); parted && len(a) != len(b) {
		return 0, 0, false
	}
	column := strings.IndexByte([]string{"STUVWXYZ", "ABCDEFGH", "JKLMNPQR"}[zone%3], p[3][0])
	row := strings.IndexByte("ABCDEFGHJKLMNPQRSTUV", p[3][1])
	if column < 0 || row < 0 {
		return 0, 0, false
	}
	if zone%2 == 0 {
		row = (row + 15) % 20
	}
	half := len(digits) / 2
	unit := math.Pow10(5 - half)
	east := float64(column+1)*100_000 + float64(number(digits[:half]))*unit
	north := float64(row)*100_000 + float64(number(digits[half:]))*unit
	for ; north < 10_000_000; north += 2_000_000 {
		lat, lon = fromUTM(zone, p[2] >= "N", east, north)
		if n := strings.IndexByte("CDEFGHJKLMNPQRSTUVWX", p[2][0]); lat > float64(n)*8-80.5 && lat < float64(n)*8-71.5 {
			return lat, lon, true
		}
	}
	return 0, 0, false
}

// fromUTM gives the degrees of a place in UTM on WGS 84 (Snyder, Map Projections: A
// Working Manual, USGS 1395, formulas 8-17 to 8-25).
func fromUTM(zone int, northern bool, east, north float64) (lat, lon float64) {
	const a, f, k0 = 6378137.0, 1 / 298.257223563, 0.9996
	e2 := f * (2 - f)
	ep := e2 / (1 - e2)
	if !northern {
		north -= 10_000_000
	}
	mu := north / k0 / (a * (1 - e2/4 - 3*e2*e2/64 - 5*e2*e2*e2/256))
	e1 := (1 - math.Sqrt(1-e2)) / (1 + math.Sqrt(1-e2))
	phi := mu + (3*e1/2-27*math.Pow(e1, 3)/32)*math.Sin(2*mu) + (21*e1*e1/16-55*math.Pow(e1, 4)/32)*math.Sin(4*mu) +
		151*math.Pow(e1, 3)/96*math.Sin(6*mu) + 1097*math.Pow(e1, 4)/512*math.Sin(8*mu)
	sin, cos, tan := math.Sin(phi), math.Cos(phi), math.Tan(phi)
	c, t := ep*cos*cos, tan*tan
	n := a / math.Sqrt(1-e2*sin*sin)
	r := a * (1 - e2) / math.Pow(1-e2*sin*sin, 1.5)
	d := (east - 500_000) / (n * k0)
	lat = phi - n*tan/r*(d*d/2-(5+3*t+10*c-4*c*c-9*ep)*math.Pow(d, 4)/24+
		(61+90*t+298*c+45*t*t-252*ep-3*c*c)*math.Pow(d, 6)/720)
	lon = (d - (1+2*t+c)*math.Pow(d, 3)/6 + (5-2*c+28*t-3*c*c+8*ep+24*t*t)*math.Pow(d, 5)/120) / cos
	return lat * 180 / math.Pi, float64(zone*6-183) + lon*180/math.Pi
}
