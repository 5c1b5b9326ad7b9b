package demo

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"comity/console"
	"comity/intel"
	"comity/ref"
	"comity/release"
)

// uin is the vetted unit that the report is for, and desk the one that sends it.
const (
	uin  = "mx/semar/uin"
	desk = "us/dea/desk"
)

func acts() []act {
	return []act{
		{"Two services, two nodes", (*stage).found},
		{"They are introduced: words are compared, keys are pinned", (*stage).introduce},
		{"The law of the other side, as packs that a lawyer can read", (*stage).legislate},
		{"A report is imported and marked, portion by portion", (*stage).write},
		{"Before anything is sent: who will end up seeing it?", (*stage).compare},
		{"Sending all of it is refused", (*stage).tooMuch},
		{"What others could look into at will, if the platform of 2025 ran", (*stage).platform},
		{"The node's lawyers decide which instruments count, on record", (*stage).assess},
		{"The most that can be sent, worked out, and a picture of it", (*stage).best},
		{"As much as the trust allows: a copy, a pointer, and nothing of the source", (*stage).send},
		{"The navy unit reads, and the reading is proved", (*stage).read},
		{"The law of the other side is obeyed, and no word more is told", (*stage).obey},
		{"The sender sees what became of it", (*stage).trail},
		{"Receipts hold without either node, and a forged one does not", (*stage).verifyReceipts},
		{"What came is passed on only as its originator authorises", (*stage).passOn},
		{"A meeting wants leave beforehand, a call does not", (*stage).meet},
		{"What was wrong is put right", (*stage).correct},
		{"Both ledgers verify", (*stage).audit},
		{"Somebody rewrites a ledger, and is caught", (*stage).rewrite},
	}
}

// staff are everybody at both nodes, each side's administrator first: its security
// officer last, without whom nobody comes into office from then on.
var staff = []struct {
	officer
	roles []string
	does  string
}{
	{chief, []string{"admin"}, "administrator"},
	{ana, []string{"analyst", "release"}, "writes, plans and releases"},
	{bea, []string{"analyst", "release"}, "second officer: approves"},
	{otto, []string{"auditor"}, "auditor"},
	{saul, []string{"security"}, "security officer"},
	{jefa, []string{"admin"}, "administrator"},
	{lince, []string{"analyst", "release"}, "reads, files, writes and releases"},
	{garza, []string{"analyst", "release"}, "second officer: approves"},
	{buho, []string{"auditor"}, "auditor"},
	{topo, []string{"security"}, "security officer"},
}

func (s *stage) found() error {
	for _, n := range []struct {
		chief      officer
		name, unit string
	}{{chief, "us/dea", desk}, {jefa, "mx/semar", uin}} {
		addr, err := port()
		if err != nil {
			return err
		}
		dir := n.chief.node
		if _, err := s.seen(0, n.chief, "init", n.name, "--listen", addr, "--onward", "--unit", n.unit); err != nil {
			return err
		}
		if s.shown() {
			if err := s.showPages(dir); err != nil {
				return err
			}
		}
		var handles []string
		for _, o := range staff {
			if o.node != dir {
				continue
			}
			handles = append(handles, o.handle)
			args := []string{"officer", "add", o.handle, "--unit", n.unit, "--new-unlock", s.path(dir + "." + o.handle + ".unlock")}
			for _, r := range o.roles {
				args = append(args, "--role", r)
			}
			if _, err := s.seen(0, n.chief, args...); err != nil {
				return err
			}
		}
		if err := s.serve(dir); err != nil {
			return err
		}
		s.say("The node of %s runs on %s with the unit %s. Its officers have keys of their own: %s.", n.name, addr, n.unit, strings.Join(handles, ", "))
	}
	return nil
}

