package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/ref"
)

// stage is the play under way: the folder of the homes, the nodes that are
// served, the officers, and what was learned on the way.
type stage struct {
	ctx     context.Context
	opts    Options
	dir     string
	verify  string // the program that checks receipts
	script  script
	end     context.CancelCauseFunc
	served  []*serving
	origins []string // of the pages of either side, as a browser says them
	said    []string // in this step

	item    string   // the report, at the sender
	cut     string   // what the navy unit got of it
	exhibit ref.Hash // the picture that goes with it
}

// officer is somebody at a node. Everybody's key has a key file of its own.
type officer struct {
	node, handle string
}

var (
	chief = officer{"us-dea", "chief"}   // runs the sender's node
	ana   = officer{"us-dea", "ana"}     // writes and releases
	bea   = officer{"us-dea", "bea"}     // second officer
	otto  = officer{"us-dea", "otto"}    // auditor
	saul  = officer{"us-dea", "saul"}    // security officer
	jefa  = officer{"mx-semar", "jefa"}  // runs the navy's node
	lince = officer{"mx-semar", "lince"} // reads and files
	garza = officer{"mx-semar", "garza"} // second officer
	buho  = officer{"mx-semar", "buho"}  // auditor
	topo  = officer{"mx-semar", "topo"}  // security officer
)

// nodes are the folders of both.
var nodes = []string{ana.node, lince.node}

// serving is a node that is served.
type serving struct {
	node  string
	cmd   *exec.Cmd
	ended chan struct{} // closed once it has, with how
	how   error
}

// errUnasked is what a node must not do.
var errUnasked = errors.New("nobody asked it to")

func newStage(ctx context.Context, o Options) (*stage, error) {
	s := &stage{opts: o, dir: o.Keep}
	s.ctx, s.end = context.WithCancelCause(ctx)
	s.opts.Out = &told{o.Out, s.end}
	var err error
	if s.script, err = newScript(o.Report); err != nil {
		return nil, err
	}
	s.verify = filepath.Join(filepath.Dir(o.Comity), "orx-verify")
	if runtime.GOOS == "windows" {
		s.verify += ".exe"
	}
	if _, err := os.Stat(s.verify); err != nil {
		return nil, fault.New(fault.Invalid, "orx-verify, which checks the receipts, is not beside %s", o.Comity).Fix("make build puts both into bin/")
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "comity-demo-"); err != nil {
			return nil, fault.New(fault.Internal, "no folder for the nodes can be made").Because(err)
		}
	} else if err := emptyFolder(s.dir); err != nil {
		return nil, err
	}
	return s, nil
}

func emptyFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "the folder %s cannot be made", dir).Because(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		return fault.New(fault.Invalid, "the folder %s is not empty", dir).Fix("name a new one with --keep")
	}
	return nil
}

// told is where the story is told. When nobody listens any more the play ends.
type told struct {
	to  io.Writer
	end context.CancelCauseFunc
}

// Write tells.
func (t *told) Write(b []byte) (int, error) {
	n, err := t.to.Write(b)
	if err != nil {
		t.end(err)
	}
	return n, err
}

// strike stops the nodes, and removes them unless they are to be kept or are
// needed to find out what went wrong.
func (s *stage) strike(wrong bool) error {
	var failed []error
	for _, p := range s.served {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			failed = append(failed, err)
		}
	}
	for _, p := range s.served {
		<-p.ended
		failed = append(failed, p.how)
	}
	if err := errors.Join(failed...); err != nil && s.ctx.Err() == nil {
		return fault.New(fault.Internal, "a node did not stop as it should").Because(err)
	}
	if s.opts.Keep == "" && !wrong {
		return os.RemoveAll(s.dir)
	}
	return nil
}

func (s *stage) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// say tells a sentence.
func (s *stage) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.said = append(s.said, text)
	if !s.opts.JSON {
		fmt.Fprintln(s.opts.Out, indent(wrap(text, 88), "    "))
	}
}

// show prints what a program printed, set off from the story.
func (s *stage) show(text string) {
	if !s.opts.JSON {
		fmt.Fprintln(s.opts.Out, "\n"+indent(strings.TrimRight(text, "\n"), "    | ")+"\n")
	}
}

// result is what a run of a program gave.
type result struct {
	out, err string
	code     int
}

// run has an officer give a command, as it would be typed.
func (s *stage) run(by officer, args ...string) (result, error) {
	home := s.path(by.node)
	all := append([]string{"--home", home, "--as", by.handle, "--unlock", s.path(by.node + ".unlock"),
		"--officer-unlock", s.path(by.node + "." + by.handle + ".unlock")}, args...)
	return s.exec(s.opts.Comity, all...)
}

func (s *stage) exec(program string, args ...string) (result, error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(s.ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), "COMITY_HOME=", "COMITY_AS=", "COMITY_UNLOCK=", "COMITY_OFFICER_UNLOCK=", "NO_COLOR=1")
	err := cmd.Run()
	r := result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return r, err
	}
	return r, s.ctx.Err()
}

// must runs a command that has to succeed, and reads its JSON result.
func must[R any](s *stage, by officer, args ...string) (R, error) {
	var value R
	r, err := s.run(by, append([]string{"--json"}, args...)...)
	if err != nil {
		return value, err
	}
	if r.code != 0 {
		return value, fmt.Errorf("comity %s ended with %d: %s", strings.Join(args, " "), r.code, r.err)
	}
	if err := json.Unmarshal([]byte(r.out), &value); err != nil {
		return value, fmt.Errorf("comity %s printed something else: %w", strings.Join(args, " "), err)
	}
	return value, nil
}

// seen runs a command for what it prints to a person.
func (s *stage) seen(code int, by officer, args ...string) (result, error) {
	r, err := s.run(by, args...)
	if err == nil && r.code != code {
		err = fmt.Errorf("comity %s ended with %d and not with %d: %s", strings.Join(args, " "), r.code, code, r.err)
	}
	return r, err
}

// serve starts a node and waits until it answers.
func (s *stage) serve(node string) error {
	log, err := os.Create(s.path(node + ".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the child has its own
	cmd := exec.CommandContext(s.ctx, s.opts.Comity, "--home", s.path(node), "--unlock", s.path(node+".unlock"), "serve")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	p := &serving{node: node, cmd: cmd, ended: make(chan struct{})}
	go func() { p.how = cmd.Wait(); close(p.ended) }()
	s.served = append(s.served, p)
	return s.await("the node to be served", func() (bool, error) {
		b, err := os.ReadFile(s.path(node + ".log"))
		if err != nil || strings.Contains(string(b), "is served") {
			return err == nil, err
		}
		select {
		case <-p.ended:
			return false, fmt.Errorf("%s is not served: %s", node, b)
		default:
			return false, nil
		}
	})
}

// patience is how long the story waits for something that takes a moment.
const patience = 30 * time.Second

func (s *stage) await(what string, done func() (bool, error)) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("waited %s for %s", patience, what)
}

// port finds a port on 127.0.0.1 that is free now.
func port() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }() // it only told the number
	return l.Addr().String(), nil
}

func indent(text, with string) string {
	return with + strings.ReplaceAll(text, "\n", "\n"+with)
}

// wrap breaks a sentence into lines.
func wrap(text string, width int) string {
	var lines []string
	now := ""
	for _, word := range strings.Fields(text) {
		if now != "" && len(now)+1+len(word) > width {
			lines, now = append(lines, now), ""
		}
		if now != "" {
			now += " "
		}
		now += word
	}
	return strings.Join(append(lines, now), "\n")
}
