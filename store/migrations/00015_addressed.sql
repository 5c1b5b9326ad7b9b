-- which units a received cut is for, so that a unit's inbox is read without everybody
-- else's post
CREATE TABLE received_unit (
  unit TEXT NOT NULL,
  seq {{big}} NOT NULL,
  PRIMARY KEY (unit, seq)
) {{strict}};
-- whom a duty binds and when it is first due (9223372036854775807: never), likewise
ALTER TABLE duty ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE duty ADD COLUMN due {{big}} NOT NULL DEFAULT 0;
CREATE INDEX duty_held ON duty (holder, due, seq);
CREATE INDEX duty_held_open ON duty (holder, due, seq) WHERE discharged = 0;
CREATE INDEX duty_due ON duty (due) WHERE discharged = 0;
-- what was kept before that, and says it only in what is encrypted: filled in when the
-- database is opened
CREATE TABLE unsorted (
  kind TEXT NOT NULL,
  seq {{big}} NOT NULL,
  PRIMARY KEY (kind, seq)
) {{strict}};
INSERT INTO unsorted (kind, seq) SELECT 'received', seq FROM received;
INSERT INTO unsorted (kind, seq) SELECT 'duty', seq FROM duty;
