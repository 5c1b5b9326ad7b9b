package mention

import (
	"slices"
	"strings"
)

// vesselNouns lead up to the name of a vessel; vesselKinds may stand between.
var (
	vesselNouns = set("vessel ship boat tanker freighter trawler yacht motorboat sailboat speedboat buque barco lancha embarcacion navio velero yate motonave buquetanque panga pesquero carguero vessels ships boats buques barcos lanchas embarcaciones navios")
	vesselKinds = set("named called fishing motor cargo container merchant research supply tanque pesquero pesquera mercante atunero camaronero sardinero carguero carguera menor mayor motor portacontenedores llamado llamada denominado denominada nombrado nombrada de nombre con vessel ship boat")
	vesselMakes = set("yamaha mercury evinrude suzuki honda johnson captain captains crew") // what is behind the noun, and no name
	vesselMark  = exprIn((*finder).vesselMarks, `\b(?:M/?V|M/T|F/V|S/V|M/Y|B/M|B/P|USCGC|USS)\.?[ \n]["“'‘]?|\b(?i:vessel|buque|embarcación|lancha)(?: (?i:name|nombre))?: ?["“'‘]?`)
	aShip       = set("the a an this that his her their container cargo merchant motor fishing") // before the noun, which is a verb, too
)

func (f *finder) vesselMarks() [][2]int {
	return f.cued(0, 20, "mv", "m/v", "m/t", "f/v", "s/v", "m/y", "b/m", "b/p", "uscgc", "uss", "vessel", "buque", "embarcaci", "lancha")
}

const mostVesselWords = 6

// findVessels finds vessels by the word or the mark before their names: vessel Doña
// Lupe, MV Ever Lucid. A name found is found again where it stands alone.
func (r *reader) findVessels() {
	names := map[string]bool{}
	for _, at := range r.search(vesselMark) {
		if i := r.wordFrom(at[1]); i < len(r.all) && r.all[i].start == at[1] {
			r.vessel(i, "a vessel by the mark before it", names)
		}
	}
	for i := range r.all {
		if r.used[i] || !vesselNouns[r.all[i].fold] || r.all[i].fold == "ship" && (i == 0 || !aShip[r.all[i-1].fold]) {
			continue
		}
		k := i + 1
		for k < i+4 && r.joined(k) && !r.all[k].capital && vesselKinds[r.all[k].fold] {
			k++
		}
		for first := k; k < len(r.all) && r.vesselNamed(k) && (k > first || r.all[k].gap != comma); {
			end := r.vessel(k, "a vessel by the word before it", names)
			if noun := r.all[i].fold; !strings.HasSuffix(noun, "s") || end+1 >= len(r.all) {
				break
			}
			if k = end; r.joined(k) && andWords[r.all[k].fold] {
				k++
			} else if r.all[k].gap != comma {
				break
			}
		}
	}
	if len(names) > 0 {
		r.each(func(i int) int {
			n := r.phrase(i, mostVesselWords, func(key string) bool { return names[key] })
			if n > 0 {
				r.take(Vessel, "Vessel", "name", "a vessel as named elsewhere", i, i+n)
			}
			return n
		})
	}
}

// vesselNamed tells whether a word behind the noun begins a name rather than goes on
// with what the vessel is.
func (r *reader) vesselNamed(i int) bool {
	t := r.all[i]
	if !r.name(i) || t.heading || t.gap != space && t.gap != quote && t.gap != comma || vesselMakes[t.fold] || notNames[t.fold] {
		return false
	}
	if t.gap == quote {
		return true
	}
	end := r.vesselEnd(i)
	if first, _ := r.orgWordsIn(i, end); first >= 0 || knownOrg[t.fold] || titles[t.fold] && end == i+1 || monthOrDay[t.fold] {
		return false
	}
	return end-i > 1 && !openers[t.fold] || slices.ContainsFunc(r.all[i:end], func(w token) bool {
		return w.capital && !commonWord(w.fold) && !openers[w.fold]
	})
}

// vesselEnd finds the end of a vessel's name: capitals, with the particles of names
// and with the number of those that share it.
func (r *reader) vesselEnd(i int) int {
	end := i + 1
	for end < len(r.all) && end-i < mostVesselWords && r.joined(end) {
		if r.name(end) || strings.Trim(r.all[end].fold, "0123456789") == "" && len(r.all[end].fold) < 4 {
			end++
			continue
		}
		k := end
		for r.joined(k) && personParticles[r.all[k].fold] && k < end+2 {
			k++
		}
		if k == end || !spanishWordOf[r.all[end].fold] || !r.joined(k) || !r.name(k) {
			return end
		}
		end = k + 1
	}
	return end
}

// spanishWordOf are particles inside a name; "y" parts two of them.
var spanishWordOf = set("de del la las los")

// vessel keeps the name that begins at a word, and gives where it ends.
func (r *reader) vessel(i int, why string, names map[string]bool) int {
	if !r.name(i) {
		return i + 1
	}
	end := r.vesselEnd(i)
	if n := r.take(Vessel, "Vessel", "name", why, i, end); n < 0 {
		return end
	}
	r.mark(i, end)
	r.aliased.add(r.all[i].start, r.all[end-1].end)
	key := ""
	for k := i; k < end; k++ {
		key += " " + r.all[k].key
	}
	if key = strings.TrimPrefix(key, " "); end-i > 1 || len(key) > 4 && !commonWord(key) && !r.isSurname(key) {
		names[key] = true
	}
	return end
}

// isSurname tells names that are a person's or a place's in the rest of a text.
func (r *reader) isSurname(key string) bool {
	_, place := gazetteer()[key]
	return place || given[key] || surnames[key]
}
