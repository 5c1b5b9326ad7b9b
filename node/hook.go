package node

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"comity/exchange"
	"comity/fault"
)

// Bounds of the program that is told of arrivals.
const (
	hookLongest = 30 * time.Second
	hookWaiting = 1024 // arrivals that wait for it
)

// hook has a program of the operator's told of what comes from partners: one at a
// time, in order, and nothing of any content. It is no part of the exchange: what
// it does, or fails to do, changes nothing of what came.
type hook struct {
	program []string
	log     *slog.Logger
	longest time.Duration // that it may take
	waiting chan exchange.Came
	missed  chan struct{} // holds something while arrivals were left out
}

func newHook(program []string, log *slog.Logger) *hook {
	return &hook{program: program, log: log, longest: hookLongest, waiting: make(chan exchange.Came, hookWaiting), missed: make(chan struct{}, 1)}
}

// arrived never waits: an arrival that there is no room for is left out, which the
// log says.
func (h *hook) arrived(a exchange.Came) {
	if len(h.program) == 0 {
		return
	}
	select {
	case h.waiting <- a:
	default:
		select {
		case h.missed <- struct{}{}:
			h.log.Warn("the program on_arrival is behind; it is not told of everything", "waiting", hookWaiting)
		default:
		}
	}
}

// run tells the program until the context ends.
func (h *hook) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			if n := len(h.waiting); n > 0 {
				h.log.Warn("the program on_arrival was not told of everything before the node stopped", "left", n)
			}
			return nil
		case a := <-h.waiting:
			select {
			case <-h.missed:
			default:
			}
			if err := h.tell(ctx, a); err != nil && ctx.Err() == nil {
				h.log.Warn("the program on_arrival failed", "err", err)
			}
		}
	}
}

// tell runs the program with one line of JSON for its input. It gets nothing of
// this process's environment but PATH, and what it prints is not kept.
func (h *hook) tell(ctx context.Context, a exchange.Came) error {
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, h.longest)
	defer stop()
	c := exec.CommandContext(ctx, h.program[0], h.program[1:]...)
	c.Stdin = bytes.NewReader(append(line, '\n'))
	c.Env = []string{"PATH=" + os.Getenv("PATH")}
	c.Dir = string(filepath.Separator)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) } // and what it has started
	c.WaitDelay = time.Second
	err = c.Run()
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what it has left behind
	}
	return err
}

// checkHook refuses a program that depends on where the node was started.
func checkHook(program []string) error {
	if len(program) > 0 && !filepath.IsAbs(program[0]) {
		return fault.New(fault.Invalid, "%q is not the whole path of a program", program[0]).At("on_arrival").Fix("write it like on_arrival = ['/usr/local/bin/notify']")
	}
	return nil
}

// there refuses to serve with a program that cannot be run: nobody would notice.
func (h *hook) there() error {
	if len(h.program) == 0 {
		return nil
	}
	info, err := os.Stat(h.program[0])
	if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
		return fault.New(fault.Invalid, "%q is no program that can be run", h.program[0]).At("config.toml: on_arrival").Fix("is it there, and executable?").Because(err)
	}
	return nil
}
