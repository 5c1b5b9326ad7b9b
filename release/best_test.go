package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
)

var promising = []string{"TLP:CLEAR", "TLP:AMBER+STRICT", "TLP:RED", "TLP:AMBER // CLIENTS:b/**", "REL:a/**,b/a", "REL:a/**,b/** // CONTACT:NO",
	"TLP:CLEAR // NOFWD", "TLP:CLEAR // NOT:b/b:contact", "TLP:CLEAR // NOT:c", "TLP:GREEN // COMMUNITY:a/**,b/**,c/**", "TLP:CLEAR // FORM:pointer", "NOCOURT"}

// above lists the forms above one, the lowest first, as far as was asked.
func above(f, asked intel.Form, substitute bool) []intel.Form {
	var list []intel.Form
	for _, g := range []intel.Form{intel.Pointer, intel.Substitute, intel.Copy} {
		if g > f && g <= asked && (g != intel.Substitute || substitute) {
			list = append(list, g)
		}
	}
	return list
}

// The planner's answer keeps every promise, and no single cell of a recipient
// that stays can be raised: each was tried by asking again.
func TestBestIsKeptAndMaximal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawn(t, rapid.SliceOfN(rapid.SampledFrom(promising), 1, 4).Draw(t, "marks"))
		for n := range i.Portions {
			if rapid.Bool().Draw(t, "substitute") {
				i.Portions[n].Substitute = "cleaned"
			}
		}
		w := release.World{Packs: []law.Pack{worldOf(t, "xx-test")}}
		q := release.Question{Item: i, Sender: i.Originator, At: now}
		for _, n := range rapid.SliceOfNDistinct(rapid.SampledFrom([]party.Name{"a/a", "a/b", "b/a", "c/g"}), 1, 3, rapid.ID).Draw(t, "to") {
			r := release.Recipient{Party: n}
			for range i.Portions {
				r.Forms = append(r.Forms, intel.Copy)
			}
			q.Recipients = append(q.Recipients, r)
		}
		rules := release.Prepare(w)
		best, err := rules.Best(q)
		if err != nil {
			if !fault.Is(err, fault.Blocked) {
				t.Fatal(err)
			}
			nothingGoes(t, rules, q)
			return
		}
		if best.Plan.Blocked() {
			t.Fatalf("blocked: %v", told(best.Plan))
		}
		for at, r := range best.Plan.Recipients {
			for n, f := range r.Forms {
				for _, higher := range above(f, intel.Copy, i.Portions[n].Substitute != "") {
					try := q
					try.Recipients = slices.Clone(best.Plan.Recipients)
					try.Recipients[at].Forms = slices.Clone(r.Forms)
					try.Recipients[at].Forms[n] = higher
					p, err := rules.Decide(try)
					if err != nil {
						t.Fatal(err)
					}
					if !p.Blocked() {
						t.Fatalf("portion %d to %s could go as %s and goes as %s", n+1, r.Party, higher, f)
					}
				}
			}
		}
		explained(t, q, best)
	})
}

// nothingGoes checks that not even one pointer to one recipient is kept.
func nothingGoes(t *rapid.T, rules *release.Rules, q release.Question) {
	for _, r := range q.Recipients {
		for n := range r.Forms {
			forms := make([]intel.Form, len(r.Forms))
			forms[n] = intel.Pointer
			try := q
			try.Recipients = []release.Recipient{{Party: r.Party, Forms: forms}}
			p, err := rules.Decide(try)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Blocked() {
				t.Fatalf("portion %d could go to %s as a pointer", n+1, r.Party)
			}
		}
	}
}

// explained checks that every cell below what was asked says why.
func explained(t *rapid.T, q release.Question, best release.Best) {
	for _, r := range q.Recipients {
		for n := range r.Forms {
			got := intel.Withheld
			for _, s := range best.Plan.Recipients {
				if s.Party == r.Party {
					got = s.Forms[n]
				}
			}
			at := slices.IndexFunc(best.Held, func(h release.Held) bool { return h.Recipient == r.Party && h.Portion == n+1 })
			if (got < intel.Copy) != (at >= 0) {
				t.Fatalf("portion %d to %s goes as %s, explained: %v", n+1, r.Party, got, at >= 0)
			}
			if at >= 0 && (len(best.Held[at].Why) == 0 || len(best.Held[at].Unlock) == 0 || best.Held[at].Form != got) {
				t.Fatalf("without a reason or a way: %+v", best.Held[at])
			}
		}
	}
}

// Golden reasons: the statute, a report in four parts, the navy unit.
func TestBestSaysWhy(t *testing.T) {
	i := item(t, "TLP:CLEAR", "TLP:AMBER+STRICT // REL:mx/semar/uin // NOFWD", "TLP:CLEAR // NOT:mx/sre:exists+contact", "TLP:RED // REL:us/fbi/x")
	i.Portions[1].Substitute = ""
	best, err := release.Prepare(shipped(t, "mx-statute-2020")).Best(ask(i, uin, intel.Copy, intel.Copy, intel.Copy, intel.Copy))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range best.Plan.Recipients[0].Forms {
		got = append(got, f.String())
	}
	if s := strings.Join(got, " "); s != "copy withheld pointer withheld" {
		t.Errorf("forms %s", s)
	}
	var why []string
	for _, h := range best.Held {
		why = append(why, fmt.Sprintf("%d asked %s, tried %s: %s", h.Portion, h.Asked, h.Tried, h.Why[0].Why))
	}
	want := []string{
		"2 asked copy, tried pointer: mx/semar/uin must tell mx/sre (exists+contact) under mx-statute-2020/MX-70a",
		"3 asked copy, tried substitute: mx/semar/uin must tell mx/sre (summary+contact) under mx-statute-2020/MX-70a",
		"4 asked copy, tried pointer: you chose mx/semar/uin as a recipient, and the marking leaves it out",
	}
	if !slices.Equal(why, want) {
		t.Errorf("got  %q\nwant %q", why, want)
	}
}

