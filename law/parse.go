package law

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"

	"comity/fault"
	"comity/party"
	"comity/wire"
)

// Limits of a pack file.
const (
	MaxPackBytes = 1 << 20
	maxRules     = 500
	maxWords     = 4000
)

var (
	packID = regexp.MustCompile(`^[a-z][a-z0-9-]{2,47}$`)
	ruleID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,31}$`)
	tagID  = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,47}$`)
	lineAt = regexp.MustCompile(`line (\d+): (.*)`)
)

// Parse reads a pack file and checks it whole: shape, words, and that every
// party pattern, tag and source that a rule names is defined. The file name
// is only for the problems. The pack is usable only if there are none.
func Parse(file string, b []byte) (Pack, Problems) {
	r := &reader{file: file}
	root := r.document(b)
	if root == nil {
		return Pack{}, r.problems
	}
	p := r.pack(root)
	if len(r.problems) > 0 {
		return Pack{}, r.problems
	}
	return p, nil
}

// document gives the one mapping of the file, after refusing what could make
// it larger than it looks.
func (r *reader) document(b []byte) *yaml.Node {
	bad := func(where, hint, format string, args ...any) *yaml.Node {
		r.problems = append(r.problems, fault.New(fault.Invalid, format, args...).At("%s:%s", r.file, where).Fix("%s", hint))
		return nil
	}
	if len(b) > MaxPackBytes {
		return bad("1:1", "split the pack", "the file is larger than %d bytes", MaxPackBytes)
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return bad("1:1", "write a pack; see doc/spec/pack.md", "the file is empty")
		}
		line, text := "1", "this is not YAML"
		if m := lineAt.FindStringSubmatch(err.Error()); m != nil {
			line, text = m[1], "this is not YAML: "+m[2]
		}
		return bad(line+":1", "check the indentation and quotes of this line and the one before", "%s", text)
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return bad("1:1", "put one pack in a file", "a second document follows")
	}
	if n := aliased(&doc); n != nil {
		r.fail(n, "write the value out", "anchors, aliases and merge keys are not read")
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return bad("1:1", "write a pack; see doc/spec/pack.md", "the file holds no pack")
	}
	return doc.Content[0]
}

func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Tag == "!!merge" {
		return n
	}
	for _, c := range n.Content {
		if a := aliased(c); a != nil {
			return a
		}
	}
	return nil
}

func (r *reader) pack(n *yaml.Node) Pack {
	var p Pack
	r.fields(n, "id version title jurisdiction status effective reviewed_by confidence covers sources rules", map[string]func(*yaml.Node){
		"id":           func(v *yaml.Node) { p.ID = r.matching(v, packID, "mx-statute-2020") },
		"version":      func(v *yaml.Node) { p.Version = r.number(v, 1, 1_000_000) },
		"title":        func(v *yaml.Node) { p.Title = r.text(v, 200) },
		"jurisdiction": func(v *yaml.Node) { p.Jurisdiction = r.text(v, 16) },
		"status":       func(v *yaml.Node) { p.Status = oneOf(r, v, statuses) },
		"effective":    func(v *yaml.Node) { p.From, p.Until = r.effective(v) },
		"reviewed_by":  func(v *yaml.Node) { p.ReviewedBy = r.optional(v) },
		"confidence":   func(v *yaml.Node) { p.Confidence = oneOf(r, v, confidences) },
		"calendars":    func(v *yaml.Node) { p.Calendars = r.calendars(v) },
		"covers":       func(v *yaml.Node) { p.Covers = r.covers(v) },
		"sources":      func(v *yaml.Node) { p.Sources = r.sources(v) },
		"parties":      func(v *yaml.Node) { p.Parties = r.parties(v) },
		"tags":         func(v *yaml.Node) { p.Tags = r.tags(v) },
		"rules":        func(*yaml.Node) {},
		"examples":     func(*yaml.Node) {},
		"utc_offset": func(v *yaml.Node) {
			r.fail(v, "write calendars: [{parties: [mx/**], zone: America/Mexico_City}]", "an offset knows no summer time and no holidays")
		},
		"notes": func(v *yaml.Node) { r.each(v, func(c *yaml.Node) { p.Notes = append(p.Notes, r.text(c, maxWords)) }) },
	})
	// Rules come last whatever their place in the file: they speak of the
	// pack's tags, sources, status and confidence. Examples speak of the rules.
	if rules := valueOf(n, "rules"); rules != nil {
		r.rules(rules, &p)
	}
	if examples := valueOf(n, "examples"); examples != nil {
		r.examples(examples, &p)
	}
	return p
}

