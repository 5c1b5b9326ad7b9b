package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
)

// Person is somebody whom a stranger may be, and the link that makes them a
// passkey.
type Person struct {
	Node   string `json:"node"`
	Handle string `json:"handle"`
	Does   string `json:"does"`
	Link   string `json:"link"`
}

// left is what stays, as --json prints it.
type left struct {
	People []Person `json:"people"`
	Try    []string `json:"try"`
}

// showPages has a node that was made show its pages.
func (s *stage) showPages(node string) error {
	pages, err := port()
	if err != nil {
		return err
	}
	_, number, err := net.SplitHostPort(pages)
	if err != nil {
		return err
	}
	origin := "http://localhost:" + number
	s.origins = append(s.origins, origin)
	file := s.path(node, "config.toml")
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := string(b)
	for name, value := range map[string]string{"pages": pages, "pages_origin": origin} {
		line := regexp.MustCompile(`(?m)^` + name + ` = .*$`)
		if !line.MatchString(text) {
			return fmt.Errorf("config.toml has no setting %s", name)
		}
		text = line.ReplaceAllString(text, name+" = '"+value+"'")
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// open sets the scene and lets people in.
func (s *stage) open() ([]Person, error) {
	if err := s.goBack(); err != nil {
		return nil, err
	}
	if err := s.set(); err != nil {
		return nil, err
	}
	var people []Person
	for _, o := range staff {
		in, err := must[console.Invited](s, o.officer, "officer", "invite", o.handle)
		if err != nil {
			return nil, err
		}
		people = append(people, Person{o.node, o.handle, o.does, in.Link})
	}
	slices.SortStableFunc(people, func(a, b Person) int { // who only runs the node comes last
		return cmp.Or(slices.Index(nodes, a.Node)-slices.Index(nodes, b.Node), last(a)-last(b))
	})
	return people, nil
}

func last(p Person) int {
	if p.Handle == chief.handle || p.Handle == jefa.handle {
		return 1
	}
	return 0
}

// stay leaves the nodes to whoever comes, until the play is told to end.
func (s *stage) stay() error {
	people, err := s.open()
	if s.ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fault.New(fault.Internal, "the nodes cannot be left to look at: %v", err).Fix("they and their logs are in %s", s.dir).Because(err)
	}
	if s.opts.JSON {
		err = json.NewEncoder(s.opts.Out).Encode(left{people, tries})
	} else {
		s.invite(people)
	}
	if err != nil {
		return err
	}
	for _, p := range s.served { // Ctrl-C is for this process alone, which then asks them
		go func() {
			<-p.ended
			s.end(fmt.Errorf("the node %s ended: %w", p.node, errUnasked))
		}()
	}
	<-s.ctx.Done()
	return nil
}

// tries are what a stranger may do first.
var tries = []string{
	`As ana: Items, "Who pays for fuel at the chandlery", Plan a release. Choose mx/semar/uin and ask who will see it: it is refused, and says why. Press what would mend it until nothing breaks, or "Most I can share" once, and release it.`,
	`As lince: Inbox. Open what came from the other side; ana sees on the trail that you did. Under Duties file what the law demands: two letters, no word wider than the rule.`,
	`As bea: Waiting. ana's plan to send "A pilot who would talk" breaks a promise, with a reason; only a second officer can let it go.`,
	`As saul: whether the platform of 2025 counts decides how much can be sent. As otto: trails and the ledger, and not a word of what was sent.`,
}

// invite tells a stranger where to begin.
func (s *stage) invite(people []Person) {
	say := func(format string, args ...any) { fmt.Fprintf(s.opts.Out, format+"\n", args...) }
	say("\nThe nodes stand as before their ledger was rewritten, and stay. Be whom you like: each link")
	say("makes a passkey in your browser and works once.")
	node := ""
	for _, p := range people {
		if p.Node != node {
			node = p.Node
			say("\n  %s", strings.ReplaceAll(node, "-", "/"))
		}
		say("    %-6s %s\n           %s", p.Handle, p.Does, p.Link)
	}
	say("\nOne browser is one officer of each side at a time: for a second one of the same side sign out,")
	say("or open a private window. Things to try:\n")
	for _, t := range tries {
		say("%s\n", indent(wrap("- "+t, 90), "  "))
	}
	say("A new link, and whatever the pages do not do, at the command line: for ana")
	say("\n    %s --home %s --as ana --officer-unlock %s officer invite ana\n", s.opts.Comity, s.path("us-dea"), s.path("us-dea.ana.unlock"))
	say("Ctrl-C ends both nodes%s. What your browser keeps are passkeys for localhost.", s.fate())
}

// fate says what becomes of the nodes' folder.
func (s *stage) fate() string {
	if s.opts.Keep == "" {
		return " and removes them"
	}
	return "; they stay in " + s.dir
}

// farewell says that it is over.
func (s *stage) farewell() {
	if s.opts.Keep == "" {
		fmt.Fprintln(s.opts.Out, "\nBoth nodes are stopped and removed.")
		return
	}
	fmt.Fprintf(s.opts.Out, "\nBoth nodes are stopped, and stay in %s.\n", s.dir)
}
