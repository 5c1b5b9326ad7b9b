package mention

import (
	"strings"
	"unicode/utf8"
)

// suffix tells a word that ends a company's name.
func suffix(t token) bool { return suffixes[strings.ReplaceAll(t.fold, ".", "")] && t.capital }

// findSuffixed finds companies by what their names end with: Inc., LLC, S.A. de C.V.
func (r *reader) findSuffixed() {
	for i := 1; i < len(r.all); i++ {
		if !suffix(r.all[i]) || r.used[i] || r.used[i-1] || r.all[i].gap != space && r.all[i].gap != comma {
			continue
		}
		end := r.suffixEnd(i)
		start := i
		for start > 0 && (start == i || r.all[start].gap == space) {
			before := r.all[start-1]
			if r.used[start-1] || !before.capital && !ofWords[before.fold] && !articles[before.fold] && !andWords[before.fold] || i-start > 12 || titles[before.fold] && before.capital && !orgWords[before.fold] {
				break
			}
			if !before.capital && start > 1 && r.parts(start-1) {
				break
			}
			start--
		}
		for start < i && (openers[r.all[start].fold] || !r.all[start].capital) {
			start++
		}
		if start == i {
			continue
		}
		if n := r.take(Organization, "Company", "name", "a company by the end of its name", start, end); n >= 0 {
			r.mark(start, end)
		}
		i = end - 1
	}
}

// parts tells whether a small word behind a company's first words parts it from what
// is no part of its name: a person before "of" or "and", or another company.
func (r *reader) parts(i int) bool {
	from := i
	for from > 0 && r.all[from-1].capital && (from == i || r.all[from].gap == space) && i-from < 6 {
		from--
	}
	if from == i {
		return false
	}
	first, next := r.all[from], r.all[i+1]
	switch f := r.all[i].fold; {
	case titles[first.fold] || given[first.fold] && i-from > 1:
		return true
	case f == "of":
		return !commonWord(r.all[i-1].fold) && !orgWords[r.all[i-1].fold]
	case andWords[f]:
		return spanishOrgWord(next) && next.capital || r.all[i-1].upper && i-from == 1
	}
	return false
}

func (r *reader) mark(i, end int) {
	for ; i < end; i++ {
		r.used[i] = true
	}
}

// suffixEnd goes over all of a suffix: Co., Ltd. and S.A. de C.V.
func (r *reader) suffixEnd(i int) int {
	for i++; i < len(r.all) && (r.all[i].gap == space || r.all[i].gap == comma) && !r.used[i]; {
		switch {
		case suffix(r.all[i]):
			i++
		case r.all[i].fold == "de" && i+1 < len(r.all) && suffix(r.all[i+1]):
			i += 2
		default:
			return i
		}
	}
	return i
}

func orgWord(t token) bool { return orgWords[t.fold] && t.capital }

// organization finds one that begins at a word, and gives how many words it has.
func (r *reader) organization(i int) int {
	if n := r.phrase(i, 6, func(key string) bool { return knownOrg[key] }); n > 0 && r.known(i, n) {
		if end := r.ofPhrases(i + n); r.orgEndsAt(i+n) && !(end > i+n && orgWord(r.all[i+n-1])) {
			r.take(Organization, "Organization", "name", "an organisation known by name", i, i+n)
			return n
		}
	}
	if r.lowerCartel(i) {
		end := r.run(i + 2)
		r.take(Organization, "Organization", "name", "an organisation by a key word", i, end)
		return end - i
	}
	if !r.name(i) && !r.ordinal(i) || r.all[i].heading {
		return 0
	}
	end := r.run(i)
	start := i
	for start < end && (openers[r.all[start].fold] || epithets[r.all[start].fold]) {
		start++
	}
	first, last := r.orgWordsIn(start, end)
	if first < 0 || first == last && last == start && end == last+2 && roles[r.all[last+1].fold] {
		return 0
	}
	if end == last+1 && r.joined(end) && strings.Trim(r.text[r.all[end].start:r.all[end].end], "0123456789") == "" && r.all[end].end-r.all[end].start < 3 {
		last, end = end, end+1 // Task Force 18
	}
	// Behind the last key word stands a name only where a key word comes first, as
	// in Spanish: Policía Federal Ministerial.
	stop := end
	if first != start || !spanishOrgWord(r.all[first]) {
		stop = last + 1
	}
	whole := stop
	if stop == end {
		whole = r.ofPhrases(end)
	}
	if alone := whole-start == 1; alone || whole == stop && stop-start == 1 {
		return 0
	}
	if whole == stop && (end == last+1 || r.all[last].fold == "cartel") && (weakOrgWords[r.all[last].fold] && !alwaysOrg[r.all[last].fold] || vague[r.all[last].fold] && last-start == 1) && r.plainOnly(start, last) {
		return 0
	}
	if ofCartels[r.all[min(start+1, end-1)].fold] && r.all[start].fold == "cartel" || r.all[last].fold == "cartel" && last-start == 1 && strings.HasSuffix(r.all[start].fold, "ing") {
		return 0 // Cartel Activity, Countering Cartel
	}
	if whole-start > 2 {
		start = r.backOverAnd(start)
	}
	r.take(Organization, "Organization", "name", "an organisation by a key word", start, whole)
	r.mark(start, whole)
	return whole - i
}

