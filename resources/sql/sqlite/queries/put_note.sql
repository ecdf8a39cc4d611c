INSERT INTO note (id, subject, written_at, written_by, words)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO NOTHING
