package intel_test

import (
	"fmt"
	"strings"

	"comity/intel"
	"comity/ref"
)

func ExamplePortion_Apply() {
	var p intel.Portion
	for _, element := range []string{"tlp:amber", "CLIENTS:us/dea/*", "H2", "not:mx/sedena:contact", "adm:b2", "COND:ask // first"} {
		if err := p.Apply(element); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(intel.Banner(p.Marking, p.Grading))
	fmt.Println(p.Apply("TLP:GREEN STRICT"))
	// Output:
	// TLP:AMBER // CLIENTS:us/dea/* // NOT:mx/sedena:contact // NOFWD // COND:"ask // first" // admiralty:B2
	// there is no label TLP:GREEN STRICT (labels are CLEAR, GREEN, AMBER, AMBER+STRICT and RED)
}

func ExampleCombine() {
	a, _, _ := intel.ParseBanner("TLP:AMBER // REL:us/** // NOCOURT")
	b, _, _ := intel.ParseBanner("TLP:GREEN // COMMUNITY:us/dea/*,mx/semar/** // TTL:2026-03-01")
	fmt.Println(intel.Banner(intel.Combine(a, b), intel.Grading{}))
	// Output: TLP:AMBER // REL:us/dea/* // NOCOURT // TTL:2026-03-01
}

func ExampleMarking_Conditions() {
	m, _, _ := intel.ParseBanner("TLP:RED // NOCOURT // COND:ask María first // LIMDIS")
	for _, sentence := range m.Conditions() {
		fmt.Println(sentence)
	}
	// Output:
	// It must not be used in proceedings without the originator's leave.
	// Condition: ask María first
	// The caveat LIMDIS is not known here; it is read as ORCON and NOFWD: it must not be passed on, and any further disclosure needs the originator's leave.
}

func ExampleGrading_As() {
	g, _ := intel.ParseGrade(intel.Admiralty, "B5")
	source, info, lossy, doubt := g.As(intel.FourByFour)
	fmt.Println(source+info, lossy, doubt, "COND:"+intel.DoubtText(g.Belief))
	// Output: B4 true true COND:contradicted
}

func ExampleFromText() {
	title, texts, _ := intel.FromText([]byte("# Ships\n\n[1] One was seen.\n\nTheir crews:\n- four men\n\n- a boy\n"))
	fmt.Printf("%q\n%q\n", title, texts)
	// Output:
	// "Ships"
	// ["[1] One was seen." "Their crews:\n- four men\n\n- a boy"]
}

func ExampleParseDraft() {
	file := strings.Join([]string{"title: Ships", "", "## 1 fact // TLP:RED", "", "One was seen.", "", "# 2 fact // TLP:CLEAR", "", "Two were not."}, "\n")
	_, err := intel.ParseDraft([]byte(file), intel.Item{}, func() (ref.PortionID, error) { return ref.PortionID{1}, nil })
	fmt.Println(err)
	// Output: line 7: this line looks like a field or a heading and stands in the text (fields stand right below the heading, before the text; begin the line with \ if it is text)
}
