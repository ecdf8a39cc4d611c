UPDATE delivery
SET state = CASE WHEN attempts > 1 THEN 'retrying' ELSE 'queued' END, attempts = attempts - 1,
    claimed_by = '', lease_until = NULL, sending_since = NULL
WHERE id = ?1 AND fence = ?2 AND claimed_by = ?3 AND state IN ('claimed', 'sending')
