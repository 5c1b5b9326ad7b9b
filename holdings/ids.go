package holdings

import "comity/ref"

// mint gives a new id to what does not have one yet; the kind of id follows
// from where it goes.
func mint[T any](d *Desk, id *ref.ID[T]) (err error) {
	*id, err = ref.New[T](d.now(), d.random)
	return err
}
