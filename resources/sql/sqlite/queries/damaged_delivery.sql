-- Its bytes are no longer those that were stored: they are not sent.
UPDATE delivery
SET state = 'failed', reason = 'damaged', answer = ?2, finished_at = ?3, lease_until = NULL, attempts = attempts - 1
WHERE id = ?1
