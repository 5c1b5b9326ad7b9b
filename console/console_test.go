package console

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func signer(t *testing.T) Signer {
	t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Signer{Handle: "ana", Node: "us/dea", Key: key, Now: time.Now, Random: rand.Reader}
}

// A command is good once, for five minutes, and not before the node began.
func TestOnce(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o := newOnce(func() time.Time { return now })
	now = now.Add(10 * time.Minute)
	at := func(d time.Duration) wire.Time { return wire.At(now.Add(d)) }
	tests := []struct {
		name, nonce string
		at          wire.Time
		kind        fault.Kind
	}{
		{"fresh", "a", at(0), fault.Kind(255)},
		{"played again", "a", at(0), fault.Forged},
		{"another time, same nonce", "a", at(time.Second), fault.Forged},
		{"five minutes old", "b", at(-5 * time.Minute), fault.Kind(255)},
		{"older", "c", at(-5*time.Minute - time.Second), fault.Expired},
		{"two seconds ahead", "d", at(2 * time.Second), fault.Kind(255)},
		{"further ahead", "e", at(3 * time.Second), fault.Expired},
		{"no time", "f", wire.Time{}, fault.Expired},
	}
	for _, tt := range tests {
		err := o.take(tt.at, tt.nonce)
		if ok := tt.kind == fault.Kind(255); ok != (err == nil) || !ok && !fault.Is(err, tt.kind) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	// What was taken stays known as long as it could be played again.
	now = now.Add(5 * time.Minute)
	if err := o.take(at(0), "d"); !fault.Is(err, fault.Forged) {
		t.Errorf("a command was taken twice: %v", err)
	}
	// A restart forgets the nonces, so it refuses what is older than itself.
	now = now.Add(time.Second)
	restarted := newOnce(func() time.Time { return now })
	if err := restarted.take(at(-time.Second), "x"); !fault.Is(err, fault.Stale) {
		t.Errorf("a command from before the start was taken: %v", err)
	}
	// One that was signed ahead of the clock does not live through a restart.
	if err := o.take(at(time.Minute), "y"); !fault.Is(err, fault.Expired) {
		t.Errorf("a command from the future was taken: %v", err)
	}
}

// The memory of nonces does not grow without end.
func TestOnceForgets(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o := newOnce(func() time.Time { return now })
	for i := range 100 {
		if err := o.take(wire.At(now), strings.Repeat("n", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	if err := o.take(wire.At(now), "later"); err != nil {
		t.Fatal(err)
	}
	if len(o.seen) != 1 {
		t.Errorf("%d nonces are remembered", len(o.seen))
	}
}

// Every command of the table is named once, and by the type it decodes.
func TestTable(t *testing.T) {
	for _, c := range []Command{
		AddOfficer{}, ListOfficers{}, ConfirmOfficer{}, RemoveOfficer{}, InviteOfficer{}, ShutOfficer{}, ProposeReadmission{}, ListReadmissions{}, ConfirmReadmission{}, BeginReadmission{}, FinishReadmission{}, RefuseReadmission{}, ShowCard{}, InspectCard{}, AddPartner{}, ListPartners{}, SetLink{}, AddPack{}, ListPacks{},
		ShowPack{}, AssessPack{}, ImportItem{}, ImportDocument{}, ShowSource{}, TakeBack{}, MarkItem{}, DraftItem{}, EditItem{}, ListItems{}, ShowItem{}, SearchItems{},
		ExportItem{}, PlanItem{}, SendItem{}, ShowPlan{}, ApprovePlan{}, DissentFromPlan{}, BeginApproval{}, FinishApproval{}, ProveApproval{}, ListWaiting{}, SendPlan{}, ListInbox{}, ReadCut{}, ListDuties{},
		FileDuty{}, ReadTrail{}, ShowExposure{}, ReplayItem{}, RerunPacks{}, WithdrawItem{}, VerifyLedger{}, ShowLedger{}, LedgerTiles{}, NodeStatus{},
		DeriveItem{}, AskAuthorisation{}, ListAuthorisations{}, ShowAuthorisation{}, AnswerAuthorisation{}, NoteAuthorisation{},
		PlanContact{}, EnterContact{}, ListContacts{}, ShowContact{}, ApproveContact{}, CancelContact{}, ShowEvidence{}, AcquaintPartners{}, OverrideLedger{}, BackupNode{}, PackBundle{}, UnpackBundle{}, DestroyContent{}, WeighDestruction{}, AllowKeys{},
		FindEntities{}, ConfirmEntities{}, SayOfEntities{}, ShowEntity{}, HandList{}, RemoveList{}, ShowLists{},
		UploadParts{}, AttachExhibits{}, TakeExhibit{},
		OpenSheet{}, WriteItem{}, ListVersions{}, KeepUnsaved{}, ShowUnsaved{}, ListUnsaved{}, DropUnsaved{}, WriteRemark{}, ListRemarks{}, ListEntities{},
	} {
		if table[c.Command()] == nil {
			t.Errorf("%s is not in the table", c.Command())
		}
	}
	if len(table) != 96 {
		t.Errorf("the table holds %d commands: add the new one to this test", len(table))
	}
}

// What is signed is read back; what is no command is refused before anybody is
// asked who signed it.
func TestPeek(t *testing.T) {
	by := signer(t)
	good, err := by.Sign(SearchItems{Words: "boats"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := peek(good)
	if err != nil || c.Command != searchItems || c.Officer != "ana" || c.Node != "us/dea" {
		t.Errorf("peek gave %+v, %v", c, err)
	}
	sign := func(kind, payload string) seal.Envelope {
		e, err := seal.Sign(kind, []byte(payload), by.Key)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	for name, e := range map[string]seal.Envelope{
		"another type":  sign(record.ApprovalType, string(good.Payload)),
		"no json":       sign(CommandType, "hello"),
		"not canonical": sign(CommandType, " "+string(good.Payload)),
		"unknown field": sign(CommandType, `{"also":1,`+string(good.Payload[1:])),
		"short nonce":   sign(CommandType, strings.Replace(string(good.Payload), c.Nonce, "x", 1)),
	} {
		if _, err := peek(e); err == nil {
			t.Errorf("%s was taken for a command", name)
		}
	}
}

// An officer signs the plan that was shown, not what the node says its hash is.
func TestSignApprovalOfAnotherPlan(t *testing.T) {
	w := Waiting{Reason: "a life"}
	w.Plan.Plan.Sender = "us/dea/sod"
	w.Plan.Hash[0] = 1
	if _, err := SignApproval(signer(t), w); !fault.Is(err, fault.Forged) {
		t.Errorf("SignApproval gave %v, want Forged", err)
	}
}

// A failure keeps the safe parts of an error and drops its cause.
func TestFailed(t *testing.T) {
	cause := errors.New("row 17: the text of a portion")
	f := Failed(fault.New(fault.Stale, "changed").At("portion 2").Fix("again").Because(cause))
	b, err := wire.Encode(f)
	if err != nil || strings.Contains(string(b), "row 17") || fault.KindOf(f) != fault.Stale {
		t.Errorf("%s, %v", b, err)
	}
	if f := Failed(cause); fault.KindOf(f) != fault.Internal || strings.Contains(f.Error(), "row") {
		t.Errorf("an unknown error told its cause: %v", f)
	}
	if f := Failed(&exchange.Unread{Conditions: []string{"ask"}}); len(f.Conditions) != 1 {
		t.Error("the conditions were lost")
	}
}

// caller is a desk that answers as told.
type caller func(seal.Envelope) ([]byte, error)

func (c caller) Do(_ context.Context, e seal.Envelope) ([]byte, error) { return c(e) }

// The socket carries results and failures whole, and nobody but the owner may
// open it.
func TestSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "socket")
	if _, served := Dial(path); served {
		t.Fatal("nothing is served, and yet somebody answers")
	}
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is open to others: %v, %v", info.Mode(), err)
	}
	fail := false
	s := &http.Server{ReadHeaderTimeout: time.Second, Handler: SocketHandler(caller(func(e seal.Envelope) ([]byte, error) {
		if fail {
			return nil, fault.New(fault.Blocked, "no").Because(errors.New("a secret"))
		}
		return wire.Encode(Hits{})
	}))}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	defer func() { _ = s.Close(); <-done }()

	socket, served := Dial(path)
	if !served {
		t.Fatal("nobody answers")
	}
	if _, err := Call(context.Background(), socket, signer(t), SearchItems{Words: "x"}); err != nil {
		t.Error(err)
	}
	fail = true
	_, err = Call(context.Background(), socket, signer(t), SearchItems{Words: "x"})
	var f *Failure
	if !errors.As(err, &f) || !fault.Is(err, fault.Blocked) || strings.Contains(err.Error(), "secret") {
		t.Errorf("Call gave %v", err)
	}
	if _, err := Call(context.Background(), socket, signer(t), ImportItem{Text: make([]byte, maxBody)}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("an oversized command gave %v", err)
	}
	// A path that cannot be a socket's is said to be one.
	if _, err := Listen(filepath.Join(dir, strings.Repeat("x", 120))); !fault.Is(err, fault.Invalid) {
		t.Errorf("a long path gave %v", err)
	}
}

// No two partners' cards are saved under one name.
func TestCardNames(t *testing.T) {
	seen := map[string]party.Name{}
	for _, n := range []party.Name{"a-b/c", "a/b-c", "a/b/c", "a-b-c", "a--b/c", "a--b-c", "a-b--c", "mx/semar"} {
		if other, found := seen[cardName(n)]; found {
			t.Errorf("%s and %s are both saved as %s", n, other, cardName(n))
		}
		seen[cardName(n)] = n
	}
	if seen["mx-semar.card.json"] != "mx/semar" {
		t.Error("a plain name is changed")
	}
}

// A list is bounded, whatever is asked for.
func TestAtMost(t *testing.T) {
	for limit, want := range map[int]int{0: 50, -1: 50, 1: 1, 120: 120, 500: 500, 9999: 500} {
		if got := atMost(limit); got != want {
			t.Errorf("atMost(%d) = %d", limit, got)
		}
	}
}
