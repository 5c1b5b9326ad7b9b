package exchange

import (
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Came tells that a cut was taken in: nothing of what it says.
type Came struct {
	Partner party.Name `json:"partner"`
	Cut     ref.CutID  `json:"cut"`
	At      wire.Time  `json:"at"`
	What    string     `json:"what"` // cut, correction or recall
}

// tellArrived counts what was committed, and tells whoever wants to know of cuts.
func (x *Exchange) tellArrived(list []Arrival) {
	for _, a := range list {
		if a.Outcome != message.Accepted {
			x.counts.refused.Add(1)
			continue
		}
		x.counts.received.Add(1)
		if a.Cut == nil || x.Config.Arrived == nil {
			continue
		}
		t := Came{Partner: a.Partner, Cut: a.Cut.Cut.ID, At: a.At, What: "cut"}
		if n := a.Cut.Cut.Notice; n != nil {
			t.What = string(n.Kind)
		}
		x.Config.Arrived(t)
	}
}
