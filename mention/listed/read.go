package listed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"comity/fault"
)

// Format says how a list is written.
type Format string

// The formats that are read.
const (
	// CSV has a header. Its columns id, schema and any name or identifier of
	// FollowTheMoney's, such as name, alias or passportNumber, are read, and others
	// passed over. A row without an id has its line number. Several values in
	// one cell are parted by semicolons.
	CSV Format = "csv"
	// OFAC is sdn.csv of the US Treasury, OFACAlt its alt.csv: no header, empty
	// cells as "-0- ", a lone 0x1A at the end.
	OFAC    Format = "ofac"
	OFACAlt Format = "ofac-alt"
	// FollowTheMoney is one entity a line, as JSON.
	FollowTheMoney Format = "ftm"
)

// Read reads a list from one file. What is malformed is refused with its line.
func Read(name string, r io.Reader, f Format) (*List, error) {
	b := NewBuilder(name)
	if err := b.Read(r, f); err != nil {
		return nil, err
	}
	return b.List()
}

// Read adds what a file holds. Files are read in the order that gives an entry its
// schema first: sdn.csv before alt.csv.
func (b *Builder) Read(r io.Reader, f Format) error {
	l := &lines{r: bufio.NewReaderSize(r, 64<<10)}
	switch f {
	case CSV:
		return b.readCSV(l)
	case OFAC:
		return b.readOFAC(l, ofacMain)
	case OFACAlt:
		return b.readOFAC(l, ofacAlias)
	case FollowTheMoney:
		return b.readEntities(l)
	}
	return fault.New(fault.Unsupported, "there is no such format of lists").Fix("formats are csv, ofac, ofac-alt and ftm")
}

// lines reads one line after the other, each of which may be too long.
type lines struct {
	r    *bufio.Reader
	n    int // of the line read last, from 1
	read int
}

// next gives a line without its end; io.EOF behind the last one.
func (l *lines) next() ([]byte, error) {
	var whole []byte
	for {
		part, err := l.r.ReadSlice('\n')
		whole = append(whole, part...)
		l.read += len(part)
		switch {
		case len(whole) > MaxLine:
			return nil, fault.New(fault.TooLarge, "the line has more than %d bytes", MaxLine).At("line %d", l.n+1)
		case l.read > MaxBytes:
			return nil, fault.New(fault.TooLarge, "the file has more than %d bytes", MaxBytes).At("line %d", l.n+1)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fault.New(fault.Internal, "the list could not be read").At("line %d", l.n+1).Because(err)
		case err != nil && len(whole) == 0:
			return nil, io.EOF
		}
		l.n++
		if l.n == 1 {
			whole = bytes.TrimPrefix(whole, []byte("\xEF\xBB\xBF"))
		}
		return bytes.TrimRight(whole, "\r\n"), nil
	}
}

// row reads one row of CSV, whose quoted cells may hold line ends; at is where it
// begins.
func (l *lines) row() (cells []string, at int, err error) {
	var text []byte
	quotes := 0
	for {
		line, err := l.next()
		if err == io.EOF && text != nil {
			return nil, at, fault.New(fault.Invalid, "a quoted cell is not closed").At("line %d", at)
		}
		if err != nil {
			return nil, l.n, err
		}
		if text == nil {
			at = l.n
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
		} else {
			text = append(text, '\n')
		}
		text = append(text, line...)
		if len(text) > MaxLine {
			return nil, at, fault.New(fault.TooLarge, "the row has more than %d bytes", MaxLine).At("line %d", at)
		}
		if quotes += bytes.Count(line, []byte{'"'}); quotes%2 == 0 {
			break
		}
	}
	cells, ok := cellsOf(string(text))
	if !ok {
		return nil, at, fault.New(fault.Invalid, "the row is no CSV").At("line %d", at).Fix("double the quotes inside a quoted cell")
	}
	return cells, at, nil
}

// cellsOf parts a row at its commas (RFC 4180).
func cellsOf(row string) (cells []string, ok bool) {
	for {
		cell, rest := row, ""
		if strings.HasPrefix(row, `"`) {
			end := 1
			for {
				n := strings.IndexByte(row[end:], '"')
				if n < 0 {
					return nil, false
				}
				if end += n + 1; !strings.HasPrefix(row[end:], `"`) {
					break
				}
				end++
			}
			cell, rest = strings.ReplaceAll(row[1:end-1], `""`, `"`), row[end:]
			if rest != "" && rest[0] != ',' {
				return nil, false
			}
		} else if n := strings.IndexByte(row, ','); n >= 0 {
			cell, rest = row[:n], row[n:]
		}
		if !strings.HasPrefix(row, `"`) && strings.Contains(cell, `"`) {
			return nil, false
		}
		if cells = append(cells, cell); rest == "" {
			return cells, true
		}
		row = rest[1:]
	}
}

