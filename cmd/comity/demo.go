package main

import (
	"os"
	"os/signal"
	"syscall"

	"comity/demo"
	"comity/fault"
)

type demoCmd struct {
	Report  string `help:"A text or Markdown file to play it with: its first portion is general, its last tells the source." placeholder:"FILE" type:"existingfile"`
	Picture string `help:"Keep the picture of who will see it in this file." placeholder:"FILE" type:"path"`
	Keep    string `help:"Leave the nodes in this new folder." placeholder:"DIR" type:"path"`
	Screens string `help:"Take a picture of every page when the story is over, into this folder; wants chromium." placeholder:"DIR" type:"path" xor:"after"`
	Stay    bool   `help:"Leave the nodes running with their pages, and print links for people to sign in as." xor:"after"`
}

// Help is shown below the usage.
func (demoCmd) Help() string {
	return `Two real nodes on 127.0.0.1: a US unit imports a report, sees who would end up
seeing it, sends as much as the trust allows to a vetted unit of the Mexican navy,
which reads it, obeys its own law, and proves both. The exit code is 0 only if every
step did what it says. With --json each step is one line.

With --stay both nodes run on when the story is over, each with its pages, officers to
sign in as, and things for them to do, until Ctrl-C; without it all ends by itself. --screens takes every page in both languages,
light and dark, on a desk and on a telephone, as PAGE-LANGUAGE-THEME-WIDTH.png.

    comity demo
    comity demo --stay
    comity demo --screens pictures
    comity demo --report my-report.md --keep nodes`
}

// Run plays the story with this very program.
func (c *demoCmd) Run(s *session) error {
	self, err := os.Executable()
	if err != nil {
		return fault.New(fault.Internal, "the program cannot tell where it is").Because(err)
	}
	// Whoever closes the terminal, or the pipe that the story goes into, ends the play
	// as Ctrl-C does: nothing may be left behind by either.
	ctx, stop := signal.NotifyContext(s.ctx, syscall.SIGHUP)
	defer stop()
	signal.Ignore(syscall.SIGPIPE)
	return demo.Play(ctx, demo.Options{Comity: self, Report: c.Report, Picture: c.Picture, Keep: c.Keep, Stay: c.Stay, Screens: c.Screens, JSON: s.JSON, Out: s.term.out})
}
