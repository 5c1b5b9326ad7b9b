package exchange

import (
	"context"
	"time"

	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// Peer is the conversation with a partner's node. The HTTP client, the HTTP
// handler's backing and every test double satisfy it.
type Peer interface {
	// Deliver hands over messages, in the order of their positions, and gives
	// the signed answers to as many of the first as were received. An error says
	// why the others were not: they keep their positions and are sent again, the
	// same bytes. A *message.NotReceived tells what the receiver expects.
	Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error)
	// Compare tells the partner how this node's ledger stands and what this
	// node has seen of the partner's, and gives what the partner says of the
	// same: both signed heads (package witness). It consumes no position.
	Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error)
}

// LinkState says whether a link moves.
type LinkState string

// The states of a link. Suspended is our act; frozen is evidence of
// equivocation.
const (
	Active    LinkState = "active"
	Suspended LinkState = "suspended"
	Frozen    LinkState = "frozen"
)

// Partner is a node that was introduced, and where the link with it stands.
type Partner struct {
	Name     party.Name
	Card     message.Card
	Signed   []byte   // the signed card, as it came
	CardHash ref.Hash // of the card's canonical bytes
	State    LinkState
	Since    wire.Time // of the state
	Why      string    // of a frozen link: a word of the closed list, see [WhyFrozen]
	Out      Position  // the last message sealed to it
	In       Position  // the last message consumed from it
	Queued   int       // outbox entries without an answer
	Parts    int       // of them parts of exhibits
	Heard    wire.Time // last time it answered or sent
	Failing  wire.Time // since when what waits for it cannot be delivered; zero: it can. [Exchange.Partners] tells it
	Behind   wire.Time // since when it says that its ledger is behind what it has signed; zero: it does not
	Missed   Missed    // within a day. [Exchange.Partners] tells it
}

// Missed is what a partner sent that was not received: gaps in its chain, and
// messages that do not hold.
type Missed struct {
	Count int       `json:"count"`
	Last  wire.Time `json:"last"`
	Why   string    `json:"why"` // of the last
}

// Position is a place in one direction of a link's chain.
type Position struct {
	Sequence int64    // 0: none yet
	Hash     ref.Hash // of that envelope
}

// Outgoing is one entry of the outbox. A link sends its entries one by one,
// in the order in which they were committed: ids are random within a
// millisecond, and clocks step back. Parts of exhibits wait until nothing else
// does, so that a large picture stands in nobody's way.
type Outgoing struct {
	ID       ref.OutID
	Partner  party.Name
	Audience []party.Name
	Kind     message.StatementKind
	Body     []byte // canonical
	Created  wire.Time
	Cut      ref.CutID // of a cut statement, or of a part of its exhibits
	Sequence int64     // 0: not sealed yet
	Message  []byte    // framed, once sealed: resends use these bytes
	Card     ref.Hash  // the partner's card that it was sealed under
	Replaces ref.Hash  // envelope of the refused message that this one repeats
	Attempts int

	Attached []byte // of a part of an exhibit, when it is sealed: its bytes
}

// Proven is what a transaction does with the evidence of the records that it
// has just put into the ledger: in the order of its records. It runs inside
// the transaction and must only compute.
type Proven func(evidence []ledger.Evidence) (Proof, error)

// Proof is what quotes the evidence.
type Proof struct {
	Answer   []byte     // the signed answer to store for an arrival
	Outgoing []Outgoing // entries for the outbox (receipts)
	Filed    []byte     // the receipt of a filing, kept with its duty; or a proven answer to a plan
}

