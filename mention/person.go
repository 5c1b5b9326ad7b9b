package mention

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"comity/mention/listed"
)

func commonWord(fold string) bool { return listed.Common(fold) }

const mostPersonWords = 7

// person finds one that begins at a word, and gives how many words it took.
func (r *reader) person(i int) int {
	t := r.all[i]
	if r.lowerTitle(i) {
		return r.titled(i, i+1)
	}
	if t.heading && !given[t.fold] && !titles[t.fold] {
		return 0
	}
	if !r.name(i) {
		return 0
	}
	end := r.personRun(i)
	if title := r.lastTitle(i, end); title >= i {
		if n := r.titled(i, title+1); n > 0 {
			return n
		}
	}
	if n := r.placeAt(i); n > 0 && i+n >= end {
		return 0
	}
	for _, byGiven := range []bool{true, false} {
		for start := i; start < end; start++ {
			t = r.all[start]
			if openers[t.fold] || titles[t.fold] || !t.capital || byGiven && !given[t.fold] {
				continue
			}
			if n := r.placeAt(start); n > 1 {
				start += n - 1
				continue
			}
			if byGiven && start > i && (surnames[r.all[start-1].fold] || r.all[start-1].initial) && !titles[r.all[start-1].fold] {
				break // the name begins before it
			}
			if stop, why := r.byForm(start, end); stop > 0 {
				r.keep(start, stop, why)
				return stop - i
			}
		}
	}
	return 0
}

// lowerTitle tells a title in small letters before a capital: sheriff Arvin West.
func (r *reader) lowerTitle(i int) bool {
	t := r.all[i]
	return !t.capital && titles[t.fold] && !weakTitles[t.fold] && r.joined(i+1) && r.name(i+1)
}

// weakTitles are no titles in small letters: they are words of the language.
var weakTitles = set("general gen major sr sir don miss chief father padre cap sen rep leader lider boss capo king queen prince agent agente counsel counselor jefe jefa ing tte officer deputy lady gentleman")

// personRun finds the end of a run of capitals with the particles of persons' names.
func (r *reader) personRun(i int) int {
	end := i + 1
	for end < len(r.all) && end-i < 14 {
		switch {
		case r.joined(end) && r.name(end):
			end++
		case r.all[end].gap == comma && r.name(end) && generation[r.all[end].fold]:
			end++
		case r.joined(end) && personParticles[r.all[end].fold] && !r.all[end].capital:
			j := end + 1
			for r.joined(j) && personParticles[r.all[j].fold] && j-end < 3 {
				j++
			}
			if !r.joined(j) || !r.name(j) || spanishWord(r.all[end].fold) && given[r.all[j].fold] {
				return end
			}
			end = j + 1
		default:
			return end
		}
	}
	return end
}

var generation = set("jr sr ii iii iv hijo")

// lastTitle finds the last title of a run that other words follow.
func (r *reader) lastTitle(i, end int) int {
	for k := end - 2; k >= i; k-- {
		if titles[r.all[k].fold] && !given[r.all[k].fold] && !(surnames[r.all[k].fold] && k > i) && !r.all[k].shout {
			return k
		}
	}
	return -1
}

// titled keeps the name behind a title, and gives how many words that is from i.
func (r *reader) titled(i, start int) int {
	if start >= len(r.all) || !r.joined(start) {
		return 0
	}
	end := r.personRun(start)
	of, place := false, false
	for start < end && (r.all[start].fold == "de" || r.all[start].fold == "del" || titleParts[r.all[start].fold] && !given[r.all[start].fold]) {
		if r.all[start].fold == "of" || r.all[start].fold == "de" || r.all[start].fold == "del" {
			start, of = start+1, true
			if n := r.placeAt(start); n > 0 {
				start, place = start+n, true
			}
			continue
		}
		start++
	}
	start = r.fromGiven(start, end)
	if start >= end || !r.name(start) || !r.nameable(start) || of && !place && !given[r.all[start].fold] {
		return 0
	}
	stop := r.trim(start, min(end, start+mostPersonWords))
	if t := r.all[start]; stop <= start || stop-start == 1 && !surnames[hyphened(t.fold)] && !r.named(t.fold) && !strongTitles[r.titleBefore(start)] {
		return 0
	}
	r.keep(start, stop, "a person by the title before it")
	return stop - i
}

