DELETE FROM request WHERE asked_at < ?1
