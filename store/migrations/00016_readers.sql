-- who may read something of a received cut, in place of whom it is for: an inbox is read
-- without what is for other eyes, or has expired. reader: empty for everybody in the
-- unit, or a keyed name of an officer; until: 9223372036854775807 for good. Who is named
-- is told in what is encrypted alone: filled in when the database is opened
DROP TABLE received_unit;
CREATE TABLE received_reader (
  unit TEXT NOT NULL,
  reader {{blob}} NOT NULL,
  seq {{big}} NOT NULL,
  until {{big}} NOT NULL,
  PRIMARY KEY (unit, reader, seq, until)
) {{strict}};
INSERT INTO unsorted (kind, seq) SELECT 'received', seq FROM received
  WHERE seq NOT IN (SELECT seq FROM unsorted WHERE kind = 'received');
-- plans that were used wait no more
DELETE FROM waiting WHERE plan IN (SELECT hash FROM plan WHERE used <> 0);