// strongTitles stand before a surname alone. Others, such as director, stand before
// what the office is of.
var strongTitles = set("presidents senators sheriffs judges mr mrs ms miss dr sheriff judge justice senator sen rep congressman congresswoman president governor gov mayor gen lt col colonel capt captain sgt sergeant admiral secretary sr sra srta don dona lic ing cmdte comandante gral capitan teniente presidente presidenta gobernador gobernadora prof detective")

func (r *reader) titleBefore(i int) string {
	if i == 0 {
		return ""
	}
	return r.all[i-1].fold
}

// fromGiven begins a name at the given name inside a run, if there is one and what
// is before it is that of an office: Foreign Affairs Alicia Bárcena.
func (r *reader) fromGiven(start, end int) int {
	for k := start; k < end-1; k++ {
		t := r.all[k]
		if given[t.fold] && t.capital {
			return k
		}
		if surnames[t.fold] || t.initial || r.named(t.fold) {
			return start
		}
	}
	return start
}

// nameable refuses words that no person is called by.
func (r *reader) nameable(i int) bool {
	t := r.all[i]
	switch {
	case given[t.fold] || surnames[t.fold] || r.named(t.fold):
		return true
	case t.heading:
		return false
	case utf8.RuneCountInString(t.fold) < 3 && !t.initial, commonWord(t.fold), notNames[t.fold], openers[t.fold], orgWords[t.fold], knownOrg[t.fold], titles[t.fold]:
		return false
	}
	s, isPlace := gazetteer()[placeKey(t.fold)]
	return !isPlace || s.weak || s.doubtful
}

func (r *reader) named(surname string) bool {
	_, ok := r.surname[surname]
	return ok
}

// trim takes words off the end that are no part of a name.
func (r *reader) trim(start, end int) int {
	for k := start + 1; k < end; k++ {
		t := r.all[k]
		if t.capital && !given[t.fold] && !surnames[t.fold] && (orgWords[t.fold] || knownOrg[t.fold] || titles[t.fold] && !generation[t.fold] || monthOrDay[t.fold] || openers[t.fold] || commonWord(t.fold) && !t.initial && !generation[t.fold] && (k > start+1 || !given[r.all[start].fold] && k < end-1)) {
			end = k
		}
	}
	for end > start && personParticles[r.all[end-1].fold] && !r.all[end-1].capital {
		end--
	}
	return end
}

var monthOrDay = set("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miercoles jueves viernes sabado domingo")

// byForm tells a person by a given name, a surname or an initial; it gives where the
// name ends.
func (r *reader) byForm(start, end int) (int, string) {
	stop := r.trim(start, min(end, start+mostPersonWords))
	words, capitals := stop-start, 0
	for k := start; k < stop; k++ {
		if r.all[k].capital {
			capitals++
		}
		if t := r.all[k]; orgWords[t.fold] && !surnames[t.fold] {
			return 0, ""
		}
	}
	stop = r.beforeNext(start, stop)
	words = stop - start
	first, last := r.all[start], r.all[stop-1]
	switch {
	case capitals < 2 || words < 2:
		return 0, ""
	case given[first.fold] && !notNames[r.all[start+1].fold]:
		return stop, "a person by the given name"
	case !r.nameable(start) || placeWord(last.fold):
		return 0, ""
	case r.all[start+1].initial && words >= 3 || first.initial && (words >= 3 && given[r.all[start+1].fold] || surnames[hyphened(last.fold)] || words >= 3 && r.all[start+1].initial):
		return stop, "a person by the initial"
	case surnames[hyphened(last.fold)] || words >= 3 && surnames[hyphened(r.all[stop-2].fold)]:
		return stop, "a person by the surname"
	}
	return 0, ""
}

// beforeNext ends a name before that of another person, as in a list of names on
// lines of their own: R. Daniel Prentiss Adam M. Ramos Raymond.
func (r *reader) beforeNext(start, stop int) int {
	for k := start + 2; k < stop; k++ {
		t, last := r.all[k].fold, r.all[k-1]
		if !given[t] || surnames[t] || given[last.fold] && !surnames[last.fold] || last.initial || !last.capital || titles[last.fold] {
			continue
		}
		if k+1 < stop && k-start >= 2 || surnames[last.fold] {
			return k
		}
	}
	return stop
}

