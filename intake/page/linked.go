package page

import (
	"encoding/json"
	"html"
	"strings"
)

// article is what linked data says of the document that a page shows.
type article struct {
	headline, published, author, address, language string
}

// articleTypes are the types of schema.org that a news page has for itself.
var articleTypes = words("NewsArticle Article ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle BlogPosting LiveBlogPosting Report SocialMediaPosting TechArticle ScholarlyArticle GovernmentPermit SpecialAnnouncement LegislationObject Legislation")

// articleIn finds the first article in scripts of linked data. What is no JSON says
// nothing.
func articleIn(scripts []string) article {
	for _, s := range scripts {
		var v any
		if json.Unmarshal([]byte(strings.TrimSpace(s)), &v) != nil {
			continue
		}
		if a, ok := findArticle(v, 0); ok {
			return a
		}
	}
	return article{}
}

// findArticle looks through lists and graphs, not far down.
func findArticle(v any, depth int) (article, bool) {
	if depth > 4 {
		return article{}, false
	}
	switch v := v.(type) {
	case []any:
		for _, one := range v[:min(len(v), 200)] {
			if a, ok := findArticle(one, depth+1); ok {
				return a, true
			}
		}
	case map[string]any:
		if isArticle(v["@type"]) {
			return readArticle(v), true
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			if a, ok := findArticle(v[key], depth+1); ok {
				return a, true
			}
		}
	}
	return article{}, false
}

func isArticle(v any) bool {
	switch v := v.(type) {
	case string:
		return articleTypes[v]
	case []any:
		for _, one := range v[:min(len(v), 20)] {
			if s, ok := one.(string); ok && articleTypes[s] {
				return true
			}
		}
	}
	return false
}

func readArticle(v map[string]any) article {
	a := article{
		headline:  text(v["headline"]),
		published: first(text(v["datePublished"]), text(v["dateCreated"])),
		author:    strings.Join(people(v["author"]), ", "),
		address:   first(text(v["url"]), text(v["mainEntityOfPage"]), idOf(v["mainEntityOfPage"])),
		language:  text(v["inLanguage"]),
	}
	if a.headline == "" {
		a.headline = text(v["name"])
	}
	return a
}

func text(v any) string {
	s, _ := v.(string)
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	return strings.TrimSpace(s)
}

func idOf(v any) string {
	m, _ := v.(map[string]any)
	return text(m["@id"])
}

// people gives the names of persons or organisations, however they are written.
func people(v any) []string {
	switch v := v.(type) {
	case string:
		return notEmpty(text(v))
	case map[string]any:
		if s := text(v["name"]); s != "" {
			return []string{s}
		}
		return people(v["name"])
	case []any:
		var out []string
		for _, one := range v[:min(len(v), 10)] {
			if m, ok := one.([]any); ok && len(m) > 0 {
				continue
			}
			out = append(out, people(one)...)
		}
		return out
	}
	return nil
}
