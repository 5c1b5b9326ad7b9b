// Command comity runs a node and is how its officers work with it.
//
// It only wires: package node assembles what runs, package console holds the
// commands, and each file here is one command of the command line or prints
// one kind of result.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], newTerminal())
	stop()
	os.Exit(code)
}

// commands is the command line. What another file adds to it is listed here
// and nowhere else.
type commands struct {
	globals

	Init      initCmd      `cmd:"" help:"Make a node: its home folder, keys and first card."`
	Serve     serveCmd     `cmd:"" help:"Run the node: listen for partners, deliver, take officers' commands."`
	Status    statusCmd    `cmd:"" help:"Show how the node, its links and its ledger stand."`
	Officer   officerCmd   `cmd:"" help:"Add, confirm, remove and list officers."`
	Card      cardCmd      `cmd:"" help:"Print the node's signed card, for a partner."`
	Partner   partnerCmd   `cmd:"" help:"Add, list, suspend and resume partners."`
	Pack      packCmd      `cmd:"" help:"Check, add, list, show and assess rule packs."`
	Import    importCmd    `cmd:"" help:"Make items of documents: text, saved pages, PDF, DOCX, mail, folders of them."`
	Aside     asideCmd     `cmd:"" help:"Show what an import set aside, and take it back."`
	Mark      markCmd      `cmd:"" help:"Mark and grade portions of an item."`
	Edit      editCmd      `cmd:"" help:"Edit an item with all its markings in your editor."`
	Entity    entityCmd    `cmd:"" help:"Name persons, organisations and numbers in texts; show what is said of one."`
	Attach    attachCmd    `cmd:"" help:"Attach a file to a portion, as an exhibit."`
	Exhibit   exhibitCmd   `cmd:"" help:"Take an exhibit out, of an item or of what came; this is recorded."`
	List      listCmd      `cmd:"" help:"List the items that you may see; add lists of names."`
	Show      showCmd      `cmd:"" help:"Show an item with its portions and markings."`
	Search    searchCmd    `cmd:"" help:"Find words in items, and in what you have read."`
	Export    exportCmd    `cmd:"" help:"Take an item out as a file; this is recorded."`
	Plan      planCmd      `cmd:"" help:"See who will come to see a release, and which promises it breaks."`
	Release   releaseCmd   `cmd:"" help:"Send an item."`
	Approve   approveCmd   `cmd:"" help:"Sign another officer's plan that breaks a promise."`
	Inbox     inboxCmd     `cmd:"" help:"List what came."`
	Read      readCmd      `cmd:"" help:"Read what came; the sender gets a receipt."`
	Derive    deriveCmd    `cmd:"" help:"Make an item of what partners sent, bound by what they promised."`
	Authorise authoriseCmd `cmd:"" help:"Ask for an authorisation, give one, refuse one."`
	Contact   contactCmd   `cmd:"" help:"Plan and enter calls and meetings, which send no item."`
	Duties    dutiesCmd    `cmd:"" help:"List what you must report, to whom, by when."`
	File      fileCmd      `cmd:"" help:"File the report that a duty demands."`
	Trail     trailCmd     `cmd:"" help:"Show every disclosure of an item, with receipts."`
	Exposure  exposureCmd  `cmd:"" help:"Show what a party could have seen, and did see."`
	Replay    replayCmd    `cmd:"" help:"Work out once more who would see what was sent, as it stood then."`
	Withdraw  withdrawCmd  `cmd:"" help:"Send a correction or a recall to everybody who got an item."`
	Destroy   destroyCmd   `cmd:"" help:"Destroy the content of an item, or of what came, for good."`
	Ledger    ledgerCmd    `cmd:"" help:"Verify, show and export the ledger."`
	Key       keyCmd       `cmd:"" help:"Replace keys of the node."`
	Courier   courierCmd   `cmd:"" help:"Carry messages as files, for a link without a network."`
	Backup    backupCmd    `cmd:"" help:"Write a backup of the node to a file, locked as its keys are."`
	Restore   restoreCmd   `cmd:"" help:"Make a node of a backup."`
	Demo      demoCmd      `cmd:"" help:"Play the founding story between two nodes on this machine."`
	Version   versionCmd   `cmd:"" help:"Print the version."`

	Completion completionCmd `cmd:"" help:"Print the completion script of a shell."`
	Manual     manualCmd     `cmd:"" help:"Write pages for man, and completion scripts, to a folder."`

	Help helpCmd `cmd:"" help:"Show help; comity help exit-codes lists the exit codes."`
}

const description = `Comity exchanges intelligence between services that only partly trust each other,
and shows before sending who will end up seeing it.

While a node is served, commands go to it; otherwise each opens the node itself.
An item is named by its id or the last digits of it, at least 4; a cut or duty by
at least 8.`

// run is the whole program: arguments in, exit code out.
func run(ctx context.Context, args []string, t *terminal) int {
	if code, is := readOne(ctx, args, t); is {
		return code
	}
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("comity"), kong.Description(description),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { exited = code }),
		kong.NamedMapper("existingfile", kong.MapperFunc(existing)), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: plainWidth}))
	if err != nil {
		return report(t, false, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help has been printed
		return exited
	}
	if err != nil {
		return misused(t, err)
	}
	if err := c.settle(); err != nil {
		return report(t, c.JSON, err)
	}
	s := &session{globals: c.globals, ctx: ctx, term: t}
	defer s.close()
	t.stop = ctx.Done()
	err = parsed.Run(s, parser)
	if t.stopped {
		err = stopped{}
	}
	return report(t, c.JSON, err)
}

// misused answers a command line that makes no sense.
func misused(t *terminal, err error) int {
	_, _ = fmt.Fprintf(t.err, "comity: %s\n", clean(err.Error()))
	var where *kong.ParseError
	hint := "comity --help"
	if errors.As(err, &where) && where.Context != nil && where.Context.Command() != "" {
		words, _, _ := strings.Cut(where.Context.Command(), " <") // the arguments are not part of it
		hint = "comity " + words + " --help"
	}
	_, _ = io.WriteString(t.err, "  "+hint+" shows how it is used\n")
	return exitInvalid
}
