package release

import (
	"comity/fault"
	"comity/intel"
	"comity/party"
)

// Best is the most that can be sent with every promise kept: no single cell
// (one portion to one recipient) could be raised.
type Best struct {
	Plan    Plan         `json:"plan"`              // of the forms found; never blocked
	Dropped []party.Name `json:"dropped,omitempty"` // recipients that can be given nothing
	Held    []Held       `json:"held,omitempty"`    // cells that fell below what was asked
}

// Held is a cell that cannot be given as was asked: what it is given instead,
// why no more, and what would unlock more.
type Held struct {
	Recipient party.Name `json:"recipient"`
	Portion   int        `json:"portion"`
	Asked     intel.Form `json:"asked"`
	Form      intel.Form `json:"form"`  // that is given
	Tried     intel.Form `json:"tried"` // the next higher one, which the reasons are about
	Why       []Reason   `json:"why"`
	Unlock    []string   `json:"unlock"`
}

// Reason is a promise that the next higher form would break, against one
// party.
type Reason struct {
	Portion int         `json:"portion,omitzero"` // whose promise it is, if another's
	Promise string      `json:"promise"`
	Party   party.Name  `json:"party"`
	Scope   intel.Scope `json:"scope"`
	Why     string      `json:"why"`
	By      party.Name  `json:"by,omitzero"` // who could authorise it
}

// ladder is the forms that a node can release, the fullest first.
var ladder = []intel.Form{intel.Copy, intel.Substitute, intel.Pointer}

// Best answers "what is the most that I can send to these recipients with
// every promise kept?" The forms of the question are the most that is wanted
// of each cell. It is an error if nothing at all can be given.
//
// Cells are raised one after the other, recipients and portions in order, each
// to the fullest form that keeps every promise; raising one can let another
// in, so this is repeated until no cell moves.
func (r *Rules) Best(q Question) (Best, error) {
	q, err := r.ready(q)
	if err != nil {
		return Best{}, err
	}
	p := newPlanner(r.at(q.At), q)
	for p.fill(); p.drop(); p.fill() {
	}
	if len(p.now.Recipients) == 0 {
		return p.nothing()
	}
	q.Recipients = p.now.Recipients
	plan, err := p.solve.plan(q)
	if err != nil {
		return Best{}, err
	}
	if plan.Blocked() {
		return Best{}, fault.New(fault.Internal, "the planner's answer breaks a promise").Fix("report this as a mistake of the program")
	}
	return Best{Plan: plan, Dropped: p.dropped, Held: p.held()}, nil
}
