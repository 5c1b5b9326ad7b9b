-- what officers have written and not saved as a version yet, enclosed under the
-- key of the item that it is of, or is to be
CREATE TABLE unsaved (
  officer TEXT NOT NULL,
  item {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (officer, item)
) {{strict}};