// Commit is one act of release: everything it changes, in one transaction.
type Commit struct {
	ID       ref.ReleaseID
	Actor    party.Actor
	At       wire.Time
	Item     intel.Item
	Plan     release.Plan
	PlanHash ref.Hash
	PlanBody []byte // its encoding, where that was made for its hash; nil: it is to be made
	Override string // the reason, if a conflict was overridden
	Approval []byte // the second officer's signed approval, likewise
	Cuts     []SentCut
	Records  []ledger.Entry
	Outgoing []Outgoing
	Duty     ref.DutyID // of a filing: the duty that this discharges
	DutyNote string     // how it was discharged
	Duties   []Duty     // that the act itself makes due at this node
	Proven   Proven     // nil: nothing quotes the evidence
}

// SentCut is what one recipient was sent.
type SentCut struct {
	Cut       release.Cut
	Hash      ref.Hash
	Recipient party.Name
	Partner   party.Name
	Item      ref.ItemID
	Version   int // of the item, that was cut
	Release   ref.ReleaseID
	Forms     []intel.Form
	At        wire.Time

	Destroyed bool // the item's content is gone; Cut is the shell

	// What became of the message that carries it; filled in when read.
	Answered wire.Time // zero: still in the outbox
	Outcome  message.Outcome
	Reason   message.Reason
}

// Arrival is one message taken in: everything it changes, in one transaction.
type Arrival struct {
	Partner  party.Name
	At       wire.Time
	Position Position // consumed by this message
	Envelope []byte   // the signed envelope, canonical; kept whatever the outcome
	Message  []byte   // framed; empty when refused
	Outcome  message.Outcome
	Reason   message.Reason
	Cut      *ReceivedCut    // of an accepted cut
	Part     *ReceivedPart   // of an accepted part of an exhibit; Message is empty
	Receipts []StoredReceipt // of accepted receipts
	Duties   []Duty
	Records  []ledger.Entry
	Proven   Proven // gives the answer
}

// Taken is what is kept of a position already consumed.
type Taken struct {
	Hash     ref.Hash // of the envelope
	Envelope []byte   // signed, canonical
	Answer   []byte   // as it was given
}

// ReceivedCut is a cut that a partner sent. A second arrival of a cut under
// the same id changes nothing.
type ReceivedCut struct {
	Cut       release.Cut
	Hash      ref.Hash
	Partner   party.Name
	Message   ref.Hash
	At        wire.Time
	FirstRead wire.Time // zero: unread

	// Filled in when read.
	Notices  []NoticeLine // about its series by the same partner: the newest MaxNotices, oldest first
	Noticed  int          // how many there are in all
	Recalled wire.Time    // when its series was first recalled; zero: it was not
	Due      []Duty       // the open duties that it made due

	Destroyed bool // its content is gone; Cut is the shell
}

// ReceivedPart is a part of an exhibit that a received cut names. A second
// arrival of it changes nothing, nor does one of a cut that is destroyed.
type ReceivedPart struct {
	Cut     ref.CutID
	Content ref.Hash // of the exhibit
	Part    int      // from 1
	Bytes   []byte
}

// Announced is what of a received cut its parts are held against.
type Announced struct {
	Partner   party.Name
	Audience  []party.Name
	Sizes     map[ref.Hash]int64 // of its files, bytes
	Destroyed bool               // then there are none
}

// StoredReceipt is a receipt kept as proof.
type StoredReceipt struct {
	Cut     ref.CutID
	From    party.Name // the node that gave it
	Kind    record.Kind
	At      wire.Time
	Receipt record.Receipt
}

// Duty is a duty of this node's that fell due.
type Duty struct {
	ID         ref.DutyID
	Duty       release.Duty
	Draft      release.Draft
	Cut        ref.CutID // the cut whose arrival or release made it due; zero: a contact that sent no item
	Discharged wire.Time // zero: open
	How        string
	Proof      []byte // the receipt of the filing (Proof.Filed), once discharged
}

// First gives the earliest reading of a duty's deadline; zero if it has none.
func (d Duty) First() wire.Time {
	var t wire.Time
	for _, due := range d.Duty.Due {
		if t.IsZero() || due.At.Before(t) {
			t = due.At
		}
	}
	return t
}