func (s *stage) introduce() error {
	for _, pair := range [][2]officer{{chief, jefa}, {jefa, chief}} {
		us, them := pair[0], pair[1]
		card, err := s.seen(0, them, "card")
		if err != nil {
			return err
		}
		file := s.path(them.node + ".card.json")
		if err := os.WriteFile(file, []byte(card.out), 0o600); err != nil {
			return err
		}
		theirs, err := s.seen(0, them, "card", "--words")
		if err != nil {
			return err
		}
		// What the partner reads out by telephone must be what is shown here.
		shown, err := s.run(us, "partner", "add", file)
		if err != nil {
			return err
		}
		words := strings.Fields(strings.SplitN(theirs.out, "\n", 2)[1])
		if shown.code == 0 || len(words) < 8 || !containsAll(shown.out+shown.err, words) {
			return fmt.Errorf("the words of the card are not shown for comparison, or it was pinned without: %s%s", shown.out, shown.err)
		}
		if _, err := s.seen(0, us, "partner", "add", file, "--yes"); err != nil {
			return err
		}
		s.say("%s reads out the words of its card - %s - and %s, who sees the same words, pins its keys.", them.handle, strings.Join(words, " "), us.handle)
	}
	return nil
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (s *stage) legislate() error {
	for by, packs := range map[officer][]string{chief: {"mx-statute-2020", "mx-guidelines-2021"}, jefa: {"mx-guidelines-2021"}} {
		for _, p := range packs {
			if _, err := s.seen(0, by, "pack", "add", p); err != nil {
				return err
			}
		}
	}
	s.say("Mexico's statute of 2020 has officials report every contact with a foreign agent within three days, and does not limit the report. The guidelines of 2021 cut the report down to the fact of the contact. Both are contested; nobody has reviewed the packs yet, and every plan says so.")
	return nil
}

func (s *stage) write() error {
	file := s.path("report.md")
	if err := os.WriteFile(file, s.script.text, 0o600); err != nil {
		return err
	}
	args := []string{"import", file, "--topic", "maritime smuggling", "--purpose", "joint interdiction"}
	if s.script.title != "" {
		args = append(args, "--title", s.script.title)
	}
	v, err := must[console.ItemView](s, ana, args...)
	if err != nil {
		return err
	}
	if len(v.View.Item.Portions) != len(s.script.texts) {
		return fmt.Errorf("%d portions were imported of %d", len(v.View.Item.Portions), len(s.script.texts))
	}
	s.item = v.View.Item.ID.String()
	for _, m := range []struct {
		form intel.Form
		args []string
	}{
		{intel.Copy, []string{"--tlp", "amber+strict", "--rel", uin, "--caveat", "NOFWD", "--grade", "B2"}},
		{intel.Pointer, []string{"--tlp", "amber+strict", "--rel", uin, "--not", "mx/sedena:contact", "--caveat", "NOFWD", "--grade", "B2"}},
		{intel.Withheld, []string{"--tlp", "red", "--caveat", "ORCON", "--grade", "B3"}},
	} {
		if err := s.mark(m.form, m.args); err != nil {
			return err
		}
	}
	if err := s.attach(); err != nil {
		return err
	}
	shown, err := s.seen(0, ana, "show", s.item)
	if err != nil {
		return err
	}
	s.say("ana imports a report and marks each of its portions: what is general for the navy unit, the names as well but kept from the army by name, the source for nobody but whom she chooses. She relies on nobody's default: that it must not be passed on is said outright. A picture belongs to the first portion, and goes where that goes.")
	s.show(shown.out)
	return nil
}

// attach makes a picture an exhibit of the first portion.
func (s *stage) attach() error {
	b, err := chart()
	if err != nil {
		return err
	}
	file := s.path("tracks.png")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return err
	}
	s.exhibit = ref.Content(b)
	v, err := must[console.ItemView](s, ana, "attach", s.item, file, "--portion", "1", "--caption", "Tracks of eleven boats", "--credit", "drawn for this story")
	if err == nil && (len(v.View.Item.Portions[0].Exhibits) != 1 || v.View.Item.Portions[0].Exhibits[0].Content != s.exhibit) {
		err = fmt.Errorf("the picture is not the portion's exhibit")
	}
	return err
}

func (s *stage) mark(form intel.Form, args []string) error {
	numbers := s.script.numbers(form)
	if len(numbers) == 0 {
		return nil
	}
	all := []string{"mark", s.item}
	for _, n := range numbers {
		all = append(all, fmt.Sprint(n))
	}
	_, err := must[console.ItemView](s, ana, append(all, args...)...)
	return err
}

// ask is the plan of the whole report as a copy.
func (s *stage) whole() []string { return []string{s.item, "--to", uin, "--form", "copy"} }

// fitting is the plan that the markings allow.
func (s *stage) fitting() []string {
	args := s.whole()
	for i, f := range s.script.forms {
		if f != intel.Copy {
			args = append(args, "--portion", fmt.Sprintf("%d=%s", i+1, f))
		}
	}
	return args
}

func (s *stage) compare() error {
	args := append([]string{"plan"}, s.whole()...)
	args = append(args, "--packs", "mx-statute-2020", "--packs", "mx-guidelines-2021", "--compare")
	p, err := must[console.Plans](s, ana, args...)
	if err != nil {
		return err
	}
	if len(p.Plans) != 2 {
		return fmt.Errorf("%d plans stand side by side", len(p.Plans))
	}
	statute, guidelines := p.Plans[0].Plan, p.Plans[1].Plan
	for _, ministry := range []string{"mx/sre", "mx/sspc"} {
		if got := most(statute, ministry); got.Content != intel.Summary || !got.Contact {
			return fmt.Errorf("under the statute %s would see %s", ministry, got)
		}
		if got := most(guidelines, ministry); got != intel.Contact {
			return fmt.Errorf("under the guidelines %s would see %s", ministry, got)
		}
	}
	shown, err := s.seen(0, ana, args...)
	if err != nil {
		return err
	}
	s.say("ana asks what would happen if the unit got a copy of everything. Under the statute two ministries must be given a summary within three days; under the guidelines they learn of the contact and nothing else.")
	s.show(shown.out)
	return nil
}

// most joins what a plan surely lets a party see.
func most(p release.Plan, n string) intel.Scope {
	var scope intel.Scope
	for _, r := range p.Rows {
		if string(r.Party) == n && r.Reach == release.Sure {
			scope = scope.Join(r.Scope)
		}
	}
	return scope
}

