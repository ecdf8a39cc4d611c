-- Of what a claim for the notifiers in the JSON array ?1 would take, but none of ?2. The first list of states is that of the index.
SELECT min(CASE state WHEN 'claimed' THEN lease_until + 1 ELSE due_at END)
FROM delivery
WHERE notifier IN (SELECT value FROM json_each(?1))
  AND state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held')
  AND state IN ('queued', 'retrying', 'in_doubt', 'claimed') AND due_at IS NOT NULL
  AND id NOT IN (SELECT value FROM json_each(?2))
  AND id NOT IN (SELECT follow_up FROM delivery_too_early WHERE follow_up = id)
