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
