package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"comity/seal"
	"comity/wire"
)

const passphrase = "correct horse battery staple"

// secrets gives one value of every type that holds a secret, the label it
// must show, and every text that would give the secret away.
func secrets(t *testing.T) (values map[string]any, labels map[string]string, leaks []string) {
	seed := []byte("*seed-of-the-test-key-32-bytes!*")
	k, err := seal.NewSigningKey(bytes.NewReader(seed))
	if err != nil {
		t.Fatal(err)
	}
	s := sealer(t)
	ring := seal.NewRing()
	ring.SetSigning("a", k)
	ring.SetSealing("a", s)
	file, err := seal.NewKeyFile()
	if err != nil {
		t.Fatal(err)
	}
	byFile, err := seal.KeyFile(file)
	if err != nil {
		t.Fatal(err)
	}
	byWords, err := seal.Passphrase([]byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	noteSigner, err := k.NoteSigner("orx/1/x")
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]any{"SigningKey": k, "SealingKey": s, "Ring": ring, "key file": byFile,
		"passphrase": byWords, "Signer": k.Signer(), "NoteSigner": noteSigner}
	labels = map[string]string{"SigningKey": "[signing key]", "SealingKey": "[sealing key]", "Ring": "[key ring]",
		"key file": "[lock]", "passphrase": "[lock]", "Signer": "[signing key]", "NoteSigner": "[signing key]"}
	fileKey := strings.Split(strings.TrimSpace(string(file)), "\n")[1]
	sealKey := between(t, ringText(t, ring), "AGE-SECRET-KEY-PQ-1", `"`)
	for _, secret := range []string{string(seed), passphrase, fileKey, sealKey, "AGE-SECRET"} {
		leaks = append(leaks, secret, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
			base64.StdEncoding.EncodeToString([]byte(secret))[:10], fmt.Sprint([]byte(secret))[1:20])
	}
	return values, labels, leaks
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	i := strings.Index(s, from)
	if i < 0 {
		t.Fatalf("no %s", from)
	}
	return s[i : i+strings.Index(s[i:], to)]
}

// No verb, logger or encoder gets at a secret: it prints the label, fails,
// or at the worst prints the address of code.
func TestSecretsNeverPrint(t *testing.T) {
	values, labels, leaks := secrets(t)
	for name, v := range values {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T%p", "%080v", "% x"} {
				for _, in := range wrapped(v) {
					if text := fmt.Sprintf(verb, in); leaked(text, leaks) {
						t.Errorf("%s of %T printed %s", verb, in, text)
					}
				}
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				if text := fmt.Sprintf(verb, v); text != labels[name] {
					t.Errorf("%s printed %s", verb, text)
				}
			}
			if text := fmt.Sprint(v); text != labels[name] {
				t.Error(text)
			}
			for _, in := range wrapped(v) {
				for how, text := range encoded(in) {
					if leaked(text, leaks) {
						t.Errorf("%s of %T gave %s", how, in, text)
					}
				}
			}
			if _, err := json.Marshal(v); err == nil {
				t.Error("it was encoded as JSON")
			}
			if _, err := wire.Encode(v); err == nil {
				t.Error("it was encoded for the wire")
			}
		})
	}
}

func leaked(text string, leaks []string) bool {
	for _, leak := range leaks {
		if strings.Contains(text, leak) {
			return true
		}
	}
	return false
}

// wrapped puts a value where printers reach it by other ways: an unexported
// field, a list, a map, a pointer.
func wrapped(v any) []any {
	return []any{v, &v, []any{v}, map[string]any{"k": v}, struct{ V any }{v}, struct{ v any }{v}, &struct{ v any }{v},
		unexported(v)}
}

// unexported holds the value by its own type, not by an interface.
func unexported(v any) any {
	switch v := v.(type) {
	case seal.SigningKey:
		return struct{ k seal.SigningKey }{v}
	case seal.SealingKey:
		return struct{ k seal.SealingKey }{v}
	case seal.Lock:
		return struct{ k seal.Lock }{v}
	case *seal.Ring:
		return struct{ k seal.Ring }{*v}
	}
	return v
}

func encoded(v any) map[string]string {
	out := map[string]string{}
	var buf bytes.Buffer
	slog.New(slog.NewTextHandler(&buf, nil)).Info("x", "secret", v)
	slog.New(slog.NewJSONHandler(&buf, nil)).Info("x", "secret", v, slog.Group("g", "s", v))
	out["slog"] = buf.String()
	b, err := json.Marshal(v)
	out["json"] = fmt.Sprint(string(b), err)
	b, err = wire.Encode(v)
	out["wire"] = fmt.Sprint(string(b), err)
	b, err = xml.Marshal(v)
	out["xml"] = fmt.Sprint(string(b), err)
	var g bytes.Buffer
	err = gob.NewEncoder(&g).Encode(v)
	out["gob"] = fmt.Sprint(g.String(), err)
	return out
}

func TestSecretsLogTheirLabel(t *testing.T) {
	values, labels, _ := secrets(t)
	for name, v := range values {
		var buf bytes.Buffer
		slog.New(slog.NewJSONHandler(&buf, nil)).Info("x", "secret", v)
		if !strings.Contains(buf.String(), `"secret":"`+labels[name]+`"`) {
			t.Errorf("%s logged as %s", name, buf.String())
		}
	}
}

// Comparing secrets with == does not compile; through interfaces it panics.
func TestSecretsCannotBeCompared(t *testing.T) {
	for _, v := range []any{seal.SigningKey{}, seal.SealingKey{}, seal.Lock{}, seal.Ring{}} {
		if reflect.TypeOf(v).Comparable() {
			t.Errorf("%T can be compared", v)
		}
	}
	for _, v := range []any{seal.VerifyKey{}, seal.Recipient{}} {
		if !reflect.TypeOf(v).Comparable() {
			t.Errorf("%T cannot be compared", v)
		}
	}
}

// The signer lent to TLS must not be a key that code elsewhere could unwrap.
func TestLentSignerIsNoPrivateKey(t *testing.T) {
	s := signer(t, 1).Signer()
	if _, found := s.(interface{ Seed() []byte }); found || reflect.TypeOf(s).Kind() == reflect.Slice {
		t.Fatalf("%T", s)
	}
	if (seal.SigningKey{}).Signer() != nil {
		t.Fatal("the zero key lends a signer")
	}
}