var (
	statuses    = []Status{InForce, Contested, Unverified, Repealed}
	confidences = []Confidence{WordingRead, AccountRead, Believed}
)

func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (r *reader) matching(n *yaml.Node, re *regexp.Regexp, example string) string {
	s := r.text(n, 64)
	if s != "" && !re.MatchString(s) {
		r.fail(n, "write it like "+example, "%q is not a good name here", s)
	}
	return s
}

func (r *reader) optional(n *yaml.Node) string {
	if n.Tag == "!!null" {
		return ""
	}
	return r.text(n, 200)
}

// effective reads [from, until]; null as until means open.
func (r *reader) effective(n *yaml.Node) (from, until wire.Time) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		r.fail(n, "write [2021-01-15, null]", "two dates are expected here: in force from, and until or null")
		return
	}
	from = parsed(r, n.Content[0], wire.ParseTime)
	if n.Content[1].Tag != "!!null" {
		until = parsed(r, n.Content[1], wire.ParseTime)
		if !until.IsZero() && !from.Before(until) {
			r.fail(n.Content[1], "write the earlier date first", "the pack would end before it begins")
		}
	}
	return from, until
}

func (r *reader) patterns(n *yaml.Node) []party.Pattern {
	var list []party.Pattern
	r.each(n, func(c *yaml.Node) { list = append(list, parsed(r, c, party.ParsePattern)) })
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		r.fail(n, "name at least one party", "the list is empty")
	}
	return list
}

// covers reads whose duties the pack describes. Nobody can describe
// everybody's: a pack that claimed so would silence "not known".
func (r *reader) covers(n *yaml.Node) []party.Pattern {
	list := r.patterns(n)
	for i, p := range list {
		if p == "**" {
			r.fail(n.Content[i], "name the states: [mx/**, us/**]", "a pack cannot cover everybody")
		}
	}
	return list
}

func (r *reader) sources(n *yaml.Node) []Source {
	var list []Source
	seen := map[string]bool{}
	r.each(n, func(c *yaml.Node) {
		var s Source
		r.fields(c, "id text", map[string]func(*yaml.Node){
			"id":   func(v *yaml.Node) { s.ID = r.text(v, 16) },
			"text": func(v *yaml.Node) { s.Text = r.text(v, 500) },
		})
		if seen[s.ID] {
			r.fail(c, "give it another id", "the source %q stands here twice", s.ID)
		}
		seen[s.ID] = true
		list = append(list, s)
	})
	return list
}

var partyKinds = []party.Kind{party.State, party.Agency, party.Unit, party.Group}

func (r *reader) parties(n *yaml.Node) []party.Party {
	var list []party.Party
	r.each(n, func(c *yaml.Node) {
		var p party.Party
		r.fields(c, "name title kind", map[string]func(*yaml.Node){
			"name":  func(v *yaml.Node) { p.Name = parsed(r, v, party.ParseName) },
			"title": func(v *yaml.Node) { p.Title = r.text(v, 200) },
			"kind":  func(v *yaml.Node) { p.Kind = oneOf(r, v, partyKinds) },
			"members": func(v *yaml.Node) {
				r.each(v, func(m *yaml.Node) { p.Members = append(p.Members, parsed(r, m, party.ParseName)) })
			},
		})
		if len(p.Members) > 0 && p.Kind != party.Group {
			r.fail(c, "write kind: group", "only a group has members")
		}
		list = append(list, p)
	})
	return list
}

func (r *reader) tags(n *yaml.Node) []Tagged {
	var list []Tagged
	r.each(n, func(c *yaml.Node) {
		var t Tagged
		r.fields(c, "tag parties", map[string]func(*yaml.Node){
			"tag":     func(v *yaml.Node) { t.Tag = party.Tag(r.matching(v, tagID, "mx.public_servant")) },
			"parties": func(v *yaml.Node) { t.Parties = r.patterns(v) },
			"except":  func(v *yaml.Node) { t.Except = r.patterns(v) },
		})
		list = append(list, t)
	})
	return list
}