// What is asked bounds what is given, and nonsense is refused.
func TestBestRefuses(t *testing.T) {
	rules := release.Prepare(shipped(t, "mx-guidelines-2021"))
	i := item(t, "TLP:AMBER // REL:mx/semar/uin", "TLP:AMBER // REL:mx/semar/uin")
	best, err := rules.Best(ask(i, uin, intel.Copy, intel.Pointer))
	if err != nil || !slices.Equal(best.Plan.Recipients[0].Forms, []intel.Form{intel.Copy, intel.Pointer}) || len(best.Held) != 0 {
		t.Errorf("%v %v", best, err)
	}
	two := ask(i, uin, intel.Copy, intel.Copy)
	two.Recipients = append(two.Recipients, release.Recipient{Party: "br/pf/dcor", Forms: []intel.Form{intel.Copy, intel.Copy}})
	best, err = rules.Best(two)
	if err != nil || !slices.Equal(best.Dropped, []party.Name{"br/pf/dcor"}) || len(best.Plan.Recipients) != 1 || len(best.Held) != 2 {
		t.Errorf("whoever is outside gets nothing: %+v %v", best, err)
	}
	never, err := release.Bars([]string{"mx/sre"})
	if err != nil {
		t.Fatal(err)
	}
	barred := ask(i, uin, intel.Copy, intel.Copy)
	barred.Never = never
	for name, q := range map[string]release.Question{
		"a bar that not even a contact keeps": barred,
		"nobody named":                        {Item: i, Sender: i.Originator, At: now},
		"own agency":                          ask(i, "us/dea/other", intel.Copy, intel.Copy),
		"all withheld":                        ask(i, uin, intel.Withheld, intel.Withheld),
		"too few forms":                       ask(i, uin, intel.Copy),
		"outside REL":                         ask(i, "br/pf/dcor", intel.Copy, intel.Copy),
		"expired":                             ask(item(t, "TLP:CLEAR // TTL:2026-11-01"), uin, intel.Copy),
		"embargoed":                           ask(item(t, "TLP:CLEAR // EMBARGO:2026-12-01"), uin, intel.Copy),
		"no audience":                         ask(item(t, "NOCOURT"), uin, intel.Copy),
		"contact must not be known":           ask(item(t, "REL:mx/semar/uin // CONTACT:NO"), uin, intel.Copy),
	} {
		if best, err := rules.Best(q); err == nil {
			t.Errorf("%s: %+v", name, best.Plan.Recipients)
		}
	}
}

// A party that gets another portion of the release is no recipient of this
// one: what a duty brings to it breaks the promise all the same.
func TestRecipientsArePerPortion(t *testing.T) {
	w := release.World{Packs: []law.Pack{pack(t, rule("A", "yy/s/u", "xx/a", "full", "must", ""))}}
	q := ask(item(t, "TLP:RED", "TLP:CLEAR"), "yy/s/u", intel.Copy, intel.Copy)
	q.Recipients = append(q.Recipients, release.Recipient{Party: "xx/a", Forms: []intel.Form{intel.Withheld, intel.Pointer}})
	if p := decide(t, w, q); !slices.Contains(told(p), "1 TLP:RED xx/a blocks") {
		t.Errorf("a pointer to portion 2 opens portion 1: %v", told(p))
	}
	q.Recipients[1].Forms[0] = intel.Copy
	if p := decide(t, w, q); p.Blocked() {
		t.Errorf("xx/a is given portion 1: %v", told(p))
	}
}

// Another unit that was tried and holds is offered first.
func TestOtherRecipientIsTried(t *testing.T) {
	w := release.World{Packs: []law.Pack{pack(t, rule("A", "yy/s/u", "xx/a", "full", "must", ""))}}
	q := ask(item(t, "TLP:CLEAR // NOT:xx/a"), "yy/s/u", intel.Copy)
	q.Others = []party.Name{"yy/s/u", "yy/s/v", "us/dea/other", "yy/t/w"}
	p := decide(t, w, q)
	if r := p.Conflicts[0].Remedies[0]; r.Kind != release.OtherRecipient || r.Text != "send it to another: yy/s/v, yy/t/w" {
		t.Errorf("%+v", p.Conflicts[0].Remedies)
	}
}

// What one recipient's duty makes known of the contact can break the promise
// of a portion that another is given.
func TestBestMindsTheContactOfOthers(t *testing.T) {
	w := release.World{Packs: []law.Pack{pack(t, rule("A", "yy/s", "xx/a", "contact", "must", ""))}}
	i := item(t, "REL:zz/q // CONTACT:NO", "TLP:CLEAR")
	q := release.Question{Item: i, Sender: i.Originator, At: now}
	for _, n := range []party.Name{"zz/q", "yy/s"} {
		q.Recipients = append(q.Recipients, release.Recipient{Party: n, Forms: []intel.Form{intel.Copy, intel.Copy}})
	}
	best, err := release.Prepare(w).Best(q)
	if err != nil || !slices.Equal(best.Dropped, []party.Name{"yy/s"}) || best.Held[1].Why[0].Portion != 1 {
		t.Errorf("%+v %v", best, err)
	}
}
