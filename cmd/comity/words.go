package main

import "strings"

import (
	"fmt"

	"comity/intel"
	"comity/law"
	"comity/wire"
	"comity/words"
)

// The plain words for the values of the domain on the command line; what a
// picture says alike stands in package words.

// shown gives an instant with its weekday, to the minute, in UTC.
func shown(t wire.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Time().Format("Mon 2006-01-02 15:04 UTC")
}

// contactWords is what a contact report tells at most.
const contactWords = "that there was a contact: date, kind, nationality, agency, topic, purpose"

// scopeWords says what a party sees of the portions that the scope speaks of.
func scopeWords(s intel.Scope, portions []int) string {
	var text string
	switch s.Content {
	case intel.None:
		if s.Contact {
			return contactWords
		}
		return "nothing"
	case intel.Exists:
		text = "that " + words.Portions(portions) + exists(portions) + ", and who holds it"
	case intel.Metadata:
		text = "title, kinds and markings of " + words.Portions(portions)
	case intel.Summary:
		text = "a summary, or the substitute, of " + words.Portions(portions) + ", not the text itself"
	case intel.Full:
		text = "the full text of " + words.Portions(portions)
	default:
		text = "the full text of " + words.Portions(portions) + " and the source's register number"
	}
	if s.Contact {
		text += "; and the contact"
	}
	return text
}

func exists(portions []int) string {
	if len(portions) > 1 {
		return " exist"
	}
	return " exists"
}

// scopeShort is scopeWords for a table.
func scopeShort(s intel.Scope) string {
	switch {
	case s.Content == intel.None && s.Contact:
		return "contact only"
	case s.IsNothing():
		return "nothing"
	default:
		return s.Content.String()
	}
}

var forceWords = map[law.Force]string{
	law.Must:           "must be told",
	law.StandingAccess: "can look at it at will",
	law.Command:        "can order it handed over",
	law.May:            "may be told",
	law.Compelled:      "can compel it: court, oversight, freedom of information",
}

var statusWords = map[law.Status]string{
	law.InForce:    "in force",
	law.Contested:  "contested",
	law.Unverified: "not verified by a lawyer",
	law.Repealed:   "repealed",
}

var confidenceWords = map[law.Confidence]string{
	law.WordingRead: "wording read in the instrument",
	law.AccountRead: "known from reputable accounts",
	law.Believed:    "general knowledge, to be verified",
}

// standing says how settled a rule is, in one line.
func standing(s law.Status, c law.Confidence) string {
	return fmt.Sprintf("%s; %s (%s)", orDash(statusWords[s]), orDash(confidenceWords[c]), c)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

var calendarWords = map[law.Calendar]string{
	law.CalendarDays: "calendar days",
	law.WorkingDays:  "working days",
}

// dueLines says by when, each reading of a deadline on a line of its own. The
// earlier comes first and is the one to go by.
func dueLines(due []law.Due, d law.Deadline) []string {
	lines := make([]string, len(due))
	for i, one := range due {
		lines[i] = shown(one.At)
		if reading := calendarWords[one.Calendar]; reading != "" && d.Amount > 0 {
			lines[i] += fmt.Sprintf(" (%d %s)", d.Amount, reading)
		}
		if i > 0 {
			lines[i] = "or " + lines[i] + ": the rule does not say which days count, so go by the earlier"
		}
	}
	return lines
}

// plainList joins words for a sentence.
func plainList(words []string) string { return strings.Join(words, ", ") }

// listedWords puts words of a closed list into a sentence.
func listedWords[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return plainList(words)
}
