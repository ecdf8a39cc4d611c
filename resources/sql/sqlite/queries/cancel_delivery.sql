UPDATE delivery
SET state = 'cancelled', reason = ?2, finished_at = ?3, lease_until = NULL
WHERE id = ?1 AND (state IN ('queued', 'held') OR (state = 'claimed' AND attempts = 1))
