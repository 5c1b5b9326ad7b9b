package reader

import (
	"context"
	"io"

	"comity/fault"
	"comity/intake/pdf"
)

// Child reads one document from in and writes what it read to out. It is all that
// the process does which [Reader] starts; programs is where it finds what [Warm] has
// compiled, if anywhere.
func Child(ctx context.Context, in io.Reader, out io.Writer, programs string) error {
	err := bound()
	if err == nil {
		err = confine(programs)
	}
	if err != nil {
		return fault.New(fault.Internal, "the reader of documents cannot be confined").Because(err)
	}
	asked, err := io.ReadAll(io.LimitReader(in, mostAnswer))
	if err != nil {
		return err
	}
	told, err := respond(ctx, asked, programs)
	if err != nil {
		return err
	}
	_, err = out.Write(told)
	return err
}

// Warm compiles what reading needs into a folder, which is made: once for each
// version of the program, without any document at hand. Nobody else may write into
// the folder, because what lies there is run.
func Warm(ctx context.Context, programs string) error {
	if err := bound(); err != nil {
		return err
	}
	r, err := pdf.Open(ctx, programs)
	if err == nil {
		r.Close()
	}
	return err
}

// respond gives what was read, or why nothing was.
func respond(ctx context.Context, asked []byte, programs string) ([]byte, error) {
	in, err := input(asked)
	if err != nil {
		return nil, err
	}
	r, err := read(ctx, in, programs)
	if err != nil {
		return frame(answer{Refused: refused(err)})
	}
	return response(r)
}

func input(asked []byte) (Input, error) {
	var q question
	rest, err := unframe(asked, &q)
	if err != nil {
		return Input{}, err
	}
	files, _, err := take(rest, append([]named{{Size: q.Content}}, q.Beside...))
	if err != nil {
		return Input{}, err
	}
	return Input{Name: q.Name, Content: files[0].Content, Beside: files[1:]}, nil
}

func refused(err error) *refusal {
	e := fault.Safe(err)
	return &refusal{e.Kind.String(), e.Text, e.Where, e.Hint}
}

func (r refusal) fault() error {
	kind := fault.KindNamed(r.Kind)
	if kind != fault.Unsupported && kind != fault.TooLarge {
		kind = fault.Invalid // a reader has nothing to say of the node
	}
	e := fault.New(kind, "%s", short(r.Text)).Fix("%s", short(r.Hint))
	if r.Where != "" {
		e = e.At("%s", short(r.Where))
	}
	return e
}

// short keeps what a process says of itself short.
func short(s string) string { return s[:min(len(s), 500)] }
