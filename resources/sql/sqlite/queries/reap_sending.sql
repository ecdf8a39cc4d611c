-- It may have arrived. ?1: now; ?2 as in reap_claimed; ?3: why; ?4: when it is sent again, if it is.
UPDATE delivery
SET state = 'in_doubt', due_at = ?4, answer = ?3, lease_until = NULL, sending_since = NULL
WHERE state = 'sending' AND CASE ?2 WHEN '' THEN lease_until < ?1 ELSE claimed_by <> ?2 END
RETURNING id
