package nodetest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Run plays the scenario in a file. One step a line; # starts a comment. A
// step that an officer takes starts with handle@node.
//
//	node us/dea us/dea/desk                  a node and its units
//	officer ana@us/dea us/dea/desk analyst release
//	introduce us/dea mx/semar                each pins the other's card
//	pack us/dea mx-guidelines-2021           add a pack that ships
//	rule mx/semar full+contact mx/cni/desk   a pack with one duty: what its units receive
//	leave mx/semar contact mx/sre            add a pack by which it has sendings to br/** authorised
//	deliver                                  until nothing moves
//	down us/dea mx/semar | up us/dea mx/semar
//	fault us/dea mx/semar answer             what befalls the next message
//	replay us/dea mx/semar 1                 the first message once more
//	misdeliver us/dea mx/semar 1 mx/fgr
//	restart mx/semar | speaks mx/semar 2     started anew; as a program that speaks that protocol and the one before
//	snapshot mx/semar FILE | back mx/semar FILE [bare]   the database put aside, and put back; bare: without the file of its head
//	carry us/dea mx/semar [lost|twice|cut|flipped|longer|old]   a courier takes a bundle; then: says
//	standing mx/semar                        how ledgers stand; then: says, silent
//	lose us/dea mx/semar question|answer|nothing   what befalls heads from then on
//	rotate mx/semar signing|mx/semar/uin|lost:mx/semar/uin ...   keys are replaced
//	close mx/semar mx/semar/ops              a unit is no more; partners pin the new card
//	lacks-file mx/semar WORD SIZE            the hash of a file cannot be read there
//	lacks mx/semar WORD | holds mx/semar WORD   whether it can be read on the node's disk
//	advance 25h | clock mx/semar -3h         the time; by how much one clock is wrong from then on
//	verify                                   every ledger
//	messages us/dea mx/semar 3               how many have arrived
//	says TEXT | silent TEXT                  what the last text shown holds, or not
//	refused KIND STEP                        the step fails with that kind of fault
//
// The officers' steps are in [World.officer].
func Run(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(t)
	for n, text := range strings.Split(string(b), "\n") {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		if err := w.Step(text); err != nil {
			t.Fatalf("%s:%d: %s\n\t%v", file, n+1, text, err)
		}
	}
}

// Step takes one step.
func (w *World) Step(text string) error {
	verb, rest, _ := strings.Cut(text, " ")
	args := strings.Fields(rest)
	if strings.Contains(verb, "@") {
		return w.officer(verb, rest)
	}
	switch verb {
	case "node":
		return w.addNode(party.Name(args[0]), names(args[1:]))
	case "officer":
		return w.addOfficer(args[0], party.Name(args[1]), roles(args[2:]))
	case "introduce":
		return w.introduce(party.Name(args[0]), party.Name(args[1]))
	case "pack":
		return w.addPack(party.Name(args[0]), args[1])
	case "rule":
		return w.addRule(party.Name(args[0]), args[1], args[2])
	case "leave":
		return w.addLeave(party.Name(args[0]), args[1], args[2])
	case "deliver":
		return w.deliver()
	case "restart":
		m := w.nodes[party.Name(args[0])]
		if err := m.node.Close(); err != nil {
			return err
		}
		return m.open()
	case "lacks-file": // nor the hash of it, by which whoever has it too could tell
		hash := ref.Content(fileOf(args[1], number(args[2]))).String()
		return w.onDisk(w.nodes[party.Name(args[0])], hash, false)
	case "lacks", "holds":
		return w.onDisk(w.nodes[party.Name(args[0])], strings.Join(args[1:], " "), verb == "holds")
	case "snapshot":
		return w.snapshot(w.nodes[party.Name(args[0])], args[1])
	case "back":
		return w.back(w.nodes[party.Name(args[0])], args[1], len(args) > 2)
	case "carry":
		return w.carry(party.Name(args[0]), party.Name(args[1]), strings.Join(args[2:], " "))
	case "rotate":
		return w.rotate(w.nodes[party.Name(args[0])], args[1:])
	case "standing":
		return w.standing(party.Name(args[0]))
	case "close":
		return w.closeUnit(w.nodes[party.Name(args[0])], args[1])
	case "advance":
		d, err := time.ParseDuration(args[0])
		w.advance(d)
		return err
	case "clock":
		d, err := time.ParseDuration(args[1])
		w.setOff(w.nodes[party.Name(args[0])], d)
		return err
	case "speaks":
		m := w.nodes[party.Name(args[0])]
		m.opened.Speaks = wire.Speaks(number(args[1]))
		if err := m.node.Close(); err != nil {
			return err
		}
		return m.open()
	case "verify":
		return w.verify()
	case "says", "silent":
		if strings.Contains(w.said, rest) != (verb == "says") {
			return fmt.Errorf("the last text is:\n%s", w.said)
		}
		return nil
	case "refused":
		return w.refused(rest)
	default:
		return w.wire(verb, args)
	}
}

// wire takes the steps about the line between two nodes.
func (w *World) wire(verb string, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("no such step")
	}
	l := w.line(party.Name(args[0]), party.Name(args[1]))
	switch verb {
	case "down", "up":
		l.down = verb == "down"
	case "fault":
		if !slices.Contains(faults, args[2]) {
			return fmt.Errorf("faults are %v", faults)
		}
		l.lose = args[2]
	case "lose":
		l.loseHeads = args[2]
	case "replay":
		return l.replay(context.Background(), number(args[2]))
	case "misdeliver":
		return l.misdeliver(context.Background(), number(args[2]), party.Name(args[3]))
	case "messages":
		if l.count != number(args[2]) {
			return fmt.Errorf("%d messages have arrived", l.count)
		}
	default:
		return fmt.Errorf("no such step")
	}
	return nil
}

// refused takes a step that must fail with one kind of fault.
func (w *World) refused(rest string) error {
	kind, step, _ := strings.Cut(rest, " ")
	err := w.Step(step)
	if err == nil {
		return fmt.Errorf("it was not refused")
	}
	if got := kindOf(err); got != kind {
		return fmt.Errorf("it was refused as %s: %w", got, err)
	}
	w.said = err.Error()
	return nil
}

// deliver flushes every node until no line carries anything more.
func (w *World) deliver() error {
	for range 20 {
		before := w.arrived()
		for _, m := range w.nodes {
			// What stays on a link that fails is part of the story.
			_ = m.node.Exchange().Flush(context.Background())
		}
		if w.arrived() == before {
			return nil
		}
	}
	return fmt.Errorf("the nodes do not come to rest")
}

func (w *World) arrived() int {
	sum := 0
	for _, l := range w.lines {
		sum += l.count
	}
	return sum
}

// verify recomputes every node's ledger.
func (w *World) verify() error {
	for name, m := range w.nodes {
		admin, ok := w.officers["admin@"+string(name)]
		if !ok {
			continue
		}
		v, err := console.Call(context.Background(), m.node, admin, console.VerifyLedger{})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if v.Head.Size == 0 {
			return fmt.Errorf("%s: the ledger is empty", name)
		}
	}
	return nil
}

func kindOf(err error) string {
	return fault.KindOf(err).String()
}

func names(words []string) []party.Name {
	list := make([]party.Name, len(words))
	for i, s := range words {
		list[i] = party.Name(s)
	}
	return list
}

func roles(words []string) []party.Role {
	list := make([]party.Role, len(words))
	for i, s := range words {
		list[i] = party.Role(s)
	}
	return list
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
