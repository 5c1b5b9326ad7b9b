package listed

import (
	"io"
	"strconv"
	"strings"

	"comity/fault"
)

func lineID(line int) string { return "line " + strconv.Itoa(line) }

// ofacRow says where the columns of one of OFAC's files are. They are written down
// in the Treasury's dat_spec.txt: sdn.csv has ent_num, name, type and nine
// others, alt.csv has ent_num, alt_num, type, name and remarks.
type ofacRow struct {
	cells, name, kind int
	alias             bool
}

var (
	ofacMain  = ofacRow{cells: 12, name: 1, kind: 2}
	ofacAlias = ofacRow{cells: 5, name: 3, kind: 2, alias: true}
)

// readOFAC reads the rows of sdn.csv or alt.csv. A header, which others have put
// before them, is passed over.
func (b *Builder) readOFAC(l *lines, shape ofacRow) error {
	for rows := 0; ; rows++ {
		cells, line, err := l.row()
		if err == io.EOF {
			if rows == 0 {
				return fault.New(fault.Invalid, "the file is empty").Fix("fetch it again; a list that names nobody deletes everybody")
			}
			return nil
		} else if err != nil {
			return err
		}
		if len(cells) == 1 && strings.Trim(cells[0], "\x1A ") == "" {
			continue // the end of a file in DOS
		}
		if len(cells) != shape.cells {
			return fault.New(fault.Invalid, "the row has %d cells; %d are needed", len(cells), shape.cells).At("line %d", line)
		}
		if rows == 0 && strings.EqualFold(cells[0], "ent_num") {
			continue
		}
		if err := b.addOFAC(shape, cells); err != nil {
			return at(err, line)
		}
	}
}

func (b *Builder) addOFAC(shape ofacRow, cells []string) error {
	id := ofacCell(cells[0])
	if _, err := strconv.ParseUint(id, 10, 32); err != nil {
		return fault.New(fault.Invalid, "the first cell is no entry number")
	}
	schema, property := ofacSchema(ofacCell(cells[shape.kind])), "name"
	if shape.alias {
		schema, property = "", ofacAliasProperty(ofacCell(cells[shape.kind]))
	}
	name := ofacCell(cells[shape.name])
	if name == "" {
		return nil
	}
	return b.Add(id, schema, property, name)
}

// ofacCell reads an empty cell, which is written "-0- ".
func ofacCell(s string) string {
	if s = strings.TrimSpace(s); s == "-0-" {
		return ""
	}
	return s
}

func ofacSchema(kind string) string {
	switch kind {
	case "individual":
		return "Person"
	case "vessel":
		return "Vessel"
	case "aircraft":
		return "Airplane"
	}
	return "Organization"
}

// ofacAliasProperty reads the types aka, fka (formerly) and nka (now).
func ofacAliasProperty(kind string) string {
	if kind == "fka" {
		return "previousName"
	}
	return "alias"
}
