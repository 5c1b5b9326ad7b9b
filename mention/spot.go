package mention

import "strings"

// placeAt tells how many words from i are the longest name of the gazetteer.
func (r *reader) placeAt(i int) int {
	if i >= len(r.all) || !r.all[i].capital || r.used[i] {
		return 0
	}
	return r.phrase(i, mostPlaceWords, func(key string) bool {
		s, ok := gazetteer()[key]
		return ok && !s.weak
	})
}

func (r *reader) isPlace(i int) bool { return r.placeAt(i) > 0 }

// spot finds a place that begins at a word, and gives how many words it has.
func (r *reader) spot(i int) int {
	t := r.all[i]
	if !t.capital || r.used[i] {
		return 0
	}
	if n := r.byPlaceWord(i); n > 0 {
		return n
	}
	if n := r.newTown(i); n > 0 {
		return n
	}
	if n := r.beforeState(i); n > 0 {
		return n
	}
	var s spot
	n := r.phrase(i, mostPlaceWords, func(key string) bool {
		found, ok := gazetteer()[key]
		if ok {
			s = found
		}
		return ok
	})
	if n == 0 || s.weak && !r.asPlace(i, n) || t.shout && n == 1 && s.property != "country" && s.property != "state" {
		return 0
	}
	if end := i + n; r.joined(end) && r.all[end].capital && streetWords[r.all[end].fold] {
		r.take(Place, "Address", "full", "a street by the word behind it", i, end+1)
		return n + 1
	}
	property, why := s.property, "a place by the gazetteer"
	if s.code != "" { // FollowTheMoney's property country takes codes, and shows none of them as the name of the place
		property, why = "full", "a country: "+strings.ToUpper(s.code)
	}
	m := r.take(Place, "Address", property, why, i, i+n)
	if m < 0 {
		return 0
	}
	r.found[m].Ambiguous = s.doubtful
	if s.value != "" {
		r.found[m].Value = s.value
	}
	return n
}

var streetWords = set("street st avenue ave road rd boulevard blvd drive lane highway")

// newTowns begin the name of a town that is called after another: Nueva Morelia is
// not Morelia.
var newTowns = set("nueva nuevo new old villa ejido colonia rancho san santa")

// newTown finds a town that is called after a place of the gazetteer, or that is so
// by the state behind it.
func (r *reader) newTown(i int) int {
	if !newTowns[r.all[i].fold] || !r.name(i) || !r.joined(i+1) || r.isPlace(i) {
		return 0
	}
	n := r.placeAt(i + 1)
	if n == 0 || r.joined(i+1+n) && r.name(i+1+n) {
		return 0
	}
	m := r.take(Place, "Address", "city", "a town called after another place", i, i+1+n)
	if m >= 0 {
		r.found[m].Ambiguous = true
	}
	return 1 + n
}

// asPlace tells whether a name that is a person's or a common word's as well stands
// as a place's: behind a word such as "in", or before a comma and a state.
func (r *reader) asPlace(i, n int) bool {
	t := r.all[i]
	if n == 1 && (commonWord(t.fold) || len(t.fold) < 4 || r.joined(i+1) && r.name(i+1)) || t.shout {
		return false
	}
	if i > 0 && t.gap == space && near[r.all[i-1].fold] && !t.opens {
		return true
	}
	if next := i + n; next < len(r.all) && r.all[next].gap == comma && r.all[next].capital {
		k := r.phrase(next, 5, func(key string) bool { s, ok := gazetteer()[key]; return ok && s.property != "city" })
		return k > 0
	}
	return false
}

// beforeState finds a town by the state or country behind it: Woodside, California
// and McAlester, OK.
func (r *reader) beforeState(i int) int {
	t := r.all[i]
	if openers[t.fold] || commonWord(t.fold) || monthOrDay[t.fold] || orgWords[t.fold] || knownOrg[t.fold] || r.isPlace(i) || i > 0 && t.gap == space && r.all[i-1].capital {
		return 0
	}
	end := i + 1
	for r.joined(end) && r.all[end].capital && end < i+3 {
		end++
	}
	if end >= len(r.all) || r.all[end].gap != comma || !r.all[end].capital || r.used[end] {
		return 0
	}
	next := r.all[end]
	state := next.upper && stateCodes[next.fold] || r.phrase(end, 5, func(key string) bool {
		s, ok := gazetteer()[key]
		return ok && (s.property == "state" || s.property == "country")
	}) > 0
	if !state {
		return 0
	}
	r.take(Place, "Address", "city", "a town by the state behind it", i, end)
	return end - i
}

var stateCodes = set("al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc bc bcs chis chih coah dgo gto gro jal mich nay qro sin son tamps ver zac")

// byPlaceWord finds places by a word that says what they are: Hudspeth County, Fort
// Bliss, Río Bravo.
func (r *reader) byPlaceWord(i int) int {
	if !r.name(i) {
		return 0
	}
	if portWords[r.all[i].fold] && r.joined(i+1) && r.name(i+1) && !openers[r.all[i+1].fold] {
		end := min(r.run(i+1), i+4)
		r.take(Place, "Address", "full", "a place by a word before it", i, end)
		return end - i
	}
	end := r.run(i)
	start := i
	for start < end && openers[r.all[start].fold] && !r.isPlace(start) {
		start++
	}
	for k := end - 1; k > start; k-- {
		if countyWords[r.all[k].fold] {
			if k-start == 1 && (commonWord(r.all[start].fold) || notNames[r.all[start].fold]) {
				return 0
			}
			r.take(Place, "Address", "full", "a place by a word behind it", start, k+1)
			r.mark(start, k+1)
			return k + 1 - i
		}
	}
	return 0
}

