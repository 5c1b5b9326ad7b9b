package intel_test

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intel"
	"comity/ref"
	"comity/wire"
)

func noMint() (ref.PortionID, error) {
	return ref.PortionID{}, fault.New(fault.Internal, "no new id was expected")
}

func counting() func() (ref.PortionID, error) {
	n := 200
	return func() (ref.PortionID, error) { n++; return portionID(n), nil }
}

// TestDraftRoundTrip: every valid item comes back from its draft file exactly,
// and its file from the item.
func TestDraftRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := item(t)
		file := intel.FormatDraft(i)
		back, err := intel.ParseDraft(file, i, noMint)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		if !reflect.DeepEqual(i, back) {
			t.Fatalf("%s\n%+v\n%+v", file, i, back)
		}
		windows := strings.ReplaceAll("\uFEFF"+string(file), "\n", "\r\n")
		if back, err = intel.ParseDraft([]byte(windows), i, noMint); err != nil || !reflect.DeepEqual(i, back) {
			t.Fatalf("with line ends of another system: %v", err)
		}
	})
}

// TestDraftLooks keeps the file as an officer meets it.
func TestDraftLooks(t *testing.T) {
	i := valid()
	i.Topic = "smuggling"
	i.Portions[0].Marking, i.Portions[0].Grading = parse(t, "TLP:AMBER+STRICT // REL:mx/semar/uin // admiralty:B2")
	i.Portions[0].Text = "hint: is a word.\n\n## 1 fact"
	i.Portions[0].Substitute = "A ship."
	i.Portions[1].Hint = "a ship"
	i.Portions[1].Exhibits = []intel.Exhibit{{Content: ref.Content([]byte("x")), Size: 1, Media: "image/png", Caption: "The ship", Credit: "a | b"}}
	i.Portions[1].Statements = []intel.Statement{{Entity: "v1", Schema: "Vessel", Property: "name", Value: "La = Paz"}}
	_, got, _ := strings.Cut(string(intel.FormatDraft(i)), "-->\n")
	want := `title: Ships
topic: smuggling
areas:
purpose:
basis:

## 1 fact // TLP:AMBER+STRICT // REL:mx/semar/uin // admiralty:B2 {#00000001}

\hint: is a word.

\## 1 fact

substitute:

A ship.

## 2 assessment {#00000002}
derived-from: 1
hint: a ship
exhibit: 2d711642b726 The ship | "a | b"
statement: v1 Vessel name = La = Paz

Two.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// edited is an item with its file changed by an officer.
func edited(t *testing.T, i intel.Item, change func(file string) string) intel.Item {
	t.Helper()
	got, err := intel.ParseDraft([]byte(change(string(intel.FormatDraft(i)))), i, counting())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDraftReorderKeepsIdentity(t *testing.T) {
	i := valid()
	got := edited(t, i, func(f string) string {
		head, rest, _ := strings.Cut(f, "## 1 fact")
		one, two, _ := strings.Cut("## 1 fact"+rest, "## 2")
		return head + "## 2" + two + "\n" + one
	})
	if got.Portions[0].ID != portionID(1) || got.Portions[1].ID != portionID(0) {
		t.Fatal("a moved portion lost its id")
	}
	if !slices.Equal(got.Portions[0].DerivedFrom, []ref.PortionID{portionID(0)}) {
		t.Error("a moved portion lost its source")
	}
}

func TestDraftNewAndRemovedPortions(t *testing.T) {
	got := edited(t, valid(), func(f string) string {
		head, _, _ := strings.Cut(f, "## 2")
		return head + "## opinion // tlp:red // TTL:30d\nderived-from: 1\nThree.\n\n## 9 Fact\n\nFour."
	})
	if len(got.Portions) != 3 || got.Portions[0].ID != portionID(0) || got.Portions[1].ID != portionID(201) || got.Portions[2].ID != portionID(202) {
		t.Fatalf("%+v", got.Portions)
	}
	p := got.Portions[1]
	if p.Kind != intel.Judgement || p.Text != "Three." || p.Marking.TLP != intel.TLPRed || p.Marking.Expires != epoch.Add(30*24*3600e9) || p.DerivedFrom[0] != portionID(0) {
		t.Errorf("%+v", p)
	}
}

// TestDraftHead: an emptied line empties, a missing one leaves what stood, and
// what is not in the file never changes.
func TestDraftHead(t *testing.T) {
	i := valid()
	i.Topic, i.Purpose, i.Basis = "a", "b", "c"
	got := edited(t, i, func(f string) string {
		f = strings.Replace(f, "topic: a\n", "", 1)
		f = strings.Replace(f, "purpose: b\n", "purpose:\n", 1)
		return strings.Replace(f, "title: Ships", "title:   Boats: two of them  ", 1)
	})
	want := i
	want.Title, want.Purpose = "Boats: two of them", ""
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestDraftExhibits(t *testing.T) {
	i := valid()
	a := intel.Exhibit{Content: ref.Content([]byte("a")), Size: 1, Media: "image/png", Caption: "A"}
	b := intel.Exhibit{Content: ref.Content([]byte("b")), Size: 2, Media: "image/png", Credit: "B"}
	i.Portions[0].Exhibits = []intel.Exhibit{a, b}
	got := edited(t, i, func(f string) string {
		line := "exhibit: " + b.Content.Short() + " | B\n"
		f = strings.Replace(f, line, "", 1)
		return strings.Replace(f, "derived-from: 1\n", "exhibit: "+b.Content.Short()+" New | C\n", 1)
	})
	moved := b
	moved.Caption, moved.Credit = "New", "C"
	if !slices.Equal(got.Portions[0].Exhibits, []intel.Exhibit{a}) || !slices.Equal(got.Portions[1].Exhibits, []intel.Exhibit{moved}) || got.Portions[1].DerivedFrom != nil {
		t.Errorf("%+v", got.Portions)
	}
}

// TestDraftExhibitsAlike: hashes that begin alike are written in full, however
// often they stand; and each portion keeps its own account of a file.
func TestDraftExhibitsAlike(t *testing.T) {
	i := valid()
	a := intel.Exhibit{Content: ref.Content([]byte("a")), Size: 1, Media: "image/png"}
	b := a
	b.Content[31] ^= 1
	other := b
	other.Media, other.Caption = "image/jpeg", "Seven"
	i.Portions[0].Exhibits = []intel.Exhibit{a, b}
	i.Portions[1].Exhibits = []intel.Exhibit{other}
	if got := edited(t, i, func(f string) string { return f }); !reflect.DeepEqual(got, i) {
		t.Errorf("%+v", got.Portions)
	}
	short := strings.ReplaceAll(string(intel.FormatDraft(i)), b.Content.String(), b.Content.Short())
	if _, err := intel.ParseDraft([]byte(short), i, noMint); err == nil || !contains(err.Error(), "write the whole hash") {
		t.Error(err)
	}
}

// TestDraftCopiedHeading: a portion that was copied with its id is refused in
// words that say what to do.
func TestDraftCopiedHeading(t *testing.T) {
	file := "title: x\n## fact {#00000001}\nOne.\n## fact {#00000001}\nTwo."
	_, err := intel.ParseDraft([]byte(file), valid(), noMint)
	if err == nil || !contains(err.Error(), "the portion of line 2 stands here again (leave {#...} out for a new portion)") {
		t.Error(err)
	}
}

// TestDraftLimits: what is over a limit is refused with a line, never cut.
func TestDraftLimits(t *testing.T) {
	many := "title: x\n" + strings.Repeat("## fact\nx\n", 501)
	for name, c := range map[string]struct {
		file string
		line int
	}{
		"501 portions":   {many, 1002},
		"8 MiB":          {"title: x\n## fact\n" + strings.Repeat("x\n", 5<<20), 1},
		"201 statements": {"title: x\n## fact\n" + strings.Repeat("statement: e P n = x\n", 201) + "x", 2},
		"long hint":      {"title: x\n## fact\nhint: " + strings.Repeat("a", 300) + "\nx", 2},
	} {
		_, err := intel.ParseDraft([]byte(c.file), valid(), counting())
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.TooLarge || lineOf(f) != c.line {
			t.Errorf("%s: %v", name, err)
		}
	}
	i := valid()
	i.Created = epoch.Add(0)
	notUTF8 := []byte("title: x\n## fact\na\xff")
	if _, err := intel.ParseDraft(notUTF8, i, counting()); err == nil || !contains(err.Error(), "line 3") {
		t.Error(err)
	}
}

// TestDraftOfItemWithoutTime: there is no time to count from.
func TestDraftOfItemWithoutTime(t *testing.T) {
	base := valid()
	base.Created = wire.Time{}
	_, err := intel.ParseDraft([]byte("title: x\n## fact // TTL:3d\nx"), base, counting())
	if !fault.Is(err, fault.Invalid) || !contains(err.Error(), "line 2") {
		t.Error(err)
	}
	if _, err := intel.ParseDraft([]byte("title: x\n## fact // TTL:2026-03-01\nx"), base, counting()); err != nil {
		t.Error(err)
	}
}

// TestDraftVectors reads broken files: each gives an error with its line, and
// no item.
func TestDraftVectors(t *testing.T) {
	var vectors []struct {
		Name, Outcome string
		Input         []string
		Line          int
		Banners       []string
	}
	readVectors(t, "draft.json", &vectors)
	i := valid()
	i.Portions[1].Exhibits = []intel.Exhibit{{Content: ref.Content([]byte("x")), Media: "image/png"}}
	good, refused := 0, 0
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			got, err := intel.ParseDraft([]byte(strings.Join(v.Input, "\n")), i, counting())
			if v.Outcome == "ok" {
				good++
				if err != nil {
					t.Fatal(err)
				}
				var banners []string
				for _, p := range got.Portions {
					banners = append(banners, intel.Banner(p.Marking, p.Grading))
				}
				if !slices.Equal(banners, v.Banners) {
					t.Fatalf("%q", banners)
				}
				return
			}
			refused++
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind.String() != v.Outcome {
				t.Fatalf("%v %+v", err, got.Portions)
			}
			if at := lineOf(f); at != v.Line {
				t.Fatalf("line %d, want %d: %v", at, v.Line, err)
			}
			if !reflect.DeepEqual(got, intel.Item{}) {
				t.Fatal("a broken file left an item behind")
			}
		})
	}
	if refused < 6*good {
		t.Errorf("%d refusals for %d successes: the vectors are too kind", refused, good)
	}
}

func lineOf(f *fault.Error) int {
	m := regexp.MustCompile(`^line ([0-9]+)\b`).FindStringSubmatch(f.Where)
	if m == nil {
		return 0
	}
	n := 0
	for _, c := range m[1] {
		n = n*10 + int(c-'0')
	}
	return n
}

// TestDraftLeavesBaseAlone: neither a good nor a broken file touches the item
// that it was made from.
func TestDraftLeavesBaseAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := item(t)
		before, err := i.Hash()
		if err != nil {
			t.Fatal(err)
		}
		file := string(intel.FormatDraft(i))
		// A slip of the hand: some lines are lost, doubled or cut.
		lines := strings.Split(file, "\n")
		for range rapid.IntRange(1, 4).Draw(t, "slips") {
			k := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			switch rapid.IntRange(0, 2).Draw(t, "slip") {
			case 0:
				lines = slices.Delete(lines, k, k+1)
			case 1:
				lines = slices.Insert(lines, k, lines[rapid.IntRange(0, len(lines)-1).Draw(t, "from")])
			case 2:
				lines[k] = lines[k][:len(lines[k])/2]
			}
			if len(lines) == 0 {
				lines = []string{""}
			}
		}
		got, err := intel.ParseDraft([]byte(strings.Join(lines, "\n")), i, counting())
		if err != nil {
			var f *fault.Error
			if !errors.As(err, &f) || lineOf(f) == 0 {
				t.Fatalf("no line: %v", err)
			}
			if !reflect.DeepEqual(got, intel.Item{}) {
				t.Fatal("a broken file left an item behind")
			}
		} else if err := got.Validate(); err != nil {
			t.Fatalf("%v\n%s", err, strings.Join(lines, "\n"))
		}
		for n := range got.Portions { // what comes back is the caller's own
			for k := range got.Portions[n].Exhibits {
				got.Portions[n].Exhibits[k].Caption = "changed"
			}
			got.Portions[n].Text = "changed"
		}
		if after, _ := i.Hash(); after != before {
			t.Fatal("the item that was edited changed")
		}
	})
}

// TestDraftSlipInHeadingIsRefused: a heading that is not read as one would put
// a portion under the marking of the one above it, so whatever looks like a
// heading is refused unless it is marked as text.
func TestDraftSlipInHeadingIsRefused(t *testing.T) {
	for _, slip := range []string{"# 2 fact // TLP:RED", "#2 fact // TLP:RED", "##2 fact // TLP:RED", "### 2 fact", "## 2 facts", "## two fact", "##  2 fact  x", "## 2", "##", "##\tfact", " ## 2 fact", "   ## fact // TLP:RED",
		"## fact 2", "## -1 fact", "## 0 fact", "## 1 fact // TLP:RED {#00000009}", "## 2 fact//TLP:RED", "## Facts and figures", "# Fact", "## 2 FACT / TLP:RED", "## 2 report", "## 100000 fact"} {
		file := "title: x\n\n## 1 fact // TLP:AMBER\n\nOne.\n\n" + slip + "\n\nTwo.\n"
		got, err := intel.ParseDraft([]byte(file), valid(), counting())
		var f *fault.Error
		if !errors.As(err, &f) || lineOf(f) != 7 {
			t.Errorf("%q: %v, %d portions", slip, err, len(got.Portions))
		}
		asText := strings.Replace(file, "\n"+slip+"\n", "\n\\"+slip+"\n", 1)
		got, err = intel.ParseDraft([]byte(asText), valid(), counting())
		if err != nil || len(got.Portions) != 1 || !contains(got.Portions[0].Text, slip) || contains(got.Portions[0].Text, `\`) {
			t.Errorf(`\%s: %v %+v`, slip, err, got.Portions)
		}
	}
}

func TestDraftMintFails(t *testing.T) {
	file := "title: x\n\n## fact\n\nOne."
	_, err := intel.ParseDraft([]byte(file), valid(), noMint)
	if !fault.Is(err, fault.Internal) || !contains(err.Error(), "line 3") {
		t.Error(err)
	}
	bare := errors.New("no randomness")
	if _, err := intel.ParseDraft([]byte(file), valid(), func() (ref.PortionID, error) { return ref.PortionID{}, bare }); !errors.Is(err, bare) {
		t.Error(err)
	}
}

// TestDraftErrorsKeepContentBack: an error may end up in a log.
func TestDraftErrorsKeepContentBack(t *testing.T) {
	for _, file := range []string{"title: x\nJuan", "title: x\n## fact\nJuan\x00", "title: x\n## fact\n\nhint: Juan", "title: x\n## fact // COND:\"Juan", "title: x\n## fact\nstatement: Juan", "title: x\n## fact\nhint: Juan\nhint: Juan\n\nx", "title: Juan\u202E"} {
		if _, err := intel.ParseDraft([]byte(file), valid(), counting()); err == nil || contains(err.Error(), "Juan") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestNoticeDraft(t *testing.T) {
	i := valid()
	i.Kind, i.Notice, i.Portions = intel.NoticeItem, &intel.Notice{Kind: intel.Recall, About: ref.ItemID{1}}, nil
	got, err := intel.ParseDraft(intel.FormatDraft(i), i, noMint)
	if err != nil || !reflect.DeepEqual(got, i) {
		t.Error(err)
	}
}

func FuzzParseDraft(f *testing.F) {
	f.Add(intel.FormatDraft(valid()))
	for _, s := range []string{"title: x\n\n## 1 fact\n\nOne.\n\nsubstitute:\nTwo.", "title: x\n## fact // TLP:RED {#00000001}\nhint: x\nderived-from: 1\n\ny", "<!--\n-->\n## fact\nx", "title: x\n## fact\nexhibit: abc | x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		base := valid()
		got, err := intel.ParseDraft(b, base, counting())
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) || e.Kind == fault.Internal || lineOf(e) == 0 || !reflect.DeepEqual(got, intel.Item{}) {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		if err := got.Validate(); err != nil {
			t.Fatalf("%q gave an invalid item: %v", b, err)
		}
		back, err := intel.ParseDraft(intel.FormatDraft(got), got, noMint)
		if err != nil || !reflect.DeepEqual(got, back) {
			t.Fatalf("%q does not come back: %v", b, err)
		}
	})
}