func (s *stage) tooMuch() error {
	args := append([]string{"release"}, s.whole()...)
	r, err := s.seen(3, ana, args...)
	if err != nil {
		return err
	}
	inbox, err := must[console.Letters](s, lince, "inbox")
	if err != nil {
		return err
	}
	if len(inbox.Letters) != 0 {
		return fmt.Errorf("something left all the same")
	}
	s.say("ana tries to send it all. The node refuses (exit code 3) with the reasons of the plan, and nothing has left:")
	s.show(tail(r.err, 2))
	return nil
}

func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// assess sets one pack aside for good, and the other for as long as what it
// describes does not run.
func (s *stage) assess() error {
	const statute = "Officials report under the guidelines of 2021; the bare statute stays on the shelf for comparison."
	args := []string{"pack", "assess", "mx-statute-2020", "--reference", "--reason", statute}
	if _, err := s.seen(5, ana, args...); err != nil {
		return fmt.Errorf("ana could decide it herself: %w", err)
	}
	if _, err := s.seen(0, saul, args...); err != nil {
		return err
	}
	s.say("ana may not decide that; saul, the security officer, records the assessment of the node's lawyers with its reason: %q", statute)
	if err := s.underThePlatform(); err != nil {
		return err
	}
	const platform = "Nobody has shown that the platform runs yet; to be assessed again when it does."
	if _, err := s.seen(0, saul, "pack", "assess", "mx-platform-2025", "--reference", "--reason", platform); err != nil {
		return err
	}
	s.say("saul sets the platform aside as well, for now: %q Every plan from here on names both packs and says that they do not count.", platform)
	return nil
}

func (s *stage) send() error {
	plan, err := s.seen(0, ana, append([]string{"plan"}, s.fitting()...)...)
	if err != nil {
		return err
	}
	s.say("That is what ana sends: %s.", s.script.inWords())
	s.show(plan.out)
	sent, err := must[console.Sent](s, ana, append([]string{"release", "--best"}, s.fitting()...)...)
	if err != nil {
		return err
	}
	s.cut = sent.Cuts[0].Cut.String()
	var parts int
	err = s.await("the receipt of delivery, and all of the picture", func() (bool, error) {
		t, err := must[console.Trail](s, ana, "trail", s.item)
		if err != nil || len(t.Trail.Lines) != 1 {
			return false, err
		}
		l := t.Trail.Lines[0]
		parts = l.Parts
		return l.Stage == "delivered" && l.Parts > 1 && l.Taken == l.Parts, nil
	})
	if err != nil {
		return err
	}
	s.say("She sends it. In one transaction the version, the cut, the ledger's record and the outbox entry are written; then it is sealed for the unit (post-quantum), delivered, and a receipt comes back. The picture follows in %d parts, behind whatever else there is to send: a large one stands in nobody's way.", parts)
	return nil
}

func (s *stage) read() error {
	inbox, err := must[console.Letters](s, lince, "inbox")
	if err != nil {
		return err
	}
	if len(inbox.Letters) != 1 || inbox.Letters[0].Cut.String() != s.cut {
		return fmt.Errorf("the inbox holds %d letters", len(inbox.Letters))
	}
	first, err := s.seen(10, lince, "read", s.cut)
	if err != nil {
		return err
	}
	s.say("lince finds it in the inbox. Before it opens, its conditions have to be acknowledged:")
	s.show(first.err)
	opened, err := must[console.Opened](s, lince, "read", s.cut, "--acknowledge")
	if err != nil {
		return err
	}
	if err := s.given(opened.Opened.Cut); err != nil {
		return err
	}
	shown, err := s.seen(0, lince, "read", s.cut, "--acknowledge")
	if err != nil {
		return err
	}
	s.show(shown.out)
	if err := s.take(); err != nil {
		return err
	}
	s.say("What came holds what was given, and no trace of the rest: not its text, not that there was any. Each reading was recorded before the text was shown.")
	return nil
}

// take takes the picture out at the other side, and sees whether it is the one.
func (s *stage) take() error {
	file := s.path("came.png")
	taken, err := s.seen(0, lince, "exhibit", "--received", s.cut, s.exhibit.Short(), "--out", file)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if ref.Content(b) != s.exhibit {
		return fmt.Errorf("the picture that came is another one")
	}
	s.show(taken.out)
	return nil
}

// given checks that the cut holds what was given and nothing of the rest.
func (s *stage) given(c release.Cut) error {
	var want []intel.Form
	for _, f := range s.script.forms {
		if f != intel.Withheld {
			want = append(want, f)
		}
	}
	var got []intel.Form
	all := ""
	for _, p := range c.Portions {
		got, all = append(got, p.Form), all+p.Text+"\n"
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the cut holds the forms %v and not %v", got, want)
	}
	for i, text := range s.script.texts {
		if has := strings.Contains(all, text); has != (s.script.forms[i] == intel.Copy) {
			return fmt.Errorf("the text of portion %d is in the cut: %v", i+1, has)
		}
	}
	return nil
}
