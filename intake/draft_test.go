package intake_test

import (
	"strings"
	"testing"

	"comity/fault"
	"comity/intake"
	"comity/intel"
)

func paragraph(text string, pictures ...intake.Picture) intake.Block {
	return intake.Block{Kind: intake.Paragraph, Text: text, Pictures: pictures}
}

func aside(text string, why intake.Aside) intake.Block {
	return intake.Block{Kind: intake.Paragraph, Text: text, Aside: why}
}

// A heading stays with what it heads, pictures with the portion before them or the
// first one to come, and what is set aside stands where it stood.
func TestDraft(t *testing.T) {
	d := intake.Document{Title: "Boats", Files: make([]intake.File, 3), Blocks: []intake.Block{
		aside("Home", intake.Navigation),
		aside("# Boats", intake.Byline), // it is the title, and nothing else
		aside("By A. Reporter", intake.Byline),
		{Pictures: []intake.Picture{{File: 1, Caption: "first"}}},
		{Kind: intake.Heading, Text: "## At night"},
		{Kind: intake.Heading, Text: "### In March"},
		paragraph("One.", intake.Picture{File: 2}, intake.Picture{Caption: "not here", Credit: "AP"}),
		aside("Share", intake.Sharing),
		paragraph("Two."),
		{Pictures: []intake.Picture{{File: 3}, {Caption: "lost"}, {Credit: "only a credit"}, {}}},
		{Kind: intake.Heading, Text: "## The end"},
		aside("0 Comments", intake.Comments),
	}}
	got, err := d.Draft()
	if err != nil {
		t.Fatal(err)
	}
	portions := []string{"## At night\n\n### In March\n\nOne.", "Two.", "## The end"}
	pictures := [][]int{{1, 2}, {3}, nil}
	if len(got.Portions) != len(portions) {
		t.Fatalf("%+v", got.Portions)
	}
	for n, p := range got.Portions {
		if p.Text != portions[n] || len(p.Pictures) != len(pictures[n]) {
			t.Errorf("portion %d: %+v", n+1, p)
		}
		for i, x := range p.Pictures {
			if x.File != pictures[n][i] {
				t.Errorf("portion %d has picture %d", n+1, x.File)
			}
		}
	}
	want := []intake.SetAside{{"Home", intake.Navigation, 0}, {"By A. Reporter", intake.Byline, 0}, {"not here (AP)", intake.Caption, 1}, {"Share", intake.Sharing, 1},
		{"lost", intake.Caption, 2}, {"only a credit", intake.Caption, 2}, {"0 Comments", intake.Comments, 2}}
	if len(got.Aside) != len(want) {
		t.Fatalf("%+v", got.Aside)
	}
	for n, a := range got.Aside {
		if a != want[n] {
			t.Errorf("set aside %d: %+v, want %+v", n+1, a, want[n])
		}
	}
}

// Nothing is cut short: more portions than an item takes are refused, with the page
// from which there are too many, and so is a document without a text.
func TestDraftRefuses(t *testing.T) {
	var long intake.Document
	for n := range intel.MaxPortions {
		long.Blocks = append(long.Blocks, intake.Block{Kind: intake.Paragraph, Text: "x", Page: 1 + n/10})
	}
	if d, err := long.Draft(); err != nil || len(d.Portions) != intel.MaxPortions {
		t.Fatalf("%d portions, %v", len(d.Portions), err)
	}
	long.Blocks = append(long.Blocks, intake.Block{Kind: intake.Paragraph, Text: "x", Page: 51})
	if _, err := long.Draft(); !fault.Is(err, fault.TooLarge) || !strings.Contains(err.Error(), "--pages 1-50") {
		t.Error(err)
	}
	for name, d := range map[string]intake.Document{"nothing": {}, "furniture": {Blocks: []intake.Block{aside("Home", intake.Navigation)}},
		"a picture": {Files: make([]intake.File, 1), Blocks: []intake.Block{{Pictures: []intake.Picture{{File: 1}}}}}} {
		if _, err := d.Draft(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
