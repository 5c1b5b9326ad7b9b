// Package walk attacks the pages of a node as a whole, over real nodes and through
// the real door: every route in the router's own table, as every kind of officer,
// about items of every marking, with words in them that nobody else may come to see;
// with hostile texts by every way that a text comes in; from other sites, and with
// requests that no browser sends. What is expected stands in its tests as a table,
// from the rules and not from the code. It holds nothing but tests.
//
// Band 6, for tests only.
package walk
