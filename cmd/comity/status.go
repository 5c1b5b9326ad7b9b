package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/node"
	"comity/wire"
	"comity/words"
)

type statusCmd struct{}

// Help is shown below the usage.
func (statusCmd) Help() string {
	return `Any officer may ask. It shows the rules that count, the node's card, the copies of its vault,
what stops it, and how the link with each partner stands.

    comity status`
}

// Run shows how the node stands.
func (statusCmd) Run(s *session) error {
	return ask(s, console.NodeStatus{}, func(p *printer, r console.Status) {
		served := "not served; this command opened it"
		if s.opened == nil {
			served = "served"
		}
		p.head(bold, "%s", r.Node)
		p.labelled(2, planLabel, "node", fmt.Sprintf("%s, %s, protocol %s/%d", served, shown(r.At), "orx", r.Protocol))
		p.labelled(2, planLabel, "ledger", fmt.Sprintf("%d records, root %s", r.Ledger.Size, r.Ledger.Root.Short()))
		p.labelled(2, planLabel, "rules", orDash(strings.Join(r.Packs, ", ")))
		p.labelled(2, planLabel, "duties", dutiesCounted(r))
		p.labelled(2, planLabel, "card", fmt.Sprintf("%d, made %s", r.Card.Serial, shown(r.Card.Created)))
		if r.Card.Serial > 1 {
			p.line(2+planLabel, "%s", newCard(r.Card))
		}
		printVault(p, r.Vault)
		if config, err := node.ReadConfig(s.home().Config()); err == nil && !slices.Equal(config.Vaults, r.Vault.Copies) {
			p.styled(yellow, 2+planLabel, "config.toml names other vault_copies: they count once the node is started again")
		}
		printStopped(p, r.Stopped, r.Card.Serial)
		printUnknownDuties(p, r.Unknown)
		for _, h := range r.Unsound {
			p.styled(red, 2, "!! THE ENTRY OF THE OFFICER %s IS NOT THIS NODE'S: somebody wrote into the database. It is not believed.", h)
		}
		p.gap()
		printLinks(p, console.Links{Links: r.Links})
	})
}

// dutiesCounted counts the duties of the officer's unit. None counted and none
// shown are not the same.
func dutiesCounted(r console.Status) string {
	if r.Unshown {
		return "not shown to your role"
	}
	return fmt.Sprintf("%d open, %d overdue", r.Open, r.Overdue)
}

// printVault says whether the node's vault has copies.
func printVault(p *printer, v console.VaultState) {
	if len(v.Copies) == 0 {
		p.labelled(2, planLabel, "vault", "NO COPY: if this disk is lost, no backup can be read. "+nameCopy)
		return
	}
	p.labelled(2, planLabel, "vault", fmt.Sprintf("%d of %s current", len(v.Current()), words.Count(len(v.Copies), "copy", "copies")))
	for _, c := range v.Behind {
		p.styled(red, 2, "!! THE VAULT COPY %s IS BEHIND or cannot be reached: it may open what was destroyed. Bring its disk back, then start the node again.", c)
	}
}

// printStopped says that the node signs nothing, and what to do. A home from before
// a key was replaced cannot be told from partners that do not answer, unless the
// file of the head has outlived it: so the question is asked.
func printStopped(p *printer, s *console.Stopped, card int) {
	if s == nil {
		return
	}
	p.styled(red, 2, "!! NOTHING IS SIGNED: %s", s.Why)
	p.line(2, "%s", s.Hint)
	for _, n := range s.Unasked {
		p.line(2, "not heard from yet: %s", n)
	}
	switch {
	case s.Rekeyed:
		p.styled(red, 2, "!! THE NODE'S KEYS WERE REPLACED after the backup was made that this home is from, and the newer ones are not in it: "+
			"partners believe nothing that it signs. Restore a backup from after that (comity restore --help).")
	case len(s.Unasked) > 0:
		p.line(2, "Was a key replaced after the backup was made (this home has card %d)? Then partners do not answer it: restore a newer backup.", card)
	}
}

type versionCmd struct{}

// version is set when a release is built.
var version = ""

// Help is shown below the usage.
func (versionCmd) Help() string {
	return `No node is needed.

    comity version`
}

// Run prints the version; no node is needed.
func (versionCmd) Run(s *session) error {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	if v == "" {
		v = "(devel)"
	}
	return show(s, versioned{v, wire.Prefix, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}, func(p *printer, r versioned) {
		p.raw(0, fmt.Sprintf("comity %s, protocol %s, %s %s", r.Version, r.Protocol, r.Go, r.System))
	})
}

// versioned is what version prints.
type versioned struct {
	Version  string `json:"version"`
	Protocol string `json:"protocol"`
	Go       string `json:"go"`
	System   string `json:"system"`
}

type helpCmd struct {
	Topic []string `arg:"" optional:"" help:"A command, or exit-codes."`
}

// Help is shown below the usage.
func (helpCmd) Help() string {
	return `The same as --help at the command.

    comity help pack assess
    comity help exit-codes`
}

// Run shows help.
func (c *helpCmd) Run(s *session) error {
	if len(c.Topic) == 1 && c.Topic[0] == "exit-codes" {
		_, _ = fmt.Fprint(s.term.out, exitCodes())
		return nil
	}
	if code := run(s.ctx, append(c.Topic, "--help"), s.term); code != exitDone {
		return fault.New(fault.Invalid, "there is no help on %s", strings.Join(c.Topic, " ")).Fix("comity --help lists the commands")
	}
	return nil
}
