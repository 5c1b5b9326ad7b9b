-- sealed messages by their places: a row of the outbox changes when it is sealed
-- and when it is answered, and each time would be written anew with the message
CREATE TABLE outbox_message (
  partner TEXT NOT NULL,
  sequence {{big}} NOT NULL,
  message {{blob}} NOT NULL,
  PRIMARY KEY (partner, sequence)
) {{strict}};
INSERT INTO outbox_message (partner, sequence, message) SELECT partner, sequence, message FROM outbox WHERE message IS NOT NULL;
DROP INDEX outbox_sequence;
ALTER TABLE outbox DROP COLUMN message;
