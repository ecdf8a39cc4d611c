-- Undoes a withdrawal because of ?2: what was not sent for it is due now (?3), unless its notifier is held.
UPDATE delivery
SET state = CASE WHEN EXISTS (SELECT 1 FROM notifier_hold WHERE notifier_hold.notifier = delivery.notifier) THEN 'held' ELSE 'queued' END,
    reason = COALESCE((SELECT notifier_hold.reason FROM notifier_hold WHERE notifier_hold.notifier = delivery.notifier), ''),
    attempts = (SELECT count(*) FROM attempt WHERE attempt.delivery = delivery.id), due_at = ?3, finished_at = NULL
WHERE escalation IN (SELECT id FROM escalation WHERE incident = ?1 AND escalation.reason IN (SELECT value FROM json_each(?4)))
  AND state = 'cancelled' AND reason = ?2
RETURNING id
