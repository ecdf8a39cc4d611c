SELECT min(CASE state WHEN 'claimed' THEN lease_until + 1 ELSE due_at END)
FROM delivery
WHERE notifier IN (SELECT value FROM json_each(?1)) AND state IN ('queued', 'retrying', 'in_doubt', 'claimed') AND due_at IS NOT NULL
