package clip

import (
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

const (
	maxHead    = 16 << 10 // bytes of a head
	maxByline  = 200
	maxAddress = 2000
)

// takeHead reads a head in YAML between two lines of dashes, and gives the text
// below it. What is no head is text.
func takeHead(doc *intake.Document, text string) string {
	first, rest, found := strings.Cut(text, "\n")
	if strings.TrimRight(first, "\r ") != "---" || !found {
		return text
	}
	rest = strings.ReplaceAll(rest[:min(len(rest), maxHead)], "\r\n", "\n")
	end := strings.Index("\n"+rest, "\n---\n")
	if end <= 0 {
		return text
	}
	var head map[string]yaml.Node
	if yaml.Unmarshal([]byte(rest[:end]), &head) != nil || len(head) == 0 {
		return text
	}
	doc.Format = intake.Markdown
	doc.Title = prose.Clip(scalar(head, "title", "headline"), intel.MaxTitle)
	doc.Byline = prose.Clip(strings.NewReplacer("[[", "", "]]", "").Replace(scalar(head, "author", "authors", "byline")), maxByline)
	doc.Language = language(scalar(head, "lang", "language"))
	doc.Source = address(scalar(head, "source", "source_url", "url", "link", "canonical", "canonical_url"))
	if date, ok := furniture.Date(scalar(head, "date", "published", "published_time", "pubdate")); ok {
		doc.Date = date
	}
	_, below, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n")[len("---\n"):], "\n---\n")
	return below
}

// scalar gives the first of these keys as one line; lists of names are joined.
func scalar(head map[string]yaml.Node, keys ...string) string {
	for _, k := range keys {
		n, there := head[k]
		if !there {
			continue
		}
		switch n.Kind {
		case yaml.ScalarNode:
			return prose.Line(n.Value)
		case yaml.SequenceNode:
			var names []string
			for _, one := range n.Content[:min(len(n.Content), 10)] {
				if one.Kind == yaml.ScalarNode {
					names = append(names, prose.Line(one.Value))
				}
			}
			return strings.Join(names, ", ")
		}
	}
	return ""
}

func address(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxAddress || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return s
}

func language(s string) string {
	s = strings.ReplaceAll(s, "_", "-")
	if len(s) < 2 || len(s) > 35 || strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return s
}
