package mention

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/mention/listed"
)

// findListed asks the lists for what they name. A place that several lists name is
// one mention that tells all.
func (f *finder) findListed() {
	at := map[[2]int]int{}
	for _, l := range f.o.Lists {
		for _, h := range l.Find(f.text) {
			if n, ok := at[[2]int{h.Start, h.End}]; ok {
				f.tell(&f.found[n], h)
				continue
			}
			m := Mention{Start: h.Start, End: h.End, Sure: true}
			e := h.Entries[0]
			m.Kind, m.Schema, m.Property = kindOf(e), e.Schema, e.Property
			if m.Value = oneLine(f.text[h.Start:h.End]); nameProperties[e.Property] {
				m.Start, m.End = f.withMarks(m.Start, m.End)
				m.Value = unquoted(f.text[m.Start:m.End])
			} else if !isName(m.Kind) {
				m.Value = squeeze(m.Value)
			}
			f.tell(&m, h)
			m.Sure = e.Property != "weakAlias"
			at[[2]int{h.Start, h.End}] = f.add(m)
		}
	}
}

func (f *finder) tell(m *Mention, h listed.Hit) {
	for _, e := range h.Entries {
		if m.Why != "" {
			m.Why += "; "
		}
		if len(m.Listed) < listed.MaxTold {
			m.Why += e.List + " " + e.ID + " (" + e.Property + ")"
		}
		m.Ambiguous = m.Ambiguous || len(m.Listed) > 0 && kindOf(e) != m.Kind
		m.Listed = append(m.Listed, e)
	}
}

var nameProperties = set("name alias weakAlias previousName")

// withMarks takes in the quotation mark that opens before a name and closes inside
// it, and the one that opens inside it and closes behind it: “El Mayo” Zambada.
func (f *finder) withMarks(start, end int) (int, int) {
	s := f.text[start:end]
	open, shut := strings.IndexAny(s, "“«"), strings.IndexAny(s, "”»")
	plain := strings.Count(s, `"`)%2 == 1
	if before, size := utf8.DecodeLastRuneInString(f.text[:start]); (shut >= 0 && open < 0 || plain) && strings.ContainsRune("“«\"", before) {
		return start - size, end
	}
	if after, size := utf8.DecodeRuneInString(f.text[end:]); (open >= 0 && shut < 0 || plain) && strings.ContainsRune("”»\"", after) {
		return start, end + size
	}
	return start, end
}

// unquoted gives a name on one line without the quotation marks inside it. An
// apostrophe between letters stays.
func unquoted(s string) string {
	var kept strings.Builder
	all := []rune(s)
	for i, r := range all {
		inner := i > 0 && i+1 < len(all) && unicode.IsLetter(all[i-1]) && unicode.IsLetter(all[i+1])
		if !strings.ContainsRune("“”«»\"", r) && (inner || !strings.ContainsRune("‘’'", r)) {
			kept.WriteRune(r)
		}
	}
	return oneLine(kept.String())
}

func isName(k Kind) bool { return k == Person || k == Organization || k == Alias || k == Place }

func kindOf(e listed.Entry) Kind {
	switch e.Property {
	case "passportNumber":
		return Passport
	case "phone":
		return Phone
	case "email":
		return Email
	case "iban", "accountNumber", "swiftBic":
		return Account
	case "publicKey":
		return Wallet
	case "name", "alias", "weakAlias", "previousName":
	default:
		switch e.Schema {
		case "Vessel":
			return Vessel
		case "Airplane":
			return Aircraft
		case "Vehicle":
			return Vehicle
		}
		return Identity
	}
	switch e.Schema {
	case "Person", "LegalEntity":
		return Person
	case "Vessel":
		return Vessel
	case "Airplane":
		return Aircraft
	case "Vehicle":
		return Vehicle
	case "Address":
		return Place
	}
	return Organization
}

// reader reads names from the words of a text.
type reader struct {
	*finder
	all     []token
	used    []bool
	surname map[string]int // of a person found, folded -> the mention
	aliased spans          // what aliases were read from
	nick    map[string]int // an alias found, folded -> the person's mention, or -1
}

// findNames reads names by their form: organisations by their key words, persons by
// titles, given names and surnames, places by the gazetteer, aliases by the words
// that lead up to them. A word is used once.
func (f *finder) findNames() {
	r := &reader{finder: f, all: f.tokens(), surname: map[string]int{}, nick: map[string]int{}}
	r.used = make([]bool, len(r.all))
	for i, t := range r.all { // addresses of the web and the like hold no names
		r.used[i] = f.taken.meets(t.start, t.end) && !r.isYear(t)
	}
	r.findVessels()
	r.findLists()
	r.findSuffixed()
	r.each(r.organization)
	r.findAcronyms()
	r.each(r.person)
	r.each(r.second)
	r.each(r.spot)
	r.each(r.again)
	r.findAliases()
	r.each(r.nickname)
}

