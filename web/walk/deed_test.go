package walk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/intel"
	"comity/party"
)

// Nobody ends a session but their own, and a session is its own browser's.
func TestSessionsAreTheirOfficers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.us
	for _, who := range append([]party.Handle{""}, s.order...) {
		for _, of := range s.order {
			if who == of || s.officers[of].out {
				continue
			}
			a := s.post(who, "/sessions/end", form("id", s.officers[of].session))
			none := s.post(who, "/sessions/end", form("id", "00000000-0000-4000-8000-000000000001"))
			if answer(a) != answer(none) {
				t.Errorf("%s learns of a session of %s", who, of)
			}
			if s.get(of, "/sessions").Code != http.StatusOK {
				t.Fatalf("%s has ended a session of %s", who, of)
			}
		}
		if s.officers[who] == nil || s.officers[who].out {
			continue
		}
		page := s.get(who, "/sessions").Body.String()
		for _, of := range s.order {
			if of != who && strings.Contains(page, s.officers[of].session) {
				t.Errorf("%s is shown a session of %s", who, of)
			}
			if token := s.officers[of].token; strings.Contains(page, token) {
				t.Errorf("%s is shown the token of %s", who, of)
			}
		}
	}
	stolen := s.ask(call{who: "xnina", method: "GET", path: "/items", header: http.Header{"User-Agent": {"another"}}})
	if stolen.Code != http.StatusSeeOther || s.get("xnina", "/items").Code != http.StatusSeeOther {
		t.Error("a token works at another browser, or after that")
	}
	for range 2 {
		if a := s.post("xduty", "/leave", nil); a.Code != http.StatusSeeOther {
			t.Errorf("leaving gave %d", a.Code)
		}
	}
	if s.get("xduty", "/items").Code != http.StatusSeeOther || s.get("xana", "/items").Code != http.StatusOK {
		t.Error("leaving ended nothing, or more than one session")
	}
	s.ahead.Add(31 * 60)
	if s.get("xana", "/items").Code != http.StatusSeeOther {
		t.Error("a session outlives half an hour of silence")
	}
}

// Who may not release does not, whatever they were shown before: and what is hidden
// from an officer goes to nobody by that officer's hand.
func TestRolesActNoFurther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	s := w.us
	var item, mixed, eyes string
	for _, one := range w.items[s] {
		switch one.name {
		case "strict":
			item = one.id
		case "mixed":
			mixed = one.id
		case "eyes":
			eyes = one.id
		}
	}
	tell(s, "xana", console.MarkItem{Item: mixed, Portions: []int{1}, Elements: []string{"TLP:AMBER+STRICT", toMX}})
	tell(s, "xana", console.MarkItem{Item: mixed, Portions: []int{2, 3}, Elements: []string{"TLP:AMBER+STRICT", toMX}})
	lines := func(id string) int {
		return len(tell(s, "xana", console.ReadTrail{Item: id}).Trail.Lines)
	}
	to := form("to", "mx/semar/uin", "act", "plan")
	for _, who := range []party.Handle{"", "xchief", "xnina", "xduty", "xsid", "xeve", "xrev", "xsec", "xgone", "xshut"} {
		for _, id := range []string{item, mixed, eyes} {
			s.post(who, "/items/"+id+"/plan", to)
			s.post(who, "/items/"+id+"/release", form("to", "mx/semar/uin"))
			s.post(who, "/items/"+id+"/release", form("to", "mx/semar/uin", "reason", "lives at stake"))
			if n := lines(id); n != 0 {
				t.Fatalf("%s has sent an item", who)
			}
		}
	}
	// One officer's look is not another's.
	s.post("xana", "/items/"+item+"/plan", to)
	if s.post("xrob", "/items/"+item+"/release", form("to", "mx/semar/uin")); lines(item) != 0 {
		t.Error("an item was sent by an officer who has seen no plan of it")
	}
	// A release officer from whom parts are hidden sends the rest at most.
	forced := form("to", "mx/semar/uin", "act", "plan", "f.mx/semar/uin.1", "copy", "f.mx/semar/uin.2", "copy", "f..3", "copy")
	s.post("xrob", "/items/"+mixed+"/plan", forced)
	s.post("xrob", "/items/"+mixed+"/release", forced)
	if n := lines(mixed); n != 0 {
		for _, l := range tell(s, "xana", console.ReadTrail{Item: mixed}).Trail.Lines {
			if !slices.Equal(l.Forms[1:], []intel.Form{intel.Withheld, intel.Withheld}) {
				t.Errorf("what is hidden from an officer was sent by them: %v", l.Forms)
			}
		}
	}
	rest := form("to", "mx/semar/uin", "act", "plan", "f..2", "withheld", "f..3", "withheld")
	s.post("xrob", "/items/"+mixed+"/plan", rest)
	if a := s.post("xrob", "/items/"+mixed+"/release", rest); lines(mixed) == 0 {
		t.Errorf("what an officer may read was not sent: %d %.2000s", a.Code, a.Body)
	}
}

// How long the answer takes is told in the log, and not held to anything: what is
// hidden is read before it is refused, what is not there is not.
func TestHowLongRefusalsTake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	of := map[string]string{"nothing": nothing("item")}
	for _, one := range w.items[w.us] {
		if one.name == "eyes" || one.name == "of the other unit" || one.name == "strict" {
			of[one.name] = one.id
		}
	}
	took := map[string][]time.Duration{}
	for range 200 {
		for name, id := range of {
			start := time.Now()
			w.us.get("xnina", "/items/"+id)
			took[name] = append(took[name], time.Since(start))
		}
	}
	for name, list := range took {
		slices.Sort(list)
		t.Logf("%s: %v (median of %d)", name, list[len(list)/2], len(list))
	}
}
