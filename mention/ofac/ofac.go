// Package ofac carries an extract of the list of Specially Designated Nationals of
// the US Treasury: the entries tied to drugs and to Mexico, with their other names.
// README.md says from where and of when it is. It is an example and a start, not a
// list to rely on: it is as old as its date.
//
// Pure: it holds its data inside itself. It imports fault and listed.
package ofac

import (
	"bytes"
	"compress/gzip"
	_ "embed"

	"comity/fault"
	"comity/mention/listed"
)

//go:embed drug-mexico.csv.gz
var extract []byte

// Name is the name of the list, with the date of its entries.
const Name = "OFAC SDN, drugs and Mexico, 2022-12-28"

// List gives the list.
func List() (*listed.List, error) {
	r, err := gzip.NewReader(bytes.NewReader(extract))
	if err != nil {
		return nil, fault.New(fault.Internal, "the list that comes with the program is damaged").Because(err)
	}
	return listed.Read(Name, r, listed.CSV)
}
