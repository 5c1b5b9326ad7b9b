package mention_test

import (
	"testing"

	"pgregory.net/rapid"

	"comity/mention"
)

// TestAnyTextIsRead puts pieces of forms together without sense.
func TestAnyTextIsRead(t *testing.T) {
	pieces := []string{"“", "”", "\"", "'s", "’s", "(", ")", ",", ".", "\n", "\n\n", " ", "-", "/", "+", "0", "1", "52", "667", "712 3456", "A", "B.", "U.S.", "S.A.", "de", "C.V.", "Inc.", "El", "Mayo", "alias", "a.k.a.", "(a)", "Juan", "Pérez", "Guzmán",
		"Mr.", "Presidente", "Department", "of", "the", "and", "y", "Cártel", "County", "Fort", "Mexico", "Texas", "1st", "18", "MS-13", "P<", "<", "@", "x.com", "https://", "°", "N", "é", "\u0301", "\u202e", "﷽", "İ", "May", "2024", "de mayo", "IMO", "No."}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 80).Draw(t, "pieces") {
			text += p
			if rapid.Bool().Draw(t, "space") {
				text += " "
			}
		}
		found, err := mention.Find(text, mention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := sound(text, found); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
