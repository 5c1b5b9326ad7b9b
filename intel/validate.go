package intel

import (
	"slices"
	"strings"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Validate refuses an item that is malformed, contradicts itself or is over a
// limit, and names the field or the portion. Whoever stores, releases or
// receives an item has it validated first.
func (i Item) Validate() error {
	if err := i.validateHead(); err != nil {
		return err
	}
	if err := i.validateBody(); err != nil {
		return err
	}
	b, err := wire.Encode(i)
	if err != nil {
		return err
	}
	if len(b) > MaxItem {
		return large("the item has %d bytes; at most %d are taken", len(b), MaxItem).Fix("split it into several items")
	}
	return nil
}

// saltDigits is how long a salt is: 128 bits.
const saltDigits = 32

// validateHead looks at what the node sets.
func (i Item) validateHead() error {
	switch {
	case i.ID.IsZero():
		return bad("the item has no id").At("id")
	case !slices.Contains(Kinds, i.Kind):
		return bad("there is no kind of item %q", clip(string(i.Kind))).At("kind")
	case i.Version < 1:
		return bad("versions count from 1").At("version")
	case (i.Version == 1) != i.Prev.IsZero():
		return bad("the first version has no version before it, and every other one has").At("prev")
	case i.Salt != "" && (len(i.Salt) != saltDigits || strings.Trim(i.Salt, "0123456789abcdef") != ""):
		return bad("the salt is not %d hex digits", saltDigits).At("salt")
	case i.Created.IsZero():
		return bad("the item does not say when it was made").At("created")
	}
	if _, err := party.ParseName(string(i.Originator)); err != nil {
		return at(err, "originator")
	}
	if _, err := party.ParseHandle(string(i.Author)); err != nil {
		return at(err, "author")
	}
	if err := i.validateAuthorisation(); err != nil {
		return err
	}
	return i.validateNotice()
}

func (i Item) validateNotice() error {
	switch {
	case (i.Kind == NoticeItem) != (i.Notice != nil):
		return bad("a notice says what it takes back, and no other item does").At("notice")
	case i.Notice == nil:
		return nil
	case i.Notice.Kind != Correction && i.Notice.Kind != Recall:
		return bad("a notice is a correction or a recall").At("notice")
	case i.Notice.About.IsZero() || i.Notice.About == i.ID:
		return bad("a notice is about another item").At("notice")
	}
	return nil
}

// validateBody looks at what an author writes.
func (i Item) validateBody() error {
	if i.Title == "" {
		return bad("the item has no title").At("title").Fix("say in a few words what it is about")
	}
	for _, f := range i.fields() {
		if err := checkLine(f.name, *f.value, f.most); err != nil {
			return err.At("%s", f.name)
		}
	}
	if err := ValidateAreas(i.Areas); err != nil {
		return fault.Safe(err).At("areas")
	}
	if len(i.Portions) > MaxPortions {
		return large("the item has %d portions; at most %d are taken", len(i.Portions), MaxPortions).At("portions")
	}
	if len(i.Portions) == 0 && i.Notice == nil {
		return bad("the item has no portion").At("portions").Fix("write at least one")
	}
	at := make(map[ref.PortionID]int, len(i.Portions))
	for n, p := range i.Portions {
		if err := p.Validate(n + 1); err != nil {
			return err
		}
		if before, ok := at[p.ID]; ok {
			return bad("it has the same id as portion %d", before+1).At("portion %d, id", n+1)
		}
		at[p.ID] = n
	}
	if _, err := i.Files(); err != nil {
		return err
	}
	return i.validateDescent(at)
}

// field is one of the texts at the head of an item that an author writes.
type field struct {
	name  string
	value *string
	most  int
}

func (i *Item) fields() []field {
	return []field{{"title", &i.Title, MaxTitle}, {"topic", &i.Topic, MaxTopic}, {"purpose", &i.Purpose, MaxPurpose}, {"basis", &i.Basis, MaxBasis}}
}

// validateDescent refuses sources that are not in the item and circles.
func (i Item) validateDescent(at map[ref.PortionID]int) error {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(i.Portions))
	var visit func(n int) error
	visit = func(n int) error {
		where := func(e *fault.Error) error { return e.At("portion %d, derived_from", n+1) }
		state[n] = open
		seen := make(map[ref.PortionID]bool)
		for _, id := range i.Portions[n].DerivedFrom {
			s, ok := at[id]
			switch {
			case !ok:
				return where(bad("it derives from a portion that is not in the item").Fix("put the source back, or release the portion from it"))
			case seen[id]:
				return where(bad("it names portion %d twice", s+1))
			case state[s] == open:
				return where(bad("it derives from portion %d, which derives from it", s+1).Fix("a portion cannot be its own source"))
			}
			seen[id] = true
			if state[s] == unseen {
				if err := visit(s); err != nil {
					return err
				}
			}
		}
		state[n] = done
		return nil
	}
	for n := range i.Portions {
		if state[n] == unseen {
			if err := visit(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// Validate refuses a portion that is malformed or contradicts itself; number
// is its place in the item, for the message.
func (p Portion) Validate(number int) error {
	err := p.validate()
	if f, ok := err.(*fault.Error); ok && f != nil {
		where := *f
		return where.At("portion %d, %s", number, f.Where)
	}
	return err
}

func (p Portion) validate() error {
	switch {
	case p.ID.IsZero():
		return bad("it has no id").At("id")
	case !slices.Contains(PortionKinds, p.Kind):
		return bad("there is no kind of portion %q", clip(string(p.Kind))).At("kind").Fix("kinds are fact, assessment, opinion and request")
	case p.Text == "" && len(p.Exhibits) == 0 && len(p.Statements) == 0:
		return bad("it says nothing").At("text").Fix("write a text, or take the portion out")
	}
	if err := checkText("text", p.Text, MaxText); err != nil {
		return err.At("text")
	}
	if err := checkText("substitute", p.Substitute, MaxText); err != nil {
		return err.At("substitute")
	}
	if err := checkLine("hint", p.Hint, MaxHint); err != nil {
		return err.At("hint")
	}
	if err := p.Marking.Validate(); err != nil {
		return err
	}
	if err := p.Marking.contradicts(); err != nil {
		return err
	}
	if err := p.Grading.validate(); err != nil {
		return at(err, "grading")
	}
	if err := p.validateOrigins(); err != nil {
		return at(err, "origins")
	}
	if err := validateStatements(p.Statements); err != nil {
		return err
	}
	return validateExhibits(p.Exhibits)
}

// PortionKinds lists all kinds of portion.
var PortionKinds = []PortionKind{Fact, Assessment, Judgement, Question}

func validateStatements(all []Statement) error {
	if len(all) > MaxStatements {
		return large("it makes %d statements; at most %d are taken", len(all), MaxStatements).At("statements")
	}
	for n, s := range all {
		if err := s.validate(); err != nil {
			return err.At("statement %d", n+1)
		}
	}
	return nil
}

func (s Statement) validate() *fault.Error {
	if s.Entity == "" || len(s.Entity) > 100 || strings.ContainsFunc(s.Entity, notGraphic) {
		return bad("the entity is not named").Fix("name it in at most 100 bytes without spaces")
	}
	letters := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	if !of(s.Schema, letters, 60) || s.Schema[0] < 'A' || s.Schema[0] > 'Z' {
		return bad("the type of entity is not one of FollowTheMoney's").Fix("write it like Person or BankAccount")
	}
	if !of(s.Property, letters, 60) || s.Property[0] < 'a' || s.Property[0] > 'z' {
		return bad("the property is not one of FollowTheMoney's").Fix("write it like name or registrationNumber")
	}
	if s.Value == "" {
		return bad("the statement has no value")
	}
	return checkLine("value", s.Value, MaxValue)
}

// notGraphic tells what no name without spaces may hold.
func notGraphic(r rune) bool { return r <= ' ' || r == 0x7f || r >= 0x80 && !isLetter(r) }

// at says where a fault from below lies, without changing it.
func at(err error, where string) error {
	if f, ok := err.(*fault.Error); ok && f != nil {
		g := *f
		return g.At("%s", where)
	}
	return err
}
