package furniture

import (
	"strings"
	"unicode"

	"comity/intake"
)

// Name tells what the part of a page is, by what the page calls it: its class, id,
// role and the like. Names that only a machine can read say nothing.
func Name(names string) intake.Aside {
	if len(names) > 2000 {
		names = names[:2000]
	}
	words := split(names)
	for _, w := range words {
		if negations[w] {
			return ""
		}
	}
	for _, rule := range nameRules {
		if rule.tells(words) {
			return rule.why
		}
	}
	return ""
}

// Captions reports whether a part is called a caption or a credit.
func Captions(names string) (caption, credit bool) {
	for _, w := range split(names) {
		switch w {
		case "caption", "captions", "figcaption", "cutline", "leyenda", "epigrafe", "piefoto", "pie", "photocaption", "imagecaption":
			caption = true
		case "credit", "credits", "credito", "creditos", "photographer", "copyright", "photocredit", "imagecredit", "fotografo", "attribution", "byline":
			credit = true
		}
	}
	return caption, credit
}

// A nameRule tells furniture by words that stand in its names: any of one, or all
// of a pair that stand side by side.
type nameRule struct {
	why     intake.Aside
	any     map[string]bool
	pairs   map[string]bool
	without map[string]bool // words beside which the others mean something else
}

func (r nameRule) tells(words []string) bool {
	found := false
	for i, w := range words {
		if r.without[w] {
			return false
		}
		found = found || r.any[w] || i > 0 && r.pairs[words[i-1]+" "+w]
	}
	return found
}

// negations say that the name is of what the part has not, or has around it.
var negations = set("no", "has", "with", "without", "not", "hide", "open", "closed", "supports", "wrapper-content")

// nameRules are tried in order: the form for comments is no form, an advertisement
// in the sidebar no teaser.
var nameRules = []nameRule{
	{why: intake.Comments, any: set("comments", "comment", "commentlist", "disqus", "livefyre", "respond", "commentform", "comentarios", "comentario", "viafoura", "spotim", "openweb", "coral", "fbcomments"), pairs: set("reader responses"), without: set("count", "counter", "author's")},
	{why: intake.Comments, pairs: set("comment count", "comments count", "comments link", "comment link", "comment counter", "contador comentarios")},
	{why: intake.Advertising, any: set("ad", "ads", "advert", "advertisement", "advertisements", "advertising", "adslot", "adunit", "adsense", "adsbygoogle", "adbox", "adwrap", "adcontainer", "dfp", "gpt", "sponsored", "sponsor", "sponsors", "publicidad", "anuncio", "anuncios", "banner728", "outbrain", "taboola", "mgid", "revcontent", "promoted", "leaderboard", "skyscraper", "billboard", "patrocinado"), without: set("lead")},
	{why: intake.Sharing, any: set("share", "sharing", "shares", "sharebar", "sharetools", "sharebuttons", "sharedaddy", "sociable", "addthis", "addtoany", "a2a", "compartir", "jetpack", "socialshare", "sharethis", "redes", "social", "socials"), without: set("embed", "tweet", "post", "posts", "media", "shareholder", "shareholders")},
	{why: intake.Reactions, any: set("reactions", "reaction", "likes", "likebtn", "voting", "votes", "upvote", "claps", "rating", "ratings", "reacciones", "kudos", "thumbs", "feedback"), pairs: set("like button", "me gusta")},
	{why: intake.Site, any: set("newsletter", "newsletters", "subscribe", "subscription", "subscriptions", "signup", "cookie", "cookies", "consent", "gdpr", "onetrust", "cmp", "copyright", "contentinfo", "colophon", "authorbox", "donate", "donation", "membership", "login", "signin", "suscripcion", "suscribete", "boletin", "appdownload", "donar", "privacy"),
		pairs: set("author bio", "about author", "author box", "author info", "author card", "sign up", "autor bio", "newsletter signup", "site info", "app promo")},
	{why: intake.Related, any: set("related", "recirc", "recirculation", "recommended", "recommendations", "recommendation", "trending", "popular", "mostread", "mostpopular", "relacionadas", "relacionados", "relacionada", "recomendados", "recomendadas", "masleidas", "masvistas", "teaser", "teasers", "promo", "promos", "upnext", "readnext", "readmore", "sidebar", "rail", "complementary", "interesar", "ticker", "playlist", "jp-relatedposts", "relatedposts", "onward", "crosslinks", "interstitial"),
		pairs: set("more stories", "more news", "more from", "read next", "up next", "most read", "most popular", "most viewed", "also like", "lee tambien", "te puede", "puede interesar", "mas leidas", "mas noticias", "top stories", "latest news", "read more", "see also", "inline link", "story promo", "right column", "left column"), without: set("main")},
	{why: intake.Navigation, any: set("nav", "navbar", "navigation", "navbox", "menu", "menus", "submenu", "megamenu", "breadcrumb", "breadcrumbs", "migas", "pagination", "pager", "paginacion", "skip", "skiplink", "skiplinks", "topbar", "topnav", "masthead", "banner", "toolbar", "tags", "taglist", "tagcloud", "etiquetas", "hamburger", "search", "searchform", "buscador", "kicker", "eyebrow", "postnav", "siteheader", "prevnext"),
		pairs: set("skip link", "tag list", "post navigation", "site header", "page header", "cat links", "tags links", "back top", "jump link", "post tags", "article tags", "entry footer"), without: set("main")},
	{why: intake.Controls, any: set("toggle", "enlarge", "lightbox", "player", "videoplayer", "audioplayer", "controls", "transport", "tts", "textsize", "fontsize", "modal", "dialog", "alertdialog", "spinner", "tooltip", "loader", "mejs", "jwplayer", "vjs", "fullscreen"), pairs: set("hide caption", "toggle caption", "font size", "text size", "audio module", "listen button", "reading time", "read time", "edit link", "editsection")},
	{why: intake.Site, any: set("footer", "sitefooter")},
	{why: intake.Byline, any: set("byline", "bylines", "author", "authors", "timestamp", "pubdate", "datetime", "dateblock", "autor", "autores", "firma", "fecha", "posted", "hora"), pairs: set("post meta", "entry meta", "article meta", "story meta", "meta data", "publish date", "published date", "pub date", "updated date", "entry date", "post date", "article date", "article info", "story info", "date published", "date header", "nota fecha", "posted on")},
}

// split parts names into words of small letters: at marks, and where small letters
// turn into capital ones.
func split(names string) []string {
	var out []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	before := rune(0)
	for _, r := range names {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			flush()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		before = r
	}
	flush()
	return out
}
