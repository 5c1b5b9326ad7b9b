package word

import (
	"path"
	"strings"

	"comity/intake"
	"comity/intake/prose"
	"comity/intel"
)

// maxPictures is how many pictures are taken.
const maxPictures = 500

// picture takes the bytes of a picture along, if they lie in the file and are those
// of a raster picture.
func (r *reader) picture(id, alt string, out *run) {
	rel, ok := r.relations[id]
	switch {
	case !ok:
		return
	case rel.outside:
		r.outside++
		return
	}
	place, known := r.pictures[rel.target]
	if !known {
		b, err := r.pack.part(rel.target)
		media := prose.Raster(b)
		if err != nil || media == "" || len(r.doc.Files) == maxPictures || r.bytes+len(b) > intake.MaxFile {
			r.unshown++
			return
		}
		r.bytes += len(b)
		r.doc.Files = append(r.doc.Files, intake.File{Name: r.nameOf(rel.target), Media: media, Content: b})
		place = len(r.doc.Files)
		r.pictures[rel.target] = place
	}
	out.pictures = append(out.pictures, intake.Picture{Name: r.doc.Files[place-1].Name, File: place, Caption: described(alt)})
}

// nameOf gives the name of a part without its folders.
func (r *reader) nameOf(part string) string {
	name := prose.Clip(strings.NewReplacer("/", "", `\`, "").Replace(path.Base(part)), 100)
	if strings.Trim(name, ".") == "" {
		return "picture"
	}
	return name
}

// described gives what a person wrote of a picture for those who do not see it; what
// programs write there is nobody's word.
func described(alt string) string {
	low := strings.ToLower(alt)
	for _, s := range []string{"automatically generated", "generada automáticamente", "generado automáticamente", "ai-generated"} {
		if strings.Contains(low, s) {
			return ""
		}
	}
	return prose.Clip(alt, intel.MaxCaption)
}

// takeCaptions gives the paragraphs in the style of captions to the pictures next to
// them: the picture above, or else the one below. Those of tables stay.
func (r *reader) takeCaptions() {
	for i, is := range r.captions {
		if !is {
			continue
		}
		for _, at := range []int{i - 1, i + 1} {
			if at < 0 || at >= len(r.blocks) || len(r.blocks[at].Pictures) == 0 || at == i+1 && at+1 < len(r.captions) && r.captions[at+1] {
				continue
			}
			p := &r.blocks[at].Pictures[len(r.blocks[at].Pictures)-1]
			p.Caption = prose.Clip(r.blocks[i].Text, intel.MaxCaption)
			r.blocks[i].Aside = intake.Caption
			break
		}
		if len(r.blocks[i].Pictures) > 0 && r.blocks[i].Aside == "" {
			p := &r.blocks[i].Pictures[len(r.blocks[i].Pictures)-1]
			p.Caption, r.blocks[i].Aside = prose.Clip(r.blocks[i].Text, intel.MaxCaption), intake.Caption
		}
	}
}