// second finds the person that "and" joins to another one before: Tom Jones and
// Mikaela Weber.
func (r *reader) second(i int) int {
	if i < 2 || !r.name(i) || r.all[i].gap != space || !andWords[r.all[i-1].fold] || r.all[i-1].gap != space || !r.endsPerson(r.all[i-2].end) {
		return 0
	}
	end := r.run(i)
	if end-i < 2 || end-i > 3 || r.placeAt(i) > 0 {
		return 0
	}
	for k := i; k < end; k++ {
		if t := r.all[k]; !t.initial && !r.nameable(k) || t.upper || placeWord(t.fold) {
			return 0
		}
	}
	r.keep(i, end, "a person beside another one")
	return end - i
}

func (r *reader) endsPerson(at int) bool {
	for n := len(r.found) - 1; n >= 0; n-- {
		if m := r.found[n]; m.Kind == Person && m.Property == "name" && m.End == at && strings.Contains(m.Value, " ") {
			return true
		}
	}
	return false
}

func placeWord(fold string) bool { return countyWords[fold] || portWords[fold] }

// hyphened gives the first of two surnames joined by a hyphen.
func hyphened(fold string) string {
	first, _, _ := strings.Cut(fold, "-")
	return first
}

// keep adds a person and remembers the surnames, by which the text goes on to name
// them.
func (r *reader) keep(start, end int, why string) {
	n := r.take(Person, "Person", "name", why, start, end)
	if n < 0 {
		return
	}
	r.mark(start, end)
	for k := start; k < end; k++ {
		t := r.all[k]
		if t.capital && (k > start || end-start == 1) && !generation[t.fold] && !t.initial && len(t.fold) > 3 && (!commonWord(t.fold) || k == end-1) && (k > start && !given[t.fold] || k == end-1) {
			if _, ok := r.surname[t.fold]; !ok {
				r.surname[t.fold] = n
			}
		}
	}
}

// again finds who was named before, by surname alone.
func (r *reader) again(i int) int {
	if !r.name(i) {
		return 0
	}
	n, ok := r.surname[r.all[i].fold]
	if !ok || commonWord(r.all[i].fold) && (r.all[i].opens || i == 0 || !titles[r.all[i-1].fold]) {
		return 0
	}
	end := i + 1
	for r.joined(end) && r.name(end) {
		if _, ok := r.surname[r.all[end].fold]; !ok {
			break
		}
		end++
	}
	r.take(Person, "Person", "name", "as named elsewhere: "+r.found[n].Value, i, end)
	return end - i
}

var (
	aliasLead = exprIn((*finder).aliasWords, `(?i)(?:\(a\)|(?:\(\s?|\b)(?:also known as|better known as|otherwise known as|widely known as|known as|nicknamed|going by|who goes by|dubbed|a\.?k\.?a\.?|f\.?k\.?a\.?|(?:también |mejor |mas |más )?conocid[oa] como|tambien conocid[oa] como|apodad[oa]|alias))\s?[:,]?\s?`)
	aliasMore = regexp.MustCompile(`^(?:\s?,\s?(?:and |or |y |o )?| (?:and|or|y|o|e) )(?:(?:also known as|a\.?k\.?a\.?|alias)\s)?`)
	// What is in quotation marks: a nickname begins with an article or a capital.
	nickQuoted  = exprIn((*finder).openMarks, `[“"‘'«(]{1,2}((?:(?i:el|la|los|las|don|the)\s)?\p{Lu}[\p{L}-]{1,20}(?:\s(?:(?:de|del|la|las|los|el|y)\s){0,2}[\p{Lu}\d][\p{L}\d-]{0,20}){0,3})[,.]?[”"’'»)]{1,2}`)
	quotedAlias = regexp.MustCompile(`^["“”‘'«]{1,2}([^"“”’'«»\n]{2,40}?)[,.]?["”“’'»]{1,2}`)
	barePart    = regexp.MustCompile(`^(?:(?i:el|la|los|las|don|the)\s)?\p{Lu}[\p{L}’'-]{1,24}(?:[ \n](?:(?:de|del|la|los)[ \n]){0,2}\p{Lu}[\p{L}’'-]{1,24}){0,3}`)
)

func (f *finder) aliasWords() [][2]int {
	return f.cued(16, 16, "(a)", "known as", "nicknamed", "going by", "goes by", "dubbed", "aka", "a.k", "ak.", "fka", "f.k", "fk.", "conocid", "apodad", "alias")
}

