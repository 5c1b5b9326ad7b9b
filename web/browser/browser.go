// Package browser drives Debian's Chromium as a reader sits before it: it opens
// pages, presses and types, holds passkeys, and looks at what is shown. The
// demonstration takes its pictures with it, and the pages are tested with it.
//
// It speaks the protocol of the browser's own developer tools over two pipes, which
// wants neither a library nor an open port.
//
// Band 6. It starts a program and talks with it; of Comity it imports only fault.
package browser

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"comity/fault"
)

// patience is how long anything of a page may take, on a machine that has other work.
const patience = time.Minute

// Browser is a Chromium that runs.
type Browser struct {
	wire   *wire
	cmd    *exec.Cmd
	home   string // its profile, which is thrown away
	closed sync.Once
	agent  string // what it calls itself
}

// Found tells where the browser is: the program that COMITY_CHROMIUM names, or
// Debian's.
func Found() (string, error) {
	name := os.Getenv("COMITY_CHROMIUM")
	if name == "" {
		name = "chromium"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fault.New(fault.Unsupported, "there is no browser %s on this machine", name).
			Fix("apt-get install chromium, or name another Chromium in COMITY_CHROMIUM").Because(err)
	}
	return path, nil
}

// flags have it load what it is told to and nothing else. It opens pages of this
// machine alone, so that it runs as root and in containers too, without its sandbox.
var flags = strings.Fields(`--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
	--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars --remote-debugging-pipe`)

// Open starts a browser, which ends with ctx or by Close.
func Open(ctx context.Context) (*Browser, error) {
	path, err := Found()
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp("", "comity-browser-")
	if err != nil {
		return nil, fault.New(fault.Internal, "no folder for the browser can be made").Because(err)
	}
	b := &Browser{home: home}
	if err := b.start(ctx, path); err != nil {
		b.Close()
		return nil, fault.New(fault.Unsupported, "the browser %s does not start", path).Fix("does %s --headless --no-sandbox --version run?", path).Because(err)
	}
	return b, nil
}

// start runs the program with the two pipes, which it knows as files 3 and 4.
func (b *Browser) start(ctx context.Context, path string) error {
	in, toIn, err := os.Pipe()
	if err != nil {
		return err
	}
	fromOut, out, err := os.Pipe()
	if err != nil {
		return errors.Join(err, in.Close(), toIn.Close())
	}
	b.cmd = exec.CommandContext(ctx, path, append(flags, "--user-data-dir="+b.home, "about:blank")...)
	b.cmd.ExtraFiles = []*os.File{in, out}
	b.cmd.Stdout, b.cmd.Stderr = io.Discard, io.Discard
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for who started it, who then closes it
	err = errors.Join(b.cmd.Start(), in.Close(), out.Close())
	if b.cmd.Process == nil {
		return errors.Join(err, toIn.Close(), fromOut.Close())
	}
	b.wire = newWire(toIn, fromOut)
	var version struct{ UserAgent string }
	if err := b.wire.ask("", "Browser.getVersion", nil, &version); err != nil {
		return err
	}
	b.agent = version.UserAgent
	return nil
}

// Close ends the browser and throws away what it kept.
func (b *Browser) Close() {
	b.closed.Do(func() {
		if b.wire != nil {
			_ = b.wire.ask("", "Browser.close", nil, nil) // what does not answer is killed
			b.wire.close()
		}
		if b.cmd != nil && b.cmd.Process != nil {
			ended := time.AfterFunc(5*time.Second, func() { _ = syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL) })
			_ = b.cmd.Wait()
			ended.Stop()
		}
		for range 20 { // its children may still write for a moment
			if os.RemoveAll(b.home) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
}
