package journal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"filippo.io/age"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/journal"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// written gives the line that an event becomes, held to its form.
func written(t testing.TB, event func(*slog.Logger)) (string, map[string]any) {
	t.Helper()
	var w lines
	event(slog.New(journal.New(&w, slog.LevelDebug)))
	if len(w) != 1 {
		t.Fatalf("%d lines", len(w))
	}
	line := w[0]
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
		t.Fatalf("not one line: %q", line)
	}
	if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
	}); i >= 0 {
		t.Fatalf("a control character at %d of %q", i, line)
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(line), &all); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return line, all
}

// lines keeps every write by itself.
type lines []string

func (l *lines) Write(b []byte) (int, error) {
	*l = append(*l, string(b))
	return len(b), nil
}

type label string

type level uint8

func (l level) String() string { return [...]string{"low", "high"}[l] }

// What the tree logs today stays what it was.
func TestWhatAnOperatorNeedsIsThere(t *testing.T) {
	at := time.Date(2026, 11, 23, 17, 0, 0, 0, time.FixedZone("", 2*3600))
	none := fault.New(fault.Unreachable, "the node of mx/semar does not answer").At("https://10.0.0.7:7443").Fix("call them").Because(errors.New("dial"))
	for name, c := range map[string]struct {
		attr slog.Attr
		want any
	}{
		"a partner":        {slog.Any("partner", party.Name("mx/semar/uin")), "mx/semar/uin"},
		"a handle":         {slog.String("officer", "ana"), "ana"},
		"a count":          {slog.Int("failures", 3), 3.0},
		"a wait":           {slog.Duration("again_in", 90*time.Second), "1m30s"},
		"a time":           {slog.Time("at", at), "2026-11-23T15:00:00Z"},
		"a time on a wire": {slog.Any("at", wire.At(at)), "2026-11-23T15:00:00Z"},
		"a word":           {slog.Any("reason", label("refused")), "refused"},
		"a number's word":  {slog.Any("step", level(1)), "high"},
		"a kind":           {slog.Any("kind", fault.Denied), "denied"},
		"a file":           {slog.String("file", "/var/lib/comity/us-dea/Documents/Backup2026/vault-copy_2/head"), "/var/lib/comity/us-dea/Documents/Backup2026/vault-copy_2/head"},
		"a fault":          {slog.Any("err", none), "https://10.0.0.7:7443: the node of mx/semar does not answer (call them)"},
		"a long fault":     {slog.Any("err", fault.New(fault.Internal, "%s", strings.Repeat("long ", 100))), strings.Repeat("long ", 100)},
		"joined faults":    {slog.Any("err", errors.Join(none, io.EOF)), "https://10.0.0.7:7443: the node of mx/semar does not answer (call them); EOF"},
		"a stranger":       {slog.Any("err", &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}), "dial tcp: i/o timeout"},
		"no error":         {slog.Any("cause", nil), nil},
		"names":            {slog.Any("units", []party.Name{"us/dea/desk", "us/dea/sod"}), []any{"us/dea/desk", "us/dea/sod"}},
		"a yes":            {slog.Bool("more", true), true},
		"a hash":           {slog.Any("root", ref.Content([]byte("x"))), ref.Content([]byte("x")).Short()},
		"an id":            {slog.String("item", "294d0736-7d3c-4c57-9d2e-0a1b2c3d4e5f"), "294d0736-7d3c-4c57-9d2e-0a1b2c3d4e5f"},
		"an address":       {slog.Any("from", &net.TCPAddr{IP: net.IPv4(10, 0, 0, 7), Port: 7443}), "10.0.0.7:7443"},
		"a sentence":       {slog.String("why", "the partner signed two histories of its ledger: at 5 records and at 7"), "the partner signed two histories of its ledger: at 5 records and at 7"},
	} {
		line, all := written(t, func(l *slog.Logger) { l.LogAttrs(context.Background(), slog.LevelWarn, "an event", c.attr) })
		got, _ := json.Marshal(all[c.attr.Key])
		want, _ := json.Marshal(c.want)
		if _, there := all[c.attr.Key]; !there || !bytes.Equal(got, want) {
			t.Errorf("%s: %s", name, line)
		}
		if all["msg"] != "an event" || all["level"] != "WARN" || !strings.HasSuffix(all["time"].(string), "Z") {
			t.Errorf("%s: %s", name, line)
		}
	}
}

