package courier

import (
	"bytes"
	"encoding/binary"
	"testing"

	"comity/fault"
)

func written(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeBundle(&b, parts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(b []byte) ([]part, error) {
	r := &reader{r: bytes.NewReader(b)}
	var list []part
	for {
		p, more, err := r.next()
		if err != nil || !more {
			return list, err
		}
		list = append(list, p)
	}
}

func TestBundle(t *testing.T) {
	in := []part{{partHeads, []byte("h")}, {partAnswer, nil}, {partMessage, bytes.Repeat([]byte("m"), 1<<20)}}
	out, err := readAll(written(t, in...))
	if err != nil || len(out) != 3 || out[0].kind != partHeads || len(out[1].body) != 0 || !bytes.Equal(out[2].body, in[2].body) {
		t.Fatal(len(out), err)
	}
	if out, err = readAll(written(t)); err != nil || len(out) != 0 {
		t.Fatal("an empty bundle:", out, err)
	}
}

func TestBundleRefuses(t *testing.T) {
	good := written(t, part{partHeads, []byte("heads")})
	claims := func(kind byte, size uint32) []byte {
		return binary.BigEndian.AppendUint32(append([]byte(magic), kind), size)
	}
	var crowd []part
	for range MaxParts + 1 {
		crowd = append(crowd, part{kind: partAnswer})
	}
	for name, c := range map[string]struct {
		b    []byte
		want fault.Kind
	}{
		"nothing":             {nil, fault.Invalid},
		"no bundle":           {[]byte("orx/1 message\n...."), fault.Invalid},
		"of another protocol": {bytes.Replace(good, []byte("orx/1"), []byte("orx/2"), 1), fault.Invalid},
		"no end":              {good[:len(good)-5], fault.Invalid},
		"half an end":         {good[:len(good)-1], fault.Invalid},
		"half a part":         {good[:len(magic)+7], fault.Invalid},
		"half a head":         {good[:len(magic)+3], fault.Invalid},
		"something behind":    {append(bytes.Clone(good), 0), fault.Invalid},
		"an end with a size":  {claims(partEnd, 1), fault.TooLarge},
		"an unknown kind":     {claims('x', 1), fault.TooLarge},
		"a part of 4 GiB":     {claims(partMessage, 1<<32-1), fault.TooLarge},
		"heads too large":     {claims(partHeads, 1<<20+1), fault.TooLarge},
		"too many parts":      {written(t, crowd...), fault.TooLarge},
	} {
		if _, err := readAll(c.b); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzBundle(f *testing.F) {
	f.Add(written(f, part{partHeads, []byte("h")}, part{partMessage, []byte("m")}))
	f.Add(written(f))
	f.Add([]byte(magic + "m\x00\x00\x00\x02ab"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parts, err := readAll(b)
		if err == nil && !bytes.Equal(written(t, parts...), b) {
			t.Fatal("another bundle reads as the same parts")
		}
	})
}
