package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
)

func made(t testing.TB) *Vault {
	t.Helper()
	v, err := New(rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func id(n int) (id ID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

func enclose(t testing.TB, v *Vault, n int, content, shell string) []byte {
	t.Helper()
	b, err := v.Enclose(id(n), []byte(content), []byte(shell))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDestroyedContentLeavesItsShell(t *testing.T) {
	v := made(t)
	one, other := enclose(t, v, 1, "the boats", "a report"), enclose(t, v, 2, "the cars", "a letter")
	note, err := v.EncloseNote([]byte("why"))
	if err != nil {
		t.Fatal(err)
	}
	next := v.Without(id(1))
	check := func(v *Vault, enclosed []byte, want string, gone bool) {
		t.Helper()
		b, was, err := v.Open(enclosed)
		if err != nil || string(b) != want || was != gone {
			t.Errorf("it gave %q, gone %v, %v", b, was, err)
		}
	}
	check(v, one, "the boats", false) // until it becomes the next
	v.Become(next)
	check(v, one, "a report", true)
	check(v, other, "the cars", false)
	check(v, note, "why", false)
	if !v.Destroyed(id(1)) || v.Destroyed(id(2)) {
		t.Error("it is not known what is destroyed")
	}
	if _, err := v.Enclose(id(1), []byte("again"), nil); !fault.Is(err, fault.Stale) {
		t.Errorf("something was enclosed under a key that is destroyed: %v", err)
	}
	if again := v.Without(id(1)); !bytes.Equal(again.Encode(), v.Encode()) {
		t.Error("what is destroyed twice changes the vault")
	}
}

// Whatever is destroyed in whatever order, in one go or by and by: what was
// destroyed stays shut, everything else keeps its key, and what the vault writes
// down is the same vault.
func TestDestroyingProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, err := New(rand.NewChaCha8([32]byte{byte(rapid.IntRange(0, 255).Draw(t, "seed"))}))
		if err != nil {
			t.Fatal(err)
		}
		const all = 40
		enclosed := make([][]byte, all)
		for n := range all {
			if enclosed[n], err = v.Enclose(id(n), fmt.Appendf(nil, "content %d", n), fmt.Appendf(nil, "shell %d", n)); err != nil {
				t.Fatal(err)
			}
		}
		gone := map[int]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "times") {
			var ids []ID
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, all-1), 0, 8).Draw(t, "which") {
				gone[n] = true
				ids = append(ids, id(n))
			}
			v.Become(v.Without(ids...))
			if v, err = Parse(v.Encode()); err != nil {
				t.Fatal(err)
			}
		}
		for n := range all {
			b, was, err := v.Open(enclosed[n])
			want := fmt.Sprintf("content %d", n)
			if gone[n] {
				want = fmt.Sprintf("shell %d", n)
			}
			if err != nil || string(b) != want || was != gone[n] || v.Destroyed(id(n)) != gone[n] {
				t.Fatalf("%d of %v: %q, %v, %v", n, gone, b, was, err)
			}
		}
		if most := levels * len(gone); len(v.seeds) > max(1, most) {
			t.Fatalf("%d seeds are kept for %d that are destroyed", len(v.seeds), len(gone))
		}
	})
}

// What two copies have in common is what neither has destroyed, whichever is
// asked, and nothing else.
func TestCommonProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, err := New(rand.NewChaCha8([32]byte{7}))
		if err != nil {
			t.Fatal(err)
		}
		sides, gone := [2]*Vault{v.Without(), v.Without()}, map[int]bool{}
		for i := range sides {
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, 19), 0, 6).Draw(t, "destroyed") {
				gone[n] = true
				sides[i] = sides[i].Without(id(n))
			}
		}
		both, err := sides[0].Common(sides[1])
		other, failed := sides[1].Common(sides[0])
		if err != nil || failed != nil || !bytes.Equal(both.Encode(), other.Encode()) {
			t.Fatal(err, failed)
		}
		if again, err := Parse(both.Encode()); err != nil || !bytes.Equal(again.Encode(), both.Encode()) {
			t.Fatal(err)
		}
		for n := range 20 {
			if both.Destroyed(id(n)) != gone[n] {
				t.Fatalf("%d of %v", n, gone)
			}
			if k, ok := both.key(id(n)); ok {
				if want, _ := v.key(id(n)); k != want {
					t.Fatal("another key")
				}
			}
		}
		stranger, _ := New(rand.NewChaCha8([32]byte{8}))
		if _, err := v.Common(stranger); !fault.Is(err, fault.Forged) {
			t.Fatal(err)
		}
	})
}