type teller struct{ v slog.Value }

func (t teller) LogValue() slog.Value { return t.v }

type talker struct{ Secret string }

func (t talker) String() string { return t.Secret }

type panicking struct{}

func (panicking) Error() string { panic("in the middle") }

type ring struct{ next *ring }

func (r ring) LogValue() slog.Value { return slog.GroupValue(slog.Any("next", r)) }

func TestWhatIsNotKnownIsNotWritten(t *testing.T) {
	signing, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealing, err := seal.NewSealingKey()
	if err != nil {
		t.Fatal(err)
	}
	var absent *fault.Error
	for name, v := range map[string]any{
		"a signing key":              signing,
		"a sealing key":              sealing,
		"keys":                       []seal.SealingKey{sealing},
		"a pointer to a key":         &signing,
		"a map of keys":              map[string]seal.SealingKey{"x": sealing},
		"a lock":                     seal.Lock{},
		"a key ring":                 seal.NewRing(),
		"an envelope":                seal.Envelope{Payload: []byte("content")},
		"bytes":                      []byte("content"),
		"json":                       json.RawMessage(`{"a":"content"}`),
		"an array of bytes":          [32]byte{1},
		"lists of bytes":             [][]byte{[]byte("content")},
		"a struct":                   struct{ A string }{"content"},
		"a pointer":                  &struct{ A string }{"content"},
		"a map":                      map[string]string{"a": "content"},
		"a stringer":                 talker{"content"},
		"a function":                 func() {},
		"a channel":                  make(chan int),
		"a long text":                strings.Repeat("word ", 41),
		"a complex number":           1i,
		"an error that fails":        panicking{},
		"an error that is not there": error(absent),
		"a key by its word":          level(7),
	} {
		line, all := written(t, func(l *slog.Logger) { l.Info("an event", "what", v) })
		got, _ := json.Marshal(all["what"])
		if s := string(got); s != `"(redacted)"` && s != `["(redacted)"]` || strings.Contains(line, "content") {
			t.Errorf("%s: %s", name, line)
		}
	}
	for _, name := range []string{"key", "Key", "officer_key", "officerKey", "APIKey", "KEY2", "secret", "password", "api-token", "passphrase",
		"body", "text", "title", "payload", "caption", "key.file", "tokens"} {
		for _, v := range []any{"short", 7, true, errors.New("x"), teller{slog.StringValue("x")}, slog.GroupValue(slog.String("a", "x"))} {
			if line, all := written(t, func(l *slog.Logger) { l.Info("an event", name, v) }); all[name] != journal.Redacted {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	for _, name := range []string{"context", "monkey", "keyboard", "subtitle", "bodyguard", "partner", "why"} {
		if line, all := written(t, func(l *slog.Logger) { l.Info("an event", name, "short") }); all[name] != "short" {
			t.Errorf("%s: %s", name, line)
		}
	}
}

func TestTextsAreScrubbed(t *testing.T) {
	for in, want := range map[string]string{
		"write to ana.lopez@semar.gob.mx at once":                               "write to (redacted) at once",
		"https://ana:pass@10.0.0.7:7443/x":                                      "https://(redacted):7443/x",
		"line\nforged {\"level\":\"ERROR\"}":                                    "line forged {\"level\":\"ERROR\"}",
		"red \x1b[31m and \u202egnp and \u2028 \x00":                            "red \uFFFD[31m and \uFFFDgnp and \uFFFD \uFFFD",
		"bad \xff utf-8":                                                        "bad \uFFFD utf-8",
		"the key AGE-SECRET-KEY-1QQQQ is":                                       "the key (redacted) is",
		"the key age-secret-key-pq-1qqqq is":                                    "the key (redacted) is",
		"root 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08": "root (redacted)",
		"item 294d0736-7d3c-4c57-9d2e-0a1b2c3d4e5f":                             "item 294d0736-7d3c-4c57-9d2e-0a1b2c3d4e5f",
		"/mnt/disk-two/us-dea/backups/nightly/vault":                            "/mnt/disk-two/us-dea/backups/nightly/vault",
		"mx-guidelines-2021+mx-platform-2025/MXP-39":                            "mx-guidelines-2021+mx-platform-2025/MXP-39",
	} {
		if _, all := written(t, func(l *slog.Logger) { l.Info(in, "why", in, "err", errors.New(in)) }); all["why"] != want || all["err"] != want || all["msg"] != want {
			t.Errorf("%q becomes %q, %q, %q", in, all["why"], all["err"], all["msg"])
		}
	}
}

func TestGroupsAndLimits(t *testing.T) {
	line, all := written(t, func(l *slog.Logger) {
		l.With("partner", "mx/semar").WithGroup("").WithGroup("link").With("state", "open").Info("e", "n", 1, slog.Group("", "m", 2), slog.Group("body", "x", "content"), "time", "now")
	})
	if got := fmt.Sprint(all["link"]); got != "map[body:(redacted) m:2 n:1 state:open time:now]" || all["partner"] != "mx/semar" {
		t.Error(line)
	}
	line, all = written(t, func(l *slog.Logger) {
		l.WithGroup("payload").WithGroup("x").Info("e", "n", "content", slog.Group("", "m", "content"))
	})
	if strings.Contains(line, "content") {
		t.Error(line)
	}
	line, all = written(t, func(l *slog.Logger) { l.Info("e", "time", "now", "level", "x", "msg", "y") })
	if strings.Count(line, `"time":`) != 1 || all["time_"] != "now" || all["msg_"] != "y" || all["level_"] != "x" {
		t.Error(line)
	}
	line, _ = written(t, func(l *slog.Logger) { l.Info("e", "ring", ring{}) })
	if len(line) > 1000 {
		t.Error(line)
	}
	many := make([]any, 400)
	for i := range many {
		many[i] = slog.Int(fmt.Sprint("n", i), i)
	}
	_, all = written(t, func(l *slog.Logger) { l.Info(strings.Repeat("é", 5000), many...) })
	if all["n63"] != 63.0 || all["n64"] != nil || all["attributes_left_out"] != 336.0 || len(all["msg"].(string)) > 420 {
		t.Error(all["attributes_left_out"], all["n64"])
	}
	_, all = written(t, func(l *slog.Logger) { l.Info("e", "list", make([]int, 40)) })
	if list := all["list"].([]any); len(list) != 33 || list[32] != "(8 more)" {
		t.Error(list)
	}
}

func TestLevels(t *testing.T) {
	var w lines
	var at slog.LevelVar
	at.Set(slog.LevelWarn)
	l := slog.New(journal.New(&w, &at))
	l.Info("no")
	l.Warn("yes")
	at.Set(slog.LevelDebug)
	l.Debug("yes")
	if len(w) != 2 {
		t.Error(w)
	}
}

func TestManyWriteAtOnce(t *testing.T) {
	var b bytes.Buffer
	l := slog.New(journal.New(&b, slog.LevelInfo))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				l.With("i", i).WithGroup("g").Info("e", "why", strings.Repeat("a b ", 30))
			}
		})
	}
	all.Wait()
	n := 0
	for l := range strings.Lines(b.String()) {
		if n++; !json.Valid([]byte(l)) {
			t.Fatal(l)
		}
	}
	if n != 400 {
		t.Error(n)
	}
}

