package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"comity/seal"
	"comity/wire"
)

// units is how many units of one partner a report is sealed for.
const units = 3

// report is 4 KB of text.
func report() []byte { return []byte(strings.Repeat("Three fast boats. ", 4096/18+1)[:4096]) }

// way is one way to sign a report and seal it for the units, and to open it
// again as one of them and check the signature.
type way struct {
	seal func(report []byte) ([]byte, error)
	open func(sealed []byte, unit int) ([]byte, error)
}

// ours is what the exchange does to a statement: a DSSE envelope in canonical
// JSON, sealed in one file.
func ours(b *testing.B) way {
	key := signer(b, 1)
	keys := make([]seal.SealingKey, units)
	to := make([]seal.Recipient, units)
	for i := range units {
		keys[i] = sealer(b)
		to[i] = keys[i].Public()
	}
	return way{
		seal: func(report []byte) ([]byte, error) {
			e, err := seal.Sign(sampleType, report, key)
			if err != nil {
				return nil, err
			}
			plain, err := wire.Encode(e)
			if err != nil {
				return nil, err
			}
			return seal.Seal(plain, to...)
		},
		open: func(sealed []byte, unit int) ([]byte, error) {
			plain, err := seal.Open(sealed, 1<<20, keys[unit])
			if err != nil {
				return nil, err
			}
			e, err := seal.ParseEnvelope(plain, wire.Limits{Bytes: 1 << 20, Depth: 4})
			if err != nil {
				return nil, err
			}
			return e.Verify(sampleType, key.Public())
		},
	}
}

// plainAge is the least that does the same: the signature before the report,
// and age, whose recipients were parsed beforehand.
func plainAge(b *testing.B) way {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	identities := make([]*age.HybridIdentity, units)
	to := make([]age.Recipient, units)
	for i := range units {
		if identities[i], err = age.GenerateHybridIdentity(); err != nil {
			b.Fatal(err)
		}
		to[i] = identities[i].Recipient()
	}
	return way{
		seal: func(report []byte) ([]byte, error) { return ageSeal(private, to, report) },
		open: func(sealed []byte, unit int) ([]byte, error) { return ageOpen(public, identities[unit], sealed) },
	}
}

func ageSeal(private ed25519.PrivateKey, to []age.Recipient, report []byte) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(ed25519.Sign(private, report)); err != nil {
		return nil, err
	}
	if _, err := w.Write(report); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

func ageOpen(public ed25519.PublicKey, id age.Identity, sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if len(plain) < ed25519.SignatureSize || !ed25519.Verify(public, plain[ed25519.SignatureSize:], plain[:ed25519.SignatureSize]) {
		return nil, errors.New("forged")
	}
	return plain[ed25519.SignatureSize:], nil
}

// gpg signs and encrypts for the units with a process for each message, as
// people use it. Its agent, which holds the keys, runs already.
func gpg(b *testing.B) way {
	program, err := exec.LookPath("gpg")
	if err != nil {
		b.Skip("there is no gpg on this machine to compare with")
	}
	// Not b.TempDir: the path of the agent's socket must be short.
	home, err := os.MkdirTemp("", "g")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run() // the agent of this home only
		_ = os.RemoveAll(home)
	})
	run := func(in []byte, args ...string) ([]byte, error) {
		c := exec.Command(program, append([]string{"--homedir", home, "--batch", "--no-tty", "--quiet", "--trust-model", "always"}, args...)...)
		c.Stdin = bytes.NewReader(in)
		return c.Output()
	}
	seal := []string{"--local-user", "sender", "--sign", "--encrypt"}
	for _, name := range []string{"sender", "unit-0", "unit-1", "unit-2"} {
		if _, err := run(nil, "--passphrase", "", "--quick-gen-key", name, "future-default", "default", "never"); err != nil {
			b.Fatalf("gpg makes no key of Curve25519: %v", err)
		}
		if name != "sender" {
			seal = append(seal, "--recipient", name)
		}
	}
	return way{
		seal: func(report []byte) ([]byte, error) { return run(report, seal...) },
		open: func(sealed []byte, _ int) ([]byte, error) { return run(sealed, "--decrypt") },
	}
}

// BenchmarkSealBesideAge prints how long ours takes (ns/op) and how many times
// that is what age takes, which has the same cryptography to do.
func BenchmarkSealBesideAge(b *testing.B) {
	beside(b, ours(b), plainAge(b), func(b *testing.B, us, them time.Duration) {
		b.ReportMetric(float64(us)/float64(them), "x-of-age")
	})
}

// BenchmarkSealBesideGPG prints how many messages a second gpg and we make, one
// after the other.
func BenchmarkSealBesideGPG(b *testing.B) {
	beside(b, ours(b), gpg(b), func(b *testing.B, us, them time.Duration) {
		b.ReportMetric(float64(time.Second)/float64(us), "ours/s")
		b.ReportMetric(float64(time.Second)/float64(them), "gpg/s")
		b.ReportMetric(float64(them)/float64(us), "x-of-gpg")
	})
}

// beside measures two ways in turns, message by message, so that what else the
// machine does falls on both.
func beside(b *testing.B, us, them way, tell func(b *testing.B, us, them time.Duration)) {
	text := report()
	for _, w := range []way{us, them} {
		checkWay(b, w, text)
	}
	ways := []way{us, them}
	b.Run("seal", func(b *testing.B) {
		inTurns(b, tell, func(who, _ int) error {
			_, err := ways[who].seal(text)
			return err
		})
	})
	b.Run("open", func(b *testing.B) {
		var sealed [2][]byte
		for who, w := range ways {
			var err error
			if sealed[who], err = w.seal(text); err != nil {
				b.Fatal(err)
			}
		}
		inTurns(b, tell, func(who, n int) error {
			_, err := ways[who].open(sealed[who], n%units)
			return err
		})
	})
}

// checkWay makes sure that a way does what it is measured for.
func checkWay(b *testing.B, w way, text []byte) {
	b.Helper()
	sealed, err := w.seal(text)
	if err != nil {
		b.Fatal(err)
	}
	for unit := range units {
		if got, err := w.open(sealed, unit); err != nil || !bytes.Equal(got, text) {
			b.Fatalf("unit %d opens %d bytes, %v", unit, len(got), err)
		}
	}
}

// inTurns has us (0) and them (1) do one thing each, N times, and tells the
// median of each: a pause of the machine is nobody's work.
func inTurns(b *testing.B, tell func(b *testing.B, us, them time.Duration), do func(who, n int) error) {
	var took [2][]time.Duration
	b.ResetTimer()
	for n := range b.N {
		for k := range took {
			who := (n + k) % 2 // neither always comes first
			start := time.Now()
			if err := do(who, n); err != nil {
				b.Fatal(err)
			}
			took[who] = append(took[who], time.Since(start))
		}
	}
	b.StopTimer()
	us, them := median(took[0]), median(took[1])
	b.ReportMetric(float64(us), "ns/op")
	tell(b, us, them)
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
