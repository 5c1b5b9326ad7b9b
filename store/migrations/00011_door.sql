-- who may come in by the pages: secrets by their hashes, what they open enclosed
CREATE TABLE invitation (
  secret {{blob}} PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  body {{blob}} NOT NULL
) {{strict}};
CREATE TABLE passkey (
  credential {{blob}} PRIMARY KEY,
  handle TEXT NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX passkey_handle ON passkey (handle);
CREATE TABLE visit (
  token {{blob}} PRIMARY KEY,
  handle TEXT NOT NULL,
  seen {{big}} NOT NULL,
  until {{big}} NOT NULL,
  body {{blob}} NOT NULL
) {{strict}};
CREATE INDEX visit_handle ON visit (handle);
CREATE INDEX visit_until ON visit (until);
