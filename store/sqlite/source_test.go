package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"comity/door"
	"comity/fault"
	"comity/holdings"
	"comity/party"
	"comity/ref"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
	"comity/wire"
)

// A copy of the database holds nothing by which a document could be told that was
// destroyed since; it is made anew when the copy is gone on with.
func TestCopyKnowsNoDocuments(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "node.db")
	o := store.Options{Vault: storetest.Vault(), Sign: storetest.Signer(), Now: time.Now}
	db, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	ann := party.Actor{Handle: "ann", Unit: "us/dea/ccf", Roles: []party.Role{party.Analyst}}
	const text = "Three fast boats left the port of Manzanillo at night, and nobody has seen them since that day in March."
	desk := holdings.New(db.Holdings(), storetest.Node, time.Now, storetest.Random(3))
	_, err = desk.Import(t.Context(), ann, holdings.Draft{Title: "Boats", Texts: []string{text},
		Origin: &holdings.Origin{Source: holdings.Source{Byline: "Ana Reportera", Content: ref.Content([]byte("document"))}}})
	invited := door.Invited{Secret: ref.Content([]byte("secret")), Handle: "ann", By: "chief", Until: wire.At(time.Now().Add(time.Hour))}
	if err == nil {
		err = db.Door().Invite(t.Context(), invited)
	}
	if err == nil {
		_, err = db.Door().Invited(t.Context(), invited.Secret)
	}
	if err == nil {
		err = db.Close()
	}
	into := filepath.Join(dir, "copy.db")
	if err == nil {
		err = sqlite.Snapshot(t.Context(), path, into)
	}
	if err != nil {
		t.Fatal(err)
	}
	copied, err := sqlite.Open(t.Context(), into, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}()
	known := func() (originals, alike int) {
		t.Helper()
		ids, err := copied.Holdings().Originals(t.Context(), ann.Unit, ref.Content([]byte("document")))
		if err != nil {
			t.Fatal(err)
		}
		list, err := copied.Holdings().Alike(t.Context(), ann.Unit, []string{text}, 9)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids), len(list)
	}
	if o, a := known(); o != 0 || a != 0 {
		t.Errorf("the copy knows %d documents, and %d alike", o, a)
	}
	if _, err := copied.Door().Invited(t.Context(), invited.Secret); !fault.Is(err, fault.Withheld) {
		t.Errorf("the copy lets in who was invited before: %v", err)
	}
	if err := copied.Reindex(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o, a := known(); o != 1 || a != 1 {
		t.Errorf("made anew it knows %d documents, and %d alike", o, a)
	}
}
