-- contents are enclosed under keys of the vault (see store/enclose.go); words
-- for searching are tokens. What was destroyed stays so in a vault that was put
-- back
CREATE TABLE destroyed (
  id {{blob}} PRIMARY KEY,
  at {{big}} NOT NULL
) {{strict}};
DROP TABLE passage_text;
DROP TABLE passage;
CREATE TABLE passage (
  id {{serial}},
  item {{blob}} NOT NULL,
  cut {{blob}} NOT NULL,
  number {{big}} NOT NULL,
  unit TEXT NOT NULL
) {{strict}};
CREATE INDEX passage_item ON passage (item);
CREATE INDEX passage_cut ON passage (cut);
{{search}}