// streetName is the name of a street in Spanish, the number and the quarter.
const (
	streetWord = `(?:(?:No|Núm|Gral|Dr|Ing|Lic|Gob|Pdte|Sta|Sto|Cap|Cnel|Fco|Ma|\p{Lu})\.|[\p{Lu}\d][\p{L}\d'’-]*)`
	quarter    = `(?:\p{Lu}[\p{L}]*|de|del|la|las|los|el)`
	streetName = ` (?:(?:de|del|la|las|los|el|y) ){0,2}` + streetWord + `(?: (?:(?:de|del|la|las|los|el|y) ){0,2}` + streetWord + `){0,5}` +
		`(?:,? ?(?:[Nn]o\.|[Nn]úm\.|[Nn]úmero|#) ?\d{1,5}(?:-?[A-Z])?)?(?:,? (?:[Cc]ol\.|[Cc]olonia|[Ff]racc\.|[Ff]raccionamiento) ` + quarter + `(?: ` + quarter + `){0,4})?`
)

// streets are addresses of houses, in English and Spanish.
var streets = []*expression{
	exprIn((*finder).houseNumbers, `\b\d{1,6} (?:[NSEW]\.? |North |South |East |West )?(?:(?:\p{Lu}[\p{L}.'’-]+|\d{1,3}(?:st|nd|rd|th)) ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Highway|Hwy|Court|Ct|Way|Place|Pl|Parkway|Pkwy)\b\.?(?:,? (?:Apt|Suite|Ste|Unit|#)\.? ?[\w-]+)?`),
	// A street by the word for one needs no number; those that are words of the language as well do.
	exprIn((*finder).streetWords, `\b(?:[Cc]alle|[Aa]venida|[Aa]v\.|[Bb]lvd\.|[Bb]oulevard|[Bb]ulevar|[Cc]alzada|[Cc]alz\.|[Cc]arretera(?: (?:federal|estatal|libre))?|[Cc]allejón)`+streetName),
	exprIn((*finder).streetWords, `\b(?:[Aa]ve\.|[Pp]rivada|[Pp]rolongación|[Cc]ircuito|[Pp]aseo)`+streetName),
}

func (f *finder) houseNumbers() [][2]int { return f.runs(1, 0, 300, isDigit) }

func (f *finder) streetWords() [][2]int {
	return f.cued(0, 800, "calle", "avenida", "av.", "ave.", "blvd.", "boulevard", "bulevar", "calzada", "calz.", "carretera", "privada", "prolongaci", "circuito", "paseo", "colonia", "col.")
}

// dayStreet is a street called after a day, which is no date: calle 5 de Mayo.
var dayStreet = form{exprIn((*finder).streetWords, `\b(?:[Cc]alle|[Aa]venida|[Aa]v\.|[Bb]oulevard|[Bb]lvd\.|[Cc]alzada|[Cc]olonia|[Cc]ol\.) \d{1,2} de `+monthsES+`(?: (?:[Nn]o\. ?|# ?)?\d{1,5})?\b`),
	Place, "Address", "full", "a street called after a day", func(s string) (string, bool, bool) { return oneLine(s), false, true }}

// findStreets reads addresses of houses.
func (f *finder) findStreets() {
	for n, street := range streets {
		for _, at := range f.search(street) {
			s := f.text[at[0]:at[1]]
			if n != 1 && !strings.ContainsAny(s, "0123456789") {
				continue
			}
			f.take(form{kind: Place, schema: "Address", property: "full", why: "an address by its form", read: func(string) (string, bool, bool) {
				return oneLine(s), false, true
			}}, at[0], at[0]+len(strings.TrimRight(s, ". ,")))
		}
	}
}

// findLists reads lists of places by the word for all of them: Pittsburg, Hughes and
// Atoka counties; los municipios de Aguililla, Buenavista y Tepalcatepec.
func (r *reader) findLists() {
	for i, t := range r.all {
		switch t.fold {
		case "counties":
			r.listBefore(i)
		case "municipios", "localidades", "comunidades", "poblados", "ejidos":
			if k := i + 2; r.joined(i+1) && r.all[i+1].fold == "de" && r.joined(k) {
				r.listFrom(k)
			}
		}
	}
}

// listBefore takes the names before a word, from the last to the first. One alone is
// no list.
func (r *reader) listBefore(i int) {
	var runs [][2]int
	for end := i; r.all[end].gap == space || r.all[end].gap == comma || end == i; {
		start := end
		for start > 0 && (start == end || r.all[start].gap == space) && r.name(start-1) && end-start < 3 {
			start--
		}
		if start == end || r.all[end].gap == comma && len(runs) == 0 {
			break
		}
		runs = append(runs, [2]int{start, end})
		if end = start; end > 1 && andWords[r.all[end-1].fold] && r.joined(end) {
			end--
		}
		if end == start && r.all[end].gap != comma {
			break
		}
	}
	r.takePlaces(runs)
}

// listFrom takes the names from a word on.
func (r *reader) listFrom(i int) {
	var runs [][2]int
	for i < len(r.all) && r.name(i) {
		end := i + 1
		for r.joined(end) && end-i < 6 && (r.name(end) || (r.all[end].fold == "de" || r.all[end].fold == "del") && r.joined(end+1) && r.name(end+1)) {
			end++
		}
		runs = append(runs, [2]int{i, end})
		if i = end; i < len(r.all) && r.joined(i) && andWords[r.all[i].fold] {
			i++
		} else if i < len(r.all) && r.all[i].gap != comma {
			break
		}
	}
	r.takePlaces(runs)
}

func (r *reader) takePlaces(runs [][2]int) {
	if len(runs) < 2 {
		return
	}
	for _, x := range runs {
		r.take(Place, "Address", "city", "a place in a list of them", x[0], x[1])
		r.mark(x[0], x[1])
	}
}
