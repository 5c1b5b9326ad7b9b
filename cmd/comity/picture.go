package main

import (
	"fmt"
	"os"

	"comity/console"
	"comity/fault"
	"comity/law"
	"comity/picture"
)

// draw writes the picture of a plan into a file.
func draw(file string, v console.PlanView) error {
	deadlines := map[string]law.Deadline{}
	for _, r := range v.Rules {
		deadlines[r.Rule] = r.Deadline
	}
	var notCounted []string
	for _, i := range v.Idle {
		notCounted = append(notCounted, fmt.Sprintf("%s (version %d)", i.Pack.ID, i.Pack.Version))
	}
	b, err := picture.SVG(picture.View{Plan: v.Plan, Title: v.Title, Titles: v.Titles, Deadlines: deadlines, Idle: notCounted})
	if err != nil {
		return err
	}
	// It names who learns what: it is for the officer's eyes alone.
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return fault.New(fault.Invalid, "the picture cannot be written").At("%s", file).Fix("name a file in a folder that you may write").Because(err)
	}
	return nil
}
