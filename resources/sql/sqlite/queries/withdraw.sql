-- What nobody has begun to send of the incident ?1, by escalations for the reasons in the JSON array ?4, is cancelled because of ?2.
UPDATE delivery
SET state = 'cancelled', reason = ?2, finished_at = ?3, lease_until = NULL
WHERE escalation IN (SELECT id FROM escalation WHERE incident = ?1 AND escalation.reason IN (SELECT value FROM json_each(?4)))
  AND (state IN ('queued', 'held') OR (state = 'claimed' AND attempts = 1))
RETURNING id
