UPDATE delivery
SET state = 'held', reason = ?2
WHERE notifier = ?1 AND (state IN ('queued', 'retrying') OR (state = 'held' AND reason <> ?2))
