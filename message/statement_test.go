package message_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"comity/message"
	"comity/party"
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

// The encoding of a statement is the one that its fields have, whichever of them
// are there.
func TestStatementCanonical(t *testing.T) {
	type plain message.Statement // the same fields, encoded field by field
	full := message.Statement{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: 7, Audience: []party.Name{"mx/semar/uin", "mx/semar/ops"}, Keys: []ref.Hash{{1}, {2}},
		Created: start, Expires: start.Add(time.Hour), Replaces: ref.Hash{3}, Kind: message.PartStatement, Body: wire.Raw(`{"a":[1,"\"x"],"b":{}}`), Attached: ref.Hash{4}}
	for name, change := range map[string]func(*message.Statement){
		"all":         func(*message.Statement) {},
		"none":        func(s *message.Statement) { *s = message.Statement{} },
		"no expiry":   func(s *message.Statement) { s.Expires = wire.Time{} },
		"no attached": func(s *message.Statement) { s.Attached = ref.Hash{} },
		"no replaces": func(s *message.Statement) { s.Replaces = ref.Hash{} },
		"no audience": func(s *message.Statement) { s.Audience, s.Keys = nil, nil },
	} {
		s := full
		change(&s)
		got, want := must(wire.Encode(s))(t), must(wire.Encode(plain(s)))(t)
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\n%s", name, got, want)
		}
		var back message.Statement
		if err := wire.Decode(got, &back, message.BodyLimits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Around the body it is as strict as ever.
	good := must(wire.Encode(full))(t)
	for name, bad := range map[string]string{
		"a space":         strings.Replace(string(good), `,"kind"`, `, "kind"`, 1),
		"out of order":    strings.Replace(strings.Replace(string(good), `"protocol":1,`, "", 1), `"attached"`, `"protocol":1,"attached"`, 1),
		"an empty expiry": strings.Replace(string(good), full.Expires.String(), "", 1),
		"a field twice":   strings.Replace(string(good), `"from"`, `"from":"us/dea","from"`, 1),
		"another field":   strings.Replace(string(good), `"from"`, `"fram":1,"from"`, 1),
		"a body twice":    strings.Replace(string(good), `"body":{`, `"body":{"a":1,"a":1,`, 1),
	} {
		var back message.Statement
		if err := wire.Decode([]byte(bad), &back, message.BodyLimits); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
