package store

// Dialect is what differs between databases. All else is one SQL text, with
// $1 to $n for what it is given.
type Dialect struct {
	Name   string            // goose's name of the database
	Begin  string            // starts a transaction that will write
	Schema map[string]string // what stands for {{word}} in migrations
	Search Search
	Purge  string // outside a transaction: leaves nothing that was deleted in any file
}

// Search is full text over passages, which every database does in its own
// way. Of the text it gets tokens alone: hexadecimal digits, with an o before them in those of
// whoever finds the passage, and of what kind it is, a space between.
type Search struct {
	Index   string // enters $1, the id of a passage just stored, with its tokens $2
	Unindex string // takes it out again
	Forget  string // leaves nothing of the tokens of what was taken out
	// Find is a query for (item, cut, number), best first: passages that
	// match $1, of the items of the unit $2, or of received cuts that have an
	// opening by the handle $3; at most $4, after the first $5.
	Find string
	// Match makes $1 from tokens: all of them, and one of those of who asks.
	Match func(tokens, of []string) string
}
