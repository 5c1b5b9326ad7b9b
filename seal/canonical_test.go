package seal

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/wire"
)

// plainEnvelope has the fields of an envelope, and the encoder writes it.
type plainEnvelope Envelope

// An envelope writes itself as the canonical encoder writes it, and reads itself
// as the strict decoder reads it: the same bytes, and the same refusals.
func TestEnvelopesAreWrittenAsTheEncoderWritesThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Envelope{PayloadType: rapid.String().Draw(t, "type"), Payload: rapid.SliceOf(rapid.Byte()).Draw(t, "payload")}
		for range rapid.IntRange(0, 3).Draw(t, "signatures") {
			e.Signatures = append(e.Signatures, Signature{KeyID: rapid.String().Draw(t, "id"), Sig: rapid.SliceOf(rapid.Byte()).Draw(t, "sig")})
		}
		own, err := wire.Encode(e)
		want, failed := wire.Encode(plainEnvelope(e))
		if err != nil || failed != nil || !bytes.Equal(own, want) {
			t.Fatalf("%s (%v)\n%s (%v)", own, err, want, failed)
		}
		spoiled := bytes.Clone(own)
		if len(spoiled) > 0 && rapid.Bool().Draw(t, "spoil") {
			at := rapid.IntRange(0, len(spoiled)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				spoiled[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "with"))
			case 1:
				spoiled = append(spoiled[:at:at], append([]byte(" "), spoiled[at:]...)...)
			case 2:
				spoiled = spoiled[:at]
			default:
				spoiled = append(spoiled[:len(spoiled)-1], `,"x":1}`...)
			}
		}
		var a Envelope
		var b plainEnvelope
		limits := wire.Limits{Bytes: rapid.IntRange(0, 400).Draw(t, "limit"), Depth: 4}
		first, second := wire.Decode(spoiled, &a, limits), wire.Decode(spoiled, &b, limits)
		if (first == nil) != (second == nil) || first != nil && fault.Safe(first).Error() != fault.Safe(second).Error() {
			t.Fatalf("%s\n%v\n%v", spoiled, first, second)
		}
	})
}
