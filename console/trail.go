package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/party"
	"comity/ref"
)

// ReadTrail asks for every disclosure of an item and what became of it; with
// Receipts, also for the receipts as files that can be checked offline.
type ReadTrail struct {
	Item     string `json:"item"`
	Receipts bool   `json:"receipts,omitzero"`
}

// Trail is the answer. Receipts are in the order of the lines and of their
// numbers; with them come the cards of the nodes that gave them.
type Trail struct {
	Trail    exchange.Trail `json:"trail"`
	Receipts []File         `json:"receipts,omitempty"`
	Cards    []File         `json:"cards,omitempty"`

	// Approvals are proven: of the plans of this node that broke a promise.
	Approvals []File `json:"approvals,omitempty"`

	Halted []Halt `json:"halted,omitempty"` // links of its lines that do not move

	Destroyed bool `json:"destroyed,omitzero"` // the item's content is gone here; told to those who could read it
}

// File is something under the name that it is saved by.
type File struct {
	Name    string `json:"name"`
	Content []byte `json:"content"`
}

// Command names the command.
func (ReadTrail) Command() Name     { return readTrail }
func (ReadTrail) answer() (r Trail) { return r }

func (d *Desk) readTrail(ctx context.Context, actor party.Actor, c ReadTrail) (Trail, error) {
	id, err := d.traced(ctx, actor, c.Item, "trail")
	if err != nil {
		return Trail{}, err
	}
	t, err := d.Exchange.Trail(ctx, actor, id)
	if err != nil {
		return Trail{}, err
	}
	cosigned, err := d.cosigned(ctx, t)
	if err != nil {
		return Trail{}, err
	}
	halted, err := d.halted(ctx, actor, func(n party.Name) bool {
		return slices.ContainsFunc(t.Lines, func(l exchange.Line) bool { return l.Partner == n })
	})
	if err != nil {
		return Trail{}, err
	}
	answer := Trail{Trail: t, Halted: halted}
	if answer.Destroyed, err = d.gone(ctx, actor, id); err != nil || !c.Receipts {
		return answer, err
	}
	files := []File{}
	for _, l := range t.Lines {
		for _, r := range l.Receipts {
			b, err := d.Exchange.Receipt(ctx, actor, l.Cut, r.N)
			if err != nil {
				return Trail{}, err
			}
			files = append(files, File{receiptName(l, r), b})
			if beside, ok := cosigned[receiptName(l, r)]; ok {
				files = append(files, File{cosignedName(l, r), beside})
			}
		}
	}
	answer.Receipts = files
	if answer.Cards, err = d.givers(ctx, actor, t); err != nil {
		return Trail{}, err
	}
	err = d.addApprovals(ctx, actor, id, &answer)
	return answer, err
}

// addApprovals puts beside the receipts what this node's own officers answered to the
// plans that broke a promise, and the card to check it with.
func (d *Desk) addApprovals(ctx context.Context, actor party.Actor, item ref.ItemID, t *Trail) error {
	all, err := d.Exchange.ProofsOf(ctx, actor, item)
	if err != nil || len(all) == 0 {
		return err
	}
	t.Cards = append(t.Cards, File{cardName(d.Node), d.Card()})
	t.Approvals, err = approvalFiles(all)
	return err
}

// gone tells whether an item's content was destroyed, to an officer who could
// otherwise read it.
func (d *Desk) gone(ctx context.Context, actor party.Actor, id ref.ItemID) (bool, error) {
	_, err := d.Holdings.Item(ctx, actor, id)
	var gone *holdings.Gone
	if errors.As(err, &gone) {
		return true, nil
	}
	if fault.Is(err, fault.Withheld) {
		return false, nil // whoever follows trails reads no content
	}
	return false, err
}

// traced finds the item of a trail, or of what else is told of it without its
// content. Who reads content finds what they may
// read; who reads none finds any item of the node, and that they looked is
// recorded before anything is shown.
func (d *Desk) traced(ctx context.Context, actor party.Actor, text, what string) (ref.ItemID, error) {
	if !actor.Has(party.Auditor) && !actor.Has(party.Security) {
		return d.Holdings.Resolve(ctx, actor, text)
	}
	id, _, err := d.Holdings.Traced(ctx, actor, text)
	if err != nil {
		return ref.ItemID{}, err
	}
	return id, d.consulted(ctx, actor, what, id)
}

// givers gives the pinned cards of the partners on a trail: the newest, and those
// before it, whose keys signed what was given then.
func (d *Desk) givers(ctx context.Context, actor party.Actor, t exchange.Trail) ([]File, error) {
	partners, err := d.Exchange.Partners(ctx, actor)
	if err != nil {
		return nil, err
	}
	var cards []File
	for _, p := range partners {
		if !slices.ContainsFunc(t.Lines, func(l exchange.Line) bool { return l.Partner == p.Name }) {
			continue
		}
		all, err := d.Exchange.Cards(ctx, actor, p.Name)
		if err != nil {
			return nil, err
		}
		for i, signed := range all[:max(0, len(all)-1)] {
			cards = append(cards, File{earlierCardName(p.Name, p.Card.Serial-len(all)+1+i), signed})
		}
		cards = append(cards, File{cardName(p.Name), p.Signed})
	}
	return cards, nil
}

// cardName names the file of a partner's card, no two partners' alike: mx-semar
// for mx/semar, and mx-se--mar for mx/se-mar. A segment of a name neither
// begins nor ends in a hyphen.
func cardName(n party.Name) string {
	return strings.ReplaceAll(strings.ReplaceAll(string(n), "-", "--"), "/", "-") + ".card.json"
}

// earlierCardName names the file of a card that has a successor, by its serial.
func earlierCardName(n party.Name, serial int) string {
	return strings.TrimSuffix(cardName(n), ".json") + "-" + strconv.Itoa(serial) + ".json"
}

// cosigned fills in which receipts of a trail this node has cosigned a head
// over, and gives what stands beside each, by the name of its file.
func (d *Desk) cosigned(ctx context.Context, t exchange.Trail) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, l := range t.Lines {
		for i := range l.Receipts {
			r := &l.Receipts[i]
			c, at, err := d.Witness.Covered(ctx, l.Partner, r.Under, r.Root)
			if fault.Is(err, fault.Withheld) {
				continue
			}
			if err != nil {
				// What a partner made of its own checkpoint is to hide no other line.
				d.Log.Warn("a receipt cannot be shown as cosigned", "partner", l.Partner, "err", err)
				continue
			}
			r.Cosigned = at
			if files[receiptName(l, *r)], err = c.Encode(); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// cosignedName is the name of what stands beside a receipt.
func cosignedName(l exchange.Line, r exchange.TrailReceipt) string {
	return strings.TrimSuffix(receiptName(l, r), ".receipt.json") + ".cosigned.json"
}

// receiptName is unique within a trail and safe as a file's name on every
// system: cut, number, kind.
func receiptName(l exchange.Line, r exchange.TrailReceipt) string {
	return fmt.Sprintf("%s-%02d-%s.receipt.json", l.Cut.Short(), r.N, r.Kind)
}
