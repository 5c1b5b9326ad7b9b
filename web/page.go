package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"
	"strings"

	"comity/party"
)

//go:embed pages/*.html
var pageFiles embed.FS

// pages are the templates, by language and name.
type pages map[string]*template.Template

// shell holds what every page is built around.
const shell = "frame.html"

// readPages parses all templates. They ship with the program: one that does not
// parse is found by every test.
func readPages(s *site) pages {
	all := pages{}
	files, _ := pageFiles.ReadDir("pages")
	for _, t := range s.tongues {
		base := template.Must(template.New(shell).Funcs(t.functions(s)).ParseFS(pageFiles, "pages/"+shell))
		for _, f := range files {
			if f.Name() == shell {
				continue
			}
			p := template.Must(template.Must(base.Clone()).ParseFS(pageFiles, "pages/"+f.Name()))
			all[t.code+"/"+strings.TrimSuffix(f.Name(), path.Ext(f.Name()))] = p
		}
	}
	return all
}

// frame is what the frame of a page shows.
type frame struct {
	Lang, Other, OtherName string
	Back                   string // where the switch of languages comes back to
	Page                   string
	Nav                    []link
	Node                   party.Name
	Actor                  party.Actor
	Body                   any
}

// link is an entry of the navigation.
type link struct {
	Name, Path string
	Here       bool
}

// entries are the navigation, with who is shown them.
var entries = []struct {
	name string
	acts []party.Act
	less []party.Act // who may do one of these has another way
}{
	{"inbox", []party.Act{party.ActRead}, nil},
	{"items", []party.Act{party.ActRead}, nil},
	{"search", []party.Act{party.ActRead}, nil},
	{"entities", []party.Act{party.ActRead}, nil},
	{"waiting", []party.Act{party.ActApprove, party.ActRelease}, nil},
	{"duties", []party.Act{party.ActFile}, nil},
	{"trails", []party.Act{party.ActTrail}, []party.Act{party.ActRead}},
	{"partners", nil, nil},
	{"packs", nil, nil},
	{"ledger", []party.Act{party.ActLedger}, nil},
	{"users", []party.Act{party.ActRun, party.ActAssess}, nil},
	{"status", nil, nil},
}

func may(a party.Actor, acts []party.Act) bool {
	for _, act := range acts {
		if a.May(act) == nil {
			return true
		}
	}
	return len(acts) == 0
}

// render answers with a page; here is the entry of the navigation that it belongs
// to.
func (v *visit) render(name, here string, body any) error {
	v.renderStatus(http.StatusOK, name, here, body)
	return nil
}

func (v *visit) renderStatus(status int, name, here string, body any) {
	f := frame{Lang: v.tongue.code, Page: name, Node: v.Desk.Node, Actor: v.actor, Body: body, Back: "/"}
	if v.r.Method == http.MethodGet && status == http.StatusOK {
		f.Back = v.r.URL.RequestURI()
	} else if v.actor.Handle != "" {
		f.Back = "/home"
	}
	for _, t := range v.tongues {
		if t != v.tongue {
			f.Other, f.OtherName = t.code, t.say("tongue.name")
		}
	}
	if v.actor.Handle != "" {
		for _, e := range entries {
			if may(v.actor, e.acts) && (e.less == nil || !may(v.actor, e.less)) {
				f.Nav = append(f.Nav, link{e.name, "/" + e.name, e.name == here})
			}
		}
	}
	var b bytes.Buffer
	if err := v.pages[v.tongue.code+"/"+name].ExecuteTemplate(&b, shell, f); err != nil {
		v.Log.ErrorContext(v.r.Context(), "a page cannot be rendered", "page", name, "err", err)
		http.Error(v.w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", v.tongue.code)
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // a browser that has left is nobody's trouble
}
