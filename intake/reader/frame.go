package reader

import (
	"encoding/binary"
	"path"
	"strings"

	"comity/fault"
	"comity/intake"
	"comity/intel"
	"comity/wire"
)

// MostBeside is how many bytes of files beside a document are looked at.
const MostBeside = 2 * intake.MaxFile

// What goes to the process and comes back has one form: the length of a head in
// four bytes, the head in JSON, and behind it the bytes of files, whose names and
// sizes the head has.
const (
	mostHead   = 64 << 20
	mostAnswer = mostHead + 2*intake.MaxFile // bytes
	mostBeside = 2 * intake.MaxFile          // bytes of the files beside a document
)

// named is a file whose bytes stand behind the head.
type named struct {
	Name  string `json:"name"`
	Media string `json:"media,omitzero"`
	Size  int    `json:"size"`
}

type question struct {
	Name    string  `json:"name"`
	Content int     `json:"content"`
	Beside  []named `json:"beside,omitempty"`
}

type answer struct {
	Document intake.Document `json:"document,omitzero"`
	Files    []named         `json:"files,omitempty"` // of the document
	Attached []named         `json:"attached,omitempty"`
	Refused  *refusal        `json:"refused,omitempty"`
}

// refusal is a fault as it crosses.
type refusal struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Where string `json:"where,omitzero"`
	Hint  string `json:"hint,omitzero"`
}

// frame puts a head before files.
func frame(head any, files ...[]byte) ([]byte, error) {
	b, err := wire.Plain(head)
	if err != nil {
		return nil, err
	}
	if len(b) > mostHead {
		return nil, fault.New(fault.TooLarge, "the text of the document is too long to be an item").Fix("split it")
	}
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
	for _, f := range files {
		out = append(out, f...)
	}
	return out, nil
}

// unframe reads the head of a frame and gives the rest.
func unframe(b []byte, head any) (rest []byte, err error) {
	if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return nil, cutShort()
	}
	n := int(binary.BigEndian.Uint32(b))
	return b[4+n:], wire.ReadPlain(b[4:4+n], head, mostHead)
}

// take cuts the bytes of files off.
func take(rest []byte, list []named) (files []intake.File, left []byte, err error) {
	for _, f := range list {
		if f.Size < 0 || f.Size > len(rest) {
			return nil, nil, cutShort()
		}
		files = append(files, intake.File{Name: f.Name, Media: f.Media, Content: rest[:f.Size:f.Size]})
		rest = rest[f.Size:]
	}
	return files, rest, nil
}

// plainName makes a name of an attachment one that may be shown, and no path.
func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if intel.Plain(string(r), false) {
			return r
		}
		return '_'
	}, name)
	return strings.ToValidUTF8(name[max(0, len(name)-120):], "")
}

func cutShort() error {
	return fault.New(fault.Invalid, "what was read of the document is cut short").Fix("try once more; it may be hostile")
}

func request(in Input) ([]byte, error) {
	q, bytes, total := question{Name: in.Name, Content: len(in.Content)}, [][]byte{in.Content}, 0
	for _, f := range in.Beside {
		if total += len(f.Content); total > MostBeside {
			break // what is missing is missing: its caption is kept
		}
		q.Beside = append(q.Beside, named{Name: f.Name, Size: len(f.Content)})
		bytes = append(bytes, f.Content)
	}
	return frame(q, bytes...)
}

// response is what the process says of a reading.
func response(r Reading) ([]byte, error) {
	a, bytes := answer{Document: r.Document}, [][]byte{}
	a.Document.Files = nil
	for _, f := range r.Document.Files {
		a.Files, bytes = append(a.Files, named{f.Name, f.Media, len(f.Content)}), append(bytes, f.Content)
	}
	for _, f := range r.Attached {
		a.Attached, bytes = append(a.Attached, named{f.Name, f.Media, len(f.Content)}), append(bytes, f.Content)
	}
	return frame(a, bytes...)
}

// reading is what it understood, if it holds together.
func reading(b []byte) (r Reading, err error) {
	var a answer
	rest, err := unframe(b, &a)
	if err != nil {
		return Reading{}, err
	}
	if a.Refused != nil {
		return Reading{}, a.Refused.fault()
	}
	r.Document = a.Document
	if r.Document.Files, rest, err = take(rest, a.Files); err != nil {
		return Reading{}, err
	}
	if len(a.Files)+len(a.Attached) > mostFilesOf {
		return Reading{}, cutShort()
	}
	if r.Attached, _, err = take(rest, a.Attached); err != nil {
		return Reading{}, err
	}
	for i, f := range r.Attached {
		r.Attached[i].Name = plainName(f.Name)
	}
	return r, sound(r.Document)
}