// Destruction is the content of a received cut destroyed for good.
type Destruction struct {
	Cut     ref.CutID
	Records []ledger.Entry
	Proven  Proven // gives the receipt for the outbox
}

// Opening is one reading of a received cut, recorded before it is shown.
type Opening struct {
	Cut     ref.CutID
	Actor   party.Actor
	At      wire.Time
	Records []ledger.Entry
	Proven  Proven // gives the receipt for the outbox
}

// Releases is the port for what this node sends. Each method is one whole
// transaction. Release marks the pending plan of its hash as used. It fails
// with fault.Stale if that was used before, if its duty is no longer open, or
// if a series already has a cut of that version.
type Releases interface {
	// SavePlan keeps a plan that waits for a second officer's approval.
	SavePlan(ctx context.Context, p PendingPlan) error
	// Plan gives a plan that waits, with its approval if there is one; the
	// hash may be given by its first 12 digits.
	Plan(ctx context.Context, hash string) (PendingPlan, error)
	// Waiting lists the newest plans of a unit that were not used.
	Waiting(ctx context.Context, unit party.Name, limit int) ([]PendingPlan, error)
	// Approve keeps an approval: what it is, Proven gives (Proof.Filed).
	Approve(ctx context.Context, plan ref.Hash, records []ledger.Entry, proven Proven) error
	// Dissent keeps an officer's dissent from a plan, with its proof likewise;
	// fault.Stale if it was used, or if the officer dissented before.
	Dissent(ctx context.Context, plan ref.Hash, d Dissent, records []ledger.Entry, proven Proven) error
	// Approved lists the plans under which an item was sent although they broke a
	// promise, oldest first.
	Approved(ctx context.Context, item ref.ItemID) ([]ref.Hash, error)
	// Chain tells where the series of an item to a recipient stands; a zero
	// Series means that there is none yet.
	Chain(ctx context.Context, item ref.ItemID, recipient party.Name) (release.Chain, error)
	// Release commits an act of release.
	Release(ctx context.Context, c Commit) error
}

// Trails is the port for what became of what this node sent.
type Trails interface {
	// Sent lists the cuts of an item and those of notices about it, oldest
	// first.
	Sent(ctx context.Context, item ref.ItemID) ([]SentCut, error)
	// SentCut gives one cut that was sent; fault.Withheld if there is none.
	SentCut(ctx context.Context, cut ref.CutID) (SentCut, error)
	// Receipts lists at most limit receipts for a cut, oldest first, after
	// the first offset of them.
	Receipts(ctx context.Context, cut ref.CutID, offset, limit int) ([]StoredReceipt, error)
	// CountReceipts tells how many receipts for a cut are kept.
	CountReceipts(ctx context.Context, cut ref.CutID) (int, error)
}

// PendingPlan is a blocked plan that somebody wants to send all the same.
type PendingPlan struct {
	Plan     release.Plan
	Hash     ref.Hash
	Maker    party.Handle
	Unit     party.Name
	Reason   string
	At       wire.Time
	Approval []byte // signed, with its place in the ledger: a record.ProvenApproval; none yet if empty
	Dissents []Dissent
	Used     bool
}

// Dissent is an officer's word against a plan, in the order of time. It stops
// nothing: whoever approves or sends sees it, and it stays on record.
type Dissent struct {
	Officer party.Handle `json:"officer"`
	Unit    party.Name   `json:"unit"`
	At      wire.Time    `json:"at"`
	Reason  string       `json:"reason"`
	Proof   []byte       `json:"proof,omitempty"` // signed, with its place in the ledger: a record.ProvenApproval
}

// Pinning keeps a partner's card: new, or the next serial of a known one.
type Pinning struct {
	Name     party.Name
	Card     message.Card
	Signed   []byte
	CardHash ref.Hash
	At       wire.Time
	Records  []ledger.Entry
	Again    Again // of messages that the key before could not open; nil: there are none
	Daily    int   // how many cards of the partner are pinned in a day at most; 0: any number
}

