package peer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"comity/ref"
)

// errStranger ends a handshake. It never reaches a partner or an officer.
var errStranger = errors.New("peer: the other side's key is not pinned")

// serverTLS demands a certificate whose pin known accepts. No session is
// resumed, so that every connection proves its key anew.
func serverTLS(self tls.Certificate, known func(pin ref.Hash) bool) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{self},
		ClientAuth:             tls.RequireAnyClientCert,
		SessionTicketsDisabled: true,
		NextProtos:             []string{"http/1.1"},
		VerifyConnection:       pinned(known),
	}
}

// clientTLS accepts exactly one key. The chain and the name are not checked,
// because the pin says more than either.
func clientTLS(self tls.Certificate, pin ref.Hash) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{self},
		InsecureSkipVerify:     true, // VerifyConnection holds the key to the pin instead
		SessionTicketsDisabled: true,
		NextProtos:             []string{"http/1.1"},
		VerifyConnection:       pinned(func(p ref.Hash) bool { return !pin.IsZero() && p == pin }),
	}
}

func pinned(known func(pin ref.Hash) bool) func(tls.ConnectionState) error {
	return func(s tls.ConnectionState) error {
		pin, found := pinOf(&s)
		if !found || !known(pin) {
			return errStranger
		}
		return nil
	}
}

// pinOf names the key that the other side proved to hold; the rest of its
// chain means nothing.
func pinOf(s *tls.ConnectionState) (ref.Hash, bool) {
	if s == nil || len(s.PeerCertificates) == 0 || s.PeerCertificates[0].PublicKeyAlgorithm != x509.Ed25519 {
		return ref.Hash{}, false
	}
	return Pin(s.PeerCertificates[0]), true
}
