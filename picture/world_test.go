package picture

import (
	"fmt"
	"testing"
	"time"

	"comity/intel"
	"comity/law"
	"comity/packs"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

var now = wire.At(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)) // a Friday

func shipped(t testing.TB, names ...string) release.World {
	t.Helper()
	var w release.World
	for _, n := range names {
		b, ok := packs.File(n)
		if !ok {
			t.Fatalf("no pack %s", n)
		}
		p, problems := law.Parse(n, b)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.Packs = append(w.Packs, p)
	}
	w.Directory = party.NewDirectory(
		party.Party{Name: "us/dea/desk", Title: "Mexico desk", Kind: party.Unit},
		party.Party{Name: "us/dea", Title: "Drug Enforcement Administration", Kind: party.Agency},
		party.Party{Name: "mx", Title: "Mexico", Kind: party.State},
		party.Party{Name: "us", Title: "United States", Kind: party.State},
		party.Party{Name: "mx/semar/uin", Title: "Naval Intelligence Unit", Kind: party.Unit},
	)
	return w
}

// item makes an item with one portion per marking.
func item(t testing.TB, banners ...string) intel.Item {
	t.Helper()
	i := intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "us/dea/desk", Author: "ana", Title: "Boats off Manzanillo", Created: now,
		Topic: "boats", Purpose: "interdiction"}
	for n, b := range banners {
		m, g, err := intel.ParseBanner(b)
		if err != nil {
			t.Fatal(err)
		}
		i.Portions = append(i.Portions, intel.Portion{ID: ref.PortionID{byte(n + 1)}, Kind: intel.Fact, Text: "text", Marking: m, Grading: g, Substitute: "cleaned"})
	}
	return i
}

func to(n party.Name, forms ...intel.Form) release.Recipient {
	return release.Recipient{Party: n, Forms: forms}
}

// view plans a release and collects what a picture of it needs.
func view(t testing.TB, w release.World, i intel.Item, recipients ...release.Recipient) View {
	t.Helper()
	plan, err := release.Decide(w, release.Question{Item: i, Sender: i.Originator, Recipients: recipients, At: now})
	if err != nil {
		t.Fatal(err)
	}
	v := View{Plan: plan, Title: i.Title, Titles: map[party.Name]string{}, Deadlines: map[string]law.Deadline{}}
	for _, p := range w.Packs {
		for _, one := range p.Parties {
			v.Titles[one.Name] = one.Title
		}
		for _, r := range p.Rules {
			v.Deadlines[p.ID+"/"+r.ID] = r.Deadline
		}
	}
	for _, n := range w.Directory.Names() {
		v.Titles[n] = w.Directory.Title(n)
	}
	return v
}

