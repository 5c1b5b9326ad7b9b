-- parts of files, enclosed under the key of the item or the received cut that
-- holds them; name is keyed, see vault.Name; kept 0: no version names it yet
CREATE TABLE exhibit_part (
  holder {{blob}} NOT NULL,
  name {{blob}} NOT NULL,
  part {{big}} NOT NULL,
  kept {{big}} NOT NULL,
  at {{big}} NOT NULL,
  body {{blob}} NOT NULL,
  PRIMARY KEY (holder, name, part)
) {{strict}};
CREATE INDEX exhibit_part_loose ON exhibit_part (at) WHERE kept = 0;
-- lane 1 waits for lane 0: parts of exhibits
ALTER TABLE outbox ADD COLUMN lane {{big}} NOT NULL DEFAULT 0;
ALTER TABLE partner ADD COLUMN parts {{big}} NOT NULL DEFAULT 0;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_sealed ON outbox (partner, sequence) WHERE answered = 0 AND sequence > 0;
CREATE INDEX outbox_unsealed ON outbox (partner, lane, seq) WHERE answered = 0 AND sequence = 0;
