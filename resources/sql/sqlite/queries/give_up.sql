UPDATE delivery
SET state = 'failed', reason = 'given up', finished_at = ?2
WHERE id = ?1 AND state IN ('queued', 'held', 'retrying', 'in_doubt')
