package exchange

import (
	"sync"

	"comity/ledger"
	"comity/seal"
)

// openedHeads remembers the checkpoints that partners' receipts stand under: all
// receipts of one run of messages stand under the same. It gives them with the
// log's own signature and no other: what nobody here asked for is not kept.
type openedHeads struct {
	mu sync.Mutex
	of map[openedHead]ledger.Checkpoint
}

type openedHead struct {
	signed, origin string
	key            seal.VerifyKey
}

// maxOpened is how many are remembered, each of at most 64 KiB and in general of
// some 200 bytes.
const maxOpened = 64

func (o *openedHeads) open(signed []byte, origin string, key seal.VerifyKey) (ledger.Checkpoint, error) {
	id := openedHead{string(signed), origin, key}
	o.mu.Lock()
	cp, ok := o.of[id]
	o.mu.Unlock()
	if ok {
		return cp, nil
	}
	cp, err := ledger.OpenCheckpoint(signed, origin, key)
	if err == nil {
		cp, err = ledger.Plain(cp, key)
	}
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.of == nil || len(o.of) >= maxOpened {
		o.of = map[openedHead]ledger.Checkpoint{}
	}
	o.of[id] = cp
	return cp, nil
}
