package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"comity/node"
)

type serveCmd struct{}

// Help is shown below the usage.
func (serveCmd) Help() string {
	return `The node holds the lock of its home until it is stopped (Ctrl-C, or SIGTERM), which
lets requests under way finish. Its log goes to the error output as JSON lines.

    comity serve`
}

// Run serves the node until it is told to stop.
func (serveCmd) Run(s *session) error {
	lock, err := s.nodeLock()
	if err != nil {
		return err
	}
	config, err := node.ReadConfig(s.home().Config())
	if err != nil {
		return err
	}
	n, err := node.Open(s.ctx, s.Home, lock, node.Options{Log: s.log(config.Level()), Version: version, Reader: s.readers()})
	if err != nil {
		return err
	}
	s.opened = n
	s.noteCard()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(node.GCPercent)
	}
	return n.Serve(s.ctx, func(addr string) {
		if addr == "" {
			addr = "no address: by courier only"
		}
		where := s.home().Socket()
		if pages := n.Pages(); pages != "" {
			where += ", pages at " + pages
		}
		_, _ = fmt.Fprintf(s.term.out, "%s is served: partners at %s, officers at %s\n", config.Name, addr, where)
	})
}
