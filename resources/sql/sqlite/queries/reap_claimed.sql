-- Nothing was sent: back to where it was. ?1: now; with a name in ?2, whatever others than that worker hold.
UPDATE delivery
SET state = CASE WHEN attempts > 1 THEN 'retrying' ELSE 'queued' END, attempts = attempts - 1,
    claimed_by = '', lease_until = NULL, sending_since = NULL
WHERE state = 'claimed' AND CASE ?2 WHEN '' THEN lease_until < ?1 ELSE claimed_by <> ?2 END
RETURNING id
