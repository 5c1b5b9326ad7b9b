-- passages say in the index itself whose they are and whether they hold
-- statements, so that a search does not look through all: made anew when the database is opened
INSERT INTO unsorted (kind, seq) SELECT 'search', 0 WHERE EXISTS (SELECT 1 FROM passage);
DROP TABLE passage_text;
DELETE FROM passage;
{{search}}
