package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"comity/console"
	"comity/exchange"
)

// rewrite has somebody at the navy's node undo a reading, and be found out:
// first by the node itself, then, when he has it go on all the same, by the
// node that holds the receipt.
func (s *stage) rewrite() error {
	if s.shown() {
		if err := s.remember(); err != nil {
			return err
		}
	}
	if err := s.undo(); err != nil {
		return err
	}
	status, err := must[console.Status](s, jefa, "status")
	if err != nil {
		return err
	}
	if status.Stopped == nil {
		return fmt.Errorf("the node did not notice that its database is older than it was")
	}
	shown, err := s.seen(0, jefa, "status")
	if err != nil {
		return err
	}
	s.say("Somebody in Mexico City wishes that lince had not read the correction. He stops the node, puts back the database of before, deletes the file that knew better, and starts it again. The node does not trust itself: it waits until its partners have said what they hold of its ledger, and then signs nothing.")
	s.show(upTo(shown.out, "DUTIES"))
	if _, err := s.seen(0, topo, "ledger", "override", "--reason", "maintenance"); err != nil {
		return err
	}
	s.say("He has a security officer's key, and overrides that. The next exchange is his last:")
	return s.caught()
}

// undo has the correction read, and then takes that back in the navy's
// database.
func (s *stage) undo() error {
	home := s.path("mx-semar")
	if err := s.halt("mx-semar"); err != nil {
		return err
	}
	before, err := os.ReadFile(filepath.Join(home, "comity.db"))
	if err != nil {
		return err
	}
	if err := s.serve("mx-semar"); err != nil {
		return err
	}
	letters, err := must[console.Letters](s, lince, "inbox")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(letters.Letters, func(l exchange.Letter) bool { return l.FirstRead.IsZero() })
	if i < 0 {
		return errors.New("nothing is left to read")
	}
	if _, err := s.seen(0, lince, "read", letters.Letters[i].Cut.String(), "--acknowledge"); err != nil {
		return err
	}
	if err := s.held(); err != nil {
		return err
	}
	if err := s.halt("mx-semar"); err != nil {
		return err
	}
	for _, beside := range []string{"head", "comity.db-wal", "comity.db-shm"} {
		if err := os.Remove(filepath.Join(home, beside)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(home, "comity.db"), before, 0o600); err != nil {
		return err
	}
	return s.serve("mx-semar")
}

// held waits until the sender holds the navy's newest head.
func (s *stage) held() error {
	return s.await("the navy's newest head to be held in Washington", func() (bool, error) {
		theirs, err := must[console.Status](s, jefa, "status")
		if err != nil {
			return false, err
		}
		ours, err := must[console.Status](s, chief, "status")
		if err != nil {
			return false, err
		}
		held := ours.Links[0].Theirs
		return held != nil && held.Size == theirs.Ledger.Size && theirs.Links[0].Queued == 0, nil
	})
}

// caught shows how the sender finds out.
func (s *stage) caught() error {
	// Whatever crosses the link has the two compare.
	if _, err := s.seen(0, ana, "withdraw", s.item, "--correction", "--reason", "The harbour is Lazaro Cardenas."); err != nil {
		return err
	}
	err := s.await("the link to be frozen", func() (bool, error) {
		st, err := must[console.Status](s, chief, "status")
		return err == nil && st.Links[0].State == exchange.Frozen && st.Links[0].Why == exchange.FrozenFork, err
	})
	if err != nil {
		return err
	}
	shown, err := s.seen(0, chief, "partner", "list")
	if err != nil {
		return err
	}
	s.show(shown.out)
	dir := s.path("evidence")
	if _, err := s.seen(0, saul, "partner", "evidence", "mx/semar", "--out", dir); err != nil {
		return err
	}
	proof, err := s.exec(s.verify, "--card", filepath.Join(dir, exchange.EvidenceCard), "--fork", dir, "--witness-card", s.path("us-dea.card.json"))
	if err != nil {
		return err
	}
	if proof.code != 0 {
		return fmt.Errorf("orx-verify does not hold the evidence for proof (%d): %s%s", proof.code, proof.out, proof.err)
	}
	s.say("Washington's node has frozen the link and kept what the navy's node signed. Anybody who has its card can check that it cannot all be true:")
	s.show(strings.ReplaceAll(proof.out, s.dir+string(filepath.Separator), ""))
	return nil
}

// halt stops a node that is served.
func (s *stage) halt(node string) error {
	i := slices.IndexFunc(s.served, func(p *serving) bool { return p.node == node })
	if i < 0 {
		return fmt.Errorf("%s is not served", node)
	}
	p := s.served[i]
	s.served = slices.Delete(s.served, i, i+1)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-p.ended
	return p.how
}

// upTo gives the text before a word, by lines.
func upTo(text, word string) string {
	lines := strings.Split(text, "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, word) })
	if i < 0 {
		return text
	}
	return strings.Join(lines[:i], "\n")
}
