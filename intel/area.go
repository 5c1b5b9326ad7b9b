package intel

import (
	"slices"
	"strings"

	"comity/fault"
)

// Area is a field of crime that an item is about. Some duties are owed in
// certain areas only. The list is closed, so that a slip of the pen cannot
// take a duty out of a plan; an item that names no area is read as being
// about any.
type Area string

// The areas.
const (
	Drugs      Area = "drugs"
	Firearms   Area = "firearms"
	People     Area = "people"   // trafficking in human beings
	Migrants   Area = "migrants" // smuggling of migrants
	Money      Area = "money"    // laundering, and financing of crime
	Terrorism  Area = "terrorism"
	Corruption Area = "corruption" // crimes of public servants
	Cyber      Area = "cyber"
	Violence   Area = "violence"
	Fugitives  Area = "fugitives"
	Goods      Area = "goods" // smuggled or stolen goods, fuel, vehicles
	OtherArea  Area = "other"
)

// Areas lists all areas.
var Areas = []Area{Drugs, Firearms, People, Migrants, Money, Terrorism, Corruption, Cyber, Violence, Fugitives, Goods, OtherArea}

// ParseAreas reads a list of areas with commas between them; the empty text is
// none. They are put in the order of [Areas], each once.
func ParseAreas(s string) ([]Area, error) {
	var list []Area
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.ToLower(strings.TrimSpace(word)); word == "" {
			continue
		}
		a, err := ParseArea(word)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return sortedAreas(list), nil
}

func sortedAreas(list []Area) []Area {
	slices.SortFunc(list, func(a, b Area) int { return slices.Index(Areas, a) - slices.Index(Areas, b) })
	return orNil(slices.Compact(list))
}

// ValidateAreas refuses what ParseAreas would not give.
func ValidateAreas(list []Area) error {
	for _, a := range list {
		if _, err := ParseArea(string(a)); err != nil {
			return err
		}
	}
	if !slices.Equal(list, sortedAreas(slices.Clone(list))) {
		return bad("the areas stand in another order than the list has them, or twice").Fix("write each once, as comity import --areas puts them")
	}
	return nil
}

// JoinAreas writes areas as ParseAreas reads them.
func JoinAreas(list []Area) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = string(a)
	}
	return strings.Join(words, ", ")
}

// ParseArea reads an area.
func ParseArea(s string) (Area, error) {
	if a := Area(s); slices.Contains(Areas, a) {
		return a, nil
	}
	words := make([]string, len(Areas))
	for i, a := range Areas {
		words[i] = string(a)
	}
	return "", fault.New(fault.Invalid, "there is no area %q", clip(s)).Fix("areas are %s", strings.Join(words, ", "))
}
