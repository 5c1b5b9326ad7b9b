package ledger_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
	"comity/ledger"
	"comity/seal"
)

// signedNote is the input of a checkpoint's vector.
type signedNote struct {
	Checkpoint string `json:"checkpoint"`
	Origin     string `json:"origin"`
	Key        string `json:"key"`
}

// noted signs any text as the log, or whoever name and key say.
func noted(t testing.TB, text string, names ...string) string {
	t.Helper()
	var signers []note.Signer
	for i, name := range append([]string{origin}, names...) {
		s, err := key(t, byte(i+1)).NoteSigner(name)
		if err != nil {
			t.Fatal(err)
		}
		signers = append(signers, s)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

func TestCheckpointVectors(t *testing.T) {
	for _, v := range vectors(t, "ledger-checkpoint.json", checkpointCases(t)) {
		t.Run(v.Name, func(t *testing.T) {
			k, err := seal.ParseVerifyKey(v.Input.Key)
			if err != nil {
				t.Fatal(err)
			}
			cp, err := ledger.OpenCheckpoint([]byte(v.Input.Checkpoint), v.Input.Origin, k)
			if got := outcome(err); got != v.Outcome {
				t.Fatalf("got %s (%v), want %s", got, err, v.Outcome)
			}
			if err != nil && !cp.IsZero() {
				t.Fatal("a refusal came with a checkpoint")
			}
			if err == nil && (cp.String() != v.Input.Checkpoint || cp.Origin != v.Input.Origin) {
				t.Fatal(cp)
			}
		})
	}
}

func checkpointCases(t *testing.T) []vector[signedNote] {
	k, r := key(t, 1).Public().String(), strings.Split(at(t, 11).String(), "\n")[2]
	text := origin + "\n11\n" + r + "\n"
	good := noted(t, text)
	line := good[len(text)+1:]
	cosigned := noted(t, text, "witness.example/w1", "orx/1/mx/semar")
	var cases []vector[signedNote]
	add := func(name, cp, want string) {
		cases = append(cases, vector[signedNote]{name, signedNote{cp, origin, k}, want})
	}
	add("a checkpoint", good, "ok")
	add("a log without leaves", noted(t, origin+"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), "ok")
	add("the largest size", noted(t, origin+"\n9007199254740991\n"+r+"\n"), "ok")
	add("cosigned by others", cosigned, "ok")
	add("cosigned by a later key of the log", noted(t, text, origin), "ok")
	lines := strings.SplitAfter(cosigned[len(text)+1:], "\n")
	add("the log's signature last", text+"\n"+lines[1]+lines[2]+lines[0], "ok")
	cases = append(cases,
		vector[signedNote]{"another key", signedNote{good, origin, key(t, 2).Public().String()}, "forged"},
		vector[signedNote]{"another origin expected", signedNote{good, "orx/1/mx/semar", k}, "forged"},
		vector[signedNote]{"no origin expected", signedNote{good, "", k}, "invalid"},
	)
	add("size changed", strings.Replace(good, "\n11\n", "\n12\n", 1), "forged")
	add("root changed", strings.Replace(good, "\n"+r, "\n"+flip(r), 1), "forged")
	add("origin changed", strings.Replace(good, "orx/1/us/dea\n", "orx/1/us/dhs\n", 1), "forged")
	add("signature changed", good[:len(good)-4]+"A==\n", "forged")
	add("signature of zeros", text+"\n— "+origin+" "+line[strings.LastIndex(line, " ")+1:][:6]+strings.Repeat("A", 84)+"==\n", "forged")
	add("signed only by others", text+"\n"+lines[1]+lines[2], "forged")
	add("the log's key under another name", text+"\n"+strings.Replace(line, origin, "orx/1/us/dhs", 1), "forged")
	add("text of another log, signed by this key and name", noted(t, "orx/1/us/dhs\n11\n"+r+"\n"), "forged")
	add("an extension line", noted(t, text+"more\n"), "unsupported")
	add("an empty extension line", noted(t, text+"\n"), "unsupported")
	add("two lines", noted(t, origin+"\n11\n"), "invalid")
	add("one line", noted(t, origin+"\n"), "invalid")
	add("empty origin", noted(t, "\n11\n"+r+"\n"), "invalid")
	for _, size := range []string{"", "011", "+11", "-1", "11.0", "1e1", "0x0b", " 11", "11 ", "9007199254740992", "99999999999999999999", "１１"} {
		add("size "+fmt.Sprintf("%q", size), noted(t, origin+"\n"+size+"\n"+r+"\n"), "invalid")
	}
	for _, bad := range []string{"", r[4:], "AAAA" + r, strings.TrimSuffix(r, "="), strings.Repeat("ab", 32), "-" + r[1:], r + " "} {
		add("root "+fmt.Sprintf("%q", bad), noted(t, origin+"\n11\n"+bad+"\n"), "invalid")
	}
	add("root with unused bits", noted(t, origin+"\n11\n"+r[:42]+after(r[42])+"=\n"), "invalid")
	add("empty", "", "invalid")
	add("text alone", text, "invalid")
	add("no signature lines", text+"\n", "invalid")
	add("no newline at the end", strings.TrimSuffix(good, "\n"), "invalid")
	add("carriage returns", strings.ReplaceAll(good, "\n", "\r\n"), "invalid")
	add("a line before", "\n"+good, "forged")
	add("a line after", good+"\n", "invalid")
	add("signature twice", good+line, "invalid")
	add("signature twice, the second wrong", good+line[:len(line)-10]+"AAAAAAA==\n", "invalid")
	add("a cosignature twice", cosigned+lines[1], "invalid")
	add("a hyphen for the dash", strings.Replace(good, "— ", "- ", 1), "invalid")
	add("a cosignature that is not base64", good+"— w !!!!\n", "invalid")
	add("a cosignature with unused bits", good+"— w AAAAAAB=\n", "invalid")
	add("a cosignature without bytes", good+"— w AAAAAA==\n", "invalid")
	add("zero byte", strings.Replace(good, "\n11\n", "\n11\x00\n", 1), "invalid")
	var crowd strings.Builder
	for i := range 33 {
		fmt.Fprintf(&crowd, "— w%d %s\n", i, base64.StdEncoding.EncodeToString(make([]byte, 68)))
	}
	add("33 cosignatures", good+crowd.String(), "too_large")
	add("over 64 KiB", good+"— w "+strings.Repeat("AAAA", 17000)+"\n", "too_large")
	return cases
}

func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// after gives the following character of the alphabet, as a string.
func after(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return string(alphabet[(strings.IndexByte(alphabet, c)+1)%64])
}

// In JSON a checkpoint is its note, and nothing turns it back unverified.
func TestCheckpointJSON(t *testing.T) {
	cp := at(t, 3)
	b, err := json.Marshal(cp)
	if err != nil {
		t.Fatal(err)
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil || s != cp.String() {
		t.Fatal(s, err)
	}
	var back ledger.Checkpoint
	if json.Unmarshal(b, &back) == nil && !back.IsZero() {
		t.Fatal("a checkpoint came back unverified")
	}
	if _, err := json.Marshal(ledger.Checkpoint{}); err == nil {
		t.Fatal("no checkpoint was encoded")
	}
}

func TestOpenCheckpointNeedsAKey(t *testing.T) {
	_, err := ledger.OpenCheckpoint(at(t, 3).Signed, origin, seal.VerifyKey{})
	mustKind(t, err, fault.Invalid)
}

func FuzzOpenCheckpoint(f *testing.F) {
	k := key(f, 1).Public()
	f.Add(at(f, 3).String())
	f.Add(noted(f, origin+"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "w"))
	f.Add(noted(f, origin+"\n011\nAA==\nx\n"))
	f.Fuzz(func(t *testing.T, s string) {
		cp, err := ledger.OpenCheckpoint([]byte(s), origin, k)
		if err != nil {
			return
		}
		text := fmt.Sprintf("%s\n%d\n%s\n\n", cp.Origin, cp.Size, base64.StdEncoding.EncodeToString(cp.Root[:]))
		if !strings.HasPrefix(s, text) || cp.String() != s {
			t.Fatalf("%q read as %v", s, cp)
		}
	})
}
