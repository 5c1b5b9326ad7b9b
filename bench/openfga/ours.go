package main

import (
	"fmt"
	"time"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

var now = wire.At(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC))

// rulesOf writes a world as one pack in force: a duty per edge, to pass on
// everything within an hour.
func rulesOf(w world) release.World {
	p := law.Pack{ID: "bench", Version: 1, Title: "bench", Status: law.InForce, From: now.Add(-time.Hour), Confidence: law.WordingRead,
		Covers: []party.Pattern{"**"}}
	for n, e := range w.edges {
		r := law.Rule{ID: fmt.Sprint("R", n), DutyHolder: law.Who{Party: party.Pattern(w.name(e.from))}, Kinds: []law.Trigger{law.Receive},
			Recipients: []party.Name{party.Name(w.name(e.to))}, Scope: intel.Scope{Content: intel.Full, Contact: true}, Force: law.Must,
			Deadline: law.Deadline{Amount: 1, Unit: law.Hour}, Status: law.InForce, Confidence: law.WordingRead}
		if w.topics > 0 {
			r.Areas = []intel.Area{area(e.topic)}
		}
		p.Rules = append(p.Rules, r)
	}
	return release.World{Packs: []law.Pack{p}}
}

// area makes up an area: files may name the closed list only, and a hundred
// topics are more than stand there.
func area(topic int) intel.Area { return intel.Area(fmt.Sprint("t", topic)) }

// toFirst asks about an item with one open portion, sent to party 0.
func toFirst(w world) (release.Question, error) {
	i, err := item("TLP:CLEAR")
	if w.topics > 0 {
		i.Areas = []intel.Area{area(0)}
	}
	if err != nil {
		return release.Question{}, err
	}
	// The node knows the hash of what it holds.
	hash, err := i.Hash()
	return release.Question{Item: i, ItemHash: hash, Sender: i.Originator, At: now,
		Recipients: []release.Recipient{{Party: party.Name(w.name(0)), Forms: []intel.Form{intel.Copy}}}}, err
}

// item makes an item with a portion per banner line.
func item(banners ...string) (intel.Item, error) {
	i := intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "us/dea/desk", Author: "ana", Title: "Boats", Created: now,
		Topic: "boats", Purpose: "interdiction"}
	for n, b := range banners {
		m, g, err := intel.ParseBanner(b)
		if err != nil {
			return i, err
		}
		i.Portions = append(i.Portions, intel.Portion{ID: ref.PortionID{byte(n + 1)}, Kind: intel.Fact, Text: "text", Marking: m, Grading: g,
			Substitute: "cleaned"})
	}
	return i, nil
}