// three is the smallest: under the guidelines two ministries learn of the
// contact.
func three(t testing.TB) View {
	return view(t, shipped(t, "mx-guidelines-2021"), item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin"), to("mx/semar/uin", intel.Copy))
}

// mexico is under both Mexican packs, with recipients of three agencies.
func mexico(t testing.TB) View {
	return view(t, shipped(t, "mx-statute-2020", "mx-guidelines-2021"), item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin", "TLP:GREEN // COMMUNITY:mx/**"),
		to("mx/semar/uin", intel.Copy, intel.Copy), to("mx/fgr/seido", intel.Pointer, intel.Substitute), to("br/pf/dcor", intel.Withheld, intel.Pointer))
}

// alone is where no pack counts.
func alone(t testing.TB) View {
	return view(t, release.World{}, item(t, "TLP:CLEAR"), to("br/pf/dcor", intel.Copy))
}

// madeUp is a world of six states and some sixty parties.
func madeUp() release.World {
	p := law.Pack{ID: "made-up", Version: 1, Title: "t", Status: law.InForce, From: now.Add(-1000 * time.Hour), Confidence: law.WordingRead,
		Covers: []party.Pattern{"mx/**", "us/**", "co/**", "gt/**", "es/**"}}
	known := map[party.Name]bool{}
	name := func(n party.Name) party.Name {
		if !known[n] {
			known[n] = true
			p.Parties = append(p.Parties, party.Party{Name: n, Title: "Title of " + string(n), Kind: party.Agency})
		}
		return n
	}
	day := func(n int, c law.Calendar) law.Deadline {
		return law.Deadline{Amount: n, Unit: law.Day, Calendar: c}
	}
	add := func(holder party.Pattern, force law.Force, scope intel.Scope, d law.Deadline, to ...party.Name) {
		if force != law.Must {
			d = law.Deadline{Unit: law.AnyTime}
		}
		for _, n := range to {
			name(n)
		}
		p.Rules = append(p.Rules, law.Rule{ID: fmt.Sprintf("R%d", len(p.Rules)+1), DutyHolder: law.Who{Party: holder}, Recipients: to,
			Kinds: []law.Trigger{law.Receive, law.Read}, Force: force, Scope: scope, Status: law.InForce, Confidence: law.WordingRead, Deadline: d})
	}
	many := func(format string, n int) []party.Name {
		var list []party.Name
		for i := range n {
			list = append(list, party.Name(fmt.Sprintf(format, i+1)))
		}
		return list
	}
	full, summary, contact := intel.Scope{Content: intel.Full, Contact: true}, intel.Scope{Content: intel.Summary}, intel.Contact
	add("mx/semar/uin", law.Must, contact, day(3, law.Ambiguous), "mx/sre", "mx/sspc")
	add("mx/semar/uin", law.StandingAccess, full, law.Deadline{}, many("mx/semar/fleet-%d", 14)...)
	add("mx/sspc", law.Must, contact, day(5, law.WorkingDays), many("mx/gn/region-%d", 6)...)
	add("mx/sre", law.Must, contact, law.Deadline{Unit: law.WithoutDelay}, "mx/council")
	p.Parties = append(p.Parties, party.Party{Name: "mx/council", Title: "Council", Kind: party.Group, Members: many("mx/office-%d", 5)})
	add("co/ponal/dijin", law.May, summary, law.Deadline{}, many("co/ponal/seccional-%d", 8)...)
	add("co/ponal/dijin", law.Compelled, full, law.Deadline{}, "co/fiscalia", "co/contraloria")
	add("co/fiscalia", law.Must, summary, day(10, law.CalendarDays), "us/doj/oia", "es/fiscalia/antidroga")
	add("gt/pnc/dgi", law.Must, full, law.Deadline{Amount: 8, Unit: law.Hour}, "gt/mingob", "gt/sie")
	add("gt/mingob", law.Must, intel.Scope{Content: intel.Metadata}, day(2, law.WorkingDays), many("gt/gobernacion/depto-%d", 5)...)
	add("us/doj/oia", law.May, summary, law.Deadline{}, many("us/fbi/field-%d", 7)...)
	add("es/fiscalia/antidroga", law.Must, intel.Scope{Content: intel.Exists}, day(1, law.CalendarDays), "es/cni", "ve/enlace", "ve/otro")
	return release.World{Packs: []law.Pack{p}}
}

// twelve is the part of it around one recipient.
func twelve(t testing.TB) View {
	return view(t, madeUp(), item(t, "TLP:GREEN // COMMUNITY:gt/** // NOT:gt/sie:contact"), to("gt/pnc/dgi", intel.Copy))
}

// sixty is all of it.
func sixty(t testing.TB) View {
	return view(t, madeUp(), item(t, "TLP:GREEN // COMMUNITY:mx/**,co/**,gt/**,us/** // NOT:gt/sie:contact", "TLP:AMBER // REL:mx/**,co/**,gt/**"),
		to("mx/semar/uin", intel.Copy, intel.Pointer), to("co/ponal/dijin", intel.Substitute, intel.Copy), to("gt/pnc/dgi", intel.Copy, intel.Withheld))
}
