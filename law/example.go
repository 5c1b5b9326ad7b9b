package law

import (
	"comity/intel"
	"comity/party"
	"comity/wire"
)

// Example is a situation with what the pack should make of it, written by
// whoever wrote the pack, so that a reader can check the rules against what
// they mean. Package release runs it.
type Example struct {
	Name      string     `json:"name"`
	Situation Situation  `json:"situation"`
	Expect    []Expected `json:"expect,omitempty"`
	Nobody    []string   `json:"nobody,omitempty"` // patterns of parties that learn nothing: mx/fgr/**
}

// Situation is one act: who tells whom what, how.
type Situation struct {
	Kind   Trigger      `json:"kind"`            // receive: a release from From to To; else the act of To with From
	From   party.Name   `json:"from"`            // the other side
	To     party.Name   `json:"to"`              // whose duties are asked for
	Form   intel.Form   `json:"form,omitempty"`  // of what passes
	Areas  []intel.Area `json:"areas,omitempty"` // what it is about
	Marked string       `json:"marked,omitzero"` // the banner of the one portion; empty: TLP:CLEAR
	At     wire.Time    `json:"at"`              // when
	Auto   bool         `json:"auto,omitzero"`   // no person started it
}

// Expected is one party that must come to see something.
type Expected struct {
	Party party.Name  `json:"party"`
	Scope intel.Scope `json:"scope"`
	Rule  string      `json:"rule"`         // the rule of the last step, by its id in the pack
	By    []wire.Time `json:"by,omitempty"` // each reading of the deadline, the earlier first
}
