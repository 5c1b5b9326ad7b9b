package node

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/store"
)

const headOrigin = "orx/1/us/dea"

// repeat is randomness that is the same every time.
type repeat byte

// Read gives the byte over and over.
func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
}

func headKey(t *testing.T, seed byte) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(repeat(seed))
	sound(t, err)
	return k
}

// headLog makes a ledger with a record for each word, and its head.
func headLog(t *testing.T, origin string, key seal.SigningKey, words ...string) (*ledgertest.Memory, ledger.Checkpoint) {
	t.Helper()
	sign, err := ledger.NewSigner(origin, key)
	sound(t, err)
	var entries []ledger.Entry
	for _, w := range words {
		e, err := ledger.NewEntry([]byte(w), repeat(1))
		sound(t, err)
		entries = append(entries, e)
	}
	m := &ledgertest.Memory{}
	_, cp, err := ledger.Append(m, sign, entries...)
	sound(t, err)
	return m, cp
}

func sound(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openHead(t *testing.T, path string) (*headFile, bool) {
	t.Helper()
	h, found, err := openHeadFile(path)
	sound(t, err)
	t.Cleanup(func() { _ = h.close() })
	return h, found
}

func sentTo(name party.Name, n int64) map[party.Name]exchange.Position {
	return map[party.Name]exchange.Position{name: {Sequence: n, Hash: ref.Content(fmt.Append(nil, name, n))}}
}

// twoMarks are two commits, and what the file says after each of them.
func twoMarks(t *testing.T) (marks [2]store.Mark, states [2]headState) {
	t.Helper()
	_, one := headLog(t, headOrigin, headKey(t, 1), "one")
	_, two := headLog(t, headOrigin, headKey(t, 1), "one", "two")
	marks = [2]store.Mark{{Head: one, Sent: sentTo("mx/semar", 1)}, {Head: two, Sent: sentTo("br/pf", 1)}}
	both := sentTo("mx/semar", 1)
	both["br/pf"] = marks[1].Sent["br/pf"]
	return marks, [2]headState{{Head: one.String(), Sent: marks[0].Sent}, {Head: two.String(), Sent: both}}
}

// filled makes a file to which those two were written.
func filled(t *testing.T) (path string, states [2]headState) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "head")
	h, _ := openHead(t, path)
	marks, states := twoMarks(t)
	for _, m := range marks {
		sound(t, h.write(m))
	}
	sound(t, h.close())
	return path, states
}

// The file says what the commits before said, and each of them changes only what
// it speaks of.
func TestHeadFileSaysWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	h, found := openHead(t, path)
	if found || h.state.Head != "" || len(h.state.Sent) > 0 {
		t.Fatalf("a new file says %+v", h.state)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v (%v)", info.Mode(), err)
	}
	_, one := headLog(t, headOrigin, headKey(t, 1), "one")
	_, two := headLog(t, headOrigin, headKey(t, 1), "one", "two")
	a1, a2, b1 := sentTo("mx/semar", 1), sentTo("mx/semar", 2), sentTo("br/pf", 1)
	for i, step := range []struct {
		mark store.Mark
		head ledger.Checkpoint
		a, b int64
	}{
		{store.Mark{Head: one}, one, 0, 0},
		{store.Mark{Sent: a1}, one, 1, 0},
		{store.Mark{Sent: b1}, one, 1, 1},
		{store.Mark{Head: two, Sent: a2}, two, 2, 1},
		{store.Mark{Head: one}, one, 2, 1}, // an officer let the node go on from less
	} {
		sound(t, h.write(step.mark))
		again, found := openHead(t, path)
		s := again.state
		if !found || s.Head != step.head.String() || s.Sent["mx/semar"].Sequence != step.a || s.Sent["br/pf"].Sequence != step.b {
			t.Errorf("after step %d the file says %+v", i, s)
		}
		if !reflect.DeepEqual(again.state, h.state) || again.number != h.number {
			t.Errorf("after step %d it is read as number %d, %+v, and was written as %d, %+v", i, again.number, again.state, h.number, h.state)
		}
	}
	if h.state.Sent["mx/semar"] != a2["mx/semar"] {
		t.Errorf("the position is %+v", h.state.Sent["mx/semar"])
	}
}

