package store

import "testing"

// What is changed while it is read is not remembered.
func TestRemembered(t *testing.T) {
	var r remembered[int]
	reads := 0
	get := func(during func()) int {
		n, err := r.get(func() (int, error) { reads++; n := reads; during(); return n, nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	nothing := func() {}
	if a, b := get(nothing), get(nothing); a != 1 || b != 1 {
		t.Errorf("%d, then %d", a, b)
	}
	r.changed()
	if a, b := get(r.changed), get(nothing); a != 2 || b != 3 {
		t.Errorf("changed while it was read: %d, then %d", a, b)
	}
	if n := get(nothing); n != 3 {
		t.Errorf("%d", n)
	}
}
