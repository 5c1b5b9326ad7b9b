-- authorisations: asked for by this node (sent, or on paper), by what they are
-- about; and those that partners ask this node for
CREATE TABLE asked (
  seq {{serial}},
  cut {{blob}} NOT NULL UNIQUE,
  rev {{blob}} NOT NULL,
  unit TEXT NOT NULL,
  paper {{big}} NOT NULL,
  place {{big}} NOT NULL,
  answer {{blob}},
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX asked_rev ON asked (rev);
CREATE INDEX asked_unit ON asked (unit, seq);
CREATE TABLE asked_about (
  about TEXT NOT NULL,
  unit TEXT NOT NULL,
  cut {{blob}} NOT NULL,
  PRIMARY KEY (about, unit, cut)
) {{strict}};
CREATE TABLE asked_here (
  seq {{serial}},
  cut {{blob}} NOT NULL UNIQUE,
  rev {{blob}} NOT NULL,
  unit TEXT NOT NULL,
  given {{big}} NOT NULL,
  proof {{blob}} NOT NULL,
  answer {{blob}}
) {{strict}};
CREATE INDEX asked_here_given ON asked_here (seq) WHERE given > 0;
CREATE INDEX asked_here_rev ON asked_here (rev);
CREATE INDEX asked_here_unit ON asked_here (unit, seq);

-- contacts that send no item
CREATE TABLE contact (
  seq {{serial}},
  id {{blob}} NOT NULL UNIQUE,
  rev {{blob}} NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX contact_rev ON contact (rev);
CREATE INDEX contact_unit ON contact (unit, seq);

-- series that their originator recalled
CREATE TABLE recalled (
  partner TEXT NOT NULL,
  series {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  PRIMARY KEY (partner, series)
) {{strict}};

-- plans that wait for a second officer, by unit
CREATE TABLE waiting (
  seq {{serial}},
  plan {{blob}} NOT NULL UNIQUE,
  unit TEXT NOT NULL
) {{strict}};
CREATE INDEX waiting_unit ON waiting (unit, seq);
