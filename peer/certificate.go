package peer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"time"

	"comity/fault"
	"comity/ref"
	"comity/seal"
)

// noExpiry is RFC 5280's date for a certificate without an end: what counts
// is the pin.
var noExpiry = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// TLSCertificate makes the self-signed certificate of a node's TLS key. It
// names nobody: partners know it by its pin, and strangers learn nothing. It
// is valid from the day before now.
func TLSCertificate(key seal.SigningKey, now time.Time) (tls.Certificate, error) {
	signer := key.Signer()
	if signer == nil {
		return tls.Certificate{}, fault.New(fault.Internal, "the node has no TLS key")
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1),
		NotAfter:     noExpiry,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return tls.Certificate{}, fault.New(fault.Internal, "the TLS certificate cannot be made").Because(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fault.New(fault.Internal, "the TLS certificate cannot be read").Because(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer, Leaf: leaf}, nil
}

// Pin names a certificate's key: SHA-256 of its SubjectPublicKeyInfo.
func Pin(cert *x509.Certificate) ref.Hash { return sha256.Sum256(cert.RawSubjectPublicKeyInfo) }

// KeyPin gives the pin that the certificates of a TLS key have, for the card.
func KeyPin(key seal.SigningKey) (ref.Hash, error) {
	signer := key.Signer()
	if signer == nil {
		return ref.Hash{}, fault.New(fault.Internal, "the node has no TLS key")
	}
	spki, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return ref.Hash{}, fault.New(fault.Internal, "the TLS key cannot be named").Because(err)
	}
	return sha256.Sum256(spki), nil
}
