package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"comity/console"
	"comity/law"
)

// third is a unit that the navy would like to tell.
const third = "ca/rcmp/o-division"

// passOn has lince pass on, in his own words, what came from the DEA: stopped
// until the DEA authorises it.
func (s *stage) passOn() error {
	v, err := must[console.ItemView](s, lince, "derive", s.cut+":1", "--title", "A lead for Canada")
	if err != nil {
		return err
	}
	item := v.View.Item.ID.String()
	if _, err := s.seen(0, lince, "mark", item, "--tlp", "clear", "--remove", "NOFWD", "--remove", "REL"); err != nil {
		return err
	}
	ask := []string{item, "--to", third, "--form", "copy"}
	plan := append([]string{"plan"}, ask...)
	shown, err := s.seen(3, lince, plan...)
	if err != nil {
		return err
	}
	s.say("lince makes a report of what came, for a unit in Canada. He may write and mark it as he likes: what the DEA promised its source binds it all the same.")
	s.show(section(shown.out, "CONFLICTS"))
	asked, err := must[console.Authorisations](s, lince, append([]string{"authorise", "ask"}, ask...)...)
	if err != nil {
		return err
	}
	if len(asked.Asked) != 1 || asked.Asked[0].Of != "us/dea/desk" {
		return fmt.Errorf("asked were %+v", asked.Asked)
	}
	id, err := s.request()
	if err != nil {
		return err
	}
	if _, err := s.seen(0, ana, "read", id, "--acknowledge"); err != nil {
		return err
	}
	if shown, err = s.seen(0, ana, "authorise", "show", id); err != nil {
		return err
	}
	s.say("He asks. At the DEA ana sees the words that would go beside her own, and by her own packs who would come to see them:")
	s.show(shown.out)
	if _, err := s.seen(0, ana, "authorise", "give", id, "--until", "30d"); err != nil {
		return err
	}
	return s.authorised(plan)
}

// request waits for the DEA to be asked.
func (s *stage) request() (id string, err error) {
	err = s.await("the request", func() (bool, error) {
		r, err := must[console.Authorisations](s, ana, "authorise", "list")
		if err == nil && len(r.Received) == 1 {
			id = r.Received[0].ID.String()
		}
		return id != "", err
	})
	return id, err
}

// authorised waits for the answer, and looks at what it lets go.
func (s *stage) authorised(plan []string) error {
	if err := s.await("the answer", func() (bool, error) {
		r, err := must[console.Authorisations](s, lince, "authorise", "list")
		return err == nil && len(r.Asked) == 1 && r.Asked[0].Answer != nil && r.Asked[0].Answer.Given, err
	}); err != nil {
		return err
	}
	p, err := must[console.Plans](s, lince, plan...)
	if err != nil {
		return err
	}
	if len(p.Plans[0].Plan.Authorised) != 1 || p.Plans[0].Plan.Blocked() {
		return fmt.Errorf("authorised, the plan is blocked: %+v", p.Plans[0].Plan.Conflicts)
	}
	s.say("She gives it for thirty days. The answer is a receipt from the DEA's ledger, for these very words to this one unit; let one letter change, and the plan is blocked again.")
	return nil
}

// meet has lince plan a meeting, for which the law wants leave, and enter a
// call, which it only wants reported.
func (s *stage) meet() error {
	at := time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)
	about := []string{"--with", "us/dea/desk", "--topic", "maritime smuggling", "--purpose", "joint interdiction"}
	meeting := append([]string{"contact", "plan", "meet", "--when", at}, about...)
	shown, err := s.seen(3, lince, meeting...)
	if err != nil {
		return err
	}
	if !strings.Contains(shown.out, "AUTHORISATION of mx/ganseg: NOT IN HAND") {
		return fmt.Errorf("a meeting wants nobody's leave: %s", shown.out)
	}
	s.say("lince would like to meet ana. Under the guidelines a meeting in person wants the leave of the high-level security group beforehand, and asking for it tells six bodies:")
	s.show(section(shown.out, "AUTHORISATION"))
	if _, err := s.seen(3, lince, append([]string{"contact", "enter", "meet", "--when", at}, about...)...); err != nil {
		return err
	}
	s.say("Entered without it, the meeting is refused (exit code 3), and the way to ask is shown. He telephones instead: that needs nobody's leave, and is reported like the rest.")
	call := append([]string{"contact", "enter", "call", "--when", time.Now().UTC().Format(time.RFC3339)}, about...)
	if _, err := s.seen(0, lince, call...); err != nil {
		return err
	}
	return s.reportable(law.Call)
}

// reportable checks that a contact is due to be reported to both ministries.
func (s *stage) reportable(kind law.Trigger) error {
	duties, err := must[console.Duties](s, lince, "duties")
	if err != nil {
		return err
	}
	var to []string
	for _, o := range duties.Duties {
		if o.Duty.Trigger == kind && strings.Contains(o.Draft.Text(), "maritime smuggling") {
			to = append(to, string(o.Duty.To))
		}
	}
	if slices.Sort(to); !slices.Equal(to, []string{"mx/sre", "mx/sspc"}) {
		return fmt.Errorf("the call is to be reported to %v", to)
	}
	return nil
}
