// Package comity is the map of Comity, an intelligence exchange for services
// that only partly trust each other. It holds no code: the words are in
// doc/glossary.md, and the rules of the house are the tests beside this file.
//
// # A report's journey
//
// An officer imports a document. Package [comity/intake] and the formats below it
// read it, in a process of its own, and set aside what is furniture of a page.
// Package [comity/intel] makes of the rest an item of numbered portions, each with
// its own marking and grading; [comity/holdings] keeps every version and lets
// nobody read a portion but through one policy function. Whom and what the text
// names, [comity/mention] finds and [comity/offer] offers to the officer.
//
// Before anything leaves, [comity/release] answers "who will end up seeing
// this?": it follows the duties and powers in the rule packs of
// [comity/law] from the chosen recipients to everybody they must or may tell,
// with the scope, the time and the path of rules for each, and lists every
// promise of the markings that this would break. It is a pure function; the
// preview, the gate, the ledger and the audit print the same reasons.
//
// The act of release is one transaction in [comity/store]: the frozen
// version, one cut per recipient, a record in the ledger ([comity/record],
// [comity/ledger]), and an entry in the outbox. Only after it has been
// committed does [comity/exchange] seal the cut ([comity/seal]) for the
// units of one link, as a message in the form of [comity/message], and hand it
// to the partner through [comity/peer]. The exhibits of a cut follow it in parts,
// behind whatever else there is to send.
//
// The partner's node verifies, opens, stores, records, and answers with a
// receipt: a signed record with its proof of inclusion in the partner's own
// ledger, which cmd/orx-verify checks offline. Each read there is recorded
// and receipted before the text is shown. The recipient's own duties (report
// this contact to X within three days) fall due at once; [comity/casework]
// drafts them no wider than the rule's scope and files them. What was sent
// can be taken back or put right with [comity/recall]; what it looks like from
// today - who could have seen it, and who did - [comity/exposure] tells.
// Whoever would pass on what a partner sent asks for leave by
// [comity/authorisation]; calls and meetings, which send no item and may want
// leave too, stand in [comity/contact]. After every run of messages the two
// nodes show each other how their ledgers stand and cosign what holds, so that
// a ledger that was rewritten is found out: [comity/witness]. Where there is no
// network, somebody carries the same messages as files: [comity/courier].
//
// Officers work at the command line, each with a key of their own, or in the pages
// that [comity/web] shows to a browser, into which [comity/door] lets them by a
// passkey. Both ways end at the one desk of [comity/console]. What fails is said in
// English everywhere but in the pages, where [comity/saying] says it in the officer's
// language.
//
// # Six bands
//
// Imports point down only; layers_test.go reads the sources and fails
// otherwise.
//
//	6 assembly  node, demo, web/browser, manual, cmd/comity, cmd/orx-verify; for tests: node/nodetest, exchange/exchangetest, ledger/ledgertest, door/doortest, web/browser/browsertest, web/walk
//	5 edge      store, store/sqlite, store/storetest, peer, console, saying, web, telemetry, journal, intake and the formats below it
//	4 work      staff, rulebook, holdings, exchange, then casework, recall, exposure, authorisation, contact, offer, door and witness (siblings); above them courier
//	3 law       party, intel, law, packs, release, words, picture, record, message, ftm, mention   (pure: no clock, no I/O)
//	2 proof     seal, ledger, vault
//	1 ground    fault, ref, wire
package comity
