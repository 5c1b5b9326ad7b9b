package manual

import "github.com/alecthomas/kong"

// Files gives all that this package writes of a program, by the path in a folder
// from which packages are built:
//
//	man1/comity.1, man1/comity-import.1, ...
//	bash/comity
//	zsh/_comity
//	fish/comity.fish
func Files(app *kong.Application, o Options, known ...Known) (map[string]string, error) {
	pages, err := Pages(app, o)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, p := range pages {
		all["man1/"+p.File()] = p.Text
	}
	for shell, path := range map[string]string{"bash": "bash/" + app.Name, "zsh": "zsh/_" + app.Name, "fish": "fish/" + app.Name + ".fish"} {
		if all[path], err = Completion(app, shell, known...); err != nil {
			return nil, err
		}
	}
	return all, nil
}