// at says in which line a fault lies.
func at(err error, line int) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Where == "" {
		g := *f
		return g.At("line %d", line)
	}
	return err
}

func (b *Builder) readCSV(l *lines) error {
	header, _, err := l.row()
	if err == io.EOF {
		return fault.New(fault.Invalid, "the file is empty").Fix("fetch it again")
	} else if err != nil {
		return err
	}
	columns, err := columnsOf(header)
	if err != nil {
		return at(err, l.n)
	}
	for {
		cells, line, err := l.row()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if len(cells) > len(header) {
			return fault.New(fault.Invalid, "the row has %d cells, and the header %d", len(cells), len(header)).At("line %d", line)
		}
		if err := b.addRow(columns, cells, line); err != nil {
			return at(err, line)
		}
	}
}

// columns says which cell holds what.
type columns struct {
	id, schema int // -1 if there is none
	values     []column
}

type column struct {
	cell     int
	property string
}

func columnsOf(header []string) (columns, error) {
	c := columns{id: -1, schema: -1}
	seen := map[string]bool{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		low := strings.ToLower(h)
		if seen[low] {
			return c, fault.New(fault.Invalid, "two columns have the same name")
		}
		seen[low] = h != ""
		switch low {
		case "id", "ent_num":
			c.id = i
			continue
		case "schema":
			c.schema = i
			continue
		}
		if p := propertyNamed(low); p != "" {
			c.values = append(c.values, column{i, p})
		}
	}
	if len(c.values) == 0 {
		return c, fault.New(fault.Invalid, "no column is a name or an identifier").Fix("name one of the columns name, alias or passportNumber")
	}
	return c, nil
}

// propertyNamed finds a property whatever the case it is written in.
func propertyNamed(low string) string {
	for _, all := range []map[string]bool{nameProperties, identifierProperties} {
		for p := range all {
			if strings.ToLower(p) == low {
				return p
			}
		}
	}
	return ""
}

func (b *Builder) addRow(c columns, cells []string, line int) error {
	cell := func(i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	id := cell(c.id)
	if id == "" {
		id = lineID(line)
	}
	for _, v := range c.values {
		for value := range strings.SplitSeq(cell(v.cell), ";") {
			if value = strings.TrimSpace(value); value == "" {
				continue
			}
			if err := b.Add(id, cell(c.schema), v.property, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// entity is what is read of one line of FollowTheMoney.
type entity struct {
	ID         string                       `json:"id"`
	Schema     string                       `json:"schema"`
	Properties map[string][]json.RawMessage `json:"properties"`
}

func (b *Builder) readEntities(l *lines) error {
	for {
		line, err := l.next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e entity
		if err := json.Unmarshal(line, &e); err != nil {
			return fault.New(fault.Invalid, "the line is no entity of FollowTheMoney").At("line %d", l.n).
				Fix("write one JSON object a line, with id, schema and properties that are lists").Because(err)
		}
		if e.ID == "" || !isKind(e.Schema) {
			return fault.New(fault.Invalid, "the entity has no id or no schema").At("line %d", l.n)
		}
		if err := b.addEntity(e); err != nil {
			return at(err, l.n)
		}
	}
}

// addEntity reads the properties in a fixed order, so that one file makes one list.
// Values that are nested entities are passed over.
func (b *Builder) addEntity(e entity) error {
	for _, p := range properties {
		for _, raw := range e.Properties[p] {
			var value string
			if json.Unmarshal(raw, &value) != nil {
				continue
			}
			if value = strings.TrimSpace(value); value == "" || unnamable(value, p) {
				continue
			}
			if err := b.Add(e.ID, e.Schema, p, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// properties are those read, in order.
var properties = strings.Fields("name alias weakAlias previousName registrationNumber passportNumber idNumber taxNumber " +
	"socialSecurityNumber phone email number imoNumber mmsi callSign iban accountNumber swiftBic publicKey serialNumber vatCode leiCode")

// unnamable tells values of nothing but signs, which real data holds.
func unnamable(value, property string) bool {
	return isIdentifier(property) && plain(value) == "" || !isIdentifier(property) && len(split(value).all) == 0
}
