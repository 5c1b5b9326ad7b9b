package offer

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"comity/fault"
	"comity/mention/listed"
	"comity/mention/ofac"
	"comity/party"
	"comity/wire"
)

// Kept is a list of names that a unit keeps.
type Kept struct {
	Unit    party.Name   `json:"unit,omitzero"` // whose it is: nobody else's texts are looked through for it
	Name    string       `json:"name"`
	At      wire.Time    `json:"at,omitzero"` // when it was added; zero: it comes with the program
	By      party.Handle `json:"by,omitzero"`
	Entries int          `json:"entries"`
	Size    int          `json:"size,omitzero"` // bytes
}

// Store is the port that keeps lists. Each method is one whole transaction.
type Store interface {
	// Keep keeps a list in the place of one of its name.
	Keep(ctx context.Context, l Kept, body []byte) error
	// Drop forgets one; fault.Withheld if there is none.
	Drop(ctx context.Context, unit party.Name, name string) error
	Kept(ctx context.Context, unit party.Name) ([]Kept, error)
	Body(ctx context.Context, unit party.Name, name string) ([]byte, error) // fault.Withheld if there is none
}

// carriedList is the list that comes with the program, read once.
var carriedList = sync.OnceValues(ofac.List)

// formatOf tells how a list is written by its first line: OFAC's own files have no
// headings, and a number in the first column.
func formatOf(whole []byte) listed.Format {
	line, _, _ := bytes.Cut(whole, []byte("\n"))
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")))
	first, _, _ := bytes.Cut(line, []byte(","))
	number := len(first) > 0 && bytes.Trim(first, "0123456789") == nil
	switch {
	case bytes.HasPrefix(line, []byte("{")):
		return listed.FollowTheMoney
	case number && bytes.Count(line, []byte(",")) < 8:
		return listed.OFACAlt
	case number:
		return listed.OFAC
	}
	return listed.CSV
}

// Bounds of lists.
const (
	MaxList    = 64 << 20  // bytes of a file
	mostLists  = 16        // of a unit
	mostKept   = 128 << 20 // bytes of a unit's lists together, as they are kept
	handedFor  = time.Hour
	mostHanded = 2 // officers who hand over lists at a time
)

// handed is a list on its way in: its file in pieces.
type handed struct {
	name string
	file bytes.Buffer
	at   time.Time
}

// Hand takes the next piece of the file of a list, from a byte on; with the last
// one the list is read and kept. A piece from 0 on begins anew.
func (s *Service) Hand(ctx context.Context, actor party.Actor, name string, from int, piece []byte, last bool) (Kept, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return Kept{}, err
	}
	if err := checkName(name); err != nil {
		return Kept{}, err
	}
	whole, err := s.hand(actor.Handle, name, from, piece, last)
	if err != nil || !last {
		return Kept{}, err
	}
	return s.add(ctx, actor, name, whole)
}

func (s *Service) hand(by party.Handle, name string, from int, piece []byte, last bool) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	for who, h := range s.handing {
		if now.Sub(h.at) > handedFor {
			delete(s.handing, who)
		}
	}
	h := s.handing[by]
	switch {
	case from == 0:
		if h == nil && len(s.handing) >= mostHanded {
			return nil, fault.New(fault.TooLarge, "others hand over lists at present").Fix("try again in a while")
		}
		h = &handed{name: name}
		s.handing[by] = h
	case h == nil || h.name != name || h.file.Len() != from:
		return nil, fault.New(fault.Stale, "the pieces of the list do not follow one another").Fix("hand it over anew")
	}
	if h.file.Len()+len(piece) > MaxList {
		delete(s.handing, by)
		return nil, fault.New(fault.TooLarge, "the list has more than %d bytes", MaxList).Fix("split it into several lists")
	}
	h.at = now
	h.file.Write(piece)
	if !last {
		return nil, nil
	}
	delete(s.handing, by)
	return h.file.Bytes(), nil
}

// add reads a list and keeps it.
func (s *Service) add(ctx context.Context, actor party.Actor, name string, whole []byte) (Kept, error) {
	s.reading.Lock() // one at a time: to read one takes many times its size
	defer s.reading.Unlock()
	have, err := s.Store.Kept(ctx, actor.Unit)
	if err != nil {
		return Kept{}, err
	}
	known := slices.ContainsFunc(have, func(k Kept) bool { return k.Name == name })
	if !known && len(have) >= mostLists {
		return Kept{}, fault.New(fault.TooLarge, "your unit keeps %d lists, and no more than that", mostLists).Fix("comity list remove takes one away")
	}
	l, err := listed.Read(name, bytes.NewReader(whole), formatOf(whole))
	if err != nil {
		return Kept{}, err
	}
	var body bytes.Buffer
	if _, err := l.WriteTo(&body); err != nil {
		return Kept{}, err
	}
	size := body.Len()
	for _, h := range have {
		if h.Name != name {
			size += h.Size
		}
	}
	if size > mostKept {
		return Kept{}, fault.New(fault.TooLarge, "the lists of your unit would have more than %d bytes together", mostKept).Fix("remove one: comity list remove")
	}
	k := Kept{Unit: actor.Unit, Name: name, At: wire.At(s.Now()), By: actor.Handle, Entries: l.Names(), Size: body.Len()}
	defer s.changed(actor.Unit)
	return k, s.Store.Keep(ctx, k, body.Bytes())
}

// Remove forgets a list that was added.
func (s *Service) Remove(ctx context.Context, actor party.Actor, name string) error {
	if err := actor.May(party.ActWrite); err != nil {
		return err
	}
	defer s.changed(actor.Unit)
	return s.Store.Drop(ctx, actor.Unit, name)
}

// Lists tells which lists are looked through for the officer's unit: those that it
// added, and those that come with the program.
func (s *Service) Lists(ctx context.Context, actor party.Actor) ([]Kept, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	carried, err := carriedList()
	if err != nil {
		return nil, err
	}
	have, err := s.Store.Kept(ctx, actor.Unit)
	return append([]Kept{{Name: carried.Name(), Entries: carried.Names()}}, have...), err
}

// all gives a unit's lists, ready to be looked through.
func (s *Service) all(ctx context.Context, unit party.Name) ([]*listed.List, error) {
	s.mu.Lock()
	lists, changes := s.lists[unit], s.changes
	s.mu.Unlock()
	if lists != nil {
		return lists, nil
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	carried, err := carriedList()
	if err != nil {
		return nil, err
	}
	lists = []*listed.List{carried}
	have, err := s.Store.Kept(ctx, unit)
	if err != nil {
		return nil, err
	}
	for _, k := range have {
		body, err := s.Store.Body(ctx, unit, k.Name)
		if err != nil {
			return nil, err
		}
		l, err := listed.Load(bytes.NewReader(body))
		if err != nil {
			return nil, fault.Safe(err).At("list %s", k.Name)
		}
		lists = append(lists, l)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == changes {
		s.lists[unit] = lists
	}
	return lists, nil
}

// changed has a unit's lists read again.
func (s *Service) changed(unit party.Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lists, unit)
	s.changes++
}

// checkName holds the name of a list to what can stand beside a statement.
func checkName(name string) error {
	if name == "" || len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fault.New(fault.Invalid, "%q is no name for a list", name).Fix("use up to 40 small letters, digits and hyphens, such as watch-2026")
	}
	return nil
}
