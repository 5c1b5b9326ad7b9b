package seal

import (
	"bytes"
	"io"
	"sync"

	"filippo.io/age"

	"comity/fault"
)

// maxRecipients bounds the recipients of one sealed part; opening tries one
// key exchange for each, so that a header of thousands would be an attack.
const maxRecipients = 128

const (
	ageIntro     = "age-encryption.org/v1\n"
	hybridStanza = "-> mlkem768x25519 "
)

// Seal encrypts for every recipient, at least one; a recipient named twice
// counts once. The result is one age file with hybrid recipients only. It
// hides who the recipients are but not how many, nor the length.
func Seal(plaintext []byte, to ...Recipient) ([]byte, error) {
	recipients, err := ageRecipients(to)
	if err != nil {
		return nil, err
	}
	return encrypt(plaintext, recipients...)
}

func ageRecipients(to []Recipient) ([]age.Recipient, error) {
	if len(to) == 0 {
		return nil, fault.New(fault.Invalid, "nobody to seal for")
	}
	if len(to) > maxRecipients {
		return nil, fault.New(fault.TooLarge, "more than %d recipients to seal for", maxRecipients)
	}
	seen := make(map[Recipient]bool, len(to))
	var recipients []age.Recipient
	for _, r := range to {
		if seen[r] {
			continue
		}
		seen[r] = true
		known, err := parsed.recipient(r)
		if err != nil {
			return nil, fault.New(fault.Invalid, "a recipient to seal for is missing")
		}
		recipients = append(recipients, known)
	}
	return recipients, nil
}

// parsed keeps recipients as the library wants them: to read one from its text
// takes a third of the time of sealing for it.
var parsed recipientCache

type recipientCache struct {
	mu sync.Mutex
	of map[Recipient]*age.HybridRecipient
}

const maxParsed = 2048 // partners name them

func (c *recipientCache) recipient(r Recipient) (*age.HybridRecipient, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.of[r]; ok {
		return known, nil
	}
	known, err := age.ParseHybridRecipient(r.text)
	if err != nil {
		return nil, err
	}
	if c.of == nil || len(c.of) >= maxParsed {
		c.of = map[Recipient]*age.HybridRecipient{}
	}
	c.of[r] = known
	return known, nil
}

func encrypt(plaintext []byte, to ...age.Recipient) ([]byte, error) {
	failed := fault.New(fault.Internal, "the part cannot be sealed")
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to...)
	if err != nil {
		return nil, failed.Because(err)
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, failed.Because(err)
	}
	if err := w.Close(); err != nil {
		return nil, failed.Because(err)
	}
	return sealed.Bytes(), nil
}

// Open decrypts what was sealed for one of the keys, up to limit bytes; more
// is TooLarge. Every other failure is Forged with one and the same text, so
// that an answer made from it never tells which key or byte was wrong. A
// file with any recipient that is not hybrid is refused unopened.
func Open(sealed []byte, limit int, keys ...SealingKey) ([]byte, error) {
	identities := make([]age.Identity, 0, len(keys))
	for _, k := range keys {
		if !k.IsZero() {
			identities = append(identities, k.identity())
		}
	}
	if len(identities) == 0 || !hybridOnly(sealed) {
		return nil, unopened(nil)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		return nil, unopened(err)
	}
	return readAll(r, limit, len(sealed))
}

// readAll reads up to limit bytes, of which there are about so many.
func readAll(r io.Reader, limit, about int) ([]byte, error) {
	limit = min(limit, 1<<30) // far above any part, and limit+1 cannot overflow
	var b bytes.Buffer
	b.Grow(min(limit, about) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(r, int64(limit)+1)); err != nil {
		return nil, unopened(err)
	}
	plaintext := b.Bytes()
	if len(plaintext) > limit {
		return nil, fault.New(fault.TooLarge, "the sealed part holds more than %d bytes", limit)
	}
	return plaintext, nil
}

// Recipients counts for how many keys a sealed part says it is: each costs an
// attempt with each of the opener's keys.
func Recipients(sealed []byte) int {
	header, _, _ := bytes.Cut(sealed, []byte("\n---"))
	return bytes.Count(header, []byte("\n-> "))
}

func unopened(cause error) error {
	return fault.New(fault.Forged, "the sealed part cannot be opened").Because(cause)
}

// hybridOnly walks the header's lines: every recipient hybrid, not too many.
// The age library checks the rest of the form.
func hybridOnly(sealed []byte) bool {
	rest, found := bytes.CutPrefix(sealed, []byte(ageIntro))
	if !found {
		return false
	}
	for stanzas := 0; ; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found || bytes.HasPrefix(line, []byte("---")) {
			return found && stanzas > 0
		}
		if bytes.HasPrefix(line, []byte("->")) {
			stanzas++
			if stanzas > maxRecipients || !bytes.HasPrefix(line, []byte(hybridStanza)) {
				return false
			}
		}
		rest = after
	}
}
