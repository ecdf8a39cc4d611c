-- The attempts that reap_sending will end.
INSERT INTO attempt (delivery, number, started_at, finished_at, outcome, status, detail, retry_after, recipients, stages, transcript)
SELECT id, attempts, COALESCE(sending_since, ?1), ?1, 'ambiguous', 0, ?3, NULL, '[]', '[]', ''
FROM delivery
WHERE state = 'sending' AND CASE ?2 WHEN '' THEN lease_until < ?1 ELSE claimed_by <> ?2 END
ON CONFLICT DO NOTHING
