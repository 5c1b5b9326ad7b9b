package main

import (
	"strings"

	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// readCard takes a node's name and key off its card, whose signature is by
// that same key. The full format is the exchange's; here only these two
// fields are needed, and they count only because the signature covers them.
func readCard(file string, b []byte) (giver, error) {
	bad := func(err error) (giver, error) {
		return giver{}, fault.New(fault.Forged, "this is not a card that its own key signed").At("%s", file).
			Fix("take the file that comity card printed").Because(err)
	}
	env, err := seal.ParseEnvelope(trim(b), wire.Limits{Bytes: maxFile, Depth: 8})
	if err != nil {
		return bad(err)
	}
	var claim struct {
		Name    party.Name     `json:"name"`
		Signing seal.VerifyKey `json:"signing"`
	}
	if err := json.Unmarshal(env.Payload, &claim); err != nil || claim.Name == "" {
		return bad(err)
	}
	if _, err := env.Verify(wire.MediaType("card"), claim.Signing); err != nil {
		return bad(err)
	}
	words := seal.Words(ref.Sum("card", env.Payload))
	return giver{claim.Name, claim.Signing, "Its card reads: " + strings.Join(words, " ")}, nil
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
