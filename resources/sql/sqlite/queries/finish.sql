-- An in_doubt that nobody has claimed since is still this worker's.
UPDATE delivery
SET state = ?4, reason = ?5, due_at = ?6, answer = ?7, finished_at = ?8, lease_until = NULL, sending_since = NULL
WHERE id = ?1 AND fence = ?2 AND claimed_by = ?3 AND state IN ('claimed', 'sending', 'in_doubt')
RETURNING notifier
