package main

import (
	"context"

	openfgav1 "github.com/openfga/api/proto/openfga/v1"
	"github.com/openfga/openfga/pkg/storage"
)

// index is OpenFGA's store in memory with its tuples kept by object and
// relation. ListUsers reads in this way only.
type index struct {
	storage.OpenFGADatastore
	by map[key][]*openfgav1.Tuple
}

type key struct{ object, relation string }

func (i index) Read(_ context.Context, _ string, f storage.ReadFilter, _ storage.ReadOptions) (storage.TupleIterator, error) {
	return storage.NewStaticTupleIterator(i.by[key{f.Object, f.Relation}]), nil
}
