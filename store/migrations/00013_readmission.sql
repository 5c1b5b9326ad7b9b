-- ways back for officers who have lost every passkey, which wait for a second officer
CREATE TABLE readmission (
  handle TEXT PRIMARY KEY,
  body {{blob}} NOT NULL
) {{strict}};
-- who has ever made a passkey: nobody lets them in again alone
CREATE TABLE entered (
  handle TEXT PRIMARY KEY
) {{strict}};
INSERT INTO entered (handle) SELECT DISTINCT handle FROM passkey;
