INSERT INTO audit (happened_at, done_by, action, subject, detail)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO NOTHING
