// Package peer is the conversation between two nodes over HTTP, both sides.
// [Client] hands messages and heads to one partner and satisfies
// exchange.Peer; [Server] takes them in and hands them to exchange and
// witness.
//
// The transport is HTTP/1.1 over TLS 1.3 with a certificate on both sides,
// each held to the pin of the partner's card: no authority, no name, no expiry
// is asked, and no session is resumed. A client that no card introduced gets a
// closed connection and nothing else. A client follows no redirect, asks no
// proxy, and speaks to the endpoints of a card only.
//
// There are two requests: POST /orx/1/messages with framed messages as
// application/orx-1.messages, and POST /orx/1/heads with signed heads as
// application/orx-1.heads+json. They are answered with
//
//	200  the signed answers, application/orx-1.answers+json, or signed heads
//	409  not received: {"why":...,"expect":...}, application/orx-1.problem+json
//	429  over the rate, or too many at once: wait
//	404, 405, 415, 408, 431, 503  no conversation; an empty body
//
// Whatever is not a 200 or a 409 of this form leaves the message in the
// sender's outbox, to be sent again.
//
// Band 5. It may import exchange, witness and bands 1-3.
package peer

import (
	"time"

	"comity/message"
	"comity/wire"
	"comity/witness"
)

// The paths of a node.
const (
	Path      = "/" + wire.Prefix + "/messages"
	HeadsPath = "/" + wire.Prefix + "/heads"
)

// Media types of the conversation.
const (
	MessageType = "application/orx-1.messages"
	problemType = "application/orx-1.problem+json"
)

// Media types of what is signed.
var (
	answerType = wire.MediaType("answers")
	headsType  = witness.HeadsType
)

const (
	maxAnswers = message.MaxRun * message.MaxAnswer
	maxHeads   = witness.MaxHeads
	maxProblem = 4 << 10
	maxHeader  = 8 << 10
)

// Limits bound what the other side can make this one spend.
type Limits struct {
	Handshake   time.Duration // to finish TLS, or to send a request's header
	Body        time.Duration // to send a whole message, and to read the answer
	Idle        time.Duration // before an unused connection is closed
	Connections int           // of partners at once, all of them
	PerKey      int           // of one partner at once
	Strangers   int           // connections at once that have not sent a request through TLS yet
	PerAddress  int           // the same from one address; of IPv6 from one /64, and four times as many from one /48
	PerPartner  int           // messages of one partner at once
	Rate        float64       // messages a second from one partner
	Arrivals    float64       // new connections a second from one address, counted as for PerAddress
}

// DefaultLimits suit a node with some hundred partners. A partner that
// behaves never meets them.
var DefaultLimits = Limits{
	Handshake:   5 * time.Second,
	Body:        2 * time.Minute,
	Idle:        90 * time.Second,
	Connections: 512,
	PerKey:      8,
	Strangers:   256,
	PerAddress:  16,
	PerPartner:  4,
	Rate:        2000,
	Arrivals:    20,
}
