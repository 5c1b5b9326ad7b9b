-- whence an item was imported; original is keyed, and sketch made of keyed words:
-- neither confirms a guess at what the document said
CREATE TABLE source (
  item {{blob}} PRIMARY KEY,
  unit TEXT NOT NULL,
  original {{blob}} NOT NULL,
  sketch {{blob}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX source_original ON source (unit, original);
