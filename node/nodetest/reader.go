package nodetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/record"
	"comity/wire"
)

// remember keeps the hash of a plan that waits for approval.
func (d *desk) remember(err error) {
	var f *console.Failure
	if errors.As(err, &f) && f.Plan != nil {
		d.w.said = f.Plan.Hash.String()
		d.w.waits = d.w.said
	}
}

func (d *desk) approve(string) error {
	waiting, err := ask(d, console.ShowPlan{Plan: d.w.waits})
	if err != nil {
		return err
	}
	c, err := console.SignApproval(d.by, waiting)
	if err != nil {
		return err
	}
	_, err = ask(d, c)
	return err
}

func (d *desk) dissent(reason string) error {
	waiting, err := ask(d, console.ShowPlan{Plan: d.w.waits})
	if err != nil {
		return err
	}
	c, err := console.SignDissent(d.by, waiting, reason)
	if err != nil {
		return err
	}
	_, err = ask(d, c)
	return err
}

func (d *desk) send(string) error {
	sent, err := ask(d, console.SendPlan{Plan: d.w.waits})
	d.w.said = ""
	for _, o := range sent.Dissents {
		d.w.said += fmt.Sprintf("dissent of %s: %s\n", o.Officer, o.Reason)
	}
	return err
}

func (d *desk) show(label string) error {
	v, err := ask(d, console.ShowItem{Item: d.id(label)})
	if err != nil {
		return err
	}
	b, err := wire.Encode(v)
	d.w.said = string(b)
	return err
}

func (d *desk) export(label string) error {
	e, err := ask(d, console.ExportItem{Item: d.id(label)})
	d.w.said = string(e.Content)
	return err
}

// held labels an item that was not imported by a step, such as a report.
func (d *desk) held(rest string) error {
	label, title, _ := strings.Cut(rest, " ")
	list, err := ask(d, console.ListItems{})
	if err != nil {
		return err
	}
	for _, i := range list.Items {
		if strings.ReplaceAll(i.Title, " ", "_") == title {
			d.w.items[label] = i.ID
			return nil
		}
	}
	return fmt.Errorf("no item of the list has that title")
}

// letters gives the inbox, oldest first.
func (d *desk) letters() ([]exchange.Letter, error) {
	l, err := ask(d, console.ListInbox{Limit: 1000})
	list := slices.Clone(l.Letters)
	slices.Reverse(list)
	return list, err
}

// inbox compares titles; a cut of pointers alone has none and is written -.
func (d *desk) inbox(rest string) error {
	list, err := d.letters()
	if err != nil {
		return err
	}
	answer, err := wire.Encode(list)
	if err != nil {
		return err
	}
	d.w.said = string(answer)
	var titles []string
	for _, l := range list {
		title := l.Title
		if title == "" {
			title = "-"
		}
		for _, n := range l.Notices {
			title += "/" + string(n.Kind)
		}
		titles = append(titles, strings.ReplaceAll(title, " ", "_"))
	}
	if got := strings.Join(titles, " "); got != rest {
		return fmt.Errorf("the inbox holds: %s", got)
	}
	return nil
}

func (d *desk) read(rest string) error {
	words := strings.Fields(rest)
	list, err := d.letters()
	if err != nil {
		return err
	}
	id := words[0]
	for _, l := range list { // the last of that title
		if strings.ReplaceAll(l.Title, " ", "_") == words[0] || l.Title == "" && words[0] == "-" {
			id = l.Cut.String()
		}
	}
	opened, err := ask(d, console.ReadCut{Cut: id, Acknowledge: len(words) > 1})
	if err != nil {
		return err
	}
	var b strings.Builder
	for n, p := range opened.Opened.Cut.Portions {
		fmt.Fprintf(&b, "%d %s %s\n", n+1, p.Form, p.Text)
	}
	d.w.said = b.String()
	return nil
}

func (d *desk) trail(rest string) error {
	words := strings.Fields(rest)
	t, err := ask(d, console.ReadTrail{Item: d.id(words[0])})
	if err != nil {
		return err
	}
	if len(t.Trail.Lines) == 0 {
		return fmt.Errorf("the trail is empty")
	}
	last := t.Trail.Lines[len(t.Trail.Lines)-1]
	switch words[1] {
	case "onward":
		for _, r := range last.Receipts {
			if r.To != "" && string(r.To) == words[2] {
				return nil
			}
		}
	case "reads":
		n := 0
		for _, r := range last.Receipts {
			if r.Kind == record.ReadBy {
				n++
			}
		}
		if n == number(words[2]) {
			return nil
		}
	case "notice":
		if string(last.Notice) == words[2] && last.Stage == exchange.Delivered {
			return nil
		}
	case "silent":
		if !last.Silent.IsZero() {
			return nil
		}
	default:
		if string(last.Stage) == words[1] {
			return nil
		}
	}
	return fmt.Errorf("the trail says %+v", last)
}

// wrongClock counts the receipts of an item's last cut that came from a clock
// that cannot be right.
func (d *desk) wrongClock(rest string) error {
	words := strings.Fields(rest)
	t, err := ask(d, console.ReadTrail{Item: d.id(words[0])})
	if err != nil {
		return err
	}
	n := 0
	for _, r := range t.Trail.Lines[len(t.Trail.Lines)-1].Receipts {
		if !r.Came.IsZero() {
			n++
		}
	}
	if n != number(words[1]) {
		return fmt.Errorf("%d receipts are of a wrong clock: %+v", n, t.Trail.Lines)
	}
	return nil
}

func (d *desk) duties(rest string) error {
	list, err := ask(d, console.ListDuties{})
	if err != nil {
		return err
	}
	d.w.said = ""
	for _, o := range list.Duties {
		d.w.said += fmt.Sprintf("%s to %s overdue=%v\n%s", o.Duty.Rule, o.Duty.To, o.Overdue, o.Draft.Text())
	}
	if len(list.Duties) != number(rest) {
		return fmt.Errorf("%d duties are open", len(list.Duties))
	}
	return nil
}

// file discharges the nth open duty.
func (d *desk) file(rest string) error {
	list, err := ask(d, console.ListDuties{})
	if err != nil {
		return err
	}
	n := number(rest)
	if n < 1 || n > len(list.Duties) {
		return fmt.Errorf("%d duties are open", len(list.Duties))
	}
	filed, err := ask(d, console.FileDuty{Duty: list.Duties[n-1].ID.String()})
	d.w.said = fmt.Sprintf("late=%v partner=%s\n%s", filed.Late, filed.Partner, filed.Letter)
	return err
}
