package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Words that are searched for are kept as tokens: keyed hashes, the same for the
// same word. A token stands for the beginning of a word, so that one question
// finds words by how they begin.
const (
	fewLetters  = 3  // that a word is found by, unless it has no more
	mostLetters = 24 // whose beginnings have tokens; a longer word has one of its own as well
	tokenBytes  = 6
)

// tokens remembers those of the words seen of late: some words are in every
// text.
type tokens struct {
	mu sync.Mutex
	of map[string][]string
}

// forget drops them: some may be of what was destroyed just now.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of = nil
}

const maxKnown = 1 << 14

// Tokens gives the tokens of all the words of a text, each once and in no order
// that says anything of the text's.
func (v *Vault) Tokens(text string) []string {
	set := map[string]bool{}
	for _, w := range Words(text) {
		for _, t := range v.beginnings(w) {
			set[t] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Token gives the token that finds words that begin with a word, or, if it has
// fewer than three letters, that are it.
func (v *Vault) Token(word string) string { return v.token(fold(word)) }

// Name gives the name under which a file of an item or a cut is found again by its
// hash: keyed, because the hash of a file that others have too would confirm what
// it is, and another one for each holder, because two with one file would show.
func (v *Vault) Name(holder ID, content [32]byte) [16]byte {
	v.mu.RLock()
	key := v.words
	v.mu.RUnlock()
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("comity file\n")) // a word holds no line end
	mac.Write(holder[:])
	mac.Write(content[:])
	return [16]byte(mac.Sum(nil))
}

// Words takes the words out of a text, as they are searched for: runs of
// letters and digits, in lower case, without accents.
func Words(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}

// beginnings gives the tokens of one word.
func (v *Vault) beginnings(word string) []string {
	v.known.mu.Lock()
	list, ok := v.known.of[word]
	v.known.mu.Unlock()
	if ok {
		return list
	}
	letters := []rune(word)
	for n := fewLetters; n < min(len(letters), mostLetters+1); n++ {
		list = append(list, v.token(string(letters[:n])))
	}
	list = append(list, v.token(word))
	v.known.mu.Lock()
	defer v.known.mu.Unlock()
	if v.known.of == nil || len(v.known.of) >= maxKnown {
		v.known.of = map[string][]string{}
	}
	v.known.of[strings.Clone(word)] = list
	return list
}

func (v *Vault) token(beginning string) string {
	v.mu.RLock()
	key := v.words
	v.mu.RUnlock()
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(beginning))
	return hex.EncodeToString(mac.Sum(nil)[:tokenBytes])
}
