package demo

import (
	"context"
	"os"

	"comity/web/browser"
)

// Tour plays the story and leads a browser past every screen, for tests.
func Tour(ctx context.Context, o Options, looks []browser.Look, look func(name string, t *browser.Tab) error) (err error) {
	o.Stay = true
	s, err := newStage(ctx, o)
	if err != nil {
		return err
	}
	defer s.end(nil)
	defer func() {
		if stopped := s.strike(false); err == nil {
			err = stopped
		}
		_ = os.RemoveAll(s.dir)
	}()
	if err := s.play(acts()); err != nil {
		return err
	}
	people, err := s.open()
	if err != nil {
		return err
	}
	return s.tour(people, looks, look)
}
