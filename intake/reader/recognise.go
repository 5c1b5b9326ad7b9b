package reader

import (
	"bytes"
	"context"
	"os/exec"
	"strconv"
	"strings"

	"comity/fault"
)

// languages are those that text is recognised in, as far as they are installed.
var languages = []string{"eng", "spa"}

// recogniser gives what has tesseract read the text of a picture, if the machine
// has it; else nil. It runs under the same bounds as this process.
func recogniser(ctx context.Context) func(png []byte, dpi int) (string, error) {
	program, err := exec.LookPath("tesseract")
	if err != nil {
		return nil
	}
	known, err := exec.CommandContext(ctx, program, "--list-langs").CombinedOutput()
	if err != nil {
		return nil
	}
	var have []string
	for _, l := range languages {
		if strings.Contains("\n"+string(known)+"\n", "\n"+l+"\n") {
			have = append(have, l)
		}
	}
	if len(have) == 0 {
		return nil
	}
	return func(png []byte, dpi int) (string, error) {
		c := exec.CommandContext(ctx, program, "stdin", "stdout", "-l", strings.Join(have, "+"), "--dpi", strconv.Itoa(dpi))
		c.Stdin = bytes.NewReader(png)
		text, err := c.Output()
		if err != nil {
			return "", fault.New(fault.Unsupported, "the text of a page could not be recognised").Because(err)
		}
		return string(text), nil
	}
}