func (f *finder) openMarks() [][2]int { return f.cued(0, 160, `"`, "'", "(", "“", "‘", "«") }

// aliasText finds the alias at a place: in quotation marks, or a run of capitals
// with an article. from and to are its own, next is behind the marks.
func aliasText(text string, at int) (from, to, next int) {
	rest := text[at:]
	if m := quotedAlias.FindStringSubmatchIndex(rest); m != nil {
		return at + m[2], at + m[3], at + m[1]
	}
	if m := barePart.FindStringIndex(rest); m != nil && !openers[listed.Fold(rest[:m[1]])] {
		return at, at + m[1], at + m[1]
	}
	return at, at, at
}

// quoted reads a nickname in quotation marks. Between a given name and a surname it
// is part of a person: Joaquín "El Chapo" Guzmán. Otherwise it belongs to the person
// right behind it or right before it, and to nobody if there is none: whoever is
// named elsewhere in the sentence may be another.
func (r *reader) quoted(start, end, from, to int) {
	if r.aliased.meets(from, to) {
		return
	}
	before, after := r.wordEnding(start), r.wordBeginning(end)
	article := articles[firstWord(listed.Fold(r.text[from:to]))]
	switch of := r.personBeside(start, end); {
	case before >= 0 && after >= 0 && r.all[before].capital && r.all[after].capital && r.partsName(before, after):
		r.around(before, after, from, to)
		r.alias(from, to, r.personAround(from), "a nickname inside a name")
	case !article || r.isOrganization(from, to) || r.text[start] == '(' && of < 0:
	case r.placeNoun(r.wordFrom(from)):
		r.aliased.add(from, to)
	default:
		r.alias(from, to, of, "a nickname in quotation marks")
	}
}

// partsName tells whether the words before and behind a nickname are of one name.
func (r *reader) partsName(before, after int) bool {
	first, next := r.all[before].fold, r.all[after].fold
	return given[first] || surnames[next] && !given[next] && !titles[first] && r.nameable(before) && !surnames[first] && !r.all[before].opens
}

// besideGap is what may stand between a person and a nickname that is theirs: marks,
// and nicknames before it.
var besideGap = regexp.MustCompile(`^["“”‘’'«»,()\s]*(?:(?:y|e|o|and|or|also|también)\s["“”‘’'«»,()\s]*)?$`)

// personBeside finds the person that begins right behind a nickname, or ends right
// before it.
func (r *reader) personBeside(start, end int) int {
	before, behind := -1, -1
	for n, m := range r.found {
		switch {
		case m.Kind == Alias && m.Of >= 0 && m.End <= start && start-m.End < 40 && besideGap.MatchString(r.text[m.End:start]):
			before = m.Of
		case m.Kind != Person || m.Property == "alias" && m.Start >= start && m.End <= end:
		case m.Start >= end && m.Start-end < 3 && strings.TrimSpace(r.text[end:m.Start]) == "":
			behind = n
		case m.End <= start && start-m.End < 40 && besideGap.MatchString(r.text[m.End:start]) && (before < 0 || m.Start <= r.found[before].Start):
			before = n
		}
	}
	if i := r.wordBeginning(end); before >= 0 && strings.TrimSpace(r.text[r.found[before].End:start]) == "" {
		return before
	} else if behind >= 0 || i >= 0 && r.all[i].capital {
		return behind // it is theirs, be they found or not
	}
	return before
}

// placeNouns lead up to the name of a settlement, groundNouns to that of a piece of
// land or a house.
var (
	placeNouns  = set("localidad poblado comunidad rancheria ejido pueblo municipio sindicatura caserio congregacion villa ciudad town village municipality community settlement")
	groundNouns = set("rancho ranch hacienda finca predio paraje colonia barrio fraccionamiento sierra cerro arroyo rio presa canon carretera playa bar restaurante hotel penal mina puerto ranchos ejidos estadio parque")
	namedAs     = set("de del of llamado llamada denominado denominada conocido conocida como named called known as the la el")
)

// placeNoun tells whether the words before one say that it is a place's name.
func (r *reader) placeNoun(i int) bool { return r.placeNounBefore(i) != "" }