// A write never touches the place that says what is known so far.
func TestHeadFileWritesItsPlacesInTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	h, _ := openHead(t, path)
	marks, _ := twoMarks(t)
	before := placesOf(t, path)
	for i := range 6 {
		sound(t, h.write(marks[i%2]))
		if i == 3 { // whoever opens the file anew goes on as before
			h, _ = openHead(t, path)
		}
		now := placesOf(t, path)
		changed := (i + 1) % 2
		if bytes.Equal(now[changed], before[changed]) || !bytes.Equal(now[1-changed], before[1-changed]) {
			t.Fatalf("write %d did not change place %d alone", i+1, changed)
		}
		before = now
	}
}

// placesOf reads the two places of a file; missing ends are zeros.
func placesOf(t *testing.T, path string) [2][]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	sound(t, err)
	b = append(b, make([]byte, 2*headPlace-len(b))...)
	return [2][]byte{b[:headPlace], b[headPlace:]}
}

// saidBy reads a file with these bytes.
func saidBy(t *testing.T, path string, b []byte) (headState, bool) {
	t.Helper()
	sound(t, os.WriteFile(path, b, 0o600))
	h, found, err := openHeadFile(path)
	sound(t, err)
	sound(t, h.close())
	return h.state, found
}

// meaning gives the bytes of a place that say something, by what they are.
func meaning(t *testing.T, place []byte) (all, sum, body []int) {
	t.Helper()
	end := len(bytes.TrimRight(place, "\x00"))
	for i := range end {
		all = append(all, i)
		switch {
		case i >= headHeader:
			body = append(body, i)
		case i >= len(headMagic) && i < len(headMagic)+32:
			sum = append(sum, i)
		}
	}
	return all, sum, body
}

// Whatever byte of one place is damaged, the other one is read: the newest if
// the one before was hit, and the one before if the newest was.
func TestHeadFileOutlivesADamagedPlace(t *testing.T) {
	path, states := filled(t)
	whole, err := os.ReadFile(path)
	sound(t, err)
	parts := placesOf(t, path)
	for place, left := range map[int]headState{0: states[0], 1: states[1]} { // the first was written to place 1
		hit, sum, body := meaning(t, parts[place])
		if len(sum) != 32 || len(body) < 100 {
			t.Fatalf("place %d has %d bytes of sum and %d of body", place, len(sum), len(body))
		}
		for _, i := range hit {
			b := bytes.Clone(whole)
			b[place*headPlace+i] ^= 1 << (i % 8)
			if got, found := saidBy(t, path, b); !found || !reflect.DeepEqual(got, left) {
				t.Fatalf("with byte %d of place %d damaged the file says %+v (%v), not %+v", i, place, got, found, left)
			}
		}
	}
}

// A file that ends early says what its whole places say.
func TestHeadFileCutShort(t *testing.T) {
	path, states := filled(t)
	whole, err := os.ReadFile(path)
	sound(t, err)
	parts := placesOf(t, path)
	first := len(bytes.TrimRight(parts[0], "\x00")) // of the newest
	last := headPlace + len(bytes.TrimRight(parts[1], "\x00"))
	if len(whole) != last {
		t.Fatalf("the file has %d bytes, not %d", len(whole), last)
	}
	for _, tt := range []struct {
		length int
		found  bool
		says   headState
	}{
		{last, true, states[1]},
		{last - 1, true, states[1]},
		{headPlace + headHeader, true, states[1]},
		{headPlace + 1, true, states[1]},
		{headPlace, true, states[1]},
		{first, true, states[1]},
		{first - 1, false, headState{}},
		{headHeader, false, headState{}},
		{headHeader - 1, false, headState{}},
		{1, false, headState{}},
		{0, false, headState{}},
	} {
		if got, found := saidBy(t, path, whole[:tt.length]); found != tt.found || !reflect.DeepEqual(got, tt.says) {
			t.Errorf("cut to %d of %d bytes the file says %+v (%v)", tt.length, last, got, found)
		}
	}
	// The newest may as well be the one behind: a crash may have cut it.
	path, states = filled(t)
	h, _ := openHead(t, path)
	sound(t, h.write(store.Mark{Sent: sentTo("mx/semar", 9)}))
	whole, err = os.ReadFile(path)
	sound(t, err)
	if got, found := saidBy(t, path, whole[:len(whole)-1]); !found || !reflect.DeepEqual(got, states[1]) {
		t.Errorf("with the newest cut short the file says %+v (%v)", got, found)
	}
}

