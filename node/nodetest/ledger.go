package nodetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"comity/console"
	"comity/node"
	"comity/party"
)

// snapshot puts a copy of a node's database aside; back has the node run on it
// again, as whoever restores a backup by hand does, or whoever wants something
// undone. The head file beside the database goes with it if it is to.
func (w *World) snapshot(m *member, name string) error {
	if err := m.node.Close(); err != nil {
		return err
	}
	b, err := os.ReadFile(node.Home(m.dir).Database())
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(w.dir, name), b, 0o600); err != nil {
		return err
	}
	return m.open()
}

func (w *World) back(m *member, name string, without bool) error {
	if err := m.node.Close(); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		return err
	}
	home := node.Home(m.dir)
	for _, beside := range []string{"-wal", "-shm"} {
		_ = os.Remove(home.Database() + beside)
	}
	if without {
		_ = os.Remove(home.Head())
	}
	if err := os.WriteFile(home.Database(), b, 0o600); err != nil {
		return err
	}
	return m.open()
}

// standing tells how a node's ledger and its partners' stand.
func (w *World) standing(at party.Name) error {
	s, err := console.Call(context.Background(), w.nodes[at].node, w.officers["admin@"+string(at)], console.NodeStatus{})
	if err != nil {
		return err
	}
	var b strings.Builder
	if s.Stopped != nil {
		fmt.Fprintf(&b, "stopped size=%d holder=%s unasked=%v\n", s.Stopped.Size, s.Stopped.Holder, s.Stopped.Unasked)
	}
	for _, l := range s.Links {
		fmt.Fprintf(&b, "%s %s", l.Name, l.State)
		if l.Why != "" {
			b.WriteString(" " + l.Why)
		}
		if l.Theirs != nil {
			theirs := w.nodes[l.Name].node.Witness()
			own, err := theirs.Ledger.Checkpoint(context.Background())
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " theirs newest=%v open=%d", l.Theirs.Size == own.Size && l.Theirs.Root == own.Root, l.Theirs.Open)
		}
		if l.Ours != nil {
			fmt.Fprintf(&b, " ours newest=%v", l.Ours.Size == s.Ledger.Size && l.Ours.Root == s.Ledger.Root)
		}
		fmt.Fprintf(&b, " told=%v\n", l.Told)
	}
	w.said = b.String()
	return nil
}

// evidence lists what an officer is shown of a frozen link.
func (d *desk) evidence(partner string) error {
	r, err := ask(d, console.ShowEvidence{Partner: party.Name(partner)})
	var b strings.Builder
	for _, e := range r.Evidence {
		fmt.Fprintf(&b, "%s %s %d\n", e.Why, e.Name, min(len(e.Body), 1))
	}
	d.w.said = b.String()
	return err
}

// acquaint reads A B [end].
func (d *desk) acquaint(rest string) error {
	words := append(strings.Fields(rest), "")
	r, err := ask(d, console.AcquaintPartners{A: party.Name(words[0]), B: party.Name(words[1]), End: words[2] == "end"})
	d.w.said = fmt.Sprint(r.Pairs)
	return err
}

// overrideLedger reads the reason.
func (d *desk) overrideLedger(reason string) error {
	_, err := ask(d, console.OverrideLedger{Reason: reason})
	return err
}

// carry has a courier take a bundle from one node to another: whole, twice,
// late (over the one that was made before), or damaged on the way.
func (w *World) carry(from, to party.Name, how string) error {
	us, them := w.nodes[from], w.nodes[to]
	w.carried++
	file := filepath.Join(w.dir, fmt.Sprint("bundle-", w.carried))
	packed, err := console.Call(context.Background(), us.node, w.officers["admin@"+string(from)], console.PackBundle{Partner: to, Path: file})
	if err != nil {
		return err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	switch how {
	case "lost":
		return nil
	case "cut":
		b = b[:len(b)-7]
	case "flipped":
		b[len(b)-20] ^= 1
	case "longer":
		b = append(b, 0)
	case "old":
		if b, err = os.ReadFile(filepath.Join(w.dir, fmt.Sprint("bundle-", w.carried-1))); err != nil {
			return err
		}
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return err
	}
	times := 1
	if how == "twice" {
		times = 2
	}
	for range times {
		r, err := console.Call(context.Background(), them.node, w.officers["admin@"+string(to)], console.UnpackBundle{Path: file})
		if err != nil {
			return err
		}
		w.said = fmt.Sprintf("packed=%d+%d from=%s accepted=%d refused=%d settled=%d missed=%s expects=%d", packed.Messages, packed.Answers,
			r.From, r.Accepted, r.Refused, r.Settled, r.Missed, r.Expects)
	}
	return nil
}

// rotate replaces keys of a node, which is stopped for that.
func (w *World) rotate(m *member, what []string) error {
	if err := m.node.Close(); err != nil {
		return err
	}
	var r node.Rotation
	for _, key := range what {
		unit, lost := strings.CutPrefix(key, "lost:")
		r.Lost = r.Lost || lost
		if key == "signing" {
			r.Signing = true
			continue
		}
		r.Units = append(r.Units, party.Name(unit))
	}
	_, err := node.Rotate(context.Background(), m.dir, m.lock, r, m.opened)
	return errors.Join(err, m.open())
}
