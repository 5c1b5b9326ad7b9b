package seal_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
	"comity/seal"
)

// A note signed here opens with the note library's own verifier, made from
// the key's public bytes by its published rule.
func TestNoteSigner(t *testing.T) {
	k := signer(t, 1)
	s, err := k.NoteSigner("orx/1/us/dea")
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: "text\n"}, s)
	if err != nil {
		t.Fatal(err)
	}
	pub := k.Public()
	vkey := fmt.Sprintf("orx/1/us/dea+%08x+%s", s.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{1}, pub[:]...)))
	theirs, err := note.NewVerifier(vkey) // refuses a wrong key hash
	if err != nil {
		t.Fatal(err)
	}
	ours, err := pub.NoteVerifier("orx/1/us/dea")
	if err != nil || ours.KeyHash() != s.KeyHash() || ours.Name() != s.Name() {
		t.Fatal(err)
	}
	for _, v := range []note.Verifier{theirs, ours} {
		if n, err := note.Open(signed, note.VerifierList(v)); err != nil || n.Text != "text\n" {
			t.Fatal(n, err)
		}
	}
	other, err := signer(t, 2).Public().NoteVerifier("orx/1/us/dea")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(other)); err == nil {
		t.Fatal("another key verified it")
	}
}

func TestNoteRefuses(t *testing.T) {
	k := signer(t, 1)
	for name, origin := range map[string]string{
		"empty": "", "space": "orx/1/us dea", "plus": "orx/1/us+dea", "newline": "orx/1/us\n", "tab": "a\tb",
		"not ASCII": "orx/1/méxico", "no-break space": "a\u00a0b", "not UTF-8": "a\xff", "zero": "a\x00", "long": strings.Repeat("a", 256),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.NoteSigner(origin)
			mustKind(t, err, fault.Invalid)
			_, err = k.Public().NoteVerifier(origin)
			mustKind(t, err, fault.Invalid)
		})
	}
	_, err := seal.SigningKey{}.NoteSigner("orx/1/x")
	mustKind(t, err, fault.Invalid)
	_, err = seal.VerifyKey{}.NoteVerifier("orx/1/x")
	mustKind(t, err, fault.Invalid)
}

// The lent signer makes certificates, and nothing pre-hashed.
func TestLentSigner(t *testing.T) {
	k := signer(t, 1)
	s := k.Signer()
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31, 0)}
	der, err := x509.CreateCertificate(nil, cert, cert, s.Public(), s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if pub, found := back.PublicKey.(ed25519.PublicKey); !found || seal.VerifyKey(pub) != k.Public() {
		t.Fatal("the certificate is of another key")
	}
	if err := back.CheckSignature(x509.PureEd25519, back.RawTBSCertificate, back.Signature); err != nil {
		t.Fatal(err)
	}
	_, err = s.Sign(nil, make([]byte, 64), crypto.SHA512)
	mustKind(t, err, fault.Unsupported)
}