func (r *reader) isYear(t token) bool {
	return len(t.fold) == 4 && strings.Trim(t.fold, "0123456789") == ""
}

// each tries something at every word that is not used; what it gives is how many
// words it took.
func (r *reader) each(try func(i int) int) {
	for i := 0; i < len(r.all); {
		n := 0
		if !r.used[i] {
			n = try(i)
		}
		for k := i; k < i+n; k++ {
			r.used[k] = true
		}
		i += max(1, n)
	}
}

// name tells a word that may be part of a name.
func (r *reader) name(i int) bool {
	return i < len(r.all) && r.all[i].capital && !r.all[i].shout && !r.used[i]
}

func (r *reader) joined(i int) bool { return i < len(r.all) && r.all[i].gap == space && !r.used[i] }

// take keeps the words from i to before end as a mention.
func (r *reader) take(kind Kind, schema, property, why string, i, end int) int {
	start, stop := r.all[i].start, r.all[end-1].end
	if last := r.all[end-1]; last.initial || !suffixes[strings.ReplaceAll(last.fold, ".", "")] && strings.HasSuffix(r.text[start:stop], ".") && strings.Count(last.fold, ".") == 1 {
		stop = start + len(strings.TrimRight(r.text[start:stop], "."))
	}
	value := oneLine(r.text[start:stop])
	if len(value) > 300 {
		return -1
	}
	return r.add(Mention{Start: start, End: stop, Kind: kind, Value: value, Schema: schema, Property: property, Why: why})
}

// phrase finds the longest run of words from i that a set holds.
func (r *reader) phrase(i, most int, holds func(key string) bool) int {
	key, best := "", 0
	for j := i; j < len(r.all) && j < i+most; j++ {
		if j > i && (r.all[j].gap != space || r.used[j]) {
			break
		}
		if j > i {
			key += " "
		}
		key += r.all[j].key
		if (r.all[j].capital || r.all[j].fold == "18") && holds(key) {
			best = j + 1 - i
		}
	}
	return best
}

// findAliases reads what the words "alias", "also known as" and their like lead up
// to, and what stands in quotation marks inside a name.
func (r *reader) findAliases() {
	for _, at := range r.search(aliasLead) {
		r.aliasesAt(at[0], at[1])
	}
	for _, at := range r.search(nickQuoted) {
		r.quoted(at[0], at[1], at[2], at[3])
	}
	for i, p := range r.found { // what was read inside an alias was no person, place or organisation
		if isName(p.Kind) && p.Kind != Alias && p.Property != "alias" && p.Listed == nil && r.aliased.covers(p.Start, p.End) {
			r.found[i].Kind = ""
		}
	}
}

// wordFrom gives the first word that begins at a place or behind it.
func (r *reader) wordFrom(at int) int {
	n, _ := slices.BinarySearchFunc(r.all, at, func(t token, at int) int { return t.start - at })
	return n
}

// personBefore finds the person that an alias belongs to: the nearest one that ends
// shortly before it in the same sentence.
func (r *reader) personBefore(at int) int {
	best := -1
	for n, m := range r.found {
		if m.Kind != Person || m.End > at || at-m.End > 120 {
			continue
		}
		if gap := r.text[m.End:at]; strings.Contains(gap, "\n\n") || strings.Contains(gap, ". ") {
			continue
		}
		if best < 0 || m.End > r.found[best].End || m.End == r.found[best].End && m.Start < r.found[best].Start {
			best = n
		}
	}
	return best
}

// aliasesAt reads the aliases behind a lead: one, or several in quotation marks.
func (r *reader) aliasesAt(start, at int) {
	if r.placeNoun(r.wordFrom(start)) {
		return // the place known as El Rodeo
	}
	of := r.personBefore(start)
	for range 20 {
		from, to, next := aliasText(r.text, at)
		if from == to || r.aliased.meets(from, to) {
			return
		}
		r.alias(from, to, of, "an alias by the words before it")
		more := aliasMore.FindString(r.text[next:])
		if more == "" {
			return
		}
		at = next + len(more)
	}
}

func (r *reader) alias(from, to, of int, why string) {
	m := Mention{Start: from, End: to, Kind: Alias, Value: oneLine(r.text[from:to]), Schema: "Person", Property: "alias", Why: why, Of: -1}
	if of >= 0 {
		m.Of = of
	} else if acronymLike(m.Value) && strings.ToUpper(m.Value) == m.Value {
		m.Kind, m.Schema, m.Property = Organization, "Organization", "alias"
	}
	for i := r.wordFrom(from); i < len(r.all) && r.all[i].end <= to; i++ {
		r.used[i] = true
	}
	r.aliased.add(from, to)
	of = m.Of
	r.found[r.add(m)].Of = of
	if key := listed.Fold(m.Value); m.Kind == Alias {
		if _, ok := r.nick[key]; !ok {
			r.nick[key] = of
		}
	}
}
