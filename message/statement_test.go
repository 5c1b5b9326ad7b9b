package message_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"comity/message"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// FuzzOpenStatement feeds what was in a sealed part: whatever it is, it is taken
// only as what was signed, with the bytes that it names and no others.
func FuzzOpenStatement(f *testing.F) {
	b, err := os.ReadFile("../doc/spec/vectors/statement.json")
	if err != nil {
		f.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		f.Fatal(err)
	}
	for _, v := range list {
		f.Add(append(v.Input64, v.Input...))
	}
	var outside message.Envelope
	if err := json.Unmarshal([]byte(list[0].Envelope), &outside); err != nil {
		f.Fatal(err)
	}
	key, at := must(seal.ParseVerifyKey(list[0].Key))(f), must(wire.ParseTime(list[0].At))(f)
	f.Fuzz(func(t *testing.T, plain []byte) {
		s, reason := message.OpenStatement(plain, outside, key, *list[0].Opener, list[0].Mine, at)
		if reason != "" {
			return
		}
		signed, attached := message.Detach(plain)
		if !bytes.Equal(message.Attach(signed, attached), plain) {
			t.Error("it falls into other pieces than it was made of")
		}
		if (s.Kind == message.PartStatement) != (len(attached) > 0) || len(attached) > 0 && s.Attached != ref.Content(attached) {
			t.Errorf("a %s with %d bytes was taken", s.Kind, len(attached))
		}
	})
}
