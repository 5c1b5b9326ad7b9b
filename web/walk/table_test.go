package walk_test

import (
	"net/url"

	"comity/party"
)

// rule says of a route what is expected, from the rules that the design states: who
// may use it at all, what it is about, and what may change by it.
type rule struct {
	open    bool         // to strangers too
	acts    []party.Act  // one of them is needed; none: it is every officer's
	about   string       // what the path names: item, trail, cut, plan, duty, pack or asset
	query   []string     // each is asked for, with the plain path
	forms   []url.Values // likewise
	deeds   []url.Values // likewise, but by those alone who may not
	changes bool         // for who may
	media   string       // of a body that is no form
	body    string
	session bool // it ends a session, and is walked by itself
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

var (
	reads    = []party.Act{party.ActRead}
	plans    = []party.Act{party.ActPlan}
	decides  = []party.Act{party.ActApprove, party.ActRelease}
	hostile  = []string{"?after=x", "?after=00000000-0000-7000-8000-000000000001", "?version=0", "?version=99", "?version=-1", "?from=-1", "?from=9999999", "?all=yes", "?all=%00", "?item=x"}
	planning = []url.Values{
		form("to", "mx/semar/uin", "act", "plan"),
		form("to", "mx/semar/uin", "act", "best"),
		form("to", "mx/semar/uin", "act", "plan", "f..1", "copy", "f..2", "copy", "f..3", "copy"),
		form("to", "mx/semar/uin", "act", "remedy tear 1"),
		form("to", "mx/semar/uin", "act", "remedy tear 2,3"),
		form("also", "mx/sre mx/sspc", "never", "mx/sedena:none", "act", "plan"),
		form("act", "plan"),
		form("to", "NOT A NAME", "act", "plan"),
	}
)

// table has a word on every route. One that is not here fails the walk: say who may
// use it, by the rules and not by what it does.
var table = map[string]rule{
	"GET /{$}":                    {open: true},
	"GET /enter":                  {open: true},
	"POST /enter/begin":           {open: true, forms: []url.Values{form()}},
	"POST /enter/finish":          {open: true, forms: []url.Values{form()}},
	"POST /signin/begin":          {open: true, forms: []url.Values{form()}},
	"POST /signin/finish":         {open: true, forms: []url.Values{form()}},
	"POST /tongue":                {open: true, forms: []url.Values{form("tongue", "es", "back", "/items"), form("back", "//elsewhere.example")}},
	"GET /assets/{file}":          {open: true, about: "asset"},
	"GET /home":                   {},
	"POST /leave":                 {session: true, forms: []url.Values{form()}},
	"GET /sessions":               {},
	"POST /sessions/end":          {session: true, forms: []url.Values{form("id", "x")}},
	"GET /inbox":                  {acts: reads, query: hostile},
	"POST /inbox/{cut}":           {acts: reads, about: "cut", forms: []url.Values{form(), form("accept", "yes")}, changes: true},
	"GET /items":                  {acts: reads, query: hostile},
	"GET /items/{item}":           {acts: reads, about: "item", query: []string{"?version=1", "?version=2", "?version=3", "?version=4"}},
	"GET /search":                 {},
	"POST /search":                {acts: reads, forms: []url.Values{form("words", "boats"), form("words", "title zqx"), form("words", "%_*\"'")}},
	"GET /waiting":                {acts: decides},
	"GET /duties":                 {acts: []party.Act{party.ActFile}, query: hostile},
	"GET /trails":                 {acts: []party.Act{party.ActTrail}, query: hostile},
	"GET /partners":               {},
	"GET /packs":                  {},
	"GET /status":                 {},
	"GET /items/{item}/trail":     {acts: []party.Act{party.ActTrail}, about: "trail", changes: true}, // whose look is recorded
	"GET /items/{item}/plan":      {acts: plans, about: "item"},
	"POST /items/{item}/plan":     {acts: plans, about: "item", forms: planning},
	"POST /items/{item}/release":  {acts: plans, about: "item", forms: []url.Values{form("to", "mx/semar/pol"), form("to", "mx/nobody", "reason", "because")}},
	"POST /waiting/{plan}/send":   {acts: []party.Act{party.ActRelease}, about: "plan", forms: []url.Values{form()}},
	"POST /duties/{duty}/file":    {acts: []party.Act{party.ActFile}, about: "duty", forms: []url.Values{form("again", "yes")}, deeds: []url.Values{form()}, changes: true},
	"GET /packs/{pack}/{version}": {about: "pack"},

	"GET /ledger":                         {acts: []party.Act{party.ActLedger}},
	"POST /ledger/verify":                 {acts: []party.Act{party.ActLedger}, forms: []url.Values{form()}},
	"GET /ledger/records":                 {acts: []party.Act{party.ActLedger}, query: hostile, changes: true}, // whose look is recorded
	"GET /waiting/{plan}":                 {acts: decides, about: "plan"},
	"POST /waiting/answer/begin":          {forms: []url.Values{form()}}, // the script asks it in JSON: a form says nothing
	"POST /waiting/answer/finish":         {forms: []url.Values{form()}},
	"POST /readmissions/begin":            {forms: []url.Values{form()}},
	"POST /readmissions/finish":           {forms: []url.Values{form()}},
	"POST /passkeys/add/begin":            {forms: []url.Values{form()}},
	"POST /passkeys/add/continue":         {forms: []url.Values{form()}},
	"POST /passkeys/add/finish":           {forms: []url.Values{form()}},
	"POST /passkeys/drop/begin":           {forms: []url.Values{form()}},
	"POST /passkeys/drop/finish":          {forms: []url.Values{form()}},
	"POST /passkeys/name":                 {about: "nothing", forms: []url.Values{form("name", "x")}},
	"GET /users":                          {},
	"POST /users/{handle}/shut":           {acts: []party.Act{party.ActRun, party.ActAssess}, about: "nothing", forms: []url.Values{form("sure", "yes")}},
	"POST /users/{handle}/end":            {acts: []party.Act{party.ActRun}, about: "nothing", forms: []url.Values{form("id", "x")}},
	"POST /users/{handle}/readmit":        {acts: []party.Act{party.ActRun, party.ActAssess}, about: "nothing", forms: []url.Values{form()}},
	"POST /users/{handle}/readmit/refuse": {acts: []party.Act{party.ActRun, party.ActAssess}, about: "nothing", forms: []url.Values{form("id", "x")}},
	"GET /settings":                       {},
}

// writes need the right to write; of the pages on which an item is written.
var writes = []party.Act{party.ActWrite}

// coming has a word on the routes by which items are written, and on such as are on
// their way: those count once they are there.
var coming = map[string]rule{
	"GET /items/new":             {acts: writes, query: []string{"?sheet=x", "?sheet=00000000-0000-7000-8000-000000000001", "?kind=contact_report", "?kind=x"}},
	"POST /items/new":            {acts: writes, forms: []url.Values{form("sheet", "00000000-0000-7000-8000-00000000000a", "act", "x")}, deeds: []url.Values{form("sheet", "00000000-0000-7000-8000-00000000000a", "act", "keep", "title", "x")}},
	"GET /items/{item}/edit":     {acts: writes, about: "item"},
	"POST /items/{item}/edit":    {acts: writes, about: "item", forms: []url.Values{form("version", "99", "act", "save"), form("version", "1", "act", "x")}, deeds: []url.Values{form("version", "1", "act", "keep"), form("version", "1", "act", "save", "title", "x")}},
	"GET /items/{item}/versions": {acts: reads, about: "item", query: []string{"?from=1&to=2", "?from=2&to=3", "?from=1&to=3", "?from=3&to=1", "?from=1&to=99", "?before=2", "?before=x"}},
	"POST /items/{item}/attach": {acts: writes, about: "item", forms: []url.Values{form()}, media: "multipart/form-data; boundary=x",
		body: "--x\r\nContent-Disposition: form-data; name=\"portion\"\r\n\r\n99\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nbytes\r\n--x--\r\n"},
	"GET /items/{item}/aside":               {acts: reads, about: "item"},
	"POST /items/{item}/aside":              {acts: writes, about: "whole", forms: []url.Values{form(), form("n", "99")}, deeds: []url.Values{form("n", "1")}},
	"GET /import":                           {acts: writes},
	"POST /import":                          {acts: writes, forms: []url.Values{form()}},
	"POST /items/{item}/exhibits/{exhibit}": {acts: reads, about: "file", forms: []url.Values{form()}, changes: true}, // whose look is recorded
	"POST /inbox/{cut}/exhibits/{exhibit}":  {acts: reads, about: "file that came", forms: []url.Values{form()}, changes: true},
	"POST /items/{item}/remarks":            {acts: writes, about: "item", forms: []url.Values{form("kind", "note")}, deeds: []url.Values{form("kind", "note", "text", "x")}},
	"POST /inbox/{cut}/remarks":             {acts: writes, about: "cut", forms: []url.Values{form("kind", "note")}}, // known: it may be about anything
	"POST /items/{item}/receipts":           {acts: []party.Act{party.ActTrail}, about: "sent", forms: []url.Values{form()}, changes: true},
	"GET /items/{item}/entities":            {acts: reads, about: "item"},
	"POST /items/{item}/entities":           {acts: writes, about: "item", forms: []url.Values{form("of", "x")}, deeds: []url.Values{form("of", "x", "n", "1")}},
	"GET /entities":                         {acts: reads, query: hostile},
	"POST /entities":                        {acts: reads, forms: []url.Values{form(), form("name", "Name"), form("name", "nobody at all")}},
	"POST /unsaved/{item}/drop":             {acts: writes, about: "sheet", forms: []url.Values{form()}, changes: true},
}

// expected is the word on a route.
func expected(pattern string) (rule, bool) {
	r, ok := table[pattern]
	if !ok {
		r, ok = coming[pattern]
	}
	return r, ok
}