// known refuses acronyms in a text that shouts, and known names that a longer run
// goes on from.
func (r *reader) known(i, n int) bool {
	for k := i; k < i+n; k++ {
		if r.all[k].shout {
			return false
		}
	}
	t := r.all[i]
	return n > 1 || t.upper || !r.acronym(t.fold)
}

func (r *reader) acronym(fold string) bool { return len(fold) <= 4 }

// orgEndsAt tells whether no word follows that is part of the same name.
func (r *reader) orgEndsAt(i int) bool { return !(r.name(i) && r.joined(i) && orgWord(r.all[i])) }

// vague are key words that make none with one plain word: Strategic Division.
var vague = set("cartel gang mafia administration division office commission committee council board court courts force forces organization organisation command association")

// ofCartels are words of English behind "Cartel" that name no one.
var ofCartels = set("activity activities leader leaders leadership member members operations operatives boss bosses violence criminal networks affiliates finances territory")

// alwaysOrg are key words that make an organisation with any word before them.
var alwaysOrg = set("government gobierno police policia department bureau guardia")

// backOverAnd begins a name before an "and": Substance Abuse and Mental Health
// Services Administration.
func (r *reader) backOverAnd(start int) int {
	i := start
	if i < 2 || !r.joined(i) || !r.joined(i-1) || !andWords[r.all[i-1].fold] {
		return start
	}
	for i -= 1; i > 0 && start-i < 5 && r.name(i-1) && (i == start-1 || r.all[i].gap == space); i-- {
		t := r.all[i-1]
		if openers[t.fold] {
			break
		}
		if orgWords[t.fold] || knownOrg[t.fold] || given[t.fold] || surnames[t.fold] || titles[t.fold] || r.isPlace(i-1) && !t.initial && t.fold != "u.s." {
			return start
		}
	}
	if i == start-1 || !r.name(i) {
		return start
	}
	return i
}

// ordinal tells 1st before a capital: 1st Marine Division.
func (r *reader) ordinal(i int) bool {
	s := r.all[i].fold
	return len(s) > 2 && isDigit(s[0]) && strings.Trim(s, "0123456789") == s[len(s)-2:] && r.joined(i+1) && r.name(i+1)
}

func spanishOrgWord(t token) bool {
	switch t.fold {
	case "secretaria", "subsecretaria", "fiscalia", "procuraduria", "policia", "guardia", "ejercito", "armada", "comision", "consejo", "instituto", "universidad", "banco", "cartel", "grupo",
		"sindicato", "partido", "congreso", "senado", "camara", "tribunal", "corte", "juzgado", "ministerio", "embajada", "consulado", "direccion", "agencia", "unidad", "organizacion",
		"comercializadora", "constructora", "inmobiliaria", "transportes", "distribuidora", "fundacion", "asociacion", "federacion", "alianza", "plataforma", "conferencia", "foro", "proceso":
		return true
	}
	return false
}

// run finds the end of the capitals that begin at a word.
func (r *reader) run(i int) int {
	end := i + 1
	for end < len(r.all) && end-i < 12 && r.joined(end) && r.name(end) {
		end++
	}
	return end
}

func (r *reader) orgWordsIn(start, end int) (first, last int) {
	first, last = -1, -1
	for k := start; k < end; k++ {
		if orgWord(r.all[k]) {
			if first < 0 {
				first = k
			}
			last = k
		}
	}
	return first, last
}

// plainOnly tells whether the words before a weak key word say nothing by
// themselves: Special Unit, Third Party.
func (r *reader) plainOnly(start, end int) bool {
	for k := start; k < end; k++ {
		if !notNames[r.all[k].fold] && !titles[r.all[k].fold] && !commonWord(r.all[k].fold) {
			return false
		}
	}
	return true
}

