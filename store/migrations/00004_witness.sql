-- heads of partners' ledgers that were seen: by whom they were shown, and the
-- size of the larger one that was shown to extend them (0: none yet)
CREATE TABLE head (
  partner TEXT NOT NULL,
  size {{big}} NOT NULL,
  root {{blob}} NOT NULL,
  source TEXT NOT NULL,
  at {{big}} NOT NULL,
  shown {{big}} NOT NULL,
  path {{blob}},
  signed {{blob}} NOT NULL,
  PRIMARY KEY (partner, size, root)
) {{strict}};
CREATE INDEX head_open ON head (partner, size) WHERE shown = 0;
-- sizes under which two roots were seen
CREATE TABLE head_twice (
  partner TEXT NOT NULL,
  size {{big}} NOT NULL,
  PRIMARY KEY (partner, size)
) {{strict}};
-- the head of each partner's ledger that is held
CREATE TABLE head_held (
  partner TEXT PRIMARY KEY,
  size {{big}} NOT NULL,
  root {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  signed {{blob}} NOT NULL
) {{strict}};
-- the head of this node's ledger that each partner holds, cosigned
CREATE TABLE head_ours (
  partner TEXT PRIMARY KEY,
  size {{big}} NOT NULL,
  root {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  signed {{blob}} NOT NULL
) {{strict}};
-- sizes of this node's ledger that a partner asked, by courier, to be shown
CREATE TABLE head_asked (
  partner TEXT NOT NULL,
  size {{big}} NOT NULL,
  PRIMARY KEY (partner, size)
) {{strict}};
-- partners that may be told of each other's heads; a < b
CREATE TABLE told (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  PRIMARY KEY (a, b)
) {{strict}};

-- what a frozen link's evidence is
ALTER TABLE partner ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE partner ADD COLUMN queued {{big}} NOT NULL DEFAULT 0;
UPDATE partner SET queued = (SELECT COUNT(*) FROM outbox o WHERE o.partner = partner.name AND o.answered = 0);
ALTER TABLE evidence ADD COLUMN name TEXT NOT NULL DEFAULT '';

-- the ledger is behind a head that this node has signed, or may be, being
-- restored: nothing is signed until that is cleared. size 0: restored
CREATE TABLE stopped (
  id {{big}} PRIMARY KEY CHECK (id = 1),
  size {{big}} NOT NULL,
  root {{blob}} NOT NULL,
  holder TEXT NOT NULL,
  at {{big}} NOT NULL,
  signed {{blob}} NOT NULL
) {{strict}};
-- partners that were asked since the restore and know of nothing newer
CREATE TABLE stopped_asked (
  partner TEXT PRIMARY KEY
) {{strict}};
-- when an officer let the node sign again
CREATE TABLE lifted (
  id {{big}} PRIMARY KEY CHECK (id = 1),
  at {{big}} NOT NULL
) {{strict}};
CREATE INDEX outbox_sequence ON outbox (partner, sequence) WHERE sequence > 0;
