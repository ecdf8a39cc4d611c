-- At once, except what was to go later from the beginning (the time for an undo); tried for an hour from now (?2) at least.
UPDATE delivery
SET state = 'queued', reason = '', due_at = CASE WHEN attempts = 0 AND due_at > ?2 THEN due_at ELSE ?2 END,
    give_up_at = CASE WHEN give_up_at = 0 THEN 0 ELSE max(give_up_at, ?2 + 3600000000) END
WHERE notifier = ?1 AND state = 'held'