// Nothing that is left gives the key of what was destroyed: no seed that is kept
// lies on the way to it.
func TestNoSeedAboveWhatIsDestroyed(t *testing.T) {
	v := made(t)
	for n := range 50 {
		v.Become(v.Without(id(n)))
	}
	for n := range 50 {
		path := leaf(id(n)).path
		for depth := range levels + 1 {
			if _, ok := v.seeds[at(path, depth)]; ok {
				t.Fatalf("a seed at depth %d is above %d", depth, n)
			}
		}
	}
	if b := v.Encode(); bytes.Contains(b, []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")) {
		t.Error("a secret is zero")
	}
}

func TestChangedIsForged(t *testing.T) {
	v, another := made(t), made(t)
	another.Become(func() *Vault { v, _ := New(rand.NewChaCha8([32]byte{2})); return v }())
	good := enclose(t, v, 1, "the boats", "a report")
	refused := func(v *Vault, name string, b []byte) {
		t.Helper()
		if got, _, err := v.Open(b); !fault.Is(err, fault.Forged) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for i := range good {
		b := bytes.Clone(good)
		b[i] ^= 1
		if inShell := i >= head && i < head+overhead+len("a report"); inShell {
			refused(v.Without(id(1)), fmt.Sprint("byte ", i), b) // it is looked at when it is needed
		} else {
			refused(v, fmt.Sprint("byte ", i), b)
		}
	}
	for n := range good {
		refused(v, fmt.Sprint("the first ", n, " bytes"), good[:n])
	}
	refused(v, "plain text", []byte(`{"title":"boats"}`))
	refused(v, "longer", append(bytes.Clone(good), 0))
	refused(another, "another vault", good)
	// The shell is bound to its content's id too.
	mixed := append(bytes.Clone(enclose(t, v, 2, "the cars", "a report")[:head]), good[head:]...)
	refused(v.Without(id(2)), "another's shell", mixed)
	note, _ := v.EncloseNote([]byte("x"))
	refused(v.Without(id(1)), "a note as a shell", append(bytes.Clone(good[:head]), append(note[1:], good[head+len(note)-1:]...)...))
	_, _, err := v.Open(good)
	if err != nil {
		t.Error(err)
	}
}

func TestParseRefuses(t *testing.T) {
	v := made(t)
	v.Become(v.Without(id(1), id(2)))
	good := v.Encode()
	if _, err := Parse(good); err != nil {
		t.Fatal(err)
	}
	swapped := bytes.Clone(good)
	copy(swapped[fixedPart:], good[fixedPart+seedPart:][:seedPart])
	copy(swapped[fixedPart+seedPart:], good[fixedPart:][:seedPart])
	twice := append(bytes.Clone(good[:fixedPart+seedPart]), good[fixedPart:fixedPart+seedPart]...)
	binary.BigEndian.PutUint32(twice[fixedPart-4:], 2)
	root := append(bytes.Clone(good[:fixedPart]), make([]byte, seedPart)...) // everything, beside what is left of it
	root = append(root, good[fixedPart:fixedPart+seedPart]...)
	binary.BigEndian.PutUint32(root[fixedPart-4:], 2)
	deep := bytes.Clone(good)
	deep[fixedPart] = levels + 1
	stray := bytes.Clone(good)
	stray[fixedPart+levels/8] |= 1 // a bit beyond its depth
	many := bytes.Clone(good)
	binary.BigEndian.PutUint32(many[fixedPart-4:], 1<<31)
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("comity vault 1\n"), "short": good[:len(good)-1], "long": append(bytes.Clone(good), 0),
		"out of order": swapped, "a place twice": twice, "a place beneath another": root, "too deep": deep, "a stray bit": stray, "too many": many} {
		if _, err := Parse(b); !fault.Is(err, fault.Forged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	v := made(f)
	f.Add(v.Encode())
	f.Add(v.Without(id(1), id(9)).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Parse(b)
		if err != nil {
			return
		}
		if !bytes.Equal(v.Encode(), b) {
			t.Error("the same vault has two forms")
		}
		_ = v.Destroyed(id(1))
	})
}

// FuzzOpen opens what may have become of what was enclosed: it is what was
// enclosed, or its shell once it is destroyed, or it is refused.
func FuzzOpen(f *testing.F) {
	v := made(f)
	good := enclose(f, v, 1, "the boats", "a report")
	note, err := v.EncloseNote([]byte("a note"))
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{good, note, good[:len(good)-1], good[:head+2*overhead], append(bytes.Clone(note), 0), {noteAlone}, {withContent}, nil} {
		f.Add(b)
	}
	moved := bytes.Clone(good)
	moved[head-5]++ // to another id
	f.Add(moved)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, at := range []struct {
			vault   *Vault
			content string
			gone    bool
		}{{v, "the boats", false}, {v.Without(id(1)), "a report", true}, {v.Without(id(2)), "the boats", false}} {
			got, gone, err := at.vault.Open(b)
			switch {
			case err != nil:
				if !fault.Is(err, fault.Forged) || len(got) > 0 || bytes.Equal(b, good) || bytes.Equal(b, note) {
					t.Fatalf("%x: %q, %v", b, got, err)
				}
			case string(got) == "a note" && !gone:
			case string(got) != at.content || gone != at.gone:
				t.Fatalf("%x opens as %q, gone %t", b, got, gone)
			}
		}
	})
}

