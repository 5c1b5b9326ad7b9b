package demo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/intel"
	"comity/record"
)

func (s *stage) obey() error {
	list, err := must[console.Duties](s, lince, "duties")
	if err != nil {
		return err
	}
	if len(list.Duties) != 2 {
		return fmt.Errorf("%d duties fell due, not 2", len(list.Duties))
	}
	shown, err := s.seen(0, lince, "duties")
	if err != nil {
		return err
	}
	s.say("Receiving it is a contact with a foreign agent: lince owes two ministries a report within three days. The drafts are ready, no wider than the rule:")
	s.show(shown.out)
	for _, d := range list.Duties {
		if err := s.file(d); err != nil {
			return err
		}
	}
	left, err := must[console.Duties](s, lince, "duties")
	if err != nil {
		return err
	}
	if len(left.Duties) != 0 {
		return fmt.Errorf("%d duties are still open", len(left.Duties))
	}
	s.say("lince files both with one command each. The ministries have no node, so the letters are written out, each with a receipt that proves it was filed in time.")
	return nil
}

func (s *stage) file(d console.Owed) error {
	out := s.path("filed-" + strings.ReplaceAll(string(d.Duty.To), "/", "-"))
	filed, err := must[console.Filed](s, lince, "file", d.ID.String(), "--out", out)
	if err != nil {
		return err
	}
	if filed.Late || filed.Partner != "" {
		return fmt.Errorf("filing with %s: late %v, sent to %q", d.Duty.To, filed.Late, filed.Partner)
	}
	for i, text := range s.script.texts {
		if strings.Contains(filed.Letter, text) {
			return fmt.Errorf("the letter to %s holds portion %d", d.Duty.To, i+1)
		}
	}
	return nil
}

func (s *stage) trail() error {
	var t console.Trail
	err := s.await("the receipts of reading and passing on", func() (bool, error) {
		var err error
		t, err = must[console.Trail](s, ana, "trail", s.item)
		return err == nil && count(t, record.ReadBy) == 3 && count(t, record.Onward) == 2, err
	})
	if err != nil {
		return err
	}
	for _, r := range t.Trail.Lines[0].Receipts {
		if r.Kind == record.Onward && r.Scope != intel.Contact {
			return fmt.Errorf("%s was told %s", r.To, r.Scope)
		}
	}
	shown, err := s.seen(0, ana, "trail", s.item)
	if err != nil {
		return err
	}
	s.say("ana looks at the trail: delivered, read by whom and when, the picture taken by whom, and passed on to the two ministries as the fact of the contact.")
	s.show(shown.out)
	return nil
}

func count(t console.Trail, k record.Kind) int {
	n := 0
	for _, l := range t.Trail.Lines {
		for _, r := range l.Receipts {
			if r.Kind == k {
				n++
			}
		}
	}
	return n
}

func (s *stage) verifyReceipts() error {
	dir := s.path("receipts")
	// The navy's node shows of each receipt that its ledger holds it for good.
	err := s.await("the receipts to be cosigned", func() (bool, error) {
		t, err := must[console.Trail](s, ana, "trail", s.item)
		return err == nil && !slices.ContainsFunc(t.Trail.Lines[0].Receipts, func(r exchange.TrailReceipt) bool { return r.Cosigned.IsZero() }), err
	})
	if err != nil {
		return err
	}
	if _, err := s.seen(0, ana, "trail", s.item, "--receipts", dir); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.receipt.json"))
	if err != nil {
		return err
	}
	if len(files) != 6 {
		return fmt.Errorf("%d receipts were saved, not 6", len(files))
	}
	card := s.path("mx-semar.card.json")
	good, err := s.exec(s.verify, append([]string{"--card", card, "--witness-card", s.path("us-dea.card.json")}, files...)...)
	if err != nil {
		return err
	}
	if good.code != 0 {
		return fmt.Errorf("orx-verify ended with %d: %s%s", good.code, good.out, good.err)
	}
	s.say("The receipts are files. orx-verify checks them with nothing but the navy's card: no node, no network. Beside each stands what the DEA's node saw and cosigned of the navy's ledger later on: it was not rewritten since.")
	s.show(strings.ReplaceAll(good.out, dir+string(filepath.Separator), ""))
	forged, err := s.forge(files[0])
	if err != nil {
		return err
	}
	bad, err := s.exec(s.verify, "--card", card, forged)
	if err != nil {
		return err
	}
	if bad.code != 1 {
		return fmt.Errorf("a forged receipt was taken: exit code %d", bad.code)
	}
	s.say("One with a single digit changed is found out (exit code 1):")
	s.show(strings.ReplaceAll(bad.out, s.dir+string(filepath.Separator), ""))
	return nil
}

// forge copies a receipt with one digit of its place in the ledger changed.
func (s *stage) forge(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	at := bytes.Index(b, []byte(`"index":`)) + len(`"index":`)
	b[at] = '1' + (b[at]-'0')%9
	forged := s.path("forged-receipt.json")
	return forged, os.WriteFile(forged, b, 0o600)
}

func (s *stage) correct() error {
	const reason = "The count of passages was eleven in the log and twelve in the radar record; read it as twelve."
	if _, err := s.seen(0, ana, "withdraw", s.item, "--correction", "--reason", reason); err != nil {
		return err
	}
	var inbox console.Letters
	err := s.await("the correction", func() (bool, error) {
		var err error
		inbox, err = must[console.Letters](s, lince, "inbox")
		return err == nil && len(inbox.Letters) == 2, err
	})
	if err != nil {
		return err
	}
	for _, l := range inbox.Letters {
		if l.Cut.String() == s.cut && (len(l.Notices) != 1 || l.Notices[0].Kind != intel.Correction) {
			return fmt.Errorf("the correction is not shown at the report")
		}
	}
	shown, err := s.seen(0, lince, "inbox")
	if err != nil {
		return err
	}
	s.say("ana sends a correction. It goes the same way as the report - planned, recorded, receipted - and shows at the report on the other side:")
	s.show(shown.out)
	return nil
}

func (s *stage) audit() error {
	for _, by := range []officer{chief, jefa} {
		v, err := must[console.Verified](s, by, "ledger", "verify")
		if err != nil {
			return err
		}
		s.say("The ledger of %s holds %d records; every one is where the signed checkpoint says.", v.Head.Origin, v.Head.Size)
	}
	return nil
}

// epilogue says where to go on.
func (s *stage) epilogue() {
	fmt.Fprintf(s.opts.Out, "\nEvery step did what it said.\n")
	if s.opts.Keep == "" {
		fmt.Fprintln(s.opts.Out, "The nodes were removed; comity demo --stay leaves them running with pages to look at, --keep DIR as files.")
		return
	}
	fmt.Fprintf(s.opts.Out, "The nodes are in %s. To serve one again and look into it:\n\n    comity --home %s --unlock %s serve\n    comity --home %s --as ana --officer-unlock %s trail %s\n",
		s.dir, s.path("us-dea"), s.path("us-dea.unlock"), s.path("us-dea"), s.path("us-dea.ana.unlock"), s.item)
}