func (r *reader) placeNounBefore(i int) string {
	for k := i - 1; k >= 0 && k >= i-4 && i < len(r.all); k-- {
		t := r.all[k]
		if r.all[k+1].gap != space && r.all[k+1].gap != quote {
			return ""
		}
		if placeNouns[t.fold] || groundNouns[t.fold] {
			return t.fold
		}
		if !namedAs[t.fold] {
			return ""
		}
	}
	return ""
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

func (r *reader) isOrganization(from, to int) bool {
	for _, m := range r.found {
		if (m.Kind == Organization || m.Kind == Place) && m.Start < to && m.End > from {
			return true
		}
	}
	return false
}

// wordEnding and wordBeginning find the words beside a quotation.
func (r *reader) wordEnding(at int) int {
	i := r.wordFrom(at) - 1
	if i < 0 || r.all[i].end >= at || strings.TrimSpace(r.text[r.all[i].end:at]) != "" {
		return -1
	}
	return i
}

func (r *reader) wordBeginning(at int) int {
	i := r.wordFrom(at)
	if i == len(r.all) || strings.TrimSpace(r.text[at:r.all[i].start]) != "" {
		return -1
	}
	return i
}

// around keeps the person whose name goes around a nickname.
func (r *reader) around(before, after, from, to int) {
	start, end := before, after+1
	for end < len(r.all) && r.all[end].gap == space && r.all[end].capital && end-after < 4 {
		end++
	}
	for start > 0 && r.all[start].gap == space && r.all[start-1].capital && given[r.all[start-1].fold] {
		start--
	}
	end = max(after+1, r.trim(after, end))
	first, last := oneLine(r.text[r.all[start].start:r.all[before].end]), oneLine(r.text[r.all[after].start:r.all[end-1].end])
	whole := Mention{Start: r.all[start].start, End: r.all[end-1].end, Kind: Person, Value: first + " " + last, Schema: "Person", Property: "name", Why: "a person with a nickname inside the name"}
	for i, m := range r.found {
		if m.Kind != Person || m.Start >= whole.End || m.End <= whole.Start || m.Start >= from-3 && m.End <= to+3 && m.Listed != nil {
			continue
		}
		if m.Listed != nil { // “El Mayo” Zambada is listed: it is the same person
			whole.Listed, whole.Why, whole.Sure = append(whole.Listed, m.Listed...), whole.Why+"; "+m.Why, whole.Sure || m.Sure
		}
		r.found[i].Kind = ""
	}
	r.add(whole)
	r.mark(start, end)
	for k := after; k < end; k++ {
		if t := r.all[k]; t.capital && len(t.fold) > 3 {
			r.surname[t.fold] = len(r.found) - 1
		}
	}
}

func (r *reader) personAround(at int) int {
	for i, m := range r.found {
		if m.Kind == Person && m.Start < at && m.End > at {
			return i
		}
	}
	return -1
}

// nickname finds nicknames that stand by themselves, as "El Menchito led": those
// found before, and an article with a capital inside a sentence.
func (r *reader) nickname(i int) int {
	t := r.all[i]
	if t.shout || t.gap == paren || t.fold != "el" && t.fold != "la" || !t.capital || !r.joined(i+1) || !r.name(i+1) {
		return 0
	}
	key := t.fold + " " + r.all[i+1].fold
	if of, ok := r.nick[key]; ok {
		r.found[r.take(Alias, "Person", "alias", "an alias as named elsewhere", i, i+2)].Of = of
		return 2
	}
	if noun := r.placeNounBefore(i); noun != "" {
		return r.placeBehind(i, noun)
	}
	if _, place := gazetteer()[placeKey(key)]; place || t.opens || commonWord(r.all[i+1].fold) || notNames[r.all[i+1].fold] || i > 0 && t.gap == space && inside[r.all[i-1].fold] {
		return 0
	}
	r.take(Alias, "Person", "alias", "a nickname by its article", i, i+2)
	return 2
}

// inside are words that stand before a place and not before a person.
var inside = set("en in at near hacia desde toward towards")

// placeBehind takes El Rodeo as a place behind the word for a settlement, and as
// nothing behind that for a house.
func (r *reader) placeBehind(i int, noun string) int {
	end := min(r.run(i+1), i+4)
	if placeNouns[noun] {
		r.take(Place, "Address", "city", "a place by the word before it", i, end)
	}
	return end - i
}
