package main

import "fmt"

// A shape says whom a party tells.
type shape string

const (
	// Each tells the next ones, down to leaves that tell nobody: one path to
	// each, which is the peer's best case.
	tree shape = "tree"
	// As a tree, and the leaves tell three registers that all end up in.
	registers shape = "registers"
	// As a tree, and the leaves tell parties at the top again.
	circles shape = "circles"
)

var shapes = []shape{tree, registers, circles}

// clusterOf is about how many parties a question reaches where rules are
// limited to a topic.
const clusterOf = 100

// edge is one rule: a party tells another, in one topic. All rules are in
// topic 0 where a world has no topics.
type edge struct{ from, to, topic int }

// world is what all contenders are asked about: who sees what party 0 gets,
// in topic 0. It is the same on all sides, edge by edge.
type world struct {
	parties int
	shape   shape
	topics  int // 0: rules are not limited
	edges   []edge
}

// newWorld gives every party three rules. With topics a party has two rules in
// its own topic and one in the next, which leads out of the cluster and must
// be told apart by its topic alone.
func newWorld(parties int, s shape, topics bool) world {
	w := world{parties: parties, shape: s}
	if !topics {
		for i := range parties {
			for _, to := range s.next(i, 3, parties) {
				w.edges = append(w.edges, edge{i, to, 0})
			}
		}
		return w
	}
	w.topics = max(1, parties/clusterOf)
	size := parties / w.topics
	inside := 2
	if w.topics == 1 {
		inside = 3
	}
	for i := range size * w.topics {
		topic, place := i%w.topics, i/w.topics
		for _, to := range s.next(place, inside, size) {
			w.edges = append(w.edges, edge{i, to*w.topics + topic, topic})
		}
		if other := (topic + 1) % w.topics; other != topic {
			w.edges = append(w.edges, edge{i, place*w.topics + other, other})
		}
	}
	return w
}

// next gives whom party i of n tells, each telling arity others.
func (s shape) next(i, arity, n int) []int {
	var list []int
	for k := 1; k <= arity; k++ {
		to := arity*i + k
		switch {
		case to < n:
		case s == circles:
			to %= n
		case s == registers && i < n-arity:
			to = n - k
		default:
			continue
		}
		list = append(list, to)
	}
	return list
}

func (w world) title() string {
	if w.topics > 0 {
		return string(w.shape) + ", by topic"
	}
	return string(w.shape)
}

func (w world) name(i int) string { return fmt.Sprintf("xx/a%d", i) }

// graph is what the plain search runs on: the edges by party.
type graph struct {
	next [][]edge
	seen []bool
	line []int
}

func newGraph(w world) *graph {
	g := &graph{next: make([][]edge, w.parties), seen: make([]bool, w.parties)}
	for _, e := range w.edges {
		g.next[e.from] = append(g.next[e.from], e)
	}
	return g
}

// reach is a breadth-first search and no more: it says who is reached, without
// a reason, a time or a scope. It is the limit of what a machine can do here.
func (g *graph) reach() []int {
	clear(g.seen)
	g.seen[0] = true
	g.line = append(g.line[:0], 0)
	for at := 0; at < len(g.line); at++ {
		for _, e := range g.next[g.line[at]] {
			if e.topic == 0 && !g.seen[e.to] {
				g.seen[e.to] = true
				g.line = append(g.line, e.to)
			}
		}
	}
	return g.line
}