// ofPhrases goes on from the end of a name over "of Justice", "de Seguridad y
// Protección Ciudadana", "for the District of Columbia".
func (r *reader) ofPhrases(end int) int {
	for range 4 {
		j := end
		if !r.joined(j) || !ofWords[r.all[j].fold] || r.all[j].capital {
			return end
		}
		j++
		for r.joined(j) && articles[r.all[j].fold] {
			j++
		}
		if j-end > 3 || !r.joined(j) || !r.name(j) {
			return end
		}
		f := r.all[end].fold
		away := f == "to" || f == "against" || f == "contra" || f == "para"
		if (away || f == "on" || f == "sobre") && r.isPlace(j) || away && (orgWord(r.all[j]) || knownOrg[r.all[j].fold]) || r.fullName(j) {
			return end
		}
		end = r.andPhrases(r.commaPhrases(r.beforeGiven(j, r.run(j))))
	}
	return end
}

// fullName tells whether a given name and a surname begin at a word.
func (r *reader) fullName(i int) bool {
	return given[r.all[i].fold] && r.joined(i+1) && r.name(i+1) && (surnames[r.all[i+1].fold] || r.all[i+1].initial)
}

// beforeGiven ends a run before a person's name: Office of National Drug Control
// Policy Adam Cohen.
func (r *reader) beforeGiven(i, end int) int {
	for k := i + 1; k < end-1; k++ {
		if given[r.all[k].fold] {
			return k
		}
	}
	return end
}

// commaPhrases goes on over ", Tobacco, Firearms" if an "and" and a name follow.
func (r *reader) commaPhrases(end int) int {
	j := end
	for n := 0; n < 4 && j < len(r.all) && r.all[j].gap == comma; n++ {
		if andWords[r.all[j].fold] {
			return end
		}
		if !r.name(j) || given[r.all[j].fold] || titles[r.all[j].fold] || r.isPlace(j) || openers[r.all[j].fold] {
			return end
		}
		stop := r.run(j)
		if first, _ := r.orgWordsIn(j, stop); first >= 0 {
			return end
		}
		j = stop
	}
	if j > end && j+1 < len(r.all) && r.joined(j) && andWords[r.all[j].fold] && r.joined(j+1) && r.name(j+1) && r.andPhrases(j) > j {
		return j
	}
	return end
}

// andPhrases goes on over "and Firearms", ", Firearms and Explosives".
func (r *reader) andPhrases(end int) int {
	for range 2 {
		j := end
		if j+1 >= len(r.all) || !r.joined(j) || !andWords[r.all[j].fold] {
			return end
		}
		j++
		if !r.joined(j) || !r.name(j) {
			return end
		}
		stop := r.run(j)
		if first, _ := r.orgWordsIn(j, stop); first >= 0 && r.all[j].fold != "human" || given[r.all[j].fold] || titles[r.all[j].fold] || r.isPlace(j) || openers[r.all[j].fold] || knownOrg[r.all[j].fold] || stop == j+1 && (r.all[j].upper || departments[r.all[j].fold] && departments[r.all[end-1].fold]) {
			return end
		}
		if stop < len(r.all) && r.joined(stop) && ofWords[r.all[stop].fold] && !spanishWord(r.all[j-1].fold) {
			return end // it is a name of its own: and Secretary of State
		}
		end = stop
	}
	return end
}

func spanishWord(fold string) bool { return fold == "y" || fold == "e" }

// lowerCartel finds "cártel de Sinaloa" in small letters.
func (r *reader) lowerCartel(i int) bool {
	t := r.all[i]
	return t.fold == "cartel" && !t.shout && i+2 < len(r.all) && r.joined(i+1) && (r.all[i+1].fold == "de" || r.all[i+1].fold == "del") && r.joined(i+2) && r.name(i+2)
}

// findAcronyms takes the short form in brackets behind a name, and wherever else it
// stands: Drug Enforcement Administration (DEA).
func (r *reader) findAcronyms() {
	ends := map[int]bool{}
	for _, m := range r.found {
		if m.Kind == Organization {
			ends[m.End] = true
		}
	}
	short := map[string]bool{}
	for i := 1; i < len(r.all); i++ {
		t := r.all[i]
		if t.gap == paren && ends[r.all[i-1].end] && acronymLike(r.text[t.start:t.end]) {
			short[t.fold] = true
		}
	}
	if len(short) == 0 {
		return
	}
	for i, t := range r.all {
		if short[t.fold] && !r.used[i] && acronymLike(r.text[t.start:t.end]) {
			r.take(Organization, "Organization", "name", "the short form of an organisation", i, i+1)
			r.used[i] = true
		}
	}
}

// acronymLike tells a word of two to eight letters of which two at least are capitals.
func acronymLike(s string) bool {
	capitals := 0
	for _, r := range s {
		if r >= 'A' && r <= 'Z' {
			capitals++
		}
	}
	return capitals >= 2 && utf8.RuneCountInString(s) <= 8
}
