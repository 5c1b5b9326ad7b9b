package wire

// Speaks is the newest protocol number that a node speaks; 0 is [Protocol]. It
// speaks the one before as well, so that the nodes of a network are upgraded one
// after the other.
type Speaks int

// Newest gives the number.
func (s Speaks) Newest() int {
	if s == 0 {
		return Protocol
	}
	return int(s)
}

// oldest gives the oldest number that the node still speaks.
func (s Speaks) oldest() int { return max(Oldest, s.Newest()-1) }

// Knows tells whether the node understands a number.
func (s Speaks) Knows(n int) bool { return n >= s.oldest() && n <= s.Newest() }

// With gives the number to use with a partner whose newest, as far as is known,
// is another one: that, or the one that is nearest to it.
func (s Speaks) With(other int) int { return max(s.oldest(), min(s.Newest(), other)) }
