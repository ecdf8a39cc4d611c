-- Of incidents that were not closed at ?1 or are counted in others, and those by silences that are not over.
SELECT id, incident, happened_at, last_at, reason, step, notifiers, because, held_by, times, sessions, until
FROM suppression
WHERE incident IN (SELECT id FROM incident WHERE state <> 'closed' OR closed_at >= ?1 OR merged_into IS NOT NULL)
   OR (because = 'silence' AND held_by IN (SELECT id FROM silence WHERE ended_at IS NULL))
ORDER BY happened_at, rowid
