package demo

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/fault"
)

// report that the scene holds, and how each of its portions is marked.
type paper struct {
	by     officer
	title  string
	texts  []string
	marks  [][]string
	wanted string // what becomes of it in the scene
}

// What becomes of a paper.
const (
	ready = "ready" // nothing yet: it is for whoever comes
	waits = "waits" // for a second officer
	goes  = "goes"  // to the other side, where nobody has read it
)

func forUnit(unit string, more ...string) []string {
	return append([]string{"--tlp", "amber+strict", "--rel", unit, "--caveat", "NOFWD", "--grade", "B2"}, more...)
}

// papers are what a stranger finds when the story is over: on each side something to
// share, which the obvious way of sharing breaks a promise of, something that came,
// and a plan that waits for somebody else.
var papers = []paper{
	{ana, "Who pays for fuel at the chandlery", []string{
		"The chandlery Nautica del Balsas sells four times the fuel that the boats of its harbour can burn.",
		"The bills are paid in cash by Mariela Ochoa Beltrones, on Tuesdays, before the shop opens.",
		"Both are known from source R-2214, who mends engines at the pier.",
	}, [][]string{
		forUnit(uin), forUnit(uin, "--not", "mx/sspc"), {"--tlp", "red", "--rel", desk, "--caveat", "ORCON", "--grade", "B3"},
	}, ready},
	{ana, "A fuel truck on the coast road", []string{
		"A truck with the plate JX-40-117 takes diesel from Manzanillo to Maruata every second night, and comes back empty.",
		"Its driver sleeps at the ice plant.",
	}, [][]string{forUnit(uin), forUnit(uin)}, ready},
	{ana, "A pilot who would talk", []string{
		"The pilot of the Santa Brigida wants to leave, and has asked a priest how.",
		"He fears the harbour police, who report to the ministry of security.",
	}, [][]string{forUnit(uin), forUnit(uin, "--not", "mx/sspc")}, waits},
	{ana, "Radar passages of the third week of October", []string{
		"Five fast boats passed between 01:00 and 03:30 on four nights; none was stopped.",
		"Two of them turned back when a patrol left Lazaro Cardenas before midnight.",
	}, [][]string{forUnit(uin), forUnit(uin)}, goes},
	{lince, "Night shift at pier 7", []string{
		"The night shift at pier 7 was changed on 20 October; nobody at the harbour office signed for it.",
		"A guard of the old shift says that he was paid to stay at home.",
	}, [][]string{forUnit(desk), forUnit(desk)}, goes},
	{lince, "What the ice plant buys", []string{
		"The ice plant at Maruata buys diesel for three generators and has one.",
	}, [][]string{forUnit(desk)}, ready},
}

// set makes the scene.
func (s *stage) set() error {
	for i, p := range papers {
		id, err := s.put(i, p)
		if err != nil {
			return err
		}
		send := []string{"release", id, "--to", p.to(), "--form", "copy"}
		switch p.wanted {
		case waits:
			_, err = s.seen(4, p.by, append(send, "--override", "He will be moved on Friday; the unit has to know why.")...)
		case goes:
			_, err = s.seen(0, p.by, send...)
		}
		if err != nil {
			return err
		}
	}
	return s.arrived()
}

func (p paper) to() string {
	if p.by.node == ana.node {
		return uin
	}
	return desk
}

// put has a paper imported and marked.
func (s *stage) put(n int, p paper) (id string, err error) {
	text := "# " + p.title + "\n"
	for _, t := range p.texts {
		text += "\n" + t + "\n"
	}
	file := s.path(fmt.Sprintf("paper-%d.md", n+1))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", err
	}
	v, err := must[console.ItemView](s, p.by, "import", file, "--topic", "maritime smuggling", "--purpose", "joint interdiction")
	if err != nil {
		return "", err
	}
	id = v.View.Item.ID.String()
	for i, m := range p.marks {
		if _, err := must[console.ItemView](s, p.by, append([]string{"mark", id, fmt.Sprint(i + 1)}, m...)...); err != nil {
			return "", err
		}
	}
	return id, nil
}

// arrived waits until both sides hold what the scene sends them.
func (s *stage) arrived() error {
	for _, p := range papers {
		reader := lince
		if p.to() == desk {
			reader = ana
		}
		if p.wanted != goes {
			continue
		}
		if err := s.await(p.title, func() (bool, error) {
			inbox, err := must[console.Letters](s, reader, "inbox")
			return slices.ContainsFunc(inbox.Letters, func(l exchange.Letter) bool { return l.Title == p.title }), err
		}); err != nil {
			return err
		}
	}
	return nil
}

// copied names what is kept of a node from before somebody rewrote its ledger.
func (s *stage) copied(node string) string { return s.path(node + ".before") }

// remember keeps both nodes as they are, at rest.
func (s *stage) remember() error {
	for _, node := range nodes {
		if err := s.halt(node); err != nil {
			return err
		}
	}
	for _, node := range nodes {
		if err := copyFolder(s.copied(node), s.path(node)); err != nil {
			return fault.New(fault.Internal, "the node %s cannot be copied", node).Because(err)
		}
	}
	return s.serveBoth()
}

// copyFolder copies a home: for nobody but its owner, as the home is.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		copied := to + strings.TrimPrefix(path, from)
		if d.IsDir() {
			return os.Mkdir(copied, 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(copied, b, 0o600)
	})
}

// goBack has both nodes stand as they did before: together, so that neither knows
// anything of the other that is not so.
func (s *stage) goBack() error {
	for _, node := range nodes {
		if err := s.halt(node); err != nil {
			return err
		}
		if err := os.RemoveAll(s.path(node)); err != nil {
			return err
		}
		if err := os.Rename(s.copied(node), s.path(node)); err != nil {
			return err
		}
	}
	return s.serveBoth()
}

func (s *stage) serveBoth() error {
	for _, node := range nodes {
		if err := s.serve(node); err != nil {
			return err
		}
	}
	return nil
}
