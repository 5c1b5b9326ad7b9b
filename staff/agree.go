package staff

import (
	"context"

	"comity/fault"
	"comity/ref"
)

// Agree holds the entries to the ledger: last has the code of the newest
// record of a changed key, by the key's fingerprint. Whoever can write into
// the database cannot sign an entry, but can put an old one back, or take one
// away; the ledger remembers.
func (r *Roster) Agree(ctx context.Context, last map[ref.Hash]string) error {
	all, err := r.Store.Officers(ctx)
	if err != nil {
		return err
	}
	found := map[ref.Hash]bool{}
	for _, o := range r.believed(all) {
		found[o.Key.Fingerprint()] = true
		code := last[o.Key.Fingerprint()]
		ok := code == codeAdded || code == codeConfirmed
		switch {
		case !o.Removed.IsZero():
			ok = code == codeRemoved
		case o.Waiting:
			ok = code == codeAdded
		}
		if !ok {
			return fault.New(fault.Forged, "the entry of the officer %s is not what the ledger says of them", o.Handle).
				Fix("somebody wrote into the database: restore it from a backup, and ask who can")
		}
	}
	for key, code := range last {
		ours := code == codeAdded || code == codeConfirmed || code == codeRemoved
		if ours && !found[key] {
			return fault.New(fault.Forged, "the ledger knows an officer with the key %s, whose entry is gone", key.Short()).
				Fix("somebody wrote into the database: restore it from a backup, and ask who can")
		}
	}
	return nil
}
