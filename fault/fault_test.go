package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"comity/fault"
)

func TestErrorTellsWhatWhereAndWhatToDoButNotTheCause(t *testing.T) {
	err := fault.New(fault.Invalid, "there is no role %q", "king").At("officers.yaml:%d", 3).Fix("use one of the %d roles", 5).
		Because(errors.New("secret of the machine"))
	if got, want := err.Error(), `officers.yaml:3: there is no role "king" (use one of the 5 roles)`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wrapped := fmt.Errorf("outer: %w", err)
	if !fault.Is(wrapped, fault.Invalid) || fault.Is(wrapped, fault.Denied) || fault.KindOf(wrapped) != fault.Invalid {
		t.Error("the kind is lost in a chain")
	}
	if strings.Contains(fault.Safe(wrapped).Error(), "secret") || fault.Safe(wrapped).Cause != nil {
		t.Error("the cause is told")
	}
	if !errors.Is(fault.New(fault.Internal, "x").Because(io.EOF), io.EOF) {
		t.Error("the cause is lost")
	}
}

func TestStrangersAreInternal(t *testing.T) {
	err := errors.New("dial tcp 10.0.0.1: secret")
	if fault.KindOf(err) != fault.Internal || fault.Is(err, fault.Internal) {
		t.Error("an error that is none of ours is Internal by default, and is no fault")
	}
	if got := fault.Safe(err).Error(); strings.Contains(got, "secret") || strings.Contains(got, "10.0.0.1") {
		t.Error(got)
	}
	if fault.Safe(nil) != nil {
		t.Error("nothing is no fault")
	}
}

// Kinds are only ever appended: exit codes and answers hang on them.
func TestKindsKeepTheirNamesAndPlaces(t *testing.T) {
	want := strings.Fields("internal invalid withheld denied blocked unapproved stale locked forged unreachable frozen unsupported too_large expired unread")
	for i, name := range want {
		if fault.Kind(i).String() != name || fault.KindNamed(name) != fault.Kind(i) {
			t.Errorf("kind %d is %s, not %s", i, fault.Kind(i), name)
		}
	}
	if fault.Kind(200).String() != "internal" || fault.KindNamed("unheard-of") != fault.Internal {
		t.Error("an unknown kind is internal")
	}
}

// What was said is kept as it was made, so that it can be said in another language;
// what was changed since comes as it stands.
func TestSaidKeepsThePartsOfWhatIsStillSaid(t *testing.T) {
	made := fault.New(fault.Invalid, "there is no role %q", "king").Fix("use one of the %d roles", 5)
	for _, err := range []*fault.Error{made, fault.Safe(fmt.Errorf("outer: %w", made))} {
		text, hint := err.Said()
		if text.Format != "there is no role %q" || len(text.Args) != 1 || text.Args[0] != "king" || hint.Format != "use one of the %d roles" {
			t.Errorf("%+v %+v", text, hint)
		}
	}
	made.Text = "changed"
	if text, _ := made.Said(); text.String() != "changed" {
		t.Errorf("%+v", text)
	}
	if text, hint := (&fault.Error{Text: "50% of it"}).Said(); text.String() != "50% of it" || hint.String() != "" {
		t.Errorf("%+v %+v", text, hint)
	}
}
