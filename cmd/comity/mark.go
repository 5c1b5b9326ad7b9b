package main

import (
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
)

type markCmd struct {
	Item      string   `arg:"" help:"The item."`
	Portions  []string `arg:"" optional:"" help:"Portions by number: 2 3, or 2-4; none means all."`
	TLP       string   `name:"tlp" help:"clear, green, amber, amber+strict or red." placeholder:"LABEL"`
	Rel       []string `help:"Parties it may be released to; replaces the list before." placeholder:"PARTY"`
	Community []string `help:"The community of GREEN." placeholder:"PARTY"`
	Clients   []string `help:"The clients of AMBER." placeholder:"PARTY"`
	Not       []string `help:"PARTY or PARTY:SCOPE: the most that it may come to see (default none)." sep:"none" placeholder:"BAR"`
	Caveat    []string `help:"NOFWD, ORCON, NOCOURT, EYES:..., COND:... and others." sep:"none" placeholder:"CODE"`
	Grade     string   `help:"B2 (admiralty), or SCHEME:CODE such as 4x4:A1." placeholder:"GRADE"`
	Form      string   `help:"The highest form it may go in: copy, substitute, pointer." placeholder:"FORM"`
	NoContact bool     `help:"Not even the contact may become known outside the audience."`
	Class     string   `help:"Native classification: scheme:level." placeholder:"CLASS"`
	TTL       string   `name:"ttl" help:"Expires at a date, or after 30d." placeholder:"WHEN"`
	Review    string   `help:"To be reviewed by a date." placeholder:"WHEN"`
	Element   []string `help:"Any element as doc/spec/marking.md writes it." sep:"none" placeholder:"ELEMENT"`
	Remove    []string `help:"Take an element away: TLP, REL, NOFWD, NOT:PARTY..." sep:"none" placeholder:"WORD"`
}

// Help is shown below the usage.
func (markCmd) Help() string {
	return `Lists such as --rel replace the list before; --not and --caveat add to what stands.

    comity mark 81d07c44 2 3 --tlp amber+strict --rel mx/semar/uin --not mx/sedena:contact --caveat NOFWD --grade B2`
}

// Run marks the portions.
func (c *markCmd) Run(s *session) error {
	numbers, err := portionNumbers(c.Portions)
	if err != nil {
		return err
	}
	return ask(s, console.MarkItem{Item: c.Item, Portions: numbers, Elements: c.elements()}, printItem)
}

// elements spells the flags as elements of a marking.
func (c *markCmd) elements() []string {
	list := []string{}
	add := func(word, arg string) {
		if arg != "" {
			list = append(list, word+":"+arg)
		}
	}
	add("TLP", c.TLP)
	add("COMMUNITY", strings.Join(c.Community, ","))
	add("CLIENTS", strings.Join(c.Clients, ","))
	add("REL", strings.Join(c.Rel, ","))
	for _, bar := range c.Not {
		add("NOT", bar)
	}
	list = append(list, c.Caveat...)
	if c.Grade != "" && !strings.Contains(c.Grade, ":") {
		c.Grade = "admiralty:" + c.Grade
	}
	if c.Grade != "" {
		list = append(list, c.Grade)
	}
	add("FORM", c.Form)
	if c.NoContact {
		add("CONTACT", "NO")
	}
	add("CLASS", c.Class)
	add("TTL", c.TTL)
	add("REVIEW", c.Review)
	list = append(list, c.Element...)
	for _, word := range c.Remove {
		list = append(list, "-"+word)
	}
	return list
}

// portionNumbers reads 2, 2,3 and 2-4.
func portionNumbers(args []string) ([]int, error) {
	var numbers []int
	for _, arg := range args {
		for part := range strings.SplitSeq(arg, ",") {
			low, high, isRange := strings.Cut(part, "-")
			if !isRange {
				high = low
			}
			from, err := strconv.Atoi(low)
			to, errTo := strconv.Atoi(high)
			if err != nil || errTo != nil || from < 1 || to < from || to > 1<<14 {
				return nil, fault.New(fault.Invalid, "%q is no number of a portion", part).Fix("portions are numbered from 1: write 2 3, or 2-4")
			}
			for n := from; n <= to; n++ {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers, nil
}
