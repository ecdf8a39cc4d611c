UPDATE delivery
SET state = 'suppressed', reason = 'joined', answer = ?2, finished_at = ?3
WHERE id IN (SELECT value FROM json_each(?1))
