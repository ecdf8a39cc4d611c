-- Who asks for it gets it tried, however old it is: for an hour from now (?2).
UPDATE delivery
SET due_at = ?2, give_up_at = CASE WHEN give_up_at = 0 THEN 0 ELSE max(give_up_at, ?2 + 3600000000) END
WHERE id = ?1 AND state IN ('queued', 'retrying', 'in_doubt')
