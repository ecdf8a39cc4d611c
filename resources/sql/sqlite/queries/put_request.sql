INSERT INTO request (id, asked_at)
VALUES (?1, ?2)
ON CONFLICT DO NOTHING
