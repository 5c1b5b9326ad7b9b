// Package ledger is an append-only Merkle log of salted commitments to
// records. A leaf tells nothing of its record, so that a partner or witness
// can hold the whole tree; whoever is given the record and its salt can
// prove, with a path and a signed checkpoint, that the log holds it.
//
// [Append] adds entries and signs a [Checkpoint]; [Evident] makes the
// [Evidence] that a receipt carries and [Evidence.Check] checks it offline;
// [ProveConsistency] and [CheckConsistency] show that one checkpoint extends
// another; [Tile] serves the log to others and [Audit] recomputes all of it.
//
// The formats are RFC 6962 hashing, C2SP signed-note, tlog-checkpoint and
// tlog-tiles; doc/spec/ledger.md is the specification. Cosignatures of
// witnesses ride in a checkpoint as further signatures and are carried, not
// judged, here; the guard that keeps a restored backup from signing stands
// before [Append], in whoever owns the [Store].
//
// It may import fault, ref, wire, seal and the tlog and note libraries. It
// reads no file, network, database or clock; storage and randomness are
// handed in.
package ledger
