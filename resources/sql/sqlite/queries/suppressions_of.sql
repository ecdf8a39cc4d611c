SELECT id, incident, happened_at, last_at, reason, step, notifiers, because, held_by, times, sessions, until
FROM suppression WHERE incident = ?1 ORDER BY happened_at, rowid