// Again makes entries that repeat what was refused. It runs inside a transaction
// and must only compute.
type Again func(refused ...Outgoing) ([]Outgoing, error)

// Settled is an entry of the outbox that was answered, or, if Signed is empty,
// one never sealed that no partner can take any more.
type Settled struct {
	ID       ref.OutID
	At       wire.Time
	Answer   message.Answer
	Signed   []byte          // the answer as it came
	Receipts []StoredReceipt // of delivery
	Again    []Outgoing      // the same content as a new message, for a partner that has another card by now
}

// Window is some of a queue: what is not sealed, or has a position After one, at
// most Limit, behind them at most so many Parts of exhibits, and none after those
// that have so many Bytes together, but for one part.
type Window struct {
	After               int64
	Limit, Parts, Bytes int
}

// Sealing is what becomes of an entry of the outbox once it is sealed.
type Sealing struct {
	ID      ref.OutID
	Message []byte   // framed
	Card    ref.Hash // the partner's card that it is sealed under
	At      Position
}

// Links is the port for partners.
type Links interface {
	Partners(ctx context.Context) ([]Partner, error)
	// Introduced lists them with their cards and states alone: nothing of what
	// changes with each message is filled in. It is asked with each release and
	// connection.
	Introduced(ctx context.Context) ([]Partner, error)
	Partner(ctx context.Context, name party.Name) (Partner, error) // fault.Withheld if not introduced
	// Pin keeps a card, and what Again makes of the entries that were refused as
	// unsealed and not repeated; fault.Stale if the card before is no longer the
	// one that it succeeds, or as many were pinned today as may be.
	Pin(ctx context.Context, p Pinning) error
	// SetState suspends, resumes or freezes; evidence is kept with a freeze.
	SetState(ctx context.Context, c StateChange) error
	// Earlier gives the signing keys of a partner's earlier cards, newest first,
	// as far as what they signed is still taken: see [Grace].
	Earlier(ctx context.Context, name party.Name, at wire.Time) ([]seal.VerifyKey, error)
	// Cards lists the signed cards that were pinned, the newest last.
	Cards(ctx context.Context, name party.Name) ([][]byte, error)
	// Evidence lists what was kept when the link with a partner was frozen,
	// oldest first; fault.Withheld if the partner was not introduced.
	Evidence(ctx context.Context, name party.Name) ([]Evidence, error)
}

// Grace is how long after a card with a new key was pinned what the key before
// it has signed is still taken: messages that were sealed, and receipts that
// were given, before it.
const Grace = 30 * 24 * time.Hour

// StateChange is a link suspended, resumed or frozen.
type StateChange struct {
	Partner  party.Name
	To       LinkState
	At       wire.Time
	Why      string     // of a freeze
	Evidence []Evidence // likewise
	Records  []ledger.Entry
}

// Evidence is one signed thing that shows why a link was frozen. Anybody who
// has the partner's key can check it.
type Evidence struct {
	At   wire.Time `json:"at"`
	Why  string    `json:"why"`
	Name string    `json:"name"` // what it is, fit for a file's name
	Body []byte    `json:"body"`
}

// EvidenceCard is the name of the partner's card as it was pinned when the link
// was frozen: later ones may have other keys.
const EvidenceCard = "card.json"

// earlierCard names, by their serials, those that were pinned before.
const earlierCard = "card-%d.json"

// MaxCards is how many cards of a partner, the newest, [Links.Cards] gives.
const MaxCards = 64

// Why a link is frozen.
const (
	FrozenEquivocation = "equivocation" // two messages for one position
	FrozenFork         = "fork"         // two heads of the ledger that are not of one history
)

// WhyFrozen lists the reasons.
var WhyFrozen = []string{FrozenEquivocation, FrozenFork}

