package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	openfgav1 "github.com/openfga/api/proto/openfga/v1"
	"github.com/openfga/openfga/pkg/server"
	"github.com/openfga/openfga/pkg/storage/memory"
	"github.com/openfga/openfga/pkg/typesystem"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// deadline is how long OpenFGA may take over one question; its own is 3 s.
const deadline = 10 * time.Second

// fga is OpenFGA in this process: no network between it and the question.
type fga struct {
	server *server.Server
	ask    *openfgav1.ListUsersRequest
	topic  string
}

// newFGA loads a world. A party is an object per topic, since a question in
// one topic must not follow the rules of another:
//
//	type party
//	  relations
//	    define tells: [party, party#tells]
//
// One tuple party:a#tells@party:b#tells stands for a rule, and the filter
// party#tells lists the parties. No other way to write this down was faster: a
// second tuple for the party itself takes as long, and a relation "tells from
// tells" about twice as long, for it reads and starts twice for each party.
//
// The store is OpenFGA's own in memory, which reads all tuples for each
// party. With an index over it OpenFGA does what it would do over a database,
// without the way there and back.
func newFGA(w world, withIndex bool) (*fga, error) {
	ctx := context.Background()
	store := memory.New(memory.WithMaxTuplesPerWrite(len(w.edges) + 1))
	use := index{store, map[key][]*openfgav1.Tuple{}}
	options := []server.OpenFGAServiceV1Option{
		server.WithDatastore(store),
		server.WithListUsersMaxResults(0), // all of them
		server.WithListUsersDeadline(deadline),
		server.WithRequestTimeout(deadline),
	}
	if withIndex {
		options = append(options, server.WithDatastore(use))
	}
	s, err := server.NewServerWithOpts(options...)
	if err != nil {
		return nil, err
	}
	made, err := s.CreateStore(ctx, &openfgav1.CreateStoreRequest{Name: "bench"})
	if err != nil {
		return nil, err
	}
	model, err := s.WriteAuthorizationModel(ctx, &openfgav1.WriteAuthorizationModelRequest{
		StoreId:       made.GetId(),
		SchemaVersion: typesystem.SchemaVersion1_1,
		TypeDefinitions: []*openfgav1.TypeDefinition{{
			Type:      "party",
			Relations: map[string]*openfgav1.Userset{"tells": typesystem.This()},
			Metadata: &openfgav1.Metadata{Relations: map[string]*openfgav1.RelationMetadata{"tells": {
				DirectlyRelatedUserTypes: []*openfgav1.RelationReference{
					typesystem.DirectRelationReference("party", ""), typesystem.DirectRelationReference("party", "tells"),
				},
			}}},
		}},
	})
	if err != nil {
		return nil, err
	}
	var tuples []*openfgav1.TupleKey
	for _, e := range w.edges {
		id := func(i int) string { return fmt.Sprintf("party:t%d/%s", e.topic, w.name(i)) }
		t := &openfgav1.TupleKey{Object: id(e.from), Relation: "tells", User: id(e.to) + "#tells"}
		tuples = append(tuples, t)
		use.by[key{t.Object, t.Relation}] = append(use.by[key{t.Object, t.Relation}], &openfgav1.Tuple{Key: t})
	}
	if !withIndex { // its Write compares each tuple with all others; the index needs none of it
		if err := store.Write(ctx, made.GetId(), nil, tuples); err != nil {
			return nil, err
		}
	}
	return &fga{server: s, topic: "t0/", ask: &openfgav1.ListUsersRequest{
		StoreId:              made.GetId(),
		AuthorizationModelId: model.GetAuthorizationModelId(),
		Object:               &openfgav1.Object{Type: "party", Id: "t0/" + w.name(0)},
		Relation:             "tells",
		UserFilters:          []*openfgav1.UserTypeFilter{{Type: "party", Relation: "tells"}},
	}}, nil
}

func (f *fga) close() { f.server.Close() }

func (f *fga) list() ([]*openfgav1.User, error) {
	r, err := f.server.ListUsers(context.Background(), f.ask)
	return r.GetUsers(), err
}

// names gives the parties of an answer.
func (f *fga) names(users []*openfgav1.User) map[string]bool {
	names := map[string]bool{}
	for _, u := range users {
		names[strings.TrimPrefix(u.GetUserset().GetId(), f.topic)] = true
	}
	return names
}

// tooDeep reports whether OpenFGA gave up because a path of rules was longer
// than it follows (25 steps). It follows every path, not every party, so that
// circles are as many paths as they have ways through.
func tooDeep(err error) bool {
	s, ok := status.FromError(err)
	return ok && s.Code() == codes.Code(openfgav1.ErrorCode_authorization_model_resolution_too_complex)
}
