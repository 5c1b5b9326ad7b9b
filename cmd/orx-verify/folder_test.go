package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestGather(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"nothing":       {nil, "[]"},
		"other files":   {[]string{"card.json", "readme", "1-fork-head-1.checkpoint", "+1-fork-x", "00-fork-x", "-1-fork-x", "001-fork-x", "01-FORK-x", "01--x", "01-fork-", "01-fork", "2026-11-20-x", "99999999999999999999-fork-x"}, "[]"},
		"one":           {[]string{"02-fork-head-2.checkpoint", "01-fork-head-1.checkpoint"}, "[[1 2]]"},
		"two":           {[]string{"01-fork-head-1.checkpoint", "02-fork-head-2.checkpoint", "03-fork-head-1.checkpoint", "04-fork-head-2.checkpoint"}, "[[1 2] [3 4]]"},
		"past 99":       {[]string{"100-fork-head-2.checkpoint", "99-fork-head-1.checkpoint"}, "[[99 100]]"},
		"of both kinds": {[]string{"01-equivocation-envelope-taken.json", "02-equivocation-envelope-other.json", "03-fork-head-1.checkpoint"}, "[[1 2] [3]]"},
		"mixed up":      {[]string{"01-fork-head-1.checkpoint", "02-equivocation-envelope-other.json", "03-fork-head-2.checkpoint"}, "[[1] [2] [3]]"},
		"a piece twice": {[]string{"01-fork-head-1.checkpoint", "02-fork-head-2.checkpoint", "03-fork-head-2.checkpoint", "04-fork-heads-said.json"}, "[[1 2] [3 4]]"},
		"cards":         {[]string{"01-fork-head-1.checkpoint", "02-fork-head-2.checkpoint", "03-fork-card.json", "04-fork-card-2.json", "05-fork-card-1.json", "06-equivocation-envelope-taken.json", "07-equivocation-card-9.json"}, "[[1 2 3 4 5] [6 7]]"},
		"a card twice":  {[]string{"01-fork-head-1.checkpoint", "02-fork-card-2.json", "03-fork-card-2.json"}, "[[1 2] [3]]"},
		"no cards":      {[]string{"01-fork-head-1.checkpoint", "02-fork-card-0.json", "03-fork-card-02.json", "04-fork-card-+2.json", "05-fork-card-.json", "06-fork-card-2.jsonx", "07-fork-card--1.json", "08-fork-2.json"}, "[[1] [2] [3] [4] [5] [6] [7] [8]]"},
		"a theft's":     {[]string{"01-theft-card-1.json", "02-theft-card-2.json"}, "[[1] [2]]"},
		"unknown":       {[]string{"01-fork-head-1.checkpoint", "02-fork-head-2.checkpoint", "03-fork-head-3.checkpoint", "04-theft-a", "05-theft-b"}, "[[1 2] [3] [4] [5]]"},
	} {
		list, err := gather(c.files)
		must(t, err)
		got := [][]int{}
		for _, i := range list {
			var numbers []int
			for _, p := range i {
				numbers = append(numbers, p.number)
			}
			got = append(got, numbers)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	if _, err := gather([]string{"01-fork-head-1.checkpoint", "01-equivocation-envelope-taken.json"}); err == nil || !strings.Contains(err.Error(), "folder of its own") {
		t.Error(err)
	}
}

// Each incident of a folder is judged by itself, and one that is not proved is
// enough for exit 1.
func TestIncidentsOfOneFolder(t *testing.T) {
	c := newCourt(t)
	fork := forkFiles(1, c.a.heads[7], c.b.heads[7], "", "")
	growth := forkFiles(3, c.a.heads[7], c.a.heads[9], "", "")
	two := equivocations(t)["two first messages"].files
	messages := envelopeFiles(99, two["01-equivocation-envelope-taken.json"], two["02-equivocation-envelope-other.json"])
	all := map[string]string{}
	for _, files := range []map[string]string{fork, growth, messages} {
		maps.Copy(all, files)
	}
	who := []string{"--node", string(accused), "--key", key(t, 1).Public().String(), "--fork"}
	code, out, errs := verify(append(who, saved(t, all))...)
	if code != 1 || errs != "" || strings.Count(out, "\nproved") != 2 || strings.Count(out, "\nNOT PROVED") != 1 {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if i, j := strings.Index(out, "04-fork-head-2"), strings.Index(out, "99-equivocation"); i < 0 || j < i {
		t.Errorf("not in the order of the numbers:\n%s", out)
	}
	for name := range growth {
		delete(all, name)
	}
	if code, out, _ := verify(append(who, saved(t, all))...); code != 0 || strings.Count(out, "\nproved") != 2 {
		t.Errorf("exit %d, %s", code, out)
	}
	all["03-fork-something-new.json"] = "{}"
	code, out, _ = verify(append(who, saved(t, all))...)
	if code != 1 || strings.Count(out, "\nproved") != 2 || !strings.Contains(out, "does not know what a file named like this shows") {
		t.Errorf("exit %d, %s", code, out)
	}
	code, out, _ = verify(append(who, saved(t, all), "--json")...)
	if code != 1 || strings.Count(out, "\n") != 3 {
		t.Errorf("exit %d, %s", code, out)
	}
}

// A file of one incident that cannot be read does not keep others from being
// judged.
func TestEvidenceThatCannotBeRead(t *testing.T) {
	c := newCourt(t)
	files := forkFiles(1, c.a.heads[7], c.b.heads[7], "", "")
	maps.Copy(files, forkFiles(3, c.a.heads[7], strings.Repeat("x", maxFile+1), "", ""))
	code, out, errs := verify("--node", string(accused), "--key", c.node.Public().String(), "--fork", saved(t, files))
	if code != 2 || strings.Count(out, "\nproved") != 1 || !strings.Contains(errs, "larger than") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

func TestFoldersRefused(t *testing.T) {
	linked := saved(t, nil)
	must(t, os.Symlink("/dev/zero", filepath.Join(linked, "01-fork-head-1.checkpoint")))
	inside := saved(t, nil)
	must(t, os.Mkdir(filepath.Join(inside, "01-fork-head-1.checkpoint"), 0o700))
	many := saved(t, nil)
	for i := range maxListed + 1 {
		must(t, os.WriteFile(filepath.Join(many, fmt.Sprint(i)), nil, 0o600))
	}
	twice := saved(t, map[string]string{"01-fork-head-1.checkpoint": "", "01-fork-head-2.checkpoint": ""})
	full := saved(t, forks(t)["two roots"].files)
	card := saved(t, map[string]string{"card.json": cardOf(t, accused, key(t, 1))}) + "/card.json"
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"none":              {[]string{full + "/none"}, "cannot be read"},
		"a file":            {[]string{card}, "not a folder"},
		"empty":             {[]string{saved(t, nil)}, "no evidence in the folder"},
		"only a card":       {[]string{filepath.Dir(card)}, "no evidence in the folder"},
		"a link":            {[]string{linked}, "not a plain file"},
		"a folder inside":   {[]string{inside}, "not a plain file"},
		"too many":          {[]string{many}, "more than 4096 files"},
		"a number twice":    {[]string{twice}, "folder of its own"},
		"a receipt as well": {[]string{full, card}, "no receipts beside it"},
		"no witness card":   {[]string{full, "--witness-card", card + ".none"}, "cannot be read"},
		"no card":           {[]string{full, "--witness-card", full + "/01-fork-head-1.checkpoint"}, "not a card"},
	} {
		code, out, errs := verify(append([]string{"--card", card, "--fork"}, c.args...)...)
		if code != 2 || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %q %q", name, code, out, errs)
		}
	}
	for _, args := range [][]string{{"--fork", full}, {"--card", card, "--fork", ""}} {
		if code, out, errs := verify(args...); code != 2 || out != "" || errs == "" {
			t.Errorf("%q: exit %d, %q %q", args, code, out, errs)
		}
	}
}

// Neither the name of a file nor what it holds can write on the screen.
func TestEvidenceCannotWriteOnTheScreen(t *testing.T) {
	c := newCourt(t)
	q := c.question(fields{"holds": c.a.heads[9]})
	evil := "\r\x1b[2Kproved"
	files := forkFiles(1, c.a.heads[9], strings.Replace(c.b.heads[7], "mx/semar", "mx/"+evil, 1), q.sign(t, "heads", c.dea), "")
	files["05-fork-"+evil], files["06-equivocation-envelope-taken.json"], files["07-"+evil+"-x"] = evil, evil, evil
	files["08-equivocation-envelope-other.json"] = c.envelope("us/dea", 1, [32]byte{}, 1).with(fields{"to": evil}).sign(t, "envelope", c.node)
	for _, more := range [][]string{nil, {"--json"}} {
		args := append([]string{"--node", string(accused), "--key", c.node.Public().String(), "--fork", saved(t, files)}, more...)
		code, out, errs := verify(args...)
		if code != 1 || strings.ContainsAny(out+errs, "\r\x1b") || slices.Contains(strings.Fields(out), "proved") {
			t.Errorf("exit %d, %q %q", code, out, errs)
		}
	}
}
