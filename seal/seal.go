// Package seal holds keys and what is done with them: statements are signed
// in envelopes ([Sign], [Envelope.Verify]), messages are sealed for the units
// of one link ([Seal], [Open]), a node's secrets rest in a locked [Ring], and
// fingerprints are compared by voice ([Words]).
//
// A private key cannot be printed, logged, encoded or compared: the types
// that hold one answer every such attempt with a label or an error, and keep
// the bytes where no printer that walks a value finds them.
//
// Signatures are Ed25519 over a DSSE envelope; sealing is age with hybrid
// recipients (ML-KEM-768 with X25519) and no others. doc/spec/keys.md and
// doc/spec/statement.md are the specification.
//
// It may import fault, ref, wire, the libraries of those formats and crypto
// packages. It reads no file, network or clock; randomness is handed in
// where the format's library allows it.
package seal
