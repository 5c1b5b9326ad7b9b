package manual

import (
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// hostile is help that a shell or man would act on, if it could.
const hostile = `Do $(touch owned) and ` + "`touch owned`" + `; 'touch owned' "touch owned" \e[31m: [x] %s .Sh $HOME a-b é.`

// grammar is a command line with one of everything.
type grammar struct {
	Home string `help:"The home folder." placeholder:"DIR" env:"GEM_HOME"`
	JSON bool   `help:"Print JSON."`

	Import  importing `cmd:"" help:"Make an item of a text; see gem mark."`
	Pack    packing   `cmd:"" help:"Check packs."`
	Partner struct {
		Add struct {
			File string `arg:"" help:"The card." type:"path"`
			Yes  bool   `short:"y" help:"Do not ask." negatable:""`
		} `cmd:"" help:"Introduce a partner."`
		List struct{} `cmd:"" help:"List the partners."`
	} `cmd:"" help:"Add and list partners." aliases:"pal"`
	Mark struct {
		Item string `arg:"" help:"The item."`
		TLP  string `name:"tlp" help:"The label."`
		Form string `help:"The form." enum:"copy,pointer" default:"copy"`
	} `cmd:"" help:"Mark an item."`
	Judge struct {
		ID      string `arg:"" help:"Which."`
		Given   bool   `help:"It was given." xor:"answer" required:""`
		Refused bool   `help:"It was refused." xor:"answer" required:""`
	} `cmd:"" help:"Say yes or no."`
	Secret struct{} `cmd:"" hidden:"" help:"Nobody is told."`
	List   struct {
		Items struct {
			After string   `help:"Go on after it."`
			Sort  string   `help:"The order." enum:"new,old" default:"new"`
			Kinds []string `arg:"" optional:"" help:"Which." enum:"ruby,opal"`
		} `cmd:"" default:"withargs" help:"List the items."`
		Add struct {
			File string `arg:"" help:"The list."`
		} `cmd:"" help:"Add a list."`
	} `cmd:"" help:"List the items; add lists."`
	Odd odd `cmd:"" help:"Odd things."`
}

type importing struct {
	File  string `arg:"" help:"The text."`
	Title string `help:"The title." placeholder:"TEXT"`
	Limit int    `help:"How many." default:"50"`
	Back  bool   `hidden:"" help:"Nobody is told."`
}

func (importing) Help() string {
	return `A new item has no marking. Exit code 3 says so.

Then:

    gem mark 1

A paragraph of
two lines.

    gem import boats.md --title "boats"
    gem import - < boats.md`
}

type packing struct {
	Check struct {
		File []string `arg:"" help:"Pack files." type:"existingfile"`
	} `cmd:"" help:"Check pack files."`
	Tiles struct {
		Dir string `arg:"" help:"A folder."`
	} `cmd:"" help:"Save tiles."`
}

type odd struct {
	What string `arg:"" optional:"" help:"What." enum:",call,meet" default:""`
	Flag string `help:"${hostile}" placeholder:"A B"`
}

func (odd) Help() string { return hostile + "\n\n.Sh OWNED\n'br owned\n\n    .Sh OWNED\n    'br \\n" }

func model(t testing.TB) *kong.Application {
	t.Helper()
	p, err := kong.New(&grammar{}, kong.Name("gem"), kong.Description("Gem keeps gems. It is small.\n\nAn item is a gem."), kong.Vars{"hostile": hostile})
	if err != nil {
		t.Fatal(err)
	}
	return p.Model
}

func options() Options {
	return Options{
		Date: time.Date(2026, 11, 3, 23, 0, 0, 0, time.UTC), Version: "1.2", Title: "keep gems",
		Exits:    []Exit{{0, "done", "All is well."}, {3, "blocked", "A promise would be broken."}, {10, "", "Ten."}},
		Files:    []File{{"~/.gem/config.toml", "What the owner may change."}},
		Settings: []Variable{{"NO_COLOR", "Print without colours."}},
		Related:  []string{"orx-verify(1)"},
	}
}
