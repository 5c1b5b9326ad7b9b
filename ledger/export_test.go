package ledger

// CheckPath lets the tests check proofs over leaves that are not commitments:
// the vectors of other logs.
var CheckPath = checkPath