// Outbox is the port for what waits to be delivered.
type Outbox interface {
	// Next gives the entry of a link's outbox without an answer that is first to
	// go.
	Next(ctx context.Context, partner party.Name) (Outgoing, bool, error)
	// Unanswered lists a link's entries that have no answer, in the order in which
	// they go: those that are sealed, the others, parts of exhibits.
	Unanswered(ctx context.Context, partner party.Name, w Window) ([]Outgoing, error)
	// InFlight gives the entry at a position of a link if it has no answer;
	// fault.Withheld if there is none.
	InFlight(ctx context.Context, partner party.Name, sequence int64) (Outgoing, error)
	// Seal keeps the sealed bytes of entries and takes the next positions of
	// their link, all or none; fault.Stale if a position is taken or an entry
	// sealed.
	Seal(ctx context.Context, list ...Sealing) error
	// Sealed gives the stored bytes of a message to a partner;
	// fault.Withheld if there is none at that position.
	Sealed(ctx context.Context, partner party.Name, sequence int64) ([]byte, error)
	// Answered keeps the partner's answers to entries, and their receipts, all
	// or none.
	Answered(ctx context.Context, list ...Settled) error
}

// Exhibits is the port for the parts of exhibits that cross links.
type Exhibits interface {
	// SentPart gives a part of an exhibit of the item that a cut was made of;
	// fault.Withheld if it is not there, or not any more.
	SentPart(ctx context.Context, cut ref.CutID, content ref.Hash, part int) ([]byte, error)
	// SentParts tells how many parts of a cut's exhibits its recipient has taken
	// in.
	SentParts(ctx context.Context, cut ref.CutID) (int, error)
	// Announced tells which exhibits a received cut names; fault.Withheld if there
	// is no such cut. It is asked for each part that comes.
	Announced(ctx context.Context, cut ref.CutID) (Announced, error)
	// ReceivedParts gives parts of an exhibit of a received cut, from one on and
	// at most limit, up to the first that is missing.
	ReceivedParts(ctx context.Context, cut ref.CutID, content ref.Hash, from, limit int) ([][]byte, error)
	// CountReceived tells how many parts of an exhibit of a received cut are here.
	CountReceived(ctx context.Context, cut ref.CutID, content ref.Hash) (int, error)
}

// Inbox is the port for what partners send.
type Inbox interface {
	// Consumed gives what is kept of a position already consumed;
	// fault.Withheld if it is not.
	Consumed(ctx context.Context, partner party.Name, sequence int64) (Taken, error)
	// Arrive commits messages that were taken in, all or none, under one
	// checkpoint, and gives the stored answers; fault.Stale if a position is not
	// the next one.
	Arrive(ctx context.Context, list ...Arrival) ([][]byte, error)
	// Answers gives the answers to the newest messages taken in from a partner,
	// oldest first.
	Answers(ctx context.Context, partner party.Name, limit int) ([][]byte, error)
	// Received lists cuts for a unit, newest first, after a cursor (zero: from the
	// start). It leaves out those whose [holdings.Readers] do not name the reader.
	Received(ctx context.Context, by Reader, after ref.CutID, limit int) ([]ReceivedCut, error)
	// Cut gives one received cut; the id may be given by its last 8 digits.
	Cut(ctx context.Context, id string) (ReceivedCut, error)
	// OpenedBy tells when an officer last opened a received cut; zero: never.
	OpenedBy(ctx context.Context, cut ref.CutID, handle party.Handle) (wire.Time, error)
	// Open commits one reading.
	Open(ctx context.Context, o Opening) error
	// Destroy commits the destruction of a cut's content; fault.Stale if it is
	// destroyed.
	Destroy(ctx context.Context, d Destruction) error
	// Missed counts a message that was not received, for the link's log.
	Missed(ctx context.Context, partner party.Name, at wire.Time, why string) error
	// Misses tells what of a partner's was not received since a time, to the hour.
	Misses(ctx context.Context, partner party.Name, since wire.Time) (Missed, error)
}