// A file of which nothing is left is like one that is missing, and is written
// to as one.
func TestHeadFileDamagedInBothPlaces(t *testing.T) {
	path, _ := filled(t)
	b, err := os.ReadFile(path)
	sound(t, err)
	b[headHeader] ^= 1
	b[headPlace+headHeader] ^= 1
	if got, found := saidBy(t, path, b); found || got.Head != "" || len(got.Sent) > 0 {
		t.Fatalf("with both places damaged the file says %+v (%v)", got, found)
	}
	h, _ := openHead(t, path)
	sound(t, h.write(store.Mark{Sent: sentTo("br/pf", 3)}))
	if again, found := openHead(t, path); !found || again.state.Head != "" || !reflect.DeepEqual(again.state.Sent, sentTo("br/pf", 3)) {
		t.Errorf("written anew the file says %+v (%v)", again.state, found)
	}
}

// What only looks like a place is none: its sum alone makes no state.
func TestHeadFileOfSomethingElse(t *testing.T) {
	path, _ := filled(t)
	whole, err := os.ReadFile(path)
	sound(t, err)
	for name, b := range map[string][]byte{
		"text":          []byte("this is a letter"),
		"zeros":         make([]byte, 2*headPlace),
		"the beginning": []byte(headMagic),
		"another magic": append([]byte("orx/2 head\n"), whole[len(headMagic):headPlace]...),
	} {
		if got, found := saidBy(t, path, b); found {
			t.Errorf("%s was read as %+v", name, got)
		}
	}
	if _, _, err := openHeadFile(t.TempDir()); !fault.Is(err, fault.Internal) {
		t.Errorf("a folder in its place gave %v, want Internal", err)
	}
}

// A write that fails says so, and the file goes on saying, in memory and on the
// disk, what it said before.
func TestHeadFileThatCannotBeWritten(t *testing.T) {
	crowd := map[party.Name]exchange.Position{}
	for i := range 3000 {
		crowd[party.Name(fmt.Sprint("xx/", i))] = exchange.Position{Sequence: 1, Hash: ref.Content(nil)}
	}
	_, three := headLog(t, headOrigin, headKey(t, 1), "one", "two", "three")
	for _, tt := range []struct {
		name string
		file func(path string) (*os.File, error) // nil: its own
		mark store.Mark
		kind fault.Kind
	}{
		{"read only", os.Open, store.Mark{Head: three}, fault.Internal},
		{"disk full", func(string) (*os.File, error) { return os.OpenFile("/dev/full", os.O_RDWR, 0) }, store.Mark{Head: three}, fault.Internal},
		{"closed", func(path string) (*os.File, error) {
			f, err := os.Open(path)
			return f, errors.Join(err, f.Close())
		}, store.Mark{Sent: sentTo("mx/semar", 2)}, fault.Internal},
		{"not to be synced", unsynced, store.Mark{Head: three}, fault.Internal},
		{"too many partners", nil, store.Mark{Head: three, Sent: crowd}, fault.TooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) { testUnwritten(t, tt.file, tt.mark, tt.kind) })
	}
}

