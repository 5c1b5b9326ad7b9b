package console

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/party"
)

// strange is a command of nobody's.
type strange struct{}

func (strange) Command() Name       { return "strange" }
func (strange) answer() (r OwnCard) { return r }

// From the pages nobody makes officers or keys, or has the node read and write
// files of its machine; nobody who is not named does anything; and what is refused
// stands in the log as it does for a signed command.
func TestActRefuses(t *testing.T) {
	ana := party.Actor{Handle: "ana", Unit: "us/dea/sod", Roles: []party.Role{party.Analyst}}
	boss := party.Actor{Handle: "boss", Unit: "us/dea/sod", Roles: []party.Role{party.Admin, party.Security}}
	var log bytes.Buffer
	d := NewDesk(Services{Log: slog.New(slog.NewJSONHandler(&log, nil)), Node: "us/dea", Now: time.Now})
	refused := func(name string, kind fault.Kind, err error) {
		t.Helper()
		if !fault.Is(err, kind) {
			t.Errorf("%s: %v", name, err)
		}
		if _, is := err.(*Failure); !is {
			t.Errorf("%s is a %T, and no Failure", name, err)
		}
	}
	ctx := context.Background()
	_, err := Act(ctx, d, boss, AddOfficer{Handle: "typed"})
	refused("officer.add", fault.Denied, err)
	_, err = Act(ctx, d, boss, ConfirmOfficer{Handle: "typed"})
	refused("officer.confirm", fault.Denied, err)
	_, err = Act(ctx, d, boss, RemoveOfficer{Handle: "typed"})
	refused("officer.remove", fault.Denied, err)
	_, err = Act(ctx, d, boss, InviteOfficer{Handle: "typed"})
	refused("officer.invite", fault.Denied, err)
	_, err = Act(ctx, d, boss, ConfirmReadmission{Handle: "typed"})
	refused("readmission.confirm", fault.Denied, err)
	_, err = Act(ctx, d, boss, AllowKeys{})
	refused("key.allow", fault.Denied, err)
	_, err = Act(ctx, d, boss, BackupNode{})
	refused("node.backup", fault.Denied, err)
	_, err = Act(ctx, d, boss, PackBundle{})
	refused("courier.out", fault.Denied, err)
	_, err = Act(ctx, d, boss, UnpackBundle{})
	refused("courier.in", fault.Denied, err)
	_, err = Act(ctx, d, boss, OverrideLedger{})
	refused("ledger.override", fault.Denied, err)
	_, err = Act(ctx, d, party.Actor{}, ShowCard{})
	refused("nobody", fault.Denied, err)
	_, err = Act(ctx, d, boss, strange{})
	refused("a strange command", fault.Unsupported, err)
	_, err = Act(ctx, d, ana, VerifyLedger{})
	refused("without the right", fault.Denied, err)
	if n := strings.Count(log.String(), "a command was refused"); n != 13 || strings.Contains(log.String(), "typed") {
		t.Errorf("the log has %d refusals: %s", n, log.String())
	}
}
