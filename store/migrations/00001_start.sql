-- Times are seconds since 1970 UTC, 0 for none. Ids have 16 bytes, hashes 32,
-- all zero for none. body is JSON. rev is an id's hex digits from
-- last to first, so that an id is found by its last digits. seq is the order
-- of commit.

-- the ledger: leaf, the stored hashes of the tree, signed heads
CREATE TABLE leaf (
  number {{big}} PRIMARY KEY,
  commitment {{blob}} NOT NULL,
  salt {{blob}} NOT NULL,
  record {{blob}} NOT NULL
) {{strict}};
CREATE TABLE tree (
  number {{big}} PRIMARY KEY,
  hash {{blob}} NOT NULL
) {{strict}};
CREATE TABLE checkpoint (
  size {{big}} PRIMARY KEY,
  origin TEXT NOT NULL,
  root {{blob}} NOT NULL,
  signed {{blob}} NOT NULL,
  at {{big}} NOT NULL
) {{strict}};

-- staff: an entry is a statement that the node signed
CREATE TABLE officer (
  handle TEXT PRIMARY KEY,
  key {{blob}} NOT NULL UNIQUE,
  statement {{blob}} NOT NULL
) {{strict}};

-- rulebook
CREATE TABLE pack (
  id TEXT NOT NULL,
  version {{big}} NOT NULL,
  hash {{blob}} NOT NULL,
  counts {{big}} NOT NULL,
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  since {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  source {{blob}},
  PRIMARY KEY (id, version)
) {{strict}};
CREATE TABLE assessment (
  seq {{serial}},
  id TEXT NOT NULL,
  version {{big}} NOT NULL,
  counts {{big}} NOT NULL,
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  at {{big}} NOT NULL
) {{strict}};

-- holdings
CREATE TABLE item (
  id {{blob}} PRIMARY KEY,
  rev {{blob}} NOT NULL,
  unit TEXT NOT NULL,
  version {{big}} NOT NULL,
  hash {{blob}} NOT NULL
) {{strict}};
CREATE INDEX item_unit ON item (unit, id);
CREATE INDEX item_rev ON item (rev);
CREATE TABLE item_version (
  item {{blob}} NOT NULL REFERENCES item (id),
  version {{big}} NOT NULL,
  hash {{blob}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (item, version)
) {{strict}};
CREATE TABLE portion (
  id {{blob}} PRIMARY KEY,
  item {{blob}} NOT NULL REFERENCES item (id),
  author TEXT NOT NULL
) {{strict}};
CREATE INDEX portion_item ON portion (item);
CREATE TABLE passage (
  id {{serial}},
  item {{blob}} NOT NULL,
  cut {{blob}} NOT NULL,
  number {{big}} NOT NULL,
  unit TEXT NOT NULL,
  body TEXT NOT NULL
) {{strict}};
CREATE INDEX passage_item ON passage (item);
{{search}}

-- partners and links
CREATE TABLE partner (
  name TEXT PRIMARY KEY,
  card {{blob}} NOT NULL,
  card_signed {{blob}} NOT NULL,
  card_hash {{blob}} NOT NULL,
  state TEXT NOT NULL,
  since {{big}} NOT NULL,
  out_sequence {{big}} NOT NULL,
  out_hash {{blob}} NOT NULL,
  in_sequence {{big}} NOT NULL,
  in_hash {{blob}} NOT NULL,
  heard {{big}} NOT NULL
) {{strict}};
CREATE TABLE card (
  partner TEXT NOT NULL REFERENCES partner (name),
  serial {{big}} NOT NULL,
  hash {{blob}} NOT NULL,
  signed {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  PRIMARY KEY (partner, serial)
) {{strict}};
CREATE TABLE evidence (
  seq {{serial}},
  partner TEXT NOT NULL REFERENCES partner (name),
  state TEXT NOT NULL,
  at {{big}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE TABLE missed (
  partner TEXT NOT NULL REFERENCES partner (name),
  hour {{big}} NOT NULL,
  count {{big}} NOT NULL,
  last {{big}} NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (partner, hour)
) {{strict}};

-- what this node sends
CREATE TABLE plan (
  hash {{blob}} PRIMARY KEY,
  used {{big}} NOT NULL,
  approval {{blob}},
  body {{blob}} NOT NULL
) {{strict}};
CREATE TABLE series (
  item {{blob}} NOT NULL,
  recipient TEXT NOT NULL,
  series {{blob}} NOT NULL UNIQUE,
  version {{big}} NOT NULL,
  prev {{blob}} NOT NULL,
  PRIMARY KEY (item, recipient)
) {{strict}};
CREATE TABLE released (
  id {{blob}} PRIMARY KEY,
  item {{blob}} NOT NULL,
  plan {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX released_item ON released (item);
CREATE TABLE sent (
  seq {{serial}},
  cut {{blob}} NOT NULL UNIQUE,
  item {{blob}} NOT NULL,
  about {{blob}} NOT NULL,
  release {{blob}} NOT NULL REFERENCES released (id),
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX sent_item ON sent (item);
CREATE INDEX sent_about ON sent (about);
CREATE TABLE outbox (
  seq {{serial}},
  id {{blob}} NOT NULL UNIQUE,
  partner TEXT NOT NULL REFERENCES partner (name),
  cut {{blob}} NOT NULL,
  replaces {{blob}} NOT NULL,
  sequence {{big}} NOT NULL,
  hash {{blob}} NOT NULL,
  card {{blob}} NOT NULL,
  message {{blob}},
  answered {{big}} NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  answer {{blob}},
  payload {{blob}},
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX outbox_waiting ON outbox (partner, seq) WHERE answered = 0;
CREATE INDEX outbox_refused ON outbox (partner, seq) WHERE outcome = 'refused';
CREATE INDEX outbox_cut ON outbox (cut);
CREATE INDEX outbox_replaces ON outbox (partner, replaces);
CREATE TABLE receipt (
  seq {{serial}},
  hash {{blob}} NOT NULL UNIQUE,
  cut {{blob}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX receipt_cut ON receipt (cut);

-- what partners send
CREATE TABLE arrival (
  partner TEXT NOT NULL REFERENCES partner (name),
  sequence {{big}} NOT NULL,
  hash {{blob}} NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  at {{big}} NOT NULL,
  envelope {{blob}},
  message {{blob}},
  answer {{blob}},
  PRIMARY KEY (partner, sequence)
) {{strict}};
CREATE TABLE received (
  seq {{serial}},
  cut {{blob}} NOT NULL UNIQUE,
  rev {{blob}} NOT NULL,
  partner TEXT NOT NULL,
  about {{blob}} NOT NULL,
  first_read {{big}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX received_rev ON received (rev);
CREATE INDEX received_about ON received (partner, about);
CREATE TABLE opening (
  seq {{serial}},
  cut {{blob}} NOT NULL,
  handle TEXT NOT NULL,
  unit TEXT NOT NULL,
  at {{big}} NOT NULL
) {{strict}};
CREATE INDEX opening_cut ON opening (cut, handle);

-- duties
CREATE TABLE duty (
  seq {{serial}},
  id {{blob}} NOT NULL UNIQUE,
  rev {{blob}} NOT NULL,
  cut {{blob}} NOT NULL,
  discharged {{big}} NOT NULL,
  how TEXT NOT NULL,
  release {{blob}} NOT NULL,
  proof {{blob}},
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX duty_rev ON duty (rev);
CREATE INDEX duty_cut ON duty (cut);
CREATE INDEX duty_open ON duty (seq) WHERE discharged = 0;
