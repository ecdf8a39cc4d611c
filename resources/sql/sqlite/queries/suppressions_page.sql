-- Grown last before ?1, newest first: ?2 of them, and those as old as the last of these.
SELECT id, incident, happened_at, last_at, reason, step, notifiers, because, held_by, times, sessions, until
FROM suppression
WHERE last_at < ?1
  AND last_at >= COALESCE((SELECT last_at FROM suppression WHERE last_at < ?1 ORDER BY last_at DESC LIMIT 1 OFFSET ?2 - 1),
                         -9223372036854775807)
ORDER BY last_at DESC, rowid DESC