// secrets are some of each sort that must never be in a log.
func secrets(t *rapid.T) string {
	b := rapid.SliceOfN(rapid.Byte(), 32, 64).Draw(t, "secret")
	for i := range b { // bytes of a key, not zeroes
		b[i] ^= byte(i*151 + 17)
	}
	switch rapid.IntRange(0, 5).Draw(t, "sort") {
	case 0:
		return hex.EncodeToString(b)
	case 1:
		return base64.StdEncoding.EncodeToString(b)
	case 2:
		return base64.RawURLEncoding.EncodeToString(b)
	case 3:
		k, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		return k.String()
	case 4:
		return rapid.StringMatching(`[a-z]{3,12}(\.[a-z]{3,9})?@[a-z]{3,12}\.(com|gob\.mx|example)`).Draw(t, "mail")
	}
	return strings.Repeat("the source is a man called Lince. ", 7) // over 200 bytes
}

// planted hides a secret in a value of some sort, at some depth.
func planted(t *rapid.T, secret string, depth int) any {
	sorts := 12
	if depth > 3 {
		sorts = 5
	}
	switch rapid.IntRange(0, sorts).Draw(t, "place") {
	case 0:
		return secret
	case 1:
		return []byte(secret)
	case 2:
		return label(secret)
	case 3:
		return struct{ A any }{secret}
	case 4:
		return []string{"x", secret}
	case 5:
		return map[string]string{secret: secret}
	case 6:
		return slog.GroupValue(slog.String("a", "b"), slog.Any("deep", planted(t, secret, depth+1)))
	case 7:
		return teller{slog.AnyValue(planted(t, secret, depth+1))}
	case 8:
		return []any{1, planted(t, secret, depth+1)}
	case 9:
		return &struct{ A any }{planted(t, secret, depth+1)}
	case 10:
		return teller{slog.GroupValue(slog.Any("deep", planted(t, secret, depth+1)))}
	case 11:
		return [1]any{planted(t, secret, depth+1)}
	}
	return talker{secret}
}

func TestNoSecretIsEverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secrets(t)
		var b bytes.Buffer
		l := slog.New(journal.New(&b, slog.LevelDebug))
		if rapid.Bool().Draw(t, "with") {
			l = l.With("what", planted(t, secret, 0))
		}
		if rapid.Bool().Draw(t, "group") {
			l = l.WithGroup("group")
		}
		short := secret
		if len(short) > 200 {
			short = "x" // a long text is content by its length, which an error and a message are cut at
		}
		l.Info("an event of "+short, "what", planted(t, secret, 0), short, 1, "err", fmt.Errorf("of %s: %w", short, io.EOF),
			"fault", fault.New(fault.Internal, "of %s", short).At("at %s", short).Because(errors.New(secret)),
			"both", errors.Join(errors.New(short), errors.New("x "+short)))
		out := b.String()
		for i := 0; i+12 <= len(secret); i++ {
			if strings.Contains(out, secret[i:i+12]) {
				t.Fatalf("%q of %q is in %s", secret[i:i+12], secret, out)
			}
		}
		if strings.Count(out, "\n") != 1 || !json.Valid(b.Bytes()) {
			t.Fatal(out)
		}
	})
}

// FuzzLine holds every line to its form, whatever is logged, and finds no secret
// that was planted in the middle of it.
func FuzzLine(f *testing.F) {
	f.Add("an event", "partner", "mx/semar", "not delivered")
	f.Add("\n\r\x00\u2028", "a\"b", "\xff\xfe", "\\")
	f.Add("", "", "", "")
	f.Add("x@y", "key", "AGE-SECRET-KEY-1", "{}")
	f.Add("AGE-SECRET-", "KEY", "4c6f6e672068657820", "a.b@c")
	const secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
	f.Fuzz(func(t *testing.T, msg, name, value, rest string) {
		line, _ := written(t, func(l *slog.Logger) {
			l.With(name, value).WithGroup(rest).Info(msg, name, value, slog.Group(name, rest, value), "err", errors.New(value+" "+secret+" "+rest), value, []string{msg + " " + secret})
		})
		if strings.Contains(line, secret[20:40]) {
			t.Fatal(line)
		}
	})
}

// BenchmarkLine writes a line as the standard library does, and as the journal.
func BenchmarkLine(b *testing.B) {
	err := fault.New(fault.Unreachable, "the node of mx/semar does not answer").At("https://10.0.0.7:7443").Fix("call them")
	one := func(h slog.Handler, n int) time.Duration {
		l := slog.New(h)
		start := time.Now()
		for range n {
			l.Warn("not delivered", "partner", party.Name("mx/semar"), "failures", 3, "again_in", time.Minute, "err", err)
		}
		return time.Since(start)
	}
	plain := one(slog.NewJSONHandler(io.Discard, nil), b.N)
	b.ResetTimer()
	ours := one(journal.New(io.Discard, slog.LevelInfo), b.N)
	b.ReportMetric(float64(ours)/float64(plain), "x-of-slog")
}