func TestTokens(t *testing.T) {
	v := made(t)
	text := "Culiacán: José Núñez, placa VKN-482-A; +52 667 123 4567. Internacionalización o no. Straße ﬁn"
	in := v.Tokens(text)
	for word, found := range map[string]bool{
		"culiacan": true, "CULIACÁN": true, "cul": true, "cu": false, "jos": true, "nunez": true, "nuñ": true, "482": true, "48": false, "a": true, "vkn": true,
		"667": true, "4567": true, "456": true, "o": true, "no": true, "n": false, "internacionalizacion": true, "internacional": true,
		"internacionalizaciones": false, "ulia": false, "josefa": false, "straße": true, "fin": true, "": false,
	} {
		if slices.Contains(in, v.Token(word)) != found {
			t.Errorf("%q: found is not %v", word, found)
		}
	}
	if !slices.IsSorted(in) || len(slices.Compact(slices.Clone(in))) != len(in) {
		t.Error("the tokens tell of the order of words")
	}
	long := strings.Repeat("x", 40)
	in = v.Tokens(long)
	if !slices.Contains(in, v.Token(long)) || !slices.Contains(in, v.Token(long[:24])) || slices.Contains(in, v.Token(long[:30])) {
		t.Error("a long word is found by its first 24 letters and by all")
	}
	other, err := New(rand.NewChaCha8([32]byte{2}))
	if err != nil {
		t.Fatal(err)
	}
	if other.Token("boat") == v.Token("boat") || v.Token("boat") == "" {
		t.Error("tokens do not depend on the vault")
	}
	if fmt.Sprint(v) != "[vault]" || fmt.Sprintf("%#v", v) != "[vault]" {
		t.Error("a vault is printed")
	}
}

func BenchmarkEnclose(b *testing.B) {
	v := made(b)
	text := make([]byte, 4096)
	b.SetBytes(int64(len(text)))
	for n := range b.N {
		if _, err := v.Enclose(id(n), text, text[:300]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	v := made(b)
	text := strings.Repeat("The report of the boats that leave Culiacán for the north at dawn says little of who owns them. ", 42)
	b.SetBytes(int64(len(text)))
	for range b.N {
		v.Tokens(text)
	}
}
