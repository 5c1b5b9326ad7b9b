package holdings

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// VersionLine is a version in the list of an item's versions.
type VersionLine struct {
	Version  int          `json:"version"`
	Author   party.Handle `json:"author"`
	At       wire.Time    `json:"at"`
	Title    string       `json:"title"`
	Portions int          `json:"portions"`
	Hidden   int          `json:"hidden,omitzero"`
}

// Versions lists the versions of an item that the officer may know of, from one on
// downwards (0: the latest), at most limit.
func (d *Desk) Versions(ctx context.Context, actor party.Actor, id ref.ItemID, from, limit int) ([]VersionLine, error) {
	list := []VersionLine{}
	_, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return nil, err
	}
	if from <= 0 || from > v.Item.Version {
		from = v.Item.Version
	}
	for n := from; n >= 1 && len(list) < limit; n-- {
		if n != v.Item.Version {
			_, v, err = d.open(ctx, actor, id, n)
			if fault.Is(err, fault.Withheld) { // all that it said is hidden by now
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		list = append(list, VersionLine{n, v.Item.Author, v.Item.Created, v.Item.Title, len(v.Item.Portions), len(v.Hidden)})
	}
	return list, nil
}
