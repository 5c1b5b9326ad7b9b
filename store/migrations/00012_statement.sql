-- what an entry of the outbox says, by its id: the entry changes when it is sealed
-- and when it is answered, and each time would be written anew with all of it
CREATE TABLE outbox_statement (
  id {{blob}} PRIMARY KEY,
  statement {{blob}}
) {{strict}};
INSERT INTO outbox_statement (id, statement) SELECT id, payload FROM outbox;
ALTER TABLE outbox DROP COLUMN payload;
