-- lists of names that are looked for in texts, enclosed in pieces
CREATE TABLE list (
  name TEXT PRIMARY KEY,
  at {{big}} NOT NULL,
  officer TEXT NOT NULL,
  entries {{big}} NOT NULL,
  size {{big}} NOT NULL
) {{strict}};
CREATE TABLE list_part (
  name TEXT NOT NULL REFERENCES list (name),
  part {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (name, part)
) {{strict}};
