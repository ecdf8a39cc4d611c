-- At once, except what was to go later from the beginning (the time for an undo).
UPDATE delivery
SET state = 'queued', reason = '', due_at = CASE WHEN attempts = 0 AND due_at > ?2 THEN due_at ELSE ?2 END
WHERE notifier = ?1 AND state = 'held'