// unsynced gives a file that takes what is written and cannot keep it.
func unsynced(string) (*os.File, error) { return os.OpenFile("/dev/null", os.O_RDWR, 0) }

func testUnwritten(t *testing.T, other func(string) (*os.File, error), mark store.Mark, kind fault.Kind) {
	path, states := filled(t)
	h, _ := openHead(t, path)
	own, number := h.file, h.number
	if other != nil {
		f, err := other(path)
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("this machine has no such device")
		}
		sound(t, err)
		defer func() { _ = f.Close() }()
		h.file = f
	}
	if err := h.write(mark); !fault.Is(err, kind) {
		t.Fatalf("the write gave %v, want %v", err, kind)
	}
	if h.number != number || !reflect.DeepEqual(h.state, states[1]) {
		t.Errorf("after a failed write it is number %d, %+v", h.number, h.state)
	}
	h.file = own
	if again, found := openHead(t, path); !found || !reflect.DeepEqual(again.state, states[1]) {
		t.Errorf("after a failed write the file says %+v (%v)", again.state, found)
	}
	_, three := headLog(t, headOrigin, headKey(t, 1), "one", "two", "three")
	sound(t, h.write(store.Mark{Head: three}))
	if again, _ := openHead(t, path); again.state.Head != three.String() || again.number != number+1 {
		t.Errorf("the next write is read as number %d, %+v", again.number, again.state)
	}
}

// What the ledger does not extend is lost, whichever way that came about; what
// the node has not signed is no head of its own.
func TestLostHead(t *testing.T) {
	key := headKey(t, 1)
	log, equal := headLog(t, headOrigin, key, "one", "two", "three")
	none := ledger.Checkpoint{}
	at := func(origin string, key seal.SigningKey, words ...string) ledger.Checkpoint {
		_, cp := headLog(t, origin, key, words...)
		return cp
	}
	other, larger := at(headOrigin, key, "one", "two", "drei"), at(headOrigin, key, "one", "two", "three", "four")
	shorter := at(headOrigin, key, "one", "zwei")
	for _, tt := range []struct {
		name       string
		head, want ledger.Checkpoint
		forged     bool
	}{
		{"no head", none, none, false},
		{"smaller", at(headOrigin, key, "one", "two"), none, false},
		{"equal", equal, none, false},
		{"smaller, another root", shorter, shorter, false},
		{"one size, another root", other, other, false},
		{"larger", larger, larger, false},
		{"another key", at(headOrigin, headKey(t, 2), "one"), none, true},
		{"another node", at("orx/1/mx/semar", key, "one"), none, true},
		{"no checkpoint", ledger.Checkpoint{Signed: []byte("hello")}, none, true},
	} {
		h, _ := openHead(t, filepath.Join(t.TempDir(), "head"))
		sound(t, h.write(store.Mark{Head: tt.head, Sent: sentTo("mx/semar", 1)}))
		got, err := h.lost(log, headOrigin, []seal.VerifyKey{key.Public()})
		switch {
		case tt.forged:
			if !fault.Is(err, fault.Forged) {
				t.Errorf("%s: got %v, want Forged", tt.name, err)
			}
		case err != nil || !reflect.DeepEqual(got, tt.want):
			t.Errorf("%s: %+v is lost (%v), not %+v", tt.name, got, err, tt.want)
		}
	}
}

// A ledger that cannot be read is not taken for one that is whole.
func TestLostHeadOfAnUnreadableLedger(t *testing.T) {
	log, cp := headLog(t, headOrigin, headKey(t, 1), "one")
	log.Down = errors.New("no disk")
	h, _ := openHead(t, filepath.Join(t.TempDir(), "head"))
	sound(t, h.write(store.Mark{Head: cp}))
	if _, err := h.lost(log, headOrigin, []seal.VerifyKey{headKey(t, 1).Public()}); !errors.Is(err, log.Down) {
		t.Errorf("got %v", err)
	}
}
