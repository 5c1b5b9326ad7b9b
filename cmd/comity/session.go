package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"comity/console"
	"comity/fault"
	"comity/journal"
	"comity/node"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// globals are the flags that every command takes.
type globals struct {
	Home          string `help:"The node's home folder; ~/.comity if not said." env:"COMITY_HOME" placeholder:"DIR"`
	As            string `help:"Your handle. It may be left out if this home keeps the key of one officer only." env:"COMITY_AS" placeholder:"HANDLE"`
	Unlock        string `help:"Key file that unlocks the node; without it the passphrase is asked for." env:"COMITY_UNLOCK" placeholder:"FILE"`
	OfficerUnlock string `help:"Key file that unlocks your own key; without it your passphrase is asked for." env:"COMITY_OFFICER_UNLOCK" placeholder:"FILE"`
	JSON          bool   `help:"Print the result as JSON."`
}

// session is one run of the command line.
type session struct {
	globals
	ctx  context.Context
	term *terminal

	caller console.Caller
	opened *node.Node
	signer *console.Signer
	sends  bool // the command puts something into the outbox
}

func (s *session) home() node.Home { return node.Home(s.Home) }

// settle makes the home's path whole.
func (g *globals) settle() error {
	if g.Home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return fault.New(fault.Invalid, "this user has no home folder").Fix("say --home DIR").Because(err)
		}
		g.Home = filepath.Join(user, ".comity")
	}
	abs, err := filepath.Abs(g.Home)
	if err != nil {
		return fault.New(fault.Invalid, "the path of the home cannot be made whole").Because(err)
	}
	g.Home = abs
	return nil
}

// patience is how long a command that opened the node itself tries to deliver
// what it put into the outbox. What stays is delivered once the node is served.
const patience = 5 * time.Second

// close closes the node, if this run opened it.
func (s *session) close() {
	if s.opened != nil {
		if s.sends {
			ctx, cancel := context.WithTimeout(s.ctx, patience)
			if err := s.opened.Exchange().Flush(ctx); err != nil {
				s.term.errors().line(0, "note: not everything is delivered yet; it stays in the outbox until the node is served (comity serve)")
			}
			cancel()
		}
		_ = s.opened.Close()
		s.opened = nil
	}
}

// do signs a command as the officer and has it done, by the node that is
// served or by opening the node.
func do[R any](s *session, c console.Asking[R]) (R, error) {
	var none R
	by, err := s.officer()
	if err != nil {
		return none, err
	}
	if err := s.connect(); err != nil {
		return none, err
	}
	return console.Call(s.ctx, s.caller, by, c)
}

// connect finds the node that is served, or opens the node.
func (s *session) connect() error {
	if s.caller != nil {
		return nil
	}
	if socket, served := console.Dial(s.home().Socket()); served {
		s.caller = socket
		return nil
	}
	lock, err := s.nodeLock()
	if err != nil {
		return err
	}
	n, err := node.Open(s.ctx, s.Home, lock, node.Options{Log: s.log(slog.LevelError)})
	if err != nil {
		return err
	}
	s.opened, s.caller = n, n.Desk()
	s.noteCard()
	return nil
}

// noteCard tells that opening the node made a new card: its configuration was
// changed since.
func (s *session) noteCard() {
	if s.opened.Renewed() {
		c := s.opened.Card()
		s.term.errors().line(0, "note: the node made a new card. %s", newCard(console.CardState{Serial: c.Serial, Created: c.Created}))
	}
}

// log writes JSON lines to the error output, without secrets and without words of
// documents.
func (s *session) log(level slog.Level) *slog.Logger {
	return slog.New(journal.New(s.term.err, level))
}

// nodeLock is what unlocks the node's keys.
func (s *session) nodeLock() (seal.Lock, error) {
	if err := s.home().Check(); err != nil {
		return seal.Lock{}, err
	}
	return s.lock(s.Unlock, "passphrase of the node")
}

// lock reads a key file, or asks for a passphrase.
func (s *session) lock(file, prompt string) (seal.Lock, error) {
	if file == "" {
		secret, err := s.term.secret(prompt)
		if err != nil {
			return seal.Lock{}, err
		}
		return seal.Passphrase(secret)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return seal.Lock{}, fault.New(fault.Locked, "the key file %s cannot be read", file).
			Fix("name the file that the %s was replaced by", prompt).Because(err)
	}
	return seal.KeyFile(b)
}

// newLock makes the lock for a ring that is about to be made: of the key file
// named, which is made if it does not exist, or of a passphrase asked twice.
func (s *session) newLock(file, prompt string) (seal.Lock, error) {
	if file == "" {
		secret, err := s.term.newSecret(prompt)
		if err != nil {
			return seal.Lock{}, err
		}
		return seal.Passphrase(secret)
	}
	if _, err := os.Stat(file); err == nil {
		return s.lock(file, prompt)
	}
	content, err := seal.NewKeyFile()
	if err != nil {
		return seal.Lock{}, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return seal.Lock{}, fault.New(fault.Invalid, "the folder of the key file %s cannot be made", file).Because(err)
	}
	if err := createFile(file, content); err != nil {
		return seal.Lock{}, err
	}
	return seal.KeyFile(content)
}

// officer unlocks the key of the officer who gives the commands.
func (s *session) officer() (console.Signer, error) {
	if s.signer != nil {
		return *s.signer, nil
	}
	if err := s.home().Check(); err != nil {
		return console.Signer{}, err
	}
	config, err := node.ReadConfig(s.home().Config())
	if err != nil {
		return console.Signer{}, err
	}
	handle, err := s.handle()
	if err != nil {
		return console.Signer{}, err
	}
	key, err := s.officerKey(handle)
	if err != nil {
		return console.Signer{}, err
	}
	s.signer = &console.Signer{Handle: handle, Node: config.Name, Key: key, Now: time.Now, Random: rand.Reader}
	return *s.signer, nil
}

// handle gives the handle that was named, or the only one that there is.
func (s *session) handle() (party.Handle, error) {
	if s.As != "" {
		return party.ParseHandle(s.As)
	}
	found, err := s.handles()
	if err != nil {
		return "", err
	}
	if len(found) == 1 {
		return party.ParseHandle(found[0])
	}
	if len(found) == 0 {
		return "", fault.New(fault.Invalid, "this home keeps no officer's key yet").Fix("add the first officer: comity officer add HANDLE --unit UNIT --role admin")
	}
	return "", fault.New(fault.Invalid, "who are you? This home keeps the keys of %s", strings.Join(found, ", ")).
		Fix("say --as HANDLE, or set COMITY_AS")
}

// handles lists the officers whose keys are kept here.
func (s *session) handles() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(s.home().Officers(), "*.key"))
	if err != nil {
		return nil, fault.New(fault.Internal, "the officers' keys cannot be listed").Because(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".key")
	}
	return files, nil
}

// show prints a result: as JSON, or by the function that tells it in words.
func show[R any](s *session, r R, inWords func(*printer, R)) error {
	if !s.JSON {
		inWords(s.term.printer(), r)
		return nil
	}
	b, err := wire.Encode(r)
	if err != nil {
		return err
	}
	s.term.json(b)
	return nil
}

// ask has a command done and its result shown.
func ask[R any](s *session, c console.Asking[R], inWords func(*printer, R)) error {
	r, err := do(s, c)
	if err != nil {
		return err
	}
	return show(s, r, inWords)
}
