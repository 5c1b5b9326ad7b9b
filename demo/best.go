package demo

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/release"
)

// platform adds the pack of 2025 and shows who could look into what the navy
// holds, without anybody telling them.
func (s *stage) platform() error {
	if _, err := s.seen(0, chief, "pack", "add", "mx-platform-2025"); err != nil {
		return err
	}
	args := append([]string{"plan"}, s.whole()...)
	args = append(args, "--packs", "mx-guidelines-2021", "--packs", "mx-guidelines-2021,mx-platform-2025", "--compare")
	p, err := must[console.Plans](s, ana, args...)
	if err != nil {
		return err
	}
	without, with := p.Plans[0].Plan, p.Plans[1].Plan
	for _, n := range []string{"mx/cni", "mx/sspc", "mx/fgr"} {
		if got := most(with, n); got.Content != intel.Full || !looksInto(with, n) {
			return fmt.Errorf("with the platform %s would see %s", n, got)
		}
		if got := most(without, n); got.Content != intel.None {
			return fmt.Errorf("without it %s would see %s", n, got)
		}
	}
	shown, err := s.seen(0, ana, args...)
	if err != nil {
		return err
	}
	s.say("A Mexican law of July 2025 joins the intelligence systems of many bodies to one platform for good. What the navy unit enters in its own system, the intelligence centre, the prosecutor and others could read in full, by standing access: nobody tells them, nobody asks.")
	s.show(section(shown.out, "WHO COMES"))
	return nil
}

// looksInto reports whether a party sees something by standing access.
func looksInto(p release.Plan, n string) bool {
	return slices.ContainsFunc(p.Rows, func(r release.Row) bool {
		return string(r.Party) == n && r.Force == law.StandingAccess && r.Reach == release.Sure
	})
}

// underThePlatform asks for the most that can be sent while the platform
// counts: no copy of anything.
func (s *stage) underThePlatform() error {
	best, err := s.most("--best")
	if err != nil {
		return err
	}
	for _, r := range best.Plan.Recipients {
		if slices.Contains(r.Forms, intel.Copy) {
			return fmt.Errorf("a copy would go although others can look into it: %v", r.Forms)
		}
	}
	if len(best.Held) == 0 || best.Plan.Blocked() {
		return errors.New("the planner holds nothing back although the platform counts")
	}
	s.say("With the guidelines and the platform the planner finds a way that keeps every promise, and it is narrow: at most that the report exists. It says of each portion why, and what would unlock it:")
	shown, err := s.seen(0, ana, s.bestArgs("--best")...)
	if err != nil {
		return err
	}
	s.show(section(shown.out, "THE MOST"))
	return nil
}

// best asks for the most that can be sent by the packs that count, and draws
// it.
func (s *stage) best() error {
	file := s.path("who-will-see-it.svg")
	best, err := s.most("--best", "--svg", file)
	if err != nil {
		return err
	}
	for _, pack := range []string{"mx-statute-2020", "mx-platform-2025"} {
		if !slices.ContainsFunc(best.Idle, func(i console.IdlePack) bool { return i.Pack.ID == pack }) {
			return fmt.Errorf("the plan does not say that %s does not count", pack)
		}
	}
	if got := best.Plan.Recipients[0].Forms; !slices.Equal(got, s.script.forms) {
		return fmt.Errorf("the planner gives %v and not %v", got, s.script.forms)
	}
	drawn, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, n := range []string{uin, "mx/sre", "mx/sspc"} {
		if !strings.Contains(string(drawn), n) {
			return fmt.Errorf("%s is not in the picture", n)
		}
	}
	s.say("By what counts now, all that ana wanted can go, and every promise is kept. The plan is also a picture, for whoever has to decide: %d bytes of SVG, readable on paper and in grey.", len(drawn))
	if s.opts.Picture == "" {
		return nil
	}
	if err := os.WriteFile(s.opts.Picture, drawn, 0o600); err != nil {
		return fault.New(fault.Invalid, "the picture cannot be written").At("%s", s.opts.Picture).Because(err)
	}
	s.say("It is kept: open %s.", s.opts.Picture)
	return nil
}

func (s *stage) bestArgs(more ...string) []string {
	return append(append([]string{"plan"}, s.fitting()...), more...)
}

// most runs the planner over the forms that ana wants.
func (s *stage) most(more ...string) (console.PlanView, error) {
	p, err := must[console.Plans](s, ana, s.bestArgs(more...)...)
	if err != nil {
		return console.PlanView{}, err
	}
	if len(p.Plans) != 1 || !p.Plans[0].Best || len(p.Plans[0].Plan.Recipients) != 1 {
		return console.PlanView{}, errors.New("this is not the planner's answer")
	}
	return p.Plans[0], nil
}

// section gives a part of what was printed: from a heading to the empty line
// behind it.
func section(text, heading string) string {
	at := strings.Index(text, heading)
	if at < 0 {
		return text
	}
	part, _, _ := strings.Cut(text[at:], "\n\n")
	return part
}
