-- parts of files, enclosed under the key of the item or the received cut that
-- holds them; name is keyed, see vault.Name
CREATE TABLE exhibit_part (
  holder {{blob}} NOT NULL,
  name {{blob}} NOT NULL,
  part {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (holder, name, part)
) {{strict}};
-- files of which parts are here and that no version of their item names yet
CREATE TABLE exhibit_loose (
  holder {{blob}} NOT NULL,
  name {{blob}} NOT NULL,
  at {{big}} NOT NULL,
  PRIMARY KEY (holder, name)
) {{strict}};
-- lane 1 waits for lane 0: parts of exhibits
ALTER TABLE outbox ADD COLUMN lane {{big}} NOT NULL DEFAULT 0;
ALTER TABLE partner ADD COLUMN parts {{big}} NOT NULL DEFAULT 0;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_sealed ON outbox (partner, sequence) WHERE answered = 0 AND sequence > 0;
CREATE INDEX outbox_unsealed ON outbox (partner, lane, seq) WHERE answered = 0 AND sequence = 0;
DROP INDEX outbox_cut;
CREATE INDEX outbox_cut ON outbox (cut, lane, outcome);
