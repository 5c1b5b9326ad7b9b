-- heads of this node's ledger that were given up, and whoever shows them:
-- partner '' is everybody; since: how long the ledger was then
CREATE TABLE waived (
  partner TEXT PRIMARY KEY,
  size {{big}} NOT NULL,
  at {{big}} NOT NULL,
  since {{big}} NOT NULL
) {{strict}};
DROP TABLE lifted;
-- since when a partner says that its ledger is behind
ALTER TABLE partner ADD COLUMN behind {{big}} NOT NULL DEFAULT 0;
-- histories that were explained: heads up to that size are not judged again
CREATE TABLE head_explained (
  partner TEXT PRIMARY KEY,
  size {{big}} NOT NULL
) {{strict}};
