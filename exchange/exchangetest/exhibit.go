package exchangetest

import (
	"context"

	"comity/exchange"
	"comity/intel"
	"comity/message"
	"comity/ref"
)

// fileOf is a file of an item or of a received cut.
type fileOf struct {
	holder  [16]byte
	content ref.Hash
}

// PutFile keeps a file for an item, and gives it as an exhibit.
func (m *Memory) PutFile(item ref.ItemID, b []byte) intel.Exhibit {
	m.mu.Lock()
	defer m.mu.Unlock()
	x := intel.Exhibit{Content: ref.Content(b), Size: int64(len(b)), Media: "application/octet-stream"}
	m.files[fileOf{item, x.Content}] = b
	return x
}

// LoseFile loses a file of an item, as a damaged disk might.
func (m *Memory) LoseFile(item ref.ItemID, content ref.Hash) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, fileOf{item, content})
}

// Shell destroys the content of a cut that was sent.
func (m *Memory) Shell(cut ref.CutID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sent {
		if m.sent[i].Cut.ID == cut {
			m.sent[i].Cut, m.sent[i].Destroyed = m.sent[i].Cut.Shell(), true
		}
	}
}

func (m *Memory) keepPart(in map[fileOf]map[int][]byte, holder [16]byte, content ref.Hash, part int, b []byte) {
	of := fileOf{holder, content}
	if in[of] == nil {
		in[of] = map[int][]byte{}
	}
	if in[of][part] == nil {
		in[of][part] = b
	}
}

// SentPart gives a part of a file of the item that a cut was made of.
func (m *Memory) SentPart(_ context.Context, cut ref.CutID, content ref.Hash, part int) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sent {
		b, ok := m.files[fileOf{s.Item, content}]
		if s.Cut.ID != cut || !ok {
			continue
		}
		from := (part - 1) * intel.PartSize
		return b[from:min(from+intel.PartSize, len(b))], nil
	}
	return nil, absent("part")
}

// SentParts counts parts that were accepted.
func (m *Memory) SentParts(_ context.Context, cut ref.CutID) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.outbox {
		if e.Cut == cut && e.Kind == message.PartStatement && e.answer != nil && e.answer.Outcome == message.Accepted {
			n++
		}
	}
	return n, nil
}

// Announced tells which files a received cut names.
func (m *Memory) Announced(_ context.Context, cut ref.CutID) (exchange.Announced, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.received {
		if r.Cut.ID != cut {
			continue
		}
		a := exchange.Announced{Partner: r.Partner, Audience: r.Cut.Audience, Destroyed: r.Destroyed, Sizes: map[ref.Hash]int64{}}
		files, err := r.Cut.Files()
		for _, x := range files {
			a.Sizes[x.Content] = x.Size
		}
		return a, err
	}
	return exchange.Announced{}, absent("cut")
}

// ReceivedParts gives parts that came.
func (m *Memory) ReceivedParts(_ context.Context, cut ref.CutID, content ref.Hash, from, limit int) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list [][]byte
	for n := from; len(list) < limit && m.came[fileOf{cut, content}][n] != nil; n++ {
		list = append(list, m.came[fileOf{cut, content}][n])
	}
	return list, nil
}

// CountReceived counts them.
func (m *Memory) CountReceived(_ context.Context, cut ref.CutID, content ref.Hash) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.came[fileOf{cut, content}]), nil
}

var _ exchange.Exhibits = (*Memory)(nil)
