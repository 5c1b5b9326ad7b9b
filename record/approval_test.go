package record_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

const pages = "https://desk.example"

func approval() record.Approval {
	return record.Approval{Plan: ref.Hash{1}, Reason: ref.Hash{2}, Answer: record.Approves, Officer: "two", Node: node, At: wire.At(time.Unix(1_790_000_000, 0))}
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	b, err := wire.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// byKey is an approval that an officer's key has signed.
func byKey(t testing.TB, a record.Approval) seal.Envelope {
	t.Helper()
	e, err := seal.Sign(record.ApprovalType, encoded(t, a), key(t, 5))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// byPasskey is one that a passkey has signed, at an origin.
func byPasskey(t testing.TB, a record.Approval, origin string) seal.Envelope {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{6}, 32))
	payload := encoded(t, a)
	challenge := seal.Challenge(record.ApprovalType, payload)
	party := sha256.Sum256([]byte("desk.example"))
	s := seal.Assertion{
		Passkey:       seal.Passkey{Credential: []byte("two's"), Public: append([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32}, private[32:]...)},
		Authenticator: binary.BigEndian.AppendUint32(append(party[:], 5), 1),
		Client:        fmt.Appendf(nil, `{"type":"webauthn.get","challenge":%q,"origin":%q}`, base64.RawURLEncoding.EncodeToString(challenge[:]), origin),
	}
	sum := sha256.Sum256(s.Client)
	s.Signature = ed25519.Sign(private, append(bytes.Clone(s.Authenticator), sum[:]...))
	e, err := seal.SignedByPasskey(record.ApprovalType, payload, s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func inPages(a record.Approval) record.Approval {
	a.Origin, a.Nonce = pages, strings.Repeat("n", 43)
	return a
}

// kinds are good approvals of both kinds.
func kinds(t testing.TB) map[string]seal.Envelope {
	return map[string]seal.Envelope{"key": byKey(t, approval()), "passkey": byPasskey(t, inPages(approval()), pages)}
}

func TestOpenApproval(t *testing.T) {
	for name, e := range kinds(t) {
		a, by, err := record.OpenApproval(e)
		if err != nil || a.Officer != "two" || a.Plan != approval().Plan || by != e.Signatures[0].KeyID {
			t.Errorf("%s: %+v by %s, %v", name, a, by, err)
		}
		kept, err := record.ParseEnvelope(encoded(t, e))
		if again, _, bad := record.OpenApproval(kept); err != nil || bad != nil || again != a {
			t.Errorf("%s, kept: %v, %v", name, err, bad)
		}
	}
	with := func(change func(*record.Approval)) record.Approval {
		a := inPages(approval())
		change(&a)
		return a
	}
	bad := map[string]seal.Envelope{
		"nobody":                   {Payload: encoded(t, approval()), PayloadType: record.ApprovalType},
		"a passkey elsewhere":      byPasskey(t, inPages(approval()), "https://evil.example"),
		"a passkey, no origin":     byPasskey(t, with(func(a *record.Approval) { a.Origin = "" }), pages),
		"a passkey, no nonce":      byPasskey(t, with(func(a *record.Approval) { a.Nonce = "" }), pages),
		"a passkey, a short nonce": byPasskey(t, with(func(a *record.Approval) { a.Nonce = "nnnn" }), pages),
		"an origin that differs":   byPasskey(t, with(func(a *record.Approval) { a.Origin = "https://desk.example:1" }), pages),
		"a key with an origin":     byKey(t, inPages(approval())),
		"a key with but that":      byKey(t, with(func(a *record.Approval) { a.Nonce = "" })),
		"a key with a nonce":       byKey(t, with(func(a *record.Approval) { a.Origin = "" })),
		"no plan":                  byKey(t, record.Approval{Answer: record.Approves, Officer: "two", Node: node, At: approval().At}),
	}
	for name, change := range map[string]func(*record.Approval){
		"no answer": func(a *record.Approval) { a.Answer = "" }, "another answer": func(a *record.Approval) { a.Answer = "yes" },
		"a dissent without words": func(a *record.Approval) { a.Answer = record.Dissents }, "an approval with words": func(a *record.Approval) { a.Words = ref.Hash{3} },
		"no officer": func(a *record.Approval) { a.Officer = "" }, "no node": func(a *record.Approval) { a.Node = "" }, "no time": func(a *record.Approval) { a.At = wire.Time{} },
	} {
		a := approval()
		change(&a)
		bad[name] = byKey(t, a)
	}
	for name, e := range bad {
		if _, _, err := record.OpenApproval(e); !fault.Is(err, fault.Forged) && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, e := range kinds(t) {
		for what, change := range map[string]func(*seal.Envelope){
			"another payload":    func(e *seal.Envelope) { e.Payload = encoded(t, with(func(a *record.Approval) { a.Plan[3] = 9 })) },
			"another type":       func(e *seal.Envelope) { e.PayloadType = record.PayloadType },
			"another signature":  func(e *seal.Envelope) { e.Signatures[0].Sig = bytes.Repeat([]byte{1}, 64) },
			"another's name":     func(e *seal.Envelope) { e.Signatures[0].KeyID = key(t, 7).Public().String() },
			"a passkey's name":   func(e *seal.Envelope) { e.Signatures[0].KeyID = seal.Passkey{}.String() },
			"a name of nothing":  func(e *seal.Envelope) { e.Signatures[0].KeyID = "two" },
			"a second signature": func(e *seal.Envelope) { e.Signatures = append(e.Signatures, byKey(t, approval()).Signatures...) },
		} {
			bad := e
			bad.Signatures = append([]seal.Signature{}, e.Signatures...)
			change(&bad)
			if _, _, err := record.OpenApproval(bad); !fault.Is(err, fault.Forged) && !fault.Is(err, fault.Invalid) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// proven is an approval with a receipt of the record of it.
func proven(t testing.TB, e seal.Envelope, change func(*record.Record)) record.ProvenApproval {
	t.Helper()
	subject, err := record.ApprovalSubject(e)
	if err != nil {
		t.Fatal(err)
	}
	r := record.Record{Kind: record.Authorise, At: approval().At, Node: node, Officer: "two", Plan: approval().Plan, Subject: subject}
	if change != nil {
		change(&r)
	}
	return record.ProvenApproval{Approval: e, Receipt: issue(t, key(t, 1), r, ledger.Origin(string(node)))}
}

// An approval of either kind is checked with its record, offline; one that was
// altered, or that the record is not of, is refused.
func TestProvenApproval(t *testing.T) {
	k := key(t, 1).Public()
	for name, e := range kinds(t) {
		b, err := proven(t, e, nil).Encode()
		if err != nil {
			t.Fatal(err)
		}
		p, err := record.ParseProvenApproval(b)
		if err != nil {
			t.Fatal(err)
		}
		a, r, cp, err := p.Check(node, k)
		if err != nil || a.Officer != "two" || r.Kind != record.Authorise || cp.Size == 0 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		if _, _, _, err := p.Check("us/dea", k); !fault.Is(err, fault.Forged) {
			t.Errorf("%s, of another node: %v", name, err)
		}
		if _, _, _, err := p.Check(node, key(t, 2).Public()); !fault.Is(err, fault.Forged) {
			t.Errorf("%s, under another key: %v", name, err)
		}
		for what, change := range map[string]func(*record.Record){
			"a dissent's":       func(r *record.Record) { r.Kind = record.Unauthorised },
			"another plan's":    func(r *record.Record) { r.Plan = ref.Hash{9} },
			"another officer's": func(r *record.Record) { r.Officer = "rel" },
			"another subject's": func(r *record.Record) { r.Subject = ref.Hash{9} },
			"no subject's":      func(r *record.Record) { r.Subject = ref.Hash{} },
		} {
			if _, _, _, err := proven(t, e, change).Check(node, k); !fault.Is(err, fault.Forged) {
				t.Errorf("%s, with %s record: %v", name, what, err)
			}
		}
	}
	// The record names the key that signed: a good approval by another is not it.
	both := kinds(t)
	p := proven(t, both["key"], nil)
	p.Approval = both["passkey"]
	if _, _, _, err := p.Check(node, k); !fault.Is(err, fault.Forged) {
		t.Errorf("another key's: %v", err)
	}
	other, err := seal.Sign(record.ApprovalType, both["key"].Payload, key(t, 8))
	if err != nil {
		t.Fatal(err)
	}
	p.Approval = other
	if _, _, _, err := p.Check(node, k); !fault.Is(err, fault.Forged) {
		t.Errorf("the same words by another key: %v", err)
	}
	no := approval()
	no.Answer, no.Words = record.Dissents, ref.Hash{4}
	if _, _, _, err := proven(t, byKey(t, no), func(r *record.Record) { r.Kind = record.Unauthorised }).Check(node, k); err != nil {
		t.Errorf("a dissent: %v", err)
	}
}

func FuzzParseProvenApproval(f *testing.F) {
	for _, e := range kinds(f) {
		b, err := proven(f, e, nil).Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	k := key(f, 1).Public()
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := record.ParseProvenApproval(b); err == nil {
			if a, _, _, err := p.Check(node, k); err == nil && a.Officer != "two" {
				t.Errorf("forged: %s", b)
			}
		}
	})
}

const approvalVectors = "../doc/spec/vectors/approval.json"

// altered are proven approvals as files, good and hostile, judged under one key.
func altered(t testing.TB) []vector {
	var list []vector
	add := func(name, input, outcome string) {
		list = append(list, vector{name, string(node), key(t, 1).Public().String(), input, outcome})
	}
	for _, name := range []string{"key", "passkey"} {
		e := kinds(t)[name]
		file := func(change func(*record.ProvenApproval)) string {
			p := proven(t, e, nil)
			p.Approval.Signatures = append([]seal.Signature{}, e.Signatures...)
			if change != nil {
				change(&p)
			}
			return string(encoded(t, p))
		}
		good := file(nil)
		add("by "+name, good, "ok")
		add("by "+name+", a space behind", good+" ", "invalid")
		add("by "+name+", one more member", `{"a":1,`+good[1:], "invalid")
		add("by "+name+", another plan", file(func(p *record.ProvenApproval) {
			a := approval()
			a.Plan[0]++
			if name == "passkey" {
				a = inPages(a)
			}
			p.Approval.Payload = encoded(t, a)
		}), "forged")
		add("by "+name+", the signature altered", file(func(p *record.ProvenApproval) { p.Approval.Signatures[0].Sig = []byte("x") }), "forged")
		add("by "+name+", of another officer's record", string(encoded(t, proven(t, e, func(r *record.Record) { r.Officer = "rel" }))), "forged")
		add("by "+name+", of a dissent's record", string(encoded(t, proven(t, e, func(r *record.Record) { r.Kind = record.Unauthorised }))), "forged")
		add("by "+name+", of another key's record", string(encoded(t, proven(t, e, func(r *record.Record) { r.Subject[0]++ }))), "forged")
	}
	elsewhere := byPasskey(t, inPages(approval()), "https://evil.example")
	add("by passkey, at another origin", string(encoded(t, proven(t, elsewhere, nil))), "forged")
	bare := approval()
	bare.Origin = pages
	add("by passkey, no nonce", string(encoded(t, proven(t, byPasskey(t, bare, pages), nil))), "invalid")
	return list
}

func TestApprovalVectors(t *testing.T) {
	if *update {
		b, err := json.MarshalIndent(altered(t), "", " ")
		if err == nil {
			err = os.WriteFile(approvalVectors, append(b, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(approvalVectors)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < 18 {
		t.Fatalf("%d vectors: %v", len(list), err)
	}
	for _, v := range list {
		k, err := seal.ParseVerifyKey(v.Key)
		if err != nil {
			t.Fatal(err)
		}
		p, err := record.ParseProvenApproval([]byte(v.Input))
		if err == nil {
			_, _, _, err = p.Check(node, k)
		}
		if got := outcome(err); got != v.Outcome {
			t.Errorf("%s: got %s (%v), want %s", v.Name, got, err, v.Outcome)
		}
	}
}
