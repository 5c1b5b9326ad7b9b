package message

import (
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Canonical gives the statement's encoding without looking through its body,
// which is most of it and canonical already: whoever reads one decodes the body
// by itself, as strictly.
func (s Statement) Canonical() ([]byte, error) {
	// The fields on either side of the body, in the order of their names.
	before, err := wire.Encode(struct {
		Attached ref.Hash     `json:"attached,omitzero"`
		Audience []party.Name `json:"audience"`
	}{s.Attached, s.Audience})
	if err != nil {
		return nil, err
	}
	after, err := wire.Encode(struct {
		Created  wire.Time     `json:"created"`
		Expires  wire.Time     `json:"expires,omitzero"`
		From     party.Name    `json:"from"`
		Keys     []ref.Hash    `json:"keys"`
		Kind     StatementKind `json:"kind"`
		Protocol int           `json:"protocol"`
		Replaces ref.Hash      `json:"replaces,omitzero"`
		Sequence int64         `json:"sequence"`
		To       party.Name    `json:"to"`
	}{s.Created, s.Expires, s.From, s.Keys, s.Kind, s.Protocol, s.Replaces, s.Sequence, s.To})
	if err != nil {
		return nil, err
	}
	body := s.Body
	if len(body) == 0 {
		body = wire.Raw("null")
	}
	b := make([]byte, 0, len(before)+len(body)+len(after)+9)
	b = append(append(b, before[:len(before)-1]...), `,"body":`...)
	b = append(append(append(b, body...), ','), after[1:]...)
	return b, nil
}
