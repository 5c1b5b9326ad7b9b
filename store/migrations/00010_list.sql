-- lists of names that a unit looks for in texts, enclosed in pieces
CREATE TABLE list (
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  at {{big}} NOT NULL,
  officer TEXT NOT NULL,
  entries {{big}} NOT NULL,
  size {{big}} NOT NULL,
  PRIMARY KEY (unit, name)
) {{strict}};
CREATE TABLE list_part (
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  part {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (unit, name, part),
  FOREIGN KEY (unit, name) REFERENCES list (unit, name)
) {{strict}};
